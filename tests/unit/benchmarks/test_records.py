"""Orders as flat records, and what a system is told to have found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from benchmarks.orders.records import LabelledStream, Scored
from ordertwin_models.decision import Relation
from ordertwin_models.order import Order, OrderLine, OrderState, Party
from ordertwin_training.stream import BACKGROUND, OrderEvent, StatusEvent, Truth

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)


def an_order(number: int, sku: str = "A-1") -> Order:
    return Order(
        order_id=f"SO-{number}",
        ordered_at=MORNING + timedelta(minutes=number),
        customer=Party(party_id="C-1", name="Müller GmbH", phone="+49 30 1234567"),
        lines=(OrderLine(sku=sku),),
    )


def a_stream(*extra: StatusEvent) -> LabelledStream:
    first = OrderEvent(an_order(0), BACKGROUND)
    copy = OrderEvent(an_order(1), Truth(Relation.RETRY, "SO-0"))
    again = OrderEvent(an_order(2), Truth(Relation.REKEYED, "SO-1"))
    other = OrderEvent(an_order(3, "B-2"), BACKGROUND)
    unknown = OrderEvent(an_order(4, "B-3"), None)
    return LabelledStream("a", [first, copy, *extra, again, other, unknown])


def test_copies_of_copies_are_one_purchase() -> None:
    stream = a_stream()
    assert stream.is_copy(2, 0)
    assert stream.is_copy(2, 1)
    assert not stream.is_copy(3, 0)
    assert not stream.is_known(4)


def test_a_record_is_folded_text_and_digits() -> None:
    record = a_stream().records[0]
    assert (record.name, record.phone, record.basket) == ("muller gmbh", "301234567", "A-1")


def test_a_pair_above_the_threshold_flags_and_names_the_counterpart() -> None:
    cases = a_stream().cases([Scored(1, 0, 0.9), Scored(2, 0, 0.4), Scored(3, 0, 0.8)], 0.5)
    assert [case.flagged for case in cases] == [False, True, False, True]
    assert cases[2].counterpart_named
    assert len(cases) == 4, "orders of unknown truth are no cases"


def test_orders_that_were_dead_by_then_are_taken_out_of_the_answers() -> None:
    died = StatusEvent("", "SO-0", OrderState.CANCELLED, MORNING + timedelta(minutes=1))
    stream = a_stream(died)
    assert not stream.was_dead(0, 1)
    assert stream.was_dead(0, 2)
    assert stream.cases([Scored(2, 0, 0.9)], 0.5)[2].probability == 0.0
