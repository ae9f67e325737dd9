"""One term of a match in words: a clause, its values and its tone."""

from __future__ import annotations

from collections.abc import Sequence

from ordertwin_models.comparison import COMPARISONS
from ordertwin_models.explanation.levels import (
    COUNTED,
    LINKED,
    MISSING,
    OF_ONE_DAY,
    Level,
    Shown,
    level_by_count,
    level_on_scale,
)
from ordertwin_models.explanation.pair_facts import PairFacts
from ordertwin_models.explanation.values import shortened

TOGETHER = " × "
"""Joins the names of two comparisons that the model judges together."""

_MEANINGS = {comparison.name: comparison.meaning for comparison in COMPARISONS}


def level_of(facts: PairFacts, comparison: str) -> Level:
    """What the comparison says of this pair."""
    value = facts.match.vector.get(comparison)
    if value is None:
        return MISSING
    if comparison == "customer_number" and facts.under_another_number:
        return LINKED
    if comparison == "time_gap" and facts.days_apart == 0:
        return OF_ONE_DAY
    if comparison not in COUNTED:
        return level_on_scale(comparison, value)
    part, whole, _ = COUNTED[comparison]
    return level_by_count(comparison, facts[part].number, facts[whole].number)


def clause(facts: PairFacts, term: str) -> str:
    """A term in words alone."""
    names = term.split(TOGETHER)
    clauses = [_words(facts, name, level_of(facts, name)) for name in names]
    return clauses[0] if len(names) == 1 else _both(facts, clauses)


def clause_with_values(facts: PairFacts, term: str) -> tuple[str, str, str]:
    """Raw values of the incoming and the existing order, and the term in words.

    The words show the values where that helps, and never those of two comparisons at once.
    """
    if TOGETHER not in term:
        incoming, existing = facts.raw_values(term)
        level = level_of(facts, term)
        text = _words(facts, term, level)
        if level.shown is not Shown.NONE:
            text = _with_values(facts, text, level.shown, incoming, existing)
        return incoming, existing, text
    mine, theirs = zip(*map(facts.raw_values, term.split(TOGETHER)), strict=True)
    return " · ".join(filter(None, mine)), " · ".join(filter(None, theirs)), clause(facts, term)


def _both(facts: PairFacts, texts: Sequence[str]) -> str:
    return facts.catalogue.together.format(first=texts[0], second=texts[1])


def _words(facts: PairFacts, comparison: str, level: Level) -> str:
    if level is LINKED:
        return facts.catalogue.linked_numbers
    if level is OF_ONE_DAY:
        return facts.catalogue.of_one_day
    try:
        template = facts.catalogue.reasons[comparison][level.name]
    except KeyError:
        return _unnamed(facts, comparison)
    return template.format_map(facts) if "{" in template else template


def _unnamed(facts: PairFacts, comparison: str) -> str:
    """What can be said of a comparison that no catalogue knows yet."""
    value = facts.match.vector.get(comparison)
    return facts.catalogue.unnamed.format(
        meaning=_MEANINGS.get(comparison, comparison),
        value="–" if value is None else f"{value:.3g}",
    )


def _with_values(facts: PairFacts, text: str, shown: Shown, incoming: str, existing: str) -> str:
    words, one = facts.catalogue, shown is Shown.ONE
    if incoming and existing and incoming != existing:
        pattern = words.respelled if one else words.with_both
        mine, theirs = shortened(incoming), shortened(existing)
        return pattern.format(text=text, incoming=mine, existing=theirs)
    erased = facts.existing.order is None
    if one and incoming and (incoming == existing or erased):
        return words.with_value.format(text=text, value=shortened(incoming))
    return text
