"""The answer to one order: compare, score, relate, decide.

    prepare(order) ─ terms ─► store counts ─► featurise ─ lookups ─► store candidates ─► assess

Pure: the same order, counts, candidates, model and time give the same decision, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np

from ordertwin_models.blocking import CANDIDATE_LIMIT
from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison import Pairs, vectors
from ordertwin_models.counterfactual import counterfactual_of
from ordertwin_models.decision import (
    DUPLICATE_RELATIONS,
    LOOK_ALIKE_RELATIONS,
    Decision,
    LineAlignment,
    Match,
    Outcome,
    Relation,
)
from ordertwin_models.features import split_line_ids
from ordertwin_models.model import DuplicateModel, Scores
from ordertwin_models.policy import COUNTERPART_DEAD, SAME_ORDER_CHANGED, action_of, outcome_of
from ordertwin_models.preparation import IncomingOrder, PreparedOrder, featurise, prepare
from ordertwin_models.rules import rules_model

__all__ = [
    "CANDIDATE_LIMIT",
    "MATCHES_SHOWN",
    "IncomingOrder",
    "PreparedOrder",
    "assess",
    "featurise",
    "prepare",
]

MATCHES_SHOWN = 5
"""Matches in a decision, unless the caller asks for more or fewer."""

WORTH_SHOWING = 0.01
"""Match probability below which a candidate is not kept with the decision."""

Array = np.ndarray[Any, Any]


def assess(
    model: DuplicateModel | None,
    incoming: IncomingOrder,
    candidates: Sequence[Candidate],
    *,
    truncated: bool,
    at: datetime,
    attended: bool = False,
    max_matches: int = MATCHES_SHOWN,
    amends: str | None = None,
) -> Decision:
    """Decide on an incoming order, given the existing orders that blocking proposed.

    Without a model the rules of `ordertwin_models.rules` answer, and the decision says so.
    `amends` is the key of the stored order of which the incoming one is a changed version; `at` is
    the time of the decision.
    """
    degraded = model is None
    model = model or _rules()
    pairs = Pairs(incoming.features, candidates)
    matrix = vectors(pairs)
    scores = model.score(matrix)
    probabilities = model.probability(scores.weights)
    rows = _worth_showing(model, pairs, probabilities, amends, max(max_matches, 1))
    twin = next((row for row in rows if _may_be_twin(pairs, row)), None)
    outcome, rules = _outcome(model, pairs, probabilities, rows, twin, attended, amends)
    relations = _relations(model, pairs, matrix, rows, outcome, twin, amends)
    matches = tuple(
        _match(model, pairs, matrix, scores, probabilities, row, relation, outcome)
        for row, relation in zip(rows, relations, strict=True)
    )[:max_matches]
    relation = relations[rows.index(twin)][0] if twin is not None else None
    if amends is not None:
        relation = Relation.AMENDMENT
    return Decision(
        outcome=outcome,
        action=action_of(outcome, relation, attended),
        matches=matches,
        policy_rules=rules,
        model_version=model.version,
        candidates_considered=len(candidates),
        candidates_truncated=truncated,
        degraded=degraded,
        decided_at=at,
    )


@lru_cache(maxsize=1)
def _rules() -> DuplicateModel:
    return rules_model()


def _may_be_twin(pairs: Pairs, row: int) -> bool:
    """Dead orders are nobody's twin; sales and purchase orders are different things."""
    same_kind = pairs.batch.headers["kind"][row] == pairs.order.header["kind"]
    return bool(same_kind) and not pairs.candidates[row].state.is_dead


def _worth_showing(
    model: DuplicateModel, pairs: Pairs, probabilities: Array, amends: str | None, most: int
) -> list[int]:
    """Rows to show: the amended order, then possible twins, then dead ones; likeliest first."""

    def place(row: int) -> tuple[bool, bool, float, int]:
        candidate = pairs.candidates[row]
        return (
            candidate.key != amends,
            not _may_be_twin(pairs, row),
            -float(probabilities[row]),
            -candidate.sequence,
        )

    least = min(WORTH_SHOWING, model.thresholds.attended_review)
    shown = [
        row
        for row, candidate in enumerate(pairs.candidates)
        if probabilities[row] >= least or candidate.key == amends
    ]
    return sorted(shown, key=place)[:most]


