"""Forgetting what is old. The contract is `RetentionStore`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ordertwin_models.order import OrderState
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.codec import pack_decision, to_micros, unpack_decision
from ordertwin_stores.interface import Remains
from ordertwin_stores.retention import AgedOrders, Cut, Forgotten, Noted
from ordertwin_stores.sqlite import auditing
from ordertwin_stores.sqlite.erasing import erase_orders
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.readers import Readers
from ordertwin_stores.sqlite.tenants import Tenants
from ordertwin_stores.sqlite.writer import Writer

if TYPE_CHECKING:
    from sqlite_utils import Database

LOOKED_AT = 20_000
"""Rows looked at from the oldest on for those that may go."""


def cuts_of_the_log(db: Database) -> None:
    """Where logs begin. Only entries before such a place can be removed, and it only moves on."""
    db.execute(
        "CREATE TABLE audit_cuts (tenant INTEGER NOT NULL, position INTEGER NOT NULL,"
        " hash BLOB NOT NULL, statement TEXT NOT NULL, PRIMARY KEY (tenant, position))"
        " STRICT, WITHOUT ROWID"
    )
    refuse = "BEGIN SELECT RAISE(ABORT, 'audit entries are never changed or removed'); END"
    for event in ("UPDATE", "DELETE"):
        name = f"audit_cuts_refuse_{event.lower()}"
        db.execute(f"CREATE TRIGGER {name} BEFORE {event} ON audit_cuts {refuse}")
    db.execute("DROP TRIGGER audit_refuses_delete")
    db.execute(
        "CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit"
        " WHEN OLD.position > (SELECT ifnull(max(position), 0) FROM audit_cuts"
        f" WHERE tenant = OLD.tenant) {refuse}"
    )


def read_cut(connection: Connection, tenant: int | None) -> Cut | None:
    """See `RetentionStore.cut`."""
    row = connection.execute(
        "SELECT position, hash, statement FROM audit_cuts WHERE tenant = ?"
        " ORDER BY position DESC LIMIT 1",
        (tenant,),
    ).fetchone()
    return None if row is None else Cut(*row)


class SqliteRetention:
    """The part of a SQLite store that forgets; it borrows the store's connections."""

    def __init__(self, writer: Writer, readers: Readers, tenants: Tenants) -> None:
        self._writer, self._readers, self._tenants = writer, readers, tenants

    def aged_orders(self, tenant: str, before: datetime, after: int, window: int) -> AgedOrders:
        """See `RetentionStore.aged_orders`."""
        with self._readers.borrow() as connection:
            rows = connection.execute(
                "SELECT sequence, key, state, updated_at, length(features) FROM orders"
                " WHERE tenant = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                (self._tenants.find(connection, tenant), after, window),
            ).fetchall()
        limit = to_micros(before)
        keys = tuple(
            key
            for _, key, state, updated_at, features in rows
            if features and updated_at < limit and state != OrderState.HELD
        )
        return AgedOrders(keys, rows[-1][0] if len(rows) == window else None)

    def forget_orders(
        self, tenant: str, remains: Sequence[Remains], audit: AuditEntry, at: datetime
    ) -> None:
        """See `RetentionStore.forget_orders`."""

        def work(connection: Connection) -> None:
            number = self._tenants.ensure(connection, tenant)
            connection.execute("PRAGMA secure_delete = ON")
            try:
                erase_orders(connection, number, remains, None)
                auditing.write_audit(connection, number, audit, to_micros(at))
            finally:
                connection.execute("PRAGMA secure_delete = OFF")

        self._writer.write(work)

    def forget_decisions(
        self, tenant: str, before: datetime, after: int, window: int, audit: Noted, at: datetime
    ) -> Forgotten:
        """See `RetentionStore.forget_decisions`."""

        def work(connection: Connection) -> Forgotten:
            number = self._tenants.ensure(connection, tenant)
            rows = connection.execute(
                "SELECT number, decided_at, orders.state, body FROM decisions"
                " JOIN orders USING (sequence) WHERE decisions.tenant = ? AND number > ?"
                " ORDER BY number LIMIT ?",
                (number, after, window),
            ).fetchall()
            changed = []
            for row, decided_at, state, body in rows:
                if decided_at < to_micros(before) and state != OrderState.HELD:
                    decision = unpack_decision(body)
                    if decision.matches:
                        changed.append((pack_decision(replace(decision, matches=())), row))
            connection.executemany("UPDATE decisions SET body = ? WHERE number = ?", changed)
            if changed:
                auditing.write_audit(connection, number, audit(len(changed)), to_micros(at))
            return Forgotten(len(changed), rows[-1][0] if len(rows) == window else None)

        return self._writer.write(work)

    def forget_requests(
        self, tenant: str, before: datetime, size: int, audit: Noted, at: datetime
    ) -> int:
        """See `RetentionStore.forget_requests`."""

        def work(connection: Connection) -> int:
            number = self._tenants.ensure(connection, tenant)
            # Numbers grow with time: those that are old are the first.
            count = connection.execute(
                "DELETE FROM requests WHERE number IN (SELECT number FROM requests"
                " WHERE number < (SELECT min(number) FROM requests) + ? AND tenant = ? AND at < ?"
                " ORDER BY number LIMIT ?)",
                (LOOKED_AT, number, to_micros(before), size),
            ).rowcount
            if count:
                auditing.write_audit(connection, number, audit(count), to_micros(at))
            return count

        return self._writer.write(work)

    def cut(self, tenant: str) -> Cut | None:
        """See `RetentionStore.cut`."""
        with self._readers.borrow() as connection:
            return read_cut(connection, self._tenants.find(connection, tenant))

    def cut_log(
        self, tenant: str, cut: Cut, expected: int, audit: AuditEntry, at: datetime
    ) -> bool:
        """See `RetentionStore.cut_log`."""

        def work(connection: Connection) -> bool:
            number = self._tenants.ensure(connection, tenant)
            earlier = read_cut(connection, number)
            if (earlier.position if earlier else 0) != expected:
                return False
            connection.execute(
                "INSERT INTO audit_cuts (tenant, position, hash, statement) VALUES (?, ?, ?, ?)",
                (number, cut.position, cut.hash, cut.statement),
            )
            connection.execute(
                "DELETE FROM audit WHERE tenant = ? AND position <= ?", (number, cut.position)
            )
            auditing.write_audit(connection, number, audit, to_micros(at))
            return True

        return self._writer.write(work)
