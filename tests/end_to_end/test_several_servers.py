"""Two servers on one PostgreSQL, in short; `several_servers` is the long version."""

from __future__ import annotations

from tests.end_to_end import several_servers
from tests.postgres_server import Database


def test_of_similar_orders_at_once_over_two_servers_one_is_unique(postgres: Database) -> None:
    found = several_servers.similar_orders(postgres, rounds=5, callers=16)
    assert found.broken == []
    assert found.tried == {"rounds": 5, "orders": 80}


def test_a_rolling_restart_fails_no_call(postgres: Database) -> None:
    found = several_servers.rolling_restart(postgres, calls=1_000)
    assert found.broken == []
    assert found.tried["calls"] >= 1_000
    assert found.tried["restarts"] >= 2


def test_killed_servers_lose_no_acknowledged_order_and_double_none(postgres: Database) -> None:
    found = several_servers.kills(postgres, calls=300, kills=3)
    assert found.broken == []
    assert found.tried["kills"] == 3
