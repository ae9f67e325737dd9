"""Orders as flat records, the way somebody prepares them for a general tool of record linkage.

Text is folded (case, accents, punctuation), phones are reduced to digits, and a basket becomes a
set of article codes, or of folded names where there are no codes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ordertwin_cli.replaying.judge import Answered, Judge
from ordertwin_models.assessment import MATCHES_SHOWN
from ordertwin_models.decision import Outcome
from ordertwin_models.order import DEAD_STATES, Order
from ordertwin_training.detection_report import DetectionCase
from ordertwin_training.stream import Event, OrderEvent

_NO_WORD = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Record:
    """One order, flat. Missing text is "", a missing amount None; `purchase` is equal for copies of
    one purchase."""

    place: int
    order_id: str
    customer_id: str
    name: str
    contact: str
    phone: str
    email: str
    reference: str
    street: str
    postcode: str
    city: str
    amount: float | None
    at: datetime
    channel: str
    entered_by: str
    requested: str
    items: frozenset[str]
    quantities: frozenset[str]
    basket: str
    purchase: int

    @property
    def seconds(self) -> float:
        """Time of ordering, seconds since 1970."""
        return self.at.timestamp()


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair of places in the stream, the later first, and how sure a system is (0 to 1)."""

    incoming: int
    existing: int
    score: float


class LabelledStream:
    """A stream with everything that a system may be given: events, records, who copied whom."""

    def __init__(self, name: str, events: Iterable[Event]) -> None:
        self.name = name
        self.events = list(events)
        self.orders = [event for event in self.events if isinstance(event, OrderEvent)]
        self.records = _records(self.orders)
        self._dead = _deaths(self.events)

    def is_copy(self, incoming: int, existing: int) -> bool:
        """Whether two orders are copies of one purchase."""
        return self.records[incoming].purchase == self.records[existing].purchase

    def is_known(self, place: int) -> bool:
        """Whether it is known what an order is."""
        return self.orders[place].truth is not None

    def was_dead(self, existing: int, incoming: int) -> bool:
        """Whether the earlier order had been cancelled or sent back when the later one came."""
        return self._dead.get(existing, len(self.orders)) <= incoming

    def cases(self, pairs: Iterable[Scored], threshold: float) -> list[DetectionCase]:
        """What every order was told by a system that flags from a threshold on.

        A system that knows nothing of states is not blamed for it: orders that were dead by then
        are taken out of its answers.
        """
        found: dict[int, list[Scored]] = {}
        for pair in pairs:
            if not self.was_dead(pair.existing, pair.incoming):
                found.setdefault(pair.incoming, []).append(pair)
        judge = Judge()
        for place, event in enumerate(self.orders):
            best = sorted(found.get(place, ()), key=lambda p: (-p.score, -p.existing))
            top = best[:MATCHES_SHOWN]
            score = top[0].score if top else 0.0
            answered = Answered(
                outcome=Outcome.REVIEW if top and score >= threshold else Outcome.UNIQUE,
                probability=score,
                named=tuple(self.orders[pair.existing].order.order_id for pair in top),
            )
            judge.take(event, answered)
        return judge.cases


def folded(text: str) -> str:
    """Lower case, no accents, no punctuation.

    >>> folded("Café-Müller  GmbH.")
    'cafe muller gmbh'
    """
    bare = unicodedata.normalize("NFKD", text.casefold())
    return _NO_WORD.sub(" ", "".join(c for c in bare if not unicodedata.combining(c))).strip()


def _records(orders: Sequence[OrderEvent]) -> list[Record]:
    purchases: dict[str, int] = {}
    records = []
    for place, event in enumerate(orders):
        truth = event.truth
        known = truth is not None and truth.is_duplicate and truth.counterpart in purchases
        copied = truth.counterpart if truth and known else None
        purchases[event.order.order_id] = purchases[copied] if copied else place
        records.append(_record(event.order, place, purchases[event.order.order_id]))
    return records


def _record(order: Order, place: int, purchase: int) -> Record:
    party, ship_to = order.customer, order.ship_to
    items = [
        (line.sku or line.gtin or folded(f"{line.name} {line.specification}"), line.quantity)
        for line in order.lines
    ]
    codes = frozenset(code for code, _ in items if code)
    return Record(
        place=place,
        order_id=order.order_id,
        customer_id=party.party_id,
        name=folded(party.name),
        contact=folded(party.contact_name),
        phone="".join(char for char in party.phone if char.isdigit())[-9:],
        email=party.email.casefold(),
        reference=order.customer_reference.strip().casefold(),
        street=folded(" ".join(ship_to.address_lines)),
        postcode=folded(ship_to.postal_code),
        city=folded(ship_to.locality),
        amount=None if order.total_amount is None else float(order.total_amount),
        at=order.ordered_at,
        channel=str(order.channel),
        entered_by=order.entered_by,
        requested=str(order.requested_delivery_date or ""),
        items=codes,
        quantities=frozenset(f"{code}×{quantity}" for code, quantity in items if code),
        basket="|".join(sorted(codes)),
        purchase=purchase,
    )


def _deaths(events: Sequence[Event]) -> dict[int, int]:
    """For each order that died the place of the first order that came after its death."""
    places: dict[tuple[str, str], int] = {}
    deaths: dict[int, int] = {}
    arrived = 0
    for event in events:
        if isinstance(event, OrderEvent):
            places[event.order.source, event.order.order_id] = arrived
            arrived += 1
        elif event.state in DEAD_STATES:
            place = places.get((event.source, event.order_id))
            if place is not None:
                deaths[place] = arrived
    return deaths
