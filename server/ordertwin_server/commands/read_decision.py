"""GetDecision and ListDecisions: stored decisions, with the content that the orders had then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ordertwin_models.decision import Outcome
from ordertwin_server.commands.answer import Answer, recall
from ordertwin_server.commands.blindfold import Blindfold
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.paging import Seals, page_size
from ordertwin_stores.decision_history import PastDecision
from ordertwin_stores.interface import OrderStore

MAX_PAGE = 200
"""Decisions on a page: each comes with all its reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionQuery:
    """Which decisions, and which page of them; fields left None do not filter."""

    order_key: str | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None
    page_size: int = 0
    page_token: str = ""


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Decisions, the newest first, and the token of the next page; empty on the last one."""

    answers: tuple[Answer, ...]
    next_token: str


class ReadDecision:
    """Reads decisions of one store."""

    def __init__(self, store: OrderStore) -> None:
        self._store = store
        self._seals = Seals(store.access.secret)
        self._blindfold = Blindfold(store.reviews)

    def __call__(self, call: Call, key: str) -> Answer:
        """The decision with this key; `NotFound` when there is none, `AskedBlindly` when the caller
        is asked about its order."""
        stored = self._store.get_decision(call.tenant, key)
        self._blindfold.ensure_off(call, stored.order_key)
        return recall(self._store, call.tenant, stored)

    def latest_on(self, call: Call, order_key: str) -> str:
        """Key of the newest decision on an order; empty for an order loaded without one."""
        found = self._store.latest_decision(call.tenant, order_key)
        return "" if found is None else found.key

    def list(self, call: Call, query: DecisionQuery) -> DecisionPage:
        """A page, without decisions on orders that the caller is asked about blindly.

        Raises `InvalidRequest` on a negative size, `PageTokenInvalid` on a token that is not ours
        or came from another filter, `AskedBlindly` when it is about such an order alone.
        """
        if query.order_key:
            self._blindfold.ensure_off(call, query.order_key)
        size = min(page_size(query.page_size), MAX_PAGE)
        where = (query.order_key, query.outcome, query.since, query.until)
        seal = self._seals.of(call.tenant, "decisions", where)
        shown, is_last = self._shown(call, query, size, seal.position_in(query.page_token))
        return DecisionPage(
            tuple(recall(self._store, call.tenant, each.stored) for each in shown),
            "" if is_last else seal.token(shown[-1].number),
        )

    def _shown(
        self, call: Call, query: DecisionQuery, size: int, position: int | None
    ) -> tuple[Sequence[PastDecision], bool]:
        """Decisions of a page, and whether it is the last one.

        What is left out is made up for by later ones: a page that is shorter than it might be, or a
        token that leads to nothing, would tell that something with this outcome is hidden.
        """
        shown: tuple[PastDecision, ...] = ()
        while True:
            call.ensure_waiting()
            found = self._store.decision_history.newest(
                call.tenant,
                size + 1,
                position,
                query.since,
                query.until,
                order_key=query.order_key,
                outcome=query.outcome,
            )
            blind = self._blindfold.covers(call, [each.stored.order_key for each in found])
            shown += tuple([each for each in found if each.stored.order_key not in blind])
            if len(shown) > size or len(found) <= size:
                return shown[:size], len(shown) <= size
            position = found[-1].number
