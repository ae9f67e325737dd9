"""Which line of one order is which line of another, for all candidates at once.

One to one, the surest evidence first: SKU, GTIN, customer SKU, the same name and specification,
similar words, where a code is missing on either side, and at last numbers, where nothing else can
be compared. Lines whose specifications contradict each other (M8x40 and M8x50, red and blue) never
pair: they are variants. So are lines of one name under two codes of the same kind; they pair for
want of better, but count little, unless quantity and price agree: then a code may be mistyped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ordertwin_models.basket import DIMENSIONS_KEPT, TOKENS_KEPT
from ordertwin_models.features import FeatureBatch, OrderFeatures
from ordertwin_models.lines_by_numbers import BY_CODE, pair_by_numbers
from ordertwin_models.quantities_and_prices import information_of_number, same_price

Array = np.ndarray[Any, Any]

NAME_AGREEMENT = 0.95
MISTYPED_AGREEMENT = 0.7
CONTRADICTED_AGREEMENT = 0.4
WORDS_NEEDED = 0.5
FEWEST_WORDS = 0.3
"""Share of words below which nothing else makes two lines one."""
_SAME_AMOUNTS_TELL = 0.25
SAME_BUT_FOR_CODE = 0.8
_TELLING_QUANTITY = 4.0
"""Bits in a quantity that stands for the price too where an order states none: 12, but not 10."""
_MOST_WORD_PAIRS = 400_000


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Pairs of lines, and lines that differ only in their specification.

    `incoming`, `existing` and `agreement` are parallel, one row a pair: line number in the incoming
    order, row in `FeatureBatch.lines`, 0 to 1; `told_by_numbers` are the bits in those pairs that
    nothing but numbers made, NaN for others. `variant` (l,) marks candidate lines that would pair
    with an incoming line but for the specification or the code.
    """

    incoming: Array
    existing: Array
    agreement: Array
    told_by_numbers: Array
    variant: Array


def align(order: OrderFeatures, batch: FeatureBatch) -> Alignment:
    """Align the lines of `order` with the lines of every candidate in `batch`."""
    pairing = _Pairing(order, batch)
    if len(order.lines) and len(batch.lines):
        for code in BY_CODE:
            pairing.settle_equal(code, 1.0)
        pairing.settle_names()
        pairing.settle_words()
        pairing.settle_contradicted()
        pairing.settle_numbers()
    paired = (pairing.partner >= 0).nonzero()[0]
    return Alignment(
        pairing.partner[paired],
        paired,
        pairing.agreement[paired],
        pairing.told_by_numbers[paired],
        pairing.variant,
    )


