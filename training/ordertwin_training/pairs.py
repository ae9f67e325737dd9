"""From arrivals to labelled pairs, through recordlinkage's `Index` and `Compare`.

Both are adapters: `OrderBlocking` proposes the pairs that a store would have proposed at the time,
and `OrderComparisons` asks the core's own comparisons about them, all candidates of an order at
once. Nothing about an order is judged here.

Blocking runs on an index in memory with the rules of the store interface (newest `cap` orders of
each key, newest first, at most `CANDIDATE_LIMIT`): a store adds a transaction for each of some
hundred thousand orders, and a parity test keeps the two alike.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import recordlinkage
from numpy.typing import NDArray
from recordlinkage.base import BaseCompareFeature, BaseIndexAlgorithm

from ordertwin_models.assessment import CANDIDATE_LIMIT
from ordertwin_models.blocking import CAPS, worth_comparing
from ordertwin_models.candidate import Candidate, Lookup
from ordertwin_models.comparison import COMPARISON_NAMES, Pairs, vectors
from ordertwin_models.decision import Relation
from ordertwin_training.arrivals import Arrival, arrival_frame
from ordertwin_training.labels import Label, Labels

RULES = tuple(CAPS)
RELATIONS = tuple(Relation)
POSSIBLE, EXACT_REFERENCE = "possible", "exact_reference"
ORDERS_PER_CHUNK = 1000

Progress = Callable[[int], None]


class MemoryIndex:
    """Blocking keys in memory: which orders have a key, the newest last.

    >>> index = MemoryIndex()
    >>> for position in range(3):
    ...     index.add(position, (7,))
    >>> index.find((Lookup(7, "phone", cap=2),), limit=10) == {2: 1 << RULES.index("phone"),
    ...                                                        1: 1 << RULES.index("phone")}
    True
    """

    def __init__(self) -> None:
        self._orders: dict[int, list[int]] = {}

    def add(self, position: int, keys: Sequence[int]) -> None:
        """Let an order be found by its keys."""
        for key in keys:
            self._orders.setdefault(key, []).append(position)

    def remove(self, position: int, keys: Sequence[int]) -> None:
        """Let an order be found no more."""
        for key in keys:
            self._orders[key].remove(position)

    def find(self, lookups: Sequence[Lookup], limit: int) -> dict[int, int]:
        """Orders that share a key, newest first, with the rules that found them as a bit mask."""
        found: dict[int, int] = {}
        for lookup in lookups:
            bit = 1 << RULES.index(lookup.rule)
            for position in self._orders.get(lookup.key, ())[-lookup.cap :]:
                found[position] = found.get(position, 0) | bit
        kept = worth_comparing({at: _rules_of(mask) for at, mask in found.items()})
        return {position: found[position] for position in kept[:limit]}


@cache
def _rules_of(mask: int) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(RULES) if mask >> bit & 1)


class OrderBlocking(BaseIndexAlgorithm):  # type: ignore[misc]
    """Pairs every order with the earlier ones that blocking proposes, in order of arrival.

    `rules` afterwards holds the bit mask of `RULES` for each pair. Records come as
    `arrival_frame`; those in `skip` are found by others, but look for nothing themselves.
    """

    def __init__(self, skip: NDArray[np.bool_]) -> None:
        super().__init__()
        self._skip = skip
        self.rules: NDArray[np.int64] = np.empty(0, np.int64)

    def _dedup_index(self, df_a: pd.DataFrame) -> pd.MultiIndex:
        index, replaced = MemoryIndex(), _Replacements()
        incoming: list[int] = []
        existing: list[int] = []
        rules: list[int] = []
        for position, arrival in enumerate(df_a["arrival"]):
            for gone, keys in replaced.by(arrival):
                index.remove(gone, keys)
            if not self._skip[position]:
                found = index.find(arrival.lookups, CANDIDATE_LIMIT)
                incoming.extend([position] * len(found))
                existing.extend(found)
                rules.extend(found.values())
            index.add(position, arrival.blocking_keys)
            replaced.remember(position, arrival)
        self.rules = np.array(rules, np.int64)
        return pd.MultiIndex.from_arrays([incoming, existing])


class _Replacements:
    """Remembers by natural key what an amended version replaces."""

    def __init__(self) -> None:
        self._latest: dict[tuple[str, str], tuple[int, tuple[int, ...]]] = {}

    def by(self, arrival: Arrival) -> Iterator[tuple[int, tuple[int, ...]]]:
        if arrival.amends:
            yield self._latest[arrival.source, arrival.order_id]

    def remember(self, position: int, arrival: Arrival) -> None:
        self._latest[arrival.source, arrival.order_id] = position, arrival.blocking_keys


class OrderComparisons(BaseCompareFeature):  # type: ignore[misc]
    """All comparisons of the core, as one feature with many columns.

    Beside them, two facts of a pair: `POSSIBLE`, whether the existing order can be a twin at all
    (it is alive and of the same kind), and `EXACT_REFERENCE`, whether the rule that ERPs ship would
    object (same customer number, same raw reference).
    """

    def __init__(self) -> None:
        label = [*COMPARISON_NAMES, POSSIBLE, EXACT_REFERENCE]
        super().__init__("arrival", "arrival", label=label)

    def _compute_vectorized(self, left: pd.Series, right: pd.Series) -> NDArray[np.float64]:
        incoming = left.index.get_level_values(0).to_numpy()
        starts = np.flatnonzero(np.diff(incoming, prepend=-1))
        ends = [*starts[1:], len(incoming)]
        blocks = [
            _compare(left.iat[start], right.iloc[start:end])
            for start, end in zip(starts, ends, strict=True)
        ]
        return np.concatenate(blocks)


def _compare(incoming: Arrival, existing: pd.Series) -> NDArray[np.float64]:
    positions = existing.index.get_level_values(1)
    candidates = [
        candidate_of(arrival, position, incoming.event)
        for arrival, position in zip(existing, positions, strict=True)
    ]
    pairs = Pairs(incoming.features, candidates)
    alive = np.array([not candidate.state.is_dead for candidate in candidates])
    same_kind = pairs.batch.headers["kind"] == pairs.order.header["kind"]
    same_reference = np.nan_to_num(pairs.equal("reference_raw") * pairs.equal("customer_id"))
    return np.column_stack([vectors(pairs), alive & same_kind, same_reference])


def candidate_of(arrival: Arrival, position: int, event: int) -> Candidate:
    """An existing order as it stood at the moment of an event."""
    state, since = arrival.state_before(event)
    return Candidate(position, str(position), state, since, arrival.stored, ())


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many distinct pairs of one order to keep at most where not all are needed, and the seed.

    The kept ones carry the weight of those left out. Twins and named look-alikes are always kept.
    """

    most: int = 5
    seed: int = 1


