"""Builders of realistic decisions, and what a clerk should read about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import log2, log10

from ordertwin_models.decision import Action, Decision, LineAlignment, Match, Outcome, Relation
from ordertwin_models.explanation import explain
from ordertwin_models.order import Channel, Order, OrderLine, OrderState, Party
from ordertwin_models.policy import DUPLICATE_THRESHOLD

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EXISTING = Order(
    order_id="1001",
    order_number="SO-1001",
    ordered_at=MONDAY,
    customer_reference="PO-4711",
    channel=Channel.PHONE,
    customer=Party(name="Acme Ltd"),
    currency_code="GBP",
    total_amount=Decimal("183.60"),
    lines=tuple(OrderLine(sku=f"S-{n}", quantity=Decimal(6)) for n in range(12)),
)


def aligned(
    shared: int,
    mine: int = 0,
    theirs: int = 0,
    quantities_changed: int = 0,
    prices_changed: int = 0,
) -> tuple[LineAlignment, ...]:
    """`shared` pairs of lines, then lines that only one order has."""
    return (
        *(
            LineAlignment(
                str(n),
                str(n),
                1.0,
                2.0 if n <= quantities_changed else 1.0,
                1.1 if n <= prices_changed else 1.0,
            )
            for n in range(1, shared + 1)
        ),
        *(LineAlignment(f"m{n}", "", 0.0, 0.0, 0.0) for n in range(mine)),
        *(LineAlignment("", f"t{n}", 0.0, 0.0, 0.0) for n in range(theirs)),
    )


SAME_LINES = aligned(12)
SEEN = {
    "reference": (4.0, 5.0),
    "customer": (1.0, 2.0),
    "incoming_lines_shared": (1.0, 2.5),
    "existing_lines_shared": (1.0, 2.5),
}
"""Comparison → its number and its contribution, for a plain duplicate."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A decision in short, and what is said about it."""

    name: str
    outcome: Outcome = Outcome.DUPLICATE
    action: Action = Action.LINK
    rules: tuple[str, ...] = (DUPLICATE_THRESHOLD,)
    relation: Relation | None = None
    confidence: float = 0.9
    probability: float = 0.98
    later: timedelta = timedelta(minutes=12)
    seen: dict[str, tuple[float, float]]
    lines: tuple[LineAlignment, ...] = SAME_LINES
    state: OrderState = OrderState.ACCEPTED
    incoming: Order = EXISTING
    erased: bool = False
    truncated: bool = False
    degraded: bool = False
    english: str
    chinese: str

    def decision(self) -> Decision:
        prior = -8.0
        seconds = abs(self.later.total_seconds())
        vector: dict[str, float | None] = {name: value for name, (value, _) in self.seen.items()}
        weights = {name: weight for name, (_, weight) in self.seen.items()}
        match = Match(
            order_key="key-1",
            state=self.state,
            match_probability=self.probability,
            match_weight=prior + sum(weights.values()),
            prior_weight=prior,
            contributions=weights,
            vector={"time_gap": log10(1 + seconds), **vector},
            relation=self.relation or Relation.COINCIDENCE,
            relation_probability=self.confidence,
            line_alignments=self.lines,
            blocking_rules=("reference",),
        )
        return Decision(
            outcome=self.outcome,
            action=self.action,
            matches=(match,) if self.relation else (),
            policy_rules=self.rules,
            model_version="test",
            candidates_considered=1,
            candidates_truncated=self.truncated,
            degraded=self.degraded,
            decided_at=MONDAY,
        )

    def summary(self, language: str) -> str:
        incoming = replace(self.incoming, order_id="1002", ordered_at=MONDAY + self.later)
        existing = {} if self.erased else {"key-1": EXISTING}
        return explain(self.decision(), incoming, existing, language).summary


def weekly(days: float, usual: float) -> tuple[float, float]:
    """The rhythm of a basket that came after `days`, usually every `usual` days."""
    return log2(days / usual), -4.0
