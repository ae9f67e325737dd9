"""Drift of the decisions in a store, and what the log hears of it."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from threading import RLock
from typing import Any
from weakref import ref

import pytest
from tests.conformance.stores.entries import TENANT
from tests.conformance.stores.review_entries import a_change, a_verdict, held
from tests.unit.server.builders import (
    CALL,
    NOON,
    SteppingClock,
    a_question,
    an_order,
    score_command,
)

from ordertwin.v1.model_health_pb2 import DRIFT_LEVEL_ALARM, DRIFT_LEVEL_UNSPECIFIED
from ordertwin_models.order import Party
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands import drift_looks
from ordertwin_server.commands.drift_looks import KEPT, DriftLooks
from ordertwin_server.commands.watch_drift import AT_ONCE, DriftReport, watch_drift
from ordertwin_server.convert.health_out import health_to_proto
from ordertwin_server.drift_watch import DriftWatch
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.reviews import Answer, Ending, ReviewState


def fill(store: OrderStore, start: int, count: int, phone: str) -> None:
    score = score_command(store, clock=SteppingClock(NOON + timedelta(days=start)))
    for number in range(start, start + count):
        customer = Party(party_id=f"C-{number}", phone=phone)
        order = replace(an_order(f"SO-{number}"), customer=customer, lines=(), note=str(number))
        score(CALL, a_question(order, f"r-{number}"))


def watched(store: OrderStore, **windows: Any) -> DriftReport:
    return watch_drift(store.decision_history, store.reviews, TENANT, **windows)


def test_the_newest_decisions_are_told_from_those_before(store: OrderStore) -> None:
    fill(store, 0, 120, "+49 351 1")
    fill(store, 120, 110, "")
    report = watch_drift(
        store.decision_history, store.reviews, CALL.tenant, newest=110, before=4000
    )
    assert (report.current.decisions, report.reference.decisions) == (110, 120)
    phone = next(each for each in report.alarms if each.name == "customer.phone")
    assert (phone.reference, phone.current) == (1.0, 0.0)
    same = watch_drift(
        store.decision_history, store.reviews, CALL.tenant, newest=110, reference_until=NOON
    )
    assert same.reference.decisions == 0


def test_an_alarm_is_a_warning_in_the_log(
    store: OrderStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LOGGER, "propagate", True)
    fill(store, 0, 120, "+49 351 1")
    fill(store, 120, 110, "")
    with caplog.at_level(logging.WARNING):
        looks = DriftLooks(store, SteppingClock(NOON), newest=110)
        assert DriftWatch(store, looks, 24).look() >= 1
    assert any("completeness of customer.phone: 0, was 1" in said for said in caplog.messages)


def test_a_look_is_kept_for_an_hour_and_says_what_changed(store: OrderStore) -> None:
    fill(store, 0, 120, "+49 351 1")
    fill(store, 120, 110, "")
    now = [NOON]
    looks = DriftLooks(store, lambda: now[0], newest=110)
    first = looks.last(CALL.tenant)
    now[0] += KEPT - timedelta(seconds=1)
    assert looks.last(CALL.tenant) is first
    now[0] += timedelta(seconds=1)
    assert looks.last(CALL.tenant).at == now[0]
    told = health_to_proto("2", first)
    assert told.drift == DRIFT_LEVEL_ALARM
    assert "customer.phone" in {each.name for each in told.findings}
    assert (told.current.decisions, told.reference.decisions) == (110, 120)
    assert len(told.findings) < told.figures


def test_a_tenant_that_nobody_looks_at_leaves_no_lock(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[ref[Any]] = []

    def counted() -> Any:
        lock = RLock()
        made.append(ref(lock))
        return lock

    monkeypatch.setattr(drift_looks, "RLock", counted)
    looks = DriftLooks(store, lambda: NOON)
    for tenant in ("one", "two"):
        looks.last(tenant)
    assert made
    assert [lock() for lock in made if lock() is not None] == []


def test_too_few_decisions_have_no_drift(store: OrderStore) -> None:
    told = health_to_proto("2", DriftLooks(store, lambda: NOON).last(CALL.tenant))
    assert told.drift == DRIFT_LEVEL_UNSPECIFIED
    assert told.serving_version == "2"


def test_what_people_said_of_the_decisions_is_counted(store: OrderStore) -> None:
    for order_id in ("SO-1", "SO-2", "SO-3"):
        held(store, order_id)
    for order_id, answer in (("SO-1", Answer.DISTINCT), ("SO-2", Answer.MATCH)):
        key = f"review-{order_id}"
        said = (a_verdict(order_id, answer),)
        change = a_change(key, f"c-{order_id}", state=ReviewState.DECIDED, verdicts=said)
        assert store.reviews.change(TENANT, change) is None
    report = watched(store)
    assert (report.current.asked, report.current.overturned) == (2, 1)
    newest = watched(store, newest=1, before=1)
    assert newest.current.asked + newest.reference.asked == 1


def test_what_a_look_reads_does_not_grow_with_the_store(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: Counter[str] = Counter()

    def counted(part: Any, name: str) -> None:
        ask = getattr(part, name)

        def asked(*arguments: Any) -> Any:
            found = ask(*arguments)
            read[name] += len(found)
            return found

        monkeypatch.setattr(part, name, asked)

    held(store, "SO-1")
    for number, answer in enumerate((Answer.MATCH, Answer.DISTINCT) * 20):
        before = store.reviews.verdicts_of(TENANT, "review-SO-1")[-1:]
        change = a_change(
            "review-SO-1",
            f"c-{number}",
            expected=number + 1,
            state=ReviewState.DECIDED,
            verdicts=(a_verdict("SO-1", answer),),
            endings=tuple(Ending(each.position, overruled=True) for each in before),
        )
        assert store.reviews.change(TENANT, change) is None
    fill(store, 2, 400, "+49 351 1")
    counted(store.decision_history, "newest")
    counted(store.reviews, "verdicts_about")
    short = watch_drift(store.decision_history, store.reviews, CALL.tenant, newest=50, before=100)
    assert (short.current.decisions, short.reference.decisions) == (50, 100)
    # Decisions come in pages; of the last one of each window a part may be enough.
    assert 0 < read["newest"] <= 2 * AT_ONCE
    assert watched(store).current.asked == 1
    assert read["verdicts_about"] == 1
