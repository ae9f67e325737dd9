"""How alike two texts are: names, and texts with slips of the pen. One text against many."""

from __future__ import annotations

import re

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from ordertwin_models.normalise.text import HAN

_HAN = re.compile(f"[{HAN}]")
_OTHER_ORDER = 0.97


def name_similarities(mine: str, theirs: list[str]) -> list[float]:
    """Similarity 0 to 1 of names: the better of letter order and word order.

    A Chinese name has no words to sort, and its town stands in front or in brackets, so there the
    order of characters hardly counts.

    >>> [round(alike, 2) for alike in name_similarities("acme trading", ["trading acme", "zenith"])]
    [1.0, 0.5]
    >>> round(name_similarities("恒达机电苏州", ["苏州恒达机电"])[0], 2)
    0.97
    """
    letters = process.cdist([mine], theirs, scorer=JaroWinkler.similarity)[0]
    words = process.cdist([mine], theirs, scorer=fuzz.token_sort_ratio)[0] / 100.0
    alike = np.maximum(letters, words)
    if _HAN.search(mine):
        others = ["".join(sorted(text)) for text in theirs]
        characters = process.cdist(["".join(sorted(mine))], others, scorer=fuzz.ratio)[0] / 100.0
        alike = np.maximum(alike, _OTHER_ORDER * characters)
    similarities: list[float] = alike.tolist()
    return similarities


def edits(mine: str, theirs: list[str]) -> list[int]:
    """How many slips of the pen lie between two texts: 0, 1, or 2 for more.

    >>> edits("4711", ["4711", "4171", "471", "4812"])
    [0, 1, 1, 2]
    """
    distances = process.cdist([mine], theirs, scorer=OSA.distance, score_cutoff=1)[0]
    counted: list[int] = distances.tolist()
    return counted
