"""The lines of two orders, counted once for everything that is said about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ordertwin_models.decision import LineAlignment

_SAME_QUANTITY = 1e-4
_SAME_PRICE = 5e-3


@dataclass(slots=True)
class Tally:
    """Counts of lines, and the pairs that are worth a closer look.

    `pairs` are the lines that both orders have; `other_quantities` and `other_prices` those of them
    that differ, out of the `quantities` and `prices` that both orders state.
    """

    incoming: int = 0
    existing: int = 0
    quantities: int = 0
    prices: int = 0
    pairs: list[LineAlignment] = field(default_factory=list)
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
            else:
                tally.pairs.append(one)
        for pair in tally.pairs:
            if pair.quantity_ratio:
                tally.quantities += 1
                if abs(pair.quantity_ratio - 1) > _SAME_QUANTITY:
                    tally.other_quantities.append(pair)
            if pair.price_ratio:
                tally.prices += 1
                if abs(pair.price_ratio - 1) > _SAME_PRICE:
                    tally.other_prices.append(pair)
        tally.incoming += len(tally.pairs)
        tally.existing += len(tally.pairs)
        return tally
