"""What verdicts are worth, and what protects them; ends with one line of JSON.

python -m benchmarks.learning                 the whole
python -m benchmarks.learning --size 1500     a short one: so many orders, fewer verdicts
python -m benchmarks.learning --only poison   one part

What was measured is kept under `--work` as long as the code is the same: a run that was stopped is
run again and goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.metadata import distributions
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
ROOT = Path(__file__).parents[2]
ROOMS = ("apps", "benchmarks", "models", "server", "stores", "training")
"""Where the code and the models are that figures follow from."""

Parts = Mapping[str, Callable[[], dict[str, Any]]]


def main() -> None:
    """Run as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--size", type=int, default=SIZE, help="orders of the company")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--pairs", type=int, help="own pairs of the timed training")
    parser.add_argument("--work", type=Path, help="directory for what is made; kept if given")
    parser.add_argument("--only", default="", help="value, new_kind, poison, bytes, time, swaps")
    parser.add_argument("--no-swaps", action="store_true", help="leave servers out")
    options = parser.parse_args()
    share = min(options.size / SIZE, 1.0)
    pairs = options.pairs or round(FULL_PAIRS * share)
    with failing_clearly(debug=False), tempfile.TemporaryDirectory() as scratch:
        kept = options.work or Path(scratch)
        directory = kept / f"{options.size}-{options.seed}-{code_digest()[:12]}"
        directory.mkdir(parents=True, exist_ok=True)
        memory = remembered(History(), kept / "pairs", Silent())
        stage = Stage(memory, kept, directory, options.size, options.seed)
        parts: dict[str, Callable[[], dict[str, Any]]] = {
            "value": lambda: value_of_verdicts(stage, share),
            "new_kind": lambda: new_kind(stage),
            "poison": lambda: poison(stage),
            "bytes": lambda: identical_bytes(stage),
            f"time-{pairs}": lambda: train_seconds(stage, pairs),
            "swaps": lambda: swaps(share),
        }
        if options.no_swaps:
            del parts["swaps"]
        wanted = options.only.split(",") if options.only else [name.split("-")[0] for name in parts]
        chosen = {name: part for name, part in parts.items() if name.split("-")[0] in wanted}
        figures = measured(chosen, directory)
    print(json.dumps(figures))


def measured(parts: Parts, directory: Path) -> dict[str, Any]:
    """The figures of all parts; of those that ended before, from their files."""
    figures: dict[str, Any] = {}
    for name, part in parts.items():
        path, started = directory / f"{name}.json", time.perf_counter()
        found = json.loads(path.read_text("utf-8")) if path.exists() else part()
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(found), "utf-8")
        fresh.replace(path)
        figures |= found
        seconds = time.perf_counter() - started
        print(f"{name} ({seconds:.0f} s): {json.dumps(found)}", file=sys.stderr, flush=True)
    return figures


def code_digest() -> str:
    """SHA-256 of all code, models and cases that figures follow from, and of what they run on."""
    installed = sorted(f"{each.name} {each.version}" for each in distributions())
    found = hashlib.sha256("\n".join(installed).encode())
    for room in ROOMS:
        for suffix in ("py", "json"):
            for path in sorted((ROOT / room).rglob(f"*.{suffix}")):
                found.update(path.read_bytes())
    return found.hexdigest()


def swaps(share: float) -> dict[str, Any]:
    """Exchange models under load, and take every decision again."""
    from benchmarks.model_swaps import measure

    return measure(
        swaps=max(10, round(200 * share)), bad=max(2, round(20 * share)),
        calls=max(100, round(1000 * share)),
    )  # fmt: skip


if __name__ == "__main__":
    main()
