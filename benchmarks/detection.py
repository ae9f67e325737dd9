"""How well duplicates are told, on orders that no training has seen, through real gRPC.

Beside OrderTwin stand the rule that ERPs ship and the general tools of record linkage, on the same
streams in the same run.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.orders.additive import additive_loss, asked_pairs, taught_pairs
from benchmarks.orders.compare import Tried, best_off_the_shelf, lineup, try_peers
from benchmarks.orders.measure import confusions, measured
from benchmarks.orders.pictures import draw
from benchmarks.orders.records import LabelledStream
from benchmarks.orders.streams import Stream, Wanted, chosen, other_teacher
from benchmarks.orders.tables import confusion_table, stream_table, system_table
from benchmarks.orders.walk import Told, Walk
from benchmarks.orders.worst import write_worst
from ordertwin_cli.connection import connected
from ordertwin_cli.embedded import embedded_server
from ordertwin_cli.failures import failing_clearly
from ordertwin_cli.progress import counting
from ordertwin_cli.replaying.judge import Judge
from ordertwin_cli.replaying.plan import checked
from ordertwin_cli.replaying.report import report_of, view
from ordertwin_cli.replaying.send import Sender, Tally
from ordertwin_models.errors import ArtefactInvalid
from ordertwin_models.model import DuplicateModel
from ordertwin_server.model_slot import read_model, released_model
from ordertwin_training.dataset import Dataset
from ordertwin_training.stream import Event, write_stream

SIZE = 6000
OURS = "OrderTwin"
INSIDE = ("relation_accuracy", "ece", "pairs_completeness", "candidates_p50", "candidates_p99")
"""Figures that an answer over gRPC does not hold; they come from a walk in this process."""


@dataclass(slots=True)
class Run:
    """Everything measured so far."""

    model_file: str
    model: DuplicateModel
    tally: Tally = field(default_factory=Tally)
    judges: list[Judge] = field(default_factory=list)
    told: dict[str, list[Told]] = field(default_factory=dict)
    tried: dict[str, Tried] = field(default_factory=dict)
    taught: list[Dataset] = field(default_factory=list)
    asked: list[Dataset] = field(default_factory=list)

    def ask(self, name: str, events: Sequence[Event]) -> None:
        """Replay one history against a server of its own."""
        before = self.tally.seconds, self.tally.orders
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "stream.jsonl"
            write_stream(path, events)
            plan = checked(path, now=datetime.now(UTC))
            with (
                embedded_server(model=self.model_file) as server,
                connected(server.address) as client,
                counting(name, plan.events) as progress,
            ):
                sender = Sender(client, plan, "default", self.tally)
                sender.send_all(progress)
        self.judges.append(sender.judge)
        seconds, orders = (self.tally.seconds - before[0], self.tally.orders - before[1])
        self.tried.setdefault(OURS, Tried()).add(sender.judge.cases, seconds, orders)


def main() -> None:
    """Run the benchmark as asked on the command line."""
    options = _options()
    with failing_clearly(debug=False):
        file = Path(options.model) if options.model else released_model()
        if file is None:
            raise ArtefactInvalid("There is no released model; name one with --model.")
        run = Run(options.model, read_model(file))
        wanted = Wanted(
            options.size, options.data, options.northwind, options.adventureworks, options.natural
        )
        makers, missing = lineup() if options.peers else ({}, [])
        streams = chosen(wanted, options.streams)
        for number, stream in enumerate(streams.values(), start=1):
            print(f"{number} of {len(streams)}: {stream.name}", file=sys.stderr, flush=True)
            _measure(run, stream, other_teacher(streams, stream.name), makers, options.peers)
            if run.tally.interrupted:
                break
        _finish(run, missing, options.peers, options.worst)
        if options.pictures is not None:
            draw(options.pictures, run.tried, OURS)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="Online Retail file, .csv or .csv.gz")
    parser.add_argument("--northwind", type=Path, help="folder of the Northwind files")
    parser.add_argument("--adventureworks", type=Path, help="folder of the AdventureWorks files")
    parser.add_argument("--size", type=int, default=SIZE, help="base orders in all")
    parser.add_argument("--natural", action="store_true", help="as few duplicates as in life")
    parser.add_argument("--model", default="", help="model file; the released model by default")
    parser.add_argument("--worst", type=Path, help="write the fifty worst errors to this file")
    parser.add_argument("--streams", default="", help="parts of names of streams, with commas")
    parser.add_argument("--pictures", type=Path, help="draw two pictures into this folder")
    parser.add_argument(
        "--peers", action=argparse.BooleanOptionalAction, default=True, help="ask other systems too"
    )
    return parser.parse_args()


def _measure(run: Run, stream: Stream, other: Stream, makers: dict[str, Any], peers: bool) -> None:
    events = stream.events()
    run.ask(stream.name, events)
    if run.tally.interrupted:
        return
    run.told[stream.name] = list(Walk(stream.name, events, run.model).told())
    if not peers:
        return
    lessons, strange = stream.teacher(), other.teacher()
    asked = LabelledStream(stream.name, events)
    taught, stranger = LabelledStream(stream.name, lessons), LabelledStream(other.name, strange)
    try_peers(asked, taught, stranger, makers, run.tried)
    # Boosting may do with fewer lessons here than the others get: both kinds do with the same.
    run.taught.append(taught_pairs(stream.name, lessons[: len(events)]))
    run.asked.append(asked_pairs(stream.name, events))


def _finish(run: Run, missing: list[str], peers: bool, worst: Path | None) -> None:
    console = Console(width=150, highlight=False)
    report = report_of(run.tally, run.judges)
    every = [one for told in run.told.values() for one in told]
    inside = measured(every)
    report |= {key: inside[key] for key in INSIDE}
    systems = {name: tried.report() for name, tried in run.tried.items()}
    report |= {"streams": list(run.told), "systems": systems, "left_out": missing}
    off_the_shelf = {name: figures for name, figures in systems.items() if name != OURS}
    report["best_peer_average_precision"] = best_off_the_shelf(off_the_shelf)
    report["additive_loss"] = None
    if run.taught and not run.tally.interrupted:
        report |= {"additive_loss": additive_loss(run.taught, run.asked)["additive_loss"]}
    console.print(*view(report), sep="\n")
    reports = {name: measured(told) for name, told in run.told.items()}
    report["by_stream"] = reports
    console.print("", stream_table(reports | {"all": inside}), sep="\n")
    console.print("", confusion_table(confusions(every)), sep="\n")
    if peers:
        console.print("", system_table(systems), sep="\n")
    for name in missing:
        console.print(f"{name} is not installed and was left out; PEERS=1 installs it.")
    if worst is not None:
        console.print(f"{write_worst(worst, every)} errors; the worst are in {worst}")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
