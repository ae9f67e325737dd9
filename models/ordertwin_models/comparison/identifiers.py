"""Numbers that name an order: its own, the customer's reference, quote, contract and release."""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf

import numpy as np

from ordertwin_models.comparison.occasions import purchases
from ordertwin_models.comparison.pairs import Array, Comparison, Pairs
from ordertwin_models.comparison.text import edits
from ordertwin_models.fingerprint import begin_alike, fingerprint32
from ordertwin_models.normalise.note import note_words, numbers_in
from ordertwin_models.normalise.reference import without_zeros
from ordertwin_models.normalise.text import CACHE_SIZE, HAN

TELLING, EQUAL, CONTAINED, SLIP, NEIGHBOUR, DIFFERENT, NEXT = 5.0, 4.0, 3.0, 2.0, 1.0, 0.0, -1.0
COMMON = 0.25
_SHORTEST_CONTAINED = 4
_ORDER_WORD = "po"
_NEXT_IN_A_ROW = 50
_DIGITS_OF_A_NUMBER = 4
_NUMBERS_OF_ORDERS = ("order_number", "reference")
_EAST_ASIAN = re.compile(rf"[{HAN}\u3040-\u30ff\uac00-\ud7af]")
_FEWEST_CHARACTERS = 4
_DIGITS, _LAST_DIGITS = "0123456789", 9


def reference(pairs: Pairs) -> Array:
    """How alike the customer's references are.

    5 equal, with the four digits at least of a running number, zeros before it counted; 4 equal,
    but a word, a project or a small number, which other orders may share; 3 one is the start or
    end of the other, 2 a slip of the pen (two characters swapped, one missing or too many), 1 one
    character exchanged, 0.25 a word or a small number that perhaps two customers write, alike or
    nearly so, 0 different, -1 one of the next numbers in a row, as somebody writes who counts
    purchases.
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
    mine, theirs = _bare(without_zeros(reference)), [_bare(without_zeros(r)) for r in references]
    equal = TELLING if sum(map(str.isdigit, reference)) >= _DIGITS_OF_A_NUMBER else EQUAL
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
    """Revisions of an equal reference: 0 the same (or none on both), 1 different, 0.5 different
    where both orders have one, as those of somebody who counts the orders of a day, and neither is
    a revision of the other."""
    mine, theirs = pairs.hashed("revision")
    apart = (theirs != 0) & (mine != 0) & ~begin_alike(theirs, np.uint32(mine))
    level = np.where(theirs == mine, 0.0, np.where(apart, 0.5, 1.0))
    return np.where(pairs.equal("reference") == 1, level, np.nan)


def release(pairs: Pairs) -> Array:
    """Call-offs of one contract: 1 the same release, 0.5 not said, 0 another release."""
    if not pairs.hashed("blanket")[0]:
        return pairs.missing
    same = pairs.equal("release")
    return np.where(pairs.equal("blanket") == 1, np.where(np.isnan(same), 0.5, same), np.nan)


def named_in_note(pairs: Pairs) -> Array:
    """Whether the note of one order names the other one, by its number or its reference, or another
    customer by number or name: 1, or 0 where it names other orders among the candidates alone.

    An order names itself as well; what both bear tells nothing.
    """
    note, notes = pairs.texts("note_text")
    if not note and not any(notes):
        return pairs.missing
    customer, customers = pairs.texts("customer_name")
    own = [int(pairs.hashed(field)[0]) for field in _NUMBERS_OF_ORDERS]
    theirs = np.array([pairs.hashed(field)[1] for field in _NUMBERS_OF_ORDERS])
    own_number, numbers = pairs.hashed("customer_id")
    named = np.zeros(len(pairs), bool)
    if note:
        known = list(_numbers_named(note) - {*own, own_number})
        others = np.isin(numbers, known)
        others |= np.array([_is_named(name, note) for name in customers], bool)
        named = np.isin(theirs, known).any(axis=0) | (others & ~pairs.of_customer)
    for place, text in enumerate(notes):
        if text and not named[place]:
            known_there = _numbers_named(text) - {*theirs[:, place].tolist(), int(numbers[place])}
            named[place] = not known_there.isdisjoint(own)
            if not (named[place] or pairs.of_customer[place]):
                named[place] = int(own_number) in known_there or _is_named(customer, text)
    return np.where(named, 1.0, 0.0) if named.any() else pairs.missing


@lru_cache(CACHE_SIZE)
def _numbers_named(note: str) -> frozenset[int]:
    """The numbers in a note, with and without the word for a purchase order and zeros before them,
    as they are kept."""
    bare = {_bare(number) for number in numbers_in(note)}
    bare |= {number.lstrip("0") for number in bare}
    return frozenset(map(fingerprint32, bare | {f"{_ORDER_WORD}{number}" for number in bare}))


@lru_cache(CACHE_SIZE)
def _is_named(name: str, note: str) -> bool:
    """Whether a customer's name of several words, or characters, stands in a note."""
    if _EAST_ASIAN.search(name):
        return len(name) >= _FEWEST_CHARACTERS and name.replace(" ", "") in note.replace(" ", "")
    return " " in name and f" {name} " in f" {note_words(note)} "


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
        "named_in_note", "identifiers", 0, "the note of one order names the other one",
        named_in_note,
    ),
    Comparison(
        "quote", "identifiers", 1, "both come from one quote", lambda pairs: pairs.equal("quote")
    ),
)  # fmt: skip
