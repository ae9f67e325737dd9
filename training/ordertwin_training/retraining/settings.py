"""Everything that a retraining run follows from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ordertwin_training.retraining.choosing import CorrectionSettings
from ordertwin_training.retraining.gate import GateSettings
from ordertwin_training.retraining.sides import HELD_OUT

CHAMPION_FILE, VERDICTS_FILE = "champion.json", "verdicts.jsonl.gz"
"""What a run keeps of what it follows from, in its directory."""


@dataclass(frozen=True, slots=True)
class History:
    """The generated history that keeps the champion's sense of the wide world alive: so many worlds
    of so many base orders. Its pairs are kept, and made only once.

    More than one world, because the gate asks about one that nothing is learned from.
    """

    worlds: int = 4
    orders: int = 250
    seed: int = 9


@dataclass(frozen=True, slots=True)
class RetrainingSettings:
    """How a challenger is made. Results go to `directory/<version>`, pairs of the generated history
    to `directory/pairs`, the record to MLflow beside them unless `tracked` is False.

    The gate judges by the newest pairs. When it is passed, the same recipe learns from those too
    unless `learn_from_frozen` is False: with a few hundred verdicts that is a quarter of all.
    `trusted` names reviewers and customers whom somebody has talked to, as "reviewer:ann".
    `command` is what a person types to make the challenger again; `trainer` the member of the
    server who does, such as "people/tom", empty when that is not known.
    """

    directory: Path = Path("runs")
    version: str = ""
    command: str = f"ordertwin train --verdicts {VERDICTS_FILE} --champion {CHAMPION_FILE}"
    trainer: str = ""
    held_out: float = HELD_OUT
    learn_from_frozen: bool = True
    history: History = field(default_factory=History)
    correction: CorrectionSettings = field(default_factory=CorrectionSettings)
    gate: GateSettings = field(default_factory=GateSettings)
    trusted: frozenset[str] = frozenset()
    seed: int = 1
    tracked: bool = True
    tracking_uri: str | None = None
