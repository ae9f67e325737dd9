"""Every change is an event, in the order of commits; none comes late, none is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.conformance.stores.conftest import StoreFactory
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_decision,
    a_registration,
    a_status_change,
    an_amendment,
    an_audit_entry,
    an_order,
    register,
)

from ordertwin_models.decision import Action, Outcome
from ordertwin_models.order import OrderState
from ordertwin_stores.access import Put
from ordertwin_stores.events import ACCESS_CHANGED, EventSpan, StoredEvent
from ordertwin_stores.interface import OrderStore

WRITERS, ORDERS_EACH = 8, 12


def kinds(events: tuple[StoredEvent, ...]) -> list[tuple[str, str]]:
    return [(event.kind, event.order_id) for event in events]


def test_a_tenant_without_events_has_none(store: OrderStore) -> None:
    assert store.events.span(TENANT) == EventSpan(0, 0)
    assert store.events.after(TENANT, 0, 10) == ()


def test_a_decision_is_an_event_that_names_order_decision_and_review(store: OrderStore) -> None:
    decision = a_decision(outcome=Outcome.REVIEW, action=Action.HOLD)
    register(
        store,
        a_registration("SO-1", decision=decision, state=OrderState.HELD, review_key="review-1"),
    )
    (event,) = store.events.after(TENANT, 0, 10)
    assert event == StoredEvent(
        position=event.position,
        kind="ORDER_DECIDED",
        at=MONDAY,
        order_key="order-SO-1",
        order_id="SO-1",
        source="shop",
        state=OrderState.HELD,
        outcome=Outcome.REVIEW,
        decision_key="decision-SO-1",
        review_key="review-1",
    )
    assert store.events.span(TENANT) == EventSpan(0, event.position)


def test_a_status_change_is_an_event_with_the_states_of_then(store: OrderStore) -> None:
    register(store, "SO-1")
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.ACCEPTED))
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.SHIPPED))
    _, accepted, shipped = store.events.after(TENANT, 0, 10)
    assert (accepted.state, accepted.details) == (OrderState.ACCEPTED, {"before": "RECEIVED"})
    assert (shipped.state, shipped.details) == (OrderState.SHIPPED, {"before": "ACCEPTED"})


def test_a_status_change_that_changes_nothing_is_no_event(store: OrderStore) -> None:
    register(store, "SO-1")
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.RECEIVED))
    assert kinds(store.events.after(TENANT, 0, 10)) == [("ORDER_DECIDED", "SO-1")]


def test_a_decision_that_a_change_turned_says_whose(store: OrderStore) -> None:
    register(store, "SO-1")
    register(store, an_amendment(an_order("SO-1"), turned_by="order-SO-0"))
    *_, decided, turned = store.events.after(TENANT, 0, 10)
    assert (decided.kind, turned.kind) == ("ORDER_DECIDED", "DECISION_TURNED")
    assert turned.details == {"related": "order-SO-0"}
    assert turned.decision_key == decided.decision_key == "decision-SO-1-v2"


def test_events_are_read_page_by_page(store: OrderStore) -> None:
    for number in range(5):
        register(store, f"SO-{number}")
    first = store.events.after(TENANT, 0, 2)
    second = store.events.after(TENANT, first[-1].position, 2)
    third = store.events.after(TENANT, second[-1].position, 2)
    found = [event.order_id for event in (*first, *second, *third)]
    assert found == [f"SO-{number}" for number in range(5)]


def test_a_tenant_sees_its_own_events_alone(store: OrderStore) -> None:
    register(store, "SO-1")
    register(store, "SO-2", tenant="other")
    assert kinds(store.events.after(TENANT, 0, 10)) == [("ORDER_DECIDED", "SO-1")]


def test_a_change_of_keys_or_roles_is_an_event_about_no_order(store: OrderStore) -> None:
    store.access.change(TENANT, [Put("key", "k", "{}", 0)], None, an_audit_entry(), MONDAY)
    (event,) = store.events.after(TENANT, 0, 10)
    assert (event.kind, event.order_key, event.state) == (ACCESS_CHANGED, "", None)


def test_old_events_are_dropped_and_the_span_says_so(store: OrderStore) -> None:
    for number in range(4):
        register(store, a_registration(f"SO-{number}", at=MONDAY + timedelta(days=number)))
    events = store.events.after(TENANT, 0, 10)
    assert store.events.forget(TENANT, MONDAY + timedelta(days=2), 1) == 1
    assert store.events.forget(TENANT, MONDAY + timedelta(days=2), 10) == 1
    assert store.events.forget(TENANT, MONDAY + timedelta(days=2), 10) == 0
    assert store.events.after(TENANT, 0, 10) == events[2:]
    assert store.events.span(TENANT) == EventSpan(events[1].position, events[3].position)


def test_positions_never_start_over(store: OrderStore, reopen: StoreFactory) -> None:
    register(store, "SO-1")
    (first,) = store.events.after(TENANT, 0, 10)
    assert store.events.forget(TENANT, MONDAY + timedelta(days=9), 10) == 0
    again = reopen()
    register(again, "SO-2")
    assert again.events.after(TENANT, first.position, 10)[-1].order_id == "SO-2"


def test_writers_are_heard_of(store: OrderStore) -> None:
    heard: list[str] = []
    store.events.when_written(lambda: heard.append("written"))
    register(store, "SO-1")
    assert heard


def test_a_reader_beside_many_writers_misses_nothing(store: OrderStore) -> None:
    """Each order is accepted as soon as it is there; who reads on meanwhile sees all, in order."""

    def write(writer: int) -> None:
        for number in range(ORDERS_EACH):
            order = an_order(f"SO-{writer}-{number}")
            register(store, a_registration(order))
            change = a_status_change(f"order-{order.order_id}", OrderState.ACCEPTED)
            store.update_status(TENANT, change)

    seen: list[tuple[str, str]] = []
    position = 0
    with ThreadPoolExecutor(WRITERS) as pool:
        done = [pool.submit(write, writer) for writer in range(WRITERS)]
        finished = False
        while not finished:
            finished = all(each.done() for each in done)
            for event in store.events.after(TENANT, position, 7):
                seen.append((event.kind, event.order_id))
                position, finished = event.position, False
        for each in done:
            each.result()
    assert seen == kinds(store.events.after(TENANT, 0, 10_000))
    assert len(seen) == len(set(seen)) == 2 * WRITERS * ORDERS_EACH
    for writer in range(WRITERS):
        for number in range(ORDERS_EACH):
            name = f"SO-{writer}-{number}"
            assert seen.index(("ORDER_DECIDED", name)) < seen.index(("STATUS_CHANGED", name))
