"""Messages about model versions, from what commands return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ordertwin.v1 import model_pb2
from ordertwin_models.comparison import COMPARISONS
from ordertwin_models.decision import Outcome
from ordertwin_models.model import DuplicateModel, Table
from ordertwin_server.commands.compare_models import Comparison
from ordertwin_server.commands.manage_models import KnownVersion
from ordertwin_server.commands.model_difference import PRIOR, Difference, Judgement
from ordertwin_server.convert.enums import MODEL_STATE, OUTCOME
from ordertwin_server.convert.values import time_to_proto
from ordertwin_server.names import decision_name, model_version_name, order_name
from ordertwin_server.shadow import CHANGE, DIFFERING, DROPPED, FAILED, SCORED
from ordertwin_stores.model_versions import ModelChange, ShadowTally

MEANINGS = {comparison.name: comparison.meaning for comparison in COMPARISONS}


def version_to_proto(tenant: str, known: KnownVersion) -> model_pb2.ModelVersion:
    """A version without its card and curves."""
    facts = known.facts
    return model_pb2.ModelVersion(
        name=model_version_name(tenant, known.version),
        version=known.version,
        state=MODEL_STATE.number(known.state),
        sha256=known.digest.hex(),
        size_bytes=known.size,
        publish_time=known.published_at and time_to_proto(known.published_at),
        published_by=facts.published_by,
        change_time=known.changed_at and time_to_proto(known.changed_at),
        trained_by=facts.trained_by,
        labelled_by=facts.labelled_by,
        signed_by=facts.signed_by,
        released=facts.released,
        serving=known.serving,
        metadata=facts.metadata,
        thresholds=model_pb2.ModelThresholds(
            review=facts.review,
            duplicate=facts.duplicate,
            attended_review=facts.attended_review,
        ),
        prior_weight=facts.prior_weight,
    )


def curves_of(model: DuplicateModel) -> Iterator[model_pb2.ModelCurve]:
    """What each term of a model adds over its values."""
    return map(_curve, model.tables)


def _curve(table: Table) -> model_pb2.ModelCurve:
    meaning = "; ".join(MEANINGS.get(name, "") for name in table.comparisons)
    if table.values.ndim > 1:
        weights = [float(table.values.min()), float(table.values.max())]
        return model_pb2.ModelCurve(comparisons=table.comparisons, meaning=meaning, weights=weights)
    return model_pb2.ModelCurve(
        comparisons=table.comparisons,
        meaning=meaning,
        edges=table.edges[0].tolist(),
        weights=table.values.tolist(),
    )


def shadow_to_proto(tenant: str, tally: ShadowTally) -> model_pb2.ShadowReport:
    """What a shadow would have changed so far."""
    counts = tally.counts
    changes = Counter(
        {
            (Outcome(before), Outcome(after)): count
            for name, count in counts.items()
            if name.startswith(CHANGE)
            for before, after in [name.removeprefix(CHANGE).split(">")]
        }
    )
    return model_pb2.ShadowReport(
        scored=counts.get(SCORED, 0),
        dropped=counts.get(DROPPED, 0),
        differing=counts.get(DIFFERING, 0),
        failed=counts.get(FAILED, 0),
        changes=_changes(changes),
        examples=[
            difference_to_proto(tenant, Difference.from_text(text)) for text in tally.examples
        ],
    )


def comparison_to_proto(tenant: str, made: Comparison) -> model_pb2.ModelComparison:
    """What the second of two models changes."""
    return model_pb2.ModelComparison(
        baseline=made.baseline,
        challenger=made.challenger,
        decisions=made.decisions,
        skipped=made.skipped,
        changed=made.changed,
        changes=_changes(made.changes),
        examples=[difference_to_proto(tenant, each) for each in made.examples],
        oldest_time=made.oldest and time_to_proto(made.oldest),
        newest_time=made.newest and time_to_proto(made.newest),
    )


def _changes(counts: Mapping[tuple[Outcome, Outcome], int]) -> Iterator[model_pb2.OutcomeChange]:
    for (before, after), count in sorted(counts.items(), key=lambda item: -item[1]):
        yield model_pb2.OutcomeChange(
            before=OUTCOME.number(before), after=OUTCOME.number(after), count=count
        )


def difference_to_proto(tenant: str, found: Difference) -> model_pb2.DecisionDifference:
    """One decision that another model changes."""
    return model_pb2.DecisionDifference(
        decision=decision_name(tenant, found.decision_key),
        order=order_name(tenant, found.order_key),
        before=_judgement(tenant, found.before),
        after=_judgement(tenant, found.after),
        reasons=[
            model_pb2.WeightDifference(
                comparison=reason.comparison,
                meaning=_meaning(reason.comparison),
                before=reason.before,
                after=reason.after,
            )
            for reason in found.reasons
        ],
    )


def _judgement(tenant: str, judgement: Judgement) -> model_pb2.ModelJudgement:
    return model_pb2.ModelJudgement(
        outcome=OUTCOME.number(judgement.outcome),
        counterpart=order_name(tenant, judgement.counterpart),
        match_probability=judgement.probability,
    )


def _meaning(term: str) -> str:
    if term == PRIOR:
        return "before anything is compared"
    return "; ".join(MEANINGS.get(name, name) for name in term.split(" × "))


def change_to_proto(change: ModelChange) -> model_pb2.ModelChange:
    """An entry of the history."""
    return model_pb2.ModelChange(
        version=change.version,
        before=MODEL_STATE.number(change.before) if change.before else None,
        after=MODEL_STATE.number(change.after),
        time=time_to_proto(change.at),
        actor=change.actor,
        reason=change.reason,
    )
