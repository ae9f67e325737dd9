"""dedupe 3, taught with labelled pairs as a person would label them."""

from __future__ import annotations

import logging
import random
import warnings
from typing import Any

import dedupe
from dedupe import variables

from benchmarks.orders.candidates import pairs_of
from benchmarks.orders.records import LabelledStream, Record, Scored

MATCHES, DISTINCTS = 150, 450
"""As many pairs as a patient person labels in a morning."""

LESSON = 1_500
"""Records that rules are learned from. dedupe keeps every pair that any rule of its might bring up:
all of a stream of Online Retail, with its long baskets, took 13 GB."""


class Dedupe:
    """dedupe.Dedupe with a variable for each field; blocking rules and weights are learned."""

    name = "dedupe 3"
    threshold = 0.5

    def __init__(self) -> None:
        self._deduper: Any = None

    def learn(self, stream: LabelledStream) -> None:
        """Label a few hundred pairs of the stream and train on them.

        Index predicates are left out: the documentation warns of the time and memory they take.
        """
        logging.getLogger("dedupe").setLevel(logging.ERROR)
        data = {record.place: _row(record) for record in stream.records[:LESSON]}
        self._deduper = dedupe.Dedupe(_variables(stream), num_cores=1, in_memory=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._deduper.mark_pairs(_labels(stream, data))
            self._deduper.prepare_training(data, sample_size=1500)
            self._deduper.train(index_predicates=False)

    def score(self, stream: LabelledStream) -> list[Scored]:
        """Probability of a match of each pair that the learned blocking brings up."""
        data = {record.place: _row(record) for record in stream.records}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scores = self._deduper.score(self._deduper.pairs(data))
        return [
            Scored(int(max(pair)), int(min(pair)), float(score))
            for pair, score in zip(scores["pairs"], scores["score"], strict=True)
        ]


class GazetteerOneByOne:
    """dedupe.Gazetteer over stored orders, asked about one incoming order at a time."""

    def __init__(self, stored: LabelledStream, lesson: LabelledStream) -> None:
        """Learn from the labels of `lesson`, then index what is stored."""
        logging.getLogger("dedupe").setLevel(logging.ERROR)
        self._gazetteer = dedupe.Gazetteer(_variables(lesson), num_cores=1)
        data = {record.place: _row(record) for record in lesson.records}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._gazetteer.mark_pairs(_labels(lesson, data))
            self._gazetteer.prepare_training(data, dict(data), sample_size=len(data))
            self._gazetteer.train(index_predicates=False)
            self._gazetteer.index({record.place: _row(record) for record in stored.records})

    def named(self, record: Record) -> set[int]:
        """The place of the stored order that is surest, if there is one."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = self._gazetteer.search({record.place: _row(record)}, 0.001, n_matches=1)
        return {int(place) for _, matches in found for place, _ in matches}


def _labels(stream: LabelledStream, data: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Copies, and the neighbours that a person would be shown beside them.

    To be marked before training is prepared: dedupe then draws a sample that has them in it, and
    refuses later what is not in its sample.
    """
    rng = random.Random(1)
    pairs = [
        (later, earlier)
        for later, earlier in pairs_of(stream.records)
        if stream.is_known(later) and later in data and earlier in data
    ]
    rng.shuffle(pairs)
    same = [pair for pair in pairs if stream.is_copy(*pair)][:MATCHES]
    other = [pair for pair in pairs if not stream.is_copy(*pair)][:DISTINCTS]
    return {
        "match": [(data[a], data[b]) for a, b in same],
        "distinct": [(data[a], data[b]) for a, b in other],
    }


def _variables(stream: LabelledStream) -> list[Any]:
    wanted = {
        "customer_id": variables.Exact,
        "name": variables.String,
        "contact": variables.String,
        "phone": variables.Exact,
        "email": variables.Exact,
        "reference": variables.ShortString,
        "street": variables.String,
        "postcode": variables.ShortString,
        "amount": variables.Price,
        "items": variables.Set,
    }
    rows = [_row(record) for record in stream.records]
    present = [name for name in wanted if len({str(row[name]) for row in rows}) > 2]
    chosen = [wanted[name](name, has_missing=True) for name in present]
    return [*chosen, variables.Custom("seconds", comparator=_days)]


def _days(first: float, second: float) -> float:
    return min(30.0, abs(first - second) / 86_400)


def _row(record: Record) -> dict[str, Any]:
    return {
        "customer_id": record.customer_id or None,
        "name": record.name or None,
        "contact": record.contact or None,
        "phone": record.phone or None,
        "email": record.email or None,
        "reference": record.reference or None,
        "street": record.street or None,
        "postcode": record.postcode or None,
        "amount": record.amount or None,
        "items": tuple(sorted(record.items)) or None,
        "seconds": record.seconds,
    }
