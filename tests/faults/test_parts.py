"""Parts of fault tests: a run that was stopped goes on, and nothing found is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faults.findings import Findings
from tests.faults.parts import Notes, Test, run


class Breaking:
    """A test whose third part finds something; it is stopped there the first time."""

    def __init__(self) -> None:
        self.ran: list[tuple[float, int]] = []

    def __call__(self, folder: Path, share: float, part: int) -> Findings:
        assert folder.is_dir()
        self.ran.append((share, part))
        if self.ran == [(0.25, 0), (0.25, 1), (0.25, 2)]:
            raise KeyboardInterrupt
        found = Findings("breaking", {"rounds": 10, "callers": 64})
        found.lost += ["an order"] if part == 2 else []
        return found


def test_a_run_that_was_stopped_goes_on_with_the_part_it_was_in(tmp_path: Path) -> None:
    breaking, noted = Breaking(), tmp_path / "noted.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run("breaking", Test(breaking, 4), 1.0, _fresh(tmp_path / "one"), Notes(noted))
    found = run("breaking", Test(breaking, 4), 1.0, _fresh(tmp_path / "two"), Notes(noted))
    assert [part for _, part in breaking.ran] == [0, 1, 2, 2, 3]
    assert (found.counts["rounds"], found.counts["callers"]) == (40, 64)
    assert found.broken == ["lost: an order"]
    again = run("breaking", Test(breaking, 4), 1.0, tmp_path, Notes(noted))
    assert again.broken == found.broken
    assert len(breaking.ran) == 5


def test_a_smaller_size_runs_fewer_parts_of_the_same_length(tmp_path: Path) -> None:
    breaking = Breaking()
    run("breaking", Test(breaking, 4), 0.5, _fresh(tmp_path / "half"), Notes(None))
    run("breaking", Test(breaking, 4), 0.05, _fresh(tmp_path / "little"), Notes(None))
    assert breaking.ran == [(0.25, 0), (0.25, 1), (0.05, 0)]


def test_what_could_not_run_is_tried_again(tmp_path: Path) -> None:
    noted = tmp_path / "noted.jsonl"
    skipping = Test(lambda *_: Findings("disk full", skipped="nothing can be mounted here"))
    assert run("full", skipping, 1.0, _fresh(tmp_path / "here"), Notes(noted)).skipped
    assert not noted.exists()


def _fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder
