"""Looking into a store with sqlite-utils."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.conformance.stores.entries import a_registration, an_order, register

from ordertwin_models.errors import StoreUnusable
from ordertwin_stores.exploration import explore
from ordertwin_stores.sqlite.store import SqliteStore


def test_a_running_store_can_be_queried_and_shows_documents(tmp_path: Path) -> None:
    path = str(tmp_path / "orders.db")
    with SqliteStore(path) as store:
        register(store, a_registration(an_order(note="grüße")))
        with explore(path) as database:
            (row,) = database.query(
                "SELECT document(content) ->> 'note' AS note, document(body) ->> 'outcome' AS told"
                " FROM orders JOIN order_contents USING (sequence) JOIN decisions USING (sequence)"
            )
            assert row == {"note": "grüße", "told": "UNIQUE"}
            with pytest.raises(Exception, match="readonly"):
                database.table("tenants").insert({"id": 9, "name": "x"})


def test_a_missing_database_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="There is no database"):
        explore(str(tmp_path / "orders.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_store_loads_no_pandas() -> None:
    script = (
        "import sys; from ordertwin_stores import open_store; open_store(':memory:').close();"
        "heavy = {'pandas', 'sklearn', 'recordlinkage', 'mlflow'} & set(sys.modules);"
        "assert not heavy, heavy; import pandas"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3])
