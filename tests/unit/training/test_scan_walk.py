"""Walking over a store: interrupted anywhere, it goes on and finds the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.bulk_orders import FIRST_DAY, history
from ordertwin_models.policy import Policy
from ordertwin_stores import open_store
from ordertwin_training.scan.chunk import Task
from ordertwin_training.scan.walk import CHUNK, ScanRefused, chunks_in, walk

ORDERS = 2 * CHUNK + 50


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Task:
    url = f"sqlite:///{tmp_path_factory.mktemp('scan') / 'orders.db'}"
    store = open_store(url)
    store.load("default", list(history(ORDERS, 3, lambda done: None)))
    store.close()
    return Task(url, "default", None, Policy(), "en", FIRST_DAY)


def walked(task: Task, findings: Path) -> int:
    return walk(task, findings, 1, lambda done, of: None)


def test_a_walk_that_was_interrupted_finds_the_same_as_a_whole_one(
    task: Task, tmp_path: Path
) -> None:
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    assert walked(task, whole) == ORDERS

    def interrupt(done: int, of: int) -> None:
        if done == CHUNK:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        walk(task, cut, 1, interrupt)
    with cut.open("a") as file:
        file.write('{"until": 999, "ord')
    assert walked(task, cut) == ORDERS - CHUNK
    assert cut.read_text() == whole.read_text()
    assert sum(chunk.orders for chunk in chunks_in(cut)) == ORDERS
    assert walked(task, cut) == 0


@pytest.mark.parametrize("change", [{"language": "zh"}, {"tenant": "other"}])
def test_a_walk_does_not_go_on_with_another_question(
    task: Task, tmp_path: Path, change: dict[str, str]
) -> None:
    findings = tmp_path / "f.jsonl"
    walked(replace(task, **change), findings)
    with pytest.raises(ScanRefused, match="--fresh"):
        walked(task, findings)
