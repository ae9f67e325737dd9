"""WatchOrders: which events a watcher wants, and from where on.

A watcher is a position in the events of a tenant. Its token is that position, sealed, so that it
cannot be made up, carried over to another tenant, or read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ordertwin_models.decision import Outcome
from ordertwin_models.errors import FieldViolation, InvalidRequest, PageTokenInvalid
from ordertwin_models.order import OrderState
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.paging import Seals
from ordertwin_server.faults import ResumeTokenExpired
from ordertwin_stores.events import TOLD, EventStore, StoredEvent

MAX_SOURCES = 50
BEFORE = "before"
"""The detail that names the state that an order left."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; what is empty does not filter. To a `blindfold` watcher, what the
    engine thinks of an order does not exist while people are asked about it blindly.

    >>> from datetime import UTC, datetime
    >>> event = StoredEvent(1, "STATUS_CHANGED", datetime(2026, 3, 2, tzinfo=UTC), "o1", "SO-1",
    ...                     "edi", OrderState.SHIPPED)
    >>> EventFilter().matches(event), EventFilter(sources=frozenset({"web"})).matches(event)
    (True, False)
    """

    sources: frozenset[str] = frozenset()
    states: frozenset[OrderState] = frozenset()
    outcomes: frozenset[Outcome] = frozenset()
    kinds: frozenset[str] = frozenset()
    blindfold: bool = False

    def shown(self, event: StoredEvent) -> StoredEvent:
        """The event as these watchers may see it."""
        if not (self.blindfold and event.blind):
            return event
        told = {name: text for name, text in event.details.items() if name != BEFORE}
        # A decision names the review that its order waits for, and no sample by chance.
        review = "" if event.outcome else event.review_key
        return replace(event, state=None, outcome=None, review_key=review, details=told)

    def matches(self, event: StoredEvent) -> bool:
        """Whether it is one of them; events for servers alone never are."""
        event = self.shown(event)
        return (
            event.kind in TOLD
            and (not self.sources or event.source in self.sources)
            and (not self.states or event.state in self.states)
            and (not self.outcomes or event.outcome in self.outcomes)
            and (not self.kinds or event.kind in self.kinds)
        )

    def ensure_valid(self) -> None:
        """Raise `InvalidRequest` when it names too much."""
        if len(self.sources) > MAX_SOURCES:
            raise InvalidRequest(
                [FieldViolation("sources", f"must name at most {MAX_SOURCES} sources")]
            )


@dataclass(frozen=True, slots=True)
class Watch:
    """What somebody watches: events of a tenant above a position. `newest` is the newest event
    there was when it began."""

    tenant: str
    where: EventFilter
    position: int
    newest: int


class ResumeTokens:
    """Tokens of those who have seen all events of a tenant up to a position.

    They do not depend on the filter. `secret` is the store's.

    >>> tokens = ResumeTokens(lambda: bytes(32))
    >>> tokens.position_in("default", tokens("default", 7))
    7
    """

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._seals = Seals(secret)

    def __call__(self, tenant: str, position: int) -> str:
        """The token of a position."""
        return self._seals.of(tenant, "events").token(position)

    def position_in(self, tenant: str, token: str) -> int | None:
        """The position in a token, None without one; `ResumeTokenExpired` when it is not ours."""
        try:
            return self._seals.of(tenant, "events").position_in(token)
        except PageTokenInvalid:
            raise ResumeTokenExpired from None


class WatchOrders:
    """Says where a watcher begins."""

    def __init__(self, events: EventStore, tokens: ResumeTokens) -> None:
        self._events, self._tokens = events, tokens

    def __call__(self, call: Call, where: EventFilter, token: str) -> Watch:
        """From now on, or after what a token had seen.

        Raises `InvalidRequest`, or `ResumeTokenExpired` when events after it were dropped, or when
        it is from a store that this one was not restored to.
        """
        where.ensure_valid()
        span = self._events.span(call.tenant)
        position = self._tokens.position_in(call.tenant, token)
        if position is None:
            position = span.newest
        if not span.forgotten <= position <= span.newest:
            raise ResumeTokenExpired
        return Watch(call.tenant, where, position, span.newest)
