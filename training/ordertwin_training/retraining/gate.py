"""Whether a challenger may take the champion's place: checks with figures, limits and reasons.

Both models are judged on the same frozen pairs, later in time than anything the challenger learned
from. Nothing here decides for a person: a gate that is passed makes a candidate, not a champion.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ordertwin_models import artefact
from ordertwin_models.errors import ArtefactInvalid
from ordertwin_models.model import DuplicateModel
from ordertwin_training.fit import Examples
from ordertwin_training.retraining.golden import golden_failures
from ordertwin_training.retraining.own_pairs import OwnPairs
from ordertwin_training.retraining.relations import Names
from ordertwin_training.retraining.suspects import Suspicions

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_NOTHING_TO_JUDGE_BY = (
    "no later duplicate to judge by, so nobody knows whether it finds fewer; settle more first"
)
SIZES = ((1, "1 line"), (5, "2-5 lines"), (20, "6-20 lines"), (2**31, "more than 20 lines"))


@dataclass(frozen=True, slots=True)
class GateSettings:
    """The limits. Shares and differences of shares are between 0 and 1.

    `precision` is where recall is compared; `confidence` how sure the bootstrap must be that the
    challenger is worse; `segment_loss` how much worse a segment of at least `segment_pairs` pairs
    may be; `calibration_error` and `calibration_loss` the largest expected calibration error, and
    how much larger than the champion's; `forgetting` how much recall on the generated history may
    be lost; `latency` how many times the champion's time scoring may take.
    """

    precision: float = 0.9
    confidence: float = 0.9
    segment_pairs: int = 30
    segment_loss: float = 0.05
    calibration_error: float = 0.05
    calibration_loss: float = 0.02
    completeness: float = 0.9
    forgetting: float = 0.5
    latency: float = 2.0
    draws: int = 500
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Check:
    """One look at the challenger. `reason` says in a sentence what was found."""

    name: str
    passed: bool
    reason: str
    champion: float | None = None
    challenger: float | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class GateReport:
    """Everything that was looked at. `alarms` are worth reading, but refuse nothing."""

    champion: str
    challenger: str
    pairs: int
    checks: tuple[Check, ...]
    alarms: tuple[str, ...] = ()
    suspicions: Suspicions = field(default_factory=Suspicions)

    @property
    def passed(self) -> bool:
        """Whether the challenger may become a candidate."""
        return all(check.passed for check in self.checks)

    @property
    def refusals(self) -> list[str]:
        """Why not, one sentence each."""
        return [f"{check.name}: {check.reason}" for check in self.checks if not check.passed]

    def document(self) -> dict[str, Any]:
        """For a file that machines read."""
        return {
            "passed": self.passed,
            "champion": self.champion,
            "challenger": self.challenger,
            "pairs": self.pairs,
            "reasons": self.refusals,
            "alarms": list(self.alarms),
            "checks": [asdict(check) for check in self.checks],
            "suspects": [asdict(suspect) for suspect in self.suspicions.suspects],
            "conflicts": [asdict(conflict) for conflict in self.suspicions.conflicts],
        }


def judge_challenger(
    champion: DuplicateModel,
    challenger: DuplicateModel,
    trial: DuplicateModel,
    frozen: OwnPairs,
    memory: Examples,
    *,
    parity: float,
    suspicions: Suspicions,
    settings: GateSettings,
    alarms: tuple[str, ...] = (),
    names: Names,
    clock: Callable[[], float] = time.perf_counter,
) -> GateReport:
    """Run every check. `trial` is what the challenger's recipe makes without the frozen pairs; it
    speaks for it on those. `memory` are held-out pairs of the generated history, `parity` how far
    tables and learner were apart; `names` has judged the names of relations."""
    said = {
        "champion": champion.probability(champion.score(frozen.matrix).weights),
        "challenger": trial.probability(trial.score(frozen.matrix).weights),
    }
    checks = [
        _recall(frozen, said, settings),
        *_segments(frozen, said, settings),
        _calibration(frozen, said, settings),
        _completeness(frozen, settings),
        _memory(memory, champion, challenger, settings),
        _golden(challenger),
        _names(names),
        _parity(parity),
        _artefact(challenger),
        _latency(champion, challenger, frozen.matrix, settings, clock),
        _labels(suspicions),
    ]
    return GateReport(
        champion.version, challenger.version, len(frozen), tuple(checks), alarms, suspicions
    )


def recall_at_precision(twin: NDArray[np.int8], said: Array, weight: Array, wanted: float) -> float:
    """Best share of twins above a threshold at which this share of those above are twins.

    >>> recall_at_precision(np.array([1, 1, 0, 1]), np.array([.9, .8, .7, .6]), np.ones(4), 0.9)
    0.6666666666666666
    """
    total = float(weight[twin == 1].sum())
    if not total:
        return 0.0
    order = np.argsort(-said, kind="stable")
    right = np.cumsum((twin * weight)[order])
    every = np.cumsum(weight[order])
    # Equal scores stand or fall together.
    last = np.append(np.diff(said[order]) != 0, True)
    enough = last & (right >= wanted * every - 1e-12)
    return float(right[enough].max(initial=0.0) / total)


def calibration_error(twin: NDArray[np.int8], said: Array, weight: Array, bins: int = 10) -> float:
    """Mean difference, by weight, between what was said and what was seen."""
    if not weight.sum():
        return 0.0
    place = np.minimum((said * bins).astype(int), bins - 1)
    share = np.bincount(place, weight, bins)
    gap = np.bincount(place, weight * said, bins) - np.bincount(place, weight * twin, bins)
    return float(np.abs(gap).sum() / share.sum())


def segments_of(pairs: OwnPairs) -> Iterator[tuple[str, Mask]]:
    """Every value of every segment, with its pairs."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, verdict in enumerate(pairs.verdicts):
        facts = verdict.facts
        named: Mapping[str, str] = {
            "channel": facts.channel,
            "customer group": facts.customer_group,
            "source": facts.source,
            "language": facts.language,
            "order size": next(name for most, name in SIZES if facts.lines <= most)
            if facts.lines
            else "",
        }
        for segment, value in named.items():
            if value:
                found[f"{segment} {value}"].append(place)
    for name, places in sorted(found.items()):
        mask = np.zeros(len(pairs), dtype=bool)
        mask[places] = True
        yield name, mask


