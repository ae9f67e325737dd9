"""Whether the tables of a store tell the same story, read beside it with sqlite-utils."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ordertwin_stores.codec import unpack_numbers
from ordertwin_stores.exploration import explore

Rows = list[tuple[Any, ...]]


def out_of_step(path: Path) -> list[str]:
    """Everything that does not fit together in the store at `path`; empty when all does."""
    with closing(explore(str(path))) as database:
        return [problem for check in CHECKS for problem in check(database)]


def traces(path: Path, table: str) -> dict[str, int]:
    """How many rows of `requests` or `audit` each request id left.

    In the operation log those count that tell of something done to an order; calls that were
    refused or answered again are noted there too.
    """
    done = "WHERE target LIKE 'orders/%'" if table == "audit" else ""
    with closing(explore(str(path))) as database:
        return dict(_rows(database, f"SELECT request_id, count(*) FROM {table} {done} GROUP BY 1"))


def _rows(database: Database, sql: str) -> Rows:
    return list(database.execute(sql).fetchall())


def _whole(database: Database) -> Iterator[str]:
    yield from (row[0] for row in _rows(database, "PRAGMA integrity_check") if row[0] != "ok")
    yield from (f"foreign key: {row}" for row in _rows(database, "PRAGMA foreign_key_check"))


def _counted(database: Database) -> Iterator[str]:
    ((orders, decisions, order_rows, decision_rows),) = _rows(
        database,
        "SELECT ifnull(sum(orders), 0), ifnull(sum(decisions), 0),"
        " (SELECT count(*) FROM orders), (SELECT count(*) FROM decisions) FROM tenants",
    )
    if (orders, decisions) != (order_rows, decision_rows):
        yield f"{orders}, {decisions} counted, but {order_rows}, {decision_rows} there"


def _announced(database: Database) -> Iterator[str]:
    """Each decision and each change of state has one event, in their order."""
    silent = _rows(
        database,
        "SELECT number FROM decisions WHERE (SELECT count(*) FROM outbox"
        " WHERE outbox.decision = decisions.number AND event = 'ORDER_DECIDED') != 1",
    )
    if silent:
        yield f"decisions without exactly one event: {silent}"
    ((changes, events),) = _rows(
        database,
        "SELECT (SELECT count(*) FROM state_changes WHERE reason != 'amended'),"
        " (SELECT count(*) FROM outbox WHERE event = 'STATUS_CHANGED')",
    )
    if changes != events:
        yield f"{changes} changes of state, but {events} events about them"
    told = _rows(
        database,
        "SELECT decision FROM outbox WHERE event = 'ORDER_DECIDED' ORDER BY number",
    )
    if told != sorted(told):
        yield "events are not in the order of decisions"


def _findable(database: Database) -> Iterator[str]:
    """Keys and counts of terms are those of the orders."""
    keys: Counter[tuple[int, int]] = Counter()
    terms: Counter[int] = Counter()
    for sequence, numbers in _rows(database, "SELECT sequence, numbers FROM order_contents"):
        own_keys, own_terms = unpack_numbers(numbers)
        keys.update((sequence, key) for key in own_keys)
        terms.update(own_terms)
    if keys != Counter(_rows(database, "SELECT sequence, key FROM blocking_keys")):
        yield "blocking keys are not those of the orders"
    if dict(terms) != dict(_rows(database, "SELECT term, count FROM terms WHERE count != 0")):
        yield "counts of terms are not those of the orders"


CHECKS = (_whole, _counted, _announced, _findable)
