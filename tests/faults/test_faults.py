"""The fault tests, short; `make faults` runs them at full size."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.backups import backups
from tests.faults.broken_disk import failing_flushes, full_disk
from tests.faults.draining import draining
from tests.faults.findings import Findings
from tests.faults.impatience import impatience
from tests.faults.kills import kills
from tests.faults.similar_orders import similar_orders
from tests.faults.simulation.run import simulate, simulation
from tests.faults.slow_readers import slow_readers

SHORT: dict[str, Callable[[Path], Findings]] = {
    "simulation": lambda folder: simulation(range(10)),
    "similar orders": lambda folder: similar_orders(folder, rounds=3, callers=16),
    "kills": lambda folder: kills(folder, kills=3, registrations=60),
    "fsync errors": lambda folder: failing_flushes(folder, faults=2),
    "full disk": lambda folder: full_disk(folder, rounds=1),
    "drain": lambda folder: draining(folder, drains=2),
    "impatience": lambda folder: impatience(folder, calls=60),
    "slow readers": lambda folder: slow_readers(folder, streams=2, asked=20),
    "backups": lambda folder: backups(folder, backups=2),
}


@pytest.mark.skipif(sys.platform == "win32", reason="signals are other ones there")
@pytest.mark.parametrize("name", SHORT)
def test_no_order_is_lost_or_doubled(name: str, tmp_path: Path) -> None:
    found = SHORT[name](tmp_path)
    if found.skipped:
        pytest.skip(found.skipped)
    assert not found.broken


def test_a_seed_happens_again_the_same_way() -> None:
    (first, _), (second, _) = simulate(7), simulate(7)
    assert first.steps == second.steps
    assert first.happened == second.happened
    assert [i.answer for i in first.intents] == [i.answer for i in second.intents]


def test_a_store_that_breaks_its_promise_is_found_with_its_seed() -> None:
    script = """
from ordertwin_stores.sqlite import registering
registering._came_in_between = lambda *arguments: None
from tests.faults.slow_readers import slow_readers
from tests.faults.simulation.run import simulation
found = simulation(range(6))
print(*found.doubled)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "all these are unique" in ran.stdout
    assert ran.stdout.startswith("seed ")
