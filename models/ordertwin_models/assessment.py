"""The answer to one order: compare, score, relate, decide.

    prepare(order) ─ terms ─► store counts ─► featurise ─ lookups ─► store candidates ─► assess

Pure: the same order, counts, candidates, model and time give the same decision, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np

from ordertwin_models.blocking import CANDIDATE_LIMIT
from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison import Pairs, vectors
from ordertwin_models.comparison.circumstances import OPEN_STAGE
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
from ordertwin_models.hard_facts import same_in_every_field, sent_again
from ordertwin_models.model import DuplicateModel, Scores
from ordertwin_models.order import OrderState
from ordertwin_models.policy import (
    COUNTERPART_DEAD,
    SAME_ORDER_CHANGED,
    SILENT,
    Judgement,
    Standing,
    action_of,
    judge,
    rule_on,
)
from ordertwin_models.possible_relations import possible_relations
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
"""Match probability from which on a candidate is kept with the decision."""

NEAREST = 2
"""The nearest candidates that an order without a twin is told of, and why it is none of them."""

_NEAR = 0.5
"""Share of both baskets from which on such a candidate is near."""

Array = np.ndarray[Any, Any]

_REPLACED = frozenset({OrderState.CANCELLED, OrderState.RETURNED})


def assess(
    model: DuplicateModel | None,
    incoming: IncomingOrder,
    candidates: Sequence[Candidate],
    *,
    truncated: bool,
    at: datetime,
    standing: Standing = SILENT,
    max_matches: int = MATCHES_SHOWN,
    amends: str | None = None,
) -> Decision:
    """Decide on an incoming order, given the existing orders that blocking proposed.

    Without a model the rules of `ordertwin_models.rules` answer, and the decision says so.
    `standing` is what the policy says of the order, by default nothing. `amends` is the key of the
    stored order of which the incoming one is a changed version; `at` is the time of the decision.
    """
    degraded = model is None
    model = model or _rules()
    pairs = Pairs(incoming.features, candidates, incoming.same)
    matrix = vectors(pairs)
    scores = model.score(matrix)
    probabilities = model.probability(scores.weights)
    living = _if_alive(model, pairs, matrix, probabilities)
    judged = _judged(model, pairs, matrix, probabilities, living, standing, amends)
    rows = _worth_showing(pairs, living, judged, amends, max(max_matches, 1))
    twin = next((row for row in rows if _may_be_twin(pairs, row, judged)), None)
    outcome, rules = _outcome(standing, judged, rows, twin, amends)
    relations = _relations(model, pairs, matrix, living, rows, judged, outcome, amends)
    matches = tuple(
        _match(model, pairs, matrix, scores, probabilities, row, relation, outcome, judged[row])
        for row, relation in zip(rows, relations, strict=True)
    )[:max_matches]
    relation = relations[rows.index(twin)][0] if twin is not None else None
    if amends is not None:
        relation = Relation.AMENDMENT
    return Decision(
        outcome=outcome,
        action=action_of(outcome, relation, standing.attended),
        matches=matches,
        policy_rules=rules,
        model_version=model.version,
        candidates_considered=len(candidates),
        candidates_truncated=truncated,
        degraded=degraded,
        decided_at=at,
        policy_version=standing.policy_version,
        attended=standing.attended,
        customers=incoming.same.revision,
    )


@lru_cache(maxsize=1)
def _rules() -> DuplicateModel:
    return rules_model()


def _if_alive(model: DuplicateModel, pairs: Pairs, matrix: Array, probabilities: Array) -> Array:
    """The probabilities, those of cancelled and returned orders as if they were still open: a model
    learns that those have no twins, but whoever orders anew wants to hear which one is replaced."""
    gone = [row for row, each in enumerate(pairs.candidates) if each.state in _REPLACED]
    if not gone or "stage" not in model.schema:
        return probabilities
    opened = matrix[gone]
    opened[:, model.schema.index("stage")] = OPEN_STAGE
    living = probabilities.copy()
    living[gone] = model.probability(model.score(opened).weights)
    return living


def _judged(
    model: DuplicateModel,
    pairs: Pairs,
    matrix: Array,
    probabilities: Array,
    living: Array,
    standing: Standing,
    amends: str | None,
) -> dict[int, Judgement]:
    """The policy's judgement on each row that may matter or is worth showing."""
    least = min(WORTH_SHOWING, standing.lowest(model.thresholds))
    resent = sent_again(pairs, standing.resent_within_minutes)
    copied = same_in_every_field(pairs, matrix, standing.copying)
    wanted = (probabilities >= least) | resent

    def judgement(row: int) -> Judgement:
        candidate = pairs.candidates[row]
        return judge(
            standing,
            model.thresholds,
            key=candidate.key,
            state=candidate.state,
            probability=float(living[row]),
            resent=bool(resent[row]),
            copied=bool(copied[row]),
        )

    judged = {
        row: judgement(row)
        for row, candidate in enumerate(pairs.candidates)
        if wanted[row] or candidate.key == amends or candidate.key in standing.same
    }
    for row in np.flatnonzero((living >= least) & ~wanted).tolist():
        found = judgement(row)
        if COUNTERPART_DEAD in found.rules:
            judged[row] = found
    if not any(found.flagged for found in judged.values()):
        for row in _nearest(pairs, probabilities)[: max(NEAREST - len(judged), 0)]:
            judged.setdefault(row, judgement(row))
    return judged


