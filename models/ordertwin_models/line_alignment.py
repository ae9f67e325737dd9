"""Which line of one order is which line of another, for all candidates at once.

One to one, the surest evidence first: SKU, GTIN, customer SKU, the same name and specification, and
at last similar words, where a code is missing on either side. Lines whose specifications contradict
each other (M8x40 and M8x50, red and blue) never pair: they are variants.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ordertwin_models.basket import TOKENS_KEPT
from ordertwin_models.features import FeatureBatch, OrderFeatures

Array = np.ndarray[Any, Any]

BY_CODE = ("sku", "gtin", "customer_sku")
NAME_AGREEMENT = 0.95
WORDS_NEEDED = 0.5
SAME_BUT_FOR_CODE = 0.8
_MOST_WORD_PAIRS = 400_000


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Pairs of lines, and lines that differ only in their specification.

    `incoming`, `existing` and `agreement` are parallel, one row a pair: line number in the incoming
    order, row in `FeatureBatch.lines`, 0 to 1. `variant` (l,) marks candidate lines that would pair
    with an incoming line but for the specification.
    """

    incoming: Array
    existing: Array
    agreement: Array
    variant: Array


def align(order: OrderFeatures, batch: FeatureBatch) -> Alignment:
    """Align the lines of `order` with the lines of every candidate in `batch`."""
    pairing = _Pairing(order, batch)
    if len(order.lines) and len(batch.lines):
        for code in BY_CODE:
            pairing.settle_equal(code, 1.0)
        pairing.settle_equal("name", NAME_AGREEMENT)
        pairing.settle_words()
    paired = (pairing.partner >= 0).nonzero()[0]
    return Alignment(pairing.partner[paired], paired, pairing.agreement[paired], pairing.variant)


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
        self.variant = np.zeros(len(batch.lines), bool)
        self._taken = np.zeros(len(batch) * self._width, bool)
        self._claims = np.empty(len(self._taken), np.int64)

    def settle_equal(self, field: str, agreement: float) -> None:
        """Accept pairs with equal values of `field` whose two lines are both free; of rivals the
        first wins."""
        rows, lines = _join(self._mine[field], self._theirs[field])
        if not len(rows):
            return
        cells = self._first_cell[rows] + lines
        free = (self.partner[rows] < 0) & ~self._taken[cells]
        rows, lines, cells = rows[free], lines[free], cells[free]
        # Of equal cells the one written last stays, so the first is written last.
        self._claims[cells[::-1]] = rows[::-1]
        first = self._claims[cells] == rows
        rows = rows[first]
        self.partner[rows] = lines[first]
        self.agreement[rows] = agreement
        self._taken[cells] = True

    def settle_words(self) -> None:
        """Pair what is left by the words of the names, and mark variants.

        Lines that both have an SKU were settled by it; their words only tell variants. What costs
        more than counting shared words is asked of similar lines alone.
        """
        wordy = self._mine["tokens"][:, 0] != 0
        free = (wordy & ~self._taken.reshape(-1, self._width).all(axis=0)).nonzero()[0]
        rows = ((self.partner < 0) & (self._theirs["tokens"][:, 0] != 0)).nonzero()[0]
        if not len(rows) or not len(free):
            return
        rows = rows[: max(1, _MOST_WORD_PAIRS // len(free))]
        at, similarity = _similar(self._mine["tokens"][free], self._theirs["tokens"][rows])
        rows, lines = rows[at[0]], free[at[1]]
        open_still = ~self._taken[self._first_cell[rows] + lines]
        rows, lines, similarity = rows[open_still], lines[open_still], similarity[open_still]
        if not len(rows):
            return
        conflict = _contradict(self._mine["dimensions"][lines], self._theirs["dimensions"][rows])
        coded = (self._mine["sku"][lines] != 0) & (self._theirs["sku"][rows] != 0)
        self.variant[rows[conflict | (coded & (similarity >= SAME_BUT_FOR_CODE))]] = True
        fitting = ~conflict & ~coded
        self._settle_strongest(rows[fitting], lines[fitting], similarity[fitting])

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
    place[place == len(ordered)] = 0
    rows = ((ordered[place] == existing) & (existing != 0)).nonzero()[0]
    return rows, order[place[rows]]


def _similar(incoming: Array, existing: Array) -> tuple[tuple[Array, Array], Array]:
    """Rows of words that are similar enough, as places in `existing` and in `incoming`, with the
    share of common words, mostly of the shorter name: people abbreviate."""
    shared = _shared_words(incoming, existing)
    mine = (incoming != 0).sum(axis=1)
    at = shared.nonzero()
    theirs = (existing[at[0]] != 0).sum(axis=1)
    mine = mine[at[1]]
    fewer, more = np.minimum(theirs, mine), np.maximum(theirs, mine)
    similarity = shared[at] * (0.6 / np.maximum(fewer, 1) + 0.4 / np.maximum(more, 1))
    enough = similarity >= WORDS_NEEDED
    return (at[0][enough], at[1][enough]), similarity[enough]


def _shared_words(incoming: Array, existing: Array) -> Array:
    """(existing rows, incoming rows) how many words they share.

    Each word is looked up once in the incoming vocabulary, whatever the number of candidates.
    """
    vocabulary = np.unique(incoming)
    has_word = np.zeros((len(vocabulary) + 1, len(incoming)), np.float32)
    has_word[vocabulary.searchsorted(incoming), np.arange(len(incoming))[:, None]] = 1.0
    if not vocabulary[0]:
        has_word[0] = 0.0
    place = vocabulary.searchsorted(existing)
    # What is behind the last word, or beside every word, has the empty row at the end.
    place[vocabulary.take(place, mode="clip") != existing] = len(vocabulary)
    shared: Array = _ONE_EACH @ has_word.take(place, axis=0)
    return shared


def _contradict(incoming: Array, existing: Array) -> Array:
    """Whether two lines both state specifications and neither contains the other."""
    equal = (incoming[:, :, None] == existing[:, None, :]) & (incoming[:, :, None] != 0)
    common = equal.any(axis=2).sum(axis=1)
    fewer = np.minimum((incoming != 0).sum(axis=1), (existing != 0).sum(axis=1))
    contradict: Array = common < fewer
    return contradict


_NONE = np.empty(0, np.int64)
_ONE_EACH = np.ones(TOKENS_KEPT, np.float32)
