"""Roles, limits, separation of duties, overrides, and tenants that know nothing of each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from google.type.money_pb2 import Money
from tests.unit.server.access_world import World, world
from tests.unit.server.builders import an_order, resent

from ordertwin.v1.access_pb2 import Limits, Role, RoleBinding
from ordertwin.v1.access_service_pb2 import ListAuditEventsRequest
from ordertwin.v1.order_pb2 import CHANNEL_EDI, ORDER_STATE_ACCEPTED, ORDER_STATE_HELD
from ordertwin_client import AccessError, ConflictError, InvalidOrderError, NotFoundError
from ordertwin_client.access import (
    APPROVE_OVERRIDE,
    CONFIRM_ROLE,
    CREATE_API_KEY,
    DEFINE_ROLE,
    GET_CALLER,
    GRANT_ROLE,
    LIST_ROLE_BINDINGS,
    LIST_ROLES,
    REQUEST_OVERRIDE,
    REVIEW_ACCESS,
    WITHDRAW_ROLE,
)
from ordertwin_models.order import Party, PostalAddress
from ordertwin_server.convert import order_to_proto


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, calls_per_second=0) as made:
        yield made


def held_order(made: World, client: str = "erp", **changes: Any) -> str:
    """The name of an order that is held as a duplicate; its total is 63.8 EUR, by no channel."""
    with made.orders(client) as orders:
        orders.score_order(order_to_proto(an_order(**changes)))
        held = orders.score_order(order_to_proto(resent(an_order(**changes))))
    assert held.state == ORDER_STATE_HELD
    return held.order


def release(made: World, client: str, order: str) -> None:
    with made.orders(client) as orders:
        released = orders.update_order_status(order, ORDER_STATE_ACCEPTED, reason="it is new")
    assert released.state == ORDER_STATE_ACCEPTED


def limited(made: World, client: str, **limits: Any) -> None:
    binding = RoleBinding(member=f"clients/{client}", role="clerk", limits=Limits(**limits))
    made.ask("boss", GRANT_ROLE, binding=binding)
    made.ask("boss", WITHDRAW_ROLE, member="clients/desk", role="clerk")
    made.ask("boss", GRANT_ROLE, binding=binding)


def test_who_entered_an_order_does_not_release_it(guarded: World) -> None:
    order = held_order(guarded)
    with pytest.raises(AccessError, match="DUTIES_SEPARATED"):
        release(guarded, "erp", order)
    release(guarded, "desk", order)


def test_who_is_named_in_the_order_does_not_release_it_either(guarded: World) -> None:
    order = held_order(guarded, entered_by="desk")
    with pytest.raises(AccessError, match="DUTIES_SEPARATED"):
        release(guarded, "desk", order)
    release(guarded, "reviewer", order)


@pytest.mark.parametrize(
    ("limits", "within"),
    [
        ({"max_release_amount": Money(currency_code="EUR", units=64)}, True),
        ({"max_release_amount": Money(currency_code="EUR", units=63)}, False),
        ({"max_release_amount": Money(currency_code="USD", units=900)}, False),
        ({"channels": [CHANNEL_EDI]}, False),
    ],
)
def test_a_clerk_releases_within_limits(
    guarded: World, limits: dict[str, Any], within: bool
) -> None:
    order = held_order(guarded)
    limited(guarded, "desk", **limits)
    if within:
        release(guarded, "desk", order)
    else:
        with pytest.raises(AccessError, match="LIMIT_EXCEEDED"):
            release(guarded, "desk", order)


def test_an_override_takes_two_people_and_works_once(guarded: World) -> None:
    order = held_order(guarded)
    asked = guarded.ask("erp", REQUEST_OVERRIDE, target=order, reason="the line stands still")
    with pytest.raises(AccessError, match="DUTIES_SEPARATED"):
        release(guarded, "erp", order)
    guarded.ask("boss", APPROVE_OVERRIDE, name=asked.name)
    release(guarded, "erp", order)
    with pytest.raises(ConflictError, match="USED"):
        guarded.ask("chief", APPROVE_OVERRIDE, name=asked.name)
    review = guarded.ask("auditor", REVIEW_ACCESS)
    (fate,) = review.releases
    assert (fate.member, fate.released, fate.overrides) == ("clients/erp", 1, 1)


def test_nobody_approves_their_own_override(guarded: World) -> None:
    order = held_order(guarded)
    for role in ("clerk", "admin"):
        binding = RoleBinding(member="clients/both", role=role)
        guarded.ask("boss", GRANT_ROLE, binding=binding)
    guarded.keys["both"] = guarded.ask("boss", CREATE_API_KEY, client="both").secret
    asked = guarded.ask("both", REQUEST_OVERRIDE, target=order, reason="urgent")
    with pytest.raises(AccessError, match="their own override"):
        guarded.ask("both", APPROVE_OVERRIDE, name=asked.name)


def test_nobody_grants_or_confirms_their_own_role(guarded: World) -> None:
    binding = RoleBinding(member="clients/boss", role="clerk")
    with pytest.raises(AccessError, match="DUTIES_SEPARATED"):
        guarded.ask("boss", GRANT_ROLE, binding=binding)
    with pytest.raises(AccessError, match="DUTIES_SEPARATED"):
        guarded.ask("boss", CONFIRM_ROLE, member="clients/boss", role="admin")
    confirmed = guarded.ask("chief", CONFIRM_ROLE, member="clients/boss", role="admin")
    assert confirmed.confirmed_by == "clients/chief"
    assert confirmed.due_time.ToDatetime(UTC) > datetime.now(UTC)
    kinds = {finding.kind for finding in guarded.ask("auditor", REVIEW_ACCESS).findings}
    assert "SELF_APPROVAL_ATTEMPTED" in kinds


def test_a_custom_role_is_a_set_of_permissions(guarded: World) -> None:
    guarded.ask("boss", DEFINE_ROLE, role=Role(role="watcher", permissions=["orders.read"]))
    binding = RoleBinding(member="clients/scientist", role="watcher")
    guarded.ask("boss", GRANT_ROLE, binding=binding)
    bindings = guarded.ask("auditor", LIST_ROLE_BINDINGS).bindings
    assert ("clients/scientist", "watcher", "clients/boss") in {
        (each.member, each.role, each.granted_by) for each in bindings
    }
    roles = {role.role: role for role in guarded.ask("auditor", LIST_ROLES).roles}
    assert roles["clerk"].built_in
    assert list(roles["watcher"].permissions) == ["orders.read"]


def test_nobody_widens_a_role_that_they_have(guarded: World) -> None:
    role = Role(role="helper", permissions=["access.manage"])
    guarded.ask("boss", DEFINE_ROLE, role=role)
    for member in ("boss", "chief"):
        granter = "chief" if member == "boss" else "boss"
        binding = RoleBinding(member=f"clients/{member}", role="helper")
        guarded.ask(granter, GRANT_ROLE, binding=binding)
    wider = Role(role="helper", permissions=["access.manage", "orders.release"])
    with pytest.raises(AccessError, match="Nobody changes what a role permits"):
        guarded.ask("boss", DEFINE_ROLE, role=wider)
    guarded.ask("boss", WITHDRAW_ROLE, member="clients/chief", role="helper")
    changed = guarded.ask("chief", DEFINE_ROLE, role=wider)
    assert "orders.release" in changed.permissions


@pytest.mark.parametrize("name", ["clerk", "Admin", "local", "a b"])
def test_a_custom_role_does_not_pass_for_a_built_in_one(guarded: World, name: str) -> None:
    with pytest.raises(InvalidOrderError, match="built in"):
        guarded.ask("boss", DEFINE_ROLE, role=Role(role=name, permissions=["orders.read"]))


def test_an_unknown_permission_or_role_is_refused(guarded: World) -> None:
    with pytest.raises(InvalidOrderError, match="permissions"):
        guarded.ask("boss", DEFINE_ROLE, role=Role(role="x", permissions=["everything"]))
    binding = RoleBinding(member="clients/erp", role="king")
    with pytest.raises(NotFoundError, match="role"):
        guarded.ask("boss", GRANT_ROLE, binding=binding)


def test_tenants_neither_see_nor_block_nor_name_one_anothers_orders(guarded: World) -> None:
    with guarded.orders("erp") as ours:
        mine = ours.score_order(order_to_proto(an_order()))
    with guarded.orders("far") as theirs:
        same = theirs.score_order(order_to_proto(an_order()))
        assert same.candidates_considered == 0
        assert same.order.startswith("tenants/elsewhere/")
        for name in (mine.order, "tenants/default/orders/there-is-none"):
            with pytest.raises(NotFoundError, match="There is no order"):
                theirs.get_order(name)
            with pytest.raises(NotFoundError):
                theirs.update_order_status(name, ORDER_STATE_ACCEPTED)
        with pytest.raises(NotFoundError):
            list(theirs.list_orders(tenant="default"))
        assert [o.name for o in theirs.list_orders(tenant="elsewhere")] == [same.order]
    with pytest.raises(NotFoundError), guarded.access("far-auditor") as access:
        list(access.audit_events(ListAuditEventsRequest(parent="tenants/default")))
    assert guarded.ask("far", GET_CALLER).tenant == "elsewhere"


def test_an_auditor_reads_orders_without_names_addresses_and_contacts(guarded: World) -> None:
    note, name = "ask for Frau Canary", "Canary GmbH"
    customer = Party(name=name, email="canary@canary.example", contact_name="Frau Canary")
    address = PostalAddress(
        region_code="DE", locality="Canaryville", address_lines=("Canary Rd 1",), recipients=("C",)
    )
    order = an_order(note=note, customer=customer, ship_to=address, entered_by="canary")
    with guarded.orders("erp") as clerk:
        clerk.score_order(order_to_proto(order))
        scored = clerk.score_order(order_to_proto(resent(order)))
        assert "Canary" in str(clerk.get_order(scored.order))
    with guarded.orders("auditor") as auditor:
        seen = [
            auditor.get_order(scored.order),
            *auditor.list_orders(),
            auditor.get_decision(scored.decision),
        ]
    assert "canary" not in str(seen).casefold()
    assert [line.sku for line in seen[0].lines] == ["M8-40", "M8-50", "M10-60"]
    assert seen[-1].matches[0].match_weight == scored.matches[0].match_weight
