"""Verdicts of a real store, with the vectors that were in force when they were given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.unit.server.review_world import ANN, BOB, World

from ordertwin_models.errors import StoreUnusable
from ordertwin_stores import open_store
from ordertwin_stores.reviews import Answer as Said
from ordertwin_training.retraining.from_store import new_verdicts, read_store
from ordertwin_training.retraining.own_pairs import own_pairs
from ordertwin_training.retraining.verdicts import (
    Answer,
    read_verdicts,
    snapshot_of,
    write_verdicts,
)


@pytest.fixture
def address(tmp_path: Path) -> str:
    """A store in which ann and bob decided four reviews."""
    url = f"sqlite:///{tmp_path / 'orders.db'}"
    store = open_store(url)
    world = World.of(store)
    for number, (call, answer) in enumerate(
        [(ANN, Said.MATCH), (BOB, Said.DISTINCT), (ANN, Said.UNSURE), (BOB, Said.DISTINCT)], 1
    ):
        told = world.held(number)
        assert told.review_key
        world.decide(call, told.review_key, answer)
    store.close()
    return url


TENANT = "default"


def test_each_decided_review_gives_a_pair_with_its_vector(address: str) -> None:
    verdicts, active = read_store(address, TENANT)
    assert active is None
    assert sorted(verdict.answer for verdict in verdicts) == [
        Answer.DISTINCT, Answer.DISTINCT, Answer.MATCH, Answer.UNSURE,
    ]  # fmt: skip
    own, aside = own_pairs(verdicts)
    assert (len(own), aside.unsure) == (3, 1)
    assert np.isfinite(own.matrix).any(axis=1).all()
    assert {verdict.facts.customer for verdict in own.verdicts} <= {"C-1", "C-2", "C-4"}
    assert all(verdict.proposed and verdict.model_version for verdict in own.verdicts)


def test_an_export_says_the_same_as_the_store(address: str, tmp_path: Path) -> None:
    verdicts, _ = read_store(address, TENANT)
    write_verdicts(tmp_path / "verdicts.jsonl.gz", verdicts)
    assert snapshot_of(read_verdicts(tmp_path / "verdicts.jsonl.gz")) == snapshot_of(verdicts)


def test_new_verdicts_are_counted_behind_a_position(address: str) -> None:
    seen = new_verdicts(address, TENANT, 0)
    assert seen.verdicts == 3
    assert new_verdicts(address, TENANT, seen.position).verdicts == 0


def test_a_store_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match=r"none\.db"):
        read_store(str(tmp_path / "none.db"), TENANT)
