"""The lines of two orders, counted once for everything that is said about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ordertwin_models.decision import LineAlignment
from ordertwin_models.line_alignment import CONTRADICTED_AGREEMENT

_SAME_QUANTITY = 1e-4
_SAME_PRICE = 5e-3


@dataclass(slots=True)
class Tally:
    """Counts of lines, and the pairs that are worth a closer look.

    `pairs` are the lines that both orders have. `recoded` ones were paired by their equal names
    although their item numbers contradict each other, so they are not the same lines.
    `other_quantities` and `other_prices` are those of both that differ, out of the `quantities`
    and `prices` that both orders state.
    """

    incoming: int = 0
    existing: int = 0
    quantities: int = 0
    prices: int = 0
    pairs: list[LineAlignment] = field(default_factory=list)
    recoded: list[LineAlignment] = field(default_factory=list)
    other_quantities: list[LineAlignment] = field(default_factory=list)
    other_prices: list[LineAlignment] = field(default_factory=list)

    @classmethod
    def of(cls, alignments: Iterable[LineAlignment]) -> Tally:
        """Count the alignments of a match.

        >>> tally = Tally.of([LineAlignment("1", "1", 1.0, 2.0, 1.0),
        ...                   LineAlignment("2", "", 0.0, 0.0, 0.0)])
        >>> tally.incoming, tally.existing, len(tally.pairs), len(tally.other_quantities)
        (2, 1, 1, 1)
        """
        tally = cls()
        for one in alignments:
            if not one.existing_line_id:
                tally.incoming += 1
            elif not one.incoming_line_id:
                tally.existing += 1
            elif one.agreement <= CONTRADICTED_AGREEMENT:
                tally.recoded.append(one)
            else:
                tally.pairs.append(one)
        for pair in (*tally.pairs, *tally.recoded):
            if pair.quantity_ratio:
                tally.quantities += 1
                if abs(pair.quantity_ratio - 1) > _SAME_QUANTITY:
                    tally.other_quantities.append(pair)
            if pair.price_ratio:
                tally.prices += 1
                if abs(pair.price_ratio - 1) > _SAME_PRICE:
                    tally.other_prices.append(pair)
        paired = len(tally.pairs) + len(tally.recoded)
        tally.incoming += paired
        tally.existing += paired
        return tally

    @property
    def agreeing(self) -> int:
        """Lines that both orders have, in a quantity that does not differ."""
        differing = {id(pair) for pair in self.other_quantities}
        return sum(id(pair) not in differing for pair in self.pairs)

    @property
    def different(self) -> int:
        """Lines of both orders, those that both have counted once."""
        return self.incoming + self.existing - len(self.pairs)

    @property
    def differs(self) -> bool:
        """Whether any line of one order is not in the other one in the same quantity."""
        return self.agreeing < self.different
