"""Groups of customer numbers as rows: written once for every driver, which says how it reads.

A number is in a group from the revision in `since` on, until that in `until`, if it left.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import LiteralString, TypeVar

from ordertwin_models.errors import EtagMismatch
from ordertwin_stores.codec import from_micros, to_micros
from ordertwin_stores.customers import CustomerChange, Joined, Member, Standing
from ordertwin_stores.erasure import Erasure
from ordertwin_stores.reviewing.session import Session

T = TypeVar("T")
_AT_ONCE = 500
_THEN: LiteralString = "since <= %s AND (until IS NULL OR until > %s)"
_MEMBER: LiteralString = "m.grp, m.number, m.written, m.name, m.leads"


class CustomerQuestions(ABC):
    """What can be read of groups. The contracts are `CustomerArchive` and `CustomerStore`."""

    @abstractmethod
    def _read(self, tenant: str, look: Callable[[Session], T]) -> T:
        """What `look` finds over a connection that is borrowed for it."""

    def same_as(self, tenant: str, number: str, revision: int) -> tuple[str, ...]:
        """See `CustomerArchive.same_as`."""
        return self._read(tenant, lambda each: _same_as(each, number, revision))

    def numbers(self, tenant: str, revision: int) -> Sequence[tuple[int, str]]:
        """See `CustomerArchive.numbers`."""

        def look(session: Session) -> list[tuple[int, str]]:
            return [
                (group, number)
                for group, number in session.rows(
                    f"SELECT grp, number FROM customer_members WHERE tenant = %s AND {_THEN}"
                    " ORDER BY grp, number",
                    *(session.tenant, revision, revision),
                )
            ]

        return self._read(tenant, look)

    def revisions(self) -> Mapping[str, int]:
        """See `CustomerArchive.revisions`."""
        rows = self._read(
            "",
            lambda each: each.rows(
                "SELECT name, (SELECT max(revision) FROM customer_revisions WHERE tenant = id)"
                " FROM tenants"
            ),
        )
        return {name: revision for name, revision in rows if revision is not None}

    def standing(self, tenant: str, numbers: Sequence[str]) -> Standing:
        """See `CustomerStore.standing`."""
        return self._read(tenant, lambda each: _standing(each, numbers))

    def list(self, tenant: str, size: int, after: int) -> tuple[Joined, ...]:
        """See `CustomerStore.list`."""
        return self._read(tenant, lambda each: _list(each, size, after))


def write_change(session: Session, change: CustomerChange) -> None:
    """Make a change; `EtagMismatch` when groups are not as they were seen."""
    newest = _newest(session)
    if newest != change.expected:
        raise EtagMismatch("Customer groups")
    if not change.left and not change.joined:
        return
    revision = _next(session, newest, change.at, change.audit.actor, change.reason)
    for some in _portions(change.left):
        session.run(
            "UPDATE customer_members SET until = %s WHERE tenant = %s AND until IS NULL"
            f" AND number IN ({_marks(some)})",
            revision,
            session.tenant,
            *some,
        )
    for one in change.joined:
        session.run(
            "INSERT INTO customer_members (tenant, number, since, grp, written, name, leads)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            session.tenant,
            one.number,
            revision,
            one.group,
            one.written,
            one.name,
            int(one.leads),
        )


def forget_customers(session: Session, erasure: Erasure) -> None:
    """Leave nothing of these numbers, nor of why they were joined. Groups that are left with one
    number end. `EtagMismatch` when groups are not as they were seen."""
    numbers, newest = erasure.customers, _newest(session)
    if erasure.customers_seen not in (None, newest):
        raise EtagMismatch("Customer groups")
    if not any(_is_known(session, some) for some in _portions(numbers)):
        return
    revision = _next(session, newest, erasure.at, erasure.audit.actor, "")
    for some in _portions(numbers):
        of_them: LiteralString = f"tenant = %s AND number IN ({_marks(some)})"
        session.run(
            "UPDATE customer_revisions SET reason = '' WHERE tenant = %s AND revision IN"
            f" (SELECT since FROM customer_members WHERE {of_them}"
            f" UNION SELECT until FROM customer_members WHERE {of_them})",
            session.tenant,
            *(session.tenant, *some),
            *(session.tenant, *some),
        )
        session.run(f"DELETE FROM customer_members WHERE {of_them}", session.tenant, *some)
    session.run(
        "UPDATE customer_members SET until = %s WHERE tenant = %s AND until IS NULL AND grp IN"
        " (SELECT grp FROM customer_members WHERE tenant = %s AND until IS NULL"
        " GROUP BY grp HAVING count(*) = 1)",
        revision,
        session.tenant,
        session.tenant,
    )


def _is_known(session: Session, numbers: Sequence[str]) -> bool:
    """Whether one of the numbers is, or was, in a group."""
    rows = session.rows(
        f"SELECT 1 FROM customer_members WHERE tenant = %s AND number IN ({_marks(numbers)})"
        " LIMIT 1",
        session.tenant,
        *numbers,
    )
    return bool(rows)


def _next(session: Session, newest: int, at: datetime, actor: str, reason: str) -> int:
    session.run(
        "INSERT INTO customer_revisions (tenant, revision, at, actor, reason)"
        " VALUES (%s, %s, %s, %s, %s)",
        session.tenant,
        newest + 1,
        to_micros(at),
        actor,
        reason,
    )
    return newest + 1


def _newest(session: Session) -> int:
    ((newest,),) = session.rows(
        "SELECT coalesce(max(revision), 0) FROM customer_revisions WHERE tenant = %s",
        session.tenant,
    )
    return int(newest)


def _same_as(session: Session, number: str, revision: int) -> tuple[str, ...]:
    rows = session.rows(
        f"SELECT number FROM customer_members WHERE tenant = %s AND {_THEN} AND grp ="
        f" (SELECT grp FROM customer_members WHERE tenant = %s AND number = %s AND {_THEN})"
        " ORDER BY number",
        *(session.tenant, revision, revision),
        *(session.tenant, number, revision, revision),
    )
    return tuple(each for (each,) in rows if each != number)


def _standing(session: Session, numbers: Sequence[str]) -> Standing:
    revision = _newest(session)
    ((highest,),) = session.rows(
        "SELECT coalesce(max(grp), 0) FROM customer_members WHERE tenant = %s", session.tenant
    )
    found: set[Member] = set()
    for some in _portions(numbers):
        rows = session.rows(
            f"SELECT {_MEMBER} FROM customer_members m WHERE m.tenant = %s AND m.until IS NULL"
            " AND m.grp IN (SELECT grp FROM customer_members WHERE tenant = %s AND until IS NULL"
            f" AND number IN ({_marks(some)}))",
            *(session.tenant, session.tenant),
            *some,
        )
        found.update(_member(*row) for row in rows)
    return Standing(revision, highest, tuple(sorted(found, key=lambda one: one.number)))


def _list(session: Session, size: int, after: int) -> tuple[Joined, ...]:
    rows = session.rows(
        f"SELECT {_MEMBER}, r.at, r.actor, r.reason FROM customer_members m"
        " JOIN customer_revisions r ON r.tenant = m.tenant AND r.revision = m.since"
        " WHERE m.tenant = %s AND m.until IS NULL AND m.grp IN (SELECT DISTINCT grp"
        " FROM customer_members WHERE tenant = %s AND until IS NULL AND grp > %s"
        " ORDER BY grp LIMIT %s) ORDER BY m.grp, m.leads DESC, m.number",
        *(session.tenant, session.tenant),
        *(after, size),
    )
    return tuple(
        Joined(_member(*member), from_micros(at), actor, reason)
        for *member, at, actor, reason in rows
    )


def _member(group: int, number: str, written: str, name: str, leads: int) -> Member:
    return Member(group, number, written, name, bool(leads))


def _portions(numbers: Sequence[str]) -> list[Sequence[str]]:
    return [numbers[at : at + _AT_ONCE] for at in range(0, len(numbers), _AT_ONCE)]


def _marks(values: Sequence[str]) -> LiteralString:
    return ", ".join(["%s"] * len(values))
