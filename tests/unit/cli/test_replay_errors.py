"""Which orders a replay calls judged wrongly, what it says of them, and where it writes that."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ordertwin.v1 import decision_pb2
from ordertwin.v1.order_service_pb2 import ScoreOrderResponse
from ordertwin_cli.failures import CommandFailed
from ordertwin_cli.replaying.errors import Errors, error_kind, record_of, writing_errors
from ordertwin_cli.replaying.judge import Judge
from ordertwin_cli.replaying.send import answered
from ordertwin_models.decision import Relation
from ordertwin_models.order import Order
from ordertwin_training.stream import BACKGROUND, OrderEvent, Truth

UNIQUE, REVIEW, DUPLICATE = (
    decision_pb2.OUTCOME_UNIQUE,
    decision_pb2.OUTCOME_REVIEW,
    decision_pb2.OUTCOME_DUPLICATE,
)
REPEATS_A = Truth(Relation.REKEYED, "a")
LOOKS_LIKE_A = Truth(Relation.STANDING, "a")


def an_answer(outcome: decision_pb2.Outcome, *named: str) -> ScoreOrderResponse:
    response = ScoreOrderResponse(outcome=outcome, decision="tenants/default/decisions/d")
    for place, order_id in enumerate(named):
        match = response.matches.add(match_probability=0.5 - 0.1 * place)
        match.order.order_id = order_id
        match.contributions.add(weight=2.0, text=f"like {order_id}")
    return response


def record(truth: Truth | None, response: ScoreOrderResponse) -> dict[str, Any] | None:
    """The record of an order "b" that was answered so."""
    event = OrderEvent(
        Order(order_id="b", ordered_at=datetime(2026, 3, 2, tzinfo=UTC), source="edi"), truth
    )
    judge = Judge()
    case = judge.take(event, answered(response))
    kind = error_kind(case) if case else None
    return record_of(kind, 7, event, response, judge) if kind else None


@pytest.mark.parametrize(
    ("truth", "response", "kind"),
    [
        (REPEATS_A, an_answer(UNIQUE), "missed"),
        (REPEATS_A, an_answer(REVIEW, "x"), "wrong_counterpart"),
        (REPEATS_A, an_answer(DUPLICATE, "x"), "wrong_counterpart"),
        (REPEATS_A, an_answer(REVIEW, "x", "a"), None),
        (LOOKS_LIKE_A, an_answer(REVIEW, "a"), "false_flag"),
        (BACKGROUND, an_answer(DUPLICATE, "a"), "false_block"),
        (BACKGROUND, an_answer(UNIQUE, "a"), None),
        (None, an_answer(DUPLICATE, "a"), None),
    ],
)
def test_an_error_has_its_kind(
    truth: Truth | None, response: ScoreOrderResponse, kind: str | None
) -> None:
    found = record(truth, response)
    assert (found and found["kind"]) == kind


def test_a_record_holds_the_truth_and_what_was_said_instead() -> None:
    assert record(LOOKS_LIKE_A, an_answer(REVIEW, "x", "a")) == {
        "kind": "false_flag",
        "relation": "STANDING",
        "order_id": "b",
        "source": "edi",
        "ordered_at": "2026-03-02T00:00:00+00:00",
        "line": 7,
        "outcome": "REVIEW",
        "counterpart": "a",
        "named": "x",
        "probability": 0.5,
        "decision": "tenants/default/decisions/d",
        "summary": "",
        "reasons": [{"weight": 2.0, "text": "like x"}],
    }


def test_of_a_missed_order_its_counterpart_is_spoken_of() -> None:
    found = record(REPEATS_A, an_answer(UNIQUE, "x", "a"))
    assert found is not None
    assert (found["named"], found["probability"]) == ("a", 0.4)
    assert found["reasons"] == [{"weight": 2.0, "text": "like a"}]


def test_an_answer_without_a_match_names_nothing() -> None:
    found = record(REPEATS_A, an_answer(UNIQUE))
    assert found is not None
    assert (found["named"], found["probability"], found["reasons"]) == (None, None, [])


def test_the_file_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    stream, path = tmp_path / "stream.jsonl", tmp_path / "wrong.jsonl"
    stream.touch()
    path.write_text("earlier", "utf-8")
    with pytest.raises(CommandFailed), writing_errors(path, stream):
        raise CommandFailed("the server is gone")
    assert path.read_text("utf-8") == "earlier"
    with writing_errors(path, stream) as errors:
        errors.add({"kind": "missed", "order_id": "订单"})
        assert path.read_text("utf-8") == "earlier"
    assert json.loads(path.read_text("utf-8"))["order_id"] == "订单"
    assert sorted(tmp_path.iterdir()) == [stream, path]


def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    stream = tmp_path / "stream.jsonl"
    stream.touch()
    for path, why in (
        (tmp_path / "none" / "wrong.jsonl", "cannot be written: no such file"),
        (tmp_path, "is a directory"),
        (stream, "is what is replayed"),
    ):
        with pytest.raises(CommandFailed, match=why), writing_errors(path, stream):
            pytest.fail("nothing may be sent")


def test_a_full_disk_is_told_of() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no device that is always full")
    with full.open("w", encoding="utf-8", buffering=1) as file:
        errors = Errors(Path("wrong.jsonl"), file)
        with pytest.raises(CommandFailed, match=r"wrong\.jsonl cannot be written: no space left"):
            errors.add({"kind": "missed"})
        with pytest.raises(OSError, match="No space left"):
            file.close()
