"""The newest decisions of a tenant against those before them; see `ordertwin_models.drift`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ordertwin_models.drift import Finding, Level, Observed, drift
from ordertwin_stores.decision_history import DecisionHistory, PastDecision

NEWEST, BEFORE = 1_000, 4_000
AT_ONCE = 250


class HasHistory(Protocol):
    """A store or an archive."""

    @property
    def decision_history(self) -> DecisionHistory:
        """Decisions with what they were taken on."""


@dataclass(frozen=True, slots=True)
class DriftReport:
    """Two windows of decisions and every figure in both."""

    reference: Observed
    current: Observed
    findings: tuple[Finding, ...]

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """What changed much."""
        return tuple(each for each in self.findings if each.level is Level.ALARM)


def watch_drift(
    store: HasHistory,
    tenant: str,
    *,
    newest: int = NEWEST,
    before: int = BEFORE,
    reference_until: datetime | None = None,
) -> DriftReport:
    """The `newest` decisions against the `before` ones before them, or, with a time, against the
    ones before that time."""
    history = store.decision_history
    pages = _decisions(history, tenant, None)
    current, last = Observed(), None
    for _, past in zip(range(newest), pages, strict=False):
        current.add(past.order, past.stored.decision)
        last = past.number
    reference = Observed()
    if last is not None:
        older = _decisions(history, tenant, last, reference_until)
        for _, past in zip(range(before), older, strict=False):
            reference.add(past.order, past.stored.decision)
    return DriftReport(reference, current, drift(reference, current))


def _decisions(
    history: DecisionHistory, tenant: str, before: int | None, until: datetime | None = None
) -> Iterator[PastDecision]:
    """Decisions from the newest on."""
    while page := history.newest(tenant, AT_ONCE, before, None, until):
        yield from page
        before = page[-1].number