def _recall(frozen: OwnPairs, said: Mapping[str, Array], settings: GateSettings) -> Check:
    """Paired bootstrap over groups: is the challenger's recall surely lower?"""

    def recall(name: str, weight: Array) -> float:
        return recall_at_precision(frozen.twin, said[name], weight, settings.precision)

    name = f"recall at {settings.precision:.0%} precision"
    if not frozen.twin.any():
        return Check(name, False, _NOTHING_TO_JUDGE_BY)
    champion, challenger = recall("champion", frozen.weight), recall("challenger", frozen.weight)
    chance = np.random.default_rng(settings.seed)
    leaders, group = np.unique(frozen.group, return_inverse=True)
    worse = 0
    for _ in range(settings.draws):
        drawn = np.bincount(
            chance.integers(len(leaders), size=len(leaders)), minlength=len(leaders)
        )
        weight = frozen.weight * drawn[group]
        worse += recall("challenger", weight) < recall("champion", weight) - 1e-12
    share = worse / settings.draws
    passed = not (challenger < champion and share >= settings.confidence)
    reason = (
        f"{challenger:.3f} against {champion:.3f} on {int(frozen.twin.sum())} duplicates; worse in "
        f"{share:.0%} of {settings.draws} resamples (refused from {settings.confidence:.0%})"
    )
    return Check(name, passed, reason, champion, challenger, settings.confidence)


def _segments(
    frozen: OwnPairs, said: Mapping[str, Array], settings: GateSettings
) -> Iterator[Check]:
    """Rightly answered pairs of each segment, at the probability of one half."""
    right = {name: (found >= 0.5) == (frozen.twin == 1) for name, found in said.items()}
    for name, members in segments_of(frozen):
        if int(members.sum()) < settings.segment_pairs:
            continue
        weight = frozen.weight[members]
        champion = float(np.average(right["champion"][members], weights=weight))
        challenger = float(np.average(right["challenger"][members], weights=weight))
        reason = f"{challenger:.3f} of {int(members.sum())} pairs right, champion {champion:.3f}"
        passed = challenger >= champion - settings.segment_loss
        yield Check(name, passed, reason, champion, challenger, settings.segment_loss)


