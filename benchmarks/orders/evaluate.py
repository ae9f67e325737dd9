"""Figures on the second author's streams, in one process: fast enough to look for weaknesses.

python -m benchmarks.orders.evaluate --size 600 --worst worst.txt
python -m benchmarks.orders.evaluate --markets no-codes-it,purchasing-us --model runs/x/model.json
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from rich.console import Console

from benchmarks.orders.measure import confusions, measured
from benchmarks.orders.second_author import MARKETS, Rates, inject, invented_base
from benchmarks.orders.second_author.ledger import ENRICHED, NATURAL
from benchmarks.orders.tables import confusion_table, relation_table, stream_table
from benchmarks.orders.walk import Told, Walk
from benchmarks.orders.worst import write_worst
from ordertwin_cli.failures import failing_clearly
from ordertwin_models.model import DuplicateModel
from ordertwin_server.model_slot import read_model, released_model

SEED = 70_003


def main() -> None:
    """Run as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--size", type=int, default=600, help="base orders of each market")
    parser.add_argument("--markets", default="", help="names, with commas; all by default")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--natural", action="store_true", help="as few duplicates as in life")
    parser.add_argument("--model", type=Path, help="model file; the released model by default")
    parser.add_argument("--worst", type=Path, help="write the fifty worst errors to this file")
    options = parser.parse_args()
    names = options.markets.split(",") if options.markets else list(MARKETS)
    unknown = [name for name in names if name not in MARKETS]
    if unknown:
        parser.error(f"unknown markets: {', '.join(unknown)}; known: {', '.join(MARKETS)}")
    with failing_clearly(debug=False):
        path = options.model or released_model()
        if path is None:
            parser.error("there is no released model; name one with --model")
        model = read_model(path)
        rates = NATURAL if options.natural else ENRICHED
        _run(names, options.size, options.seed, rates, model, options.worst)


def _run(
    names: list[str], size: int, seed: int, rates: Rates, model: DuplicateModel, worst: Path | None
) -> None:
    console = Console(width=150, highlight=False)
    started, told, reports = time.perf_counter(), [], {}
    for name in names:
        print(name, "...", file=sys.stderr)
        of_market = walked(name, size, seed, rates, model)
        reports[name] = measured(of_market)
        told += of_market
    report = measured(told)
    console.print(
        relation_table(report), stream_table(reports | {"all": report}),
        confusion_table(confusions(told)), sep="\n\n",
    )  # fmt: skip
    if worst is not None:
        count = write_worst(worst, told)
        console.print(f"\n{count} errors; the worst are in {worst}")
    seconds = round(time.perf_counter() - started, 1)
    facts = {"streams": names, "orders": len(told), "model_version": model.version}
    print(json.dumps(report | facts | {"seconds": seconds}))


def walked(name: str, size: int, seed: int, rates: Rates, model: DuplicateModel) -> list[Told]:
    """Everything a market's orders were told."""
    market = MARKETS[name]
    events = inject(market, invented_base(market, orders=size, seed=seed), seed, rates)
    return list(Walk(name, events, model).told())


if __name__ == "__main__":
    main()
