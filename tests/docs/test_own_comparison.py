"""The script that shows data scientists the way runs from verdicts to a challenger."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.unit.training import toy_verdicts as toy

from ordertwin_training.retraining.verdicts import write_verdicts

SCRIPT = Path(__file__).parents[2] / "docs" / "own_comparison.py"


def test_an_own_comparison_is_judged_and_becomes_a_challenger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    verdicts = tmp_path / "verdicts.jsonl.gz"
    write_verdicts(verdicts, toy.verdicts(200))
    monkeypatch.setattr(
        "ordertwin_training.retraining.run.remembered", lambda *settings: toy.memory()
    )
    monkeypatch.setattr(sys, "argv", ["own", str(verdicts), "--runs", str(tmp_path / "runs")])
    found: dict[str, Any] = runpy.run_path(str(SCRIPT))
    found["main"]()
    said = capsys.readouterr().out
    assert "average precision on later pairs, with it" in said
    assert list((tmp_path / "runs").glob(f"{toy.champion().version}-*/model.json"))
