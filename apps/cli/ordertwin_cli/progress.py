"""Progress on stderr while somebody looks at it; nothing where nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


@contextmanager
def following(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that goes away at the end; yields what to call with the number done and the total."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    quiet = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """As `following`, for a total that is known at the beginning; yields what to call with the
    number done so far."""
    with following(what) as report:
        report(0, total)
        yield lambda done: report(done, total)


class StageBars:
    """Follows a training run: one bar a stage, a line for every stage that ended.

    Fits `ordertwin_training.progress.Progress`. Without a terminal only the lines are printed.
    """

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._console = console
        self._task = self._bars.add_task("")

    def __enter__(self) -> StageBars:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def stage(self, name: str, total: int = 0) -> None:
        """A stage begins."""
        self._console.print(name, style="dim", highlight=False)
        self._bars.reset(self._task, description=name, total=total or None)

    def advance(self, done: int) -> None:
        """So many steps of the stage are done."""
        self._bars.advance(self._task, done)

    def note(self, text: str) -> None:
        """Something worth reading happened."""
        self._console.print(text, highlight=False)
