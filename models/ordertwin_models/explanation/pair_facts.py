"""What only the two orders together can tell: counts of lines, rhythms, values that differ.

Numbers come from the decision, so they are there even when an order was erased; values come from
the orders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from ordertwin_models.comparison.delivery_dates import days_moved
from ordertwin_models.customers import number_of
from ordertwin_models.decision import LineAlignment, Match
from ordertwin_models.explanation.tally import Tally
from ordertwin_models.explanation.times import days_between, rhythm, span
from ordertwin_models.explanation.values import (
    OrderValues,
    one_line,
    price_text,
    product_text,
    quantity_text,
)
from ordertwin_models.language.catalogue import Catalogue, Count
from ordertwin_models.order import Order, OrderLine

_LINES_SHOWN = 3
_SHORTEST_GAP = 60.0
_DAY = 86_400.0
_CUSTOMER_FACTS = {"customer_number": 1.0, "customer_name": 0.8, "phone": 1.0, "email": 1.0}
"""What orders state about a customer, and the similarity from which on it does not differ."""

Reader = Callable[[OrderLine, Order], str]


class PairFacts(dict[str, Any]):
    """One match with its two orders.

    As a mapping it holds the facts that templates may name, worked out when one asks.
    """

    def __init__(
        self, catalogue: Catalogue, match: Match, incoming: OrderValues, existing: OrderValues
    ) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.match = match
        self.incoming = incoming
        self.existing = existing

    def __missing__(self, name: str) -> object:
        value = self[name] = FACTS[name](self)
        return value

    def raw_values(self, comparison: str) -> tuple[str, str]:
        """Values of the incoming and the existing order as received; "" when missing."""
        read = PAIR_VALUES.get(comparison)
        if read is None:
            return self.incoming[comparison], self.existing[comparison]
        values: tuple[str, str] = getattr(self, read)
        return values

    def count(self, number: float) -> Count:
        """A whole number that knows its plural form."""
        return Count(round(number), self.catalogue.plural)

    def measured(self, comparison: str) -> float:
        """The number that a comparison gave, 0 when it gave none."""
        return self.match.vector.get(comparison) or 0.0

    @cached_property
    def tally(self) -> Tally:
        """The lines of both orders, counted."""
        return Tally.of(self.match.line_alignments)

    @property
    def gap(self) -> float:
        """Seconds between the orders as they were compared."""
        return float(10.0 ** self.measured("time_gap") - 1)

    @cached_property
    def days_apart(self) -> int | None:
        """Days between the orders where one of them has a date without a time; else None, and when
        an order was erased. Comparisons take such a time for vague, people count days."""
        incoming, existing = self.incoming.order, self.existing.order
        if incoming is None or existing is None:
            return None
        days = days_between(incoming.ordered_at, existing.ordered_at)
        return None if days is None else abs(days)

    @property
    def time_between(self) -> float:
        """Seconds between the orders as people would tell them."""
        return self.gap if self.days_apart is None else self.days_apart * _DAY

    @property
    def days_between_dates(self) -> float:
        """Days between the delivery dates asked for, 0 where they are equal."""
        return days_moved(self.measured("delivery_date"), self.gap / _DAY)

    @cached_property
    def under_another_number(self) -> bool:
        """Whether the two orders name the customer by numbers that differ and were known to mean
        one customer when they were compared."""
        if self.match.vector.get("customer_number") != 1:
            return False
        mine, theirs = (
            number_of(each["customer_number"]) for each in (self.incoming, self.existing)
        )
        return bool(mine and theirs) and mine != theirs

    @cached_property
    def conflicts(self) -> tuple[str, str]:
        """What both orders state about the customer and what differs."""
        differing = [
            name
            for name, least in _CUSTOMER_FACTS.items()
            if self.match.vector.get(name) is not None and self.measured(name) < least
        ]
        mine, theirs = (
            ", ".join([values[name] for name in differing if values[name]])
            for values in (self.incoming, self.existing)
        )
        return mine, theirs

    @cached_property
    def quantities(self) -> tuple[str, str]:
        """The quantities that differ; if none does, the first few."""
        tally = self.tally
        return self._enumerated(tally.other_quantities or tally.pairs, quantity_text)

    @cached_property
    def prices(self) -> tuple[str, str]:
        """The unit prices that differ; if none does, the first few."""
        return self._enumerated(self.tally.other_prices or self.tally.pairs, price_text)

    @cached_property
    def products(self) -> tuple[str, str]:
        """The first few products that both orders have."""
        return self._enumerated(self.tally.pairs, product_text)

    @cached_property
    def shares_of_lines(self) -> tuple[str, str]:
        """How many of its lines each order shares."""
        shared, mine, theirs = self["shared_lines"], self["incoming_lines"], self["existing_lines"]
        if not mine.number or not theirs.number:
            return "", ""
        pattern = self.catalogue.share_of_lines
        return (
            pattern.format(shared=shared, lines=mine),
            pattern.format(shared=shared, lines=theirs),
        )

    @cached_property
    def states(self) -> tuple[str, str]:
        """The state of the existing order; the incoming one has none yet."""
        return "", self.catalogue.states[self.match.state]

    def _enumerated(self, pairs: Sequence[LineAlignment], read: Reader) -> tuple[str, str]:
        """Both orders' readings of the first few pairs of lines, and a sign that there are more."""
        shown = pairs[:_LINES_SHOWN]
        more = ", …" if len(pairs) > len(shown) else ""
        mine = _readings([pair.incoming_line_id for pair in shown], self.incoming, read)
        theirs = _readings([pair.existing_line_id for pair in shown], self.existing, read)
        return mine and mine + more, theirs and theirs + more


