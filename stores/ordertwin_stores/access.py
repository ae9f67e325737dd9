"""What a store keeps for access: small records about keys and rights, and the operation log.

Each sentence of `AccessStore` has a case in `tests/conformance/stores/test_access.py`. What a
record says is the server's business; a store keeps its body as it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ordertwin_stores.audit import AuditEntry, AuditFilter, AuditPage, Head, LoggedEntry
from ordertwin_stores.interface import RequestRecord

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Record:
    """A record of some kind; `version` grows by one with every change."""

    tenant: str
    kind: str
    name: str
    version: int
    body: str


@dataclass(frozen=True, slots=True)
class Put:
    """A record to write. `expected` is the version that was seen, 0 when there was none; a `body`
    of None removes the record."""

    kind: str
    name: str
    body: str | None
    expected: int


class AccessStore(Protocol):
    """Records and log entries of all tenants."""

    def find(self, kind: str, name: str) -> Record | None:
        """The record with this name in any tenant: of several, that of the first tenant."""

    def get(self, tenant: str, kind: str, name: str) -> Record | None:
        """One record of a tenant."""

    def list(self, tenant: str, kind: str) -> tuple[Record, ...]:
        """All records of a kind in a tenant, by name."""

    def change(
        self,
        tenant: str,
        puts: Sequence[Put],
        request: RequestRecord | None,
        audit: AuditEntry,
        at: datetime,
    ) -> str | None:
        """Write records, the request and the audit entry, all or none; None when that was done.

        Checked in this order: a request id seen before with the same fingerprint gives the stored
        reply, with another raises `RequestIdReused`; a record whose version is not the expected one
        raises `EtagMismatch`. In each case nothing is written.
        """

    def jot(self, tenant: str, kind: str, bodies: Mapping[str, str]) -> None:
        """Write records whatever was there before, without an audit entry: for notes of use."""

    def note(self, tenant: str, entries: Sequence[tuple[datetime, AuditEntry]]) -> None:
        """Add entries to the log, in this order; for refused calls and reads."""

    def entries(self, tenant: str, after: int, size: int) -> tuple[LoggedEntry, ...]:
        """Log entries, the oldest first, from the one after position `after`, at most `size`."""

    def search(self, tenant: str, where: AuditFilter, size: int, before: int | None) -> AuditPage:
        """Log entries, the newest first, from below position `before`, at most `size`.

        A page looks at a bounded number of entries, so it may be short, even empty, and still have
        a next one.
        """

    def head(self, tenant: str) -> Head:
        """The newest log entry; position 0 and `first_link` for an empty log."""

    def secret(self) -> bytes:
        """32 bytes that chance gave this store once: for what its callers are not to see through.

        The same for all servers of the store and after restarts.
        """

    def tenants(self) -> tuple[str, ...]:
        """Names of all tenants that anything was written for."""
