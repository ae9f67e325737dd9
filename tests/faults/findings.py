"""What a fault test counts: promises broken, by kind, and how much was tried."""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = ("lost", "doubled", "failed")
SETTINGS = {"callers"}
"""Counts that say how something was tried: they are the same for every part of a test."""


@dataclass(slots=True)
class Findings:
    """The result of one fault test. Each list says what was broken; all must be empty.

    `lost`: acknowledged orders that are not there. `doubled`: orders stored twice, or more than one
    unique among similar ones. `failed`: everything else that was promised and not kept. `counts`
    tell how much was tried. `skipped` says why a test could not run here.
    """

    name: str
    counts: dict[str, int | float] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: str = ""

    @property
    def broken(self) -> list[str]:
        """Everything that was broken."""
        return [f"{kind}: {text}" for kind in KINDS for text in getattr(self, kind)]

    def count(self, what: str, by: int = 1) -> None:
        """Add to a count."""
        self.counts[what] = self.counts.get(what, 0) + by

    def __add__(self, other: Findings) -> Findings:
        """What two parts of a test found together."""
        both = dict(self.counts)
        for what, number in other.counts.items():
            both[what] = number if what in SETTINGS else round(both.get(what, 0) + number, 1)
        found = Findings(self.name, both, skipped=self.skipped or other.skipped)
        for kind in KINDS:
            getattr(found, kind).extend(getattr(self, kind) + getattr(other, kind))
        return found

    def __str__(self) -> str:
        if self.skipped:
            return f"{self.name}: skipped, {self.skipped}"
        counts = ", ".join(f"{number:,} {what}" for what, number in self.counts.items())
        ended = f"lost {len(self.lost)}, doubled {len(self.doubled)}, failed {len(self.failed)}"
        return f"{self.name}: {counts}; {ended}"
