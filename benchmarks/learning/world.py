"""A stream as a table: every order with its candidates' comparisons, and what is true of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.orders.additive import TO_BE_ASKED, pairs_of_stream
from ordertwin_models.model import DuplicateModel
from ordertwin_training.dataset import Dataset, matrix_of
from ordertwin_training.evaluate import HeldOut, judge, ranking_figures
from ordertwin_training.gathering import code_digest
from ordertwin_training.labels import Label
from ordertwin_training.pairs import POSSIBLE, RELATIONS
from ordertwin_training.retraining.verdicts import OrderFacts
from ordertwin_training.split import Part
from ordertwin_training.stream import Event, OrderEvent

Array = NDArray[np.float64]
AUTHORS = Path(__file__).parents[1] / "orders"


def makers_digest() -> str:
    """SHA-256 of the code that the pairs of a company follow from."""
    found = hashlib.sha256(code_digest().encode())
    for path in (Path(__file__).with_name("company.py"), *sorted(AUTHORS.rglob("*.py"))):
        found.update(path.read_bytes())
    return found.hexdigest()


@dataclass(frozen=True, eq=False)
class World:
    """A company's stream; `orders` are in order of arrival, and pairs refer to their places."""

    dataset: Dataset
    orders: tuple[OrderEvent, ...]
    matrix: Array
    incoming: NDArray[np.int64]
    existing: NDArray[np.int64]
    possible: NDArray[np.bool_]
    twin: NDArray[np.bool_]
    relation: NDArray[np.int64]

    @classmethod
    def of(cls, name: str, events: Sequence[Event]) -> World:
        """Compare every order of a stream with its candidates."""
        dataset = pairs_of_stream(name, events, shares=TO_BE_ASKED)
        return cls.from_dataset(dataset, events)

    @classmethod
    def from_dataset(cls, dataset: Dataset, events: Sequence[Event]) -> World:
        """The same, from pairs that were compared before."""
        pairs = dataset.pairs
        orders = tuple(event for event in events if isinstance(event, OrderEvent))
        relation = dataset.orders["relation"].reindex(range(len(orders)), fill_value=-1)
        return cls(
            dataset=dataset,
            orders=orders,
            matrix=matrix_of(pairs),
            incoming=pairs.index.get_level_values(0).to_numpy(np.int64),
            existing=pairs.index.get_level_values(1).to_numpy(np.int64),
            possible=pairs[POSSIBLE].to_numpy(bool),
            twin=pairs["label"].to_numpy() == Label.TWIN,
            relation=relation.to_numpy(np.int64),
        )

    def facts(self, place: int) -> OrderFacts:
        """What segments are made of."""
        order = self.orders[place].order
        return OrderFacts(
            customer=order.customer.party_id or order.customer.name,
            channel=order.channel.value,
            source=order.source,
            language="latin",
            lines=len(order.lines),
            value=float(order.total_amount or 0),
        )

    def rows_of(self, place: int) -> NDArray[np.int64]:
        """Where the pairs of the incoming order at a place are that may be twins."""
        first, end = self.incoming.searchsorted([place, place + 1]).tolist()
        rows: NDArray[np.int64] = np.arange(first, end)[self.possible[first:end]]
        return rows

    def probabilities(self, model: DuplicateModel, since: int, until: int) -> Array:
        """The model's word on the pairs of orders from one place to before another; 0 for others,
        and where the existing order cannot be a twin."""
        first, end = self.incoming.searchsorted([since, until]).tolist()
        found = np.zeros(len(self.incoming))
        found[first:end] = model.probability(model.score(self.matrix[first:end]).weights)
        found[~self.possible] = 0.0
        return found

    def held_out(self, from_place: int) -> HeldOut:
        """Orders from a place on, with their candidates."""
        held_out = self.dataset.held_out(Part.TEST)
        orders = held_out.orders[held_out.orders.index >= from_place]
        late = held_out.pairs.index.get_level_values(0) >= from_place
        return HeldOut(orders, held_out.pairs[late])


def average_precision_of(model: DuplicateModel, held_out: HeldOut) -> float:
    """How well a model ranks held-out orders."""
    scores = model.probability(model.score(matrix_of(held_out.pairs)).weights)
    return ranking_figures(held_out, scores)["average_precision"]


def recall_of(model: DuplicateModel, held_out: HeldOut, relation: object) -> float:
    """Share of the duplicates of one relation that are flagged, with their twin."""
    scores = model.probability(model.score(matrix_of(held_out.pairs)).weights)
    judged = judge(held_out, scores)
    of_kind = judged.relation == RELATIONS.index(relation)
    if not of_kind.any():
        return 0.0
    return float((judged.twin[of_kind] >= model.thresholds.review).mean())
