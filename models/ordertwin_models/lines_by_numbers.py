"""Lines that state nothing comparable but numbers: codes in one order, words in the other.

A shop sends item numbers where a clerk writes down names. No single line can be told then, but
fourteen quantities at fourteen prices can: they are paired by amount, which also sees through
boxes, or by quantity where a price is not stated or all are higher by as much. What pairs too
little, or tells too little, is left alone: any two orders of one house have some quantities in
common.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ordertwin_models.quantities_and_prices import SAME_QUANTITY, information_of_number, is_box

Array = np.ndarray[Any, Any]

BY_CODE = ("sku", "gtin", "customer_sku")
AMOUNT_AGREEMENT, QUANTITY_AGREEMENT = 0.8, 0.5
_OTHER_PRICE = 1.4
"""Factor between two prices of one product at most: a discount, a tax, a rise."""
_ONE_DISCOUNT = 0.02
_LEAST_SHARE, _FEWEST_BITS = 0.5, 6.0
_STEPS = 20_000.0
"""Numbers within one part in so many are the same."""
_MOST_CELLS = 400_000
_KINDS = 1 << len(BY_CODE) + 1
_NOTHING_IN_COMMON = (np.arange(_KINDS)[:, None] & np.arange(_KINDS)) == 0


@dataclass(frozen=True, slots=True, eq=False)
class NumberPairs:
    """Pairs that numbers make: rows of the existing lines, incoming lines, how far they agree, and
    the bits that the numbers tell, less those by which a line finds its like among many."""

    existing: Array
    incoming: Array
    agreement: Array
    bits: Array


def pair_by_numbers(
    mine: Array, theirs: Array, owner: Array, free: Array, taken: Array
) -> NumberPairs | None:
    """What numbers alone pair, one to one; None if nothing. What pairs with one candidate does not
    depend on the others, unless so many long ones come together that the last ones are left out.

    `free` (l,) says which existing lines have no partner, `owner` (l,) whose they are, and `taken`
    (candidates, m) which incoming lines have one there.
    """
    if _all_comparable(mine, theirs):
        return None
    said, said_there = _stated(mine), _stated(theirs)
    rows = (free & _silent(np.bincount(said, minlength=_KINDS) > 0)[said_there]).nonzero()[0]
    if not len(rows):
        return None
    candidates = np.unique(owner[rows])[: max(1, _MOST_CELLS // len(mine))]
    rows = rows[owner[rows] <= candidates[-1]]
    present = np.zeros((len(taken), _KINDS), bool)
    present[owner[rows], said_there[rows]] = True
    place, lines = (~taken[candidates]).nonzero()
    owners = candidates[place]
    silent = _silent(present)[owners, said[lines]]
    search = _Search(mine, theirs, owner, said, said_there)
    search.join(rows, owners[silent], lines[silent])
    return search.found(np.bincount(owner[rows]), np.bincount(owners[silent]))


class _Search:
    """Pairs of lines, by amount first."""

    def __init__(
        self, mine: Array, theirs: Array, owner: Array, said: Array, said_there: Array
    ) -> None:
        self._mine, self._theirs, self._owner = mine, theirs, owner
        self._said, self._said_there = said, said_there
        self._rows = self._lines = np.empty(0, np.int64)
        self._by_amount = 0

    def join(self, rows: Array, owners: Array, lines: Array) -> None:
        """Pair rows with incoming lines, which are open where `owners` says: the first line of a
        number with the first, the second with the second, and so on."""
        self._join(rows, owners, lines, _amounts)
        self._by_amount = len(self._rows)
        used = owners * len(self._mine) + lines
        paired = self._owner[self._rows] * len(self._mine) + self._lines
        open_still = ~np.isin(used, paired)
        rows = rows[~np.isin(rows, self._rows)]
        self._join(rows, owners[open_still], lines[open_still], _quantities)

    def _join(
        self, rows: Array, owners: Array, lines: Array, numbers: Callable[[Array], Array]
    ) -> None:
        at, of = _joined(
            self._owner[rows], numbers(self._theirs)[rows], owners, numbers(self._mine)[lines]
        )
        pairs, partners = rows[at], lines[of]
        fits = (self._said[partners] & self._said_there[pairs]) == 0
        quantity, price = self._ratios(pairs, partners)
        near = ~((price > _OTHER_PRICE) | (price < 1 / _OTHER_PRICE))
        fits &= np.where(np.abs(quantity - 1) <= SAME_QUANTITY, near, is_box(quantity))
        self._rows = np.concatenate([self._rows, pairs[fits]])
        self._lines = np.concatenate([self._lines, partners[fits]])

    def _ratios(self, rows: Array, lines: Array) -> tuple[Array, Array]:
        mine, theirs = self._mine[lines], self._theirs[rows]
        with np.errstate(divide="ignore", invalid="ignore"):
            price = mine["unit_price"] / theirs["unit_price"].astype(float)
        return mine["quantity"] / theirs["quantity"].astype(float), price

    def found(self, free: Array, open_there: Array) -> NumberPairs | None:
        """The pairs of candidates where half of the fewer lines, and enough bits, agree; `free` and
        `open_there` count the lines that could have paired."""
        kept = self._of_one_discount()
        rows, lines = self._rows[kept], self._lines[kept]
        if not len(rows):
            return None
        by_amount = np.flatnonzero(kept) < self._by_amount
        owner = self._owner[rows]
        size = int(owner.max()) + 1
        bits = self._bits(rows, lines, by_amount, free[owner])
        fewer = np.minimum(free[:size], open_there[:size])
        enough = np.bincount(owner) >= _LEAST_SHARE * fewer
        enough &= np.bincount(owner, bits) >= _FEWEST_BITS
        worth = enough[owner]
        if not worth.any():
            return None
        agreement = np.where(by_amount, AMOUNT_AGREEMENT, QUANTITY_AGREEMENT)
        return NumberPairs(rows[worth], lines[worth], agreement[worth], bits[worth])

    def _of_one_discount(self) -> Array:
        """Whether prices of one quantity, where they differ, differ as those of a candidate do."""
        kept = np.ones(len(self._rows), bool)
        ratio = self._ratios(self._rows, self._lines)[1]
        differing = np.flatnonzero((np.arange(len(ratio)) >= self._by_amount) & (ratio > 0))
        if not len(differing):
            return kept
        owner = self._owner[self._rows[differing]]
        order = np.lexsort((ratio[differing], owner))
        starts = np.flatnonzero(np.diff(owner[order], prepend=-1))
        counts = np.diff(starts, append=len(order))
        median = np.repeat(ratio[differing][order[starts + counts // 2]], counts)
        apart = np.abs(ratio[differing][order] / median - 1) > _ONE_DISCOUNT
        kept[differing[order[apart]]] = False
        return kept

    def _bits(self, rows: Array, lines: Array, by_amount: Array, among: Array) -> Array:
        """What each pair tells; what stands there twice tells once."""
        mine, theirs = self._mine[lines], self._theirs[rows]
        told = _more_of(mine["quantity"], theirs["quantity"])
        priced = _more_of(mine["unit_price"], theirs["unit_price"])
        bits = told + np.where(by_amount, priced, 0.0) - np.log2(among)
        key = np.stack([self._owner[rows], _quantities(mine), _amounts(mine)])
        order = np.lexsort(key)
        first = np.ones(len(rows), bool)
        first[order[1:]] = (np.diff(key[:, order]) != 0).any(axis=0)
        return np.where(first, np.maximum(bits, 0.0), 0.0)


def _more_of(mine: Array, theirs: Array) -> Array:
    """The larger information of two numbers each; each different number is looked at once."""
    numbers, at = np.unique(np.stack([mine, theirs]), return_inverse=True)
    information: Array = information_of_number(numbers)[at].reshape(2, -1).max(axis=0)
    return information


def _all_comparable(mine: Array, theirs: Array) -> bool:
    """Whether every line states an item number, or every line words, as is most usual."""
    if mine["sku"].all() and theirs["sku"].all():
        return True
    return bool(mine["tokens"][:, 0].all() and theirs["tokens"][:, 0].all())


def _stated(lines: Array) -> Array:
    """What each line states beside numbers, as bits: one for each code, one for words."""
    stated: Array = (lines["tokens"][:, 0] != 0).astype(np.int64)
    for place, code in enumerate(BY_CODE, 1):
        stated |= (lines[code] != 0).astype(np.int64) << place
    return stated


def _silent(present: Array) -> Array:
    """(..., 16) whether a line that states so much states nothing that some line present does."""
    return np.asarray(present @ _NOTHING_IN_COMMON)


def _amounts(lines: Array) -> Array:
    return _in_steps(lines["quantity"].astype(float) * lines["unit_price"])


def _quantities(lines: Array) -> Array:
    return _in_steps(lines["quantity"].astype(float))


def _in_steps(numbers: Array) -> Array:
    """Logarithms as whole numbers above 0; 0 is no number."""
    known = numbers > 1e-6
    return np.where(
        known, np.round(np.log(np.where(known, numbers, 1.0) * 1e6) * _STEPS) + 1, 0
    ).astype(np.int64)


def _joined(
    owner: Array, number: Array, owner_there: Array, number_there: Array
) -> tuple[Array, Array]:
    """Places on both sides with the same owner and number, in the order in which they stand."""
    mine, theirs = number.nonzero()[0], number_there.nonzero()[0]
    keys = _numbered(owner[mine] << 24 | number[mine])
    keys_there = _numbered(owner_there[theirs] << 24 | number_there[theirs])
    _, at, of = np.intersect1d(keys, keys_there, assume_unique=True, return_indices=True)
    return mine[at], theirs[of]


def _numbered(keys: Array) -> Array:
    """Keys made distinct by how many equal ones, at most 65,535, stand before each."""
    order = keys.argsort(kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    before = np.arange(len(keys)) - np.repeat(starts, np.diff(starts, append=len(keys)))
    distinct = np.empty(len(keys), np.int64)
    distinct[order] = ordered << 16 | before
    return distinct
