"""What every store counts for reports."""

from __future__ import annotations

from datetime import timedelta

from tests.conformance.stores.conftest import StoreFactory
from tests.conformance.stores.entries import MONDAY, TENANT, a_registration, register
from tests.conformance.stores.review_entries import TUESDAY, a_change, a_verdict, held

from ordertwin_stores.figures import Audited, Backlog, Received, Work
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.reviews import Answer, Claim, Ending, NewReview, ReviewKind, ReviewState

SINCE, UNTIL = MONDAY - timedelta(days=1), MONDAY + timedelta(days=3)
NEVER = (UNTIL, UNTIL + timedelta(days=9))


def test_orders_are_counted_by_day_and_source(store: OrderStore) -> None:
    register(store, a_registration("SO-1"))
    held(store, "SO-2")
    day = MONDAY.toordinal() - 719_163
    assert store.reviews.received(TENANT, SINCE, UNTIL) == (Received(day, "shop", 2),)
    assert store.reviews.received(TENANT, *NEVER) == ()
    assert store.reviews.received("elsewhere", SINCE, UNTIL) == ()


def test_flagged_orders_come_page_after_page_with_what_was_said(
    store: OrderStore, reopen: StoreFactory
) -> None:
    register(store, a_registration("SO-0"))
    for number, answer in ((1, Answer.MATCH), (2, Answer.DISTINCT), (3, Answer.UNSURE)):
        key = held(store, f"SO-{number}", relation="RESEND")
        verdict = a_verdict(f"SO-{number}", answer)
        change = a_change(key, f"c-{number}", state=ReviewState.DECIDED, verdicts=(verdict,))
        store.reviews.change(TENANT, change)
    again = reopen().reviews
    first = again.flagged(TENANT, SINCE, UNTIL, 2, None)
    rest = again.flagged(TENANT, SINCE, UNTIL, 2, first[-1].position)
    assert [each.order.order_id for each in first + rest] == ["SO-1", "SO-2", "SO-3"]
    assert [each.duplicate for each in first + rest] == [True, False, None]
    assert [each.answered_at for each in first + rest] == [TUESDAY, TUESDAY, None]
    assert {each.relation for each in first + rest} == {"RESEND"}
    assert again.flagged(TENANT, *NEVER, 2, None) == ()


def test_a_withdrawn_verdict_says_nothing(store: OrderStore) -> None:
    key = held(store, "SO-1")
    said = (a_verdict("SO-1", Answer.MATCH),)
    store.reviews.change(TENANT, a_change(key, verdicts=said, state=ReviewState.DECIDED))
    store.reviews.change(TENANT, a_change(key, "c-2", expected=2, endings=(Ending(1),)))
    (seen,) = store.reviews.flagged(TENANT, SINCE, UNTIL, 9, None)
    assert seen.duplicate is None


def test_audits_are_counted_by_probability_and_answer(store: OrderStore) -> None:
    for number in (1, 2):
        asks = NewReview(key=f"audit-{number}", kind=ReviewKind.AUDIT, inclusion=0.01)
        register(store, a_registration(f"SO-{number}", asks=asks))
    said = (a_verdict("SO-1", Answer.MATCH),)
    store.reviews.change(TENANT, a_change("audit-1", verdicts=said, state=ReviewState.DECIDED))
    counted = store.reviews.audited(TENANT, SINCE, UNTIL)
    assert counted == (Audited(0.01, True, 1), Audited(0.01, None, 1))


def test_work_is_from_claim_to_end_and_the_rest_is_backlog(store: OrderStore) -> None:
    key = held(store, "SO-1")
    assert store.reviews.backlog(TENANT) == Backlog(1, MONDAY)
    for number, minutes in enumerate((0, 2)):
        now = TUESDAY + timedelta(minutes=minutes)
        claim = Claim("people/ann", now + timedelta(minutes=15))
        change = a_change(key, f"k-{number}", at=now, expected=number + 1, claim=claim)
        store.reviews.change(TENANT, change)
    end = TUESDAY + timedelta(minutes=5)
    store.reviews.change(
        TENANT,
        a_change(key, at=end, expected=3, verdicts=(a_verdict("SO-1"),), state=ReviewState.DECIDED),
    )
    assert store.reviews.work(TENANT, SINCE, UNTIL) == Work(1, 300.0)
    assert store.reviews.backlog(TENANT) == Backlog(0, None)
