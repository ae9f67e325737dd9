"""Which verdicts teach, how much each weighs, and which contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_training.fit import DECIMALS, Examples
from ordertwin_training.labels import Groups
from ordertwin_training.retraining.verdicts import Answer, Origin, Verdict, by_time

Array = NDArray[np.float64]

TRUST: Mapping[Origin, float] = {
    Origin.REVIEW: 1.0,
    Origin.AUDIT: 1.0,
    Origin.RELEASE: 0.5,
    Origin.OUTCOME: 0.3,
}
"""What a verdict counts. Who lets an order go may be in a hurry; an order that was shipped without
complaint may still have been one too many."""

HEAVIEST = 25.0
"""An audited pair stands for as many as were not asked about, but never for more than this: with
one order in a hundred asked, a single mistaken answer would outvote a hundred others."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A pair about which people say both; it waits for a third."""

    order: str
    counterpart: str
    matches: tuple[str, ...]
    distinct: tuple[str, ...]

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Everybody who said something about it."""
        return tuple(sorted({*self.matches, *self.distinct}))


@dataclass(frozen=True, slots=True)
class SetAside:
    """What does not teach: numbers of verdicts, and the contradictions."""

    withdrawn: int = 0
    unsure: int = 0
    corrected: int = 0
    outvoted: int = 0
    waiting: int = 0
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, eq=False)
class OwnPairs:
    """Pairs with one settled answer each, from the oldest to the newest.

    `group` numbers what must not be on both sides of a split: a customer's orders, and orders that
    are one purchase. `at` is in seconds since 1970.
    """

    verdicts: tuple[Verdict, ...]
    matrix: Array
    twin: NDArray[np.int8]
    weight: Array
    group: NDArray[np.int64]
    at: Array

    def __len__(self) -> int:
        return len(self.twin)

    @property
    def examples(self) -> Examples:
        """The pairs for fitting."""
        return Examples(self.matrix, self.twin, self.weight)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> OwnPairs:
        """Some of the pairs, by a mask or by places."""
        places = np.arange(len(self))[chosen]
        return OwnPairs(
            tuple(self.verdicts[place] for place in places.tolist()),
            self.matrix[places], self.twin[places], self.weight[places],
            self.group[places], self.at[places],
        )  # fmt: skip


def own_pairs(verdicts: Iterable[Verdict]) -> tuple[OwnPairs, SetAside]:
    """The pairs that teach, and what was set aside.

    Of one reviewer the last answer about a pair counts. Two people who contradict each other make a
    conflict, and nobody learns from it; what became of an order later never outvotes a person.
    """
    withdrawn = unsure = corrected = outvoted = waiting = 0
    latest: dict[tuple[str, str], dict[tuple[str, bool], Verdict]] = defaultdict(dict)
    for verdict in by_time(verdicts):
        if verdict.withdrawn:
            withdrawn += 1
            continue
        by = (verdict.reviewer, verdict.origin is Origin.OUTCOME)
        said = latest[verdict.pair]
        corrected += by in said
        said[by] = verdict
    settled: list[Verdict] = []
    conflicts: list[Conflict] = []
    for pair, said in latest.items():
        known = [verdict for verdict in said.values() if verdict.answer is not Answer.UNSURE]
        unsure += len(said) - len(known)
        people = [verdict for verdict in known if verdict.origin is not Origin.OUTCOME]
        outvoted += len(known) - len(people) if people else 0
        known = people or known[-1:]
        answers = {verdict.answer for verdict in known}
        if len(answers) > 1:
            conflicts.append(_conflict(pair, known))
        elif known and not any(verdict.settled for verdict in known):
            waiting += 1
        elif known:
            settled.append(max(known, key=lambda verdict: (_weight(verdict), verdict.at)))
    in_conflict = tuple(sorted(conflicts, key=_name))
    aside = SetAside(withdrawn, unsure, corrected, outvoted, waiting, in_conflict)
    return _paired(by_time(settled)), aside


def _conflict(pair: tuple[str, str], said: Sequence[Verdict]) -> Conflict:
    def by(answer: Answer) -> tuple[str, ...]:
        return tuple(sorted({verdict.reviewer for verdict in said if verdict.answer is answer}))

    return Conflict(*pair, by(Answer.MATCH), by(Answer.DISTINCT))


def _name(conflict: Conflict) -> tuple[str, str]:
    return conflict.order, conflict.counterpart


def _weight(verdict: Verdict) -> float:
    return TRUST[verdict.origin] * min(1.0 / verdict.inclusion, HEAVIEST)


def _paired(verdicts: Sequence[Verdict]) -> OwnPairs:
    matrix = np.array([verdict.vector for verdict in verdicts], dtype=np.float64)
    return OwnPairs(
        verdicts=tuple(verdicts),
        matrix=matrix.reshape(len(verdicts), len(COMPARISON_NAMES)).round(DECIMALS) + 0.0,
        twin=np.array([verdict.answer is Answer.MATCH for verdict in verdicts], dtype=np.int8),
        weight=np.array([_weight(verdict) for verdict in verdicts], dtype=np.float64),
        group=_groups(verdicts),
        at=np.array([verdict.at.timestamp() for verdict in verdicts], dtype=np.float64),
    )


def _groups(verdicts: Sequence[Verdict]) -> NDArray[np.int64]:
    groups, first = Groups(len(verdicts)), dict[tuple[str, str], int]()
    for place, verdict in enumerate(verdicts):
        names = [("order", verdict.order)]
        if verdict.answer is Answer.MATCH:
            names.append(("order", verdict.counterpart))
        if verdict.facts.customer:
            names.append(("customer", verdict.facts.customer))
        for name in names:
            groups.join(place, first.setdefault(name, place))
    return np.array([groups.leader(place) for place in range(len(verdicts))], dtype=np.int64)
