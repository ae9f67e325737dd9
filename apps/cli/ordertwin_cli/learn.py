"""`ordertwin learn`: train again when there is a reason to, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ordertwin_training.retraining.trigger import Seen, State, When

TOLERATED = 0.2
"""Share of new verdicts that contradict the model from which it is told, trained upon or not."""


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(learn)


def learn(
    store: Annotated[
        str, typer.Argument(metavar="STORE", help="The store: its file or address; only read.")
    ],
    after: Annotated[int, typer.Option(min=1, help="Train after so many new verdicts.")] = 200,
    days: Annotated[
        float, typer.Option(min=0, help="Train after so many days, if any are new; 0 never does.")
    ] = 7.0,
    on_drift: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Train when this share of new verdicts contradicts the model; 0 not."
        ),
    ] = 0.0,
    watch: Annotated[
        float, typer.Option(min=0, help="Look again every so many minutes; 0 looks once.")
    ] = 0.0,
    tenant: Annotated[str, typer.Option(help="Tenant of the store that is meant.")] = "default",
    runs: Annotated[Path, typer.Option(help="Where candidates and the state are kept.")] = Path(
        "runs"
    ),
    publish: Annotated[
        str, typer.Option(metavar="SERVER", help="Hand a passed challenger to this server.")
    ] = "",
) -> None:
    """Look whether there is a reason to train again, and if so run `ordertwin train`.

    Training runs as a process of its own, never in the server. What was learned from last is kept
    in the runs directory. Nothing is ever activated; a person does that. Exits like the training.

    Example: `ordertwin learn data/ordertwin.db --after 300 --watch 60`
    """
    import time

    from ordertwin_training.retraining.trigger import When, looking_after

    when = When(
        verdicts=after,
        every=timedelta(days=days) if days else None,
        overturned=on_drift or None,
    )
    with looking_after(runs):
        while True:
            look = Look(store, tenant, runs, publish, when)
            code = look.now()
            if not watch:
                raise typer.Exit(code)
            time.sleep(watch * 60)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a store."""

    store: str
    tenant: str
    runs: Path
    publish: str
    when: When
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    run: Callable[[list[str]], int] = lambda command: (
        subprocess.run(command, check=False).returncode
    )

    def now(self) -> int:
        """Train if there is a reason to; returns the exit code, 0 when there was none."""
        from ordertwin_training.retraining.trigger import read_state, reason_to_train, write_state

        state, at = read_state(self.runs), self.clock()
        seen = self._seen(state)
        self._tell(seen)
        self._align()
        reason = reason_to_train(state, seen, self.when, at)
        if not reason:
            print(f"{seen.verdicts} new verdicts: no reason to train", flush=True)
            return 0
        print(f"training: {reason}", flush=True)
        code = self.run(self.command())
        write_state(self.runs, state.after(seen, at, code))
        if self.publish:
            self._align()
        return code

    def command(self) -> list[str]:
        """What trains."""
        from ordertwin_cli.connection import CREDENTIALS

        words = [sys.executable, "-m", "ordertwin_cli", *CREDENTIALS.get().options]
        words += ["train", "--from-store", self.store]
        words += ["--tenant", self.tenant, "--runs", str(self.runs)]
        return words + (["--publish", self.publish] if self.publish else [])

    def _seen(self, state: State) -> Seen:
        from ordertwin_training.retraining.from_store import new_verdicts

        return new_verdicts(self.store, self.tenant, state.position)

    def _align(self) -> None:
        """Let the aliases in MLflow say what the store says."""
        from ordertwin_training.retraining.from_store import standing_of
        from ordertwin_training.track import align

        if not (self.runs / "mlflow.db").is_file():
            return
        champion, challenger = standing_of(self.store, self.tenant)
        if champion or challenger:
            align(champion, challenger, self.runs)

    def _tell(self, seen: Seen) -> None:
        """Drift is told whether or not anything follows from it."""
        from ordertwin_training.retraining.trigger import drifted

        if drifted(seen, self.when.overturned or TOLERATED, self.when.overturned_of):
            print(
                f"alarm: people contradict the model on {seen.contradicting} of {seen.shown} new "
                f"verdicts ({seen.overturned:.0%})",
                flush=True,
            )