def _calibration(frozen: OwnPairs, said: Mapping[str, Array], settings: GateSettings) -> Check:
    champion, challenger = (
        calibration_error(frozen.twin, said[name], frozen.weight)
        for name in ("champion", "challenger")
    )
    limit = max(settings.calibration_error, champion + settings.calibration_loss)
    passed = len(frozen) < settings.segment_pairs or challenger <= limit
    reason = f"expected calibration error {challenger:.4f}, champion {champion:.4f}"
    return Check("calibration", passed, reason, champion, challenger, limit)


def _completeness(frozen: OwnPairs, settings: GateSettings) -> Check:
    twins = [verdict.proposed for verdict in frozen.verdicts if verdict.answer.value == "MATCH"]
    share = sum(twins) / len(twins) if twins else 1.0
    passed = len(twins) < settings.segment_pairs or share >= settings.completeness
    reason = f"blocking had brought up {share:.3f} of {len(twins)} confirmed duplicates"
    return Check("pairs completeness", passed, reason, None, share, settings.completeness)


def _memory(
    memory: Examples, champion: DuplicateModel, challenger: DuplicateModel, settings: GateSettings
) -> Check:
    """What the champion knew of the wide world may fade where the company's own is another one,
    but a model that lost most of it has learned something by heart."""
    found = [
        recall_at_precision(
            memory.twin, model.score(memory.matrix).weights, memory.weight, settings.precision
        )
        for model in (champion, challenger)
    ]
    passed = found[1] >= found[0] - settings.forgetting
    reason = f"recall {found[1]:.3f} on {len(memory)} generated pairs, champion {found[0]:.3f}"
    return Check("nothing forgotten", passed, reason, found[0], found[1], settings.forgetting)


def _golden(challenger: DuplicateModel) -> Check:
    failures = golden_failures(challenger)
    reason = "; ".join(failures) or "every clear case of every relation is right"
    return Check("clear cases", not failures, reason, None, float(len(failures)), 0.0)


def _names(names: Names) -> Check:
    """A correction that names later pairs worse was left out before it came here."""
    share = max(names.judged, 1)
    found = (names.right if names.learned else names.champion) / share
    champion = names.champion / share
    return Check("names of relations", found >= champion, names.reason, champion, found, 0.0)


def _parity(parity: float) -> Check:
    reason = f"tables and learner differ by {parity:.2g} at most"
    return Check("parity", parity <= 1e-9, reason, None, parity, 1e-9)


def _artefact(challenger: DuplicateModel) -> Check:
    try:
        artefact.loads(artefact.dumps(challenger))
    except ArtefactInvalid as error:
        return Check("model file", False, str(error))
    return Check("model file", True, "it can be read back, and scores its golden vectors")


def _latency(
    champion: DuplicateModel,
    challenger: DuplicateModel,
    matrix: Array,
    settings: GateSettings,
    clock: Callable[[], float],
) -> Check:
    """Time of twenty candidates, in turns, so that other work on the machine hits both."""
    rows = (
        np.resize(matrix, (20, len(champion.schema)))
        if len(matrix)
        else np.zeros((20, len(champion.schema)))
    )
    times: dict[str, list[float]] = {"champion": [], "challenger": []}
    for _ in range(60):
        for name, model in (("champion", champion), ("challenger", challenger)):
            started = clock()
            model.score(rows)
            times[name].append(clock() - started)
    before, after = median(times["champion"]) * 1e6, median(times["challenger"]) * 1e6
    passed = after <= settings.latency * before or after <= 500.0
    reason = f"{after:.0f} µs for twenty candidates, champion {before:.0f} µs"
    return Check("latency", passed, reason, before, after, settings.latency)


def _labels(suspicions: Suspicions) -> Check:
    reasons = suspicions.reasons
    reason = "; ".join(reasons) or "nobody's answers stand out"
    return Check("labels", not reasons, reason, None, float(len(suspicions.suspects)), 0.0)
