"""What is known about pairs, from what is known about orders.

A duplicate is a twin of its counterpart and of everything that is a twin of the counterpart. Every
other pair of an order whose truth is known is no twin, except where the other order's own truth is
unknown and might hide one. Knows nothing of comparisons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from ordertwin_models.decision import Relation
from ordertwin_training.arrivals import Arrival


class Label(IntEnum):
    """What a pair is."""

    UNKNOWN = -1
    DISTINCT = 0
    TWIN = 1


@dataclass(frozen=True, slots=True)
class LabelConflict:
    """A truth that cannot be, with what is wrong; the order counts as unknown."""

    order_id: str
    problem: str

    def __str__(self) -> str:
        return f"order {self.order_id}: {self.problem}"


class Labels:
    """Labels of all pairs of a history. `conflicts` lists the truths that had to be set aside."""

    def __init__(self, arrivals: Sequence[Arrival]) -> None:
        self._arrivals = arrivals
        self.conflicts: list[LabelConflict] = []
        self.counterparts = _counterparts(arrivals, self.conflicts)
        set_aside = {conflict.order_id for conflict in self.conflicts}
        self._known = [a.truth is not None and a.order_id not in set_aside for a in arrivals]
        self._twins, self._relatives = Groups(len(arrivals)), Groups(len(arrivals))
        for position, counterpart in enumerate(self.counterparts):
            if counterpart is None or not self._known[position]:
                continue
            self._relatives.join(position, counterpart)
            if self.is_duplicate(position):
                self._twins.join(position, counterpart)

    def is_known(self, position: int) -> bool:
        """Whether it is known what the order is."""
        return self._known[position]

    def relation(self, position: int) -> Relation | None:
        """The true relation of an order; None for background, and when unknown."""
        truth = self._arrivals[position].truth
        return truth.relation if truth and self._known[position] else None

    def is_duplicate(self, position: int) -> bool:
        """Whether the order should be flagged."""
        relation = self.relation(position)
        return relation is not None and relation.is_duplicate

    def of_pair(self, incoming: int, existing: int) -> tuple[Label, Relation | None]:
        """Label of a pair, and its relation where that is known."""
        if not self._known[incoming]:
            return Label.UNKNOWN, None
        relation = self.relation(incoming)
        direct = self.counterparts[incoming] == existing
        if self._twins.same(incoming, existing):
            return Label.TWIN, relation if direct else None
        if direct or self._relatives.same(incoming, existing):
            return Label.DISTINCT, relation if relation and not relation.is_duplicate else None
        if relation is not None and not self._known[existing]:
            return Label.UNKNOWN, None
        customer = self._arrivals[incoming].customer
        same_customer = customer and customer == self._arrivals[existing].customer
        return Label.DISTINCT, Relation.REORDER if same_customer else Relation.COINCIDENCE

    def relatives(self) -> list[int]:
        """For each order the number of the family that truth links it to."""
        return [self._relatives.leader(position) for position in range(len(self._arrivals))]


class Groups:
    """Disjoint sets of 0 … size - 1.

    >>> groups = Groups(4)
    >>> groups.join(0, 1); groups.join(1, 3)
    >>> groups.same(0, 3), groups.same(0, 2), groups.leader(3)
    (True, False, 0)
    """

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def leader(self, member: int) -> int:
        """The smallest member of the group."""
        parent = self._parent
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    def join(self, first: int, second: int) -> None:
        """Make one group of two."""
        low, high = sorted((self.leader(first), self.leader(second)))
        self._parent[high] = low

    def same(self, first: int, second: int) -> bool:
        """Whether both are in one group."""
        return self.leader(first) == self.leader(second)


def _counterparts(arrivals: Sequence[Arrival], conflicts: list[LabelConflict]) -> list[int | None]:
    """Place of arrival of each order's counterpart; conflicts go into the list."""
    latest: dict[str, int] = {}
    found: list[int | None] = []
    for position, arrival in enumerate(arrivals):
        truth = arrival.truth
        counterpart = latest.get(truth.counterpart) if truth and truth.counterpart else None
        problem = _problem(arrival, counterpart)
        if problem:
            conflicts.append(LabelConflict(arrival.order_id, problem))
        found.append(counterpart)
        latest[arrival.order_id] = position
    return found


def _problem(arrival: Arrival, counterpart: int | None) -> str:
    truth = arrival.truth
    if truth is None or truth.relation is None:
        return ""
    if truth.counterpart is None:
        return f"is {truth.relation}, but of no order" if truth.relation.is_duplicate else ""
    if counterpart is None:
        return f"its counterpart {truth.counterpart} did not arrive before it"
    return ""
