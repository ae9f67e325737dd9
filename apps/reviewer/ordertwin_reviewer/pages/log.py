"""The operation log: who did what, and whether the log still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin.v1.access_pb2 import AuditProblem
from ordertwin.v1.error_reason_pb2 import ErrorReason
from ordertwin_reviewer.contract import operations
from ordertwin_reviewer.pages.rendering import readable
from ordertwin_reviewer.pages.shell import Shell, Visit

PAGE = 50
FILTERS = ("actor", "action", "target", "request_id", "outcome")
REFUSALS = frozenset(
    name.removeprefix("ERROR_REASON_")
    for name in ErrorReason.keys()  # noqa: SIM118
)
_ACTIONS = {readable(each.method.name): each.method.name for each in operations()}
"""What the log calls what people do, by the words that it is shown with."""
PATIENCE = 120.0
"""Seconds that a check of a long log may take."""


@dataclass(frozen=True, slots=True)
class Log:
    """Pages about the operation log."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        return [self.shell.page("/log", self._list), self.shell.deed("/log/verify", self._verify)]

    async def _list(self, visit: Visit) -> Response:
        return await self._shown(visit)

    async def _shown(self, visit: Visit, checked: Any = None) -> Response:
        where = {name: visit.asked(name) for name in (*FILTERS, "since", "until")}
        asked: dict[str, Any] = {name: where[name] for name in FILTERS}
        asked["action"] = _action(where["action"])
        for name in ("since", "until"):
            if day := _day(where[name]):
                asked[name] = day
        page = await visit.ask(
            "ListAuditEvents", page_size=PAGE, page_token=visit.asked("page"), **asked
        )
        kept = {name: text for name, text in where.items() if text}
        following = urlencode(kept | {"page": page.next_page_token}) if page.next_page_token else ""
        problem = AuditProblem.Name(checked.problem) if checked else ""
        return visit.show(
            "log.html",
            events=page.events,
            where=where,
            following=following,
            checked=checked,
            problem=problem.removeprefix("AUDIT_PROBLEM_"),
            actions=sorted(_ACTIONS),
            kept=kept,
            REFUSALS=REFUSALS,
        )

    async def _verify(self, visit: Visit) -> Response:
        """Check the whole log."""
        return await self._shown(visit, await visit.ask("VerifyAudit", timeout=PATIENCE))


def _action(text: str) -> str:
    """An action by its name, or as the list of the log shows it.

    >>> _action("Update order status"), _action("Sweep")
    ('UpdateOrderStatus', 'Sweep')
    """
    return _ACTIONS.get(readable(text), text)


def _day(text: str) -> datetime | None:
    """The beginning of a day; None for text that is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None
