"""Train with a comparison of your own, see what it brings, and propose a challenger.

A worked example for data scientists: `python docs/own_comparison.py VERDICTS [--runs DIRECTORY]`,
with a file of verdicts as every `ordertwin train` on verdicts leaves it. Copy it and begin there.

An own comparison here is any function of the comparisons that a model already sees: such a one can
be compiled into the model file and served without new code. What needs other facts of an order goes
into `ordertwin_models.comparison` instead, and this script says whether that is worth it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_models.model import DuplicateModel, Table
from ordertwin_server.model_slot import read_model, released_model
from ordertwin_training.detection_report import average_precision
from ordertwin_training.progress import Silent
from ordertwin_training.retraining.files import write_candidate
from ordertwin_training.retraining.own_pairs import OwnPairs, own_pairs
from ordertwin_training.retraining.run import challenge, remembered
from ordertwin_training.retraining.settings import History, RetrainingSettings
from ordertwin_training.retraining.sides import sides_of
from ordertwin_training.retraining.verdicts import read_verdicts

Array = NDArray[np.float64]

# 1. The comparison: "by another channel, yet within ten minutes". Both parts are columns already.
PARTS = ("channel", "time_gap")
SAME_CHANNEL = 1.0  # from here on; below it the channels differ
TEN_MINUTES = 2.78  # time_gap is log10 of one plus seconds


def hasty_change_of_channel(matrix: Array) -> Array:
    """1 where the order came within ten minutes by another channel, 0 elsewhere."""
    channel, gap = (matrix[:, COMPARISON_NAMES.index(name)] for name in PARTS)
    hasty: Array = ((channel < SAME_CHANNEL) & (gap <= TEN_MINUTES)).astype(np.float64)
    return hasty


def main() -> None:
    """Read verdicts, judge the comparison, and write a challenger with its gate report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("verdicts", type=Path)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--orders", type=int, default=250, help="of each generated world")
    options = parser.parse_args()

    # 2. The pairs: settled answers only, cut in time, no customer on both sides.
    verdicts = read_verdicts(options.verdicts)
    own, aside = own_pairs(verdicts)
    sides = sides_of(own, seed=1)
    print(f"{len(sides.lessons)} pairs teach, {len(sides.frozen)} later ones judge,"
          f" {len(aside.conflicts)} wait in conflict")  # fmt: skip

    # 3. What does it bring? The champion's weight alone, and with the comparison beside it.
    path = released_model()
    assert path is not None
    champion = read_model(path)
    weight = learned_weight(champion, sides.lessons)
    for name, model in (("champion", champion), ("with it", with_comparison(champion, weight))):
        said = model.score(sides.frozen.matrix).weights
        found = average_precision(sides.frozen.twin == 1, said - said.min(initial=0.0))
        print(f"average precision on later pairs, {name}: {found or 0.0:.3f}")

    # 4. Propose it: the recipe corrects the champion with the comparison in it, and the gate says
    #    whether that may become a candidate. `ordertwin model publish` hands it in.
    settings = RetrainingSettings(directory=options.runs, command="python docs/own_comparison.py")
    memory = remembered(History(orders=options.orders), options.runs / "pairs", Silent())
    found_model = challenge(with_comparison(champion, weight), verdicts, memory, settings)
    candidate = write_candidate(found_model, verdicts, settings)
    print("passed" if found_model.gate.passed else f"refused: {found_model.gate.refusals}")
    print(f"challenger: {candidate.model_file}")


def learned_weight(champion: DuplicateModel, lessons: OwnPairs) -> float:
    """What the comparison adds to the match weight, in log2 odds, beside what the champion says."""
    said = champion.score(lessons.matrix).weights
    columns = np.column_stack([said, hasty_change_of_channel(lessons.matrix)])
    regression = LogisticRegression(C=1.0).fit(columns, lessons.twin, lessons.weight)
    return float(regression.coef_[0, 1] / np.log(2))


def with_comparison(champion: DuplicateModel, weight: float) -> DuplicateModel:
    """The champion with one more table, or with more in a table that covers both parts already."""
    edges = (np.array([np.nextafter(SAME_CHANNEL, 0.0)]), np.array([TEN_MINUTES]))
    values = np.zeros((3, 3))
    values[0, 0] = weight  # other channel, within ten minutes; the last row and column: missing
    known = [table for table in champion.tables if set(table.comparisons) == set(PARTS)]
    if known:
        raise SystemExit(f"the champion has a table of {PARTS} already; it learns this by itself")
    tables = (*champion.tables, Table(PARTS, edges, values))
    return DuplicateModel(
        version=champion.version,
        schema=champion.schema,
        prior_weight=champion.prior_weight,
        tables=tables,
        calibration=champion.calibration,
        thresholds=champion.thresholds,
        relation_model=champion.relation_model,
        golden=None,
        metadata=champion.metadata,
    )


if __name__ == "__main__":
    main()
