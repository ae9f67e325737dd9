"""Many plain orders of ten lines, quickly: what a store looks like after years of business."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.order import Channel, Order, OrderLine, OrderState, Party, PostalAddress
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_stores.codec import canonical_order, document_digest
from ordertwin_stores.interface import HistoryEntry

LINES = 10
ITEMS = 20_000
CUSTOMERS = 5_000
ORDERS_A_CUSTOMER = 200
HOUSE_SHARE = 0.02
FIRST_DAY = datetime(2024, 1, 1, 8, tzinfo=UTC)
SPAN = timedelta(days=700)
REPEATED_SHARE = 0.02
_SYLLABLES = ("ba", "ce", "do", "fi", "gu", "ka", "le", "mo", "ni", "ru")
_VOCABULARY = 600
_TOWNS = ("Leeds", "York", "Hull", "Derby", "Luton", "Bath", "Perth", "Truro", "Poole", "Stoke")


def customers_of(orders: int) -> int:
    """How many customers a business with a history of so many orders has."""
    return max(CUSTOMERS, orders // ORDERS_A_CUSTOMER)


class Business:
    """A seeded business: some customers and some items come often, and one customer number, that of
    sales over the counter, stands for everyone without an account.

    `only` makes every order that customer's.
    """

    def __init__(
        self, seed: int | str, customers: int = CUSTOMERS, only: int | None = None
    ) -> None:
        self._rng = random.Random(seed)
        self._customers, self._only = customers, only
        self._number = 0

    def order(self, at: datetime) -> Order:
        """The next order."""
        rng, self._number = self._rng, self._number + 1
        customer = int(rng.random() ** 2 * self._customers)
        if self._only is not None:
            customer = self._only
        elif rng.random() < HOUSE_SHARE:
            customer = 0
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
    return OrderLine(
        line_id=str(place),
        sku=f"{item + 10_000}",
        name=f"{_word(item)} {_word(item * 31)} {_word(item * 577)} {item % 97 + 3} cm",
        quantity=Decimal(rng.choice((1, 2, 4, 6, 10, 12, 24, 48, 100))),
        unit="pcs",
        unit_price=Decimal(item % 900 + 50) / 100,
    )


def _word(number: int) -> str:
    """A word of the vocabulary; the low ones come in more names, as real ones do."""
    place = (number * 7919 % _VOCABULARY) ** 2 // _VOCABULARY
    return "".join(_SYLLABLES[place // base % 10] for base in (100, 10, 1)) + "n"


def _amount(line: OrderLine) -> Decimal:
    return (line.quantity or Decimal(0)) * (line.unit_price or Decimal(0))


def history(
    orders: int, seed: int, progress: Callable[[int], None], *, only: int | None = None
) -> Iterator[HistoryEntry]:
    """Entries for `OrderStore.load`, with term counts as they were when each order came in.

    With `only`, all of them are that customer's and of the last day.
    """
    business, counts = Business(seed, customers_of(orders), only), Counter[int]()
    since, span = (FIRST_DAY, SPAN) if only is None else (FIRST_DAY + SPAN, timedelta(hours=12))
    for number in range(orders):
        at = since + span * (number / orders)
        order = business.order(at)
        prepared = prepare(order)
        incoming = featurise(prepared, TermFrequencies(number, counts))
        counts.update(incoming.terms)
        document = canonical_order(order)
        yield HistoryEntry(
            order_key=f"bulk-{number:09d}",
            order=order,
            digest=document_digest(document),
            state=OrderState.COMPLETED,
            features=incoming.features.to_bytes(),
            blocking_keys=incoming.blocking_keys,
            terms=incoming.terms,
            at=at,
            document=document,
        )
        progress(number + 1)


def newest(orders: int, seed: int, *, only: int, count: int) -> list[Order]:
    """The last `count` orders of a history made with the same arguments."""
    business = Business(seed, customers_of(orders), only)
    since, span = FIRST_DAY + SPAN, timedelta(hours=12)
    made = (business.order(since + span * (number / orders)) for number in range(orders))
    return list(deque(made, maxlen=count))
