"""A policy as a value: what a company decided about thresholds, lists, hard facts and bursts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ordertwin_models.model import Thresholds
from ordertwin_models.order import Channel, Order, OrderState

_SMALLEST = 1e-9
COPIED_WITHIN_SECONDS = 1200.0
"""Double clicks come within seconds and repeated calls within minutes; who orders the same goods
again needs longer."""
COPIED_REFERENCE_WITHIN_DAYS = 5.0
"""Systems send a message again for so many days."""


class OrderName(NamedTuple):
    """The natural key of an order."""

    source: str
    order_id: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds as far as a policy states them; None leaves one to whoever is asked next.

    >>> Limits(review=0.6).over(Limits(duplicate=0.9)).on(Thresholds(0.4, 0.97, 0.2))
    Thresholds(review=0.6, duplicate=0.9, attended_review=0.2)
    """

    review: float | None = None
    duplicate: float | None = None
    attended_review: float | None = None

    def over(self, other: Limits) -> Limits:
        """These, and where they say nothing the other ones."""
        pairs = (
            (self.review, other.review),
            (self.duplicate, other.duplicate),
            (self.attended_review, other.attended_review),
        )
        return Limits(*(theirs if mine is None else mine for mine, theirs in pairs))

    def on(self, thresholds: Thresholds) -> Thresholds:
        """Thresholds of a model with these in their place.

        One that is stated takes along those that would contradict it: a review threshold above the
        model's duplicate threshold lifts that one too.
        """
        if self == _UNSTATED:
            return thresholds
        review = thresholds.review if self.review is None else self.review
        duplicate = thresholds.duplicate if self.duplicate is None else self.duplicate
        asked = thresholds.attended_review if self.attended_review is None else self.attended_review
        if self.review is None:
            review = min(review, duplicate)
        duplicate = max(duplicate, review)
        return Thresholds(review=review, duplicate=duplicate, attended_review=min(asked, review))


_UNSTATED = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What mistakes and questions cost, in one currency; thresholds follow from them.

    `missed` is a duplicate that goes out, `missed_share` the same as a share of the order's value,
    `review` the time of a reviewer, `block` a good order called a duplicate, `ask` a question to
    the person at the screen.

    >>> Costs(missed=100.0, review=5.0, block=250.0, ask=1.0).limits(value=None)
    Limits(review=0.05, duplicate=0.98, attended_review=0.01)
    """

    review: float
    block: float
    missed: float = 0.0
    missed_share: float = 0.0
    ask: float | None = None

    def limits(self, value: float | None) -> Limits:
        """The cheapest thresholds for an order of this value; none when nothing can be missed.

        Reviewing pays from p · missed ≥ review on, calling it a duplicate from (1 - p) · block ≤
        review on. Where a review never pays, both meet where p · missed = (1 - p) · block.
        """
        missed = self.missed + self.missed_share * (value or 0.0)
        if missed <= 0:
            return Limits()
        review, duplicate = self.review / missed, 1.0 - self.review / self.block
        if duplicate <= review:
            review = duplicate = self.block / (missed + self.block)
        ask = review if self.ask is None else min(self.ask / missed, review)
        return Limits(*(min(max(one, _SMALLEST), 1.0) for one in (review, duplicate, ask)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """For which orders a rule holds; an empty set or None excludes nothing."""

    channels: frozenset[Channel] = frozenset()
    sources: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    value_at_least: float | None = None
    value_below: float | None = None
    currency: str = ""
    attended: bool | None = None
    counterpart_states: frozenset[OrderState] = frozenset()

    def hold_for(self, order: Order, value: float | None, attended: bool) -> bool:
        """Whether they hold for an order; what they ask of the counterpart is left open.

        An order whose value nobody knows fits no condition on the value.
        """
        named = (
            (self.channels, order.channel),
            (self.sources, order.source),
            (self.companies, order.company),
            (self.customers, order.customer.party_id),
        )
        if any(wanted and given not in wanted for wanted, given in named):
            return False
        if self.currency and order.currency_code != self.currency:
            return False
        if self.attended is not None and attended != self.attended:
            return False
        least, most = self.value_at_least, self.value_below
        if least is None and most is None:
            return True
        return value is not None and (least or 0.0) <= value and (most is None or value < most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Thresholds for some orders. The first rule that holds for a pair decides."""

    name: str
    when: Conditions
    limits: Limits = _UNSTATED
    costs: Costs | None = None

    def limits_for(self, value: float | None) -> Limits:
        """What it states for an order of this value."""
        derived = self.costs.limits(value) if self.costs else _UNSTATED
        return self.limits.over(derived)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderList:
    """Customers, sources, references (normalised) and pairs of orders."""

    customers: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    pairs: frozenset[frozenset[OrderName]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstRule:
    """When the duplicates of one source are a burst: a connector that sends a file again.

    `orders` flagged within `minutes`, and at least this `share` of all that the source sent.

    >>> BurstRule(orders=20, minutes=10, share=0.5).is_reached(orders=30, flagged=25)
    True
    """

    orders: int = 25
    minutes: int = 10
    share: float = 0.5

    def is_reached(self, *, orders: int, flagged: int) -> bool:
        """Whether so many orders of a source, so many of them flagged, are a burst."""
        return flagged >= self.orders and flagged >= self.share * orders


@dataclass(frozen=True, slots=True)
class Copying:
    """How far apart orders that agree in every field may be and still be one: so many seconds, or
    so many days where they bear one running number that the customer used on one occasion only.
    0 switches either off."""

    seconds: float = COPIED_WITHIN_SECONDS
    days: float = COPIED_REFERENCE_WITHIN_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything a policy file says. The default says nothing, so the model's thresholds hold.

    `resent_within_minutes` 0 switches that hard fact off, `burst` None that rule.
    """

    version: str = ""
    limits: Limits = _UNSTATED
    costs: Costs | None = None
    rules: tuple[Rule, ...] = ()
    allow: OrderList = field(default_factory=OrderList)
    deny: OrderList = field(default_factory=OrderList)
    resent_within_minutes: float = 0.0
    copying: Copying = field(default_factory=Copying)
    burst: BurstRule | None = None

    def partners(self, name: OrderName) -> Mapping[OrderName, bool]:
        """Orders that the pairs of its lists name beside this one: True denied, False allowed."""
        found = {}
        for listed, denied in ((self.allow, False), (self.deny, True)):
            for pair in listed.pairs:
                if name in pair:
                    found.update(dict.fromkeys(pair - {name}, denied))
        return found
