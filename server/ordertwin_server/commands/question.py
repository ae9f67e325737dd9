"""The question of ScoreOrder, the rules it must obey, and the fingerprint that tells repeats."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_models.order import Order
from ordertwin_models.validation import validate_order
from ordertwin_server.commands.request_rules import (
    MAX_VIOLATIONS,
    request_id_violations,
)

DEFAULT_MATCHES = 5
MAX_MATCHES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An incoming order and how it is asked about.

    `max_matches` 0 means the default; `unreadable` are fields that could not even be read, with
    paths inside the order.
    """

    order: Order
    request_id: str = ""
    validate_only: bool = False
    max_matches: int = 0
    attended: bool = False
    unreadable: tuple[FieldViolation, ...] = ()

    @property
    def matches_wanted(self) -> int:
        """How many matches to return."""
        return self.max_matches or DEFAULT_MATCHES

    def ensure_valid(self, *, now: datetime, max_lines: int) -> None:
        """Raise `InvalidRequest` that names every broken field, at most 20 of them."""
        broken = [*self._request_violations(), *self._order_violations(now, max_lines)]
        if broken:
            raise InvalidRequest(broken[:MAX_VIOLATIONS])

    def _request_violations(self) -> list[FieldViolation]:
        broken = []
        if self.request_id or not self.validate_only:
            broken += request_id_violations(self.request_id)
        if not 0 <= self.max_matches <= MAX_MATCHES:
            broken.append(
                FieldViolation("max_matches", f"must be 0 (meaning {DEFAULT_MATCHES}) to 50")
            )
        return broken

    def _order_violations(self, now: datetime, max_lines: int) -> list[FieldViolation]:
        unreadable = {violation.field for violation in self.unreadable}
        judged = validate_order(self.order, now=now, max_lines=max_lines)
        return [
            FieldViolation(f"order.{violation.field}", violation.description)
            for violation in (
                *self.unreadable,
                *(violation for violation in judged if violation.field not in unreadable),
            )
        ]

    def fingerprint(self, digest: bytes) -> bytes:
        """What makes two calls with one request id the same call.

        SHA-256 of the order's digest and of the options that shape the stored decision. The
        language is left out: it changes words, not the answer.
        """
        options = f"{self.matches_wanted}:{int(self.attended)}"
        return hashlib.sha256(digest + options.encode()).digest()
