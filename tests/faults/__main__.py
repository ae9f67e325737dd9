"""All fault tests, one after another: `python -m tests.faults`; the last line is JSON.

Long ones run in parts, each with a seed and a store of its own. `--resume FILE` notes every part
that is done, so that a run which was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.faults.backups import backups
from tests.faults.broken_disk import failing_flushes, full_disk
from tests.faults.draining import draining
from tests.faults.findings import KINDS, Findings
from tests.faults.impatience import impatience
from tests.faults.kills import kills
from tests.faults.parts import Notes, Test, run
from tests.faults.postgres_crashes import postgres_crashes
from tests.faults.several_servers import over_two_servers
from tests.faults.similar_orders import similar_orders
from tests.faults.simulation.run import simulation
from tests.faults.slow_readers import slow_readers


def _of(number: float) -> int:
    """A share of a full size, and at least one."""
    return max(1, round(number))


def _simulated(size: float, part: int) -> Findings:
    runs = _of(1000 * size)
    return simulation(range(part * runs, (part + 1) * runs))


TESTS: dict[str, Test] = {
    "simulation": Test(lambda _, size, part: _simulated(size, part), parts=20),
    "similar-orders": Test(
        lambda folder, size, part: similar_orders(folder, _of(1000 * size), seed=100 + part),
        parts=20,
    ),
    "kills": Test(
        lambda folder, size, part: kills(
            folder, _of(200 * size), _of(10_000 * size), seed=200 + part
        ),
        parts=4,
    ),
    "fsync-errors": Test(
        lambda folder, size, part: failing_flushes(folder, _of(100 * size), seed=300 + part),
        parts=4,
    ),
    "disk-full": Test(lambda folder, size, part: full_disk(folder, _of(20 * size))),
    "drain": Test(lambda folder, size, part: draining(folder, _of(20 * size))),
    "impatience": Test(lambda folder, size, part: impatience(folder, _of(500 * size))),
    "slow-readers": Test(
        lambda folder, size, part: slow_readers(folder, _of(32 * size), _of(500 * size))
    ),
    "backups": Test(lambda folder, size, part: backups(folder, _of(20 * size))),
    "two-servers-similar": Test(
        lambda _, size, part: over_two_servers("similar_orders", size, part), parts=50
    ),
    "two-servers-rolling": Test(
        lambda _, size, part: over_two_servers("rolling_restart", size, part), parts=5
    ),
    "postgres-crashes": Test(lambda _, size, part: postgres_crashes(_of(50 * size))),
    "two-servers-kills": Test(lambda _, size, part: over_two_servers("kills", size, part), parts=5),
}
"""Each with the sizes it is run with; a size of 1 is what `make faults` runs."""


def main() -> int:
    """Run them, print what they counted, and return 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", choices=TESTS, action="append", help="run this one; repeatable")
    parser.add_argument("--size", type=float, default=1.0, help="share of the full size")
    parser.add_argument("--seed", type=int, help="one run of the simulation, with this seed")
    parser.add_argument("--resume", type=Path, help="file that notes the parts that are done")
    given = parser.parse_args()
    if given.seed is not None:
        results = [simulation([given.seed])]
        print(results[0], *results[0].broken, sep="\n")
    else:
        notes = Notes(given.resume)
        results = [_run(name, given.size, notes) for name in given.only or TESTS]
    totals = {kind: sum(len(getattr(each, kind)) for each in results) for kind in KINDS}
    skipped = {each.name: each.skipped for each in results if each.skipped}
    tests = {each.name: each.counts for each in results if not each.skipped}
    print(json.dumps({**totals, "skipped": skipped, "tests": tests}), flush=True)
    return int(any(totals.values()))


def _run(name: str, size: float, notes: Notes) -> Findings:
    with tempfile.TemporaryDirectory(prefix="ordertwin-faults-") as folder:
        found = run(name, TESTS[name], size, Path(folder), notes)
    print(found, *found.broken[:20], sep="\n", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
