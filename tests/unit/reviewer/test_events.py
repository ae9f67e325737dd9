"""Streams reach callers of JSON as server-sent events, and go on where they ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.unit.reviewer.conftest import Twins
from tests.unit.reviewer.test_json import question, score

WATCH = "/v1/tenants/default/orders:watch"


def events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """Ids and contents of the events in a stream."""
    told: dict[str, str] = {}
    for line in lines:
        name, _, text = line.partition(": ")
        if line:
            told[name] = text
        else:
            yield told.get("id", ""), json.loads(told["data"])
            told = {}


def first_with_events(found: Iterator[tuple[str, Any]]) -> tuple[str, Any]:
    return next((token, told) for token, told in found if told.get("events"))


def test_a_decision_is_told_to_who_watches_and_a_later_stream_goes_on_after_it(
    twins: Twins,
) -> None:
    with twins.http.stream("GET", WATCH) as watching:
        assert watching.headers["content-type"].startswith("text/event-stream")
        found = events(watching.iter_lines())
        token, _ = next(found)
        score(twins.http, question("WATCHED-1"))
        after, told = first_with_events(found)
    assert told["events"][0]["orderId"] == "WATCHED-1"
    score(twins.http, question("WATCHED-2"))
    with twins.http.stream("GET", WATCH, headers={"last-event-id": after}) as again:
        _, told = first_with_events(events(again.iter_lines()))
    assert [each["orderId"] for each in told["events"]] == ["WATCHED-2"]
    assert token != after


def test_a_stream_that_cannot_begin_is_a_problem(twins: Twins) -> None:
    refused = twins.http.get(WATCH, params={"resumeToken": "not one of ours"})
    assert refused.headers["content-type"] == "application/problem+json"
