"""Decisions in words: sentences and values from numbers, for the clerk's eyes.

A decision keeps no order content; this is where the content of both orders meets it, when it is
shown. The same numbers always get the same words, and no word that they do not bear out. This
package knows no model: it reads contributions and comparison vectors, and what it returns adds up
to what was scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ordertwin_models.decision import Decision, Outcome
from ordertwin_models.explanation.clauses import clause_with_values
from ordertwin_models.explanation.pair_facts import PairFacts
from ordertwin_models.explanation.summary import reasons_against, summarise
from ordertwin_models.explanation.values import OrderValues
from ordertwin_models.language import catalogue_for
from ordertwin_models.order import Order

__all__ = ["ContributionText", "Explanation", "MatchExplanation", "explain"]


class ContributionText(NamedTuple):
    """What one term added to the match weight, in log2 odds, and why.

    `comparison` is the name of the term, "a × b" for two comparisons judged together. The values
    are those of the orders as received, "" when missing or erased. A tuple, because an answer has
    hundreds.
    """

    comparison: str
    weight: float
    incoming_value: str
    existing_value: str
    text: str


@dataclass(frozen=True, slots=True)
class MatchExplanation:
    """One match in words, the largest effect first.

    `against` says in a few words what speaks most for two different orders, of a twin too.
    `counterfactual` is "" when no single change would bring another outcome.
    """

    contributions: tuple[ContributionText, ...]
    against: tuple[str, ...]
    counterfactual: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision in words; `matches` is parallel to those of the decision."""

    summary: str
    matches: tuple[MatchExplanation, ...]


def explain(
    decision: Decision, incoming: Order, existing: Mapping[str, Order], language: str
) -> Explanation:
    """Put a decision into words.

    `existing` has the orders of the matches by key; one that was erased may be missing. `language`
    is a language tag; English answers for a language without a catalogue. Terms without effect are
    left out, so prior weight + weights = match weight still holds.

    >>> from datetime import UTC, datetime
    >>> from ordertwin_models.decision import Action
    >>> at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    >>> decision = Decision(Outcome.UNIQUE, Action.ACCEPT, (), (), "rules", 0, False, False, at)
    >>> explain(decision, Order(order_id="SO-1", ordered_at=at), {}, "en").summary
    'New order: no existing order looks like this one. Accept it.'
    """
    words = catalogue_for(language)
    values = OrderValues(incoming, words)
    pairs = [
        PairFacts(words, match, values, OrderValues(existing.get(match.order_key), words))
        for match in decision.matches
    ]
    return Explanation(
        summary=summarise(decision, pairs, words),
        matches=tuple(
            MatchExplanation(
                _contributions(facts),
                tuple(reasons_against(facts)),
                _counterfactual(facts, decision.outcome),
            )
            for facts in pairs
        ),
    )


def _contributions(facts: PairFacts) -> tuple[ContributionText, ...]:
    effective = [(term, weight) for term, weight in facts.match.contributions.items() if weight]
    effective.sort(key=lambda item: (-abs(item[1]), item[0]))
    return tuple(
        [
            ContributionText(term, weight, *clause_with_values(facts, term))
            for term, weight in effective
        ]
    )


def _counterfactual(facts: PairFacts, outcome: Outcome) -> str:
    words = facts.catalogue
    conditions = words.counterfactuals.get(facts.match.counterfactual)
    if conditions is None:
        return ""
    otherwise, alike = conditions
    if outcome is Outcome.UNIQUE:
        return words.would_be_held.format(condition=alike)
    return words.would_be_new.format(condition=otherwise)
