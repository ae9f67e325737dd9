"""Records about access, and the door to the operation log. The contract is `AccessStore`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime

from ordertwin_models.errors import EtagMismatch
from ordertwin_stores.access import SECRET_BYTES, Put, Record
from ordertwin_stores.audit import AuditEntry, AuditFilter, AuditPage, Head, LoggedEntry
from ordertwin_stores.codec import to_micros
from ordertwin_stores.events import ACCESS_CHANGED
from ordertwin_stores.interface import RequestRecord
from ordertwin_stores.sqlite import auditing
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.readers import Readers
from ordertwin_stores.sqlite.records import reply_of, write_event, write_request
from ordertwin_stores.sqlite.tenants import Tenants, names_of_all
from ordertwin_stores.sqlite.writer import Writer

_RECORD = (
    "SELECT tenants.name, kind, access_records.name, version, body"
    " FROM access_records JOIN tenants ON tenants.id = access_records.tenant"
)


_SECRET = "SELECT secret FROM store_secret"


class SqliteAccess:
    """The part of a SQLite store that is about access; it borrows the store's connections."""

    def __init__(self, writer: Writer, readers: Readers, tenants: Tenants) -> None:
        self._writer, self._readers, self._tenants = writer, readers, tenants

    def find(self, kind: str, name: str) -> Record | None:
        """See `AccessStore.find`."""
        with self._readers.borrow() as connection:
            row = connection.execute(
                f"{_RECORD} WHERE kind = ? AND access_records.name = ? ORDER BY tenants.id LIMIT 1",
                (kind, name),
            ).fetchone()
        return None if row is None else Record(*row)

    def get(self, tenant: str, kind: str, name: str) -> Record | None:
        """See `AccessStore.get`."""
        with self._readers.borrow() as connection:
            row = connection.execute(
                f"{_RECORD} WHERE tenant = ? AND kind = ? AND access_records.name = ?",
                (self._tenants.find(connection, tenant), kind, name),
            ).fetchone()
        return None if row is None else Record(*row)

    def list(self, tenant: str, kind: str) -> tuple[Record, ...]:
        """See `AccessStore.list`."""
        with self._readers.borrow() as connection:
            rows = connection.execute(
                f"{_RECORD} WHERE tenant = ? AND kind = ? ORDER BY access_records.name",
                (self._tenants.find(connection, tenant), kind),
            ).fetchall()
        return tuple(Record(*row) for row in rows)

    def change(
        self,
        tenant: str,
        puts: Sequence[Put],
        request: RequestRecord | None,
        audit: AuditEntry,
        at: datetime,
    ) -> str | None:
        """See `AccessStore.change`."""

        def work(connection: Connection) -> str | None:
            number = self._tenants.ensure(connection, tenant)
            reply = reply_of(connection, number, request) if request else None
            if reply is not None:
                return reply
            for put in puts:
                put_record(connection, number, put)
            if request:
                write_request(connection, number, request, to_micros(at))
            if puts:
                write_event(connection, number, ACCESS_CHANGED, 0, None, to_micros(at))
            auditing.write_audit(connection, number, audit, to_micros(at))
            return None

        return self._writer.write(work)

    def jot(self, tenant: str, kind: str, bodies: Mapping[str, str]) -> None:
        """See `AccessStore.jot`."""

        def work(connection: Connection) -> None:
            number = self._tenants.ensure(connection, tenant)
            connection.executemany(
                "INSERT INTO access_records (tenant, kind, name, version, body)"
                " VALUES (?, ?, ?, 1, ?)"
                " ON CONFLICT DO UPDATE SET version = version + 1, body = excluded.body",
                [(number, kind, name, body) for name, body in bodies.items()],
            )

        self._writer.write(work)

    def note(self, tenant: str, entries: Sequence[tuple[datetime, AuditEntry]]) -> None:
        """See `AccessStore.note`."""

        def work(connection: Connection) -> None:
            number = self._tenants.ensure(connection, tenant)
            for at, entry in entries:
                auditing.write_audit(connection, number, entry, to_micros(at))

        self._writer.write(work)

    def entries(self, tenant: str, after: int, size: int) -> tuple[LoggedEntry, ...]:
        """See `AccessStore.entries`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            return auditing.read_entries(connection, number, after, size)

    def search(self, tenant: str, where: AuditFilter, size: int, before: int | None) -> AuditPage:
        """See `AccessStore.search`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            return auditing.search(connection, number, where, size, before)

    def head(self, tenant: str) -> Head:
        """See `AccessStore.head`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            return auditing.read_head(connection, number, tenant)

    def secret(self) -> bytes:
        """See `AccessStore.secret`."""
        with self._readers.borrow() as connection:
            row = connection.execute(_SECRET).fetchone()
        if row is None:
            row = self._writer.write(_make_secret)
        secret: bytes = row[0]
        return secret

    def tenants(self) -> tuple[str, ...]:
        """See `AccessStore.tenants`."""
        with self._readers.borrow() as connection:
            return names_of_all(connection)


def _make_secret(connection: Connection) -> tuple[bytes]:
    connection.execute(
        "INSERT INTO store_secret (one, secret) VALUES (1, ?) ON CONFLICT DO NOTHING",
        (os.urandom(SECRET_BYTES),),
    )
    made: tuple[bytes] = connection.execute(_SECRET).fetchone()
    return made


def put_record(connection: Connection, tenant: int, put: Put) -> None:
    """Write one record, or raise `EtagMismatch` when it is not as it was seen."""
    row = connection.execute(
        "SELECT version FROM access_records WHERE tenant = ? AND kind = ? AND name = ?",
        (tenant, put.kind, put.name),
    ).fetchone()
    version = row[0] if row else 0
    if version != put.expected:
        raise EtagMismatch(f"{put.kind} {put.name}")
    if put.body is None:
        connection.execute(
            "DELETE FROM access_records WHERE tenant = ? AND kind = ? AND name = ?",
            (tenant, put.kind, put.name),
        )
    else:
        connection.execute(
            "INSERT INTO access_records (tenant, kind, name, version, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET version = excluded.version, body = excluded.body",
            (tenant, put.kind, put.name, version + 1, put.body),
        )
