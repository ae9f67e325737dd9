"""`ordertwin train` on verdicts: a challenger of the model in service, and what the gate says."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from ordertwin_models.model import DuplicateModel
    from ordertwin_training.retraining.files import Candidate
    from ordertwin_training.retraining.run import Retrained
    from ordertwin_training.retraining.settings import RetrainingSettings
    from ordertwin_training.retraining.verdicts import Verdict

EXIT_REFUSED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraining:
    """What was asked on the command line; see the options of `ordertwin train`."""

    store: str
    verdicts: Path | None
    tenant: str
    champion: Path | None
    runs: Path
    version: str
    seed: int
    tracking: str
    trusted: Sequence[str]
    trainer: str
    server: str
    as_json: bool

    def run(self) -> None:
        """Train, write, tell, and exit with 3 when the gate refused."""
        from ordertwin_cli.failures import CommandFailed
        from ordertwin_cli.progress import StageBars
        from ordertwin_training.retraining.files import write_candidate
        from ordertwin_training.retraining.run import challenge, remembered

        if self.store and self.verdicts:
            raise CommandFailed("name a store or a file of verdicts, not both")
        settings = self._settings(self.trainer or self._caller())
        with StageBars() as bars:
            verdicts, champion = self._beginning(bars)
            memory = remembered(settings.history, settings.directory / "pairs", bars)
            try:
                found = challenge(champion, verdicts, memory, settings, bars)
            except ValueError as error:
                raise CommandFailed(str(error)) from error
            bars.stage("files")
            candidate = write_candidate(found, verdicts, settings)
        print(*report(found, candidate), sep="\n")
        if found.gate.passed and self.server:
            self._publish(candidate, found)
        if self.as_json:
            document = found.gate.document() | {"model_file": str(candidate.model_file)}
            print(json.dumps(document, ensure_ascii=False), flush=True)
        if not found.gate.passed:
            raise typer.Exit(EXIT_REFUSED)

    def _caller(self) -> str:
        """Whose credential will publish it; a server that is not there is found out at once."""
        from ordertwin_cli.connection import caller_at

        return caller_at(self.server) if self.server else ""

    def _settings(self, trainer: str) -> RetrainingSettings:
        from ordertwin_training.retraining.settings import RetrainingSettings

        return RetrainingSettings(
            directory=self.runs,
            version=self.version,
            command=self._command(trainer),
            trainer=trainer,
            trusted=frozenset(self.trusted),
            seed=self.seed,
            tracking_uri=self.tracking or None,
        )

    def _command(self, trainer: str) -> str:
        """What makes this model again from the files that are kept with it."""
        from ordertwin_training.retraining.settings import CHAMPION_FILE, VERDICTS_FILE

        words = ["ordertwin", "train", "--verdicts", VERDICTS_FILE, "--champion", CHAMPION_FILE]
        words += ["--seed", str(self.seed)]
        words += ["--version", self.version] if self.version else []
        words += ["--trainer", trainer] if trainer else []
        words += [word for name in sorted(self.trusted) for word in ("--trust", name)]
        return shlex.join(words)

    def _beginning(self, bars: Any) -> tuple[list[Verdict], DuplicateModel]:
        """The verdicts, and the model in service."""
        from ordertwin_server.model_slot import read_model
        from ordertwin_training.retraining.verdicts import read_verdicts

        bars.stage("verdicts")
        if self.verdicts is not None:
            verdicts, active = read_verdicts(self.verdicts, bars.advance), None
        else:
            from ordertwin_cli.direct_access import note_reading
            from ordertwin_training.retraining.from_store import read_store

            note_reading(self.store, self.tenant, "TrainModel")
            verdicts, active = read_store(self.store, self.tenant, bars.advance)
        if self.champion is not None:
            return verdicts, read_model(self.champion)
        return verdicts, active or _released()

    def _publish(self, candidate: Candidate, found: Retrained) -> None:
        from ordertwin_cli.connection import modelling

        with modelling(self.server, self.tenant) as door:
            door.publish(
                candidate.model_file.read_bytes(),
                card=candidate.card_file.read_text("utf-8"),
                signature=b"",
                reason=f"learned from {len(found.lessons)} verdicts, passed the gate",
            )
        print(f"  published to {self.server} as a candidate; another person activates it")


def _released() -> DuplicateModel:
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_server.model_slot import read_model, released_model

    path = released_model()
    if path is None:
        raise CommandFailed("no released model is installed; name one with --champion")
    return read_model(path)


def report(found: Retrained, candidate: Candidate) -> Iterator[str]:
    """What a person wants to know of a run, for a terminal."""
    gate, aside = found.gate, found.aside
    yield f"challenger {gate.challenger} of {gate.champion}: {candidate.model_file}"
    if not found.changed:
        yield "  the verdicts ask for no correction; the challenger is the champion"
    yield (
        f"  {len(found.lessons)} pairs teach, {gate.pairs} later ones judge; set aside: "
        f"{aside.withdrawn} withdrawn, {aside.unsure} unsure, {len(aside.conflicts)} in conflict"
    )
    for check in gate.checks:
        yield f"  {'passed ' if check.passed else 'REFUSED'}  {check.name}: {check.reason}"
    for alarm in gate.alarms:
        yield f"  note     {alarm}"
    yield f"  {found.curve.advice}"
    yield f"  report: {candidate.directory / 'gate.html'}"
    if gate.passed:
        yield f"  the gate is passed; look: ordertwin model show {candidate.model_file}"
    else:
        yield "  the gate refused it, for these reasons:"
        yield from (f"    {reason}" for reason in gate.refusals)
