"""Forgetting what is old. The contract is `RetentionStore`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import LiteralString

from ordertwin_models.order import OrderState
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.codec import pack_decision, to_micros, unpack_decision
from ordertwin_stores.interface import Remains
from ordertwin_stores.postgres import auditing
from ordertwin_stores.postgres.connections import Connections, Transaction
from ordertwin_stores.postgres.erasing import erase_orders
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.tenants import Tenants
from ordertwin_stores.postgres.texts import from_text, to_text
from ordertwin_stores.retention import AgedOrders, Cut, Forgotten, Noted

TABLES: tuple[LiteralString, ...] = (
    "CREATE TABLE audit_cuts (tenant bigint NOT NULL, position bigint NOT NULL,"
    ' hash bytea NOT NULL, statement text COLLATE "C" NOT NULL, PRIMARY KEY (tenant, position))',
    # A removal before a cut; all else as before, in whatever schema a session works.
    "CREATE OR REPLACE FUNCTION audit_refuses_changes() RETURNS trigger LANGUAGE plpgsql"
    " SET search_path FROM CURRENT AS $$"
    " BEGIN IF TG_OP = 'UPDATE' AND NEW.salt IS NULL THEN OLD.salt := NULL;"
    " IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF; END IF;"
    " IF TG_OP = 'DELETE' AND OLD.position <= (SELECT max(position) FROM audit_cuts"
    " WHERE tenant = OLD.tenant) THEN RETURN OLD; END IF;"
    " RAISE EXCEPTION 'audit entries are never changed or removed'; END $$",
    "CREATE FUNCTION audit_cuts_refuse_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION 'audit entries are never changed or removed'; END $$",
    "CREATE TRIGGER audit_cuts_are_kept BEFORE UPDATE OR DELETE ON audit_cuts FOR EACH ROW"
    " EXECUTE FUNCTION audit_cuts_refuse_changes()",
)
_FORGET_REQUESTS: LiteralString = (
    "DELETE FROM requests WHERE tenant = %s AND (request_id, method) IN"
    " (SELECT request_id, method FROM requests WHERE tenant = %s AND at < %s"
    " ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING 1"
)


def read_cut(connection: Connection, tenant: int | None) -> Cut | None:
    """See `RetentionStore.cut`."""
    row = run(
        connection,
        "SELECT position, hash, statement FROM audit_cuts WHERE tenant = %s"
        " ORDER BY position DESC LIMIT 1",
        tenant,
    ).fetchone()
    return None if row is None else Cut(row[0], bytes(row[1]), from_text(row[2]))


class PostgresRetention:
    """The part of a PostgreSQL store that forgets; it borrows the store's connections."""

    def __init__(
        self, connections: Connections, tenants: Tenants, locks: Callable[[str], Locks]
    ) -> None:
        self._connections, self._tenants, self._locks = connections, tenants, locks

    def aged_orders(self, tenant: str, before: datetime, after: int, window: int) -> AgedOrders:
        """See `RetentionStore.aged_orders`."""
        rows = self._connections.read(
            lambda each: run(
                each,
                "SELECT sequence, key, state, updated_at, length(features) FROM orders"
                " WHERE tenant = %s AND sequence > %s ORDER BY sequence LIMIT %s",
                self._tenants.find(each, tenant),
                after,
                window,
            ).fetchall()
        )
        limit = to_micros(before)
        keys = tuple(
            from_text(key)
            for _, key, state, updated_at, features in rows
            if features and updated_at < limit and from_text(state) != OrderState.HELD
        )
        return AgedOrders(keys, rows[-1][0] if len(rows) == window else None)

    def forget_orders(
        self, tenant: str, remains: Sequence[Remains], audit: AuditEntry, at: datetime
    ) -> None:
        """See `RetentionStore.forget_orders`."""
        number = self._tenants.ensure(tenant)

        def work(transaction: Transaction) -> None:
            erase_orders(transaction.connection, number, remains, None)
            auditing.write_audit(transaction.connection, number, audit, to_micros(at))

        self._connections.write(work)

    def forget_decisions(
        self, tenant: str, before: datetime, after: int, window: int, audit: Noted, at: datetime
    ) -> Forgotten:
        """See `RetentionStore.forget_decisions`."""
        number = self._tenants.ensure(tenant)

        def work(transaction: Transaction) -> Forgotten:
            connection, count = transaction.connection, 0
            rows = run(
                connection,
                "SELECT number, decided_at, orders.state, body FROM decisions"
                " JOIN orders USING (tenant, sequence) WHERE tenant = %s AND number > %s"
                " ORDER BY number LIMIT %s",
                number,
                after,
                window,
            ).fetchall()
            for row, decided_at, state, body in rows:
                if decided_at >= to_micros(before) or from_text(state) == OrderState.HELD:
                    continue
                decision = unpack_decision(bytes(body))
                if decision.matches:
                    count += 1
                    run(
                        connection,
                        "UPDATE decisions SET body = %s WHERE tenant = %s AND number = %s",
                        pack_decision(replace(decision, matches=())),
                        number,
                        row,
                    )
            if count:
                auditing.write_audit(connection, number, audit(count), to_micros(at))
            return Forgotten(count, rows[-1][0] if len(rows) == window else None)

        return self._connections.write(work)

    def forget_requests(
        self, tenant: str, before: datetime, size: int, audit: Noted, at: datetime
    ) -> int:
        """See `RetentionStore.forget_requests`."""
        number = self._tenants.ensure(tenant)

        def work(transaction: Transaction) -> int:
            connection = transaction.connection
            asked = _FORGET_REQUESTS, number, number, to_micros(before), size
            count = len(run(connection, *asked).fetchall())
            if count:
                auditing.write_audit(connection, number, audit(count), to_micros(at))
            return count

        return self._connections.write(work)

    def cut(self, tenant: str) -> Cut | None:
        """See `RetentionStore.cut`."""
        return self._connections.read(lambda each: read_cut(each, self._tenants.find(each, tenant)))

    def cut_log(
        self, tenant: str, cut: Cut, expected: int, audit: AuditEntry, at: datetime
    ) -> bool:
        """See `RetentionStore.cut_log`."""
        number, locks = self._tenants.ensure(tenant), self._locks(tenant)

        def work(transaction: Transaction) -> bool:
            connection = transaction.connection
            locks.take(connection, [locks.of_record("audit", "cut")])
            earlier = read_cut(connection, number)
            reached = earlier.position if earlier else 0
            if transaction.again and reached == cut.position:
                return True
            if reached != expected:
                return False
            run(
                connection,
                "INSERT INTO audit_cuts (tenant, position, hash, statement)"
                " VALUES (%s, %s, %s, %s)",
                number,
                cut.position,
                cut.hash,
                to_text(cut.statement),
            )
            run(
                connection,
                "DELETE FROM audit WHERE tenant = %s AND position <= %s",
                number,
                cut.position,
            )
            auditing.write_audit(connection, number, audit, to_micros(at))
            return True

        return self._connections.write(work)
