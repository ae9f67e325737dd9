"""Records about access, and the door to the operation log. The contract is `AccessStore`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ordertwin_models.errors import EtagMismatch
from ordertwin_stores.access import SECRET_BYTES, Put, Record
from ordertwin_stores.audit import AuditEntry, AuditFilter, AuditPage, Head, LoggedEntry
from ordertwin_stores.codec import to_micros
from ordertwin_stores.events import ACCESS_CHANGED
from ordertwin_stores.interface import RequestRecord
from ordertwin_stores.postgres import auditing
from ordertwin_stores.postgres.connections import Connections, Transaction
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.records import reply_of, write_event, write_request
from ordertwin_stores.postgres.tenants import Tenants, names_of_all
from ordertwin_stores.postgres.texts import from_text, to_text

_RECORD = (
    "SELECT tenants.name, kind, access_records.name, version, body"
    " FROM access_records JOIN tenants ON tenants.id = access_records.tenant"
)


_SECRET = "SELECT secret FROM store_secret"


class PostgresAccess:
    """The part of a PostgreSQL store that is about access; it borrows the store's connections."""

    def __init__(
        self, connections: Connections, tenants: Tenants, locks: Callable[[str], Locks]
    ) -> None:
        self._connections, self._tenants, self._locks = connections, tenants, locks

    def find(self, kind: str, name: str) -> Record | None:
        """See `AccessStore.find`."""
        row = self._connections.read(
            lambda each: run(
                each,
                f"{_RECORD} WHERE kind = %s AND access_records.name = %s"
                " ORDER BY tenants.id LIMIT 1",
                to_text(kind),
                to_text(name),
            ).fetchone()
        )
        return None if row is None else _record(row)

    def get(self, tenant: str, kind: str, name: str) -> Record | None:
        """See `AccessStore.get`."""
        row = self._connections.read(
            lambda each: run(
                each,
                f"{_RECORD} WHERE tenant = %s AND kind = %s AND access_records.name = %s",
                self._tenants.find(each, tenant),
                to_text(kind),
                to_text(name),
            ).fetchone()
        )
        return None if row is None else _record(row)

    def list(self, tenant: str, kind: str) -> tuple[Record, ...]:
        """See `AccessStore.list`."""
        rows = self._connections.read(
            lambda each: run(
                each,
                f"{_RECORD} WHERE tenant = %s AND kind = %s ORDER BY access_records.name",
                self._tenants.find(each, tenant),
                to_text(kind),
            ).fetchall()
        )
        return tuple(map(_record, rows))

    def change(
        self,
        tenant: str,
        puts: Sequence[Put],
        request: RequestRecord | None,
        audit: AuditEntry,
        at: datetime,
    ) -> str | None:
        """See `AccessStore.change`."""
        number, locks = self._tenants.ensure(tenant), self._locks(tenant)

        def work(transaction: Transaction) -> str | None:
            connection = transaction.connection
            numbers = [locks.of_record(put.kind, put.name) for put in puts]
            locks.take(connection, numbers + ([locks.of_request(request)] if request else []))
            reply = reply_of(connection, number, request) if request else None
            if reply is not None:
                return None if transaction.again else reply
            if transaction.again and auditing.is_noted(connection, number, audit, to_micros(at)):
                return None
            for put in puts:
                put_record(connection, number, put)
            if request:
                write_request(connection, number, request, to_micros(at))
            if puts:
                write_event(connection, number, ACCESS_CHANGED, 0, None, to_micros(at))
            auditing.write_audit(connection, number, audit, to_micros(at))
            return None

        return self._connections.write(work)

    def jot(self, tenant: str, kind: str, bodies: Mapping[str, str]) -> None:
        """See `AccessStore.jot`."""
        number = self._tenants.ensure(tenant)
        # In one order for all, so that two who jot at once do not wait for each other in a circle.
        notes = sorted((to_text(name), to_text(body)) for name, body in bodies.items())

        def work(transaction: Transaction) -> None:
            run(
                transaction.connection,
                "INSERT INTO access_records (tenant, kind, name, version, body)"
                " SELECT %s, %s, name, 1, body FROM unnest(%s::text[], %s::text[])"
                " AS given (name, body) ON CONFLICT (tenant, kind, name) DO UPDATE"
                " SET version = access_records.version + 1, body = excluded.body",
                number,
                to_text(kind),
                [name for name, _ in notes],
                [body for _, body in notes],
            )

        self._connections.write(work)

    def note(self, tenant: str, entries: Sequence[tuple[datetime, AuditEntry]]) -> None:
        """See `AccessStore.note`."""
        number = self._tenants.ensure(tenant)

        def work(transaction: Transaction) -> None:
            connection = transaction.connection
            for place, (at, entry) in enumerate(entries):
                micros = to_micros(at)
                # All or none of them are there.
                unsure = transaction.again and not place
                if unsure and auditing.is_noted(connection, number, entry, micros):
                    return
                auditing.write_audit(connection, number, entry, micros)

        self._connections.write(work)

    def entries(self, tenant: str, after: int, size: int) -> tuple[LoggedEntry, ...]:
        """See `AccessStore.entries`."""
        return self._connections.read(
            lambda each: auditing.read_entries(each, self._tenants.find(each, tenant), after, size)
        )

    def search(self, tenant: str, where: AuditFilter, size: int, before: int | None) -> AuditPage:
        """See `AccessStore.search`."""
        return self._connections.read(
            lambda each: auditing.search(
                each, self._tenants.find(each, tenant), where, size, before
            )
        )

    def head(self, tenant: str) -> Head:
        """See `AccessStore.head`."""
        return self._connections.read(
            lambda each: auditing.read_head(each, self._tenants.find(each, tenant), tenant)
        )

    def secret(self) -> bytes:
        """See `AccessStore.secret`."""
        row = self._connections.read(lambda each: run(each, _SECRET).fetchone())
        if row is None:
            self._connections.write(_make_secret)
            row = self._connections.read(lambda each: run(each, _SECRET).fetchone())
        assert row is not None
        secret: bytes = row[0]
        return secret

    def tenants(self) -> tuple[str, ...]:
        """See `AccessStore.tenants`."""
        return self._connections.read(names_of_all)


def _make_secret(transaction: Transaction) -> None:
    run(
        transaction.connection,
        "INSERT INTO store_secret (one, secret) VALUES (1, %s) ON CONFLICT (one) DO NOTHING",
        os.urandom(SECRET_BYTES),
    )


def put_record(connection: Connection, tenant: int, put: Put) -> None:
    """Write one record, or raise `EtagMismatch` when it is not as it was seen."""
    kind, name = to_text(put.kind), to_text(put.name)
    row = run(
        connection,
        "SELECT version FROM access_records WHERE tenant = %s AND kind = %s AND name = %s",
        tenant,
        kind,
        name,
    ).fetchone()
    version = row[0] if row else 0
    if version != put.expected:
        raise EtagMismatch(f"{put.kind} {put.name}")
    if put.body is None:
        run(
            connection,
            "DELETE FROM access_records WHERE tenant = %s AND kind = %s AND name = %s",
            tenant,
            kind,
            name,
        )
    else:
        run(
            connection,
            "INSERT INTO access_records (tenant, kind, name, version, body)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (tenant, kind, name) DO UPDATE"
            " SET version = excluded.version, body = excluded.body",
            tenant,
            kind,
            name,
            version + 1,
            to_text(put.body),
        )


def _record(row: Any) -> Record:
    tenant, kind, name, version, body = row
    return Record(from_text(tenant), from_text(kind), from_text(name), version, from_text(body))
