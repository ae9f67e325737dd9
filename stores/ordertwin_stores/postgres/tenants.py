"""Names of tenants as numbers, which every row begins with."""

from __future__ import annotations

from ordertwin_stores.postgres.auditing import begin_chain
from ordertwin_stores.postgres.connections import Connections, Transaction
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.texts import from_text, to_text


class Tenants:
    """Remembers committed numbers, which never change."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._known: dict[str, int] = {}

    def find(self, connection: Connection, name: str) -> int | None:
        """The number of a tenant; None when nothing was ever written for it."""
        known = self._known.get(name)
        if known is None:
            row = run(
                connection, "SELECT id FROM tenants WHERE name = %s", to_text(name)
            ).fetchone()
            if row is None:
                return None
            known = self._known[name] = int(row[0])
        return known

    def ensure(self, name: str) -> int:
        """The number of a tenant, made in a transaction of its own when it has none."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._connections.write(lambda each: _ensure(each, name))
        return known


def names_of_all(connection: Connection) -> tuple[str, ...]:
    """Names of all tenants that anything was written for."""
    rows = run(connection, "SELECT name FROM tenants ORDER BY id").fetchall()
    return tuple(from_text(name) for (name,) in rows)


def _ensure(transaction: Transaction, name: str) -> int:
    """Whoever comes second waits for the first to commit, and then finds its row."""
    connection = transaction.connection
    run(
        connection,
        "INSERT INTO tenants (name) VALUES (%s) ON CONFLICT (name) DO NOTHING",
        to_text(name),
    )
    row = run(connection, "SELECT id FROM tenants WHERE name = %s", to_text(name)).fetchone()
    assert row is not None
    number = int(row[0])
    begin_chain(connection, number, name)
    return number
