"""A small additive correction of a model, learned from few pairs.

The champion's match weight stays the point of departure. On top of it come, all shrunk towards
nothing: a stretch for each of its tables (a comparison may count more or less here than it did in
the world the champion knows), and steps of single comparisons. Where a comparison is monotone, no
table is stretched below nothing, steps go its way only, and what is still lacking is repaired, so
the corrected model is as monotone as the champion, and as additive: corrections are added into its
tables.

It is one convex problem, so that the same pairs give the same correction.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit
from threadpoolctl import threadpool_limits

from ordertwin_models.model import DuplicateModel, Table
from ordertwin_training.compile import rounded
from ordertwin_training.fit import Examples
from ordertwin_training.purify import added, purified
from ordertwin_training.retraining.monotony import each_monotone, repairs_of

Array = NDArray[np.float64]

MOST_EDGES = 7
"""Steps of one comparison at most; a correction is no place for fine curves."""

DIGITS = 5
_ITERATIONS = 400
_STEPS_ARE_COARSE = 0.5
"""Prior width of a step against that of a stretch: a stretch moves all pairs a little, a step some
of them a lot."""


@dataclass(frozen=True, eq=False)
class Basis:
    """What a correction can change. `edges` holds the steps of each comparison, in schema order."""

    champion: DuplicateModel
    edges: tuple[Array, ...]
    monotone: tuple[int, ...]
    scale: Array
    centre: Array


@dataclass(frozen=True, eq=False)
class Correction:
    """`stretch` holds one factor for each table of the champion (0 changes nothing); `steps` the
    values of the bins of each comparison in natural log odds, the last one for "missing"."""

    intercept: float
    stretch: Array
    steps: tuple[Array, ...]

    @property
    def size(self) -> float:
        """How much is changed at all: the largest step or stretch."""
        flat = [np.abs(self.stretch).max(initial=0.0)]
        return float(max([*flat, *(np.ptp(values) for values in self.steps)]))


@dataclass(frozen=True, eq=False)
class Prepared:
    """Pairs as the problem sees them: champion's log odds, its contributions, bins one-hot."""

    offset: Array
    contributions: Array
    bins: sparse.csr_matrix
    twin: Array
    weight: Array

    def where(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Prepared:
        """Some of the pairs."""
        return Prepared(
            self.offset[rows], self.contributions[rows], self.bins[rows], self.twin[rows],
            self.weight[rows],
        )  # fmt: skip

    def weighted(self, factor: float) -> Prepared:
        """The same pairs, each counting `factor` times as much."""
        return dataclasses.replace(self, weight=self.weight * factor)


def basis_of(champion: DuplicateModel, matrix: Array, monotone: Sequence[int]) -> Basis:
    """Steps where the values of `matrix` lie, at edges that the champion has if it has any near.

    Its tables are to be stretched each by itself, so each of them has to be monotone.
    """
    tables = each_monotone(champion.tables, champion.schema, monotone)
    champion = dataclasses.replace(champion, tables=tuple(tables))
    own: dict[str, Array] = {
        table.comparisons[0]: table.edges[0]
        for table in champion.tables
        if len(table.comparisons) == 1
    }
    edges = tuple(
        _edges(matrix[:, column], own.get(name, np.empty(0)))
        for column, name in enumerate(champion.schema)
    )
    contributions = champion.score(matrix).contributions
    centre = contributions.mean(axis=0) if len(matrix) else np.zeros(contributions.shape[1])
    scale = contributions.std(axis=0) if len(matrix) else np.ones(contributions.shape[1])
    return Basis(champion, edges, tuple(monotone), np.where(scale > 1e-9, scale, 1.0), centre)


def prepared(basis: Basis, examples: Examples) -> Prepared:
    """Examples, ready to be learned from with this basis."""
    champion, matrix = basis.champion, examples.matrix
    scores = champion.score(matrix)
    calibration = champion.calibration
    columns, start = [], 0
    for column, edges in enumerate(basis.edges):
        columns.append(np.append(edges, np.inf).searchsorted(matrix[:, column]) + start)
        start += len(edges) + 2
    found = np.column_stack(columns) if len(columns) else np.empty((len(matrix), 0), int)
    ones = np.ones(found.size)
    pointer = np.arange(0, found.size + 1, found.shape[1])
    bins = sparse.csr_matrix((ones, found.ravel(), pointer), shape=(len(matrix), start))
    return Prepared(
        offset=(calibration.slope * scores.weights + calibration.intercept) * log(2),
        contributions=(scores.contributions - basis.centre) * (calibration.slope * log(2)),
        bins=bins,
        twin=examples.twin.astype(np.float64),
        weight=examples.weight,
    )


def together(first: Prepared, second: Prepared) -> Prepared:
    """Both sets of pairs as one."""
    return Prepared(
        np.concatenate([first.offset, second.offset]),
        np.concatenate([first.contributions, second.contributions]),
        sparse.vstack([first.bins, second.bins], format="csr"),
        np.concatenate([first.twin, second.twin]),
        np.concatenate([first.weight, second.weight]),
    )


def fit_correction(basis: Basis, pairs: Prepared, width: float) -> Correction:
    """The correction that the pairs ask for, with a prior of this width (natural log odds).

    A width of 0 changes nothing.
    """
    tables = len(basis.champion.tables)
    if width <= 0.0 or not len(pairs.twin):
        return Correction(0.0, np.zeros(tables), tuple(np.zeros(len(e) + 2) for e in basis.edges))
    to_bins, lower, upper = _increments(basis)
    spread = basis.scale * (basis.champion.calibration.slope * log(2))
    stretch_width = width / np.maximum(spread, 0.05)
    precision = np.concatenate([
        [1.0 / (4.0 * width) ** 2],
        1.0 / stretch_width**2,
        np.full(to_bins.shape[1], 1.0 / (_STEPS_ARE_COARSE * width) ** 2),
    ])  # fmt: skip
    bounds = [(None, None), *((-1.0, None) for _ in range(tables)), *zip(lower, upper, strict=True)]
    transposed, to_bins_t = pairs.bins.T.tocsr(), to_bins.T.tocsr()

    def loss(parameters: Array) -> tuple[float, Array]:
        stretch, steps = parameters[1 : 1 + tables], to_bins @ parameters[1 + tables :]
        odds = pairs.offset + parameters[0] + pairs.contributions @ stretch + pairs.bins @ steps
        cost = pairs.weight @ (np.logaddexp(0.0, odds) - pairs.twin * odds)
        residual = pairs.weight * (expit(odds) - pairs.twin)
        gradient = np.concatenate([
            [residual.sum()],
            pairs.contributions.T @ residual,
            to_bins_t @ (transposed @ residual),
        ])  # fmt: skip
        penalty = precision * parameters
        return float(cost + 0.5 * (penalty @ parameters)), gradient + penalty

    with threadpool_limits(1):
        found = minimize(
            loss, np.zeros(1 + tables + to_bins.shape[1]), jac=True, method="L-BFGS-B",
            bounds=bounds, options={"maxiter": _ITERATIONS, "ftol": 1e-10, "gtol": 1e-6},
        ).x  # fmt: skip
    # Rounded, so that the last bits of a search that any machine ends elsewhere get into no file.
    found = np.round(found, DIGITS) + 0.0
    steps, values, start = to_bins @ found[1 + tables :], [], 0
    for edges in basis.edges:
        values.append(steps[start : start + len(edges) + 2])
        start += len(edges) + 2
    return Correction(float(found[0]), found[1 : 1 + tables], tuple(values))


def odds_of(pairs: Prepared, correction: Correction) -> Array:
    """Corrected natural log odds of each pair."""
    steps = np.concatenate(correction.steps)
    return np.asarray(
        pairs.offset
        + correction.intercept
        + pairs.contributions @ correction.stretch
        + pairs.bins @ steps
    )


@dataclass(frozen=True, eq=False)
class Compiled:
    """A corrected model; `repairs` are the steps that keep it monotone, already in its tables."""

    model: DuplicateModel
    repairs: tuple[Table, ...]


def corrected(basis: Basis, correction: Correction, like: Array) -> Compiled:
    """The champion with the correction added into its tables.

    New steps are centred on the pairs in `like`, so that a contribution still says how far a pair
    differs from the usual one.
    """
    champion = basis.champion
    unit = 1.0 / (champion.calibration.slope * log(2))
    prior = champion.prior_weight + correction.intercept * unit
    prior -= float(basis.centre @ correction.stretch)
    singles: dict[str, Table] = {}
    others: list[Table] = []
    for table, stretch in zip(champion.tables, correction.stretch.tolist(), strict=True):
        stretched = Table(table.comparisons, table.edges, table.values * (1.0 + stretch))
        if len(table.comparisons) == 1:
            singles[table.comparisons[0]] = stretched
        else:
            others.append(stretched)
    for column, name in enumerate(champion.schema):
        edges, steps = basis.edges[column], correction.steps[column] * unit
        if np.abs(steps).max() < 1e-9:
            continue
        places = np.append(edges, np.inf).searchsorted(like[:, column])
        shift = float(steps[places].mean()) if len(like) else 0.0
        prior += shift
        addition = Table((name,), (edges,), steps - shift)
        singles[name] = added(singles[name], addition) if name in singles else addition
    repairs = repairs_of([*singles.values(), *others], champion.schema, basis.monotone)
    for repair in repairs:
        (name,) = repair.comparisons
        singles[name] = added(singles[name], repair) if name in singles else repair
    tables = [
        Table(table.comparisons, table.edges, rounded(table.values))
        for table in (*singles.values(), *others)
        if table.values.any()
    ]
    tables.sort(key=lambda table: [champion.schema.index(name) for name in table.comparisons])
    model = dataclasses.replace(
        champion, prior_weight=float(rounded(np.array(prior))), tables=tuple(tables), golden=None
    )
    return Compiled(model, tuple(repairs))


def readable(model: DuplicateModel, like: Array) -> DuplicateModel:
    """The same model, with pairs that hold only what neither comparison says alone about `like`."""
    tables = [
        Table(table.comparisons, table.edges, rounded(table.values))
        for table in purified(model.tables, model.schema, like)
    ]
    return dataclasses.replace(model, tables=tuple(tables))


def _increments(basis: Basis) -> tuple[sparse.csr_matrix, list[float | None], list[float | None]]:
    """How steps add up to the values of bins, and the bounds that keep monotone ones so.

    The first bin of a comparison is where its steps begin; "missing" moves by itself.
    """
    blocks: list[Array] = []
    lower: list[float | None] = []
    upper: list[float | None] = []
    for edges, sign in zip(basis.edges, basis.monotone, strict=True):
        count = len(edges)
        block = np.zeros((count + 2, count + 1))
        block[: count + 1, :count] = np.tril(np.ones((count + 1, count)), -1)
        block[count + 1, count] = 1.0
        blocks.append(block)
        lower += [0.0 if sign > 0 else None] * count + [None]
        upper += [0.0 if sign < 0 else None] * count + [None]
    return sparse.block_diag(blocks, format="csr"), lower, upper


def _edges(values: Array, champions: Array) -> Array:
    """At most `MOST_EDGES` steps between values that occur."""
    known = np.unique(values[~np.isnan(values)])
    if len(known) < 2:
        return np.empty(0)
    all_known = np.sort(values[~np.isnan(values)])
    inner = np.quantile(all_known, np.linspace(0, 1, MOST_EDGES + 2)[1:-1], method="lower")
    wanted = np.unique(np.concatenate([inner, known[:1]]))
    wanted = wanted[wanted < known[-1]]
    following = known[np.searchsorted(known, wanted, side="right")]
    middle = (wanted + following) / 2
    if len(champions):
        nearest = champions[np.abs(champions[None, :] - middle[:, None]).argmin(axis=1)]
        between = (nearest >= wanted) & (nearest < following)
        middle = np.where(between, nearest, middle)
    edges = np.unique(rounded(middle, 9))
    chosen: Array = edges[np.linspace(0, len(edges) - 1, min(len(edges), MOST_EDGES)).astype(int)]
    return chosen