def _outcome(
    model: DuplicateModel,
    pairs: Pairs,
    probabilities: Array,
    rows: list[int],
    twin: int | None,
    attended: bool,
    amends: str | None,
) -> tuple[Outcome, tuple[str, ...]]:
    if amends is not None:
        return Outcome.DUPLICATE, (SAME_ORDER_CHANGED,)
    best = float(probabilities[twin]) if twin is not None else 0.0
    outcome, rule = outcome_of(best, model.thresholds, attended)
    dead = any(
        probabilities[row] >= model.thresholds.review and pairs.candidates[row].state.is_dead
        for row in rows
    )
    rules = (rule, COUNTERPART_DEAD if dead else None)
    return outcome, tuple(name for name in rules if name)


def _relations(
    model: DuplicateModel,
    pairs: Pairs,
    matrix: Array,
    rows: list[int],
    outcome: Outcome,
    twin: int | None,
    amends: str | None,
) -> list[tuple[Relation, float]]:
    """Relation and confidence of each shown row, consistent with what the order is told.

    The twin of a flagged order is a duplicate of some kind, any other candidate a look-alike, and a
    dead one that looks like a twin was replaced.
    """
    if not rows:
        return []
    shares = model.relation_probabilities(matrix[rows])
    names = model.relation_model.relations if model.relation_model else ()
    probabilities = model.probability(model.score(matrix[rows]).weights)
    found = []
    for place, row in enumerate(rows):
        flagged = outcome is not Outcome.UNIQUE and (
            row == twin or probabilities[place] >= model.thresholds.review
        )
        if pairs.candidates[row].key == amends:
            found.append((Relation.AMENDMENT, 1.0))
        elif pairs.candidates[row].state.is_dead:
            found.append((Relation.REPLACEMENT, 1.0))
        else:
            allowed = DUPLICATE_RELATIONS if flagged else LOOK_ALIKE_RELATIONS
            found.append(_likeliest(names, shares[place], allowed))
    return found


def _likeliest(
    names: Sequence[Relation], shares: Array, allowed: frozenset[Relation]
) -> tuple[Relation, float]:
    possible = {name: float(s) for name, s in zip(names, shares, strict=True) if name in allowed}
    if not possible:
        fallback = Relation.REKEYED if Relation.REKEYED in allowed else Relation.COINCIDENCE
        return fallback, 0.0
    best = max(possible, key=lambda name: possible[name])
    return best, possible[best] / max(sum(possible.values()), 1e-300)


def _match(
    model: DuplicateModel,
    pairs: Pairs,
    matrix: Array,
    scores: Scores,
    probabilities: Array,
    row: int,
    relation: tuple[Relation, float],
    outcome: Outcome,
) -> Match:
    candidate = pairs.candidates[row]
    vector = {
        name: None if np.isnan(value) else float(value)
        for name, value in zip(model.schema, matrix[row], strict=True)
    }
    contributions = dict(zip(model.terms, scores.contributions[row].tolist(), strict=True))
    weight = float(scores.weights[row])
    return Match(
        order_key=candidate.key,
        state=candidate.state,
        match_probability=float(probabilities[row]),
        match_weight=weight,
        prior_weight=model.prior_weight,
        contributions=contributions,
        vector=vector,
        relation=relation[0],
        relation_probability=relation[1],
        line_alignments=_line_alignments(pairs, row),
        blocking_rules=candidate.rules,
        counterfactual=counterfactual_of(model, weight, contributions, outcome),
    )


def _line_alignments(pairs: Pairs, row: int) -> tuple[LineAlignment, ...]:
    """Paired lines in incoming order, then incoming lines alone, then existing lines alone."""
    mine = pairs.order.line_ids()
    own = np.flatnonzero(pairs.batch.owner == row)
    theirs = split_line_ids(pairs.batch.texts["line_ids"][row], len(own))
    at = np.flatnonzero(pairs.pair_owner == row)
    at = at[np.argsort(pairs.alignment.incoming[at], kind="stable")]
    quantity, price = np.nan_to_num(pairs.quantity_ratio), np.nan_to_num(pairs.price_ratio)
    start = int(own[0]) if len(own) else 0
    incoming, existing = pairs.alignment.incoming[at], pairs.alignment.existing[at] - start
    paired = [
        LineAlignment(
            mine[i],
            theirs[e],
            float(pairs.alignment.agreement[p]),
            float(quantity[p]),
            float(price[p]),
        )
        for p, i, e in zip(at, incoming, existing, strict=True)
    ]
    left, lacking = set(incoming.tolist()), set(existing.tolist())
    added = [LineAlignment(one, "", 0.0, 0.0, 0.0) for i, one in enumerate(mine) if i not in left]
    missing = [
        LineAlignment("", one, 0.0, 0.0, 0.0) for e, one in enumerate(theirs) if e not in lacking
    ]
    return (*paired, *added, *missing)
