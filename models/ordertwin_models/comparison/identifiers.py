"""Numbers that name an order: its own, the customer's reference, quote, contract and release."""

from __future__ import annotations

from math import inf

import numpy as np

from ordertwin_models.comparison.occasions import purchases
from ordertwin_models.comparison.pairs import Array, Comparison, Pairs
from ordertwin_models.comparison.text import edits

TELLING, EQUAL, CONTAINED, SLIP, NEIGHBOUR, DIFFERENT, NEXT = 5.0, 4.0, 3.0, 2.0, 1.0, 0.0, -1.0
COMMON = 0.25
_SHORTEST_CONTAINED = 4
_ORDER_WORD = "po"
_NEXT_IN_A_ROW = 50
_DIGITS_OF_A_NUMBER = 4
_DIGITS, _LAST_DIGITS = "0123456789", 9


def reference(pairs: Pairs) -> Array:
    """How alike the customer's references are.

    5 equal, with the four digits at least of a running number; 4 equal, but a word, a project or a
    small number, which other orders may share; 3 one is the start or end of the other, 2 a slip of
    the pen (two characters swapped, one missing or too many), 1 one character exchanged, 0.25 a
    word or a small number that perhaps two customers write, alike or nearly so, 0 different, -1 one
    of the next numbers in a row, as somebody writes who counts purchases.
    """
    level = pairs.judged("reference", _reference_levels)
    if level is pairs.missing:
        return level
    digits = sum(map(str.isdigit, pairs.texts("reference")[0]))
    if digits >= _DIGITS_OF_A_NUMBER:
        return level
    return np.where((level > COMMON) & ~pairs.surely_one_customer, COMMON, level)


def _bare(reference: str) -> str:
    """A number without the word for a purchase order, which one clerk writes and another does not.

    >>> _bare("po114"), _bare("po2024114a"), _bare("pomona")
    ('114', '2024114a', 'pomona')
    """
    number = reference.removeprefix(_ORDER_WORD)
    return number if number[:1].isdecimal() else reference


def _reference_levels(reference: str, references: list[str]) -> list[float]:
    mine, theirs = _bare(reference), list(map(_bare, references))
    equal = TELLING if sum(map(str.isdigit, mine)) >= _DIGITS_OF_A_NUMBER else EQUAL
    row = mine[:-_LAST_DIGITS] + mine[-_LAST_DIGITS:].rstrip(_DIGITS)
    number = int(mine[len(row) :] or 0)
    return [
        equal
        if count == 0
        else SLIP
        if count == 1 and _is_slip(mine, text)
        else NEXT
        if 0 < number - _number_in(row, text) <= _NEXT_IN_A_ROW
        else NEIGHBOUR
        if count == 1
        else CONTAINED
        if _is_contained(mine, text)
        else DIFFERENT
        for text, count in zip(theirs, edits(mine, theirs), strict=True)
    ]


def _number_in(row: str, text: str) -> float:
    """The number that follows the words of a row; infinite where the text belongs to no such row.

    >>> _number_in("xs", "xs274"), _number_in("xs", "po274")
    (274.0, inf)
    """
    rest = text[len(row) :]
    return float(rest) if text.startswith(row) and rest.isdecimal() else inf


def _is_slip(first: str, second: str) -> bool:
    return len(first) != len(second) or sorted(first) == sorted(second)


def _is_contained(first: str, second: str) -> bool:
    if len(first) > len(second):
        first, second = second, first
    return len(first) >= _SHORTEST_CONTAINED and (
        second.startswith(first) or second.endswith(first)
    )


def reference_frequency(pairs: Pairs) -> Array:
    """Log2 of one plus how often the shared reference came before, from this customer or at all.

    Copies do not count: `occasions` says what does.
    """
    same = pairs.equal("reference") == 1
    if not same.any():
        return pairs.missing
    mine = pairs.order.header
    of_customer = pairs.of_customer & (mine["customer_reference_count"] > 0)
    count = np.where(
        of_customer,
        mine["customer_reference_count"] - _copies(pairs, same & pairs.of_customer),
        mine["reference_count"] - _copies(pairs, same),
    )
    return np.where(same, np.log2(1.0 + np.maximum(count, 1)), np.nan)


def _copies(pairs: Pairs, same: Array) -> int:
    return int(same.sum()) - purchases(pairs, same)


def reference_spelling(pairs: Pairs) -> Array:
    """Whether an equal reference is also written the same, character by character."""
    same = pairs.equal("reference_raw")
    return np.where(pairs.equal("reference") == 1, same, np.nan)


def reference_presence(pairs: Pairs) -> Array:
    """Who has a reference: 0 both, 1 the existing order alone, 2 the incoming alone, 3 neither."""
    mine, theirs = pairs.hashed("reference")
    return np.where(theirs != 0, 0.0 if mine else 1.0, 2.0 if mine else 3.0)


def revision(pairs: Pairs) -> Array:
    """Revisions of an equal reference: 0 the same (or none on both), 1 different."""
    mine, theirs = pairs.hashed("revision")
    return np.where(pairs.equal("reference") == 1, theirs != mine, np.nan)


def release(pairs: Pairs) -> Array:
    """Call-offs of one contract: 1 the same release, 0.5 not said, 0 another release."""
    if not pairs.hashed("blanket")[0]:
        return pairs.missing
    same = pairs.equal("release")
    return np.where(pairs.equal("blanket") == 1, np.where(np.isnan(same), 0.5, same), np.nan)


IDENTIFIERS = (
    Comparison(
        "order_number", "identifiers", 1, "the numbers shown to people are equal",
        lambda pairs: pairs.equal("order_number"),
    ),
    Comparison("reference", "identifiers", 1, "how alike the customer's references are", reference),
    Comparison(
        "reference_frequency", "identifiers", -1, "how often the shared reference came before",
        reference_frequency,
    ),
    Comparison(
        "reference_spelling", "identifiers", 0, "an equal reference is written the same",
        reference_spelling,
    ),
    Comparison(
        "reference_presence", "identifiers", 0, "which of the two has a reference",
        reference_presence,
    ),
    Comparison("revision", "identifiers", 0, "revisions of an equal reference differ", revision),
    Comparison("release", "identifiers", 1, "the same release of one contract", release),
    Comparison(
        "quote", "identifiers", 1, "both come from one quote", lambda pairs: pairs.equal("quote")
    ),
)  # fmt: skip
