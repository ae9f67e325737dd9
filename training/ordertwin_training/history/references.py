"""How customers number their purchases, and how numbers get changed on the way.

A numbering is a habit of one customer; what the number means to anybody else is unknown here.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ordertwin_training.history.seeds import pick
from ordertwin_training.history.vocabulary import JUNK_REFERENCES, WORDS_AS_REFERENCE, words

NUMBERINGS: Mapping[str, str] = {
    "sequential": "a running number with the customer's own prefix",
    "yearly": "a running number that restarts every year",
    "daily": "the day, and how many orders there were on it",
    "short": "a small running number that soon comes round again",
    "dated": "made of the date, so that two of one day look alike",
    "project": "a project or site, the same for many orders",
    "person": "the name of the person who ordered",
    "same": "always the same text, such as an account number",
    "junk": "VERBAL, per phone, N/A, TBC, kitchen and the like",
    "none": "nothing",
}
"""The habits, with their meaning; keys of `HistorySettings.numberings`."""

_PREFIXES = ("", "", "", "PO", "PO-", "P", "PO ", "B-", "45000", "BE", "OR/", "#", "WEB", "EK-")
_SUFFIXES = ("", "", "", "", "", "", "", "-1", "/A", "-LON", "/25", " B")
_SITES = ("Elm Court", "Station Road", "Block C", "Phase 2", "Hall 7", "North Mall", "Neubau")


@dataclass(frozen=True, slots=True)
class Numbering:
    """One customer's habit; `start`, `step`, `width` and `suffix` shape running numbers."""

    style: str
    prefix: str
    start: int
    step: int
    width: int
    suffix: str

    @property
    def is_running(self) -> bool:
        """Whether every purchase gets a number of its own."""
        return self.style in ("sequential", "yearly", "daily", "short")

    def reference(
        self, count: int, at: datetime, contact: str, language: str, rng: random.Random
    ) -> str:
        """The reference of the customer's purchase number `count`, made at `at`."""
        if self.style == "sequential":
            number = self.start + count * self.step
            return f"{self.prefix}{number:0{self.width}d}{self.suffix}"
        if self.style == "yearly":
            return f"{self.prefix}{count + 1:03d}/{at.year % 100:02d}"
        if self.style == "daily":
            return f"{self.prefix}{self.start % 1000}-{at:%y%m%d}-{count % 4 + 1}"
        if self.style == "short":
            return f"{self.prefix}{count % (10 + self.start % 90) + 1}"
        if self.style == "dated":
            return at.strftime(("%d.%m.%y", "%Y%m%d", "%d/%m/%Y")[self.start % 3])
        if self.style == "project":
            return f"{_SITES[(self.start + count // 9) % len(_SITES)]}"
        if self.style == "person":
            return contact
        if self.style == "same":
            return f"{self.prefix}{self.start}"
        if self.style == "junk":
            table = JUNK_REFERENCES if rng.random() < 0.7 else WORDS_AS_REFERENCE
            return rng.choice(words(table, language))
        return ""


def draw_numbering(rng: random.Random, numberings: Mapping[str, float]) -> Numbering:
    """A customer's habit, drawn by the weights of `NUMBERINGS` names."""
    width = rng.choice((0, 0, 5, 6, 8))
    return Numbering(
        style=pick(rng, numberings),
        prefix=rng.choice(_PREFIXES),
        start=int(10 ** rng.uniform(2, 6)),
        step=rng.choice((1, 1, 1, 2, 3, 7, 13)),
        width=width,
        suffix=rng.choice(_SUFFIXES),
    )


def revised(reference: str, rng: random.Random) -> tuple[str, str]:
    """The reference of a revision, and the content of the revision field where it is kept apart.

    >>> from ordertwin_training.history.seeds import chance
    >>> revised("PO-17", chance(1))[0].startswith("PO-17")
    True
    """
    number = rng.choice((1, 1, 1, 2, 2, 3))
    letter = "ABC"[number - 1]
    if not reference or rng.random() < 0.25:
        return reference, rng.choice((str(number), letter, f"Rev {letter}"))
    suffixes = (
        f"-{number}",
        f" Rev {letter}",
        f"-R{number}",
        f"/{number}",
        letter,
        f" REV.{number}",
        f"-A{number}",
        f" S{number}",
        " amended",
        " korr.",
    )
    return reference + rng.choice(suffixes), ""


def evaded(reference: str, rng: random.Random) -> str:
    """The reference with dots, blanks, zeros or case changed, to slip past a check for equality."""
    ways = (
        reference + ".",
        reference + " ",
        f"{reference[:-3]} {reference[-3:]}",
        f"{reference[:-2]}.{reference[-2:]}",
        reference.swapcase(),
        _padded(reference),
        reference.replace("-", "").replace("/", "-"),
        f"{reference}..",
        f"-{reference}",
    )
    changed = [way for way in ways if way.strip() != reference]
    return rng.choice(changed) if changed else f"{reference}."


def _padded(reference: str) -> str:
    first = next((i for i, c in enumerate(reference) if c.isdigit()), len(reference))
    return f"{reference[:first]}0{reference[first:]}"
