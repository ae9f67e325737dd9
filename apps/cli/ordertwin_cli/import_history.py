"""`ordertwin import`: a history straight into a store, without decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ordertwin_cli.backup import StoreOption
from ordertwin_models.order import OrderState

if TYPE_CHECKING:
    from ordertwin_cli.importing.desk import Source
    from ordertwin_cli.importing.run import Import

MOST_DESKS = 64


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command("import")(import_history)


def import_history(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="JSON Lines (orders or a stream), or CSV or Parquet with a row for each line.",
        ),
    ],
    store: StoreOption = None,
    tenant: Annotated[
        str | None,
        typer.Option(help="Tenant that gets the orders; default: ORDERTWIN_TENANT, or default"),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Your columns and notations, as TOML or JSON.")
    ] = None,
    state: Annotated[
        OrderState, typer.Option(help="State of orders of which the file tells none.")
    ] = OrderState.RECEIVED,
    workers: Annotated[
        int,
        typer.Option(
            min=0,
            max=MOST_DESKS,
            help="Processes that prepare orders; 0 means one for each processor.",
        ),
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as one line of JSON.")
    ] = False,
) -> None:
    """Load a history into a store, so that new orders meet it. Nothing is scored.

    The file is read in its order, the oldest order first. An order that is there already is left as
    it is, so an import that was interrupted, or stopped at a mistake in the file, is run again and
    goes on. A stream file gives each order the last state it tells of.

    A SQLite store is loaded while no server uses it. To have every order scored on its way in, send
    the file to a server: `ordertwin replay`.

    Example: `ordertwin import orders.csv --state COMPLETED`
    """
    import json
    import time
    from contextlib import closing

    from ordertwin_cli.direct_access import entry_of
    from ordertwin_cli.failures import EXIT_INTERRUPTED, CommandFailed
    from ordertwin_cli.importing.run import Import
    from ordertwin_server.settings import Settings
    from ordertwin_stores import open_store
    from ordertwin_training.company_history import HistoryInvalid

    settings = Settings.load(flags={"store": store, "tenant": tenant})
    source = _source(file, mapping)
    begun = time.perf_counter()
    stopped = ""
    with closing(open_store(settings.store)) as opened:
        opened.access.note(settings.tenant, [(source.now, entry_of("ImportOrders"))])
        loading = Import(
            opened,
            settings.tenant,
            source,
            states=_states(source),
            otherwise=state,
            desks=workers or _processors(),
        )
        try:
            _run(loading, source)
        except HistoryInvalid as error:
            stopped = f"{error}\n"
        except KeyboardInterrupt:
            stopped = "interrupted; "
    facts = {"file": str(file), **asdict(loading.tally), "seconds": time.perf_counter() - begun}
    print(json.dumps(facts) if as_json else _summary(facts))
    if stopped.startswith("interrupted"):
        raise typer.Exit(EXIT_INTERRUPTED)
    if stopped:
        raise CommandFailed(
            f"{stopped}The orders before it are loaded; mend the file and import it again: it goes "
            "on from there."
        )
    if not any(asdict(loading.tally).values()):
        raise CommandFailed(f"{file} holds no order")


def _source(file: Path, mapping: Path | None) -> Source:
    from datetime import UTC, datetime

    from ordertwin_cli.importing.desk import Source
    from ordertwin_training.company_history import ORDER_COLUMNS, load_mapping

    columns = load_mapping(mapping, ORDER_COLUMNS) if mapping else None
    return Source(file, columns, datetime.now(UTC))


def _states(source: Source) -> dict[int, OrderState]:
    """States that a stream tells after its orders."""
    from ordertwin_training.company_history.passages import final_states
    from ordertwin_training.company_history.table import is_json_lines

    is_stream = is_json_lines(source.path) and source.mapping is None
    return final_states(source.path) if is_stream else {}


def _run(loading: Import, source: Source) -> None:
    from ordertwin_cli.progress import following
    from ordertwin_training.company_history.passages import passages

    with following("bytes read") as report:
        loading.run(passages(source.path, source.mapping, report))


def _processors() -> int:
    import os

    return min(os.cpu_count() or 1, MOST_DESKS)


def _summary(facts: Mapping[str, Any]) -> str:
    """What happened, for a person.

    >>> print(_summary({"file": "a.csv", "loaded": 9000, "present": 3, "differing": 2,
    ...                 "disordered": 1, "seconds": 3.0}))
    a.csv: 9,000 orders loaded in 3.0 s (3,000 a second)
    3 were there already; 2 of them with other content, and were left as they are: send changed \
orders through a server
    1 stand after a later order; the newest should come last
    """
    lines = [
        f"{facts['file']}: {facts['loaded']:,} orders loaded in {facts['seconds']:.1f} s"
        f" ({facts['loaded'] / max(facts['seconds'], 0.001):,.0f} a second)"
    ]
    if facts["present"]:
        lines.append(f"{facts['present']:,} were there already")
    if facts["differing"]:
        lines[-1] += (
            f"; {facts['differing']:,} of them with other content, and were left as they are: send "
            "changed orders through a server"
        )
    if facts["disordered"]:
        lines.append(
            f"{facts['disordered']:,} stand after a later order; the newest should come last"
        )
    return "\n".join(lines)
