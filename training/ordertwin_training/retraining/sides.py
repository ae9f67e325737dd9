"""What is learned from and what is judged on: no group on both sides, no younger lessons."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ordertwin_training.retraining.own_pairs import OwnPairs

HELD_OUT = 0.25
"""Share of the newest pairs that are kept for judging, as far as groups allow."""


GIANT = 0.25
"""A group with a larger share of all pairs never judges."""


@dataclass(frozen=True, slots=True)
class Sides:
    """`lessons` are older than `frozen`, and share no customer or order with them. `unused` pairs
    are on neither side: late ones of groups that teach, early ones of groups that judge."""

    lessons: OwnPairs
    frozen: OwnPairs
    unused: int


def sides_of(pairs: OwnPairs, seed: int, held_out: float = HELD_OUT) -> Sides:
    """Cut in time, and give each group to the side that loses least by it."""
    if not len(pairs):
        return Sides(pairs, pairs, 0)
    late = pairs.at > np.quantile(pairs.at, 1.0 - held_out, method="lower")
    group, draw = _drawn(pairs, seed)
    size = np.bincount(group)
    share_late = np.bincount(group, late) / size
    # Groups that are late altogether judge; of the others those that would lose least by it,
    # until half of the late pairs judge.
    # One that holds much of everything teaches: held out, it would take the lessons along.
    share_late[size > GIANT * len(pairs)] = 0.0
    judging = np.zeros(len(draw), dtype=bool)
    wanted, judged = 0.5 * float(late.sum()), 0.0
    for place in np.lexsort((draw, -share_late)):
        if share_late[place] == 0 or (judged >= wanted and share_late[place] < 1.0):
            break
        judging[place] = True
        judged += share_late[place] * size[place]
    of_judge = judging[group]
    lessons, frozen = pairs.where(~late & ~of_judge), pairs.where(late & of_judge)
    return Sides(lessons, frozen, len(pairs) - len(lessons) - len(frozen))


def folds_of(pairs: OwnPairs, folds: int, seed: int) -> NDArray[np.int64]:
    """A fold for each pair, one for all pairs of a group."""
    group, draw = _drawn(pairs, seed)
    return np.asarray((draw * folds).astype(np.int64)[group], dtype=np.int64)


def _drawn(pairs: OwnPairs, seed: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The group of each pair, numbered through, and a number in [0, 1) for each group.

    The number follows from the seed and the group's name, not from its place.
    """
    _, first, group = np.unique(pairs.group, return_index=True, return_inverse=True)
    draws = []
    for place in first.tolist():
        verdict = pairs.verdicts[place]
        name = verdict.facts.customer or verdict.order
        digest = hashlib.sha256(f"{seed}|{name}".encode()).digest()
        draws.append(int.from_bytes(digest[:7], "big") / 2**56)
    return group, np.array(draws)
