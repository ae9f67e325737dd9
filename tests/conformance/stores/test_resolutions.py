"""Orders that become one, or leave for another one, and come back exactly as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_decision,
    a_full_order,
    a_history_entry,
    a_registration,
    a_request,
    a_status_change,
    an_audit_entry,
    lookups,
    register,
)
from tests.conformance.stores.review_entries import a_change, a_verdict

from ordertwin_models.decision import Action, Outcome
from ordertwin_models.errors import (
    EtagMismatch,
    NotFound,
    NotUndoable,
    OrderIdTaken,
    RequestIdReused,
)
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import OrderStore, Overtaken, Replayed
from ordertwin_stores.resolutions import Leaving, Left, Resolution, StoredResolution, Undo
from ordertwin_stores.reviews import Answer, Ending

LATER = MONDAY + timedelta(hours=3)
GONE = OrderState.MERGED


def a_merge(*keys: str, **changes: Any) -> Resolution:
    resolution = Resolution(
        key="merge-1",
        action="MERGE",
        target_key="order-M-1",
        target_version=1,
        leaving=tuple(Leaving(key, 1, GONE, findable=False) for key in keys),
        made=a_history_entry(
            "M-1", state=OrderState.ACCEPTED, blocking_keys=(1, 2), terms=(7,), at=LATER
        ),
        target_state=None,
        attached=False,
        reason="one purchase",
        request=a_request("merge-1", payload="merge"),
        audit=an_audit_entry("orders/order-M-1"),
        at=LATER,
    )
    return replace(resolution, **changes)


def an_undo(**changes: Any) -> Undo:
    undo = Undo(
        key="merge-1",
        target_version=None,
        reason="two after all",
        request=a_request("undo-1", payload="undo"),
        audit=an_audit_entry("orders/order-M-1"),
        at=LATER + timedelta(hours=1),
    )
    return replace(undo, **changes)


def two_orders(store: OrderStore) -> None:
    register(store, a_registration("SO-1", blocking_keys=(1,), terms=(7, 8)))
    register(
        store,
        a_registration(
            a_full_order("SO-2"),
            state=OrderState.HELD,
            blocking_keys=(2, 3),
            terms=(8,),
            decision=a_decision(outcome=Outcome.REVIEW, action=Action.HOLD),
            review_key="review-2",
        ),
    )


def found(store: OrderStore) -> list[str]:
    return [each.key for each in store.candidates(TENANT, lookups((1, 2, 3)), 300).candidates]


def counted(store: OrderStore) -> dict[int, int]:
    return dict(store.statistics(TENANT, (7, 8)).counts)


def test_a_merge_puts_one_order_in_place_of_two(store: OrderStore) -> None:
    two_orders(store)
    merged = store.resolutions.resolve(TENANT, a_merge("order-SO-1", "order-SO-2"))
    assert merged == StoredResolution(
        key="merge-1",
        action="MERGE",
        target_key="order-M-1",
        left=(
            Left("order-SO-1", OrderState.RECEIVED),
            Left("order-SO-2", OrderState.HELD),
        ),
        at=LATER,
        undone_at=None,
    )
    assert store.resolutions.get(TENANT, "merge-1") == merged
    assert store.get_order(TENANT, "order-M-1").state is OrderState.ACCEPTED
    for key in ("order-SO-1", "order-SO-2", "order-M-1"):
        assert store.resolutions.of_order(TENANT, key) == (merged,)
    assert [store.get_order(TENANT, f"order-SO-{n}").state for n in (1, 2)] == [GONE, GONE]
    assert found(store) == ["order-M-1"]
    assert counted(store) == {7: 1, 8: 0}
    assert store.status(TENANT).orders == 3


def test_undoing_restores_both_exactly(store: OrderStore) -> None:
    two_orders(store)
    keys = ["order-SO-1", "order-SO-2"]
    before = store.get_orders(TENANT, keys)
    candidates, terms = store.candidates(TENANT, lookups((1, 2, 3)), 300).candidates, counted(store)
    store.resolutions.resolve(TENANT, a_merge(*keys))
    undone = store.resolutions.undo(TENANT, an_undo())
    assert isinstance(undone, StoredResolution)
    assert undone.undone_at == an_undo().at
    after = store.get_orders(TENANT, keys)
    for key in keys:
        changes = {"version": after[key].version, "updated_at": after[key].updated_at}
        assert replace(before[key], **changes) == after[key]
        assert after[key].version == 3
    assert store.candidates(TENANT, lookups((1, 2, 3)), 300).candidates == candidates
    assert counted(store) == terms
    assert store.get_order(TENANT, "order-M-1").state is OrderState.CANCELLED


def test_a_review_ends_with_the_merge_and_waits_again_when_it_is_undone(store: OrderStore) -> None:
    two_orders(store)
    before = store.reviews.get(TENANT, "review-2")
    store.resolutions.resolve(TENANT, a_merge("order-SO-1", "order-SO-2"))
    assert not store.reviews.get(TENANT, "review-2").state.waits
    store.resolutions.undo(TENANT, an_undo())
    after = store.reviews.get(TENANT, "review-2")
    assert replace(after, version=before.version) == before


def test_a_merge_writes_what_it_says_of_the_pair_and_its_undoing_ends_it(
    store: OrderStore,
) -> None:
    two_orders(store)
    verdict = a_verdict("SO-2", Answer.MATCH, counterpart_key="order-SO-1")
    said = a_change(verdicts=(verdict,), at=LATER)
    store.resolutions.resolve(TENANT, a_merge("order-SO-1", "order-SO-2", said=said))
    (written,) = store.reviews.verdicts_on(TENANT, "order-SO-2")
    assert (written.said, written.at, written.ended) == (verdict, LATER, None)
    undo = an_undo(said=a_change(endings=(Ending(written.position),), at=an_undo().at))
    store.resolutions.undo(TENANT, undo)
    (written,) = store.reviews.verdicts_on(TENANT, "order-SO-2")
    assert written.ended is not None


def test_a_merge_that_ends_a_verdict_that_does_not_hold_writes_nothing(store: OrderStore) -> None:
    two_orders(store)
    said = a_change(endings=(Ending(77),))
    with pytest.raises(NotFound):
        store.resolutions.resolve(TENANT, a_merge("order-SO-1", "order-SO-2", said=said))
    assert store.get_order(TENANT, "order-SO-1").state is OrderState.RECEIVED


def test_every_step_is_in_the_log_and_among_the_events(store: OrderStore) -> None:
    two_orders(store)
    logged = store.access.head(TENANT).position
    position = store.events.span(TENANT).newest
    store.resolutions.resolve(TENANT, a_merge("order-SO-1", "order-SO-2"))
    store.resolutions.undo(TENANT, an_undo())
    events = store.events.after(TENANT, position, 10)
    assert [(event.kind, event.order_id, event.state) for event in events] == [
        ("STATUS_CHANGED", "SO-1", GONE),
        ("STATUS_CHANGED", "SO-2", GONE),
        ("ORDERS_MERGED", "M-1", OrderState.ACCEPTED),
        ("STATUS_CHANGED", "SO-1", OrderState.RECEIVED),
        ("STATUS_CHANGED", "SO-2", OrderState.HELD),
        ("ORDERS_UNMERGED", "M-1", OrderState.CANCELLED),
    ]
    assert events[2].details["related"] == "order-SO-1 order-SO-2"
    targets = [each.entry.target for each in store.access.entries(TENANT, logged, 10)]
    assert targets == ["orders/order-SO-1", "orders/order-SO-2", "orders/order-M-1"] * 2


def test_a_merge_and_its_undoing_can_be_repeated(store: OrderStore) -> None:
    two_orders(store)
    merge = a_merge("order-SO-1", "order-SO-2")
    store.resolutions.resolve(TENANT, merge)
    assert store.resolutions.resolve(TENANT, merge) == Replayed("the reply")
    with pytest.raises(RequestIdReused):
        store.resolutions.resolve(TENANT, replace(merge, request=a_request("merge-1")))
    store.resolutions.undo(TENANT, an_undo())
    assert store.resolutions.undo(TENANT, an_undo()) == Replayed("the reply")


def test_an_order_that_changed_since_is_not_merged(store: OrderStore) -> None:
    two_orders(store)
    store.update_status(TENANT, a_status_change("order-SO-2", OrderState.ACCEPTED))
    with pytest.raises(EtagMismatch, match="order-SO-2"):
        store.resolutions.resolve(TENANT, a_merge("order-SO-1", "order-SO-2"))
    assert found(store) == ["order-SO-2", "order-SO-1"]
    assert store.status(TENANT).orders == 2


def test_an_id_that_is_taken_is_refused(store: OrderStore) -> None:
    two_orders(store)
    register(store, "M-1")
    with pytest.raises(OrderIdTaken):
        store.resolutions.resolve(
            TENANT, a_merge("order-SO-1", "order-SO-2", made=a_history_entry("M-1", order_key="m"))
        )
    assert store.get_order(TENANT, "order-SO-1").state is OrderState.RECEIVED


def test_what_is_not_there_is_not_found(store: OrderStore) -> None:
    two_orders(store)
    with pytest.raises(NotFound):
        store.resolutions.resolve(TENANT, a_merge("order-SO-1", "gone"))
    with pytest.raises(NotFound):
        store.resolutions.undo(TENANT, an_undo())
    with pytest.raises(NotFound):
        store.resolutions.get(TENANT, "merge-1")
    assert store.resolutions.of_order(TENANT, "order-SO-1") == ()


def test_a_merge_is_undone_once_and_while_nothing_was_shipped(store: OrderStore) -> None:
    two_orders(store)
    store.resolutions.resolve(TENANT, a_merge("order-SO-1", "order-SO-2"))
    with pytest.raises(EtagMismatch):
        store.resolutions.undo(TENANT, an_undo(target_version=9))
    store.update_status(TENANT, a_status_change("order-M-1", OrderState.SHIPPED))
    with pytest.raises(NotUndoable, match="SHIPPED"):
        store.resolutions.undo(TENANT, an_undo())


def test_a_merge_is_not_undone_twice(store: OrderStore) -> None:
    two_orders(store)
    store.resolutions.resolve(TENANT, a_merge("order-SO-1", "order-SO-2"))
    store.resolutions.undo(TENANT, an_undo())
    again = an_undo(request=a_request("undo-2", payload="undo"))
    with pytest.raises(NotUndoable, match="before"):
        store.resolutions.undo(TENANT, again)


def test_who_looked_before_a_merge_decides_again_with_its_order(store: OrderStore) -> None:
    two_orders(store)
    entry = a_registration("SO-3", lookups=lookups((1, 3)))
    seen = store.candidates(TENANT, entry.lookups, 300)
    store.resolutions.resolve(TENANT, a_merge("order-SO-1", "order-SO-2"))
    result = store.register(TENANT, entry, seen)
    assert isinstance(result, Overtaken)
    assert [each.key for each in result.candidates.candidates] == ["order-M-1"]


def test_an_attached_order_stands_for_the_one_that_stays(store: OrderStore) -> None:
    two_orders(store)
    rejected = Leaving("order-SO-2", 1, OrderState.REJECTED_DUPLICATE, findable=True)
    attach = a_merge(
        action="ATTACH", target_key="order-SO-1", leaving=(rejected,), made=None, attached=True
    )
    store.resolutions.resolve(TENANT, attach)
    assert found(store) == ["order-SO-2", "order-SO-1"]
    stands = store.resolutions.standing_for(TENANT, ["order-SO-1", "order-SO-2"])
    assert stands == {"order-SO-2": (OrderState.RECEIVED, MONDAY)}
    with pytest.raises(NotUndoable, match="ATTACH"):
        store.resolutions.undo(TENANT, an_undo())


def test_the_order_that_stays_may_go_on(store: OrderStore) -> None:
    two_orders(store)
    gone = Leaving("order-SO-1", 1, OrderState.CANCELLED, findable=True)
    supersede = a_merge(
        action="SUPERSEDE",
        target_key="order-SO-2",
        target_state=OrderState.RECEIVED,
        leaving=(gone,),
        made=None,
    )
    store.resolutions.resolve(TENANT, supersede)
    states = [store.get_order(TENANT, f"order-SO-{number}").state for number in (1, 2)]
    assert states == [OrderState.CANCELLED, OrderState.RECEIVED]
    kinds = [(each.kind, each.order_id) for each in store.events.after(TENANT, 0, 10)][2:]
    assert kinds == [
        ("STATUS_CHANGED", "SO-1"),
        ("STATUS_CHANGED", "SO-2"),
        ("ORDER_RESOLVED", "SO-2"),
    ]


def test_nothing_of_one_tenant_is_seen_by_another(store: OrderStore) -> None:
    two_orders(store)
    store.resolutions.resolve(TENANT, a_merge("order-SO-1", "order-SO-2"))
    with pytest.raises(NotFound):
        store.resolutions.get("other", "merge-1")
    assert store.resolutions.standing_for("other", ["order-SO-1"]) == {}
    assert store.resolutions.of_order("other", "order-SO-1") == ()
