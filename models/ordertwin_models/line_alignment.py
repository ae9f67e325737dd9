"""Which line of one order is which line of another, for all candidates at once.

One to one, the surest evidence first: SKU, GTIN, customer SKU, the same name and specification, and
at last similar words, where a code is missing on either side. Lines whose specifications contradict
each other (M8x40 and M8x50, red and blue) never pair: they are variants.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ordertwin_models.features import FeatureBatch, OrderFeatures

Array = np.ndarray[Any, Any]

BY_CODE = ("sku", "gtin", "customer_sku")
NAME_AGREEMENT = 0.95
WORDS_NEEDED = 0.5
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
    count = len(order.lines)
    partner = np.full(len(batch.lines), -1, np.int64)
    agreement = np.zeros(len(batch.lines))
    taken = np.zeros((len(batch), count), bool)
    variant = np.zeros(len(batch.lines), bool)
    if count and len(batch.lines):
        for code in BY_CODE:
            rows, lines = _join(order.lines[code], batch.lines[code])
            _settle(rows, lines, 1.0, batch.owner, partner, agreement, taken)
        rows, lines = _join(order.lines["name"], batch.lines["name"])
        _settle(rows, lines, NAME_AGREEMENT, batch.owner, partner, agreement, taken)
        _align_words(order, batch, partner, agreement, taken, variant)
    paired = np.flatnonzero(partner >= 0)
    return Alignment(partner[paired], paired, agreement[paired], variant)


def _join(incoming: Array, existing: Array) -> tuple[Array, Array]:
    """Rows of `existing` whose value occurs in `incoming`, and where it occurs there first."""
    order = np.argsort(incoming, kind="stable")
    ordered = incoming[order]
    place = np.searchsorted(ordered, existing)
    place[place == len(ordered)] = 0
    rows = np.flatnonzero((ordered[place] == existing) & (existing != 0))
    return rows, order[place[rows]]


def _settle(
    rows: Array,
    lines: Array,
    agreement: float | Array,
    owner: Array,
    partner: Array,
    agreements: Array,
    taken: Array,
) -> None:
    """Accept the proposed pairs whose two lines are both free; of rivals the first wins."""
    free = (partner[rows] < 0) & ~taken[owner[rows], lines]
    rows, lines = rows[free], lines[free]
    _, first = np.unique(owner[rows] * np.int64(taken.shape[1]) + lines, return_index=True)
    rows, lines = rows[first], lines[first]
    partner[rows] = lines
    agreements[rows] = agreement
    taken[owner[rows], lines] = True


def _align_words(
    order: OrderFeatures,
    batch: FeatureBatch,
    partner: Array,
    agreements: Array,
    taken: Array,
    variant: Array,
) -> None:
    """Pair what is left by the words of the names, and mark variants.

    Lines that both have an SKU were settled by it; their words only tell variants.
    """
    wordy = order.lines["tokens"].any(axis=1)
    left = (partner < 0) & batch.lines["tokens"].any(axis=1)
    free = np.flatnonzero(wordy & ~taken.all(axis=0))
    rows = np.flatnonzero(left)
    if not len(rows) or not len(free):
        return
    rows = rows[: max(1, _MOST_WORD_PAIRS // len(free))]
    similarity = _word_similarity(order.lines[free], batch.lines[rows])
    similarity[taken[batch.owner[rows]][:, free]] = 0.0
    conflict = _contradict(order.lines[free], batch.lines[rows])
    coded = (order.lines["sku"][free][None, :] != 0) & (batch.lines["sku"][rows][:, None] != 0)
    alike = similarity >= WORDS_NEEDED
    variant[rows] = (alike & (conflict | (coded & (similarity >= 0.8)))).any(axis=1)
    where = np.argwhere(alike & ~conflict & ~coded)
    strength = similarity[where[:, 0], where[:, 1]]
    for at in np.argsort(-strength, kind="stable"):
        row, line = rows[where[at, 0]], free[where[at, 1]]
        if partner[row] < 0 and not taken[batch.owner[row], line]:
            partner[row] = line
            agreements[row] = 0.9 * strength[at]
            taken[batch.owner[row], line] = True


def _word_similarity(incoming: Array, existing: Array) -> Array:
    """(rows, lines) share of common words, mostly of the shorter name: people abbreviate."""
    shared, mine, theirs = _common(incoming["tokens"], existing["tokens"])
    fewer, more = np.minimum(theirs, mine), np.maximum(theirs, mine)
    return shared * (0.6 / np.maximum(fewer, 1) + 0.4 / np.maximum(more, 1))


def _contradict(incoming: Array, existing: Array) -> Array:
    """(rows, lines) whether both state specifications and neither contains the other."""
    common, mine, theirs = _common(incoming["dimensions"], existing["dimensions"])
    return common < np.minimum(theirs, mine)


def _common(incoming: Array, existing: Array) -> tuple[Array, Array, Array]:
    """How many words each row shares with each line (rows, lines), and how many each has.

    One matrix product over the incoming order's vocabulary, whatever the number of candidates.
    """
    vocabulary = np.unique(incoming[incoming != 0])
    mine, theirs = (_occurrences(words, vocabulary) for words in (incoming, existing))
    return theirs @ mine.T, (incoming != 0).sum(axis=1), (existing != 0).sum(axis=1)[:, None]


def _occurrences(words: Array, vocabulary: Array) -> Array:
    """(n, vocabulary) 1.0 where a row of words has the word."""
    found = np.zeros((len(words), len(vocabulary) + 1), np.float32)
    place = np.searchsorted(vocabulary, words)
    known = place < len(vocabulary)
    known[known] = vocabulary[place[known]] == words[known]
    found[np.arange(len(words))[:, None], np.where(known, place, len(vocabulary))] = 1.0
    return found[:, :-1]
