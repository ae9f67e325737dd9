"""Names of tenants as small numbers, which take one byte in every row instead of twenty."""

from __future__ import annotations

from ordertwin_stores.sqlite.library import Connection


class Tenants:
    """Remembers committed numbers, which never change."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def find(self, connection: Connection, name: str) -> int | None:
        """The number of a tenant; None when nothing was ever written for it.

        Call it with a connection that sees committed rows only.
        """
        known = self._known.get(name)
        if known is None:
            known = _number(connection, name)
            if known is not None:
                self._known[name] = known
        return known

    def ensure(self, connection: Connection, name: str) -> int:
        """The number of a tenant, made when it has none, inside a write transaction."""
        number = self._known.get(name) or _number(connection, name)
        if number is None:
            cursor = connection.execute(
                "INSERT INTO tenants (name, orders, decisions) VALUES (?, 0, 0)", (name,)
            )
            number = int(cursor.lastrowid or 0)
        return number


def names_of_all(connection: Connection) -> tuple[str, ...]:
    """Names of all tenants that anything was written for."""
    rows = connection.execute("SELECT name FROM tenants ORDER BY id").fetchall()
    return tuple(name for (name,) in rows)


def _number(connection: Connection, name: str) -> int | None:
    row = connection.execute("SELECT id FROM tenants WHERE name = ?", (name,)).fetchone()
    return None if row is None else int(row[0])
