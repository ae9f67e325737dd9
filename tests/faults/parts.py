"""Fault tests in parts: each is noted when it is done, so that a run which was stopped goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.faults.findings import Findings


@dataclass(frozen=True, slots=True)
class Test:
    """`run` is given a folder, a share of the full size, and the number of the part."""

    run: Callable[[Path, float, int], Findings]
    parts: int = 1

    __test__ = False


class Notes:
    """Parts that are done, as lines of JSON in a file; without a file nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path and path.exists() else []
        self._done = {
            (test, size, part): found for test, size, part, found in map(json.loads, lines)
        }

    def of(self, test: str, size: float, part: int) -> Findings | None:
        """What a part found; None when it has not been run."""
        known = self._done.get((test, size, part))
        return None if known is None else Findings(**known)

    def keep(self, test: str, size: float, part: int, found: Findings) -> None:
        """Note a part, unless it could not run here."""
        if self._path and not found.skipped:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([test, size, part, asdict(found)]) + "\n")


def run(name: str, test: Test, size: float, folder: Path, notes: Notes) -> Findings:
    """All parts of a test at a share of its full size, and what they found together."""
    parts = max(1, round(test.parts * size))
    total: Findings | None = None
    for part in range(parts):
        found = notes.of(name, size, part)
        if found is None:
            found = _run_part(test, size / parts, part, folder / str(part))
            notes.keep(name, size, part, found)
            if parts > 1:
                print(f"part {part + 1} of {parts}, {found}", flush=True)
        total = found if total is None else total + found
    assert total is not None
    return total


def _run_part(test: Test, share: float, part: int, folder: Path) -> Findings:
    begun = time.perf_counter()
    folder.mkdir()
    found = test.run(folder, share, part)
    found.counts["seconds"] = round(time.perf_counter() - begun, 1)
    return found
