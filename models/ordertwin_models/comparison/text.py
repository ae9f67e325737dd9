"""How alike two texts are: names, and texts with slips of the pen. One text against many."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from ordertwin_models.normalise.text import HAN

Array = np.ndarray[Any, Any]

_HAN = re.compile(f"[{HAN}]")
_OTHER_ORDER = 0.97
_FEW = 3
"""Up to so many texts are compared one by one: preparing to compare many costs more than that."""


def name_similarities(mine: str, theirs: list[str]) -> list[float]:
    """Similarity 0 to 1 of names: the better of letter order and word order.

    A Chinese name has no words to sort, and its town stands in front or in brackets, so there the
    order of characters hardly counts.

    >>> [round(alike, 2) for alike in name_similarities("acme trading", ["trading acme", "zenith"])]
    [1.0, 0.5]
    >>> round(name_similarities("恒达机电苏州", ["苏州恒达机电"])[0], 2)
    0.97
    """
    if theirs == [mine]:
        return [1.0]
    letters = _scores(JaroWinkler.similarity, mine, theirs)
    words = _scores(fuzz.token_sort_ratio, mine, theirs) / 100.0
    alike = np.maximum(letters, words)
    if _HAN.search(mine):
        others = ["".join(sorted(text)) for text in theirs]
        characters = _scores(fuzz.ratio, "".join(sorted(mine)), others) / 100.0
        alike = np.maximum(alike, _OTHER_ORDER * characters)
    similarities: list[float] = alike.tolist()
    return similarities


def point_similarities(mine: str, theirs: list[str]) -> list[float]:
    """Similarity 0 to 1 of points at one place; numbers and single letters tell them apart.

    >>> point_similarities("3 west room 2", ["room 2 3 west", "3 west room 4"])
    [1.0, 0.0]
    """
    told = _numbers_and_letters(mine)
    return [
        alike if told <= other or other <= told else 0.0
        for alike, other in zip(
            name_similarities(mine, theirs), map(_numbers_and_letters, theirs), strict=True
        )
    ]


def _numbers_and_letters(text: str) -> frozenset[str]:
    return frozenset(word for word in text.split() if len(word) == 1 or any(map(str.isdigit, word)))


def edits(mine: str, theirs: list[str]) -> list[int]:
    """How many slips of the pen lie between two texts: 0, 1, or 2 for more.

    >>> edits("4711", ["4711", "4171", "471", "4812"])
    [0, 1, 1, 2]
    """
    if len(theirs) <= _FEW:
        return [OSA.distance(mine, text, score_cutoff=1) for text in theirs]
    distances = process.cdist([mine], theirs, scorer=OSA.distance, score_cutoff=1)[0]
    counted: list[int] = distances.tolist()
    return counted


def _scores(scorer: Callable[..., float], mine: str, theirs: list[str]) -> Array:
    """As single-precision numbers, however many texts there are."""
    if len(theirs) <= _FEW:
        return np.array([scorer(mine, text) for text in theirs], np.float32)
    scores: Array = process.cdist([mine], theirs, scorer=scorer)[0]
    return scores
