"""Entering an order: while a clerk types, the page says whether it is already there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin.v1.order_pb2 import Order
from ordertwin_client.errors import InvalidOrderError
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import CHANNEL, N_, number_of

SOURCE = "page"
_LINE = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*[x×*]?\s+(\S+)\s*(.*?)\s*")
FIELDS = ("order_id", "party_id", "customer", "phone", "reference", "channel", "lines", "note")


@dataclass(frozen=True, slots=True)
class Entry:
    """The page of a clerk who takes orders."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        return [
            self.shell.page("/entry", self._form),
            self.shell.deed("/entry/check", self._check),
            self.shell.deed("/entry", self._enter),
        ]

    async def _form(self, visit: Visit) -> Response:
        return visit.show("entry.html", typed=dict.fromkeys(FIELDS, ""), violations=())

    async def _check(self, visit: Visit) -> Response:
        """A dry check of what is typed so far; nothing is stored."""
        order = _order(visit)
        if not order.lines:
            return visit.part("_entry_check.html", answer=None)
        order.order_id = order.order_id or "new"
        answer = await visit.ask("ScoreOrder", order=order, validate_only=True, attended=True)
        return visit.part("_entry_check.html", answer=answer)

    async def _enter(self, visit: Visit) -> Response:
        """Register the order; a doubtful one is held, with its twin beside it."""
        try:
            answer = await visit.ask("ScoreOrder", order=_order(visit), attended=True)
        except InvalidOrderError as error:
            typed = {name: visit.said(name) for name in FIELDS}
            return visit.show("entry.html", 400, typed=typed, violations=error.violations)
        return visit.go(
            f"/orders/{answer.order.rpartition('/')[2]}",
            visit.reader.words(N_("The order is entered.")),
        )


def _order(visit: Visit) -> Order:
    """What is typed, as an order that came in now."""
    order = Order(
        order_id=visit.said("order_id"),
        order_number=visit.said("order_id"),
        customer_reference=visit.said("reference"),
        channel=number_of(CHANNEL, visit.said("channel")),  # type: ignore[arg-type]
        source=SOURCE,
        note=visit.said("note"),
    )
    order.customer.party_id, order.customer.name = visit.said("party_id"), visit.said("customer")
    order.customer.phone = visit.said("phone")
    order.ordered_at.FromDatetime(_to_the_minute(visit.now))
    for line in lines_in(visit.said("lines")):
        made: Any = order.lines.add(sku=line["sku"], name=line["name"])
        made.quantity.value = line["quantity"]
    return order


def lines_in(text: str) -> Iterator[dict[str, str]]:
    """Lines as people type them: how many, of which article, and what it is.

    >>> list(lines_in("75 CT-1205 Cutting disc\\nrubbish"))
    [{'quantity': '75', 'sku': 'CT-1205', 'name': 'Cutting disc'}]
    """
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        if found:
            quantity, sku, name = found.groups()
            yield {"quantity": quantity.replace(",", "."), "sku": sku, "name": name}


def _to_the_minute(now: datetime) -> datetime:
    """So that sending a form again soon is the same order again."""
    return now.replace(second=0, microsecond=0)
