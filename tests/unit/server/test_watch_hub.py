"""The hub: readers who are slow or late lose nothing and cost a position."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from tests.conformance.stores.entries import MONDAY, TENANT, a_registration, register

from ordertwin_server.commands.watch_orders import EventFilter, Watch
from ordertwin_server.faults import ResumeTokenExpired, ShuttingDown, Unauthenticated
from ordertwin_server.watching import group as groups
from ordertwin_server.watching.hub import Hub
from ordertwin_server.watching.watcher import Watcher
from ordertwin_stores.events import StoredEvent
from ordertwin_stores.interface import OrderStore

ALL = EventFilter()


def encode(tenant: str, events: Sequence[StoredEvent], position: int, closing: bool) -> bytes:
    return " ".join(event.order_id for event in events).encode()


def check(credential: str) -> None:
    if credential == "bad":
        raise Unauthenticated("revoked")


@asynccontextmanager
async def hub_on(store: OrderStore, heartbeat: float = 60.0) -> AsyncIterator[Hub]:
    hub = Hub(store.events, encode, check, heartbeat=heartbeat)
    async with hub.running():
        yield hub


def watch_from(store: OrderStore, position: int | None = None) -> Watch:
    newest = store.events.span(TENANT).newest
    return Watch(TENANT, ALL, newest if position is None else position, newest)


async def write(store: OrderStore, *numbers: int) -> None:
    for number in numbers:
        await asyncio.to_thread(register, store, f"SO-{number}")


async def told(watcher: Watcher, count: int) -> list[str]:
    names: list[str] = []
    async for message in watcher.messages():
        names += message.decode().split()
        if len(names) >= count:
            break
    return names


def names(*numbers: int) -> list[str]:
    return [f"SO-{number}" for number in numbers]


async def test_who_falls_behind_what_is_kept_reads_on_from_the_store(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "KEPT", 3)
    async with hub_on(store) as hub:
        with (
            hub.joined(watch_from(store), "good") as slow,
            hub.joined(watch_from(store), "good") as quick,
        ):
            await write(store, *range(20))
            assert await told(quick, 20) == names(*range(20))
            assert await told(slow, 20) == names(*range(20))


async def test_who_comes_with_an_old_token_catches_up_and_goes_on(store: OrderStore) -> None:
    await write(store, *range(300))
    async with hub_on(store) as hub:
        with hub.joined(watch_from(store, 0), "good") as late:
            await write(store, 300)
            assert await told(late, 301) == names(*range(301))


async def test_what_was_dropped_meanwhile_is_not_passed_over(store: OrderStore) -> None:
    for number in range(3):
        register(store, a_registration(f"SO-{number}", at=MONDAY + timedelta(days=number)))
    store.events.forget(TENANT, MONDAY + timedelta(days=1), 10)
    async with hub_on(store) as hub:
        with hub.joined(watch_from(store, 0), "good") as late, pytest.raises(ResumeTokenExpired):
            await told(late, 3)


async def test_those_with_one_filter_share_a_group(store: OrderStore) -> None:
    async with hub_on(store) as hub:
        with hub.joined(watch_from(store), "a") as one, hub.joined(watch_from(store), "b") as other:
            assert one.group is other.group
            assert hub.watchers == 2
        assert hub.watchers == 0


async def test_a_revoked_credential_ends_its_stream_alone(store: OrderStore) -> None:
    async with hub_on(store) as hub:
        with (
            hub.joined(watch_from(store), "bad") as bad,
            hub.joined(watch_from(store), "good") as good,
        ):
            with pytest.raises(Unauthenticated):
                await told(bad, 1)
            await write(store, 1)
            assert await told(good, 1) == names(1)


async def test_a_reader_who_lets_the_stream_wait_is_cut_off_too(store: OrderStore) -> None:
    """While its write is held up, the end comes as a cancellation of its task."""
    async with hub_on(store) as hub:

        async def blocked() -> None:
            with hub.joined(watch_from(store), "bad") as watcher:
                try:
                    async for _ in watcher.messages():
                        await asyncio.Event().wait()
                except asyncio.CancelledError:
                    reason = watcher.why_cancelled()
                    assert reason is not None
                    raise reason from None

        with pytest.raises(Unauthenticated):
            await asyncio.create_task(blocked())


async def test_a_closed_hub_ends_every_stream_with_a_last_word(store: OrderStore) -> None:
    async with hub_on(store) as hub:
        hub.close()
        with hub.joined(watch_from(store), "good") as watcher:
            messages = watcher.messages()
            assert [await anext(messages), await anext(messages)] == [b"", b""]
            with pytest.raises(ShuttingDown):
                await anext(messages)
