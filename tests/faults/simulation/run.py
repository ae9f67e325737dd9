"""Many runs, one seed each. A seed that breaks something is named, and breaks it again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.faults.findings import Findings
from tests.faults.simulation.invariants import check
from tests.faults.simulation.world import World


def simulate(seed: int) -> tuple[World, Findings]:
    """One run, and what it broke."""
    with tempfile.TemporaryDirectory(prefix="ordertwin-") as folder:
        world = World(seed, Path(folder))
        world.run()
        return world, check(world)


def simulation(seeds: Iterable[int]) -> Findings:
    """All runs; what broke is named with its seed."""
    found = Findings("simulation")
    for seed in seeds:
        world, broken = simulate(seed)
        found.count("runs")
        found.count("requests", len(world.intents))
        found.count("steps", world.steps)
        for what, times in sorted(world.happened.items()):
            found.count(what, times)
        for kind in ("lost", "doubled", "failed"):
            getattr(found, kind).extend(f"seed {seed}: {text}" for text in getattr(broken, kind))
    return found
