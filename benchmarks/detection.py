"""How well duplicates are told, on orders that no training has seen, through real gRPC."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from ordertwin_cli.connection import connected
from ordertwin_cli.embedded import embedded_server
from ordertwin_cli.failures import failing_clearly
from ordertwin_cli.progress import counting
from ordertwin_cli.replaying.judge import Judge
from ordertwin_cli.replaying.plan import checked
from ordertwin_cli.replaying.report import report_of, view
from ordertwin_cli.replaying.send import Sender, Tally
from ordertwin_training.history import (
    WORLDS,
    BaseOrders,
    HistorySettings,
    generate,
    generated_base,
    online_retail_base,
)
from ordertwin_training.stream import write_stream

SIZE = 6000
SEED = 20_111
"""Far from every seed that training draws from."""
TRAINING_ENDS = date(2011, 9, 1)
"""The first day of Online Retail that training does not see."""
WORLDS_ASKED = ("wholesale-en", "industrial-de", "consumer-shop-fr", "food-es")
"""Worlds of the stream without DATA: other customers, other goods, other habits each."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A history to ask about."""

    settings: HistorySettings
    base: BaseOrders


def streams(data: Path | None, size: int) -> Iterator[Stream]:
    """The histories of one run."""
    if data is not None:
        base = online_retail_base(data, start=TRAINING_ENDS, limit=size)
        yield Stream(WORLDS[WORLDS_ASKED[0]], base)
        return
    for number, name in enumerate(WORLDS_ASKED):
        share = max(1, size // len(WORLDS_ASKED))
        settings = WORLDS[name]
        yield Stream(settings, generated_base(settings, orders=share, seed=SEED + number))


def ask(stream: Stream, folder: Path, model: str, tally: Tally) -> Judge:
    """Replay one history against a server of its own."""
    path = folder / f"{stream.settings.name}.jsonl"
    write_stream(path, generate(stream.settings, stream.base, SEED))
    plan = checked(path, now=datetime.now(UTC))
    with (
        embedded_server(model=model) as server,
        connected(server.address) as client,
        counting(stream.settings.name, plan.events) as progress,
    ):
        sender = Sender(client, plan, "default", tally)
        sender.send_all(progress)
    return sender.judge


def main() -> None:
    """Run the benchmark as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("--data", type=Path, help="Online Retail file, .csv or .csv.gz")
    parser.add_argument("--size", type=int, default=SIZE, help="base orders in all")
    parser.add_argument("--model", default="", help="model file; the released model by default")
    options = parser.parse_args()
    tally, judges, names = Tally(), [], []
    with failing_clearly(debug=False), tempfile.TemporaryDirectory() as folder:
        for stream in streams(options.data, options.size):
            judges.append(ask(stream, Path(folder), options.model, tally))
            names.append(stream.settings.name)
            if tally.interrupted:
                break
        report = report_of(tally, judges) | {"streams": names}
        Console(soft_wrap=True, highlight=False).print(*view(report), sep="\n")
        print(json.dumps(report))


if __name__ == "__main__":
    main()
