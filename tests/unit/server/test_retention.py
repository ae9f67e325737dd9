"""What is too old goes, class by class; the log says so and verifies; nobody else can cut it."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.unit.server.builders import CALL, NOON, a_question, an_order, score_command
from typer.testing import CliRunner

from ordertwin_cli.main import app
from ordertwin_models.order import Party
from ordertwin_server.access.heads import PUBLIC_KEY, HeadExport, head_before, signer_in
from ordertwin_server.commands.access_records import (
    OVERRIDE,
    SESSION,
    USE,
    OverrideRecord,
    SessionRecord,
    to_body,
)
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.read_audit import ReadAudit
from ordertwin_server.commands.retention import Ages, Retention
from ordertwin_server.faults import StartFailed
from ordertwin_stores import open_store
from ordertwin_stores.access import Put
from ordertwin_stores.audit import AuditEntry, Finding, Problem
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.retention import Cut
from ordertwin_stores.sqlite import library

DAY = timedelta(days=1)
CANARY = "Canarisson"


class Kept:
    """A store whose clock can be moved, with everything that forgets."""

    def __init__(self, store: OrderStore, folder: Path | None = None) -> None:
        self.now = NOON
        self.store = store
        self.heads = HeadExport(store.access, signer_in(folder), None, self.clock)

    def clock(self) -> datetime:
        return self.now

    def sweep(self, **ages: timedelta) -> dict[str, int]:
        made = Retention(self.store, self.heads, self.clock, Ages(requests=None, **ages))
        return dict(made.sweep())

    def verdict(self) -> Any:
        return ReadAudit(self.store, self.heads).verify(Call("default"), [])

    def log(self) -> list[AuditEntry]:
        return [each.entry for each in self.store.access.entries("default", 0, 1000)]


@pytest.fixture
def kept(store: OrderStore) -> Kept:
    return Kept(store)


def noted(kept: Kept, count: int, days_apart: int = 10) -> None:
    """That many entries, some days apart."""
    for number in range(count):
        entry = AuditEntry("clients/erp", "ListOrders", "", f"r-{number}", "OK")
        kept.store.access.note("default", [(kept.now, entry)])
        kept.now += days_apart * DAY


def test_old_orders_lose_names_and_new_ones_keep_them(kept: Kept) -> None:
    command = score_command(kept.store, clock=kept.clock)  # type: ignore[arg-type]
    customer = Party(name=CANARY, email=f"{CANARY}@example.org")
    for number, age in enumerate((60, 10)):
        kept.now = NOON - age * DAY
        order = an_order(order_id=f"SO-{number}", customer=customer, note=f"call {CANARY}")
        command(CALL, a_question(order, f"r-{number}"))
    kept.now = NOON
    assert kept.sweep(orders=45 * DAY)["orders"] == 1
    left = {each.order.order_id: each.order for each in kept.store.iterate_orders("default")}
    assert CANARY not in str(left["SO-0"])
    assert left["SO-0"].lines[0].sku
    assert left["SO-1"].customer == customer
    assert kept.sweep(orders=45 * DAY)["orders"] == 0
    assert kept.verdict().finding is None


def test_a_cut_log_verifies_and_says_where_it_begins(kept: Kept) -> None:
    noted(kept, 10)
    assert kept.sweep(log=50 * DAY)["log"] == 5
    assert [each.request_id for each in kept.log()][:2] == ["r-5", "r-6"]
    assert (kept.log()[-1].action, kept.log()[-1].outcome) == ("CutAuditLog", "5 forgotten")
    assert kept.verdict().finding is None
    assert ReadAudit(kept.store, kept.heads).first_position(Call("default")) == 6
    noted(kept, 3)
    assert kept.sweep(log=50 * DAY)["log"] == 3
    assert kept.verdict().finding is None


def test_the_newest_entry_stays_however_old(kept: Kept) -> None:
    noted(kept, 1)
    kept.now += 900 * DAY
    kept.sweep(log=30 * DAY)
    assert kept.log()
    assert kept.verdict().finding is None


def test_a_log_that_was_tampered_with_is_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with closing(open_store(str(path))) as store:
        noted(Kept(store, tmp_path), 10)
    _meddle(path, "UPDATE audit SET outcome = 'X' WHERE position = 2")
    with closing(open_store(str(path))) as store:
        kept = Kept(store, tmp_path)
        kept.now += 100 * DAY
        assert kept.sweep(log=50 * DAY) == {}
        assert kept.verdict().finding == Finding(2, 2, Problem.ALTERED)


def test_a_head_signed_for_another_purpose_cuts_nothing(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with closing(open_store(str(path))) as store:
        kept = Kept(store, tmp_path)
        noted(kept, 4)
        head = kept.heads.signed_now("default")
        noted(kept, 4)
        forged = Cut(4, head.head.hash, head.to_json())
        kept.store.retention.cut_log("default", forged, 0, _an_entry(), NOON)
        assert kept.verdict().finding == Finding(1, 4, Problem.MISSING)
        public = tmp_path / PUBLIC_KEY
        command = ["audit", "verify", "--store", str(path), "--public-key", str(public)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1
    assert "an entry from 1 to 4 is missing" in done.output


def test_entries_put_back_before_a_cut_are_found(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with closing(open_store(str(path))) as store:
        kept = Kept(store, tmp_path)
        noted(kept, 10)
        kept.sweep(log=50 * DAY)
    _meddle(path, "UPDATE audit SET position = 3 WHERE position = 6")
    with closing(open_store(str(path))) as store:
        finding = Kept(store, tmp_path).verdict().finding
    assert finding is not None
    assert finding.position == 6


def test_a_cut_log_is_checked_offline_with_the_servers_key(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with closing(open_store(str(path))) as store:
        kept = Kept(store, tmp_path)
        noted(kept, 10)
        kept.sweep(log=50 * DAY)
    verify = ["audit", "verify", "--store", str(path)]
    without = CliRunner().invoke(app, verify)
    assert without.exit_code != 0
    assert "--public-key" in without.output
    done = CliRunner().invoke(app, [*verify, "--public-key", str(tmp_path / PUBLIC_KEY)])
    assert done.exit_code == 0, done.output
    other = tmp_path / "other"
    signer_in(other)
    done = CliRunner().invoke(app, [*verify, "--public-key", str(other / PUBLIC_KEY)])
    assert done.exit_code == 1


def test_a_statement_about_another_place_is_not_believed(kept: Kept) -> None:
    noted(kept, 4)
    head = kept.store.access.head("default")
    cut = kept.heads.cut(head)
    assert kept.heads.begins_after("default", cut)[1]
    assert not kept.heads.begins_after("default", Cut(2, cut.hash, cut.statement))[1]
    assert not kept.heads.begins_after("elsewhere", cut)[1]
    assert not kept.heads.begins_after("default", Cut(4, cut.hash, "nonsense"))[1]
    assert not head_before("default", cut, None)[1]


def test_sessions_that_ended_and_old_notes_go(kept: Kept) -> None:
    session = SessionRecord(member="people/a", digest="", created_at=NOON, expires_at=NOON + DAY)
    puts = [Put(SESSION, "s1", to_body(session), 0)]
    kept.store.access.change("default", puts, None, _an_entry(), NOON)
    kept.store.access.jot("default", USE, {"people/a orders.read": NOON.isoformat()})
    kept.now += 2 * DAY
    assert kept.sweep(notes=30 * DAY)["notes"] == 1
    kept.now += 60 * DAY
    assert kept.sweep(notes=30 * DAY)["notes"] == 1
    assert kept.store.access.list("default", SESSION) == ()
    assert kept.store.access.list("default", USE) == ()


def test_overrides_go_some_time_after_they_ended(kept: Kept) -> None:
    override = OverrideRecord(
        target="orders/o1", reason="urgent", requested_by="clients/erp", expires_at=NOON
    )
    puts = [Put(OVERRIDE, "v1", to_body(override), 0)]
    kept.store.access.change("default", puts, None, _an_entry(), NOON)
    kept.now += 29 * DAY
    assert kept.sweep(notes=30 * DAY).get("notes", 0) == 0
    kept.now += 2 * DAY
    assert kept.sweep(notes=30 * DAY)["notes"] == 1
    assert kept.store.access.list("default", OVERRIDE) == ()


def test_a_clock_that_leaps_forgets_nothing_for_a_day(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    ages = Ages(log=30 * DAY, requests=None)
    wary = Retention(kept.store, kept.heads, kept.clock, ages, leap=7 * DAY)

    def swept() -> int:
        return wary.sweep().get("log", 0)

    noted(kept, 3, days_apart=1)
    assert swept() == 0
    right = kept.now
    kept.now += 3650 * DAY
    assert swept() == 0
    assert "The clock went on by 3650 days" in caplog.text
    kept.now = right + DAY / 2
    noted(kept, 1, days_apart=1)
    assert swept() == 0
    # A year that has really gone by, without a server: a day later it is believed.
    kept.now += 365 * DAY
    assert swept() == 0
    kept.now += DAY / 2
    assert swept() == 0
    kept.now += DAY / 2
    assert swept() == 3


def test_a_sweep_ends_when_the_server_does(kept: Kept) -> None:
    noted(kept, 10)
    ages = Ages(orders=45 * DAY, log=30 * DAY, requests=None)
    stopped = Retention(kept.store, kept.heads, kept.clock, ages, going_on=lambda: False)
    assert stopped.sweep()["log"] == 0


@pytest.mark.parametrize("name", ["orders", "decisions", "requests", "log"])
def test_calls_stay_repeatable(name: str) -> None:
    with pytest.raises(StartFailed, match=f"--retain-{name}-days"):
        Ages(**{name: 29 * DAY})


def test_the_command_forgets_in_a_store_without_a_server(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with closing(open_store(str(path))) as store:
        noted(Kept(store, tmp_path), 10)
    done = CliRunner().invoke(app, ["retain", "--log", "30", "--store", str(path)])
    assert done.exit_code == 0, done.output
    # All ten: the newest entry, which stays, says who ran the command.
    assert "log: 10 forgotten" in done.output


def _meddle(path: Path, *statements: str) -> None:
    """Change the database as its owner can."""
    database = library.connect(str(path), library.ROLLBACK)
    for (name,) in database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall():
        database.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        database.execute(statement)
    database.close()


def _an_entry() -> AuditEntry:
    return AuditEntry("server", "X", "", "", "OK")
