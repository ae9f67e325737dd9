"""A clock that is set back brings no key back that had ended, also over a restart."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

import grpc
import pytest
from tests.unit.server.builders import NOON
from tests.unit.server.running import running, settings_in

from benchmarks.access_matrix import Issuer
from ordertwin.v1.access_service_pb2 import GetCallerRequest
from ordertwin_client import AccessError
from ordertwin_client.access import GET_CALLER, AccessClient
from ordertwin_models.errors import StoreUnavailable
from ordertwin_server import security
from ordertwin_server.access.steady_clock import KIND, NAME, SteadyClock
from ordertwin_stores import open_store
from ordertwin_stores.interface import OrderStore

DAY = timedelta(days=1)


class Clocks:
    """The system's clock and its stopwatch, which stand until they are moved."""

    def __init__(self) -> None:
        self.now, self.seconds = NOON, 0.0

    def clock(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.seconds


def steady(store: OrderStore, clocks: Clocks, *, believing: bool = False) -> SteadyClock:
    return SteadyClock(store.access, "default", clocks.clock, clocks.monotonic, believing=believing)


def test_time_goes_on_while_the_clock_is_set_back(store: OrderStore) -> None:
    clocks = Clocks()
    made = steady(store, clocks)
    assert made() == NOON
    clocks.now, clocks.seconds = NOON - DAY, 5.0
    assert made() == NOON + timedelta(seconds=5)
    clocks.now = NOON + DAY
    assert made() == NOON + DAY


def test_a_restart_knows_the_time_that_was(
    store: OrderStore, caplog: pytest.LogCaptureFixture
) -> None:
    clocks = Clocks()
    steady(store, clocks).keep()
    clocks.now = NOON - 400 * DAY
    again = steady(store, clocks)
    assert again() == NOON
    with caplog.at_level(logging.WARNING):
        again.keep()
    assert "--believe-clock" in caplog.text


def test_a_clock_that_had_been_ahead_can_be_believed_again(store: OrderStore) -> None:
    clocks = Clocks()
    clocks.now = NOON + 400 * DAY
    steady(store, clocks).keep()
    clocks.now = NOON
    assert steady(store, clocks)() == NOON + 400 * DAY
    believing = steady(store, clocks, believing=True)
    believing.keep()
    assert believing() == steady(store, clocks)() == NOON


def noted(store: OrderStore) -> datetime:
    record = store.access.get("default", KIND, NAME)
    assert record is not None
    return datetime.fromisoformat(record.body)


def test_of_two_servers_the_later_time_stays_noted(store: OrderStore) -> None:
    ahead, behind = Clocks(), Clocks()
    behind.now = NOON - DAY
    slow = steady(store, behind)
    slow.keep()
    ahead.now = NOON
    steady(store, ahead).keep()
    behind.now += timedelta(hours=1)
    slow.keep()
    assert noted(store) == NOON
    behind.now = NOON + timedelta(hours=1)
    slow.keep()
    assert noted(store) == behind.now


def test_a_server_that_had_been_told_to_believe_its_clock_lowers_the_time_once(
    store: OrderStore,
) -> None:
    ahead, clocks = Clocks(), Clocks()
    ahead.now = NOON + DAY
    steady(store, ahead).keep()
    believing = steady(store, clocks, believing=True)
    believing.keep()
    assert noted(store) == NOON
    ahead.now = NOON + timedelta(hours=2)
    steady(store, ahead).keep()
    clocks.now = NOON + timedelta(hours=1)
    believing.keep()
    assert noted(store) == ahead.now


def test_the_store_is_written_now_and_then_and_may_fail(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = Clocks()
    made = steady(store, clocks)
    made.keep()
    clocks.now += timedelta(minutes=9)
    made.keep()
    assert noted(store) == NOON

    def full(*_: object) -> None:
        raise StoreUnavailable("The disk is full")

    clocks.now += timedelta(minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr(type(store.access), "jot", full)
        made.keep()
    made.keep()
    assert noted(store) == clocks.now


def test_a_key_that_ended_stays_so_on_a_server_whose_clock_is_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path, require_auth=True)
    later = datetime.now(NOON.tzinfo) + 30 * DAY
    store = open_store(settings.store)
    key = Issuer(store).key("erp", "clerk", ttl=DAY)
    store.close()

    def say_who_it_is(address: str) -> None:
        header = (("authorization", f"Bearer {key}"),)
        with grpc.insecure_channel(address) as channel:
            AccessClient(channel, header, timeout=10).call(GET_CALLER, GetCallerRequest())

    with running(settings) as server:
        say_who_it_is(server.address)
    with monkeypatch.context() as patch:
        patch.setattr(security, "utc_now", lambda: later)
        with running(settings) as server, pytest.raises(AccessError, match="expired"):
            say_who_it_is(server.address)
    with running(settings) as server, pytest.raises(AccessError, match="expired"):
        say_who_it_is(server.address)
