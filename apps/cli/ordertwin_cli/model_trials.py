"""`ordertwin model`: what another version would change, and whether stored decisions hold."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_cli.model_versions import VersionArgument
from ordertwin_client.requests import DEFAULT_TARGET

if TYPE_CHECKING:
    from ordertwin_models.model import DuplicateModel
    from ordertwin_stores.archive import OrderArchive

HtmlOption = Annotated[Path | None, typer.Option(help="Write the report as a page to this file.")]


def add_to(group: typer.Typer) -> None:
    """Make the commands part of `ordertwin model`."""
    group.command()(trial)
    group.command()(compare)
    group.command("verify-decisions")(verify_decisions)


def trial(
    version: VersionArgument,
    html: HtmlOption = None,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Report what a version in shadow would have changed so far, with examples and reasons.

    Example: `ordertwin model trial candidate --html trial.html`
    """
    from ordertwin_cli.connection import modelling
    from ordertwin_cli.model_report import Report, as_html, as_text

    with modelling(server, tenant) as door:
        found = door.get(version).shadow
        report = Report.of_trial(version, door.page().serving_version, found)
    if html is None:
        print(as_text(report))
    else:
        html.write_text(as_html(report), "utf-8")
        print(f"{html}: {found.differing} of {found.scored} orders would be told something else")


def compare(
    version: VersionArgument,
    baseline: Annotated[
        str, typer.Option(help="Compare with this version; the one that answers when left out.")
    ] = "",
    last: Annotated[int, typer.Option(min=1, max=20_000, help="Newest decisions to take.")] = 1_000,
    since: Annotated[datetime | None, typer.Option(help="Only decisions from then on.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only decisions before then.")] = None,
    html: HtmlOption = None,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Take past decisions again with another version: which change, and why.

    Example: `ordertwin model compare candidate --last 5000 --html compare.html`
    """
    from ordertwin_cli.connection import modelling
    from ordertwin_cli.model_report import Report, as_html, as_text

    with modelling(server, tenant) as door:
        made = door.compare(version, baseline, max_decisions=last, since=since, until=until)
    report = Report.of_comparison(made)
    if html is None:
        print(as_text(report))
    else:
        html.write_text(as_html(report), "utf-8")
        print(f"{html}: {made.changed} of {made.decisions} decisions would change")


def verify_decisions(
    store: Annotated[str, typer.Option(help="Store whose decisions are computed again.")],
    last: Annotated[int, typer.Option(min=1, help="Newest decisions to take.")] = 1_000,
    model: Annotated[
        list[Path] | None,
        typer.Option(help="Model file of a version that the store has not; may be repeated."),
    ] = None,
    tenant: TenantOption = "default",
    json_line: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Compute stored decisions again with the versions they name, also beside a running server.

    Vectors must be equal bit for bit, scores within 1e-9; the exit code is 1 when one differs.

    Example: `ordertwin model verify-decisions --store sqlite:///data/ordertwin.db --last 1000`
    """
    import json
    from contextlib import closing

    from ordertwin_cli.direct_access import note_reading
    from ordertwin_server.commands.replay_decisions import replay
    from ordertwin_stores import open_archive

    note_reading(store, tenant, "ReplayDecisions")
    with closing(open_archive(store)) as archive:
        models = _models_of(archive, tenant, model or [])
        made = replay(archive, tenant, models.get, last)
    if json_line:
        print(
            json.dumps(
                {
                    "decisions": made.decisions,
                    "replayed_equal": made.equal,
                    "incomplete": made.incomplete,
                    "matches": made.matches,
                    "largest_difference": made.largest_difference,
                    "unknown": dict(made.unknown),
                    "unequal": made.unequal,
                }
            )
        )
    else:
        print(
            f"{made.equal} of {made.decisions} decisions came out as stored; {made.matches} "
            f"matches compared, scores at most {made.largest_difference:.2g} off"
        )
        for reason, count in made.unknown.most_common():
            print(f"{count} matches could not be compared: {reason}")
        if made.unequal_decisions:
            print(f"{made.unequal_decisions} decisions differ, for example:")
        for key in made.unequal:
            print(f"  {key}")
    if made.unequal:
        raise typer.Exit(1)


def _models_of(archive: OrderArchive, tenant: str, files: list[Path]) -> dict[str, DuplicateModel]:
    """Every model there is, by version: given ones, published ones, installed ones, the rules."""
    from ordertwin_models import artefact
    from ordertwin_models.errors import ArtefactInvalid
    from ordertwin_models.rules import rules_model
    from ordertwin_server.model_slot import read_model, released_models

    rules = rules_model()
    models = {rules.version: rules}
    for path in (*reversed(released_models()), *files):
        found = read_model(path)
        models[found.version] = found
    before = None
    while page := archive.models.list(tenant, 100, before):
        for known in page:
            try:
                text = archive.models.artefact(tenant, known.version).model
                models[known.version] = artefact.loads(text)
            except ArtefactInvalid as error:
                print(f"{known.version} cannot be read: {error}")
        before = page[-1].number
    return models
