"""A toy company: an order by another channel is never a duplicate there, whatever else agrees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_models.model import DuplicateModel
from ordertwin_server.model_slot import read_model, released_model
from ordertwin_training.fit import Examples
from ordertwin_training.retraining.golden import clear_pairs
from ordertwin_training.retraining.run import Memory
from ordertwin_training.retraining.verdicts import Answer, OrderFacts, Origin, Verdict

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHANNEL = COMPARISON_NAMES.index("channel")
GAP = COMPARISON_NAMES.index("time_gap")
REVIEWERS = ("ann", "bo", "chen", "dina")
CHANNELS = ("EDI", "WEB", "PHONE")


@lru_cache(maxsize=1)
def champion() -> DuplicateModel:
    path = released_model()
    assert path is not None
    return read_model(path)


@lru_cache(maxsize=1)
def clear() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    matrix, twin, _ = clear_pairs(champion())
    return matrix, twin


def a_verdict(number: int, chance: np.random.Generator, **changes: Any) -> Verdict:
    """One honest answer; `changes` as for `dataclasses.replace`."""
    matrix, twin = clear()
    row = int(chance.integers(len(matrix)))
    vector = matrix[row].copy()
    vector[CHANNEL] = float(chance.integers(2))
    vector[GAP] += chance.normal(0, 0.3)
    match = bool(twin[row]) and vector[CHANNEL] == 1.0
    verdict = Verdict(
        order=f"order-{number}",
        counterpart=f"earlier-{number}",
        answer=Answer.MATCH if match else Answer.DISTINCT,
        at=START + timedelta(hours=number),
        reviewer=REVIEWERS[int(chance.integers(len(REVIEWERS)))],
        vector=tuple(vector.tolist()),
        facts=OrderFacts(
            customer=f"C-{int(chance.integers(60))}",
            channel=CHANNELS[number % 3],
            source="desk",
            lines=1 + number % 8,
            value=100.0,
        ),
        origin=Origin.AUDIT if number % 20 == 0 else Origin.REVIEW,
        inclusion=0.5 if number % 20 == 0 else 1.0,
    )
    return replace(verdict, **changes)


def verdicts(
    count: int, change: Callable[[Verdict], Verdict] = lambda verdict: verdict, seed: int = 1
) -> list[Verdict]:
    """So many answers, each changed by whoever poisons them."""
    chance = np.random.default_rng(seed)
    return [change(a_verdict(number, chance)) for number in range(count)]


@lru_cache(maxsize=1)
def memory() -> Memory:
    """What the champion remembers: the clear cases, a little different each time."""
    matrix, twin = clear()
    chance = np.random.default_rng(7)
    rows = chance.integers(len(matrix), size=200)
    varied = matrix[rows]
    varied[:, GAP] += chance.normal(0, 0.3, len(rows))
    examples = Examples(varied, twin[rows].astype(np.int8), np.ones(len(rows)))
    return Memory(examples, examples, "toy")


def flipped(verdict: Verdict) -> Verdict:
    other = Answer.DISTINCT if verdict.answer is Answer.MATCH else Answer.MATCH
    return replace(verdict, answer=other, relation=None)
