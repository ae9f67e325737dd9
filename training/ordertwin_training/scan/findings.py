"""What a scan finds, as values that a line of JSON can hold."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from ordertwin_models.order import Order, OrderState
from ordertwin_stores.interface import StoredOrder

MOST_EXAMPLES = 5
MOST_NAMES = 5_000
"""Distinct values counted for one dimension; further ones are counted together."""
OTHERS = "…"


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What a report says of an order. `value` is in `currency`, None when nobody knows."""

    sequence: int
    order_id: str
    number: str
    source: str
    channel: str
    customer_id: str
    customer: str
    clerk: str
    ordered_at: str
    reference: str
    value: float | None
    currency: str
    state: str
    lines: int

    @property
    def is_dead(self) -> bool:
        """Whether it no longer stands for goods that will go out."""
        return OrderState(self.state).is_dead

    @property
    def has_left(self) -> bool:
        """Whether its goods went out."""
        return self.state in (OrderState.SHIPPED, OrderState.COMPLETED)


def facts_of(sequence: int, stored: StoredOrder, value: float | None) -> OrderFacts:
    """The facts of a stored order."""
    order: Order = stored.order
    return OrderFacts(
        sequence=sequence,
        order_id=order.order_id,
        number=order.order_number or order.order_id,
        source=order.source,
        channel=order.channel.value,
        customer_id=order.customer.party_id,
        customer=order.customer.name or order.customer.contact_name,
        clerk=order.entered_by,
        ordered_at=order.ordered_at.isoformat(),
        reference=order.customer_reference,
        value=value,
        currency=order.currency_code,
        state=stored.state.value,
        lines=len(order.lines),
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """An order that is flagged, with the likeliest twin before it.

    `reasons` are the strongest ones, each with its weight in log2 odds.
    """

    order: OrderFacts
    twin: OrderFacts
    outcome: str
    action: str
    probability: float
    relation: str
    rules: tuple[str, ...]
    summary: str
    reasons: tuple[tuple[float, str], ...]

    @classmethod
    def read(cls, document: dict[str, Any]) -> Pair:
        """The pair in a document that `asdict` made."""
        return cls(
            order=OrderFacts(**document["order"]),
            twin=OrderFacts(**document["twin"]),
            outcome=document["outcome"],
            action=document["action"],
            probability=document["probability"],
            relation=document["relation"],
            rules=tuple(document["rules"]),
            summary=document["summary"],
            reasons=tuple((weight, text) for weight, text in document["reasons"]),
        )


@dataclass(slots=True)
class Quality:
    """Data-quality findings: how many orders, and the first few of them.

    `junk` counts references that identify nothing; `shared` holds contact data (kind and value)
    with the customer numbers that use it; `alike` counts pairs of customer numbers with one name.
    """

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    junk: Counter[str] = field(default_factory=Counter)
    shared: dict[str, list[str]] = field(default_factory=dict)
    alike: Counter[str] = field(default_factory=Counter)

    def note(self, finding: str, order: str) -> None:
        """One order more has this finding."""
        self.counts[finding] += 1
        shown = self.examples.setdefault(finding, [])
        if len(shown) < MOST_EXAMPLES:
            shown.append(order)

    def share(self, kind: str, value: str, customers: tuple[str, str]) -> None:
        """Two customers use the same contact data."""
        known = self.shared.setdefault(f"{kind}\t{value}", [])
        known += [one for one in customers if one not in known]

    def add(self, other: Quality) -> None:
        """Take in what was found elsewhere."""
        self.counts.update(other.counts)
        for finding, orders in other.examples.items():
            shown = self.examples.setdefault(finding, [])
            shown += orders[: MOST_EXAMPLES - len(shown)]
        add_bounded(self.junk, other.junk)
        add_bounded(self.alike, other.alike)
        for place, customers in other.shared.items():
            if place in self.shared or len(self.shared) < MOST_NAMES:
                known = self.shared.setdefault(place, [])
                known += [one for one in customers if one not in known]


@dataclass(slots=True)
class Chunk:
    """What was found among the orders with sequences up to `until`, from the chunk before on.

    `totals` counts all orders by dimension (`channel`, `source`, `clerk`, `month`).
    """

    until: int
    orders: int = 0
    first_at: str = ""
    last_at: str = ""
    pairs: list[Pair] = field(default_factory=list)
    settled: int = 0
    truncated: int = 0
    totals: dict[str, Counter[str]] = field(default_factory=dict)
    quality: Quality = field(default_factory=Quality)

    def count(self, dimension: str, name: str) -> None:
        """One order more, by one of its dimensions."""
        self.totals.setdefault(dimension, Counter())[name] += 1

    def to_line(self) -> str:
        """One line of the findings file."""
        quality = self.quality
        document = {
            "until": self.until,
            "orders": self.orders,
            "first_at": self.first_at,
            "last_at": self.last_at,
            "pairs": [asdict(pair) for pair in self.pairs],
            "settled": self.settled,
            "truncated": self.truncated,
            "totals": self.totals,
            "quality": {name: getattr(quality, name) for name in Quality.__slots__},
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Chunk:
        """The inverse of `to_line`; `ValueError` for a line that was cut off."""
        document = json.loads(line)
        quality = document.pop("quality")
        pairs = [Pair.read(pair) for pair in document.pop("pairs")]
        totals = {name: Counter(counts) for name, counts in document.pop("totals").items()}
        found = Quality(
            counts=Counter(quality["counts"]),
            examples=quality["examples"],
            junk=Counter(quality["junk"]),
            shared=quality["shared"],
            alike=Counter(quality["alike"]),
        )
        return cls(**document, pairs=pairs, totals=totals, quality=found)


def add_bounded(into: Counter[str], more: Counter[str]) -> None:
    """Add counts; names beyond the bound are counted together, so that memory stays bounded.

    >>> counts = Counter({"EDI": 2})
    >>> add_bounded(counts, Counter({"EDI": 1, "WEB": 4}))
    >>> counts == {"EDI": 3, "WEB": 4}
    True
    """
    for name, count in more.items():
        into[name if name in into or len(into) < MOST_NAMES else OTHERS] += count
