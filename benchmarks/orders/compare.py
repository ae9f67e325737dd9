"""All systems on the same streams, with their times."""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.orders.peers import Peer
from benchmarks.orders.peers.boosting import Boosting
from benchmarks.orders.peers.exact import ExactReference
from benchmarks.orders.peers.linkage import ExpectationMaximisation, LogisticRegression
from benchmarks.orders.records import LabelledStream
from ordertwin_training.detection_report import DetectionCase, detection_report

SAME_WORLD = "boosting on 26 features, taught in the same world"
OTHER_WORLD = "boosting on 26 features, taught in another world"
_OPTIONAL = (
    ("splink", "benchmarks.orders.peers.probabilistic", ("Splink", "SplinkWithLabels")),
    ("dedupe", "benchmarks.orders.peers.active", ("Dedupe",)),
)
"""Libraries of the extra `benchmark`, and what they bring."""


@dataclass(slots=True)
class Tried:
    """What one system did on all streams so far. Times are seconds of scoring, not of learning."""

    cases: list[DetectionCase] = field(default_factory=list)
    precisions: list[float] = field(default_factory=list)
    seconds: float = 0.0
    orders: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, cases: Iterable[DetectionCase], seconds: float, orders: int) -> None:
        """Count another stream."""
        of_stream = list(cases)
        self.cases += of_stream
        found = detection_report(of_stream)["average_precision"]
        self.precisions += [] if found is None else [found]
        self.seconds += seconds
        self.orders += orders

    def report(self) -> dict[str, Any]:
        """Figures over all streams; `mean_average_precision` is that of the single streams, which
        is kinder to a system whose scores mean something else in each."""
        report = detection_report(self.cases)
        keys = (
            "recall_flagged", "false_flags_per_1000", "look_alike_false_flags",
            "average_precision", "recall_at_1_per_1000",
        )  # fmt: skip
        mean = sum(self.precisions) / len(self.precisions) if self.precisions else None
        return {key: report[key] for key in keys} | {
            "mean_average_precision": mean,
            "milliseconds_per_order": 1000 * self.seconds / self.orders if self.orders else None,
            "failures": self.failures,
        }


def lineup() -> tuple[dict[str, Callable[[], Peer]], list[str]]:
    """How to make each off-the-shelf system, and the libraries that are not installed."""
    makers: dict[str, Callable[[], Peer]] = {
        maker.name: maker for maker in (ExactReference, ExpectationMaximisation, LogisticRegression)
    }
    missing = []
    for library, module, names in _OPTIONAL:
        if importlib.util.find_spec(library) is None:
            missing.append(library)
            continue
        loaded = importlib.import_module(module)
        makers |= {getattr(loaded, name).name: getattr(loaded, name) for name in names}
    return makers, missing


def try_peers(
    asked: LabelledStream,
    teacher: LabelledStream,
    stranger: LabelledStream,
    makers: Mapping[str, Callable[[], Peer]],
    tried: dict[str, Tried],
) -> None:
    """Ask every system about a stream: taught by `teacher`, of the same world, and boosting also by
    `stranger`, of another. A system that breaks down has found nothing there, and says so."""
    lessons = [(make(), teacher) for make in makers.values()]
    lessons += [(Boosting(SAME_WORLD), teacher), (Boosting(OTHER_WORLD), stranger)]
    for peer, lesson in lessons:
        record = tried.setdefault(peer.name, Tried())
        try:
            peer.learn(lesson)
            started = time.perf_counter()
            scored = peer.score(asked)
        except Exception as error:
            record.failures.append(f"{asked.name}: {type(error).__name__}: {error}"[:300])
            record.add(asked.cases([], peer.threshold), 0.0, 0)
            continue
        seconds = time.perf_counter() - started
        record.add(asked.cases(scored, peer.threshold), seconds, len(asked.orders))


def best_off_the_shelf(systems: Mapping[str, Mapping[str, Any]]) -> float | None:
    """The best average precision of a general system, counted in the way that favours it."""
    found = [
        max(report["average_precision"] or 0.0, report["mean_average_precision"] or 0.0)
        for name, report in systems.items()
        if name not in (SAME_WORLD, OTHER_WORLD)
    ]
    return max(found, default=None)