class _Pairing:
    """Pairs so far: `partner` and `agreement` of each existing line, and `taken`, the incoming
    lines that each candidate has a partner for: a table (candidates × incoming lines) laid out
    flat, whose cells are numbered."""

    def __init__(self, order: OrderFeatures, batch: FeatureBatch) -> None:
        self._mine, self._theirs = order.lines, batch.lines
        self._width = len(order.lines)
        self._first_cell = batch.owner * self._width
        self.partner = np.full(len(batch.lines), -1, np.int64)
        self.agreement = np.zeros(len(batch.lines))
        self.told_by_numbers = np.full(len(batch.lines), np.nan)
        self.variant = np.zeros(len(batch.lines), bool)
        self._owner = batch.owner
        self._taken = np.zeros(len(batch) * self._width, bool)
        self._claims = np.empty(len(self._taken), np.int64)
        self._contradicted: list[tuple[Array, Array]] = []

    def settle_equal(self, field: str, agreement: float) -> None:
        """Accept pairs with equal values of `field` whose two lines are both free; of rivals the
        first wins."""
        rows, lines = _join(self._mine[field], self._theirs[field])
        if len(rows):
            self._settle(rows, lines, agreement)

    def settle_names(self) -> None:
        """As `settle_equal`, by name; equal names under contradicting codes are left for later."""
        rows, lines = _join(self._mine["name"], self._theirs["name"])
        free = (self.partner[rows] < 0).nonzero()[0]
        if not len(free):
            return
        rows, lines = rows[free], lines[free]
        contradicted = self._codes_contradict(rows, lines)
        if contradicted.any():
            self._contradicted.append((rows[contradicted], lines[contradicted]))
            rows, lines = rows[~contradicted], lines[~contradicted]
        if len(rows):
            self._settle(rows, lines, NAME_AGREEMENT)

    def settle_contradicted(self) -> None:
        """Pair what is left of equal names under contradicting codes, and mark it as variants
        unless the amounts agree."""
        for rows, lines in self._contradicted:
            mistyped = self._same_quantity_and_price(rows, lines) & self._is_alone(lines)
            self._settle(rows[mistyped], lines[mistyped], MISTYPED_AGREEMENT)
            self.variant[rows[self.partner[rows] < 0]] = True
            self._settle(rows, lines, CONTRADICTED_AGREEMENT)

    def settle_numbers(self) -> None:
        """Pair lines that have nothing but numbers in common, where enough of them agree."""
        found = pair_by_numbers(
            self._mine,
            self._theirs,
            self._owner,
            self.partner < 0,
            self._taken.reshape(-1, self._width),
        )
        if found is not None:
            self.partner[found.existing] = found.incoming
            self.agreement[found.existing] = found.agreement
            self.told_by_numbers[found.existing] = found.bits

    def _codes_contradict(self, rows: Array, lines: Array) -> Array:
        """Whether two lines both have a code of one kind, and not the same."""
        contradict = np.zeros(len(rows), bool)
        for code in ("sku", "gtin"):
            mine = self._mine[code]
            if mine.any():
                own, theirs = mine[lines], self._theirs[code][rows]
                contradict |= (own != 0) & (theirs != 0) & (own != theirs)
        return contradict

    def _settle(self, rows: Array, lines: Array, agreement: float) -> None:
        cells = self._first_cell[rows] + lines
        free = (self.partner[rows] < 0) & ~self._taken[cells]
        if not free.all():
            rows, lines, cells = rows[free], lines[free], cells[free]
        # Of equal cells the one written last stays, so the first is written last.
        self._claims[cells[::-1]] = rows[::-1]
        first = self._claims[cells] == rows
        if not first.all():
            rows, lines = rows[first], lines[first]
        self.partner[rows] = lines
        self.agreement[rows] = agreement
        self._taken[cells] = True

    def settle_words(self) -> None:
        """Pair what is left by the words of the names, and mark variants.

        Lines that both have an SKU were settled by it; their words only tell variants. What costs
        more than counting shared words is asked of similar lines alone.
        """
        mine = _Words.of(self._mine["tokens"])
        every_taken = self._taken.reshape(-1, self._width).all(axis=0)
        free = ((mine.counts > 0) & ~every_taken).nonzero()[0]
        if not len(free):
            return
        theirs = _Words.of(self._theirs["tokens"])
        rows = ((self.partner < 0) & (theirs.counts > 0)).nonzero()[0]
        if not len(rows):
            return
        rows = rows[: max(1, _MOST_WORD_PAIRS // len(free))]
        at, of, similarity = _similar(mine.at(free), theirs.at(rows))
        rows, lines = rows[at], free[of]
        open_still = ~self._taken[self._first_cell[rows] + lines]
        rows, lines, similarity = rows[open_still], lines[open_still], similarity[open_still]
        if not len(rows):
            return
        told = similarity + _SAME_AMOUNTS_TELL * self._same_amounts(rows, lines)
        enough = (told >= WORDS_NEEDED).nonzero()[0]
        if not len(enough):
            return
        rows, lines, similarity = rows[enough], lines[enough], similarity[enough]
        conflict = self._contradict(lines, rows)
        coded = (self._mine["sku"][lines] != 0) & (self._theirs["sku"][rows] != 0)
        same = coded & (similarity >= SAME_BUT_FOR_CODE)
        self.variant[rows[conflict | same]] = True
        self._expect_mistyped(rows[same & ~conflict], lines[same & ~conflict])
        fitting = ~(conflict | coded)
        if fitting.any():
            fitting &= ~self._codes_contradict(rows, lines)
            strength = np.minimum(told[enough[fitting]], 1.0)
            self._settle_strongest(rows[fitting], lines[fitting], strength)

    def _expect_mistyped(self, rows: Array, lines: Array) -> None:
        """Lines of much the same words that are no variants, if the amounts agree."""
        mistyped = self._same_quantity_and_price(rows, lines)
        if mistyped.any():
            self.variant[rows[mistyped]] = False
            self._contradicted.append((rows[mistyped], lines[mistyped]))

    def _contradict(self, lines: Array, rows: Array) -> Array:
        """Whether both lines state specifications and neither contains the other."""
        mine = self._mine["dimensions"].take(lines, axis=0)
        theirs = self._theirs["dimensions"].take(rows, axis=0)
        stated, also_stated = mine != 0, theirs != 0
        least = np.minimum(stated.sum(axis=1), also_stated.sum(axis=1))
        if not least.any():
            return least > 0
        found = (mine[:, :, None] == theirs[:, None, :]).any(axis=2)
        contradict: Array = (found & stated).sum(axis=1) < least
        full = contradict & (least == DIMENSIONS_KEPT)
        if full.any():
            contradict[full] = ~self._one_has_more(lines[full], rows[full])
        return contradict

    def _one_has_more(self, lines: Array, rows: Array) -> Array:
        """Whether either line has all dimensions of the other; those that there was no room for
        stand among its words."""
        mine, theirs = self._mine[lines], self._theirs[rows]
        has_all = np.zeros(len(rows), bool)
        for fewer, more in ((mine, theirs), (theirs, mine)):
            every = np.concatenate([more["dimensions"], more["tokens"]], axis=1)
            found = (fewer["dimensions"][:, :, None] == every[:, None, :]).any(axis=2)
            has_all |= found.all(axis=1)
        return has_all

    def _same_quantity_and_price(self, rows: Array, lines: Array) -> Array:
        """Whether two lines agree in quantity and in price; where one states no price, whether the
        quantity alone tells enough."""
        mine, theirs = self._mine[lines], self._theirs[rows]
        quantity, price, price_there = mine["quantity"], mine["unit_price"], theirs["unit_price"]
        same: Array = same_price(price, price_there)
        silent = (np.isnan(price) | np.isnan(price_there)).nonzero()[0]
        if len(silent):
            same[silent] = information_of_number(quantity[silent]) >= _TELLING_QUANTITY
        return same & (quantity == theirs["quantity"])

    def _is_alone(self, lines: Array) -> Array:
        """Whether no other incoming line bears the same name: of several each may be a variant."""
        _, first, count = np.unique(self._mine["name"], return_inverse=True, return_counts=True)
        alone: Array = count[first] == 1
        return alone[lines]

    def _same_amounts(self, rows: Array, lines: Array) -> Array:
        """Whether two lines agree in quantity, and in price where both state one."""
        mine, theirs = self._mine[lines], self._theirs[rows]
        price, price_there = mine["unit_price"], theirs["unit_price"]
        silent = np.isnan(price) | np.isnan(price_there)
        same: Array = mine["quantity"] == theirs["quantity"]
        return same & (silent | same_price(price, price_there))

    def _settle_strongest(self, rows: Array, lines: Array, strength: Array) -> None:
        order = np.argsort(-strength, kind="stable")
        cells = self._first_cell[rows] + lines
        for row, line, cell, share in zip(
            rows[order].tolist(),
            lines[order].tolist(),
            cells[order].tolist(),
            strength[order].tolist(),
            strict=True,
        ):
            if self.partner[row] < 0 and not self._taken[cell]:
                self.partner[row] = line
                self.agreement[row] = 0.9 * share
                self._taken[cell] = True


def _join(incoming: Array, existing: Array) -> tuple[Array, Array]:
    """Rows of `existing` whose value occurs in `incoming`, and where it occurs there first."""
    if not incoming.any():
        return _NONE, _NONE
    order = incoming.argsort(kind="stable")
    ordered = incoming[order]
    place = ordered.searchsorted(existing)
    rows = (ordered.take(place, mode="clip") == existing).nonzero()[0]
    if not ordered[0]:
        rows = rows[existing[rows] != 0]
    return rows, order[place[rows]]


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """Words of many lines, one row for all first words, one for all second ones and so on, as many
    as the longest line has; `counts` says how many each line has."""

    columns: Array
    counts: Array

    @classmethod
    def of(cls, padded: Array) -> _Words:
        """From lines with their words first and 0 behind them."""
        columns = padded.T.copy()
        counts = np.count_nonzero(columns, axis=0)
        return cls(columns[: counts.max()], counts)

    def at(self, lines: Array) -> _Words:
        return _Words(self.columns.take(lines, axis=1), self.counts[lines])


def _similar(incoming: _Words, existing: _Words) -> tuple[Array, Array, Array]:
    """Lines whose words are similar enough, as places in `existing` and in `incoming`, with the
    share of common words."""
    shared = _shared_words(incoming.columns, existing.columns).reshape(-1)
    cells = shared.nonzero()[0]
    rows, lines = np.divmod(cells, len(incoming.counts))
    similarity = shared[cells] * _SHARE[existing.counts[rows], incoming.counts[lines]]
    enough = similarity >= FEWEST_WORDS
    return rows[enough], lines[enough], similarity[enough]


def _shared_words(incoming: Array, existing: Array) -> Array:
    """(existing lines, incoming lines) how many words they share.

    Each word is looked up once in the incoming vocabulary, whatever the number of candidates.
    """
    vocabulary = incoming.reshape(-1).copy()
    vocabulary.sort()
    lines = incoming.shape[1]
    has_word = np.zeros((len(vocabulary) + 1, lines), np.float32)
    # A word that several lines have stands there several times and is found at the first place.
    has_word[vocabulary.searchsorted(incoming), np.arange(lines)] = 1.0
    if not vocabulary[0]:
        has_word[0] = 0.0
    place = vocabulary.searchsorted(existing)
    # What is behind the last word, or beside every word, has the empty row at the end.
    place[vocabulary.take(place, mode="clip") != existing] = len(vocabulary)
    shared: Array = has_word.take(place[0], axis=0)
    for row in place[1:]:
        shared += has_word.take(row, axis=0)
    return shared


_NONE = np.empty(0, np.int64)
_COUNTS = np.maximum(np.arange(TOKENS_KEPT + 1), 1)
_SHARE = 0.6 / np.minimum.outer(_COUNTS, _COUNTS) + 0.4 / np.maximum.outer(_COUNTS, _COUNTS)
"""What one common word means by how many words either name has: mostly a share of the shorter one,
because people abbreviate."""
