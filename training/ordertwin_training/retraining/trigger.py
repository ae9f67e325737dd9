"""When to train again: enough new verdicts, enough time, or people who overrule the model.

Decides only. What is remembered between two looks is a small file; who looks holds its lock, so
that two of them never train at the same time. Training itself is another process.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from ordertwin_models.errors import OrderTwinError

STATE_FILE = "learning.json"
LOCK_FILE = "learning.lock"


class AlreadyLearning(OrderTwinError):
    """Another process is looking after this directory."""


@dataclass(frozen=True, slots=True)
class When:
    """What sets off training. `verdicts` new ones since the last training; `every` so long at the
    latest, if there are new ones at all; `overturned` the share of new verdicts that contradict
    what the reviewers were shown, from `overturned_of` new ones on. None leaves a condition out:
    by default nothing is trained because of drift, it is only told."""

    verdicts: int | None = 200
    every: timedelta | None = timedelta(days=7)
    overturned: float | None = None
    overturned_of: int = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """What is new: settled verdicts since the last training, and how many of those that were shown
    a probability contradict it."""

    verdicts: int
    position: int
    shown: int = 0
    contradicting: int = 0

    @property
    def overturned(self) -> float:
        """Share of shown probabilities that people contradict."""
        return self.contradicting / self.shown if self.shown else 0.0


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered: the last verdict learned from, when training last began and how it ended
    (an exit code, None while nothing was trained)."""

    position: int = 0
    trained_at: datetime | None = None
    exit_code: int | None = None

    def after(self, seen: Seen, at: datetime, exit_code: int) -> State:
        """The state once training ended. A run that failed is tried again at the next look; one
        that the gate refused waits for new verdicts."""
        done = exit_code in (0, 3)
        position = seen.position if done else self.position
        return replace(self, position=position, trained_at=at, exit_code=exit_code)


def reason_to_train(state: State, seen: Seen, when: When, now: datetime) -> str:
    """Why to train now, in a sentence; empty when there is no reason.

    >>> reason_to_train(State(), Seen(250, 250), When(), datetime(2026, 3, 2))
    '250 new verdicts'
    >>> reason_to_train(State(), Seen(0, 0), When(), datetime(2026, 3, 2))
    ''
    """
    if not seen.verdicts:
        return ""
    if when.verdicts is not None and seen.verdicts >= when.verdicts:
        return f"{seen.verdicts} new verdicts"
    if drifted(seen, when.overturned, when.overturned_of):
        return f"{seen.overturned:.0%} of {seen.shown} new verdicts contradict the model"
    due = state.trained_at is not None and when.every is not None
    if due and state.trained_at is not None and when.every is not None:
        waited = now - state.trained_at
        if waited >= when.every:
            return f"{waited.days} days since the last training, {seen.verdicts} new verdicts"
    return ""


def drifted(seen: Seen, overturned: float | None, least: int) -> bool:
    """Whether people overrule the model more often than is accepted."""
    return overturned is not None and seen.shown >= least and seen.overturned >= overturned


def read_state(directory: Path) -> State:
    """What the last look remembered; a fresh state when there was none."""
    path = directory / STATE_FILE
    if not path.is_file():
        return State()
    document = json.loads(path.read_text("utf-8"))
    trained_at = document["trained_at"]
    return State(
        position=int(document["position"]),
        trained_at=datetime.fromisoformat(trained_at) if trained_at else None,
        exit_code=document["exit_code"],
    )


def write_state(directory: Path, state: State) -> None:
    """Remember; the file is whole or as it was."""
    document = asdict(state)
    document["trained_at"] = state.trained_at.isoformat() if state.trained_at else None
    unfinished = directory / f"{STATE_FILE}.part"
    unfinished.write_text(json.dumps(document) + "\n", "utf-8")
    unfinished.replace(directory / STATE_FILE)


@contextmanager
def looking_after(directory: Path) -> Iterator[None]:
    """Hold the lock of the directory; `AlreadyLearning` when another process does."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyLearning(
                f"Another process trains in {directory}; stop it, or name another directory."
            ) from None
        yield
