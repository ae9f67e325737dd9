"""The orders: a list, and one order with what was decided on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin.v1.order_pb2 import OrderState
from ordertwin_client.errors import NotFoundError
from ordertwin_reviewer.pages.language import moment_of
from ordertwin_reviewer.pages.pair import pair_of
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import N_, STATE, number_of
from ordertwin_reviewer.pages.timeline import Event, Timeline, timeline
from ordertwin_reviewer.pages.waterfall import waterfall

PAGE = 50


@dataclass(frozen=True, slots=True)
class Orders:
    """Pages about orders."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        return [
            self.shell.page("/orders", self._list),
            self.shell.page("/orders/{key}", self._one),
            self.shell.deed("/orders/{key}/release", self._release),
        ]

    async def _list(self, visit: Visit) -> Response:
        where = {name: visit.asked(name) for name in ("state", "source", "order_id")}
        page = await visit.ask(
            "ListOrders",
            page_size=PAGE,
            page_token=visit.asked("page"),
            state=number_of(STATE, where["state"]),
            source=where["source"],
            order_id=where["order_id"],
        )
        return visit.show("orders.html", orders=page.orders, where=where, page=page)

    async def _one(self, visit: Visit) -> Response:
        name = f"{visit.parent}/orders/{visit.request.path_params['key']}"
        order = await visit.ask("GetOrder", name=name)
        decision = await visit.ask("GetDecision", name=order.decision) if order.decision else None
        matches = decision.matches if decision else []
        chosen = _chosen(matches, visit.asked("beside"))
        existing = None
        if chosen is not None:
            try:
                existing = await visit.ask("GetOrder", name=chosen.order.name)
            except NotFoundError:
                existing = None
        pair = None
        if existing is not None and chosen is not None:
            pair = pair_of(order, existing, chosen.line_alignments, visit.reader)
        return visit.show(
            "order.html",
            order=order,
            decision=decision,
            match=chosen,
            existing=existing,
            pair=pair,
            picture=waterfall(chosen) if chosen is not None else None,
            rhythm=rhythm(order, [match.order for match in matches]),
        )

    async def _release(self, visit: Visit) -> Response:
        """A held order goes on, with a reason for the record."""
        key = visit.request.path_params["key"]
        await visit.ask(
            "UpdateOrderStatus",
            name=f"{visit.parent}/orders/{key}",
            state=OrderState.ORDER_STATE_ACCEPTED,
            reason=visit.said("reason"),
            etag=visit.said("etag"),
        )
        note = visit.reader.words(N_("The order is released."))
        return visit.go(f"/orders/{key}", note)


def rhythm(order: Any, others: Sequence[Any]) -> Timeline:
    """The order in question among similar ones of the past."""
    events = [
        Event(moment_of(other.ordered_at), other.order_number or other.order_id, "existing")
        for other in others
    ]
    if order.ordered_at.seconds:
        label = order.order_number or order.order_id
        events.append(Event(moment_of(order.ordered_at), label, "incoming"))
    return timeline(events)


def _chosen(matches: Sequence[Any], key: str) -> Any | None:
    """The match that was asked for, or the likeliest."""
    for match in matches:
        if key and match.order.name.endswith(f"/{key}"):
            return match
    return matches[0] if matches else None
