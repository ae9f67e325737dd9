"""`ordertwin scan`: the duplicate groups of a whole history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

MOST_PROCESSES = 64
EXIT_FOUND = 3


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(scan)


def scan(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="CSV or Parquet with a row for each line, JSON Lines, or a store (its file or "
            "address; a server may be running).",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Directory for the results; default: scan-NAME where you are."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Your columns and notations, as TOML or JSON.")
    ] = None,
    model: Annotated[
        str, typer.Option(help="Model file; the released one when left out, `none` for the rules.")
    ] = "",
    policy: Annotated[
        Path | None, typer.Option(help="Policy file; thresholds of the model when left out.")
    ] = None,
    tenant: Annotated[str, typer.Option(help="Tenant of the store that is meant.")] = "default",
    language: Annotated[str, typer.Option(help="Language of the report, en or zh.")] = "en",
    workers: Annotated[
        int,
        typer.Option(min=0, max=MOST_PROCESSES, help="Processes; 0 means one for each processor."),
    ] = 0,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin anew instead of going on where it stopped.")
    ] = False,
    fail_if_found: Annotated[
        bool,
        typer.Option("--fail-if-found", help=f"Exit with {EXIT_FOUND} when there are duplicates."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as one line of JSON, last.")
    ] = False,
) -> None:
    """Find the duplicate orders in a whole history, and write a report, Parquet and CSV.

    Every order is judged among those before it, as the server would have done. Orders need not be
    sorted, and memory stays bounded. A scan that was interrupted is run again and goes on.

    The exit code is 0 when the scan is complete, 1 when it failed, 130 when it was interrupted.

    Example: `ordertwin scan orders.csv --mapping mapping.toml --out march`
    """
    import json

    from rich.console import Console

    from ordertwin_cli.failures import EXIT_INTERRUPTED
    from ordertwin_cli.scanning.run import Scan

    asked = Scan(
        source=source,
        out=out or Path(f"scan-{_name(source)}"),
        mapping=mapping,
        model=model,
        policy=policy,
        tenant=tenant,
        language=language,
        processes=workers or _processors(),
        fresh=fresh,
    )
    try:
        summary = asked.run()
    except KeyboardInterrupt:
        print(f"interrupted; the same command goes on ({asked.out} remembers how far)")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    console = Console(soft_wrap=True, highlight=False)
    console.print(*asked.view(summary), sep="\n", markup=False)
    if as_json:
        print(json.dumps(summary, ensure_ascii=False), flush=True)
    if fail_if_found and summary["groups"]:
        raise typer.Exit(EXIT_FOUND)


def _name(source: str) -> str:
    """A name for the results, from that of what is scanned.

    >>> _name("sqlite:///data/ordertwin.db"), _name("exports/march.csv.gz")
    ('ordertwin', 'march')
    """
    return Path(source.rstrip("/")).name.split(".")[0] or "orders"


def _processors() -> int:
    import os

    return min(os.cpu_count() or 1, MOST_PROCESSES)
