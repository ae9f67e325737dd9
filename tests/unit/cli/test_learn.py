"""Training again: when there is a reason, as a process of its own, one at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ordertwin_cli.connection import CREDENTIALS, Credentials
from ordertwin_cli.learn import Look
from ordertwin_training.retraining.trigger import (
    AlreadyLearning,
    Seen,
    State,
    When,
    looking_after,
    read_state,
    reason_to_train,
)

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)
WEEKLY = When(verdicts=200, every=timedelta(days=7))


def a_look(
    runs: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch, code: int = 0, at: datetime = NOW
) -> tuple[int, list[list[str]]]:
    """The exit code of a look at a store with these verdicts, and what was run."""
    ran: list[list[str]] = []

    def run(command: list[str]) -> int:
        ran.append(command)
        return code

    monkeypatch.setattr(Look, "_seen", lambda self, state: seen)
    look = Look("orders.db", "eu", runs, "", WEEKLY, clock=lambda: at, run=run)
    return look.now(), ran


def test_enough_new_verdicts_start_a_training_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ran = a_look(tmp_path, Seen(200, 340), monkeypatch)
    assert ran[0][1:6] == ["-m", "ordertwin_cli", "train", "--from-store", "orders.db"]
    assert read_state(tmp_path) == State(340, NOW, 0)


def test_the_training_process_shows_the_credential_of_the_command_that_started_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Credentials(tmp_path / "tom.key", options=("--key-file", str(tmp_path / "tom.key")))
    token = CREDENTIALS.set(shown)
    try:
        _, ran = a_look(tmp_path, Seen(200, 340), monkeypatch)
    finally:
        CREDENTIALS.reset(token)
    assert ran[0][1:6] == ["-m", "ordertwin_cli", *shown.options, "train"]


def test_few_new_verdicts_start_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert a_look(tmp_path, Seen(199, 340), monkeypatch) == (0, [])
    assert read_state(tmp_path) == State()


def test_a_refusal_is_passed_on_and_waits_for_new_verdicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _ = a_look(tmp_path, Seen(200, 340), monkeypatch, code=3)
    assert (code, read_state(tmp_path).position) == (3, 340)


def test_a_training_that_failed_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_look(tmp_path, Seen(200, 340), monkeypatch, code=1)
    assert read_state(tmp_path).position == 0


def test_after_a_week_few_verdicts_are_reason_enough() -> None:
    state = State(10, NOW - timedelta(days=7), 0)
    assert "7 days" in reason_to_train(state, Seen(3, 13), WEEKLY, NOW)
    assert reason_to_train(state, Seen(0, 10), WEEKLY, NOW) == ""


def test_drift_is_told_but_trains_only_where_that_is_wished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = Seen(80, 80, shown=80, contradicting=40)
    assert a_look(tmp_path, seen, monkeypatch)[1] == []
    assert "alarm: people contradict the model on 40 of 80" in capsys.readouterr().out
    wished = replace(WEEKLY, overturned=0.3)
    assert "50% of 80" in reason_to_train(State(), seen, wished, NOW)


def test_two_cannot_look_after_one_directory(tmp_path: Path) -> None:
    with looking_after(tmp_path), pytest.raises(AlreadyLearning), looking_after(tmp_path):
        pass
    with looking_after(tmp_path):
        assert True
