"""Keys: who has one is known, who has none or a bad one is not; and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.server.access_world import World, world
from tests.unit.server.builders import NOON, an_order
from tests.unit.server.running import running, settings_in

from benchmarks.access_matrix import Issuer
from ordertwin_client import AccessError, ConflictError, OrderTwinClient
from ordertwin_client.access import (
    CREATE_API_KEY,
    GET_CALLER,
    LIST_API_KEYS,
    REVOKE_API_KEY,
)
from ordertwin_models.errors import InvalidRequest
from ordertwin_server.access.authenticator import REMEMBERED_SECONDS, Authenticator
from ordertwin_server.access.first_key import ensure_somebody_administers
from ordertwin_server.access.keys import digest_of, key_id_in, new_key
from ordertwin_server.convert import order_to_proto
from ordertwin_server.faults import Unauthenticated
from ordertwin_server.identity import utc_now
from ordertwin_stores import open_store
from ordertwin_stores.interface import OrderStore


class Ticking:
    """A clock, and a stopwatch beside it, that stand until they are moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def clock(self) -> object:
        return NOON + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


def an_authenticator(store: OrderStore, time: Ticking) -> Authenticator:
    return Authenticator(
        store.access,
        clock=time.clock,  # type: ignore[arg-type]
        local_tenant=None,
        monotonic=time.monotonic,
    )


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def test_a_revoked_key_is_refused_within_a_second_on_every_server(store: OrderStore) -> None:
    time = Ticking()
    issuer = Issuer(store, time.clock)  # type: ignore[arg-type]
    key = issuer.key("erp", "clerk")
    servers = [an_authenticator(store, time) for _ in range(2)]
    for server in servers:
        assert server.identify(f"Bearer {key}").member == "clients/erp"
    issuer.revoke(key)
    time.seconds += REMEMBERED_SECONDS
    assert time.seconds < 1
    for server in servers:
        with pytest.raises(Unauthenticated, match="revoked"):
            server.identify(f"Bearer {key}")


def test_a_key_ends_at_the_instant_it_expires(store: OrderStore) -> None:
    time = Ticking()
    key = Issuer(store, time.clock).key("erp", "clerk", ttl=timedelta(minutes=1))  # type: ignore[arg-type]
    server = an_authenticator(store, time)
    time.seconds = 59.9
    assert server.identify(f"Bearer {key}").roles == ("clerk",)
    time.seconds = 60.0
    with pytest.raises(Unauthenticated, match="expired") as refused:
        server.identify(f"Bearer {key}")
    assert refused.value.member == "clients/erp"


def test_a_mistyped_key_is_told_without_asking_the_store() -> None:
    key = new_key().text
    assert key_id_in(key) is not None
    for position in range(len("ot_") + 14, len(key), 7):
        other = "a" if key[position] != "a" else "b"
        assert key_id_in(key[:position] + other + key[position + 1 :]) is None


def test_a_key_is_shown_once_and_never_stored(guarded: World) -> None:
    fields = {"client": "shop", "request_id": "r-1"}
    made = guarded.ask("boss", CREATE_API_KEY, **fields)
    assert key_id_in(made.secret) == made.api_key.name.rpartition("/")[2]
    again = guarded.ask("boss", CREATE_API_KEY, **fields)
    assert (again.api_key.name, again.secret) == (made.api_key.name, "")
    guarded.keys["shop"] = made.secret
    assert guarded.ask("shop", GET_CALLER).member == "clients/shop"
    guarded.server.stop()
    stored = b"".join(
        path.read_bytes() for path in Path(guarded.settings.store[10:]).parent.iterdir()
    )
    assert made.secret.encode() not in stored
    assert digest_of(made.secret).hex().encode() in stored


def test_a_client_has_two_live_keys_at_most(guarded: World) -> None:
    second = guarded.ask("boss", CREATE_API_KEY, client="erp")
    with pytest.raises(ConflictError, match="TOO_MANY_KEYS"):
        guarded.ask("boss", CREATE_API_KEY, client="erp")
    guarded.ask("boss", REVOKE_API_KEY, name=second.api_key.name)
    third = guarded.ask("boss", CREATE_API_KEY, client="erp").secret
    guarded.keys["third"] = third
    assert guarded.ask("third", GET_CALLER).roles == ["clerk"]


def test_what_a_key_list_shows_is_no_key(guarded: World) -> None:
    listed = guarded.ask("auditor", LIST_API_KEYS)
    assert {key.client for key in listed.api_keys} >= {"erp", "boss"}
    for secret in guarded.keys.values():
        assert secret not in str(listed)


@pytest.mark.parametrize("client", ["", "two words", "ä", "x" * 65, "../x"])
def test_a_client_has_a_plain_name(store: OrderStore, client: str) -> None:
    with pytest.raises(InvalidRequest, match="client"):
        Issuer(store).key(client)


def test_without_a_key_this_machine_may_do_the_daily_work_and_no_more(tmp_path: Path) -> None:
    with world(tmp_path, closed=False) as made:
        made.keys["nobody"] = ""
        with OrderTwinClient(made.server.address, timeout=10) as client:
            answer = client.score_order(order_to_proto(an_order()))
            assert client.get_order(answer.order).order_id == "SO-1"
        with pytest.raises(AccessError, match="UNAUTHENTICATED"):
            made.ask("nobody", LIST_API_KEYS)
        with (
            OrderTwinClient(made.server.address, timeout=10, key=new_key().text) as stranger,
            pytest.raises(AccessError, match="unknown"),
        ):
            stranger.get_order(answer.order)


def test_a_server_that_asks_for_keys_lets_nobody_in_without(guarded: World) -> None:
    with (
        OrderTwinClient(guarded.server.address, timeout=10) as client,
        pytest.raises(AccessError, match="missing"),
    ):
        client.score_order(order_to_proto(an_order()))


def test_a_fresh_store_gets_a_first_key_once(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, require_auth=True)
    with running(settings) as server:
        path = tmp_path / "admin.key"
        key = path.read_text().strip()
        assert path.stat().st_mode & 0o777 == 0o600
        with OrderTwinClient(server.address, timeout=10, key=key) as client:
            client.score_order(order_to_proto(an_order()))
    with running(settings):
        assert path.read_text().strip() == key


def test_who_may_restart_the_server_gets_back_in_when_the_last_admin_key_is_gone(
    tmp_path: Path,
) -> None:
    url = settings_in(tmp_path).store
    with closing(open_store(url)) as store:
        first = ensure_somebody_administers(store.access, "default", utc_now, tmp_path)
        assert first is not None
        assert ensure_somebody_administers(store.access, "default", utc_now, tmp_path) is None
        Issuer(store).revoke(first.text)
        second = ensure_somebody_administers(store.access, "default", utc_now, tmp_path)
        assert second is not None
        assert (tmp_path / "admin.key").read_text().strip() == second.text != first.text
    assert first.text not in repr(first)