def _readings(groups: Sequence[str], values: OrderValues, read: Reader) -> str:
    """What is read of each group of lines; lines of one product that were summed stand with "+"."""
    order, lines = values.order, values.lines_by_id
    if order is None:
        return ""
    texts = [
        "+".join([read(lines[name], order) for name in group.split(",") if name in lines])
        for group in groups
    ]
    if not any(texts):
        return ""
    joined = ", ".join([text or "?" for text in texts])
    return joined if joined.isprintable() else one_line(joined)


PAIR_VALUES: Mapping[str, str] = {
    "incoming_lines_shared": "shares_of_lines",
    "existing_lines_shared": "shares_of_lines",
    "customer_conflicts": "conflicts",
    "basket_agreement": "shares_of_lines",
    "containment": "shares_of_lines",
    "surprise": "products",
    "foreign_surprise": "products",
    "quantities": "quantities",
    "quantity_slips": "quantities",
    "prices": "prices",
    "shared_information": "products",
    "agreeing_information": "products",
    "by_words": "products",
    "by_numbers": "products",
    "stage": "states",
}
"""Comparisons whose values need both orders, and the property of `PairFacts` that has them."""


def _counted(count: Callable[[Tally], int]) -> Callable[[PairFacts], Count]:
    return lambda facts: facts.count(count(facts.tally))


def _unlogged(comparison: str, less: float = 1.0) -> Callable[[PairFacts], Count]:
    """A number that the comparison gave as log2 of itself plus `less`."""
    return lambda facts: facts.count(2.0 ** facts.measured(comparison) - less)


def _share(comparison: str, whole: str) -> Callable[[PairFacts], Count]:
    return lambda facts: facts.count(
        max(1.0, facts.measured(comparison) * float(facts[whole].number))
    )


def _usual(comparison: str) -> Callable[[PairFacts], str]:
    """The usual rhythm, from the gap and how it compares with that rhythm."""
    return lambda facts: rhythm(
        facts.catalogue, max(facts.gap, _SHORTEST_GAP) / 2.0 ** facts.measured(comparison)
    )


FACTS: Mapping[str, Callable[[PairFacts], object]] = {
    "incoming_lines": _counted(lambda tally: tally.incoming),
    "existing_lines": _counted(lambda tally: tally.existing),
    "shared_lines": _counted(lambda tally: len(tally.pairs)),
    "paired_lines": _counted(lambda tally: len(tally.pairs) + len(tally.recoded)),
    "agreeing_lines": _counted(lambda tally: tally.agreeing),
    "different_lines": _counted(lambda tally: tally.different),
    "fewer_lines": _counted(lambda tally: min(tally.incoming, tally.existing)),
    "compared_quantities": _counted(lambda tally: tally.quantities),
    "compared_prices": _counted(lambda tally: tally.prices),
    "unequal_quantities": _counted(lambda tally: len(tally.other_quantities)),
    "equal_quantities": _counted(lambda tally: tally.quantities - len(tally.other_quantities)),
    "variants": _share("variants", "existing_lines"),
    "by_words": _share("by_words", "paired_lines"),
    "by_numbers": _share("by_numbers", "paired_lines"),
    "customer_orders": _unlogged("customer_rarity", less=0.0),
    "references": _unlogged("reference_frequency"),
    "basket_repeats": _unlogged("basket_repeats"),
    "baskets": _unlogged("basket_frequency"),
    "habits": _unlogged("habit_frequency"),
    "places": _unlogged("places"),
    "other_dates": _unlogged("other_dates"),
    "days": lambda facts: facts.count(max(facts.days_between_dates, 1.0)),
    "gap": lambda facts: span(facts.catalogue, facts.time_between),
    "basket_rhythm": _usual("basket_rhythm"),
    "customer_pace": _usual("customer_pace"),
    "state": lambda facts: facts.catalogue.states[facts.match.state],
}
"""Facts that templates may name."""
