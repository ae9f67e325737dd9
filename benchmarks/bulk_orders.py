"""Many plain orders of ten lines, quickly: what a store looks like after years of business."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.order import Channel, Order, OrderLine, OrderState, Party, PostalAddress
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_stores.codec import order_digest
from ordertwin_stores.interface import HistoryEntry

LINES = 10
ITEMS = 20_000
CUSTOMERS = 5_000
FIRST_DAY = datetime(2024, 1, 1, 8, tzinfo=UTC)
SPAN = timedelta(days=700)
REPEATED_SHARE = 0.02
_SHAPES = ("bolt", "hinge", "lamp", "frame", "basket", "kettle", "towel", "cable", "valve", "brush")
_LOOKS = ("zinc", "oak", "white", "steel", "blue", "matt", "brass", "clear", "black", "linen")
_TOWNS = ("Leeds", "York", "Hull", "Derby", "Luton", "Bath", "Perth", "Truro", "Poole", "Stoke")


class Business:
    """A seeded business with many customers; some of them, and some items, come often."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._number = 0

    def order(self, at: datetime) -> Order:
        """The next order."""
        rng, self._number = self._rng, self._number + 1
        customer = int(rng.random() ** 2 * CUSTOMERS)
        lines = tuple(_line(place, rng) for place in range(1, LINES + 1))
        return Order(
            order_id=f"B-{self._number:09d}",
            order_number=f"SO{self._number:09d}",
            customer_reference=f"PO-{customer:04d}-{self._number:07d}",
            channel=rng.choice((Channel.EDI, Channel.WEB, Channel.PHONE, Channel.EMAIL)),
            source="bulk",
            entered_by=f"clerk{self._number % 40}",
            ordered_at=at,
            customer=Party(
                party_id=f"C-{customer}",
                name=f"Trader {customer} Ltd",
                email=f"orders@trader{customer}.example",
                phone=f"+44 20 7946 {customer:04d}",
            ),
            ship_to=PostalAddress(
                region_code="GB",
                postal_code=f"LS{customer % 90 + 1} {customer % 9 + 1}AB",
                locality=_TOWNS[customer % len(_TOWNS)],
                address_lines=(f"{customer % 200 + 1} High Street",),
            ),
            lines=lines,
            currency_code="GBP",
            total_amount=sum((_amount(line) for line in lines), Decimal(0)),
        )

    def arrivals(self, count: int, since: datetime) -> Iterator[Order]:
        """Orders as they come in, one a minute; now and then one comes twice."""
        last: Order | None = None
        for number in range(count):
            at = since + timedelta(minutes=number)
            if last is not None and self._rng.random() < REPEATED_SHARE:
                yield replace(last, order_id=f"{last.order_id}-again", ordered_at=at)
                last = None
                continue
            last = self.order(at)
            yield last


def _line(place: int, rng: random.Random) -> OrderLine:
    item = int(rng.random() ** 3 * ITEMS)
    name = f"{_LOOKS[item % 10]} {_SHAPES[item // 10 % 10]} {item // 100}"
    return OrderLine(
        line_id=str(place),
        sku=f"{item + 10_000}",
        name=name,
        quantity=Decimal(rng.choice((1, 2, 4, 6, 10, 12, 24, 48, 100))),
        unit="pcs",
        unit_price=Decimal(item % 900 + 50) / 100,
    )


def _amount(line: OrderLine) -> Decimal:
    return (line.quantity or Decimal(0)) * (line.unit_price or Decimal(0))


def history(orders: int, seed: int, progress: Callable[[int], None]) -> Iterator[HistoryEntry]:
    """Entries for `OrderStore.load`, with term counts as they were when each order came in."""
    business, counts = Business(seed), Counter[int]()
    for number in range(orders):
        at = FIRST_DAY + SPAN * (number / orders)
        order = business.order(at)
        prepared = prepare(order)
        incoming = featurise(prepared, TermFrequencies(number, counts))
        counts.update(incoming.terms)
        yield HistoryEntry(
            order_key=f"bulk-{number:09d}",
            order=order,
            digest=order_digest(order),
            state=OrderState.COMPLETED,
            features=incoming.features.to_bytes(),
            blocking_keys=incoming.blocking_keys,
            terms=incoming.terms,
            at=at,
        )
        progress(number + 1)
