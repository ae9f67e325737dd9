"""Orders of a source by the minute, and batches of those that belong to a burst."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_decision,
    a_history_entry,
    a_registration,
    an_amendment,
    an_order,
    register,
    seen_now,
)

from ordertwin_models.decision import Outcome
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import OrderStore, Registered, Registration, SourceFlow

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
FLAGGED = a_decision(outcome=Outcome.REVIEW)


def from_source(order_id: str, source: str = "edi", **changes: Any) -> Registration:
    return a_registration(an_order(order_id, source=source), **changes)


def in_a_batch(order_id: str, at: datetime = MONDAY, **changes: Any) -> Registration:
    known = {
        "decision": FLAGGED,
        "state": OrderState.HELD,
        "review_key": f"review-{order_id}",
        "at": at,
        "batch_since": at - 10 * MINUTE,
    }
    return from_source(order_id, **(known | changes))


def registered(store: OrderStore, entry: Registration, tenant: str = TENANT) -> Registered:
    result = store.register(tenant, entry, store.candidates(tenant, entry.lookups, 300))
    assert isinstance(result, Registered)
    return result


def test_nothing_flowed_through_an_empty_store(store: OrderStore) -> None:
    assert store.flow(TENANT, "edi", MONDAY) == SourceFlow(0, 0)


def test_orders_and_flagged_ones_are_counted_by_source(store: OrderStore) -> None:
    register(store, from_source("A"))
    register(store, from_source("B", decision=FLAGGED))
    register(store, from_source("C", decision=a_decision(outcome=Outcome.DUPLICATE)))
    register(store, from_source("D", source="EDI"))
    assert store.flow(TENANT, "edi", MONDAY) == SourceFlow(3, 2)
    assert store.flow(TENANT, "EDI", MONDAY) == SourceFlow(1, 0)
    assert store.flow("other", "edi", MONDAY) == SourceFlow(0, 0)


def test_whole_minutes_are_counted_from_that_of_the_time_given(store: OrderStore) -> None:
    for number in range(4):
        register(store, from_source(f"A{number}", at=MONDAY + number * 30 * SECOND))
    assert store.flow(TENANT, "edi", MONDAY + 59 * SECOND).orders == 4
    assert store.flow(TENANT, "edi", MONDAY + MINUTE).orders == 2
    assert store.flow(TENANT, "edi", MONDAY + 2 * MINUTE).orders == 0


def test_amended_and_loaded_orders_do_not_count(store: OrderStore) -> None:
    order = an_order("A", source="edi")
    register(store, a_registration(order))
    register(store, an_amendment(an_order("A", source="edi", note="changed"), at=MONDAY))
    store.load(TENANT, [a_history_entry(an_order("B", source="edi"))])
    assert store.flow(TENANT, "edi", MONDAY - HOUR) == SourceFlow(1, 0)


def test_the_last_day_is_remembered(store: OrderStore) -> None:
    register(store, from_source("A"))
    register(store, from_source("B", at=MONDAY + 24 * HOUR))
    assert store.flow(TENANT, "edi", MONDAY).orders == 2


def test_counts_are_there_after_opening_again(
    reopen: Callable[[], OrderStore], store: OrderStore
) -> None:
    register(store, in_a_batch("A"))
    store = reopen()
    assert store.flow(TENANT, "edi", MONDAY) == SourceFlow(1, 1)
    assert registered(store, in_a_batch("B")) == Registered("review-A")


def test_a_batch_has_one_review_that_the_first_order_opens(store: OrderStore) -> None:
    assert registered(store, in_a_batch("A")) == Registered("review-A", batch_opened=True)
    assert registered(store, in_a_batch("B", MONDAY + MINUTE)) == Registered("review-A")
    decisions = [store.get_decision(TENANT, f"decision-{name}") for name in "AB"]
    assert [each.review_key for each in decisions] == ["review-A", "review-A"]


def test_a_batch_goes_on_as_long_as_orders_join_it(store: OrderStore) -> None:
    times = [MONDAY + step * 8 * MINUTE for step in range(4)]
    joined = [registered(store, in_a_batch(f"A{n}", at)).batch_review for n, at in enumerate(times)]
    assert joined == ["review-A0"] * 4
    later = in_a_batch("B", times[-1] + 11 * MINUTE)
    assert registered(store, later) == Registered("review-B", batch_opened=True)


def test_each_source_and_tenant_has_batches_of_its_own(store: OrderStore) -> None:
    registered(store, in_a_batch("A"))
    assert registered(store, in_a_batch("B", source="web")).batch_review == "review-B"
    assert registered(store, in_a_batch("C"), "other").batch_review == "review-C"


def test_an_order_outside_of_a_burst_has_its_own_review(store: OrderStore) -> None:
    registered(store, in_a_batch("A"))
    assert registered(store, in_a_batch("B", batch_since=None)) == Registered()
    assert store.get_decision(TENANT, "decision-B").review_key == "review-B"


def test_orders_at_the_same_instant_share_one_batch(store: OrderStore) -> None:
    entries = [in_a_batch(f"A{number}") for number in range(16)]
    seen = [seen_now(store, entry) for entry in entries]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda e, s: store.register(TENANT, e, s), entries, seen))
    assert all(isinstance(result, Registered) for result in results)
    found = [result for result in results if isinstance(result, Registered)]
    assert len({result.batch_review for result in found}) == 1
    assert sum(result.batch_opened for result in found) == 1
