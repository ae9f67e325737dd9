"""The operation log is read once for reviews of rights, and what it tells stays exact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.unit.server.builders import NOON

from ordertwin_server.commands import access_log
from ordertwin_server.commands.access_log import REMEMBERED, AccessLog, UseOfRights
from ordertwin_server.commands.call import Call, always
from ordertwin_server.faults import DeadlineExceeded
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import OrderStore

TENANT, ANNA = "default", "people/anna"


class Log:
    """A log that is written, looked at, and counted when it is read."""

    def __init__(self, store: OrderStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store, self.looks, self.read = store, AccessLog(store), 0
        for name in ("entries", "search"):
            monkeypatch.setattr(store.access, name, self._counted(getattr(store.access, name)))

    def _counted(self, read: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            found = read(*arguments)
            self.read += len(getattr(found, "entries", found))
            return found

        return counted

    def write(
        self, count: int = 1, *, at: datetime = NOON, action: str = "GetOrder", outcome: str = "OK",
        actor: str = ANNA, target: str = "orders/1", origin: str = "10.0.0.1",
    ) -> None:  # fmt: skip
        entry = AuditEntry(actor, action, target, "", outcome, origin)
        self.store.access.note(TENANT, [(at, entry)] * count)

    def since(
        self, begin: datetime, now: datetime = NOON, waiting: Callable[[], bool] = always
    ) -> UseOfRights:
        return self.looks.since(Call(TENANT, waiting=waiting), begin, now)


@pytest.fixture
def log(store: OrderStore, monkeypatch: pytest.MonkeyPatch) -> Log:
    return Log(store, monkeypatch)


def test_an_entry_is_read_once_and_what_came_since_at_the_next_look(log: Log) -> None:
    begin = NOON - timedelta(days=30)
    assert log.since(begin).changes == []
    log.write(2_500)
    log.write(action="CreateApiKey")
    first = log.since(begin)
    assert (log.read, [each.entry.action for each in first.changes]) == (2_501, ["CreateApiKey"])
    log.write(action="RevokeApiKey", origin="10.0.0.2")
    second = log.since(begin)
    assert log.read == 2_502
    assert [each.entry.action for each in second.changes] == ["RevokeApiKey", "CreateApiKey"]
    assert second.origins == {ANNA: {"10.0.0.1", "10.0.0.2"}}
    log.since(begin)
    assert log.read == 2_502


def test_what_is_remembered_is_told_from_the_time_asked_for(log: Log) -> None:
    early, late = NOON - timedelta(days=60), NOON - timedelta(days=1)
    for at, order in ((early, "1"), (late, "2")):
        log.write(at=at, action="UpdateOrderStatus", outcome="RELEASED_ACCEPTED",
                  target=f"orders/{order}", origin=f"10.0.0.{order}")  # fmt: skip
        log.write(at=at, action="ApproveOverride", outcome="DUTIES_SEPARATED")
        log.write(at=at, action="UseOverride")
    whole, recent = log.since(NOON - REMEMBERED), log.since(NOON - timedelta(days=2))
    assert whole.released == {ANNA: {"1", "2"}}
    assert (whole.refused[ANNA], whole.overrides[ANNA]) == (2, 2)
    assert recent.released == {ANNA: {"2"}}
    assert (recent.refused[ANNA], recent.overrides[ANNA]) == (1, 1)
    assert recent.origins[ANNA] == {"10.0.0.1", "10.0.0.2"}


def test_a_longer_time_than_is_remembered_is_read_anew(log: Log) -> None:
    log.write(at=NOON - REMEMBERED - timedelta(days=1), action="GrantRole")
    log.write(3)
    assert log.since(NOON - REMEMBERED).changes == []
    assert len(log.since(NOON - timedelta(days=400)).changes) == 1
    assert log.since(NOON - REMEMBERED, NOON + timedelta(hours=1)).changes == []


def test_what_grows_old_is_forgotten(log: Log) -> None:
    log.write(action="GrantRole")
    log.since(NOON)
    later = NOON + REMEMBERED + timedelta(seconds=1)
    log.write(at=later, action="DefineRole", origin="10.0.0.3")
    found = log.since(later - REMEMBERED, later)
    assert [each.entry.action for each in found.changes] == ["DefineRole"]
    assert found.origins == {ANNA: {"10.0.0.3"}}


def test_strangers_leave_nothing_in_memory(log: Log) -> None:
    log.write(5, actor="anonymous", outcome="UNAUTHENTICATED", origin="10.9.9.9")
    assert log.since(NOON).origins == {}


def test_a_look_that_ran_out_of_time_goes_on_where_it_was(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log, "READ_AT_ONCE", 10)
    log.write(1, action="GrantRole")
    log.write(30)
    patience = iter((True, True, False))
    with pytest.raises(DeadlineExceeded):
        log.since(NOON, waiting=lambda: next(patience))
    assert log.read == 20
    assert len(log.since(NOON).changes) == 1
    assert log.read == 31


def test_tenants_that_were_looked_at_long_ago_make_room(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log, "MOST_TENANTS", 1)
    log.write(3)
    log.since(NOON)
    log.looks.since(Call("elsewhere"), NOON, NOON)
    log.since(NOON)
    assert log.read == 6
