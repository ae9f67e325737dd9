"""Grants fall due, are confirmed or withdrawn, and the review says so, with its record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.server.builders import NOON
from tests.unit.server.test_identity import Ticking

from benchmarks.access_matrix import Issuer
from ordertwin_cli.access_report import as_html, as_text
from ordertwin_server.access.passwords import Passwords
from ordertwin_server.commands.access_records import (
    PASSWORD,
    USE,
    PasswordRecord,
    to_body,
)
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Caller, ReleaseLimit
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.manage_keys import ManageKeys
from ordertwin_server.commands.manage_roles import RECERTIFIED_EVERY, ManageRoles
from ordertwin_server.commands.review_access import AccessReview, ReviewAccess
from ordertwin_server.convert.access_out import review_to_proto
from ordertwin_server.faults import DutiesSeparated
from ordertwin_stores.access import Put
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import OrderStore

ERP, BOSS = "clients/erp", "clients/boss"


class Office:
    """Grants of one tenant, and a clock that can be moved."""

    def __init__(self, store: OrderStore) -> None:
        self.store, self.time = store, Ticking()
        deeds = Deeds(store, self.time.clock)  # type: ignore[arg-type]
        self.roles, self.keys = ManageRoles(deeds), ManageKeys(deeds)
        issuer = Issuer(store, self.time.clock)  # type: ignore[arg-type]
        issuer.key("erp", "clerk")
        issuer.key("boss", "admin")

    def call(self, member: str = BOSS) -> Call:
        return Call("default", member, given_caller=Caller("default", member))

    def pass_time(self, time: timedelta) -> None:
        self.time.seconds += time.total_seconds()

    def review(self) -> AccessReview:
        review = ReviewAccess(self.store, self.keys, self.roles, clock=self.time.clock)  # type: ignore[arg-type]
        return review(self.call(), None)

    def findings(self, kind: str) -> list[str]:
        return [each.subject for each in self.review().findings if each.kind == kind]


@pytest.fixture
def office(store: OrderStore) -> Office:
    return Office(store)


def test_a_grant_falls_due_until_somebody_confirms_it(office: Office) -> None:
    assert office.findings("CONFIRMATION_DUE") == []
    office.pass_time(RECERTIFIED_EVERY)
    assert office.findings("CONFIRMATION_DUE") == [BOSS, ERP]
    confirmed = office.roles.confirm(office.call(), "c-1", ERP, "clerk").grant
    assert confirmed.confirmed_by == BOSS
    assert confirmed.due_at == confirmed.confirmed_at + RECERTIFIED_EVERY  # type: ignore[operator]
    with pytest.raises(DutiesSeparated):
        office.roles.confirm(office.call(), "c-2", BOSS, "admin")
    assert office.findings("CONFIRMATION_DUE") == [BOSS]
    office.roles.withdraw(office.call(ERP), "w-1", BOSS, "admin")
    assert office.findings("CONFIRMATION_DUE") == []
    changes = [(each.entry.action, each.entry.target) for each in office.review().changes]
    assert changes[:2] == [
        ("WithdrawRole", f"{BOSS}/roles/admin"),
        ("ConfirmRole", f"{ERP}/roles/clerk"),
    ]


def test_a_confirmed_grant_keeps_its_limits(office: Office) -> None:
    from decimal import Decimal

    limit = ReleaseLimit(amount=Decimal("500"), currency="EUR")
    office.roles.grant(office.call(), "g-1", "people/anna", "clerk", limit)
    kept = office.roles.confirm(office.call(), "c-1", "people/anna", "clerk").grant
    assert kept.release_limit == limit


def test_a_review_tells_of_passwords_that_others_know(office: Office) -> None:
    for name, by in (("people/anna", BOSS), ("people/bert", "people/bert")):
        record = PasswordRecord(digest=Passwords().kept("x" * 12), set_at=NOON, set_by=by)
        put = Put(PASSWORD, name, to_body(record), 0)
        entry = AuditEntry(by, "SetPassword", name, "", "OK")
        office.store.access.change("default", [put], None, entry, NOON)
    assert office.findings("PASSWORD_SET_BY_ANOTHER") == ["people/anna"]


def test_people_who_come_with_a_token_alone_are_not_forgotten(office: Office) -> None:
    uses = {"people/0123456789 orders.read": NOON.isoformat(), f"{ERP} orders.read": "2026-03-02"}
    office.store.access.jot("default", USE, {**uses, f"{ERP} orders.read": NOON.isoformat()})
    assert office.findings("RIGHTS_FROM_PROVIDER") == ["people/0123456789"]


def test_reports_escape_what_they_are_given(office: Office) -> None:
    office.store.access.jot(
        "default", USE, {"people/<script>alert(1)</script> orders.read": NOON.isoformat()}
    )
    message = review_to_proto("default", office.review())
    page = as_html(message, "default<b>")
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page
    assert "2026-03-02 12:00 UTC" in page
    assert ERP in as_text(message)
