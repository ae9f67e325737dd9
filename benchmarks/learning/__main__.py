"""What verdicts are worth, and what protects them; ends with one line of JSON.

python -m benchmarks.learning                 the whole
python -m benchmarks.learning --size 1500     a short one: so many orders, fewer verdicts
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.learning.measure import (
    Stage,
    identical_bytes,
    new_kind,
    poison,
    train_seconds,
    value_of_verdicts,
)
from ordertwin_cli.failures import failing_clearly
from ordertwin_training.progress import Silent
from ordertwin_training.retraining.run import remembered
from ordertwin_training.retraining.settings import History

SIZE = 9000
FULL_PAIRS = 100_000


def main() -> None:
    """Run as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--size", type=int, default=SIZE, help="orders of the company")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--pairs", type=int, help="own pairs of the timed training")
    parser.add_argument("--work", type=Path, help="directory for generated pairs; kept if given")
    parser.add_argument("--only", default="", help="parts, with commas: see the code")
    parser.add_argument("--no-swaps", action="store_true", help="leave servers out")
    options = parser.parse_args()
    wanted = set(options.only.split(",")) if options.only else None
    share = min(options.size / SIZE, 1.0)
    figures: dict[str, Any] = {}
    with failing_clearly(debug=False), tempfile.TemporaryDirectory() as scratch:
        directory = options.work or Path(scratch)
        directory.mkdir(parents=True, exist_ok=True)
        memory = remembered(History(), directory / "pairs", Silent())
        stage = Stage(memory, directory, options.size, options.seed)
        parts: dict[str, Callable[[], dict[str, Any]]] = {
            "value": lambda: value_of_verdicts(stage, share),
            "new_kind": lambda: new_kind(stage),
            "poison": lambda: poison(stage),
            "bytes": lambda: identical_bytes(stage),
            "time": lambda: train_seconds(stage, options.pairs or round(FULL_PAIRS * share)),
            "swaps": lambda: {} if options.no_swaps else swaps(share),
        }
        for name, part in parts.items():
            if wanted is not None and name not in wanted:
                continue
            started = time.perf_counter()
            found = part()
            figures |= found
            seconds = time.perf_counter() - started
            print(f"{name} ({seconds:.0f} s): {json.dumps(found)}", file=sys.stderr, flush=True)
    print(json.dumps(figures))


def swaps(share: float) -> dict[str, Any]:
    """Exchange models under load, and take every decision again."""
    from benchmarks.model_swaps import measure

    found = measure(
        swaps=max(10, round(200 * share)), bad=max(2, round(20 * share)), rate=50.0,
        servers=1, store="",
    )  # fmt: skip
    return {name: found[name] for name in ("swap_failed_calls", "replayed_equal")}


if __name__ == "__main__":
    main()
