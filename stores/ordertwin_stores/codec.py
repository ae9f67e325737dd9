"""Values as bytes, the same for every driver: orders, decisions, times, numbers.

An order is its document (`ordertwin_models.document`) as canonical JSON; a decision is JSON with
the names of comparisons written once. Both are deflated with a fixed dictionary, because ten lines
of an order repeat the same twenty words. The first byte names the format: what was once written
stays readable for ever, so a dictionary is never edited, only followed by another. Knows no
database.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from struct import calcsize, pack, unpack_from
from typing import Any

from ordertwin_models.decision import (
    Action,
    Decision,
    LineAlignment,
    Match,
    Outcome,
    Relation,
)
from ordertwin_models.document import order_from_document, order_to_document
from ordertwin_models.order import Order, OrderState

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_FORMAT = b"\x01"
_DICTIONARY = (
    b'{"outcome":"DUPLICATE","action":"LINK","policy_rules":[],"model_version":"",'
    b'"candidates_considered":,"candidates_truncated":false,"degraded":false,"decided_at":'
    b'"shapes":[["REVIEW","HOLD","UNIQUE","ACCEPT"],"matches":[{"order_key":"RECEIVED","ACCEPTED",'
    b'"SHIPPED","COMPLETED","REORDER","STANDING","COINCIDENCE","customer_recent","rare_product",'
    b'"rare_pair","customer_basket","reference","basket","amount","name","phone","ship_to",null,'
    b'"attributes":{},"bill_to":{"address_lines":["Street"],"administrative_area":"","locality":"",'
    b'"organization":"","postal_code":"","recipients":[""],"region_code":"GB","sublocality":""},'
    b'"blanket_reference":"","channel":"WEB","EDI","PHONE","EMAIL","company":"",'
    b'"currency_code":"GBP","EUR","USD","customer":{"contact_name":"","email":"@",'
    b'"name":" GmbH Ltd","party_id":"","phone":"+","tax_id":""},"customer_reference":"PO-",'
    b'"entered_by":"","kind":"SALES","message_function":"9","note":"","order_id":"",'
    b'"order_number":"","ordered_at":"2026-01-01T09:00:00Z","quote_reference":"",'
    b'"release_number":"","requested_delivery_date":"2026-01-01","revision":"",'
    b'"ship_to":{"address_lines":["","locality":"","postal_code":"","region_code":"",'
    b'"source":"","total_amount":"100.00",'
    b'"lines":[{"customer_sku":"","gtin":"","line_id":"1","name":"SET OF HEART","quantity":"1",'
    b'"requested_date":"2026-01-01","sku":"","specification":"","unit":"EA","unit_price":"1.95"},'
    b'{"line_id":"2","name":"","quantity":"12","sku":"","unit":"pcs","unit_price":"0.85"}]}'
)


def order_digest(order: Order) -> bytes:
    """SHA-256 of an order's content: equal for equal orders, whatever zone their times came in.

    >>> one = Order(order_id="SO-1", ordered_at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    >>> order_digest(one) == order_digest(replace(one)), order_digest(one) == order_digest(
    ...     replace(one, note="in the morning, please"))
    (True, False)
    """
    return document_digest(canonical_order(order))


def document_digest(document: bytes) -> bytes:
    """The digest of the order that `canonical_order` made `document` of."""
    return sha256(document).digest()


def canonical_order(order: Order) -> bytes:
    """The order document with sorted keys, no spaces, times in UTC."""
    if order.ordered_at.tzinfo is not UTC:
        order = replace(order, ordered_at=order.ordered_at.astimezone(UTC))
    return _json(order_to_document(order))


def pack_order(order: Order) -> bytes:
    """An order as it is stored."""
    return deflate(canonical_order(order))


def unpack_order(content: bytes) -> Order:
    """The order that `pack_order` made `content` of."""
    return order_from_document(json.loads(inflate(content)))


def unpack_order_head(content: bytes) -> Order:
    """The same order, without its lines when its total is known: a third of the time."""
    document = json.loads(inflate(content))
    if document.get("total_amount") is not None:
        document.pop("lines", None)
    return order_from_document(document)


def deflate(text: bytes) -> bytes:
    """Compress JSON of ours; a short text becomes shorter too.

    >>> inflate(deflate(b'{"order_id":"SO-1"}'))
    b'{"order_id":"SO-1"}'
    """
    stream = zlib.compressobj(6, zlib.DEFLATED, -13, 6, zdict=_DICTIONARY)
    return _FORMAT + stream.compress(text) + stream.flush()


def inflate(packed: bytes) -> bytes:
    """The inverse of `deflate`; bytes of another format raise `ValueError`."""
    if packed[:1] != _FORMAT:
        raise ValueError("These bytes were written by another version of OrderTwin.")
    return zlib.decompressobj(-13, zdict=_DICTIONARY).decompress(packed[1:])


def to_micros(at: datetime) -> int:
    """Microseconds since 1970 UTC of a time with a zone.

    >>> to_micros(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC))
    1000005
    """
    return (at - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The time in UTC, exact.

    >>> from_micros(-1).isoformat()
    '1969-12-31T23:59:59.999999+00:00'
    """
    return _EPOCH + timedelta(0, 0, micros)


