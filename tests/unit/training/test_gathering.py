"""Pairs of many histories: made by several processes or by one, kept, and told about."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.training.toy_history import toy_events

import ordertwin_models
from ordertwin_training import gathering
from ordertwin_training.dataset import Dataset
from ordertwin_training.pairs import Sampling
from ordertwin_training.progress import Notes, Silent
from ordertwin_training.sources import Source
from ordertwin_training.split import TO_BE_JUDGED_ON, TO_LEARN_FROM
from ordertwin_training.stream import Event, OrderEvent, Truth


class Listening(Notes):
    """Remembers the stages, how far they came, and the notes."""

    def __init__(self) -> None:
        super().__init__()
        self.stages: list[tuple[str, int]] = []
        self.reached = 0

    def stage(self, name: str, total: int = 0) -> None:
        self.stages.append((name, total))

    def advance(self, done: int) -> None:
        self.reached = done


def contradictory_events(orders: int, seed: int) -> Iterable[Event]:
    """A toy history whose first duplicate is said to be its own counterpart's original."""
    events = list(toy_events(orders, seed))
    twin = next(
        event
        for event in events
        if isinstance(event, OrderEvent) and event.truth and event.truth.is_duplicate
    )
    assert twin.truth is not None
    for event in events:
        is_first = isinstance(event, OrderEvent) and event.order.order_id == twin.truth.counterpart
        if is_first:
            assert isinstance(event, OrderEvent)
            truth = Truth(twin.truth.relation, twin.order.order_id)
            yield OrderEvent(event.order, truth)
        else:
            yield event


def broken_events() -> Iterable[Event]:
    raise OSError("the disk is gone")


def a_source(seed: int, events: object = toy_events, orders: int = 60) -> Source:
    shares = TO_BE_JUDGED_ON if seed % 2 else TO_LEARN_FROM
    making = partial(events, orders, seed) if events is not broken_events else broken_events  # type: ignore[arg-type]
    return Source(f"toy-{seed}", "toy", f"toy history, seed {seed}", making, shares, seed)


def gathered(
    directory: Path, processes: int, monkeypatch: pytest.MonkeyPatch, *sources: Source
) -> tuple[Dataset, Listening]:
    heard = Listening()
    monkeypatch.setattr(gathering.os, "cpu_count", lambda: processes)
    return gathering.gather(sources, directory, Sampling(), heard), heard


def test_several_processes_give_the_same_dataset_and_notes_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = a_source(1, contradictory_events), a_source(2)
    one, alone = gathered(tmp_path / "one", 1, monkeypatch, *sources)
    many, together = gathered(tmp_path / "many", 2, monkeypatch, *sources)
    pd.testing.assert_frame_equal(one.pairs, many.pairs)
    pd.testing.assert_frame_equal(one.orders, many.orders)
    assert one.digests == many.digests
    names = [sorted(path.name for path in (tmp_path / part).iterdir()) for part in ("one", "many")]
    assert names[0] == names[1]
    assert len(names[0]) == 2
    assert (together.stages, together.reached) == ([("histories", 2)], 2)
    assert alone.taken == together.taken
    assert len(alone.taken) == 1
    assert alone.taken[0].startswith("toy-1: set 1 truths aside; ")


def test_a_single_missing_history_is_made_without_further_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, heard = gathered(tmp_path, 8, monkeypatch, a_source(1))
    assert [name for name, _ in heard.stages] == ["toy-1: orders", "toy-1: pairs"]


def test_a_history_that_cannot_be_made_ends_the_gathering_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OSError, match="the disk is gone"):
        gathered(tmp_path, 2, monkeypatch, a_source(1, broken_events), a_source(2))


def test_histories_made_before_a_failure_are_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered(tmp_path, 1, monkeypatch, a_source(2))
    with pytest.raises(OSError, match="the disk is gone"):
        gathered(tmp_path, 1, monkeypatch, a_source(2), a_source(1, broken_events))
    _, heard = gathered(tmp_path, 1, monkeypatch, a_source(2), a_source(4))
    assert "toy-2: pairs" not in [name for name, _ in heard.stages]


def test_pairs_are_those_of_the_given_sampling(tmp_path: Path) -> None:
    few, many = (
        gathering.gather([a_source(2, orders=200)], tmp_path, Sampling(most=most), Silent())
        for most in (1, 50)
    )
    assert len(few.pairs) < len(many.pairs)
    assert len(list(tmp_path.iterdir())) == 2
    assert np.isclose(few.pairs["weight"].sum(), many.pairs["weight"].sum(), rtol=0.2)


def test_a_history_of_a_single_order_has_no_pairs(tmp_path: Path) -> None:
    sources = [a_source(1, orders=1), a_source(2)]
    dataset = gathering.gather(sources, tmp_path, Sampling(), Silent())
    assert len(dataset.orders.index) > 1
    assert not (dataset.pairs.index.get_level_values(0) == 0).any()


NO_PART_IN_VALUES = {"customers", "errors", "once"}


def test_what_makes_features_counts_with_all_that_it_imports() -> None:
    core = Path(str(ordertwin_models.__file__)).parent
    files = {path for path in gathering.code_files() if path.is_relative_to(core)}
    counted = {path.relative_to(core).parts[0].removesuffix(".py") for path in files}
    imported = {
        node.module.split(".")[1]
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ordertwin_models.")
    }
    assert imported - counted == NO_PART_IN_VALUES
