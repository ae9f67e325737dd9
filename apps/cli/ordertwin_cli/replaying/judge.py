"""Judges answers against the truth, and asks the rule that ERPs ship about the same orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ordertwin_models.decision import Outcome
from ordertwin_models.order import Order
from ordertwin_training.detection_report import DetectionCase
from ordertwin_training.stream import OrderEvent, Truth


@dataclass(frozen=True, slots=True)
class Answered:
    """What matters of an answer: outcome, likeliest living twin, and the orders it named."""

    outcome: Outcome
    probability: float
    named: tuple[str, ...]


class ExactReferenceRule:
    """What ERPs ship: warn when this customer used this very reference before.

    The customer is the customer number, or the name where there is no number; nothing is
    normalised, and an order without reference is never suspicious.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], list[str]] = defaultdict(list)

    def earlier(self, order: Order) -> Sequence[str]:
        """Ids of the earlier orders that the rule would point to; the order is then remembered.

        >>> from datetime import UTC, datetime
        >>> from ordertwin_models.order import Party
        >>> rule = ExactReferenceRule()
        >>> first, second = (Order(order_id=i, ordered_at=datetime(2026, 3, 2, tzinfo=UTC),
        ...     customer_reference="PO-7", customer=Party(party_id="C-1")) for i in "ab")
        >>> list(rule.earlier(first)), list(rule.earlier(second))
        ([], ['a'])
        """
        customer = order.customer.party_id or order.customer.name
        if not customer or not order.customer_reference:
            return ()
        key = (customer, order.customer_reference)
        earlier = tuple(self._seen[key])
        self._seen[key].append(order.order_id)
        return earlier


@dataclass(slots=True)
class Judge:
    """Turns answers into cases, in the order in which the orders were sent."""

    cases: list[DetectionCase] = field(default_factory=list)
    first_named_right: int = 0
    _rule: ExactReferenceRule = field(default_factory=ExactReferenceRule)
    _purchase: dict[str, str] = field(default_factory=dict)

    def take(self, event: OrderEvent, answered: Answered) -> DetectionCase | None:
        """The case of this order; None (and nothing counted) when its truth is unknown."""
        earlier = self._rule.earlier(event.order)
        truth = event.truth
        if truth is None:
            return None
        self._remember(event.order.order_id, truth)
        case = DetectionCase(
            relation=truth.relation,
            outcome=answered.outcome,
            probability=answered.probability,
            counterpart_named=self._is_named(truth, answered.named),
            exact_reference=Outcome.DUPLICATE if earlier else Outcome.UNIQUE,
            exact_reference_counterpart_named=self._is_named(truth, earlier),
        )
        self.cases.append(case)
        if case.is_duplicate and case.flagged and self._is_named(truth, answered.named[:1]):
            self.first_named_right += 1
        return case

    def _remember(self, order_id: str, truth: Truth) -> None:
        """Copies of one purchase count as one: any of them is a right counterpart of the next."""
        if truth.is_duplicate and truth.counterpart is not None:
            self._purchase[order_id] = self._purchase_of(truth.counterpart)

    def counterpart_among(self, truth: Truth, named: Sequence[str]) -> str | None:
        """The first of the named orders that is a right counterpart; None when there is none."""
        if truth.counterpart is None:
            # Nobody wrote down which order it repeats, so naming any must do.
            return next(iter(named), None)
        wanted = self._purchase_of(truth.counterpart)
        return next((name for name in named if self._purchase_of(name) == wanted), None)

    def _is_named(self, truth: Truth, named: Sequence[str]) -> bool:
        return self.counterpart_among(truth, named) is not None

    def _purchase_of(self, order_id: str) -> str:
        return self._purchase.get(order_id, order_id)
