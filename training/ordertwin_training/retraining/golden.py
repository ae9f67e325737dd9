"""Clear small cases of every relation that any model must get right: `golden_cases.json`.

Each case is two orders, written as changes to one template. They arrive after a little ordinary
business of other customers, so that terms have frequencies to be rare among. A case may say what
happened `before` the second order: the basket came every week, or the first order was cancelled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.comparison import Pairs, vectors
from ordertwin_models.decision import Relation
from ordertwin_models.document import order_from_document
from ordertwin_models.model import DuplicateModel
from ordertwin_models.order import OrderState
from ordertwin_training.arrivals import Arrival, arrivals_of
from ordertwin_training.pairs import candidate_of
from ordertwin_training.stream import Event, OrderEvent, StatusEvent

Array = NDArray[np.float64]
ORDINARY = 60
WEEKS = 6


@dataclass(frozen=True, eq=False)
class GoldenCase:
    """A case with the comparison vectors of the second order against every living candidate."""

    relation: Relation
    must_flag: bool
    matrix: Array


@lru_cache(maxsize=1)
def golden_cases() -> tuple[GoldenCase, ...]:
    """All cases, compared by the comparisons of this version."""
    document = json.loads(
        files("ordertwin_training.retraining")
        .joinpath("golden_cases.json")
        .read_text(encoding="utf-8")
    )
    return tuple(_case(document["template"], case) for case in document["cases"])


def golden_failures(model: DuplicateModel) -> list[str]:
    """Sentences about the cases that a model gets wrong."""
    failures = []
    for case in golden_cases():
        weights = model.score(case.matrix).weights
        best = float(model.probability(weights).max(initial=0.0))
        flagged = best >= model.thresholds.review
        if flagged != case.must_flag:
            wanted = "must be flagged" if case.must_flag else "must pass"
            failures.append(
                f"the clear case of {case.relation} {wanted}: it gets {best:.4f}, the review "
                f"threshold is {model.thresholds.review:.4f}"
            )
    return failures


def clear_pairs(model: DuplicateModel) -> tuple[Array, NDArray[np.int8], Array]:
    """The pairs that decide the cases: comparison vectors, whether twins, weights of one a case.

    Of a case that must be flagged that is the likeliest pair, of one that must pass every pair.
    """
    vectors_of, twin, weight = [], list[int](), list[float]()
    for case in golden_cases():
        if not len(case.matrix):
            continue
        best = int(model.score(case.matrix).weights.argmax())
        decides = case.matrix[best : best + 1] if case.must_flag else case.matrix
        vectors_of.append(decides)
        twin += [int(case.must_flag)] * len(decides)
        weight += [1.0 / len(decides)] * len(decides)
    return np.concatenate(vectors_of), np.array(twin, np.int8), np.array(weight)


def _case(template: Mapping[str, Any], case: Mapping[str, Any]) -> GoldenCase:
    arrivals = arrivals_of(_events(template, case))
    second = arrivals[-1]
    candidates = [
        candidate_of(arrival, place, second.event)
        for place, arrival in enumerate(arrivals[:-1])
        if _may_be_found(arrival, second)
    ]
    alive = [candidate for candidate in candidates if not candidate.state.is_dead]
    matrix = vectors(Pairs(second.features, candidates))
    living = np.array([candidate in alive for candidate in candidates], dtype=bool)
    return GoldenCase(Relation(case["relation"]), case["expect"] == "FLAG", matrix[living])


def _may_be_found(arrival: Arrival, second: Arrival) -> bool:
    keys = {lookup.key for lookup in second.lookups}
    return not keys.isdisjoint(arrival.blocking_keys)


def _events(template: Mapping[str, Any], case: Mapping[str, Any]) -> Iterator[Event]:
    first, second = {**template, **case["first"]}, {**template, **case["second"]}
    begin = datetime.fromisoformat(first["ordered_at"])
    for number in range(ORDINARY):
        yield _order(_ordinary(template, number, begin - timedelta(hours=9 * (ORDINARY - number))))
    if case.get("before") == "weekly":
        for week in range(WEEKS, 0, -1):
            at = begin - timedelta(days=7 * week)
            changes: dict[str, Any] = {"order_id": f"W{week}", "order_number": f"W{week}"}
            due = (at + timedelta(days=2)).date().isoformat()
            yield _order({**first, **changes, "ordered_at": at.isoformat(),
                          "requested_delivery_date": due})  # fmt: skip
    yield _order(first)
    if case.get("before") == "cancelled":
        at = begin + timedelta(hours=4)
        yield StatusEvent(first["source"], first["order_id"], OrderState.CANCELLED, at)
    yield _order({**second, "order_id": "B", "order_number": "B"})


def _ordinary(template: Mapping[str, Any], number: int, at: datetime) -> dict[str, Any]:
    """An order of somebody else: a few of forty articles, in quantities of its own."""
    lines = [
        {
            "sku": f"AR-{(number * 7 + place * 11) % 40:04d}",
            "name": f"Article {(number * 7 + place * 11) % 40}",
            "quantity": str(1 + (number * 3 + place) % 12),
            "unit_price": f"{2 + (number + place) % 30}.50",
        }
        for place in range(1 + number % 4)
    ]
    customer = 100 + number % 23
    return {
        "order_id": f"O{number}",
        "ordered_at": at.isoformat(),
        "channel": ("EDI", "WEB", "EMAIL", "PHONE")[number % 4],
        "source": template["source"],
        "customer_reference": f"{customer}-{number}",
        "customer": {"party_id": f"K{customer}", "name": f"Customer {customer} Ltd"},
        "ship_to": {"region_code": "GB", "locality": f"Town {customer}"},
        "lines": lines,
    }


def _order(document: Mapping[str, Any]) -> OrderEvent:
    return OrderEvent(order_from_document({k: v for k, v in document.items() if v != ""}))
