"""Small named builders for orders, and a store of a few lines, for tests of the core."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from ordertwin_models.assessment import assess, featurise, prepare
from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison import COMPARISON_NAMES, compare
from ordertwin_models.decision import Decision
from ordertwin_models.order import Channel, Order, OrderLine, OrderState, Party, PostalAddress
from ordertwin_models.policy import Policy, Standing
from ordertwin_models.preparation import IncomingOrder
from ordertwin_models.term_frequency import TermFrequencies

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def line(sku: str = "", quantity: float | str = 1, **fields: Any) -> OrderLine:
    """A line with a SKU; the rest by name."""
    return OrderLine(sku=sku, quantity=Decimal(str(quantity)), **fields)


def acme(**fields: Any) -> Party:
    """A customer with everything known."""
    known = {
        "party_id": "C-7",
        "name": "ACME Trading Ltd",
        "contact_name": "Jane Smith",
        "phone": "+44 20 7946 0958",
        "email": "jane@acme.example",
    }
    return Party(**(known | fields))


BASKET = (
    line("85123A", 6, name="White hanging heart", unit_price=Decimal("2.55")),
    line("71053", 12, name="White metal lantern", unit_price=Decimal("3.39")),
    line("84406B", 8, name="Cream cupid hearts coat hanger", unit_price=Decimal("2.75")),
)


ELSEWHERE = PostalAddress(
    region_code="GB", postal_code="M1 1AE", locality="Manchester",
    address_lines=("25 Piccadilly",),
)  # fmt: skip
"""A place that is not the usual one."""


def an_order(order_id: str = "A", after: timedelta = timedelta(), **fields: Any) -> Order:
    """ACME's order for the usual basket, `after` Monday morning."""
    known: dict[str, Any] = {
        "order_id": order_id,
        "order_number": f"SO-{order_id}",
        "ordered_at": MONDAY + after,
        "customer_reference": "PO-4711",
        "channel": Channel.EDI,
        "source": "edi-gateway",
        "customer": acme(),
        "ship_to": PostalAddress(
            region_code="GB", postal_code="SW1A 2AA", locality="London",
            address_lines=("10 Downing Street",),
        ),
        "lines": BASKET,
        "currency_code": "GBP",
    }  # fmt: skip
    return Order(**(known | fields))


@dataclass
class Shelf:
    """A store in memory: enough to block, count and decide in arrival order."""

    counts: Counter[int] = field(default_factory=Counter)
    behind: dict[int, list[int]] = field(default_factory=dict)
    stored: list[Candidate] = field(default_factory=list)

    def incoming(self, order: Order) -> IncomingOrder:
        """Features of an order that arrives now."""
        return featurise(prepare(order), TermFrequencies(len(self.stored), self.counts))

    def candidates(self, incoming: IncomingOrder) -> list[Candidate]:
        """Stored orders that share a key, newest first."""
        rules: dict[int, list[str]] = {}
        for lookup in incoming.lookups:
            for at in self.behind.get(lookup.key, [])[-lookup.cap :]:
                rules.setdefault(at, []).append(lookup.rule)
        return [
            self.stored[at]._replace(rules=tuple(dict.fromkeys(rules[at])))
            for at in sorted(rules, reverse=True)
        ]

    def put(self, order: Order, state: OrderState = OrderState.RECEIVED) -> None:
        """Store an order."""
        incoming = self.incoming(order)
        for key in incoming.blocking_keys:
            self.behind.setdefault(key, []).append(len(self.stored))
        self.counts.update(incoming.terms)
        self.stored.append(
            Candidate(
                sequence=len(self.stored) + 1,
                key=order.order_id,
                state=state,
                state_changed_at=order.ordered_at,
                features=incoming.features.to_bytes(),
                rules=(),
            )
        )

    def vectors(self, order: Order) -> list[dict[str, float]]:
        """What the comparisons say of an order and every stored one, oldest first."""
        matrix = compare(self.incoming(order).features, self.stored)
        return [dict(zip(COMPARISON_NAMES, row, strict=True)) for row in matrix.tolist()]

    def decide(self, order: Order, **options: Any) -> Decision:
        """What the rules say of an order."""
        incoming = self.incoming(order)
        model = options.pop("model", None)
        attended, policy = options.pop("attended", False), options.pop("policy", Policy())
        value = float(incoming.features.header["amount"])
        options.setdefault("standing", Standing.of(policy, order, value=value, attended=attended))
        return assess(
            model,
            incoming,
            self.candidates(incoming),
            truncated=False,
            at=order.ordered_at,
            **options,
        )


def vector(
    first: Order, second: Order, state: OrderState = OrderState.RECEIVED
) -> dict[str, float]:
    """What the comparisons say of `second` when only `first` is stored."""
    shelf = Shelf()
    shelf.put(first, state)
    return shelf.vectors(second)[0]
