"""How alike two texts are: names, and texts with slips of the pen. One text against many."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from ordertwin_models.normalise.text import CACHE_SIZE, HAN, HAN_CHARACTER

Array = np.ndarray[Any, Any]

_WORDS_OF_POINT = re.compile(rf"[{HAN}]|[^\W{HAN}]+")
_OTHER_ORDER = 0.97
_SHORTEST_MISSPELT = 4
_SHORTEST_CUT = 2
_DIGITS_SWAPPED = 3
_PART, _OTHER_POINT = 0.75, 0.25
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
    if HAN_CHARACTER.search(mine):
        others = ["".join(sorted(text)) for text in theirs]
        characters = _scores(fuzz.ratio, "".join(sorted(mine)), others) / 100.0
        alike = np.maximum(alike, _OTHER_ORDER * characters)
    similarities: list[float] = alike.tolist()
    return similarities


def point_similarities(mine: str, theirs: list[str]) -> list[float]:
    """How alike two points of one place are, word by word: 1 the same, 0.75 one says more than the
    other, or two digits of a number are swapped, 0.25 each has a word that the other lacks, 0 each
    has a number or a letter of its own. Words may be misspelt, and the last one cut short.

    >>> point_similarities("3 west anex", ["annex 3 west", "3 west", "3 west kiosk", "4 west"])
    [1.0, 0.75, 0.25, 0.0]
    >>> point_similarities("unit 917 east quay", ["unit 971 east quay", "unit 917 east qu"])
    [0.75, 1.0]
    >>> point_similarities("东区仓库", ["东区仓库后门", "西区仓库"])
    [0.75, 0.25]
    >>> point_similarities("3 2 501", ["2 3 501", "3 2 501 b"])
    [0.0, 0.75]
    """
    if theirs == [mine]:
        return [1.0]
    return [_point_similarity(mine, text) for text in theirs]


def _point_similarity(mine: str, other: str) -> float:
    numbers, words = _numbers_and_words(mine)
    other_numbers, other_words = _numbers_and_words(other)
    if not words | other_words and not _begins_alike(mine, other):
        return 0.0
    if _is_cut(mine, other):
        return 1.0
    lacking = _lacks(words, other_words), _lacks(other_words, words)
    if not (numbers <= other_numbers or other_numbers <= numbers):
        return _PART if not any(lacking) and _are_swapped(numbers, other_numbers) else 0.0
    if all(lacking):
        return _OTHER_POINT
    return _PART if any(lacking) or numbers != other_numbers else 1.0


@lru_cache(CACHE_SIZE)
def _numbers_and_words(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """What counts letter by letter, and the other words; a Chinese character is a word."""
    every = frozenset(_WORDS_OF_POINT.findall(text))
    letters = {word for word in every if len(word) == 1 and not HAN_CHARACTER.match(word)}
    numbers = letters | {word for word in every if word[0].isdigit()}
    return frozenset(numbers), every - numbers


def _is_cut(mine: str, other: str) -> bool:
    """Whether one text is the beginning of the other, cut off within a word behind another word."""
    shorter, longer = sorted((mine, other), key=len)
    before, _, last = shorter.rpartition(" ")
    inside = longer.startswith(shorter) and longer[len(shorter) :].split(" ")[0].isalpha()
    return inside and len(last) >= _SHORTEST_CUT and last.isalpha() and " " in before


def _are_swapped(numbers: frozenset[str], others: frozenset[str]) -> bool:
    """Whether one number of each differs, by two neighbouring digits in the other order."""
    mine, theirs = numbers - others, others - numbers
    if len(mine) != 1 or len(theirs) != 1:
        return False
    (one,), (other,) = mine, theirs
    long = len(one) == len(other) >= _DIGITS_SWAPPED
    return long and sorted(one) == sorted(other) and OSA.distance(one, other, score_cutoff=1) == 1


def _begins_alike(mine: str, other: str) -> bool:
    """Whether of two points without words, such as block, stair and flat, one goes on where the
    other ends."""
    return all(a == b for a, b in zip(mine.split(), other.split(), strict=False))


def _lacks(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether some word does not stand among the others, not even misspelt."""
    return any(
        len(word) < _SHORTEST_MISSPELT
        or all(OSA.distance(word, other, score_cutoff=1) > 1 for other in others)
        for word in words - others
    )


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
