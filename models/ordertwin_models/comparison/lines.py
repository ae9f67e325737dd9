"""What is ordered: shared lines, quantities, prices, amounts, variants."""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison.pairs import SAME_NAME, Array, Comparison, Pairs


def _share(pairs: Pairs, part: Array, whole: Array) -> Array:
    """Part of the whole, NaN where there is no whole."""
    return np.divide(part, whole, out=np.full(len(pairs), np.nan), where=whole > 0)


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


def variants(pairs: Pairs) -> Array:
    """Share of the existing lines that differ from an incoming one only in the specification."""
    count = np.maximum(pairs.batch.headers["lines"].astype(float), 1)
    return (
        np.bincount(
            pairs.batch.owner, weights=pairs.alignment.variant.astype(float), minlength=len(pairs)
        )
        / count
    )


def foreign_surprise(pairs: Pairs) -> Array:
    """The surprise in what two customers, or what may be two, both order, by how much of both
    baskets that is.

    Strangers buy the same best seller; long lists that agree in every quantity hardly come from two
    desks by chance. Under one name the customer is one, or a chain whose branches get the same list
    on purpose, so nothing is said of those.
    """
    surprise = pairs.baskets.surprise
    weighed = np.where(surprise > 0, surprise * pairs.baskets.agreement, surprise)
    namesakes = pairs.customer_name >= SAME_NAME
    return np.where(pairs.surely_one_customer | namesakes, np.nan, weighed)


LINES = (
    Comparison(
        "basket_agreement", "lines", 1, "share of all lines that are the same, quantity included",
        lambda pairs: pairs.baskets.agreement,
    ),
    Comparison(
        "containment", "lines", 1, "share of the smaller basket that the other one has",
        lambda pairs: pairs.baskets.containment,
    ),
    Comparison(
        "surprise", "lines", 1, "how much more agrees than chance would bring about",
        lambda pairs: pairs.baskets.surprise,
    ),
    Comparison(
        "foreign_surprise", "lines", 1,
        "how much more of two customers' baskets agrees than chance would bring about",
        foreign_surprise,
    ),
    Comparison(
        "incoming_lines_shared", "lines", 1, "share of the incoming lines the existing order has",
        lambda pairs: pairs.baskets.shared_incoming,
    ),
    Comparison(
        "existing_lines_shared", "lines", 1, "share of the existing lines the incoming order has",
        lambda pairs: pairs.baskets.shared_existing,
    ),
    Comparison(
        "shared_information", "lines", 1, "how telling the shared products are",
        lambda pairs: pairs.baskets.shared_information,
    ),
    Comparison(
        "agreeing_information", "lines", 1, "how telling the products with equal quantity are",
        lambda pairs: pairs.baskets.agreeing_information,
    ),
    Comparison(
        "quantities", "lines", 1, "share of shared lines with equal quantity",
        lambda pairs: pairs.baskets.quantities,
    ),
    Comparison(
        "quantity_slips", "lines", 0, "share of shared lines whose quantity looks mistyped",
        lambda pairs: pairs.baskets.slips,
    ),
    Comparison(
        "prices", "lines", 1, "how near the prices of shared lines are",
        lambda pairs: pairs.baskets.prices,
    ),
    Comparison(
        "quantities_alike", "lines", 1,
        "how telling the same quantities are, where lines state nothing else to compare",
        lambda pairs: pairs.baskets.alike,
    ),
    Comparison("amount", "lines", 1, "how near the totals are", amount),
    Comparison("line_count", "lines", 0, "how near the numbers of lines are", line_count),
    Comparison(
        "by_words", "lines", 0, "share of shared lines known by their words only",
        lambda pairs: pairs.baskets.by_words,
    ),
    Comparison(
        "by_numbers", "lines", 0, "share of shared lines known by quantity and price only",
        lambda pairs: pairs.baskets.by_numbers,
    ),
    Comparison("variants", "lines", -1, "share of lines that differ in specification", variants),
)  # fmt: skip