def _nearest(pairs: Pairs, probabilities: Array) -> list[int]:
    """Rows that somebody might take for a twin: of about the same basket, or with the reference."""
    near = (pairs.baskets.overlap >= _NEAR) | (pairs.equal("reference") == 1)
    rows = np.flatnonzero(near)
    nearest: list[int] = rows[np.argsort(-probabilities[rows], kind="stable")].tolist()
    return nearest


def _may_be_twin(pairs: Pairs, row: int, judged: Mapping[int, Judgement]) -> bool:
    """Sales and purchase orders are different things; dead and set-apart orders nobody's twin."""
    same_kind = pairs.batch.headers["kind"][row] == pairs.order.header["kind"]
    return bool(same_kind) and not judged[row].apart


def _worth_showing(
    pairs: Pairs,
    living: Array,
    judged: Mapping[int, Judgement],
    amends: str | None,
    most: int,
) -> list[int]:
    """Rows to show: the amended order, then possible twins, strictest and likeliest first."""

    def place(row: int) -> tuple[bool, bool, int, float, int]:
        candidate = pairs.candidates[row]
        return (
            candidate.key != amends,
            not _may_be_twin(pairs, row, judged),
            -judged[row].severity,
            -float(living[row]),
            -candidate.sequence,
        )

    return sorted(judged, key=place)[:most]


def _outcome(
    standing: Standing,
    judged: Mapping[int, Judgement],
    rows: list[int],
    twin: int | None,
    amends: str | None,
) -> tuple[Outcome, tuple[str, ...]]:
    if amends is not None:
        return Outcome.DUPLICATE, (SAME_ORDER_CHANGED,)
    best = judged[twin] if twin is not None else None
    return rule_on(standing, best, (judged[row] for row in rows if row != twin))


def _relations(
    model: DuplicateModel,
    pairs: Pairs,
    matrix: Array,
    living: Array,
    rows: list[int],
    judged: Mapping[int, Judgement],
    outcome: Outcome,
    amends: str | None,
) -> list[tuple[Relation, float]]:
    """Relation and confidence of each shown row, consistent with what the order is told.

    The twin of a flagged order is a duplicate of some kind, any other candidate a look-alike, and a
    dead one that would be a twin was replaced. Names that the two orders cannot bear are not given.
    """
    if not rows:
        return []
    names = model.relation_model.relations if model.relation_model else ()
    possible = possible_relations(names, model.schema, matrix[rows], _under_contract(pairs)[rows])
    shares = np.where(possible, model.relation_probabilities(matrix[rows]), 0.0)
    found = []
    for place, row in enumerate(rows):
        flagged = outcome is not Outcome.UNIQUE and judged[row].flagged
        if pairs.candidates[row].key == amends:
            found.append((Relation.AMENDMENT, 1.0))
        elif COUNTERPART_DEAD in judged[row].rules:
            found.append((Relation.REPLACEMENT, float(living[row])))
        else:
            allowed = DUPLICATE_RELATIONS if flagged else LOOK_ALIKE_RELATIONS
            found.append(_likeliest(names, shares[place], allowed))
    return found


def _under_contract(pairs: Pairs) -> Array:
    mine, theirs = pairs.hashed("blanket")
    named: Array = (theirs != 0) | bool(mine)
    return named


def _likeliest(
    names: Sequence[Relation], shares: Array, allowed: frozenset[Relation]
) -> tuple[Relation, float]:
    possible = {
        name: share
        for name, share in zip(names, shares.tolist(), strict=True)
        if name in allowed and share
    }
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
    judgement: Judgement,
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
        counterfactual=""
        if judgement.apart
        else counterfactual_of(model, vector, weight, outcome, judgement.thresholds.review),
    )


def _line_alignments(pairs: Pairs, row: int) -> tuple[LineAlignment, ...]:
    """Paired lines in incoming order, then incoming lines alone, then existing lines alone."""
    mine = pairs.order.line_ids()
    own = np.flatnonzero(pairs.batch.owner == row)
    theirs = split_line_ids(pairs.batch.texts["line_ids"][row], len(own))
    at = np.flatnonzero(pairs.baskets.owner == row)
    at = at[np.argsort(pairs.alignment.incoming[at], kind="stable")]
    quantity, price = (
        np.nan_to_num(pairs.baskets.quantity_ratio),
        np.nan_to_num(pairs.baskets.price_ratio),
    )
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
