"""The orders that a replay judged wrongly, one a line, so that a person can look at each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

from ordertwin.v1 import decision_pb2, order_service_pb2
from ordertwin_cli.failures import CommandFailed
from ordertwin_cli.replaying.judge import Judge
from ordertwin_models.decision import Outcome
from ordertwin_training.detection_report import DetectionCase
from ordertwin_training.stream import OrderEvent

REASONS = 5
"""How many reasons a record gives, the largest effects first."""


class ErrorKind(StrEnum):
    """In what way an order was judged wrongly."""

    MISSED = "missed"
    WRONG_COUNTERPART = "wrong_counterpart"
    FALSE_FLAG = "false_flag"
    FALSE_BLOCK = "false_block"


def error_kind(case: DetectionCase) -> ErrorKind | None:
    """What is wrong about an answer; None when nothing is.

    >>> from ordertwin_models.decision import Relation
    >>> error_kind(DetectionCase(Relation.RESEND, Outcome.REVIEW, 0.4, counterpart_named=False))
    <ErrorKind.WRONG_COUNTERPART: 'wrong_counterpart'>
    >>> error_kind(DetectionCase(None, Outcome.UNIQUE, 0.0, counterpart_named=False)) is None
    True
    """
    if case.is_duplicate:
        if case.outcome is Outcome.UNIQUE:
            return ErrorKind.MISSED
        return None if case.counterpart_named else ErrorKind.WRONG_COUNTERPART
    if not case.flagged:
        return None
    return ErrorKind.FALSE_BLOCK if case.blocked else ErrorKind.FALSE_FLAG


class Errors:
    """Writes the records of wrong answers, and counts them by kind."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        self._file = file

    def add(self, record: Mapping[str, Any]) -> None:
        """Write one record of `record_of`."""
        self.counts[record["kind"]] += 1
        with _clear_refusal(self.path):
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def summary(self) -> str:
        """What the file holds, in one line.

        >>> import io
        >>> wrong = Errors(Path("wrong.jsonl"), io.StringIO())
        >>> wrong.add({"kind": "missed"})
        >>> wrong.summary()
        'wrong.jsonl: 1 missed, 0 with a wrong counterpart, 0 flagged and 0 blocked by mistake'
        """
        missed, strayed, flagged, blocked = (self.counts[kind] for kind in ErrorKind)
        return (
            f"{self.path}: {missed} missed, {strayed} with a wrong counterpart, "
            f"{flagged} flagged and {blocked} blocked by mistake"
        )


@contextmanager
def writing_errors(path: Path, stream: Path) -> Iterator[Errors]:
    """A file for the errors of a replay of `stream`, there whole when the replay has ended.

    It is begun beside its place, so that a file that cannot be written is told of before anything
    is sent, and one that is there stays until the new one is complete.
    """
    if path.is_dir():
        raise CommandFailed(f"{path} is a directory; name a file after --errors")
    if path.exists() and path.samefile(stream):
        raise CommandFailed(f"{path} is what is replayed; name another file after --errors")
    unfinished = path.with_name(path.name + ".part")
    with _clear_refusal(path):
        file = unfinished.open("w", encoding="utf-8", newline="\n")
    try:
        yield Errors(path, file)
        with _clear_refusal(path):
            file.close()
            unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            file.close()
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def _clear_refusal(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CommandFailed(
            f"{path} cannot be written: {(error.strerror or str(error)).lower()}; "
            "name another file after --errors"
        ) from None


def record_of(
    kind: ErrorKind,
    line: int,
    event: OrderEvent,
    response: order_service_pb2.ScoreOrderResponse,
    judge: Judge,
) -> dict[str, Any]:
    """One error: the truth, what was said instead, and why.

    `named`, its probability and the reasons are of the first match; for a missed order they are of
    the true counterpart where that is among the matches, as the answer must then say why it was
    taken for none.
    """
    truth, order = event.truth, event.order
    match = _match_to_speak_of(kind, event, response, judge)
    return {
        "kind": kind.value,
        "relation": truth.relation if truth else None,
        "order_id": order.order_id,
        "source": order.source,
        "ordered_at": order.ordered_at.isoformat(),
        "line": line,
        "outcome": decision_pb2.Outcome.Name(response.outcome).removeprefix("OUTCOME_"),
        "counterpart": truth.counterpart if truth else None,
        "named": match.order.order_id if match else None,
        "probability": match.match_probability if match else None,
        "decision": response.decision,
        "summary": response.summary,
        "reasons": [
            {"weight": round(reason.weight, 3), "text": reason.text or reason.comparison}
            for reason in (match.contributions[:REASONS] if match else ())
        ],
    }


def _match_to_speak_of(
    kind: ErrorKind,
    event: OrderEvent,
    response: order_service_pb2.ScoreOrderResponse,
    judge: Judge,
) -> decision_pb2.Match | None:
    named = [match.order.order_id for match in response.matches]
    if not named:
        return None
    right = None
    if kind is ErrorKind.MISSED and event.truth:
        right = judge.counterpart_among(event.truth, named)
    return response.matches[named.index(right) if right else 0]
