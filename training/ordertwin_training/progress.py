"""How long work tells whoever waits for it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What a command line or a notebook implements to follow a training run."""

    def stage(self, name: str, total: int = 0) -> None:
        """A stage begins; `total` steps are ahead, 0 when nobody knows."""

    def advance(self, done: int) -> None:
        """So many steps of the stage are done."""

    def note(self, text: str) -> None:
        """Something worth reading happened."""


class Silent:
    """Tells nobody.

    >>> Silent().note("nothing is printed")
    """

    def stage(self, name: str, total: int = 0) -> None:
        """See `Progress`."""

    def advance(self, done: int) -> None:
        """See `Progress`."""

    def note(self, text: str) -> None:
        """See `Progress`."""


class Notes(Silent):
    """Keeps what is worth reading, for somebody who reads it later.

    >>> notes = Notes()
    >>> notes.note("set a truth aside")
    >>> notes.taken
    ['set a truth aside']
    """

    def __init__(self) -> None:
        self.taken: list[str] = []

    def note(self, text: str) -> None:
        """See `Progress`."""
        self.taken.append(text)
