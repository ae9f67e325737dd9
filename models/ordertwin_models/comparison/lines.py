"""What is ordered: shared lines, quantities, prices, amounts, variants."""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison.pairs import Array, Comparison, Pairs
from ordertwin_models.line_alignment import NAME_AGREEMENT

_SAME_PRICE = 5e-3


def _share(pairs: Pairs, part: Array, whole: Array) -> Array:
    """Part of the whole, NaN where there is no whole."""
    return np.divide(part, whole, out=np.full(len(pairs), np.nan), where=whole > 0)


def quantities(pairs: Pairs) -> Array:
    """Share of the paired lines that have the same quantity, in the base unit."""
    known, total = pairs.known_quantities
    return _share(pairs, pairs.sum_pairs(known * _same_quantity(pairs)), total)


def quantity_slips(pairs: Pairs) -> Array:
    """Share of the paired lines whose quantities look like a slip: digits swapped, ten times."""
    known, total = pairs.known_quantities
    slipped = np.zeros(len(known))
    # Most quantities are equal, or known on neither side.
    unequal = ((pairs.quantity_ratio != 1) & (known > 0)).nonzero()[0]
    if len(unequal):
        slipped[unequal] = known[unequal] * _slips(pairs, unequal)
    return _share(pairs, pairs.sum_pairs(slipped), total)


def _slips(pairs: Pairs, at: Array) -> Array:
    """Which of these pairs of lines, whose quantities are known and differ, look mistyped."""
    mine = pairs.order.lines["quantity"][pairs.alignment.incoming[at]].astype(float)
    theirs = pairs.batch.lines["quantity"][pairs.alignment.existing[at]].astype(float)
    nines = np.abs(mine - theirs) / 9
    leading = nines / 10.0 ** np.floor(np.log10(nines))
    swapped = (
        (np.floor(np.log10(mine)) == np.floor(np.log10(theirs)))
        & (nines >= 1)
        & (np.abs(leading - np.round(leading)) < 1e-6)
    )
    tenfold = np.abs(np.abs(np.log10(pairs.quantity_ratio[at])) - 1) < 1e-6
    slips: Array = swapped | tenfold
    return slips


def _same_quantity(pairs: Pairs) -> Array:
    same: Array = pairs.equal_quantities == 1
    return same


def prices(pairs: Pairs) -> Array:
    """How near the unit prices of the paired lines are, on average by rarity.

    A line counts 1 for the same price, a little less for a discount or a tax, 0 from a factor of
    about 1.4 on.
    """
    ratio = pairs.price_ratio
    known = np.where(np.isnan(ratio), 0.0, pairs.pair_weight)
    apart = np.abs(np.log2(np.where(np.isnan(ratio), 1.0, ratio)))
    near = np.where(np.abs(ratio - 1) <= _SAME_PRICE, 1.0, np.maximum(0.9 - 2.0 * apart, 0.0))
    return _share(pairs, pairs.sum_pairs(known * near), pairs.sum_pairs(known))


def amount(pairs: Pairs) -> Array:
    """The smaller total divided by the larger one, in one currency."""
    mine, theirs = abs(float(pairs.order.header["amount"])), np.abs(pairs.batch.headers["amount"])
    ratio = _share(pairs, np.minimum(theirs, mine), np.maximum(theirs, mine))
    return np.where(pairs.equal("currency") == 0, np.nan, ratio)


def line_count(pairs: Pairs) -> Array:
    """The smaller number of lines divided by the larger one."""
    mine, theirs = len(pairs.order.lines), pairs.batch.headers["lines"].astype(float)
    both = np.minimum(theirs, mine)
    return np.where(both > 0, both / np.maximum(np.maximum(theirs, mine), 1), np.nan)


def shared_information(pairs: Pairs) -> Array:
    """Log2 of one plus the bits of information in the products that both have."""
    bits = pairs.order.lines["bits"][pairs.alignment.incoming]
    return np.log2(1 + pairs.sum_pairs(pairs.alignment.agreement * bits))


def agreeing_information(pairs: Pairs) -> Array:
    """Log2 of one plus the bits of information in the products that agree in quantity too.

    Twenty lines that agree in everything are no accident, whoever the customers are.
    """
    bits = pairs.order.lines["bits"][pairs.alignment.incoming] * pairs.alignment.agreement
    return np.log2(1 + pairs.sum_pairs(np.where(_same_quantity(pairs), bits, 0.0)))


def by_words(pairs: Pairs) -> Array:
    """Share of the paired lines that only their words brought together."""
    count = pairs.sum_pairs(np.ones(len(pairs.alignment.existing)))
    words = pairs.sum_pairs((pairs.alignment.agreement < NAME_AGREEMENT).astype(float))
    return _share(pairs, words, count)


def variants(pairs: Pairs) -> Array:
    """Share of the existing lines that differ from an incoming one only in the specification."""
    count = np.maximum(pairs.batch.headers["lines"].astype(float), 1)
    return (
        np.bincount(
            pairs.batch.owner, weights=pairs.alignment.variant.astype(float), minlength=len(pairs)
        )
        / count
    )


LINES = (
    Comparison(
        "basket_agreement", "lines", 1, "share of all lines that are the same, quantity included",
        lambda pairs: pairs.basket_agreement,
    ),
    Comparison(
        "containment", "lines", 1, "share of the smaller basket that the other one has",
        lambda pairs: pairs.containment,
    ),
    Comparison(
        "surprise", "lines", 1, "how much more agrees than chance would bring about",
        lambda pairs: pairs.surprise,
    ),
    Comparison(
        "incoming_lines_shared", "lines", 1, "share of the incoming lines the existing order has",
        lambda pairs: pairs.shared_incoming,
    ),
    Comparison(
        "existing_lines_shared", "lines", 1, "share of the existing lines the incoming order has",
        lambda pairs: pairs.shared_existing,
    ),
    Comparison(
        "shared_information", "lines", 1, "how telling the shared products are", shared_information
    ),
    Comparison(
        "agreeing_information", "lines", 1, "how telling the products with equal quantity are",
        agreeing_information,
    ),
    Comparison("quantities", "lines", 1, "share of shared lines with equal quantity", quantities),
    Comparison(
        "quantity_slips", "lines", 0, "share of shared lines whose quantity looks mistyped",
        quantity_slips,
    ),
    Comparison("prices", "lines", 1, "how near the prices of shared lines are", prices),
    Comparison("amount", "lines", 1, "how near the totals are", amount),
    Comparison("line_count", "lines", 0, "how near the numbers of lines are", line_count),
    Comparison("by_words", "lines", 0, "share of shared lines known by their words only", by_words),
    Comparison("variants", "lines", -1, "share of lines that differ in specification", variants),
)  # fmt: skip