def pack_numbers(*groups: Sequence[int]) -> bytes:
    """Groups of signed 64-bit numbers as bytes.

    >>> unpack_numbers(pack_numbers([1, -2], [], [3]))
    [(1, -2), (), (3,)]
    """
    return b"".join(pack(f"<H{len(group)}q", len(group), *group) for group in groups)


def unpack_numbers(packed: bytes) -> list[tuple[int, ...]]:
    """The groups that `pack_numbers` was given."""
    groups, offset = [], 0
    while offset < len(packed):
        (count,) = unpack_from("<H", packed, offset)
        groups.append(unpack_from(f"<{count}q", packed, offset + 2))
        offset += calcsize(f"<H{count}q")
    return groups


def pack_decision(decision: Decision) -> bytes:
    """A decision as it is stored; every float comes back equal."""
    shapes: dict[tuple[str, ...], int] = {}
    matches = [_match_row(match, shapes) for match in decision.matches]
    body: dict[str, object] = {
        "outcome": decision.outcome,
        "action": decision.action,
        "policy_rules": decision.policy_rules,
        "model_version": decision.model_version,
        "candidates_considered": decision.candidates_considered,
        "candidates_truncated": decision.candidates_truncated,
        "degraded": decision.degraded,
        "decided_at": to_micros(decision.decided_at),
        "policy_version": decision.policy_version,
        "attended": decision.attended,
        "shapes": list(shapes),
        "matches": matches,
    }
    if decision.customers:
        body["customers"] = decision.customers
    return deflate(_json(body))


def unpack_decision(body: bytes) -> Decision:
    """The decision that `pack_decision` made `body` of."""
    stored = json.loads(inflate(body))
    shapes: list[list[str]] = stored["shapes"]
    return Decision(
        outcome=Outcome(stored["outcome"]),
        action=Action(stored["action"]),
        matches=tuple(_match(row, shapes) for row in stored["matches"]),
        policy_rules=tuple(stored["policy_rules"]),
        model_version=stored["model_version"],
        candidates_considered=stored["candidates_considered"],
        candidates_truncated=stored["candidates_truncated"],
        degraded=stored["degraded"],
        decided_at=from_micros(stored["decided_at"]),
        # Decisions of earlier versions have none of these.
        policy_version=stored.get("policy_version", ""),
        attended=stored.get("attended", False),
        customers=stored.get("customers", 0),
    )


def unpack_relation(body: bytes) -> str:
    """What the first match of a packed decision was taken for; empty when there is none."""
    matches = json.loads(inflate(body))["matches"]
    return str(matches[0][_RELATION_PLACE]) if matches else ""


def _match_row(match: Match, shapes: dict[tuple[str, ...], int]) -> list[object]:
    return [
        match.order_key,
        match.state,
        match.match_probability,
        match.match_weight,
        match.prior_weight,
        _named(match.contributions, shapes),
        _named(match.vector, shapes),
        match.relation,
        match.relation_probability,
        [
            [a.incoming_line_id, a.existing_line_id, a.agreement, a.quantity_ratio, a.price_ratio]
            for a in match.line_alignments
        ],
        match.blocking_rules,
        match.counterfactual,
    ]


def _match(row: list[Any], shapes: list[list[str]]) -> Match:
    key, state, probability, weight, prior, contributions, vector, relation, *rest = row
    relation_probability, alignments, rules, counterfactual = rest
    return Match(
        order_key=key,
        state=OrderState(state),
        match_probability=probability,
        match_weight=weight,
        prior_weight=prior,
        contributions=_unnamed(contributions, shapes),
        vector=_unnamed(vector, shapes),
        relation=Relation(relation),
        relation_probability=relation_probability,
        line_alignments=tuple(LineAlignment(*alignment) for alignment in alignments),
        blocking_rules=tuple(rules),
        counterfactual=counterfactual,
    )


_RELATION_PLACE = 7


def _named(values: Mapping[str, float | None], shapes: dict[tuple[str, ...], int]) -> list[object]:
    return [shapes.setdefault(tuple(values), len(shapes)), *values.values()]


def _unnamed(row: list[Any], shapes: list[list[str]]) -> dict[str, Any]:
    return dict(zip(shapes[row[0]], row[1:], strict=True))


def _json(value: Mapping[str, object] | Iterable[object]) -> bytes:
    return _ENCODER.encode(value).encode("utf-8", "surrogatepass")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def order_mark(digest: bytes, state: OrderState, version: int) -> bytes:
    """Digest of an order as it stands, for audit entries: content, state and version."""
    return sha256(digest + f"{state}:{version}".encode()).digest()
