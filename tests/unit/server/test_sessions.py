"""Passwords and sessions: who knows theirs gets in, who guesses does not, and all ends in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.unit.server.access_world import World, world
from tests.unit.server.test_identity import Ticking

from ordertwin.v1.access_pb2 import RoleBinding
from ordertwin.v1.session_service_pb2 import SignInResponse
from ordertwin_client import AccessError, InvalidOrderError, OrderTwinError
from ordertwin_client.access import (
    GET_CALLER,
    GRANT_ROLE,
    LIST_AUDIT_EVENTS,
    LIST_ROLES,
    SET_PASSWORD,
    SIGN_IN,
    SIGN_OUT,
)
from ordertwin_client.requests import Rpc
from ordertwin_server.access.attempts import BURST, FREE, Attempts
from ordertwin_server.access.authenticator import Authenticator
from ordertwin_server.access.passwords import Passwords
from ordertwin_server.commands.access_records import SESSION
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.sessions import LIVE_SESSIONS, Sessions
from ordertwin_server.faults import TooManyAttempts, Unauthenticated
from ordertwin_stores import open_store
from ordertwin_stores.interface import OrderStore

ANNA, FIRST, OWN = "people/anna", "first handed over", "correct horse battery"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, calls_per_second=0) as made:
        yield made


def sign_in(made: World, password: str, member: str = ANNA, name: str = "anna") -> SignInResponse:
    """Sign in; later calls by `name` are in that session."""
    answer: SignInResponse = made.ask("", SIGN_IN, member=member, password=password)
    made.keys[name] = answer.token
    return answer


def refusals(made: World, rpc: Rpc[Any], client: str = "", /, **fields: Any) -> list[str]:
    """How a call is refused, until it came too often; waits double, so any machine gets there."""
    said = []
    while len(said) < 20 and "TOO_MANY_ATTEMPTS" not in said:
        with pytest.raises(OrderTwinError) as refused:
            made.ask(client, rpc, **fields)
        said.append(refused.value.reason)
    return said


def with_password(made: World) -> None:
    """Anna, an auditor with a password of her own choice."""
    made.ask("boss", GRANT_ROLE, binding=RoleBinding(member=ANNA, role="auditor"))
    made.ask("boss", SET_PASSWORD, member=ANNA, password=FIRST)
    sign_in(made, FIRST)
    made.ask("anna", SET_PASSWORD, member=ANNA, password=OWN, old_password=FIRST)


def test_a_password_opens_a_session_with_the_rights_of_the_member(guarded: World) -> None:
    with_password(guarded)
    session = sign_in(guarded, OWN)
    assert session.caller.member == ANNA
    assert list(session.caller.roles) == ["auditor"]
    assert session.idle_timeout.seconds == 30 * 60
    assert not session.password_change_required
    assert guarded.ask("anna", LIST_ROLES).roles
    with pytest.raises(AccessError, match="PERMISSION_DENIED"):
        guarded.ask("anna", GRANT_ROLE, binding=RoleBinding(member="clients/x", role="clerk"))


def test_a_password_that_somebody_else_set_opens_nothing_but_its_change(guarded: World) -> None:
    guarded.ask("boss", GRANT_ROLE, binding=RoleBinding(member=ANNA, role="auditor"))
    guarded.ask("boss", SET_PASSWORD, member=ANNA, password=FIRST)
    session = sign_in(guarded, FIRST)
    assert session.password_change_required
    assert not session.caller.permissions
    with pytest.raises(AccessError, match="PERMISSION_DENIED"):
        guarded.ask("anna", LIST_ROLES)
    changed = guarded.ask("anna", SET_PASSWORD, member=ANNA, password=OWN, old_password=FIRST)
    assert changed.sessions == 1
    with pytest.raises(AccessError, match="session that is over"):
        guarded.ask("anna", GET_CALLER)
    with pytest.raises(AccessError, match="SIGN_IN_REFUSED"):
        sign_in(guarded, FIRST)


def test_nobody_learns_whether_a_member_has_a_password(guarded: World) -> None:
    with_password(guarded)
    refusals = []
    for member in (ANNA, "people/nobody"):
        with pytest.raises(AccessError) as refused:
            sign_in(guarded, "a wrong one", member)
        refusals.append((str(refused.value), refused.value.metadata))
    assert refusals[0] == refusals[1]
    with pytest.raises(AccessError) as elsewhere:
        guarded.ask("", SIGN_IN, parent="tenants/there-is-none", member=ANNA, password=OWN)
    assert str(elsewhere.value) == refusals[0][0]


def test_the_same_is_reckoned_with_and_without_a_password_to_compare_with() -> None:
    reckoned: list[str] = []

    class Counting(Passwords):
        def kept(self, password: str) -> str:
            reckoned.append("kept")
            return super().kept(password)

    passwords = Counting()
    kept = passwords.kept(OWN)
    hasher = passwords._hasher
    passwords.fits("x", None)
    nobodys = passwords._nobodys
    assert kept.split("$")[:4] == nobodys.split("$")[:4]
    assert not hasher.check_needs_rehash(nobodys)
    assert passwords.fits(OWN, kept)
    assert not passwords.fits(OWN, None)
    assert not passwords.fits(OWN, "no digest")


def test_guessing_gets_slow_and_is_in_the_log(guarded: World) -> None:
    with_password(guarded)
    said = refusals(guarded, SIGN_IN, member=ANNA, password="a wrong one")
    assert said[: FREE + 1] == ["SIGN_IN_REFUSED"] * (FREE + 1)
    assert said[-1] == "TOO_MANY_ATTEMPTS"
    events = guarded.ask("auditor", LIST_AUDIT_EVENTS, action="SignIn").events
    refused = [each for each in events if each.outcome == "SIGN_IN_REFUSED"]
    assert {(each.actor, each.target) for each in refused} == {("unknown", ANNA)}
    assert len(refused) == len(said) - 1


def test_what_is_typed_in_the_place_of_a_name_is_not_logged(guarded: World) -> None:
    with pytest.raises(AccessError):
        sign_in(guarded, "x", "people/mysecretpassword")
    events = guarded.ask("auditor", LIST_AUDIT_EVENTS, action="SignIn").events
    assert [(each.actor, each.target) for each in events] == [("unknown", "")]


def test_failures_are_noted_in_the_log_of_the_members_tenant(guarded: World) -> None:
    far = {"parent": "tenants/elsewhere"}
    guarded.ask("far-boss", SET_PASSWORD, member=ANNA, password=OWN, **far)
    with pytest.raises(AccessError, match="SIGN_IN_REFUSED"):
        guarded.ask("", SIGN_IN, member=ANNA, password="a wrong one", **far)
    with pytest.raises(AccessError, match="SIGN_IN_REFUSED"):
        sign_in(guarded, OWN)
    for reader, parent, target in (
        ("auditor", "tenants/default", ""),
        ("far-auditor", "tenants/elsewhere", ANNA),
    ):
        log = guarded.ask(reader, LIST_AUDIT_EVENTS, parent=parent, action="SignIn").events
        assert [(each.outcome, each.target) for each in log] == [("SIGN_IN_REFUSED", target)]


def test_the_wait_doubles_and_success_ends_it() -> None:
    time = Ticking()
    attempts = Attempts(time.monotonic)
    for _ in range(FREE + 1):
        attempts.begin("anna", "here")
    for wait in (1, 2, 4, 8):
        with pytest.raises(TooManyAttempts):
            attempts.begin("anna", "here")
        time.seconds += wait
        attempts.begin("anna", "there")
    attempts.begin("bert", "here")
    attempts.succeeded("anna")
    attempts.begin("anna", "here")


def test_one_origin_cannot_try_all_names() -> None:
    time = Ticking()
    attempts = Attempts(time.monotonic)
    for number in range(BURST):
        attempts.begin(f"m{number}", "here")
    with pytest.raises(TooManyAttempts):
        attempts.begin("another", "here")
    attempts.begin("m1", "there")


def test_signing_out_ends_this_session_or_all(guarded: World) -> None:
    with_password(guarded)
    for name in ("one", "two", "three"):
        sign_in(guarded, OWN, name=name)
    assert guarded.ask("one", SIGN_OUT).sessions == 1
    with pytest.raises(AccessError, match="session that is over"):
        guarded.ask("one", GET_CALLER)
    guarded.ask("two", GET_CALLER)
    assert guarded.ask("two", SIGN_OUT, everywhere=True).sessions == 2
    with pytest.raises(AccessError, match="session that is over"):
        guarded.ask("three", GET_CALLER)
    assert guarded.ask("boss", SIGN_OUT, everywhere=True).sessions == 0
    events = guarded.ask("auditor", LIST_AUDIT_EVENTS, action="SignOut", actor=ANNA).events
    assert [each.outcome for each in events] == ["SESSIONS_ENDED 2", "SESSIONS_ENDED 1"]


def test_removing_a_password_ends_the_sessions_and_the_way_in(guarded: World) -> None:
    with_password(guarded)
    sign_in(guarded, OWN)
    assert guarded.ask("boss", SET_PASSWORD, member=ANNA, remove=True).sessions == 1
    with pytest.raises(AccessError, match="session that is over"):
        guarded.ask("anna", GET_CALLER)
    with pytest.raises(AccessError, match="SIGN_IN_REFUSED"):
        sign_in(guarded, OWN)


def test_only_administrators_set_passwords_of_others(guarded: World) -> None:
    for client in ("erp", "reviewer", "auditor"):
        with pytest.raises(AccessError, match="PERMISSION_DENIED"):
            guarded.ask(client, SET_PASSWORD, member=ANNA, password=OWN)
    with_password(guarded)
    sign_in(guarded, OWN)
    with pytest.raises(AccessError, match="PERMISSION_DENIED"):
        guarded.ask("anna", SET_PASSWORD, member="people/bert", password=OWN)
    with pytest.raises(AccessError, match="SIGN_IN_REFUSED"):
        guarded.ask("anna", SET_PASSWORD, member=ANNA, password="another long one")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "anna-anna-2026-x", "x" * 257])
def test_weak_passwords_are_refused(guarded: World, password: str) -> None:
    with pytest.raises(InvalidOrderError, match="password"):
        guarded.ask("boss", SET_PASSWORD, member=ANNA, password=password)


def test_a_repeated_change_is_done_once_and_another_password_is_no_repetition(
    guarded: World,
) -> None:
    change = {"member": ANNA, "password": FIRST, "request_id": "r-1"}
    guarded.ask("boss", SET_PASSWORD, **change)
    guarded.ask("boss", SET_PASSWORD, **change)
    said = refusals(guarded, SET_PASSWORD, "boss", **change | {"password": OWN})
    assert (said[0], said[-1]) == ("REQUEST_ID_REUSED", "TOO_MANY_ATTEMPTS")


def test_neither_password_nor_token_is_anywhere_in_the_database(tmp_path: Path) -> None:
    with world(tmp_path) as made:
        with_password(made)
        token = sign_in(made, OWN).token
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    for secret in (FIRST, OWN, token, token.rpartition("_")[2]):
        assert secret.encode() not in kept


def sessions_of(store: OrderStore, time: Ticking) -> Sessions:
    deeds = Deeds(store, time.clock)  # type: ignore[arg-type]
    lasts = timedelta(hours=12)
    return Sessions(deeds, Passwords(), Attempts(), lasts=lasts, ended=lambda: None)


def test_a_session_ends_when_it_rests_and_in_any_case_after_its_time() -> None:
    time = Ticking()
    with closing(open_store(":memory:")) as store:
        made = sessions_of(store, time)
        made.set_password(Call("default", "boss"), "r-1", ANNA, OWN, "", False)
        servers = [
            Authenticator(
                store.access,
                clock=time.clock,  # type: ignore[arg-type]
                local_tenant=None,
                monotonic=time.monotonic,
            )
            for _ in range(2)
        ]
        resting = f"Bearer {made.sign_in(Call('default'), 'default', ANNA, OWN).token}"
        used = f"Bearer {made.sign_in(Call('default'), 'default', ANNA, OWN).token}"
        for _ in range(12 * 60 // 20 - 1):
            time.seconds += 20 * 60
            assert servers[0].identify(used).member == ANNA
        time.seconds += 20 * 60
        for header in (resting, used):
            for server in servers:
                with pytest.raises(Unauthenticated, match="session that is over"):
                    server.identify(header)


def test_of_many_sessions_the_oldest_end() -> None:
    time = Ticking()
    with closing(open_store(":memory:")) as store:
        made = sessions_of(store, time)
        made.set_password(Call("default", "boss"), "r-1", ANNA, OWN, "", False)
        tokens = []
        for _ in range(LIVE_SESSIONS + 2):
            time.seconds += 1
            tokens.append(made.sign_in(Call("default"), "default", ANNA, OWN).token)
        left = {record.name for record in store.access.list("default", SESSION)}
        assert left == {token.split("_")[1] for token in tokens[-LIVE_SESSIONS:]}


def test_an_open_stream_does_not_keep_a_session_from_resting() -> None:
    time = Ticking()
    with closing(open_store(":memory:")) as store:
        made = sessions_of(store, time)
        made.set_password(Call("default", "boss"), "r-1", ANNA, OWN, "", False)
        server = Authenticator(
            store.access,
            clock=time.clock,  # type: ignore[arg-type]
            local_tenant=None,
            monotonic=time.monotonic,
        )
        header = f"Bearer {made.sign_in(Call('default'), 'default', ANNA, OWN).token}"
        time.seconds += 20 * 60
        server.identify(header)
        for _ in range(29):
            time.seconds += 60
            server.identify(header, counted=False)
        time.seconds += 60
        with pytest.raises(Unauthenticated, match="session that is over"):
            server.identify(header, counted=False)
