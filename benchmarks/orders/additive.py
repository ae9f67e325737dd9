"""What the model pays for being a sum: the same pairs learned with and without that restriction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_training.dataset import Dataset, joined, matrix_of
from ordertwin_training.evaluate import ranking_figures
from ordertwin_training.fit import FitSettings, fit_additive, fit_unrestricted
from ordertwin_training.gathering import made
from ordertwin_training.learning import MONOTONE
from ordertwin_training.pairs import Sampling
from ordertwin_training.progress import Silent
from ordertwin_training.sources import Source
from ordertwin_training.split import TO_LEARN_FROM, Part, Shares
from ordertwin_training.stream import Event

TO_BE_ASKED = Shares(fit=0.0, stop=0.0, calibrate=0.0, test=1.0, cut=None)


def pairs_of_stream(name: str, events: Iterable[Event], *, shares: Shares) -> Dataset:
    """All pairs of a stream, to learn from or to be asked about."""
    kept = list(events)
    source = Source(name, name, name, lambda: kept, shares, seed=1)
    return made(source, Sampling(), Silent())


def taught_pairs(name: str, events: Iterable[Event]) -> Dataset:
    """The pairs of a stream to learn from."""
    return pairs_of_stream(name, events, shares=TO_LEARN_FROM)


def asked_pairs(name: str, events: Iterable[Event]) -> Dataset:
    """The pairs of a stream to be judged on."""
    return pairs_of_stream(name, events, shares=TO_BE_ASKED)


USUAL = FitSettings()


def additive_loss(
    taught: Sequence[Dataset], asked: Sequence[Dataset], settings: FitSettings = USUAL
) -> dict[str, float]:
    """Average precision of the additive and of the unrestricted boosting, and their difference."""
    lessons, held_out = joined(taught), joined(asked).held_out(Part.TEST)
    examples, validation = lessons.examples(Part.FIT), lessons.examples(Part.STOP)
    additive = fit_additive(examples, validation, COMPARISON_NAMES, MONOTONE, settings)
    free = fit_unrestricted(examples, validation, settings)
    matrix = matrix_of(held_out.pairs)
    found = {
        name: ranking_figures(held_out, estimator.decision_function(matrix))["average_precision"]
        for name, estimator in (("additive", additive), ("unrestricted", free))
    }
    return found | {"additive_loss": found["unrestricted"] - found["additive"]}
