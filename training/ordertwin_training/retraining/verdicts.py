"""What somebody, or the course of things, said about one pair of orders.

A verdict carries what it takes to learn from it later: the comparison vector that was in force, and
a few facts about the incoming order. Files of verdicts are JSON Lines, one verdict a line, so that
a snapshot can be kept, compared and learned from again to the byte.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_models.decision import Relation
from ordertwin_models.errors import OrderTwinError
from ordertwin_training.fit import DECIMALS

Progress = Callable[[int], None]
_UNKNOWN_VECTOR = "Export the verdicts again from the store: it compares both orders anew."


class VerdictsInvalid(OrderTwinError):
    """A file of verdicts cannot be read; says which file, which line and what to do."""


class Answer(StrEnum):
    """What was said about a pair."""

    MATCH = "MATCH"
    DISTINCT = "DISTINCT"
    UNSURE = "UNSURE"


class Origin(StrEnum):
    """Where a verdict comes from: a decided review, an order that was let go, what became of the
    order later, or the random sample of orders that nobody had flagged."""

    REVIEW = "REVIEW"
    RELEASE = "RELEASE"
    OUTCOME = "OUTCOME"
    AUDIT = "AUDIT"


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What segments are made of, about the incoming order. Empty and zero mean unknown."""

    customer: str = ""
    customer_group: str = ""
    channel: str = ""
    source: str = ""
    language: str = ""
    lines: int = 0
    value: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One answer about the pair (`order`, `counterpart`), both keys of orders.

    `vector` has one number for each of `COMPARISON_NAMES`, NaN where a value was missing.
    `settled` says that nobody waits for another opinion on it.
    `inclusion` is the chance that the pair had to be asked about at all. `proposed` says whether
    blocking had brought the counterpart up. `model_version` and `probability` are what the reviewer
    was shown; a blind reviewer was shown neither.
    """

    order: str
    counterpart: str
    answer: Answer
    at: datetime
    reviewer: str
    vector: tuple[float, ...]
    origin: Origin = Origin.REVIEW
    relation: Relation | None = None
    inclusion: float = 1.0
    blind: bool = False
    withdrawn: bool = False
    settled: bool = True
    proposed: bool = True
    model_version: str = ""
    probability: float | None = None
    facts: OrderFacts = field(default_factory=OrderFacts)

    @property
    def pair(self) -> tuple[str, str]:
        """The two orders, the later one first."""
        return self.order, self.counterpart


def snapshot_of(verdicts: Iterable[Verdict]) -> str:
    """SHA-256 of verdicts, whatever order they come in."""
    lines = sorted(format_verdict(verdict) for verdict in verdicts)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def write_verdicts(path: Path, verdicts: Iterable[Verdict]) -> int:
    """Write verdicts, sorted, and return how many; equal verdicts give equal bytes."""
    lines = sorted(format_verdict(verdict) for verdict in verdicts)
    content = "".join(f"{line}\n" for line in lines).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(path.suffix + ".part")
    unfinished.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    unfinished.replace(path)
    return len(lines)


def read_verdicts(path: Path, progress: Progress = lambda done: None) -> list[Verdict]:
    """The verdicts of a file, packed if its name ends in `.gz`; `VerdictsInvalid` names the line.

    `progress` is told how many have been read.
    """
    found: list[Verdict] = []
    opened = gzip.open if path.suffix == ".gz" else open
    number = 0
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    found.append(parse_verdict(line))
                if number % 5000 == 0:
                    progress(number)
    except (ValueError, EOFError, gzip.BadGzipFile) as error:
        raise VerdictsInvalid(f"{path}, line {max(number, 1)}: {error}") from error
    return found


def format_verdict(verdict: Verdict) -> str:
    """The line of a file that `parse_verdict` reads back."""
    document = {
        "order": verdict.order,
        "counterpart": verdict.counterpart,
        "answer": verdict.answer.value,
        "relation": verdict.relation.value if verdict.relation else None,
        "reviewer": verdict.reviewer,
        "at": verdict.at.astimezone(UTC).isoformat(),
        "origin": verdict.origin.value,
        "inclusion_probability": verdict.inclusion,
        "blind": verdict.blind,
        "withdrawn": verdict.withdrawn,
        "settled": verdict.settled,
        "proposed": verdict.proposed,
        "model_version": verdict.model_version,
        "probability": verdict.probability,
        "facts": asdict(verdict.facts),
        "vector": {
            name: None if math.isnan(value) else round(value, DECIMALS) + 0.0
            for name, value in zip(COMPARISON_NAMES, verdict.vector, strict=True)
        },
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def parse_verdict(line: str) -> Verdict:
    """The verdict in one line. `ValueError` says what is wrong with it."""
    document = json.loads(line)
    if not isinstance(document, dict):
        raise ValueError("is not a JSON object; each line holds one verdict")
    lacking = [name for name in ("order", "counterpart", "answer", "at") if not document.get(name)]
    if lacking:
        raise ValueError(f"lacks {', '.join(lacking)}")
    at = datetime.fromisoformat(str(document["at"]))
    if at.tzinfo is None:
        raise ValueError('"at" must be a time with zone, such as "2026-03-01T10:00:00Z"')
    reviewer = str(document.get("reviewer", ""))
    if "," in reviewer:
        raise ValueError('"reviewer" is one name; names with commas cannot be told apart later')
    relation = document.get("relation")
    inclusion = float(document.get("inclusion_probability", 1.0))
    if not 0.0 < inclusion <= 1.0:
        raise ValueError(f'"inclusion_probability" is {inclusion}; it must be above 0, at most 1')
    return Verdict(
        order=str(document["order"]),
        counterpart=str(document["counterpart"]),
        answer=_member(Answer, document["answer"], "answer"),
        relation=_member(Relation, relation, "relation") if relation else None,
        reviewer=reviewer,
        at=at,
        origin=_member(Origin, document.get("origin", "REVIEW"), "origin"),
        inclusion=inclusion,
        blind=bool(document.get("blind", False)),
        withdrawn=bool(document.get("withdrawn", False)),
        settled=bool(document.get("settled", True)),
        proposed=bool(document.get("proposed", True)),
        model_version=str(document.get("model_version", "")),
        probability=document.get("probability"),
        facts=_facts(document.get("facts", {})),
        vector=_vector(document.get("vector")),
    )


def by_time(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Verdicts from the oldest to the newest, in one order whatever order they come in."""
    return sorted(verdicts, key=lambda v: (v.at, v.order, v.counterpart, v.reviewer, v.answer))


