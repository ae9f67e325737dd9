"""ListAuditEvents and VerifyAudit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_server.access.heads import HeadExport
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.paging import Seals, page_size
from ordertwin_stores.audit import AuditFilter, Head, LoggedEntry, Verdict, check_log, cut_by_others
from ordertwin_stores.interface import OrderStore

READ_AT_ONCE = 5_000
MAX_HEADS = 1_000


@dataclass(frozen=True, slots=True)
class AuditEvents:
    """Entries, the newest first, and the token of the next page; empty on the last one."""

    entries: tuple[LoggedEntry, ...]
    next_token: str


class ReadAudit:
    """Reads and checks operation logs of one store."""

    def __init__(self, store: OrderStore, heads: HeadExport) -> None:
        self._seals = Seals(store.access.secret)
        self._access, self._retention, self._heads = store.access, store.retention, heads

    def list_events(self, call: Call, where: AuditFilter, size: int, token: str) -> AuditEvents:
        """A page of the log; `InvalidRequest` or `PageTokenInvalid`."""
        size = page_size(size)
        seal = self._seals.of(call.tenant, "auditEvents", where)
        page = self._access.search(call.tenant, where, size, seal.position_in(token))
        following = page.next_position
        return AuditEvents(page.entries, "" if following is None else seal.token(following))

    def verify(self, call: Call, heads: Sequence[Head]) -> Verdict:
        """What a check of the whole log finds; `DeadlineExceeded` when the caller goes away.

        A log that was cut by anybody but a server with this one's key lacks its beginning.
        """
        if len(heads) > MAX_HEADS:
            raise InvalidRequest([FieldViolation("heads", f"must be at most {MAX_HEADS}")])
        cut = self._retention.cut(call.tenant)
        begins_after, trusted = self._heads.begins_after(call.tenant, cut)
        if begins_after is not None and not trusted:
            return cut_by_others(begins_after)
        return check_log(call.tenant, self._all(call), heads, begins_after)

    def first_position(self, call: Call) -> int:
        """The position of the oldest entry that was kept; 1 for a whole log."""
        cut = self._retention.cut(call.tenant)
        return cut.position + 1 if cut else 1

    def _all(self, call: Call) -> Iterator[LoggedEntry]:
        after = 0
        while page := self._access.entries(call.tenant, after, READ_AT_ONCE):
            call.ensure_waiting()
            yield from page
            after = page[-1].position
