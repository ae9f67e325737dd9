"""Passwords of people: which are taken, how they are kept, and how they are checked.

Kept as argon2id with the second recommended parameters of RFC 9106. A check takes the same time
whether there is a password to compare with or not. At most two are reckoned at once: each needs
64 MiB.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ordertwin_models.errors import FieldViolation

SHORTEST, LONGEST = 12, 256
FEWEST_DIFFERENT = 5
AT_ONCE = 2


class Passwords:
    """Makes and checks what is kept of passwords. Safe to use from many threads."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
        self._places = threading.BoundedSemaphore(AT_ONCE)

    @cached_property
    def _nobodys(self) -> str:
        """What is compared with when there is no password."""
        return self.kept(secrets.token_hex(16))

    def kept(self, password: str) -> str:
        """What is kept of a password."""
        with self._places:
            return self._hasher.hash(_normal(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the password that was kept; with None it is not, after the same time."""
        against = self._nobodys if kept is None else kept
        with self._places:
            try:
                return self._hasher.verify(against, _normal(password)) and kept is not None
            except (Argon2Error, InvalidHashError):
                return False


def password_violations(member: str, password: str) -> list[FieldViolation]:
    """Nothing when the password may be taken: long and no mere repetition, no name in it.

    >>> password_violations("people/anna", "correct horse battery")
    []
    >>> [broken.description for broken in password_violations("people/anna", "annaannaanna")]
    ['must have 5 different characters at least', 'must not contain the name of the member']
    """
    broken = []
    normal = _normal(password)
    if not SHORTEST <= len(normal) <= LONGEST:
        broken.append(f"must be {SHORTEST} to {LONGEST} characters")
    if len(set(normal)) < FEWEST_DIFFERENT:
        broken.append(f"must have {FEWEST_DIFFERENT} different characters at least")
    name = member.partition("/")[2].casefold()
    if len(name) > 2 and name in normal.casefold():
        broken.append("must not contain the name of the member")
    return [FieldViolation("password", text) for text in broken]


def _normal(password: str) -> str:
    """The same characters whatever the keyboard made of them."""
    return unicodedata.normalize("NFKC", password)
