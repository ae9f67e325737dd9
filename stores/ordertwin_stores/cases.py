"""What a store keeps of the case book: settled pairs of orders, anonymised, to learn from.

Each sentence of `CaseStore` has a case in `tests/conformance/stores/test_cases.py`. What a case
says is the server's business. A case is a copy and stays as it is while its orders change; only
erasing what one of them said takes it away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ordertwin_models.decision import Decision
from ordertwin_models.order import Order
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import Replayed, RequestRecord


@dataclass(frozen=True, slots=True)
class CaseText:
    """What an editor wrote in one language."""

    language: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseContent:
    """Both orders, and what the engine had said of them: one match, or none."""

    incoming: Order
    existing: Order
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What is told of a case once: where it comes from, and the copy.

    `verdict` is its position; `order_keys` are the orders that it was copied from.
    """

    verdict: int
    order_keys: tuple[str, str]
    answer: str
    content: CaseContent


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """A case that is made or changed. `expected` is the version that was seen, 0 for a new one,
    which brings `made`; `words` is what it can be found by."""

    key: str
    expected: int
    relation: str
    texts: tuple[CaseText, ...]
    words: str
    withdrawn: bool
    actor: str
    at: datetime
    request: RequestRecord
    audit: AuditEntry
    made: NewCase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCase:
    """A case as stored; `content` is None in lists."""

    key: str
    version: int
    relation: str
    answer: str
    texts: tuple[CaseText, ...]
    withdrawn: bool
    verdict: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    content: CaseContent | None = None


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What `list` returns; unset fields do not filter. Every one of `words` has to occur."""

    withdrawn: bool = False
    relation: str | None = None
    answer: str | None = None
    verdict: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page, the newest first; `next_position` is None on the last one."""

    cases: tuple[StoredCase, ...]
    next_position: int | None


class CaseStore(Protocol):
    """Cases of all tenants."""

    def change(self, tenant: str, change: CaseChange) -> Replayed | None:
        """Write the case, the request and the audit entry, all or none; None when that was done.

        Checked in this order: a request id seen before with the same fingerprint gives `Replayed`,
        with another raises `RequestIdReused`; a case that is not there raises `NotFound`, one whose
        version is not the expected one `EtagMismatch`. Version grows by one.
        """

    def get(self, tenant: str, key: str) -> StoredCase:
        """One case with its content; `NotFound` when there is none."""

    def list(self, tenant: str, where: CaseFilter, size: int, position: int | None) -> CasePage:
        """A page of cases without content, after `position` of an earlier page.

        Cases made while paging do not make another one appear twice or be skipped.
        """

    def counts(self, tenant: str) -> Mapping[str, int]:
        """How many cases there are by relation; withdrawn ones do not count."""
