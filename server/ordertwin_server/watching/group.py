"""Watchers who want the same events: they share what is new, filtered and encoded once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ordertwin_server.commands.watch_orders import EventFilter
from ordertwin_stores.events import StoredEvent

KEPT = 1000
"""Events a group keeps; who is further behind reads them from the store again."""
AT_ONCE = 200
"""Events in one message."""

Encode = Callable[[str, Sequence[StoredEvent], int, bool], bytes]
"""A message for watchers of a tenant: events, the position reached, whether it is the last one."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a watcher is told next; afterwards it has seen all up to `position`."""

    events: int
    position: int
    data: bytes


class Group:
    """The events of a tenant that one filter lets through, as far as they are new.

    `reached` is how far the events were read, `floor` above which none of them is missing here.
    """

    def __init__(self, tenant: str, where: EventFilter, position: int, encode: Encode) -> None:
        self.tenant, self.where = tenant, where
        self.floor = self.reached = position
        self._encode = encode
        self._events: deque[StoredEvent] = deque()
        self._newest_messages: dict[tuple[int, int], Message] = {}

    def add(self, events: Iterable[StoredEvent], reached: int) -> bool:
        """Take up what was read; whether any of it is for this group."""
        wanted = [self.where.shown(event) for event in events if self.where.matches(event)]
        self._events.extend(wanted)
        while len(self._events) > KEPT:
            self.floor = self._events.popleft().position
        self.reached = reached
        return bool(wanted)

    def message(self, position: int) -> Message | None:
        """What comes after a position; None when that is no longer all here."""
        if position < self.floor:
            return None
        newer: list[StoredEvent] = []
        for event in reversed(self._events):
            if event.position <= position:
                break
            newer.append(event)
        newer.reverse()
        reached = max(position, self.reached)
        if len(newer) > AT_ONCE:
            del newer[AT_ONCE:]
            reached = newer[-1].position
        return self._encoded(position, newer, reached)

    def message_of(self, events: Iterable[StoredEvent], reached: int) -> Message:
        """What a page that was read from the store holds for this group."""
        wanted = [self.where.shown(event) for event in events if self.where.matches(event)]
        return Message(len(wanted), reached, self._encode(self.tenant, wanted, reached, False))

    def last_message(self, position: int) -> bytes:
        """What ends a stream."""
        return self._encode(self.tenant, (), position, True)

    def _encoded(self, position: int, newer: list[StoredEvent], reached: int) -> Message:
        """Nearly all watchers are at the same place, so the newest few messages are kept."""
        key = (newer[0].position if newer else 0, reached)
        message = self._newest_messages.get(key)
        if message is None:
            data = self._encode(self.tenant, newer, reached, False)
            message = self._newest_messages[key] = Message(len(newer), reached, data)
            while len(self._newest_messages) > 8:
                self._newest_messages.pop(next(iter(self._newest_messages)))
        return message
