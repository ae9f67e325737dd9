"""What a store keeps of customers who are known under several numbers: groups of numbers.

Each sentence of `CustomerStore` has a case in `tests/conformance/stores/test_customers.py`. Every
change is a revision, and what held before stays known, so that a decision can be taken again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ordertwin_models.customers import ALONE, SameCustomer, number_of
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import RequestRecord


@dataclass(frozen=True, slots=True)
class Member:
    """A customer number in a group. `number` is what numbers are compared by, `written` how it was
    given; `leads` says that the others of its group were merged into it."""

    group: int
    number: str
    written: str
    name: str = ""
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """A member with the change that put it where it is: when, by whom, and why."""

    member: Member
    at: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Groups as they stand at a revision: all members of those that were asked for, and the highest
    number that any group of the tenant has."""

    revision: int
    highest_group: int
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class CustomerChange:
    """Numbers that leave where they are, and numbers with the group they are in from now on, all or
    none. `expected` is the revision that was seen."""

    expected: int
    left: Sequence[str]
    joined: Sequence[Member]
    request: RequestRecord
    audit: AuditEntry
    at: datetime
    reason: str = ""


class CustomerArchive(Protocol):
    """Groups of customer numbers, to read."""

    def same_as(self, tenant: str, number: str, revision: int) -> tuple[str, ...]:
        """The other numbers of the group that a number was in at a revision, in order; none when it
        was in none, or when they were erased since."""

    def numbers(self, tenant: str, revision: int) -> Sequence[tuple[int, str]]:
        """Group and number of every member there was at a revision, in order."""

    def revisions(self) -> Mapping[str, int]:
        """The newest revision of every tenant that has any. Cheap: servers ask several times a
        second."""


def same_customer_at(
    archive: CustomerArchive, tenant: str, customer_id: str, revision: int
) -> SameCustomer:
    """The other numbers of a customer, as a decision that names this revision took them."""
    if not revision:
        return ALONE
    return SameCustomer(archive.same_as(tenant, number_of(customer_id), revision), revision)


class CustomerStore(CustomerArchive, Protocol):
    """Groups of customer numbers of all tenants."""

    def standing(self, tenant: str, numbers: Sequence[str]) -> Standing:
        """The groups that any of the numbers is in."""

    def list(self, tenant: str, size: int, after: int) -> tuple[Joined, ...]:
        """All members of the first `size` groups above number `after`, group by group, the leading
        one first."""

    def change(self, tenant: str, change: CustomerChange) -> str | None:
        """Do it, with its request and its audit entry; None when that was done. A change of nothing
        makes no revision.

        Checked in this order: a request id seen before with the same fingerprint gives the stored
        reply, with another raises `RequestIdReused`; another revision than the expected one raises
        `EtagMismatch`. In each case nothing is written.
        """
