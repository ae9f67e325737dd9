"""`ordertwin convert`: a company's own orders and verdicts as a stream file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(convert)


def convert(
    orders: Annotated[
        Path,
        typer.Argument(
            metavar="ORDERS", help="CSV or Parquet with a row for each line, or JSON Lines."
        ),
    ],
    stream: Annotated[Path, typer.Argument(metavar="STREAM", help="Stream file to write.")],
    pairs: Annotated[
        Path | None, typer.Option(help="Verdicts on pairs of orders: CSV or JSON Lines.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Your columns and notations, as TOML or JSON.")
    ] = None,
    pairs_mapping: Annotated[
        Path | None, typer.Option(help="The same for the file of verdicts.")
    ] = None,
    rest_is_unique: Annotated[
        bool,
        typer.Option(
            "--rest-is-unique",
            help="Every duplicate is among the verdicts, so the other orders are none.",
        ),
    ] = False,
) -> None:
    """Turn your own orders and confirmed pairs into a stream file, to train on and to replay.

    Example: `ordertwin convert orders.csv history.jsonl.gz --pairs verdicts.csv --rest-is-unique`,
    then `ordertwin train --history history.jsonl.gz`.

    Every problem is named with its line, and nothing is written unless all could be read. The
    columns are described in docs/training.md.
    """
    from datetime import UTC, datetime

    from ordertwin_cli.progress import counting
    from ordertwin_training.company_history import read_company_history
    from ordertwin_training.stream import write_stream

    with counting("bytes", orders.stat().st_size) as report:
        history = read_company_history(
            orders,
            pairs,
            now=datetime.now(UTC),
            mapping=mapping,
            pairs_mapping=pairs_mapping,
            rest_is_unique=rest_is_unique,
            progress=lambda done, _: report(done),
        )
    count = write_stream(stream, history.events)
    print(f"{stream}: {count} events, with {len(history.pairs)} verdicts on pairs of orders")
