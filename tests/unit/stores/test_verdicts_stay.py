"""The database itself refuses to change or remove what people said, by whatever statement."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.conformance.stores.entries import TENANT
from tests.conformance.stores.review_entries import a_change, a_verdict, held
from tests.postgres_server import Database

from ordertwin_stores import open_store
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.postgres.address import parse
from ordertwin_stores.reviews import Answer, Ending, ReviewState
from ordertwin_stores.sqlite import library


def say_and_take_back(store: OrderStore) -> None:
    """A verdict, and the end of another."""
    key = held(store, "SO-1")
    said = (a_verdict("SO-1"), a_verdict("SO-1", counterpart_key="order-x", answer=Answer.MATCH))
    store.reviews.change(TENANT, a_change(key, verdicts=said, state=ReviewState.DECIDED))
    first = store.reviews.verdicts(TENANT, 0, 9)[0].position
    ends = Ending(first, "I was wrong")
    store.reviews.change(TENANT, a_change(request_id="c-2", endings=(ends,)))


def test_in_sqlite(tmp_path: Path) -> None:
    path = str(tmp_path / "orders.db")
    with closing(open_store(path)) as store:
        say_and_take_back(store)
    with closing(library.connect(path, library.journal_for(library.VERSION))) as connection:
        for table, key in (("verdicts", "position"), ("verdict_endings", "verdict")):
            for statement in (
                f"DELETE FROM {table}",
                f"UPDATE {table} SET tenant = 2",
                f"UPDATE OR REPLACE {table} SET {key} = 9",
                f"UPDATE {table} SET reason = 'other'",
                f"REPLACE INTO {table} SELECT * FROM {table}",
                f"INSERT INTO {table} SELECT * FROM {table} WHERE true"
                f" ON CONFLICT DO UPDATE SET at = 1",
            ):
                with pytest.raises(library.Error, match="never changed or removed"):
                    connection.execute(statement)
            connection.execute(f"UPDATE {table} SET reason = ''")


def test_in_postgres(postgres: Database) -> None:
    address = postgres.store_address()
    with closing(open_store(address)) as store:
        say_and_take_back(store)
    for name, key in (("verdicts", "position"), ("verdict_endings", "verdict")):
        table = f"{parse(address).schema}.{name}"
        for statement in (
            f"DELETE FROM {table}",
            f"UPDATE {table} SET {key} = 9",
            f"UPDATE {table} SET reason = 'other'",
            f"TRUNCATE {table}",
            f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (tenant, {key})"
            " DO UPDATE SET at = 1",
        ):
            with pytest.raises(Exception, match="never changed or removed"):
                postgres.execute(statement)
        postgres.execute(f"UPDATE {table} SET reason = ''")
