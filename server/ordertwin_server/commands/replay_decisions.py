"""Whether stored decisions can be computed again from what is stored: vectors bit for bit, weights
and probabilities within 1e-9, with the model that each decision names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ordertwin_models.comparison import Pairs, vectors
from ordertwin_models.decision import Decision, Match
from ordertwin_models.model import DuplicateModel
from ordertwin_server.commands.past_case import Past, PastCase, past_case
from ordertwin_stores.decision_history import PastDecision

TOLERANCE = 1e-9
AT_ONCE = 200
EXAMPLES = 10
GONE = "order changed or erased since"


@dataclass(slots=True)
class Replay:
    """What came of it. Of the `decisions`, `equal` came out as stored in all their matches, and
    `incomplete` ones could not be compared; `unknown` counts their matches by the reason. `matches`
    were compared; `unequal` names some of the `unequal_decisions`."""

    decisions: int = 0
    equal: int = 0
    incomplete: int = 0
    unequal_decisions: int = 0
    matches: int = 0
    largest_difference: float = 0.0
    unknown: Counter[str] = field(default_factory=Counter)
    unequal: list[str] = field(default_factory=list)


def replay(
    store: Past,
    tenant: str,
    model_of: Callable[[str], DuplicateModel | None],
    last: int,
    progress: Callable[[int], None] = lambda done: None,
) -> Replay:
    """Compute the newest decisions again; `model_of` gives the model of a version, None if gone."""
    made, before = Replay(), None
    while made.decisions < last:
        size = min(last - made.decisions, AT_ONCE)
        page = store.decision_history.newest(tenant, size, before)
        for past in page:
            _replay_one(made, store, tenant, model_of, past)
            progress(made.decisions)
        if len(page) < size:
            break
        before = page[-1].number
    return made


def _replay_one(
    made: Replay,
    source: Past,
    tenant: str,
    model_of: Callable[[str], DuplicateModel | None],
    past: PastDecision,
) -> None:
    decision = past.stored.decision
    made.decisions += 1
    if not decision.matches:
        made.equal += 1
        return
    case, model = past_case(source, tenant, past), model_of(decision.model_version)
    if case is None or model is None:
        _give_up(made, decision, GONE if case is None else "model no longer there")
        return
    matrix = vectors(Pairs(case.incoming.features, case.candidates, case.incoming.same))
    compared = [_compare(case, matrix, match, model) for match in decision.matches]
    off = max((each.off for each in compared), default=0.0)
    if all(each.same for each in compared) and off <= TOLERANCE:
        made.equal += 1
        made.matches += len(compared)
        made.largest_difference = max(made.largest_difference, off)
    elif not case.complete:
        _give_up(made, decision, "an order it was compared with was changed or erased since")
    elif set(decision.matches[0].vector) != set(model.schema):
        _give_up(made, decision, "comparisons of an earlier version")
    else:
        made.matches += len(compared)
        made.largest_difference = max(made.largest_difference, off)
        made.unequal_decisions += 1
        if len(made.unequal) < EXAMPLES:
            made.unequal.append(past.stored.key)


def _give_up(made: Replay, decision: Decision, reason: str) -> None:
    made.incomplete += 1
    made.unknown[reason] += len(decision.matches)


@dataclass(frozen=True, slots=True)
class _Compared:
    same: bool
    off: float = 0.0


def _compare(
    case: PastCase, matrix: np.ndarray[Any, Any], match: Match, model: DuplicateModel
) -> _Compared:
    """Whether the vector of a match is the same, and how far weight and probability are off."""
    rows = (row for row, each in enumerate(case.candidates) if each.key == match.order_key)
    row = next(rows, None)
    if row is None:
        return _Compared(False)
    stored = [match.vector.get(name) for name in model.schema]
    wanted = np.array([math.nan if value is None else value for value in stored])
    if not np.array_equal(matrix[row], wanted, equal_nan=True):
        return _Compared(False)
    scores = model.score(matrix[[row]])
    weight, (probability,) = float(scores.weights[0]), model.probability(scores.weights).tolist()
    off = max(abs(weight - match.match_weight), abs(probability - match.match_probability))
    return _Compared(True, off)
