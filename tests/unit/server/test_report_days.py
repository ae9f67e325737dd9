"""Days are counted once, and again when something about them changed."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.conformance.stores.entries import MONDAY, TENANT, an_audit_entry, an_order, register
from tests.conformance.stores.review_entries import TUESDAY, a_change, a_verdict, in_doubt
from tests.conformance.stores.test_erasing import an_erasure, without_name
from tests.conformance.stores.test_resolutions import a_merge

from ordertwin_models.order import OrderState, Party
from ordertwin_server.commands import report_tallies
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.report_days import KEPT_SECONDS, CountedDay, CountedDays
from ordertwin_server.commands.report_tallies import BEYOND, KEPT, Dimension
from ordertwin_stores.access import Put
from ordertwin_stores.events import VERDICT_GIVEN, VERDICT_WITHDRAWN
from ordertwin_stores.figures import FigureReader, Flagged, Received
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.resolutions import Leaving
from ordertwin_stores.reviews import Answer, Ending, ReviewState

DAY = timedelta(days=1)
TODAY = MONDAY.replace(hour=0, minute=0, second=0, microsecond=0)
FIRST, LAST = TODAY - 2 * DAY, TODAY + 3 * DAY


class Read(FigureReader):
    """A reader that notes which days are read."""

    def __init__(self, reader: FigureReader) -> None:
        self._reader = reader
        self.days: list[datetime] = []

    def received(self, tenant: str, since: datetime, until: datetime) -> tuple[Received, ...]:
        self.days += [since + number * DAY for number in range((until - since).days)]
        return self._reader.received(tenant, since, until)

    def flagged(
        self,
        tenant: str,
        since: datetime,
        until: datetime,
        size: int,
        position: tuple[int, int] | None,
    ) -> tuple[Flagged, ...]:
        return self._reader.flagged(tenant, since, until, size, position)


class Desk:
    """Counts, at a time that stands still until it is moved on."""

    def __init__(self, store: OrderStore, most: int = 100) -> None:
        self.read, self.now = Read(store.reviews), 0.0
        self._counted = CountedDays(self.read, store.events, lambda: self.now, most)

    def days(self, since: datetime = FIRST, until: datetime = LAST) -> dict[datetime, CountedDay]:
        self.read.days.clear()
        return dict(self._counted(Call(TENANT), since, until))


def hold(store: OrderStore, order_id: str, at: datetime) -> None:
    entry = in_doubt(order_id)
    decision = replace(entry.decision, decided_at=at)
    register(store, replace(entry, at=at, decision=decision))


def answer(store: OrderStore, order_id: str) -> None:
    said = (a_verdict(order_id, Answer.MATCH),)
    change = a_change(
        f"review-{order_id}",
        f"c-{order_id}",
        state=ReviewState.DECIDED,
        verdicts=said,
        event=VERDICT_GIVEN,
    )
    store.reviews.change(TENANT, change)


@pytest.fixture
def desk(store: OrderStore) -> Desk:
    """Two days with a flagged order each, and days without any."""
    hold(store, "SO-1", MONDAY)
    hold(store, "SO-2", MONDAY - DAY)
    return Desk(store)


def test_what_was_counted_is_not_read_again(desk: Desk) -> None:
    first = desk.days()
    assert len(desk.read.days) == len(first) == 5
    assert [day.total.flagged for day in first.values()] == [0, 1, 1, 0, 0]
    assert desk.days() == first
    assert desk.read.days == []


def test_a_verdict_has_the_day_of_its_order_counted_again(desk: Desk, store: OrderStore) -> None:
    desk.days()
    answer(store, "SO-2")
    days = desk.days()
    assert [day.total.confirmed for day in days.values()] == [0, 1, 0, 0, 0]
    assert TODAY - DAY in desk.read.days
    assert TODAY not in desk.read.days


def test_a_verdict_that_is_withdrawn_no_longer_counts(desk: Desk, store: OrderStore) -> None:
    answer(store, "SO-1")
    assert sum(day.total.confirmed for day in desk.days().values()) == 1
    end = a_change("review-SO-1", "w", expected=2, endings=(Ending(1),), event=VERDICT_WITHDRAWN)
    store.reviews.change(TENANT, end)
    assert sum(day.total.confirmed for day in desk.days().values()) == 0


def test_a_new_order_has_its_day_counted_again(desk: Desk, store: OrderStore) -> None:
    desk.days()
    hold(store, "SO-3", TUESDAY)
    assert sum(day.total.flagged for day in desk.days().values()) == 3
    assert desk.read.days == [TODAY + DAY]


def test_nothing_of_a_customer_who_was_erased_is_remembered(desk: Desk, store: OrderStore) -> None:
    assert {key for day in desk.days().values() for key in day.orders}
    orders = [store.get_order(TENANT, f"order-SO-{number}").order for number in (1, 2)]
    store.erase(TENANT, an_erasure(*map(without_name, orders)))
    desk.days()
    assert len(desk.read.days) == 5


def test_after_an_hour_everything_is_counted_again(desk: Desk) -> None:
    desk.days()
    desk.now += KEPT_SECONDS + 1
    desk.days()
    assert len(desk.read.days) == 5


def test_people_who_come_and_go_have_nothing_counted_again(desk: Desk, store: OrderStore) -> None:
    desk.days()
    put = Put("key", "k-1", "{}", 0)
    store.access.change(TENANT, (put,), None, an_audit_entry("keys/k-1"), MONDAY)
    desk.days()
    assert desk.read.days == []


def test_every_order_that_a_merge_is_about_has_its_day_counted_again(
    desk: Desk, store: OrderStore
) -> None:
    """Also when the orders keep the state that they had."""
    hold(store, "SO-3", MONDAY - 2 * DAY)
    desk.days()
    keys = ("order-SO-2", "order-SO-3")
    leaving = tuple(Leaving(key, 1, OrderState.HELD, findable=False) for key in keys)
    merge = a_merge(leaving=leaving)
    store.resolutions.resolve(TENANT, merge)
    desk.days()
    assert {TODAY - DAY, TODAY - 2 * DAY} <= set(desk.read.days)


def test_the_days_that_were_asked_for_last_are_kept_whatever_is_in_them(store: OrderStore) -> None:
    hold(store, "SO-1", MONDAY)
    desk = Desk(store, most=2)
    desk.days()
    desk.days()
    assert desk.read.days == [TODAY - 2 * DAY, TODAY - DAY, TODAY]


def test_a_day_with_orders_weighs_what_they_and_their_groups_do(store: OrderStore) -> None:
    hold(store, "SO-1", MONDAY)
    hold(store, "SO-2", MONDAY - DAY)
    weights = [day.weight for day in Desk(store).days().values()]
    assert weights[0] == weights[3] == weights[4] == 1
    desk = Desk(store, most=sum(weights) - 2)
    desk.days()
    desk.days()
    assert desk.read.days == [TODAY - 2 * DAY, TODAY - DAY]


def test_days_whose_hour_is_over_are_no_longer_held(store: OrderStore) -> None:
    desk = Desk(store)
    gone = [weakref.ref(day.pairs) for day in desk.days().values()]
    desk.now += KEPT_SECONDS + 1
    desk.days(FIRST + 7 * DAY, LAST + 7 * DAY)
    gc.collect()
    assert all(pairs() is None for pairs in gone)


def test_of_very_many_sources_the_further_ones_are_counted_together() -> None:
    day = CountedDay(0.0)
    for number in range(KEPT + 9):
        day.receive(f"source-{number}", 2)
    assert len(day.groups[Dimension.SOURCE]) == KEPT + 1
    assert day.groups[Dimension.SOURCE][BEYOND].received == 18
    assert day.total.received == 2 * (KEPT + 9)


def test_customers_who_are_not_told_apart_have_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_tallies, "KEPT", 2)
    day = CountedDay(0.0)
    for number in range(4):
        customer = Party(party_id=f"C-{number}", name=f"Customer {number}")
        order = an_order(f"SO-{number}", customer=customer)
        day.flag(
            Flagged(
                position=(0, number),
                at=MONDAY,
                order_key=f"order-SO-{number}",
                order=order,
                sure=True,
                relation="REKEYED",
                duplicate=None,
                answered_at=None,
            )
        )
    assert list(day.groups[Dimension.CUSTOMER]) == ["C-0", "C-1", BEYOND]
    assert list(day.names) == ["C-0", "C-1"]
