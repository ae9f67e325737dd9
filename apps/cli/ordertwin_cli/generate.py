"""`ordertwin generate`: write a history of orders with known duplicates and look-alikes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ordertwin_training.history import BaseOrders, HistorySettings

RANDOM = "random"
DEFAULT_WORLD = "wholesale-en"
DATE = ["%Y-%m-%d"]


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    app.command()(generate)


def generate(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Stream file to write; .gz is packed.")
    ],
    orders: Annotated[
        int, typer.Option(min=1, help="Orders to begin with; duplicates and the like come on top.")
    ] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same file, bit for bit.")] = 1,
    world: Annotated[
        str, typer.Option(help="What business it is: a name, or random. A wrong one lists them.")
    ] = DEFAULT_WORLD,
    base: Annotated[
        Path | None,
        typer.Option(help="Real orders to begin with: the Online Retail file, .csv or .csv.gz."),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=DATE, help="First day taken of --base.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=DATE, help="First day not taken of --base.")
    ] = None,
) -> None:
    """Write a history in which every order says what it is: the stream file of `replay`.

    Example: `ordertwin generate history.jsonl.gz --orders 5000 --seed 7`, then
    `ordertwin replay history.jsonl.gz --spawn`.

    The world decides about goods, languages, habits, noise, and how many duplicates there are.
    """
    from ordertwin_cli.progress import counting
    from ordertwin_training import history
    from ordertwin_training.stream import write_stream

    settings = _settings(world, seed)
    origin: BaseOrders
    if base is None:
        origin = history.generated_base(settings, orders=orders, seed=seed)
    else:
        days = (day.date() if day else None for day in (since, until))
        start, end = days
        origin = history.online_retail_base(base, start=start, end=end, limit=orders)
    with counting("orders", len(origin)) as report:
        events = history.generate(settings, origin, seed, lambda done, _: report(done))
        count = write_stream(file, events)
    print(f"{file}: {count} events of the world {settings.name}")


def _settings(world: str, seed: int) -> HistorySettings:
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_training.history import WORLDS, HistorySettings

    if world == RANDOM:
        return HistorySettings.randomised(seed)
    if world not in WORLDS:
        raise CommandFailed(f"there is no world {world!r}; choose of {', '.join(WORLDS)}, {RANDOM}")
    return WORLDS[world]
