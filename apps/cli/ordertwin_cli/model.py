"""`ordertwin model`: look into a model file; what servers answer with is in `model_versions`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_client.requests import DEFAULT_TARGET

if TYPE_CHECKING:
    from ordertwin_models.model import DuplicateModel

FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="Model file; the released model when left out."),
]
COMPARISON = typer.Option("--comparison", help="Only this comparison; may be repeated.")


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    from ordertwin_cli import model_drift, model_explorer, model_trials, model_versions

    group = typer.Typer(no_args_is_help=True, help="Models: what is in them, and which answers.")
    group.command()(show)
    group.command()(verify)
    group.command()(curves)
    model_versions.add_to(group)
    model_trials.add_to(group)
    model_drift.add_to(group)
    model_explorer.add_to(group)
    app.add_typer(group, name="model")


def show(
    file: FileArgument = None,
    version: Annotated[str, typer.Option(help="A version on the server instead of a file.")] = "",
    card: Annotated[bool, typer.Option("--card", help="Print its card too.")] = False,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Say what a model is: version, data, thresholds, and how far each comparison can move it.

    Example: `ordertwin model show runs/candidate/model.json`, or `ordertwin model show --card`
    """
    from rich.console import Console
    from rich.markdown import Markdown

    from ordertwin_cli.connection import modelling
    from ordertwin_cli.model_view import summary
    from ordertwin_models import artefact

    console = Console(soft_wrap=True, highlight=False)
    if version:
        with modelling(server, tenant) as door:
            text = door.get(version).card
            model = artefact.loads(door.artefact(version))
    else:
        model = model_at(file)
        text = _card_beside(file)
    console.print(*summary(model), sep="\n")
    if card:
        console.print(Markdown(text or "There is no card with this model."))


def _card_beside(file: Path | None) -> str:
    from ordertwin_server.model_slot import released_model

    path = file or released_model()
    beside = path.with_name("card.md") if path else None
    return beside.read_text("utf-8") if beside and beside.is_file() else ""


def verify(file: FileArgument = None) -> None:
    """Check a model file: complete, unchanged, for these comparisons, scoring as its maker did.

    Example: `ordertwin model verify runs/candidate/model.json`
    """
    model = model_at(file)
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

    model = model_at(file)
    wanted = set(comparison or model.schema)
    unknown = ", ".join(sorted(wanted - set(model.schema)))
    if unknown:
        known = ", ".join(model.schema)
        raise CommandFailed(f"this model has no comparison {unknown}; it has {known}")
    console = Console(soft_wrap=True, highlight=False)
    for table in model.tables:
        if wanted & set(table.comparisons):
            console.print(*curve(table), sep="\n")


def model_at(file: Path | None) -> DuplicateModel:
    """The model in a file, the released one when none is named."""
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_server.model_slot import read_model, released_model

    path = file or released_model()
    if path is None:
        raise CommandFailed(
            "no released model is installed; name a file, or make one with `ordertwin train`"
        )
    return read_model(path)
