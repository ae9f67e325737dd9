"""`ordertwin model`: what a data team wants to see: curves, the reasons of a pair, worst errors."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ordertwin_cli.connection import TenantOption

if TYPE_CHECKING:
    from ordertwin_models.model import DuplicateModel
    from ordertwin_stores.reviews import StoredVerdict, VerdictReader

ModelOption = Annotated[
    Path | None, typer.Option("--model", help="Model file; the released model when left out.")
]
SMALLEST = 0.05
"""Weight in log2 odds below which a contribution is not shown."""
VERDICTS_AT_ONCE = 500


def add_to(group: typer.Typer) -> None:
    """Make the commands part of `ordertwin model`."""
    group.command()(plot)
    group.command()(pair)
    group.command()(worst)


def plot(
    to: Annotated[Path, typer.Option(help="Picture to write; its ending says PNG or SVG.")],
    model: ModelOption = None,
) -> None:
    """Draw what a model has learned: the weight of each comparison over its values.

    Example: `ordertwin model plot --to curves.svg`
    """
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_cli.model import model_at
    from ordertwin_models.comparison import COMPARISONS

    if to.suffix.lower() not in (".png", ".svg"):
        raise CommandFailed("--to must end in .png or .svg")
    from ordertwin_training.plots import comparison_curves

    found = model_at(model)
    comparison_curves(to, found, {each.name: each.meaning for each in COMPARISONS})
    print(f"{to} has the {len(found.tables)} curves of model {found.version}")


def pair(
    orders: Annotated[
        str,
        typer.Argument(metavar="FILE", help="Two orders, the earlier first; `-` is stdin."),
    ],
    model: ModelOption = None,
) -> None:
    """Compare two orders as if nothing else were known, and show what every comparison weighs.

    Example: `ordertwin model pair two-orders.jsonl`
    """
    from rich.console import Console

    from ordertwin_cli.documents import read_orders
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_cli.model import model_at
    from ordertwin_models.assessment import featurise, prepare
    from ordertwin_models.candidate import Candidate
    from ordertwin_models.comparison import compare
    from ordertwin_models.order import OrderState
    from ordertwin_models.term_frequency import TermFrequencies

    found = read_orders(orders)
    if len(found) != 2:
        raise CommandFailed(f"{orders} holds {len(found)} orders; it must hold two")
    nothing = TermFrequencies()
    earlier, later = (featurise(prepare(order), nothing).features for order in found)
    at = found[0].ordered_at
    candidate = Candidate(1, "earlier", OrderState.RECEIVED, at, earlier.to_bytes(), ())
    chosen = model_at(model)
    console = Console(soft_wrap=True, highlight=False)
    vector = compare(later, [candidate])[0]
    values = dict(zip(chosen.schema, vector.tolist(), strict=True))
    console.print(*_reasons(chosen, values), sep="\n")


@dataclass(frozen=True, slots=True)
class _Error:
    """A verdict that a model contradicts: by how much, in bits of surprise."""

    surprise: float
    probability: float
    verdict: StoredVerdict
    vector: dict[str, float]


def worst(
    store: Annotated[str, typer.Option(help="Store whose verdicts are asked.")],
    model: ModelOption = None,
    most: Annotated[int, typer.Option(min=1, help="How many to show.")] = 10,
    tenant: TenantOption = "default",
) -> None:
    """Show the verdicts that a model contradicts most, and what misled it.

    Example: `ordertwin model worst --store sqlite:///data/ordertwin.db --most 5`
    """
    import heapq
    from contextlib import closing

    from rich.console import Console

    from ordertwin_cli.direct_access import note_reading
    from ordertwin_cli.model import model_at
    from ordertwin_stores import open_archive

    chosen = model_at(model)
    note_reading(store, tenant, "ListVerdicts")
    with closing(open_archive(store)) as archive:
        errors = heapq.nlargest(
            most, _errors(chosen, archive.verdicts, tenant), key=lambda each: each.surprise
        )
    console = Console(soft_wrap=True, highlight=False)
    if not errors:
        console.print("there is no settled verdict on a compared pair yet")
    for error in errors:
        said = error.verdict.said
        console.print(
            f"\n{said.order_key} and {said.counterpart_key}: {said.answer} by {said.reviewer} on "
            f"{error.verdict.at:%Y-%m-%d}, model {chosen.version} says {error.probability:.2%}"
        )
        console.print(*_reasons(chosen, error.vector), sep="\n")


def _errors(model: DuplicateModel, verdicts: VerdictReader, tenant: str) -> Iterator[_Error]:
    """Every settled verdict on a pair whose comparisons are kept."""
    import numpy as np

    from ordertwin_stores.reviews import Answer

    after = 0
    while page := verdicts.verdicts(tenant, after, VERDICTS_AT_ONCE):
        after = page[-1].position
        keys = list({each.said.decision_key for each in page if each.settled})
        decisions = verdicts.decisions(tenant, keys)
        for verdict in page:
            said = verdict.said
            decision = decisions.get(said.decision_key)
            if not verdict.settled or decision is None or said.answer is Answer.UNSURE:
                continue
            match = next((m for m in decision.matches if m.order_key == said.counterpart_key), None)
            if match is None or set(match.vector) != set(model.schema):
                continue
            vector = {k: math.nan if v is None else v for k, v in match.vector.items()}
            row = np.array([[vector[name] for name in model.schema]])
            probability = float(model.probability(model.score(row).weights)[0])
            right = probability if said.answer is Answer.MATCH else 1.0 - probability
            yield _Error(-math.log2(max(right, 1e-12)), probability, verdict, vector)


def _reasons(model: DuplicateModel, values: dict[str, float]) -> Iterator[Any]:
    """What every comparison weighs, the largest first, and what it comes to."""
    import numpy as np
    from rich.text import Text

    from ordertwin_cli.model_view import bar
    from ordertwin_models.comparison import COMPARISONS

    meanings = {each.name: each.meaning for each in COMPARISONS}
    row = np.array([[values[name] for name in model.schema]])
    scores = model.score(row)
    weights = dict(zip(model.terms, scores.contributions[0].tolist(), strict=True))
    yield Text(f"  {'before anything is compared':>32} {model.prior_weight:+6.2f} ")
    for term, weight in sorted(weights.items(), key=lambda item: -abs(item[1])):
        if abs(weight) < SMALLEST:
            continue
        shown = ", ".join(_value(values[name]) for name in term.split(" × "))
        meaning = meanings.get(term, "both together")
        label = Text(f"  {term[:32]:>32} {weight:+6.2f} ")
        yield Text.assemble(label, bar(weight), f"  {shown}", (f"  {meaning}", "dim"))
    total, probability = float(scores.weights[0]), float(model.probability(scores.weights)[0])
    yield Text(f"  {'together':>32} {total:+6.2f}   match probability {probability:.2%}", "bold")


def _value(value: float) -> str:
    """A value of a comparison.

    >>> _value(0.25), _value(float("nan"))
    ('0.25', 'missing')
    """
    return "missing" if math.isnan(value) else f"{value:.4g}"
