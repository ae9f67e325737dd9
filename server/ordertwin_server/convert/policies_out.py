"""Messages about policies, from what commands return."""

from __future__ import annotations

from ordertwin.v1 import model_pb2, policy_pb2
from ordertwin_models.model import Thresholds
from ordertwin_models.policy import Policy
from ordertwin_server.commands.manage_policies import InForce, KnownPolicy
from ordertwin_server.commands.try_policy import Example, Trial
from ordertwin_server.convert.enums import OUTCOME, POLICY_ORIGIN
from ordertwin_server.convert.values import time_to_proto
from ordertwin_server.names import order_name, policy_version_name
from ordertwin_stores.policy_versions import PolicyChange


def policy_to_proto(known: InForce, model_version: str, limits: Thresholds) -> policy_pb2.Policy:
    """What a server works by; `limits` are those of the model that answers."""
    return policy_pb2.Policy(
        version=known.policy.version,
        document=known.document,
        origin=POLICY_ORIGIN.number(known.origin),
        active_version=known.active,
        model_version=model_version,
        thresholds=_thresholds(limits),
        notes=known.notes,
    )


def policy_version_to_proto(
    tenant: str, known: KnownPolicy, document: str = ""
) -> policy_pb2.PolicyVersion:
    """A version, with its document if it is given."""
    row = known.row
    return policy_pb2.PolicyVersion(
        name=policy_version_name(tenant, row.version),
        version=row.version,
        document=document,
        sha256=row.digest.hex(),
        published_by=row.published_by,
        publish_time=time_to_proto(row.published_at),
        reason=row.reason,
        active=row.in_force,
        serving=known.serving,
    )


def policy_change_to_proto(change: PolicyChange) -> policy_pb2.PolicyChange:
    """An entry of the history."""
    return policy_pb2.PolicyChange(
        version=change.version,
        former_version=change.former,
        time=time_to_proto(change.at),
        actor=change.actor,
        reason=change.reason,
    )


def trial_to_proto(tenant: str, policy: Policy, trial: Trial) -> policy_pb2.PolicyTrial:
    """What a policy would change."""
    return policy_pb2.PolicyTrial(
        version=policy.version,
        orders=trial.decisions,
        changed=trial.changed,
        changes=[
            policy_pb2.PolicyOutcomeChange(
                before=OUTCOME.number(before),
                after=OUTCOME.number(after),
                orders=count,
                examples=[_difference(tenant, one) for one in trial.examples[before, after]],
            )
            for (before, after), count in trial.changes.most_common()
        ],
        rules=[
            policy_pb2.PolicyRuleCount(rule=rule, orders=count)
            for rule, count in trial.rules.most_common()
        ],
        left_out=trial.amendments,
        other_models=trial.other_models,
        truncated=trial.truncated,
        oldest_time=trial.oldest and time_to_proto(trial.oldest),
        newest_time=trial.newest and time_to_proto(trial.newest),
    )


def _difference(tenant: str, one: Example) -> policy_pb2.PolicyDifference:
    return policy_pb2.PolicyDifference(
        order=order_name(tenant, one.order_key),
        order_number=one.order,
        decide_time=time_to_proto(one.decided_at),
        before=OUTCOME.number(one.before),
        after=OUTCOME.number(one.after),
        counterpart=order_name(tenant, one.twin_key),
        counterpart_number=one.twin,
        match_probability=one.probability,
        thresholds=None if one.thresholds is None else _thresholds(one.thresholds),
        rules=one.rules,
        value=one.value or 0.0,
        currency_code=one.currency,
    )


def _thresholds(limits: Thresholds) -> model_pb2.ModelThresholds:
    return model_pb2.ModelThresholds(
        review=limits.review,
        duplicate=limits.duplicate,
        attended_review=limits.attended_review,
    )