def labelled_pairs(
    arrivals: Sequence[Arrival],
    labels: Labels,
    wanted: NDArray[np.bool_],
    sampled: NDArray[np.bool_],
    sampling: Sampling,
    progress: Progress = lambda orders: None,
) -> pd.DataFrame:
    """Pairs of the `wanted` orders, thinned out where `sampled`.

    A MultiIndex (incoming, existing) of places of arrival; one column a comparison, then
    `possible`, `exact_reference`, `rules` (bit mask of `RULES`), `label`, `relation` (place in
    `RELATIONS`, -1 unknown) and `weight`. `progress` is told how many orders are done.
    """
    if len(arrivals) < 2:  # recordlinkage divides by the number of possible pairs
        return _no_pairs()
    records = arrival_frame(arrivals)
    amends = np.array([arrival.amends for arrival in arrivals], dtype=bool)
    blocking = OrderBlocking(skip=~wanted | amends)
    indexer = recordlinkage.Index()
    indexer.add(blocking)
    pairs = indexer.index(records).set_names(["incoming", "existing"])
    compare = recordlinkage.Compare()
    compare.add(OrderComparisons())
    chance = np.random.default_rng(sampling.seed)
    parts = []
    for chunk in _chunks(pairs):
        frame = _computed(compare, pairs[chunk], records)
        frame["rules"] = blocking.rules[chunk]
        _attach_labels(frame, labels)
        parts.append(_thinned(frame, sampled, sampling.most, chance))
        progress(int(pairs.get_level_values(0)[chunk.stop - 1]) + 1)
    return pd.concat(parts) if parts else _no_pairs()


def _no_pairs() -> pd.DataFrame:
    facts: dict[str, type] = {POSSIBLE: bool, EXACT_REFERENCE: bool, "rules": np.int64}
    facts |= {"label": np.int8, "relation": np.int8, "weight": np.float64}
    columns: dict[str, type] = dict.fromkeys(COMPARISON_NAMES, np.float64) | facts
    index = pd.MultiIndex.from_arrays([[], []], names=["incoming", "existing"])
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in columns.items()}, index)


def _chunks(pairs: pd.MultiIndex) -> Iterator[slice]:
    """Slices of the pairs that never part the candidates of one order."""
    incoming = pairs.get_level_values(0).to_numpy()
    starts = np.flatnonzero(np.diff(incoming, prepend=-1))[::ORDERS_PER_CHUNK]
    ends = np.append(starts, len(incoming))[1:]
    for start, end in zip(starts, ends, strict=True):
        yield slice(int(start), int(end))


def _computed(compare: Any, pairs: pd.MultiIndex, records: pd.DataFrame) -> pd.DataFrame:
    with warnings.catch_warnings():  # recordlinkage 0.16 still passes copy= to pandas.concat
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        frame: pd.DataFrame = compare.compute(pairs, records)
    frame[[POSSIBLE, EXACT_REFERENCE]] = frame[[POSSIBLE, EXACT_REFERENCE]].astype(bool)
    return frame


def _attach_labels(frame: pd.DataFrame, labels: Labels) -> None:
    known = [labels.of_pair(incoming, existing) for incoming, existing in frame.index]
    frame["label"] = np.array([label for label, _ in known], np.int8)
    frame["relation"] = np.array(
        [-1 if relation is None else RELATIONS.index(relation) for _, relation in known], np.int8
    )


def _thinned(
    frame: pd.DataFrame, sampled: NDArray[np.bool_], most: int, chance: np.random.Generator
) -> pd.DataFrame:
    """At most about `most` ordinary distinct pairs of each sampled order, with weights."""
    incoming = frame.index.get_level_values(0).to_numpy()
    ordinary = np.isin(
        frame["relation"],
        [RELATIONS.index(Relation.REORDER), RELATIONS.index(Relation.COINCIDENCE)],
    ) & (frame["label"].to_numpy() == Label.DISTINCT)
    ordinary &= sampled[incoming]
    _, order, count = np.unique(incoming[ordinary], return_inverse=True, return_counts=True)
    share = np.minimum(1.0, most / count)[order] if len(count) else np.empty(0)
    keep, weight = np.ones(len(frame), bool), np.ones(len(frame))
    keep[ordinary] = chance.random(len(share)) < share
    weight[ordinary] = 1.0 / share
    return frame.assign(weight=weight)[keep]
