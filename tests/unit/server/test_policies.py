"""Policies: published, tried on what was decided, put into force, put back, and refused."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import grpc
import pytest
from tests.unit.server.access_world import World, world
from tests.unit.server.builders import CALL, a_question, an_order, another_order, resent
from tests.unit.server.builders import score_command as score_with
from tests.unit.server.running import running

from ordertwin.v1 import policy_pb2 as pb
from ordertwin.v1.decision_pb2 import OUTCOME_DUPLICATE, OUTCOME_REVIEW, OUTCOME_UNIQUE
from ordertwin_client import AccessError, ConflictError, InvalidOrderError, NotFoundError
from ordertwin_client.access import LIST_AUDIT_EVENTS
from ordertwin_client.policies import PolicyClient
from ordertwin_models.errors import InvalidRequest
from ordertwin_models.model import Thresholds
from ordertwin_models.order import Order
from ordertwin_models.rules import rules_model
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.compare_models import Range
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.manage_policies import ManagePolicies, Origin
from ordertwin_server.commands.policy_trials import TryPolicy
from ordertwin_server.convert import order_to_proto
from ordertwin_server.identity import utc_now
from ordertwin_server.policy_document import policy_in
from ordertwin_server.policy_keeper import ALARM_SECONDS, PolicyKeeper
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_stores.interface import OrderStore

LIMITS = rules_model().thresholds
HEAD = 'format = "ordertwin-policy/1"\nversion = "{}"\n'


def a_policy(version: str = "house/1", more: str = "") -> str:
    return HEAD.format(version) + more


def holding_all(version: str = "house/1") -> str:
    return a_policy(version, '[deny]\nsources = ["edi"]\n')


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, calls_per_second=0) as made:
        yield made


@contextmanager
def policies(made: World, client: str) -> Iterator[PolicyClient]:
    header = (("authorization", f"Bearer {made.keys[client]}"),)
    tenant = "elsewhere" if client.startswith("far") else "default"
    with grpc.insecure_channel(made.server.address) as channel:
        yield PolicyClient(channel, header, tenant=tenant, timeout=10)


def put_into_force(made: World, document: str, client: str = "boss") -> pb.PolicyVersion:
    with policies(made, client) as door:
        return door.activate(door.publish(document).version, reason="agreed")


def judged_by(made: World, client: str = "erp", order: Order | None = None) -> tuple[str, int]:
    with made.orders(client) as orders:
        answer = orders.score_order(order_to_proto(order or an_order()))
    return answer.policy_version, answer.outcome


def test_a_published_policy_changes_nothing_until_it_is_put_into_force(guarded: World) -> None:
    with policies(guarded, "boss") as door:
        made = door.publish(holding_all(), reason="try it")
        assert (made.active, made.serving, made.published_by) == (False, False, "clients/boss")
        assert judged_by(guarded) == ("default/1", OUTCOME_UNIQUE)
        now = door.activate("house/1", reason="agreed")
        assert (now.active, now.serving) == (True, True)
        found = door.in_force()
    assert judged_by(guarded, order=another_order()) == ("house/1", OUTCOME_REVIEW)
    assert (found.origin, found.document) == (pb.POLICY_ORIGIN_PUBLISHED, holding_all())
    assert found.active_version == "house/1"
    assert (found.model_version, found.notes) == (rules_model().version, [])
    assert found.thresholds.review == rules_model().thresholds.review


def test_another_tenant_keeps_its_own(guarded: World) -> None:
    put_into_force(guarded, holding_all())
    assert judged_by(guarded, "far") == ("default/1", OUTCOME_UNIQUE)
    with policies(guarded, "far-auditor") as door, pytest.raises(NotFoundError):
        door.get("house/1")


def test_what_answered_before_is_put_back_and_history_says_who(guarded: World) -> None:
    put_into_force(guarded, holding_all())
    put_into_force(guarded, a_policy("house/2"), "chief")
    with policies(guarded, "boss") as door:
        assert [each.version for each in door.versions()] == ["house/2", "default/1", "house/1"]
        door.activate("default/1", reason="too many held")
    assert judged_by(guarded) == ("default/1", OUTCOME_UNIQUE)
    with policies(guarded, "auditor") as door:
        newest, middle, oldest = door.changes()
        assert door.get("default/1").published_by == ""
    assert (newest.version, newest.former_version) == ("default/1", "house/2")
    assert (newest.actor, newest.reason) == ("clients/boss", "too many held")
    assert (middle.actor, oldest.former_version) == ("clients/chief", "")


def test_the_same_document_is_the_same_version_and_another_one_is_refused(guarded: World) -> None:
    with policies(guarded, "boss") as door:
        first = door.publish(a_policy(), request_id="one")
        assert door.publish(a_policy(), request_id="one") == first
        assert door.publish(a_policy(), request_id="two").publish_time == first.publish_time
        with pytest.raises(ConflictError, match="POLICY_VERSION_TAKEN"):
            door.publish(holding_all())


def test_the_policy_of_the_server_keeps_its_name_to_itself(guarded: World) -> None:
    with policies(guarded, "boss") as door:
        with pytest.raises(ConflictError, match="POLICY_VERSION_TAKEN"):
            door.publish(holding_all("default/1"))
        assert door.publish(door.in_force().document).version == "default/1"


def test_every_broken_key_is_named_with_its_line(guarded: World) -> None:
    document = a_policy("1", '[thresholds]\nreview = 2\n[[rules]]\nname = "small"\n')
    with policies(guarded, "boss") as door:
        for act in (door.publish, door.attempt):
            with pytest.raises(InvalidOrderError) as refused:
                act(document)
            found = {each.field: each.description for each in refused.value.violations}
            assert found["document.thresholds.review"].startswith("line 4: is 2")
            assert found["document.rules[0].name"].startswith("line 6: 'small' must be")
            assert found["document.rules[0]"].startswith("line 5: changes nothing")
        with pytest.raises(InvalidOrderError, match=r"line 3: is no TOML"):
            door.publish(a_policy("1", "thresholds = \n"))
        with pytest.raises(InvalidOrderError, match=r"document\.version"):
            door.publish(a_policy("1+2"))


def test_whoever_looked_at_another_policy_puts_none_into_force(guarded: World) -> None:
    put_into_force(guarded, a_policy())
    with policies(guarded, "chief") as door:
        door.publish(a_policy("house/2"))
        with pytest.raises(ConflictError, match="ETAG_MISMATCH"):
            door.activate("house/2", expected="default/1")
        assert door.activate("house/2", expected="house/1").active


def test_putting_into_force_is_repeatable_and_in_the_log_once(guarded: World) -> None:
    with policies(guarded, "boss") as door:
        door.publish(a_policy())
        door.publish(a_policy("house/2"))
        door.activate("house/1", request_id="once")
        door.activate("house/2")
        assert not door.activate("house/1", request_id="once").active
    found = guarded.ask("auditor", LIST_AUDIT_EVENTS, action="ActivatePolicyVersion").events
    written = [each.target for each in found if each.outcome == "ACTIVE"]
    assert written == ["policyVersions/house~2", "policyVersions/house~1"]


def test_a_call_that_found_its_version_in_force_is_not_done_later(guarded: World) -> None:
    put_into_force(guarded, a_policy())
    with policies(guarded, "boss") as door:
        door.activate("house/1", request_id="late")
        door.publish(a_policy("house/2"))
        door.activate("house/2")
        assert not door.activate("house/1", request_id="late").active


@pytest.mark.parametrize("client", ["erp", "reviewer", "scientist", "auditor"])
def test_only_administrators_put_a_policy_into_force(guarded: World, client: str) -> None:
    with policies(guarded, client) as door:
        with pytest.raises(AccessError, match="PERMISSION_DENIED"):
            door.publish(a_policy())
        with pytest.raises(AccessError, match="PERMISSION_DENIED"):
            door.activate("default/1")


def test_a_trial_over_the_wire_says_what_would_change_and_why(guarded: World) -> None:
    with guarded.orders("erp") as orders:
        for order in (an_order(), resent(an_order()), another_order()):
            orders.score_order(order_to_proto(order))
    with policies(guarded, "scientist") as door:
        trial = door.attempt(a_policy("loose", '[allow]\nsources = ["edi"]\n'))
        few = door.attempt(a_policy("loose"), max_decisions=1)
    assert (trial.version, trial.orders, trial.changed) == ("loose", 3, 1)
    (change,) = trial.changes
    assert (change.before, change.after, change.orders) == (OUTCOME_DUPLICATE, OUTCOME_UNIQUE, 1)
    (one,) = change.examples
    assert (one.order_number, one.counterpart_number) == ("N-SO-2", "N-SO-1")
    assert list(one.rules) == ["DUPLICATE_THRESHOLD", "ALLOWED_SOURCE"]
    assert one.thresholds.duplicate == rules_model().thresholds.duplicate
    assert (trial.truncated, few.truncated, few.orders) == (False, True, 1)
    assert trial.oldest_time.ToDatetime() < trial.newest_time.ToDatetime()


def test_a_server_with_a_file_says_that_it_goes_first(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(a_policy("file/1"))
    with world(tmp_path, calls_per_second=0, policy=str(path)) as made:
        now = put_into_force(made, holding_all())
        assert (now.active, now.serving) == (True, False)
        assert judged_by(made) == ("file/1", OUTCOME_UNIQUE)
        with policies(made, "auditor") as door:
            found = door.in_force()
    assert (found.origin, found.version, found.active_version) == (
        pb.POLICY_ORIGIN_FILE,
        "file/1",
        "house/1",
    )
    assert "policy file, which goes before" in found.notes[0]


def test_a_policy_in_force_is_there_after_a_restart(guarded: World) -> None:
    put_into_force(guarded, holding_all())
    guarded.server.stop()
    with running(guarded.settings) as again:
        guarded.server = again
        assert judged_by(guarded) == ("house/1", OUTCOME_REVIEW)


class Seconds:
    """Seconds that go by when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def managed(store: OrderStore, keeper: PolicyKeeper) -> ManagePolicies:
    return ManagePolicies(store, Deeds(store, utc_now), keeper)


