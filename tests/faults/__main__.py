"""All fault tests, one after another: `python -m tests.faults`; the last line is JSON."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.backups import backups
from tests.faults.broken_disk import failing_flushes, full_disk
from tests.faults.draining import draining
from tests.faults.findings import Findings
from tests.faults.impatience import impatience
from tests.faults.kills import kills
from tests.faults.several_servers import over_two_servers
from tests.faults.similar_orders import similar_orders
from tests.faults.simulation.run import simulation
from tests.faults.slow_readers import slow_readers


def _of(number: float) -> int:
    """A share of a full size, and at least one."""
    return max(1, round(number))


TESTS: dict[str, Callable[[Path, float], Findings]] = {
    "simulation": lambda _, size: simulation(range(_of(1000 * size))),
    "similar-orders": lambda folder, size: similar_orders(folder, _of(1000 * size)),
    "kills": lambda folder, size: kills(folder, _of(200 * size), _of(10_000 * size)),
    "fsync-errors": lambda folder, size: failing_flushes(folder, _of(100 * size)),
    "disk-full": lambda folder, size: full_disk(folder, _of(20 * size)),
    "drain": lambda folder, size: draining(folder, _of(20 * size)),
    "impatience": lambda folder, size: impatience(folder, _of(500 * size)),
    "slow-readers": lambda folder, size: slow_readers(folder, _of(32 * size), _of(500 * size)),
    "backups": lambda folder, size: backups(folder, _of(20 * size)),
    "two-servers-similar": lambda _, size: over_two_servers("similar_orders", size),
    "two-servers-rolling": lambda _, size: over_two_servers("rolling_restart", size),
    "two-servers-kills": lambda _, size: over_two_servers("kills", size),
}
"""Each with the sizes it is run with; a size of 1 is what `make faults` runs."""


def main() -> int:
    """Run them, print what they counted, and return 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", choices=TESTS, action="append", help="run this one; repeatable")
    parser.add_argument("--size", type=float, default=1.0, help="share of the full size")
    parser.add_argument("--seed", type=int, help="one run of the simulation, with this seed")
    given = parser.parse_args()
    if given.seed is not None:
        results = [simulation([given.seed])]
        print(results[0], *results[0].broken, sep="\n")
    else:
        results = [_run(name, given.size) for name in given.only or TESTS]
    kinds = ("lost", "doubled", "failed")
    totals = {kind: sum(len(getattr(each, kind)) for each in results) for kind in kinds}
    skipped = {each.name: each.skipped for each in results if each.skipped}
    tests = {each.name: each.counts for each in results if not each.skipped}
    print(json.dumps({**totals, "skipped": skipped, "tests": tests}), flush=True)
    return int(any(totals.values()))


def _run(name: str, size: float) -> Findings:
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="ordertwin-faults-") as folder:
        found = TESTS[name](Path(folder), size)
    found.counts["seconds"] = round(time.perf_counter() - begun, 1)
    print(found, *found.broken[:20], sep="\n", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
