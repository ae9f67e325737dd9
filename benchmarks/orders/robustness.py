"""How a model does where it was not at home: one world left out, fields missing, other habits.

    python -m benchmarks.orders.robustness --size 600

The first table leaves one world out of training at a time, and compares with training that had it.
The second trains in one world alone, in all of them, and takes the released model, and asks each
about worlds that lack something. Test streams have other seeds than training streams throughout.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks.orders.additive import USUAL, asked_pairs, taught_pairs
from benchmarks.orders.second_author import MARKETS, inject, invented_base
from benchmarks.orders.second_author.ledger import ENRICHED
from benchmarks.orders.streams import MARKET_SEED, SEED, TEACHER_SEED, TEACHING
from benchmarks.orders.tables import plain_table
from ordertwin_cli.failures import failing_clearly
from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_server.model_slot import read_model, released_model
from ordertwin_training.dataset import Dataset, joined, matrix_of
from ordertwin_training.evaluate import judge, ranking_figures
from ordertwin_training.fit import FitSettings, Scorer, fit_additive
from ordertwin_training.history import WORLDS, HistorySettings, generate, generated_base
from ordertwin_training.learning import MONOTONE
from ordertwin_training.split import Part
from ordertwin_training.stream import Event

HOME = "wholesale-en"
LEFT_OUT = (
    HOME, "industrial-de", "industrial-zh", "spare-parts-ja", "consumer-shop-fr", "purchasing-us",
    "food-es", "office-free-text-de", "vendors-nl",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """Average precision, and recall at one false flag per 1,000 orders that are no duplicates."""

    average_precision: float
    recall_at_1_per_1000: float


def main() -> None:
    """Run as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--size", type=int, default=600, help="base orders of each stream")
    options = parser.parse_args()
    with failing_clearly(debug=False):
        taught = {name: _taught(name, options.size) for name in LEFT_OUT}
        asked = {name: _asked(name, options.size) for name in _conditions(options.size)}
        console = Console(width=150, highlight=False)
        transfer = dict(_transfer(taught, asked))
        console.print(plain_table("world left out", transfer))
        robustness = dict(_robustness(taught, asked))
        console.print("", plain_table("asked about", robustness), sep="\n")
        print(json.dumps({"transfer": transfer, "robustness": robustness}))


def figures(scorer: Scorer, asked: Dataset) -> Figures:
    """How well a scorer ranks the orders of a stream."""
    held_out = asked.held_out(Part.TEST)
    scores = scorer(matrix_of(held_out.pairs))
    judged = judge(held_out, scores)
    others = np.sort(judged.best[~judged.duplicate])[::-1]
    allowed = len(others) // 1000
    limit = others[allowed] if allowed < len(others) else -np.inf
    found = judged.twin[judged.duplicate] > limit
    return Figures(
        ranking_figures(held_out, scores)["average_precision"],
        float(found.mean()) if len(found) else 0.0,
    )


def fitted(taught: Sequence[Dataset], settings: FitSettings = USUAL) -> Scorer:
    """The additive boosting that training uses, fitted on these pairs."""
    lessons = joined(taught)
    examples, validation = lessons.examples(Part.FIT), lessons.examples(Part.STOP)
    estimator = fit_additive(examples, validation, COMPARISON_NAMES, MONOTONE, settings)
    score: Scorer = estimator.decision_function
    return score


def _transfer(
    taught: Mapping[str, Dataset], asked: Mapping[str, Dataset]
) -> Iterator[tuple[str, dict[str, float]]]:
    everywhere = fitted(list(taught.values()))
    for name in LEFT_OUT:
        print("without", name, "...", file=sys.stderr)
        elsewhere = fitted([dataset for world, dataset in taught.items() if world != name])
        with_it, without = figures(everywhere, asked[name]), figures(elsewhere, asked[name])
        yield (
            name,
            {
                "AP with it": with_it.average_precision,
                "AP without": without.average_precision,
                "loss": with_it.average_precision - without.average_precision,
                "recall at 1/1,000 with it": with_it.recall_at_1_per_1000,
                "without": without.recall_at_1_per_1000,
            },
        )


def _robustness(
    taught: Mapping[str, Dataset], asked: Mapping[str, Dataset]
) -> Iterator[tuple[str, dict[str, float]]]:
    scorers: dict[str, Scorer] = {
        f"{HOME} only": fitted([taught[HOME]]),
        "all worlds": fitted(list(taught.values())),
    }
    path = released_model()
    if path is not None:
        model = read_model(path)
        scorers["released"] = lambda matrix: model.score(matrix).weights
    for name, dataset in asked.items():
        row: dict[str, float] = {}
        for taught_in, scorer in scorers.items():
            found = figures(scorer, dataset)
            row[f"AP, {taught_in}"] = found.average_precision
            row[f"recall, {taught_in}"] = found.recall_at_1_per_1000
        yield name, row


def _taught(name: str, size: int) -> Dataset:
    print("learning", name, "...", file=sys.stderr)
    settings = replace(
        WORLDS[name], duplicate_rate=TEACHING.duplicates, look_alike_rate=TEACHING.look_alikes
    )
    return taught_pairs(name, _generated(settings, size, TEACHER_SEED))


def _asked(name: str, size: int) -> Dataset:
    print("asking", name, "...", file=sys.stderr)
    return asked_pairs(name, _conditions(size)[name]())


def _conditions(size: int) -> dict[str, Callable[[], list[Event]]]:
    """Everything that is asked about, by name: worlds as they are, the home world with something
    taken away, and the second author's markets."""
    conditions: dict[str, Callable[[], list[Event]]] = {}
    for name in LEFT_OUT:
        conditions[name] = _later(WORLDS[name], size)
    for name, changes in _CHANGES.items():
        conditions[f"{HOME}, {name}"] = _later(replace(WORLDS[HOME], **changes), size)
    for name in MARKETS:
        conditions[f"second author {name}"] = _of_market(name, size)
    return conditions


def _later(settings: HistorySettings, size: int) -> Callable[[], list[Event]]:
    return lambda: _generated(settings, size, SEED)


def _of_market(name: str, size: int) -> Callable[[], list[Event]]:
    market = MARKETS[name]
    return lambda: inject(
        market, invented_base(market, orders=size, seed=MARKET_SEED), MARKET_SEED, ENRICHED
    )


def _generated(settings: HistorySettings, size: int, seed: int) -> list[Event]:
    return list(generate(settings, generated_base(settings, orders=size, seed=seed), seed))


def _lacking(*fields: str) -> dict[str, Any]:
    return {"fields": dict(WORLDS[HOME].fields) | dict.fromkeys(fields, 0.0)}


_CHANGES: Mapping[str, dict[str, Any]] = {
    "careless (2.5 times the slips)": {"noise": 2.5, "dropout": 0.12},
    "no phones, e-mails, contacts": _lacking("phone", "email", "contact_name"),
    "no references": _lacking("customer_reference") | {"numberings": {"none": 1.0}},
    "no article codes": _lacking("sku", "gtin", "customer_sku"),
    "no customer numbers": _lacking("customer_id", "tax_id"),
    "no prices": _lacking("price", "total"),
    "no addresses": _lacking("ship_to", "bill_to"),
    "everything in free text": {"free_text": 1.0},
    "days, not minutes": {"precision": "day"},
}


if __name__ == "__main__":
    main()