def test_another_server_of_the_store_follows(store: OrderStore) -> None:
    here, there = PolicyKeeper(store, PolicySlot()), PolicyKeeper(store, PolicySlot())
    manage = managed(store, here)
    manage.publish(CALL, "p", a_policy(), "")
    manage.activate(CALL, "a", "house/1", reason="", expected="")
    assert here.slot.of(CALL.tenant).version == "house/1"
    assert there.slot.of(CALL.tenant).version == "default/1"
    there.refresh()
    assert there.slot.of(CALL.tenant).version == "house/1"
    used = there.slot.of(CALL.tenant)
    there.refresh()
    assert there.slot.of(CALL.tenant) is used


def test_a_policy_that_this_version_cannot_read_changes_nothing_but_the_log(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Seconds()
    keeper = PolicyKeeper(store, PolicySlot(), clock)
    manage = managed(store, keeper)
    manage.publish(CALL, "p", a_policy(), "")
    monkeypatch.setattr(LOGGER, "propagate", True)
    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr("ordertwin_server.policy_keeper.policy_in", _refuse_all)
        manage.activate(CALL, "a", "house/1", reason="", expected="")
        keeper.refresh()
        clock.now += ALARM_SECONDS
        keeper.refresh()
    assert caplog.text.count("Policy house/1 cannot be used") == 2
    found = manage.in_force(CALL)
    assert (found.origin, found.active) == (Origin.DEFAULT, "house/1")
    assert "house/1 was put into force, and this server cannot use it" in found.notes[0]
    clock.now += ALARM_SECONDS
    keeper.refresh()
    assert manage.in_force(CALL).notes == ()


def _refuse_all(text: str) -> None:
    policy_in("")


@pytest.fixture
def score_command(store: OrderStore) -> Callable[..., object]:
    score = score_with(store)
    return lambda order, number: score(CALL, a_question(order, f"r-{number}"))


def trial(store: OrderStore, limits: Thresholds | None = LIMITS) -> TryPolicy:
    return TryPolicy(store, lambda call, version: limits, utc_now)


def test_of_an_order_the_newest_decision_counts_and_an_amendment_is_left_out(
    store: OrderStore, score_command: Callable[..., object]
) -> None:
    score_command(an_order(), 1)
    score_command(another_order(), 2)
    score_command(replace(another_order(), note="now with a note"), 3)
    _, found = trial(store)(CALL, a_policy(), Range())
    assert (found.decisions, found.amendments, found.truncated) == (1, 1, False)


def test_decisions_of_unknown_models_and_of_other_times_are_left_out(
    store: OrderStore, score_command: Callable[..., object]
) -> None:
    score_command(an_order(), 1)
    _, unknown = trial(store, None)(CALL, a_policy(), Range())
    assert (unknown.decisions, unknown.other_models) == (0, 1)
    later = Range(since=utc_now() + timedelta(days=400 * 365))
    _, none = trial(store)(CALL, a_policy(), later)
    assert (none.decisions, none.oldest) == (0, None)
    with pytest.raises(InvalidRequest, match="max_decisions"):
        trial(store)(CALL, a_policy(), Range(most=50_001))
