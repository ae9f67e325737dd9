"""What a store keeps of policies: their versions, which one is in force, and what was before.

Each sentence of `PolicyStore` has a case in `tests/conformance/stores/test_policy_versions.py`.
What a document says is the server's business; a store keeps it as it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import RequestRecord


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """A version to keep, and why; `digest` is the SHA-256 of the document, `published_by` empty for
    one that came with the server."""

    version: str
    digest: bytes
    document: str
    published_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A version as stored, without its document. `number` grows with every version kept."""

    number: int
    version: str
    digest: bytes
    published_by: str
    published_at: datetime
    reason: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """One version takes the place of another; `before` is empty when none was in force."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """An entry of the history: a version came into force in place of `former`, empty for none."""

    number: int
    version: str
    former: str
    at: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class PolicyDeed:
    """Versions to add, and which one comes into force, all or none; who does it, and why."""

    added: Sequence[NewPolicy]
    switch: Switch | None
    request: RequestRecord
    audit: AuditEntry
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LivePolicy:
    """The version in force, and the SHA-256 of its document."""

    version: str
    digest: bytes


class PolicyStore(Protocol):
    """Policy versions of all tenants. At most one of a tenant is in force."""

    def live(self) -> Mapping[str, LivePolicy]:
        """What is in force now, for every tenant that has something. Cheap: servers ask again and
        again."""

    def get(self, tenant: str, version: str) -> PolicyVersion | None:
        """One version of a tenant."""

    def list(self, tenant: str, size: int, before: int | None) -> tuple[PolicyVersion, ...]:
        """Versions of a tenant, the newest first, from below number `before`, at most `size`."""

    def document(self, tenant: str, version: str) -> str:
        """The document of a version; `NotFound` when there is no such version."""

    def history(self, tenant: str, size: int, before: int | None) -> tuple[PolicyChange, ...]:
        """What came into force, the newest first, from below number `before`, at most `size`."""

    def change(self, tenant: str, deed: PolicyDeed) -> str | None:
        """Do it, with its request, its audit entry and, for a switch, an entry of the history; None
        when that was done.

        Checked in this order: a request id seen before with the same fingerprint gives the stored
        reply, with another raises `RequestIdReused`; a version to add that is there, or a switch
        from one that is not in force now, raises `EtagMismatch`; `NotFound` when the version that
        comes into force is not there. In each case nothing is written.
        """
