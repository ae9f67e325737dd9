"""Small builders of what stores are given; every value can be overridden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from ordertwin_models.candidate import Lookup
from ordertwin_models.decision import Action, Decision, LineAlignment, Match, Outcome, Relation
from ordertwin_models.order import (
    Channel,
    Order,
    OrderKind,
    OrderLine,
    OrderState,
    Party,
    PostalAddress,
)
from ordertwin_stores.codec import order_digest
from ordertwin_stores.interface import (
    AuditEntry,
    Candidates,
    HistoryEntry,
    OrderStore,
    Registration,
    RequestRecord,
    StatusChange,
)

TENANT = "acme"
MONDAY = datetime(2026, 3, 2, 9, 30, 0, 123_456, tzinfo=UTC)


def an_order(order_id: str = "SO-1", **changes: Any) -> Order:
    order = Order(
        order_id=order_id,
        ordered_at=MONDAY,
        source="shop",
        lines=(OrderLine(line_id="1", sku="M8-40", quantity=Decimal("200")),),
    )
    return replace(order, **changes)


def a_full_order(order_id: str = "SO-1") -> Order:
    """Every field filled in, with values that are easily spoiled."""
    place = PostalAddress(
        region_code="DE",
        postal_code="01099",
        administrative_area="Sachsen",
        locality="Dresden",
        sublocality="Neustadt",
        address_lines=("Königsbrücker Straße 7", "Hof \u202eB"),
        recipients=("Frau Müller",),
        organization="Müller & Söhne GmbH",
    )
    return Order(
        order_id=order_id,
        ordered_at=MONDAY,
        order_number="1001",
        customer_reference="PO-0007 ",
        revision="2",
        blanket_reference="B-1",
        release_number="3",
        quote_reference="Q-9",
        company="Nord",
        kind=OrderKind.PURCHASE,
        channel=Channel.EDI,
        source="edi/Lübeck",
        message_function="9",
        entered_by="😀 clerk",
        requested_delivery_date=date(2026, 3, 9),
        customer=Party(
            party_id="0042",
            name="Zoë\u0301",
            contact_name="王小明",
            phone="+49 351 1",
            email="a@b.example",
            tax_id="DE1",
        ),
        ship_to=place,
        bill_to=replace(place, locality="Pirna"),
        lines=(
            OrderLine(
                line_id="10",
                sku="A-1",
                gtin="4006381333931",
                customer_sku="c",
                name="Schraube",
                specification="M8×40",
                quantity=Decimal("1.500"),
                unit="kg",
                unit_price=Decimal("2.550"),
                requested_date=date(2026, 3, 8),
            ),
            OrderLine(line_id="20", name="x", quantity=Decimal("0"), unit_price=Decimal("0.00")),
        ),
        currency_code="EUR",
        total_amount=Decimal("123456789012345.10"),
        note="first line\nsecond\tline",
        attributes={"zone": "b", "Area": "ä"},
    )


def a_match(order_key: str = "order-0") -> Match:
    return Match(
        order_key=order_key,
        state=OrderState.SHIPPED,
        match_probability=0.1 + 0.2,
        match_weight=1e-17,
        prior_weight=-9.123456789012345,
        contributions={"reference": 12.3, "amount × when": -5e-324},
        vector={"reference": 1.0, "phone": None},
        relation=Relation.REKEYED,
        relation_probability=1 / 3,
        line_alignments=(LineAlignment("1", "", 0.0, 0.0, 0.0), LineAlignment("2", "7", 1.0, 2, 3)),
        blocking_rules=("reference", "name"),
        counterfactual="reference",
    )


def a_decision(**changes: Any) -> Decision:
    decision = Decision(
        outcome=Outcome.UNIQUE,
        action=Action.ACCEPT,
        matches=(),
        policy_rules=(),
        model_version="1",
        candidates_considered=0,
        candidates_truncated=False,
        degraded=False,
        decided_at=MONDAY,
    )
    return replace(decision, **changes)


def a_request(request_id: str, reply: str = "the reply", payload: str = "payload") -> RequestRecord:
    return RequestRecord("ScoreOrder", request_id, sha256(payload.encode()).digest(), reply)


def an_audit_entry(target: str = "order") -> AuditEntry:
    return AuditEntry("clerk", "SCORE_ORDER", target, "", "OK")


def lookups(keys: Iterable[int], cap: int = 50) -> tuple[Lookup, ...]:
    return tuple(Lookup(key, f"rule-{key}", cap) for key in keys)


def a_registration(order: Order | str = "SO-1", **changes: Any) -> Registration:
    """A registration whose keys are named after the order; no blocking keys, no lookups."""
    order = an_order(order) if isinstance(order, str) else order
    entry = Registration(
        order_key=f"order-{order.order_id}",
        order=order,
        digest=order_digest(order),
        state=OrderState.RECEIVED,
        features=b"features of " + order.order_id.encode(),
        lookups=(),
        blocking_keys=(),
        terms=(),
        decision_key=f"decision-{order.order_id}",
        decision=a_decision(),
        review_key=None,
        request=a_request(f"request-{order.order_id}"),
        audit=an_audit_entry(),
        at=MONDAY,
    )
    return replace(entry, **changes)


def an_amendment(order: Order, version: int = 1, **changes: Any) -> Registration:
    """The order again with other content: its own decision and request, the same key."""
    key = f"order-{order.order_id}"
    return a_registration(
        order,
        **{
            "amends": (key, version),
            "decision_key": f"decision-{order.order_id}-v{version + 1}",
            "request": a_request(f"request-{order.order_id}-v{version + 1}"),
            "at": MONDAY + timedelta(hours=version),
            **changes,
        },
    )


def a_history_entry(order: Order | str = "SO-1", **changes: Any) -> HistoryEntry:
    order = an_order(order) if isinstance(order, str) else order
    entry = HistoryEntry(
        order_key=f"order-{order.order_id}",
        order=order,
        digest=order_digest(order),
        state=OrderState.COMPLETED,
        features=b"features of " + order.order_id.encode(),
        blocking_keys=(),
        terms=(),
        at=MONDAY,
    )
    return replace(entry, **changes)


def a_status_change(order_key: str, state: OrderState, **changes: Any) -> StatusChange:
    change = StatusChange(
        order_key=order_key,
        state=state,
        reason="because",
        expected_version=None,
        request=RequestRecord("UpdateOrderStatus", f"{order_key} to {state}", b"f" * 32, "done"),
        audit=an_audit_entry(order_key),
        at=MONDAY + timedelta(days=1),
    )
    return replace(change, **changes)


def seen_now(store: OrderStore, entry: Registration, tenant: str = TENANT) -> Candidates:
    return store.candidates(tenant, entry.lookups, 300)


def register(store: OrderStore, entry: Registration | str, tenant: str = TENANT) -> Registration:
    """Look and register; returns what was registered."""
    entry = a_registration(entry) if isinstance(entry, str) else entry
    result = store.register(tenant, entry, seen_now(store, entry, tenant))
    assert type(result).__name__ == "Registered", result
    return entry
