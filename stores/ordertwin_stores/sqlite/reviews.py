"""Reviews in SQLite. The contract is `ReviewStore`; the statements are those of all drivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, LiteralString, TypeVar

from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.codec import to_micros
from ordertwin_stores.interface import Replayed
from ordertwin_stores.reviewing import writing
from ordertwin_stores.reviewing.questions import ReviewQuestions, VerdictQuestions
from ordertwin_stores.reviewing.session import Session
from ordertwin_stores.reviews import ReviewChange
from ordertwin_stores.sqlite.auditing import write_audit
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.readers import Readers
from ordertwin_stores.sqlite.records import (
    reply_of,
    write_event,
    write_request,
    write_state_change,
)
from ordertwin_stores.sqlite.tenants import Tenants
from ordertwin_stores.sqlite.writer import Writer

T = TypeVar("T")


class SqliteSession:
    """A connection and a tenant, as reviews use them. There is one writer, so nothing is locked."""

    locking: LiteralString = ""
    contents: LiteralString = "JOIN order_contents USING (sequence)"

    def __init__(self, connection: Connection, tenant: int | None) -> None:
        self._connection = connection
        self.tenant = tenant

    def rows(self, statement: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """See `Session.rows`."""
        return list(self._connection.execute(statement.replace("%s", "?"), values).fetchall())

    def run(self, statement: LiteralString, *values: object) -> None:
        """See `Session.run`."""
        self._connection.execute(statement.replace("%s", "?"), values)

    def event(self, name: str, sequence: int, at: int, details: Mapping[str, object]) -> None:
        """See `Session.event`."""
        write_event(self._connection, self._written, name, sequence, None, at, details)

    def state_change(self, sequence: int, before: str, after: str, reason: str, at: int) -> None:
        """See `Session.state_change`."""
        write_state_change(self._connection, self._written, sequence, before, after, reason, at)

    def audit(self, entry: AuditEntry, at: int) -> None:
        """See `Session.audit`."""
        write_audit(self._connection, self._written, entry, at)

    @property
    def _written(self) -> int:
        assert self.tenant is not None
        return self.tenant


class SqliteVerdicts(VerdictQuestions):
    """What can be read of verdicts; it borrows the connections of a store or an archive."""

    def __init__(self, readers: Readers, tenants: Tenants) -> None:
        self._readers, self._tenants = readers, tenants

    def _read(self, tenant: str, look: Callable[[Session], T]) -> T:
        with self._readers.borrow() as connection:
            return look(SqliteSession(connection, self._tenants.find(connection, tenant)))


class SqliteReviews(SqliteVerdicts, ReviewQuestions):
    """The part of a SQLite store that is about reviews."""

    def __init__(self, writer: Writer, readers: Readers, tenants: Tenants) -> None:
        super().__init__(readers, tenants)
        self._writer = writer

    def change(self, tenant: str, change: ReviewChange) -> Replayed | None:
        """See `ReviewStore.change`."""

        def work(connection: Connection) -> Replayed | None:
            number = self._tenants.ensure(connection, tenant)
            reply = reply_of(connection, number, change.request)
            if reply is not None:
                return Replayed(reply)
            writing.change(SqliteSession(connection, number), change)
            write_request(connection, number, change.request, to_micros(change.at))
            return None

        return self._writer.write(work)
