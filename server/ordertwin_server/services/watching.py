"""WatchOrders: what a request asks to watch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from ordertwin.v1 import order_event_pb2 as pb
from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_server.commands.blindfold import may_be_asked_blindly
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.watch_orders import EventFilter, Watch, WatchOrders
from ordertwin_server.convert.enums import OUTCOME, STATE
from ordertwin_server.convert.event_out import KINDS
from ordertwin_server.names import ensure_parent

T = TypeVar("T")

_KIND_NAMES = {number: name for name, number in KINDS.items() if number}


class WatchService:
    """Begins streams of events."""

    def __init__(self, watch: WatchOrders) -> None:
        self._watch = watch

    def begin(self, call: Call, request: pb.WatchOrdersRequest) -> Watch:
        """What the stream tells, and from where on."""
        ensure_parent(request.parent, call.tenant)
        where = filter_from(request.sources, request.states, request.outcomes, request.kinds)
        where = replace(where, blindfold=may_be_asked_blindly(call))
        return self._watch(call, where, request.resume_token)


def filter_from(
    sources: Iterable[str], states: Iterable[int], outcomes: Iterable[int], kinds: Iterable[int]
) -> EventFilter:
    """The filter that a message asks for; `InvalidRequest` when it names what is unknown."""
    return EventFilter(
        sources=frozenset(sources),
        states=_members("states", states, STATE.member),
        outcomes=_members("outcomes", outcomes, OUTCOME.member),
        kinds=_members("kinds", kinds, _KIND_NAMES.get),
    )


def _members(field: str, numbers: Iterable[int], member: Callable[[int], T | None]) -> frozenset[T]:
    found = set()
    for number in numbers:
        try:
            known = member(number)
        except KeyError:
            known = None
        if known is None:
            raise InvalidRequest([FieldViolation(field, f"{number} is unknown")])
        found.add(known)
    return frozenset(found)
