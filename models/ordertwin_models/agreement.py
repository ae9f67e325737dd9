"""How far two people agree beyond what chance would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


def cohens_kappa(table: Mapping[tuple[str, str], int]) -> float | None:
    """Cohen's kappa of how often each pair of answers was given; None when it has no value.

    It is 1 for full agreement, 0 for what chance gives with how often each answers what; it has no
    value without questions, or when both always gave one and the same answer.

    >>> cohens_kappa({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15})
    0.4
    >>> cohens_kappa({("yes", "yes"): 7}) is None
    True
    """
    total = sum(table.values())
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (one, other), count in table.items():
        first[one] += count
        second[other] += count
    # Whole numbers for as long as possible, so that the figure does not depend on the order.
    alike = total * sum(count for (one, other), count in table.items() if one == other)
    chance = sum(first[answer] * second[answer] for answer in first)
    if total * total == chance:
        return None
    return (alike - chance) / (total * total - chance)
