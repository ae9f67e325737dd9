"""The operation log as a chain: what an entry holds, how it is sealed, and how tampering shows.

Every entry carries the SHA-256 of the entry before it and of itself, so that nothing in the middle
can be changed, removed or inserted unseen. Somebody who rewrites everything from some entry on, or
cuts off the end, is caught by a head that was noted elsewhere before. What an order said enters an
entry as a digest under a salt of that entry; with the salt removed, nobody can tell any more what
was said, and the chain still holds. Knows no database.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from ordertwin_stores.codec import to_micros

SALT_BYTES = 16
_BEGINNING = b"ordertwin audit 1\x00"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, from where, on what. Holds no order content and nobody's name.

    `before` and `after` are digests of what the target was and what it became, empty for nothing.
    """

    actor: str
    action: str
    target: str
    request_id: str
    outcome: str
    origin: str = ""
    before: bytes = b""
    after: bytes = b""


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry as it stands in the log of its tenant: the first has position 1.

    Its `before` and `after` are sealed; `hash` binds it to all entries before it.
    """

    position: int
    at: datetime
    entry: AuditEntry
    hash: bytes


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries; None does not filter, `until` is exclusive."""

    actor: str | None = None
    action: str | None = None
    target: str | None = None
    request_id: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, the newest first; `next_position` is None when there are no more to look at."""

    entries: tuple[LoggedEntry, ...]
    next_position: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a tenant's log at some moment; position 0 is the empty log."""

    tenant: str
    position: int
    hash: bytes


class Problem(StrEnum):
    """What is wrong with a log."""

    MISSING = "MISSING"
    """The entry is not there, but later ones are."""
    ALTERED = "ALTERED"
    """The entry does not fit its hash and the one before it: changed, inserted or moved."""
    REWRITTEN = "REWRITTEN"
    """The entries fit each other, but not a head that was noted earlier."""
    CUT_OFF = "CUT_OFF"
    """The log ends before a head that was noted earlier."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The first bad entry. For `REWRITTEN` it is one of `position` to `until`."""

    position: int
    until: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a log found: the good part's head, heads that it extends, the first fault."""

    head: Head
    heads_met: int
    finding: Finding | None


def first_link(tenant: str) -> bytes:
    """What the first entry of a tenant's log is bound to."""
    return sha256(_BEGINNING + tenant.encode()).digest()


def link(previous: bytes, position: int, at: int, entry: AuditEntry) -> bytes:
    """The hash of a sealed entry; `at` in microseconds since 1970.

    >>> entry = AuditEntry("keys/k1", "ScoreOrder", "orders/o1", "r-1", "UNIQUE")
    >>> link(first_link("default"), 1, 0, entry).hex()[:16]
    'af1df67c1e02cb67'
    """
    before_position, after_position = link_text(at, entry)
    return sha256(previous + f"{before_position}{position}{after_position}".encode()).digest()


def link_text(at: int, entry: AuditEntry) -> tuple[str, str]:
    """What is hashed of a sealed entry, before and after its position: for a database that gives
    the position and makes the hash itself. ASCII only."""
    fields = (
        at,
        entry.actor,
        entry.origin,
        entry.action,
        entry.target,
        entry.request_id,
        entry.outcome,
        entry.before.hex(),
        entry.after.hex(),
    )
    return "[", "," + json.dumps(fields, separators=(",", ":"))[1:]


def sealed(entry: AuditEntry, salt: bytes) -> AuditEntry:
    """The entry with its digests under a salt: without the salt they tell nothing.

    >>> sealed(AuditEntry("a", "b", "c", "d", "e"), b"salt").after
    b''
    """
    if not entry.before and not entry.after:
        return entry
    return replace(entry, before=_seal(entry.before, salt), after=_seal(entry.after, salt))


def _seal(digest: bytes, salt: bytes) -> bytes:
    return hmac.digest(salt, digest, "sha256") if digest else b""


def cut_by_others(head: Head) -> Verdict:
    """What is said of a log whose beginning was removed, but not by a server."""
    reached = Head(head.tenant, 0, first_link(head.tenant))
    return Verdict(reached, 0, Finding(1, head.position, Problem.MISSING))


def check_log(
    tenant: str,
    entries: Iterable[LoggedEntry],
    heads: Sequence[Head] = (),
    begins_after: Head | None = None,
) -> Verdict:
    """Follow a tenant's log from its first entry, and compare it with heads noted earlier.

    What a log that was cut `begins_after` is taken as good; heads from before cannot be compared,
    and count as met.
    """
    noted = sorted((head for head in heads if head.tenant == tenant), key=lambda h: h.position)
    reached = begins_after or Head(tenant, 0, first_link(tenant))
    met = sum(head.position < reached.position for head in noted) if begins_after else 0
    if begins_after and any(
        head.position == reached.position and head.hash != reached.hash for head in noted
    ):
        position = reached.position
        return Verdict(reached, met, Finding(position, position, Problem.REWRITTEN))
    for logged in entries:
        expected = reached.position + 1
        if logged.position != expected:
            problem = Problem.MISSING if logged.position > expected else Problem.ALTERED
            return Verdict(reached, met, Finding(expected, expected, problem))
        if logged.hash != link(reached.hash, expected, to_micros(logged.at), logged.entry):
            return Verdict(reached, met, Finding(expected, expected, Problem.ALTERED))
        reached = Head(tenant, expected, logged.hash)
        while met < len(noted) and noted[met].position <= expected:
            head = noted[met]
            if head.position == expected and head.hash != logged.hash:
                good = noted[met - 1].position if met else 0
                return Verdict(reached, met, Finding(good + 1, expected, Problem.REWRITTEN))
            met += 1
    for head in noted[met:]:
        if head.position > reached.position or head.hash != reached.hash:
            first = reached.position + 1
            return Verdict(reached, met, Finding(first, head.position, Problem.CUT_OFF))
        met += 1
    return Verdict(reached, met, None)
