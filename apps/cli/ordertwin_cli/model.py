"""`ordertwin model`: look into a model file; what servers answer with is in `model_versions`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ordertwin_models.model import DuplicateModel

FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="Model file; the released model when left out."),
]
COMPARISON = typer.Option("--comparison", help="Only this comparison; may be repeated.")


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    from ordertwin_cli import model_drift, model_trials, model_versions

    group = typer.Typer(no_args_is_help=True, help="Models: what is in them, and which answers.")
    group.command()(show)
    group.command()(verify)
    group.command()(curves)
    model_versions.add_to(group)
    model_trials.add_to(group)
    model_drift.add_to(group)
    app.add_typer(group, name="model")


def show(file: FileArgument = None) -> None:
    """Say what a model is: version, data, thresholds, and how far each comparison can move it.

    Example: `ordertwin model show runs/candidate/model.json`
    """
    from rich.console import Console

    from ordertwin_cli.model_view import summary

    Console(soft_wrap=True, highlight=False).print(*summary(_read(file)), sep="\n")


def verify(file: FileArgument = None) -> None:
    """Check a model file: complete, unchanged, for these comparisons, scoring as its maker did.

    Example: `ordertwin model verify runs/candidate/model.json`
    """
    model = _read(file)
    golden = len(model.golden.weights) if model.golden else 0
    print(
        f"Model {model.version} is whole: its SHA-256 fits, it knows all {len(model.schema)} "
        f"comparisons, and it scores its {golden} golden vectors as its maker did."
    )


def curves(
    file: FileArgument = None,
    comparison: Annotated[list[str] | None, COMPARISON] = None,
) -> None:
    """Draw what the model has learned: the weight of each comparison over its values.

    Example: `ordertwin model curves --comparison reference --comparison time_gap`
    """
    from rich.console import Console

    from ordertwin_cli.failures import CommandFailed
    from ordertwin_cli.model_view import curve

    model = _read(file)
    wanted = set(comparison or model.schema)
    unknown = ", ".join(sorted(wanted - set(model.schema)))
    if unknown:
        known = ", ".join(model.schema)
        raise CommandFailed(f"this model has no comparison {unknown}; it has {known}")
    console = Console(soft_wrap=True, highlight=False)
    for table in model.tables:
        if wanted & set(table.comparisons):
            console.print(*curve(table), sep="\n")


def _read(file: Path | None) -> DuplicateModel:
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_server.model_slot import read_model, released_model

    path = file or released_model()
    if path is None:
        raise CommandFailed(
            "no released model is installed; name a file, or make one with `ordertwin train`"
        )
    return read_model(path)
