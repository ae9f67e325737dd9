"""Pairs that people of the company have judged, and what they say about its orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ordertwin_models.decision import Relation
from ordertwin_training.company_history.columns import PAIR_COLUMNS, Verdict
from ordertwin_training.company_history.mapping import HistoryMapping, nearest
from ordertwin_training.company_history.problems import Problems
from ordertwin_training.company_history.table import Row, read_rows
from ordertwin_training.stream import BACKGROUND, Truth

_MIRRORED = {Relation.SUPERSET: Relation.PARTIAL, Relation.PARTIAL: Relation.SUPERSET}
_COLUMNS = {column.name: column for column in PAIR_COLUMNS}


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """One verdict. `incoming` and `existing` are order ids, the later and the earlier order."""

    incoming: str
    existing: str
    verdict: Verdict
    relation: Relation | None = None
    labelled_at: datetime | None = None
    labelled_by: str = ""


def read_pairs(
    path: Path, mapping: HistoryMapping, arrivals: Mapping[str, int], problems: Problems
) -> list[LabelledPair]:
    """The pairs of a file, the later order first, the last verdict on each pair only.

    `arrivals` tells for each order id when it arrived, as a rank. Orders that are not there,
    verdicts that contradict each other and unknown words are problems.
    """
    latest: dict[tuple[str, str], tuple[LabelledPair, int]] = {}
    for row in read_rows(path, PAIR_COLUMNS, mapping, problems):
        pair = _pair(row, mapping, arrivals, problems)
        if pair is None:
            continue
        key = (pair.incoming, pair.existing)
        before = latest.get(key)
        if before is None or _is_newer(pair, before[0]):
            latest[key] = pair, row.line
        elif before[0].verdict is not pair.verdict and not _is_newer(before[0], pair):
            text = f"contradicts line {before[1]}; the last counts if both have labelled_at"
            problems.add(row.line, "verdict", text)
    return [pair for pair, _ in latest.values()]


def truths(pairs: Sequence[LabelledPair]) -> dict[str, Truth | None]:
    """What the verdicts say about each later order; None for orders that are still unsure.

    A match names the earliest of its twins, as REKEYED where nobody said how it came about. An
    order that was only ever told apart is no duplicate.

    >>> truths([LabelledPair("B", "A", Verdict.MATCH)])["B"].relation.value
    'REKEYED'
    """
    found: dict[str, Truth | None] = {}
    for pair in pairs:
        known = found.get(pair.incoming, BACKGROUND)
        if pair.verdict is Verdict.MATCH:
            if known is None or not known.is_duplicate:
                found[pair.incoming] = Truth(pair.relation or Relation.REKEYED, pair.existing)
        elif pair.verdict is Verdict.UNSURE:
            found[pair.incoming] = known if known and known.is_duplicate else None
        elif known is BACKGROUND:
            has_reason = pair.relation is not None
            found[pair.incoming] = Truth(pair.relation, pair.existing) if has_reason else BACKGROUND
    return found


def _is_newer(pair: LabelledPair, other: LabelledPair) -> bool:
    return bool(pair.labelled_at and other.labelled_at and pair.labelled_at > other.labelled_at)


def _pair(
    row: Row, mapping: HistoryMapping, arrivals: Mapping[str, int], problems: Problems
) -> LabelledPair | None:
    before = len(problems.found)
    for text, name in _wrong_cells(row, mapping, arrivals):
        problems.add(row.line, name, text)
    if len(problems.found) > before:
        return None
    cells = {name: mapping.written(_COLUMNS[name], text) for name, text in row.cells.items()}
    relation = Relation[cells["relation"]] if "relation" in cells else None
    labelled_at = cells.get("labelled_at")
    pair = LabelledPair(
        incoming=cells["incoming_order_id"],
        existing=cells["existing_order_id"],
        verdict=Verdict[cells["verdict"]],
        relation=relation,
        labelled_at=datetime.fromisoformat(labelled_at) if labelled_at else None,
        labelled_by=cells.get("labelled_by", ""),
    )
    if arrivals[pair.incoming] > arrivals[pair.existing]:
        return pair
    mirrored = _MIRRORED.get(relation, relation) if relation else None
    return replace(pair, incoming=pair.existing, existing=pair.incoming, relation=mirrored)


def _wrong_cells(
    row: Row, mapping: HistoryMapping, arrivals: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    """What is wrong in a row, each with the name of its column."""
    cells: dict[str, str] = {}
    for name, text in row.cells.items():
        try:
            cells[name] = mapping.written(_COLUMNS[name], text)
        except ValueError as error:
            yield str(error), name
    for column in PAIR_COLUMNS:
        value = cells.get(column.name)
        if value is None and column.required and column.name not in row.cells:
            yield "is missing", column.name
        elif value and column.choices and value not in column.choices.__members__:
            yield f"is {value!r}{nearest(value, set(column.choices.__members__))}", column.name
        elif value and column.name.endswith("order_id") and value not in arrivals:
            yield f"names order {value!r}, which is not among the orders", column.name
    incoming, existing = cells.get("incoming_order_id"), cells.get("existing_order_id")
    if incoming is not None and incoming == existing:
        yield "names the same order twice; a pair needs two", "existing_order_id"
    verdict, relation = cells.get("verdict"), cells.get("relation", "")
    if verdict in ("MATCH", "DISTINCT") and relation in Relation.__members__:
        is_duplicate = Relation[relation].is_duplicate
        if is_duplicate is not (verdict == "MATCH"):
            kind = "a duplicate" if is_duplicate else "no duplicate"
            yield f"is {relation}, which is {kind}, but the verdict is {verdict}", "relation"
