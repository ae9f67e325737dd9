"""Registering: everything or nothing, once, and never blind to what came in between."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_decision,
    a_history_entry,
    a_match,
    a_registration,
    a_request,
    a_status_change,
    an_amendment,
    an_order,
    lookups,
    register,
    seen_now,
)

from ordertwin_models.decision import Action, Outcome
from ordertwin_models.errors import EtagMismatch, NotFound, RequestIdReused
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import (
    AlreadyStored,
    OrderFilter,
    OrderStore,
    Overtaken,
    Registered,
    RegisterResult,
    Registration,
    Replayed,
)

CROWD = 64


def all_at_once(store: OrderStore, entries: list[Registration]) -> list[RegisterResult]:
    """Every entry looks first; then all are registered at the same instant."""
    seen = [seen_now(store, entry) for entry in entries]
    barrier = Barrier(len(entries))

    def go(number: int) -> RegisterResult:
        barrier.wait()
        return store.register(TENANT, entries[number], seen[number])

    with ThreadPoolExecutor(len(entries)) as pool:
        return list(pool.map(go, range(len(entries))))


def kinds(results: list[RegisterResult]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def test_a_decision_comes_back_exact_with_the_names_it_belongs_to(store: OrderStore) -> None:
    decision = a_decision(
        outcome=Outcome.REVIEW,
        action=Action.HOLD,
        matches=(a_match("order-a"), replace(a_match("order-b"), contributions={}, vector={})),
        policy_rules=("vip",),
        candidates_considered=300,
        candidates_truncated=True,
        degraded=True,
        decided_at=MONDAY + timedelta(microseconds=1),
    )
    register(store, a_registration(decision=decision, review_key="review-1", state=OrderState.HELD))
    stored = store.get_decision(TENANT, "decision-SO-1")
    assert stored.decision == decision
    assert list(stored.decision.matches[0].vector) == ["reference", "phone"]
    assert (stored.key, stored.order_key) == ("decision-SO-1", "order-SO-1")
    assert (stored.review_key, stored.state) == ("review-1", OrderState.HELD)


def test_an_unknown_decision_is_not_found(store: OrderStore) -> None:
    with pytest.raises(NotFound):
        store.get_decision(TENANT, "decision-1")


def test_a_registration_is_there_after_opening_again(reopen, store: OrderStore) -> None:
    entry = register(
        store, a_registration(blocking_keys=(1,), terms=(2,), decision=a_decision(degraded=True))
    )
    store = reopen()
    assert store.get_order(TENANT, "order-SO-1").order == entry.order
    assert store.find_order(TENANT, "shop", "SO-1") == ("order-SO-1", entry.digest)
    assert [each.key for each in store.candidates(TENANT, lookups([1]), 9).candidates]
    assert store.statistics(TENANT, [2]).counts == {2: 1}
    assert store.get_decision(TENANT, "decision-SO-1").decision == entry.decision
    assert store.register(TENANT, entry, seen_now(store, entry)) == Replayed("the reply")
    register(store, a_registration("SO-2", blocking_keys=(1,)))
    newest = store.candidates(TENANT, lookups([1]), 9).candidates
    assert [each.key for each in newest] == ["order-SO-2", "order-SO-1"]


def test_the_same_request_again_gets_the_stored_reply(store: OrderStore) -> None:
    entry = register(store, a_registration(request=a_request("r1", reply="«first»")))
    again = replace(entry, request=replace(entry.request, reply="second"), order_key="other")
    assert store.register(TENANT, again, seen_now(store, again)) == Replayed("«first»")
    request = entry.request
    assert store.reply_to(TENANT, request.method, "r1", request.fingerprint) == "«first»"
    assert store.status(TENANT).orders == 1


def test_a_request_that_changed_nothing_is_remembered_too(store: OrderStore) -> None:
    entry = register(store, "SO-1")
    request = a_request("r2", reply="«known»")
    assert store.remember(TENANT, request, entry.audit, entry.at) is None
    assert store.reply_to(TENANT, request.method, "r2", request.fingerprint) == "«known»"
    again = replace(request, reply="«other»")
    assert store.remember(TENANT, again, entry.audit, entry.at) == "«known»"
    with pytest.raises(RequestIdReused):
        store.remember(TENANT, replace(request, fingerprint=b"else"), entry.audit, entry.at)


def test_a_request_never_seen_has_no_reply(store: OrderStore) -> None:
    assert store.reply_to(TENANT, "ScoreOrder", "r1", b"x") is None
    register(store, "SO-1")
    assert store.reply_to(TENANT, "ScoreOrder", "r1", b"x") is None
    assert store.reply_to(TENANT, "UpdateOrderStatus", "request-SO-1", b"x") is None


def test_a_request_id_with_another_payload_is_refused_and_writes_nothing(
    store: OrderStore,
) -> None:
    register(store, a_registration(request=a_request("r1")))
    other = a_registration("SO-2", request=a_request("r1", payload="other"))
    with pytest.raises(RequestIdReused, match="r1"):
        store.register(TENANT, other, seen_now(store, other))
    with pytest.raises(RequestIdReused):
        store.reply_to(TENANT, "ScoreOrder", "r1", other.request.fingerprint)
    assert store.find_order(TENANT, "shop", "SO-2") is None


def test_a_request_is_remembered_for_a_month_and_its_order_for_ever(store: OrderStore) -> None:
    entry = register(store, "SO-1")
    register(store, a_registration("SO-2", at=MONDAY + timedelta(days=29)))
    assert store.register(TENANT, entry, seen_now(store, entry)) == Replayed("the reply")
    for n in range(3, 6):
        register(store, a_registration(f"SO-{n}", at=MONDAY + timedelta(days=31, seconds=n)))
    late = store.register(TENANT, entry, seen_now(store, entry))
    assert late in (Replayed("the reply"), AlreadyStored("order-SO-1"))
    assert store.status(TENANT).orders == 5


def test_a_taken_natural_key_names_the_order_that_has_it(store: OrderStore) -> None:
    register(store, a_registration(order_key="first"))
    again = a_registration(order_key="second", request=a_request("r2"))
    assert store.register(TENANT, again, seen_now(store, again)) == AlreadyStored("first")
    assert store.reply_to(TENANT, "ScoreOrder", "r2", again.request.fingerprint) is None
    assert store.status(TENANT).orders == 1


def test_checks_come_in_their_order(store: OrderStore) -> None:
    first = a_registration(blocking_keys=(1,), lookups=lookups([1]))
    stale = seen_now(store, first)
    register(store, first)
    assert isinstance(store.register(TENANT, first, stale), Replayed)
    retaken = replace(first, request=a_request("r2"))
    assert isinstance(store.register(TENANT, retaken, stale), AlreadyStored)
    amended = an_amendment(an_order("SO-1", note="x"), version=9, lookups=lookups([1]))
    with pytest.raises(EtagMismatch):
        store.register(TENANT, amended, stale)
    register(store, a_registration("SO-2", blocking_keys=(1,)))
    assert isinstance(store.register(TENANT, amended, stale), Overtaken)


@pytest.mark.parametrize("round_", range(5))
def test_one_request_id_from_many_threads_is_written_once(store: OrderStore, round_: int) -> None:
    entry = a_registration(f"SO-{round_}")
    results = all_at_once(store, [entry] * CROWD)
    assert kinds(results) == {"Registered": 1, "Replayed": CROWD - 1}
    assert {result.reply for result in results if isinstance(result, Replayed)} == {"the reply"}
    assert store.status(TENANT).orders == store.status(TENANT).decisions == 1


def test_one_natural_key_from_many_threads_is_stored_once(store: OrderStore) -> None:
    entries = [
        a_registration(order_key=f"key-{n}", request=a_request(f"r{n}")) for n in range(CROWD)
    ]
    results = all_at_once(store, entries)
    assert kinds(results) == {"Registered": 1, "AlreadyStored": CROWD - 1}
    (winner,) = {result.order_key for result in results if isinstance(result, AlreadyStored)}
    assert entries[[type(r) for r in results].index(Registered)].order_key == winner


def test_of_similar_orders_at_once_all_but_the_first_are_overtaken(store: OrderStore) -> None:
    entries = [
        a_registration(f"SO-{n}", blocking_keys=(7, 100 + n), lookups=lookups([7]))
        for n in range(CROWD)
    ]
    results = all_at_once(store, entries)
    assert kinds(results) == {"Registered": 1, "Overtaken": CROWD - 1}
    winner = entries[[type(r) for r in results].index(Registered)].order_key
    for result in results:
        if isinstance(result, Overtaken):
            assert [each.key for each in result.candidates.candidates] == [winner]
            assert result.candidates.candidates[0].rules == ("rule-7",)


def test_whoever_is_overtaken_may_register_with_the_candidates_it_was_given(
    store: OrderStore,
) -> None:
    entries = [
        a_registration(f"SO-{n}", blocking_keys=(7,), lookups=lookups([7])) for n in range(16)
    ]
    shown: Counter[str] = Counter()

    def insist(entry: Registration) -> int:
        seen = seen_now(store, entry)
        while isinstance(result := store.register(TENANT, entry, seen), Overtaken):
            seen = result.candidates
            shown[entry.order_key] += 1
        return len(seen.candidates)

    with ThreadPoolExecutor(16) as pool:
        known = list(pool.map(insist, entries))
    assert sorted(known) == list(range(16)), "each must have seen all that came before it"


def test_orders_sharing_no_key_do_not_overtake_each_other(store: OrderStore) -> None:
    entries = [
        a_registration(f"SO-{n}", blocking_keys=(n,), lookups=lookups([n])) for n in range(CROWD)
    ]
    assert kinds(all_at_once(store, entries)) == {"Registered": CROWD}


def test_an_order_of_another_tenant_does_not_overtake(store: OrderStore) -> None:
    entry = a_registration("SO-1", lookups=lookups([7]))
    register(store, "SO-0")
    seen = seen_now(store, entry)
    register(store, a_registration("SO-2", blocking_keys=(7,)), tenant="other")
    assert store.register(TENANT, entry, seen) == Registered()


def test_a_load_overtakes_too(store: OrderStore) -> None:
    entry = a_registration("SO-1", lookups=lookups([7]))
    seen = seen_now(store, entry)
    store.load(TENANT, [a_history_entry("SO-2", blocking_keys=(7,))])
    result = store.register(TENANT, entry, seen)
    assert isinstance(result, Overtaken)
    assert store.register(TENANT, entry, result.candidates) == Registered()


def test_an_old_snapshot_is_still_checked_after_thousands_of_orders(store: OrderStore) -> None:
    unlucky = a_registration("SO-unlucky", lookups=lookups([7]))
    lucky = a_registration("SO-lucky", lookups=lookups([8]))
    seen = seen_now(store, unlucky), seen_now(store, lucky)
    register(store, a_registration("SO-0", blocking_keys=(7,)))
    for start in range(0, 6_000, 2_000):
        numbers = range(start, start + 2_000)
        store.load(TENANT, [a_history_entry(f"old-{n}", blocking_keys=(-n,)) for n in numbers])
    assert isinstance(store.register(TENANT, unlucky, seen[0]), Overtaken)
    assert store.register(TENANT, lucky, seen[1]) == Registered()


def test_an_amendment_that_takes_a_key_overtakes(store: OrderStore) -> None:
    register(store, a_registration("SO-1", blocking_keys=(1,)))
    entry = a_registration("SO-2", lookups=lookups([7]))
    seen = seen_now(store, entry)
    register(store, an_amendment(an_order("SO-1", note="x"), blocking_keys=(7,)))
    result = store.register(TENANT, entry, seen)
    assert isinstance(result, Overtaken)
    assert [each.key for each in result.candidates.candidates] == ["order-SO-1"]


def test_a_candidate_amended_since_it_was_seen_overtakes(store: OrderStore) -> None:
    register(store, a_registration("SO-1", blocking_keys=(7,)))
    entry = a_registration("SO-2", lookups=lookups([7]))
    seen = seen_now(store, entry)
    changed = an_amendment(an_order("SO-1", note="x"), blocking_keys=(7,), features=b"changed")
    register(store, changed)
    result = store.register(TENANT, entry, seen)
    assert isinstance(result, Overtaken)
    assert [each.features for each in result.candidates.candidates] == [b"changed"]


def test_an_order_beyond_the_caps_does_not_overtake(store: OrderStore) -> None:
    register(store, a_registration("SO-old"))
    for n in range(3):
        register(store, a_registration(f"SO-{n}", blocking_keys=(7,)))
    entry = a_registration("SO-new", lookups=lookups([7], cap=3))
    seen = seen_now(store, entry)
    register(store, an_amendment(an_order("SO-old", note="x"), blocking_keys=(7,)))
    assert store.register(TENANT, entry, seen) == Registered()


def test_an_amended_order_keeps_its_place_and_its_past(store: OrderStore) -> None:
    first = register(store, a_registration("SO-1", blocking_keys=(1, 2), terms=(10, 11)))
    register(store, "SO-2")
    order = an_order("SO-1", note="two more, please")
    amendment = an_amendment(
        order, blocking_keys=(2, 3), terms=(11, 12), state=OrderState.HELD, features=b"new"
    )
    register(store, amendment)
    stored = store.get_order(TENANT, "order-SO-1")
    assert (stored.order, stored.version, stored.state) == (order, 2, OrderState.HELD)
    assert (stored.received_at, stored.updated_at) == (MONDAY, amendment.at)
    assert store.find_order(TENANT, "shop", "SO-1") == ("order-SO-1", amendment.digest)
    page = store.list_orders(TENANT, OrderFilter(), 10, None)
    assert [each.key for each in page.orders] == ["order-SO-2", "order-SO-1"]
    found = [store.candidates(TENANT, lookups([key]), 9).candidates for key in (1, 2, 3)]
    assert [[each.features for each in some] for some in found] == [[], [b"new"], [b"new"]]
    assert found[2][0].state_changed_at == amendment.at
    assert dict(store.statistics(TENANT, [10, 11, 12]).counts) == {10: 0, 11: 1, 12: 1}
    assert (store.status(TENANT).orders, store.status(TENANT).decisions) == (2, 3)
    assert store.get_decision(TENANT, first.decision_key).order_key == "order-SO-1"
    newest = store.latest_decision(TENANT, "order-SO-1")
    assert newest is not None
    assert newest.key == amendment.decision_key


def test_what_an_order_said_before_a_time_can_be_read(store: OrderStore) -> None:
    orders = [an_order("SO-1", note=f"version {n}") for n in (1, 2, 3)]
    register(store, a_registration(orders[0]))
    for version in (1, 2):
        register(store, an_amendment(orders[version], version))
    register(store, "SO-2")
    hour, instant = timedelta(hours=1), timedelta(microseconds=1)
    expected = {
        MONDAY - hour: 0,
        MONDAY + hour: 0,
        MONDAY + hour + instant: 1,
        MONDAY + 2 * hour: 1,
        MONDAY + 3 * hour: 2,
    }
    for at, version in expected.items():
        contents = store.contents_before(TENANT, ["order-SO-1", "order-SO-2", "gone"], at)
        assert contents == {"order-SO-1": orders[version], "order-SO-2": an_order("SO-2")}
    assert store.contents_before(TENANT, [], MONDAY) == {}


def test_an_amendment_that_keeps_the_state_keeps_its_time(store: OrderStore) -> None:
    register(store, a_registration("SO-1", blocking_keys=(1,)))
    register(store, an_amendment(an_order("SO-1", note="x"), blocking_keys=(1,)))
    (candidate,) = store.candidates(TENANT, lookups([1]), 9).candidates
    assert candidate.state_changed_at == MONDAY


def test_the_order_being_amended_does_not_overtake_its_amendment(store: OrderStore) -> None:
    amendment = an_amendment(an_order("SO-1", note="x"), lookups=lookups([1]), blocking_keys=(1,))
    seen = seen_now(store, amendment)
    register(store, a_registration("SO-1", blocking_keys=(1,)))
    assert store.register(TENANT, amendment, seen) == Registered()


def test_an_amendment_of_a_version_gone_by_is_refused_and_writes_nothing(
    store: OrderStore,
) -> None:
    register(store, "SO-1")
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.SHIPPED))
    amendment = an_amendment(an_order("SO-1", note="x"), version=1, terms=(5,))
    with pytest.raises(EtagMismatch):
        store.register(TENANT, amendment, seen_now(store, amendment))
    assert store.get_order(TENANT, "order-SO-1").order == an_order("SO-1")
    assert store.status(TENANT).decisions == 1


def test_an_amendment_of_an_order_that_is_not_there_is_not_found(store: OrderStore) -> None:
    amendment = an_amendment(an_order("SO-1"))
    with pytest.raises(NotFound, match="order-SO-1"):
        store.register(TENANT, amendment, seen_now(store, amendment))
    assert store.status(TENANT).orders == 0


def test_of_amendments_at_once_one_is_written(store: OrderStore) -> None:
    register(store, "SO-1")
    entries = [
        an_amendment(
            an_order("SO-1", note=f"{n}"), request=a_request(f"r{n}"), decision_key=f"d{n}"
        )
        for n in range(16)
    ]
    seen = seen_now(store, entries[0])

    def amend(entry: Registration) -> str:
        try:
            return type(store.register(TENANT, entry, seen)).__name__
        except EtagMismatch:
            return "EtagMismatch"

    with ThreadPoolExecutor(16) as pool:
        results = Counter(pool.map(amend, entries))
    assert results == {"Registered": 1, "EtagMismatch": 15}
    assert store.get_order(TENANT, "order-SO-1").version == 2
