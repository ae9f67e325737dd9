"""The newest decisions of a tenant against those before them; see `ordertwin_models.drift`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ordertwin_models.decision import Outcome
from ordertwin_models.drift import Finding, Level, Observed, drift
from ordertwin_stores.decision_history import DecisionHistory, PastDecision
from ordertwin_stores.reviews import Answer, StoredVerdict, VerdictReader

NEWEST, BEFORE = 1_000, 4_000
AT_ONCE = 250


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
    history: DecisionHistory,
    verdicts: VerdictReader,
    tenant: str,
    *,
    newest: int = NEWEST,
    before: int = BEFORE,
    reference_until: datetime | None = None,
) -> DriftReport:
    """The `newest` decisions against the `before` ones before them, or, with a time, against the
    ones before that time."""
    current, reference = Observed(), Observed()
    decided: dict[str, tuple[Observed, bool]] = {}
    orders: list[str] = []

    def take(window: Observed, past: PastDecision) -> None:
        decision = past.stored.decision
        window.add(past.order, decision)
        decided[past.stored.key] = window, decision.outcome is not Outcome.UNIQUE
        orders.append(past.stored.order_key)

    last = None
    pages = _decisions(history, tenant, None)
    for _, past in zip(range(newest), pages, strict=False):
        take(current, past)
        last = past.number
    if last is not None:
        older = _decisions(history, tenant, last, reference_until)
        for _, past in zip(range(before), older, strict=False):
            take(reference, past)
    _add_verdicts(verdicts.verdicts_about(tenant, orders), decided)
    return DriftReport(reference, current, drift(reference, current))


def _add_verdicts(
    verdicts: Iterable[StoredVerdict], decided: Mapping[str, tuple[Observed, bool]]
) -> None:
    """Count what people said of the decisions in the windows: a flag was wrong where both orders
    are distinct, and no flag where they match."""
    for verdict in verdicts:
        known = decided.get(verdict.said.decision_key)
        answer = verdict.said.answer
        if known is not None and verdict.settled and answer is not Answer.UNSURE:
            window, flagged = known
            window.add_verdict(overturned=flagged is (answer is Answer.DISTINCT))


def _decisions(
    history: DecisionHistory, tenant: str, before: int | None, until: datetime | None = None
) -> Iterator[PastDecision]:
    """Decisions from the newest on."""
    while page := history.newest(tenant, AT_ONCE, before, None, until):
        yield from page
        before = page[-1].number
