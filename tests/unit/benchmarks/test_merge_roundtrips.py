"""Random merges are undone exactly, on every store."""

from __future__ import annotations

from contextlib import closing

import pytest

from benchmarks.merge_roundtrips import run
from ordertwin_stores import open_store


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_random_merges_are_undone_exactly(kind: str, request: pytest.FixtureRequest) -> None:
    address = ":memory:"
    if kind == "postgres":
        address = request.getfixturevalue("postgres").empty_store_address()
    with closing(open_store(address)) as store:
        found = run(store, merges=25, seed=3)
    assert found["not_exact"] == []
    assert found["merge_roundtrips_exact"] == 1.0