def vector_of(values: Mapping[str, float | None]) -> tuple[float, ...]:
    """A stored comparison vector as numbers; `ValueError` when it is one of other comparisons."""
    if values.keys() != set(COMPARISON_NAMES):
        unlike = sorted(values.keys() ^ set(COMPARISON_NAMES))
        raise ValueError(f"the vector is of other comparisons ({unlike}). {_UNKNOWN_VECTOR}")
    known = (values[name] for name in COMPARISON_NAMES)
    return tuple(math.nan if value is None else float(value) for value in known)


def _vector(value: Any) -> tuple[float, ...]:
    if not isinstance(value, dict):
        raise ValueError(f'"vector" must be an object, one number a comparison. {_UNKNOWN_VECTOR}')
    return vector_of(value)


def _facts(value: Any) -> OrderFacts:
    if not isinstance(value, dict):
        raise ValueError('"facts" must be an object')
    known = {one.name for one in fields(OrderFacts)}
    unknown = sorted(value.keys() - known)
    if unknown:
        raise ValueError(f'"facts" knows no {unknown}; it knows {sorted(known)}')
    return OrderFacts(**value)


def _member(kind: Any, value: object, name: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(member.value for member in kind)
        raise ValueError(f'"{name}" is {value!r}; it must be one of {known}') from None


def latest_at(verdicts: Sequence[Verdict]) -> datetime | None:
    """When the newest verdict was given."""
    return max((verdict.at for verdict in verdicts), default=None)
