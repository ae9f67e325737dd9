"""What is wrong with the data of an order, whether or not it is anybody's duplicate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from ordertwin_models.candidate import Candidate
from ordertwin_models.features import HASHED_AT, FeatureBatch, OrderFeatures
from ordertwin_models.order import Channel, Order
from ordertwin_models.preparation import PreparedOrder
from ordertwin_stores.archive import OrderArchive
from ordertwin_training.scan.findings import Quality

CHECKED = (
    "no_reference",
    "junk_reference",
    "no_customer_number",
    "no_contact",
    "no_lines",
    "line_without_code",
    "line_without_quantity",
    "line_without_price",
    "amount_differs",
    "future_order_date",
    "delivery_before_order",
    "no_channel",
    "no_source",
)
"""Findings on one order, in the order in which a report shows them."""

SHARED = ("phone", "email")
_ALIKE = "name"
_LONGEST = 60
_TOLERANCE = 0.01


def note_order(quality: Quality, order: Order, prepared: PreparedOrder, now: datetime) -> None:
    """Note what is wrong with one order."""
    shown = order.order_number or order.order_id
    for finding in _wrong(order, prepared, now):
        quality.note(finding, shown)
    if prepared.normalised.reference.junk:
        quality.junk[order.customer_reference.strip().casefold()[:_LONGEST]] += 1


def note_sharing(
    quality: Quality,
    order: Order,
    features: OrderFeatures,
    candidates: Sequence[Candidate],
    archive: OrderArchive,
    tenant: str,
) -> None:
    """Note other customers with the same phone, e-mail or name; the newest of each is looked at."""
    number = int(features.header["hashed"][HASHED_AT["customer_id"]])
    if not number:
        return
    newest: dict[str, Candidate] = {}
    for candidate in candidates:
        for rule in candidate.rules:
            if rule in SHARED or rule == _ALIKE:
                newest.setdefault(rule, candidate)
    if not newest:
        return
    batch = FeatureBatch.of([candidate.features for candidate in newest.values()])
    theirs = batch.headers["hashed"][:, HASHED_AT["customer_id"]]
    other = (theirs != 0) & (theirs != np.uint32(number))
    for (rule, candidate), differs in zip(newest.items(), other, strict=True):
        if differs:
            _note_pair(quality, order, rule, archive.get_orders(tenant, [candidate.key]))


def _note_pair(quality: Quality, order: Order, rule: str, found: object) -> None:
    assert isinstance(found, dict)
    for stored in found.values():
        first, second = order.customer.party_id, stored.order.customer.party_id
        if rule == _ALIKE:
            quality.alike["\t".join((*sorted((first, second)), order.customer.name))] += 1
        else:
            value = order.customer.phone if rule == "phone" else order.customer.email
            quality.share(rule, value, (first, second))


def _wrong(order: Order, prepared: PreparedOrder, now: datetime) -> Iterator[str]:
    reference = prepared.normalised.reference
    if not order.customer_reference.strip():
        yield "no_reference"
    elif reference.junk:
        yield "junk_reference"
    if not order.customer.party_id:
        yield "no_customer_number"
    if not (order.customer.phone or order.customer.email):
        yield "no_contact"
    yield from _wrong_lines(order)
    if order.ordered_at > now:
        yield "future_order_date"
    wanted = order.requested_delivery_date
    if wanted is not None and wanted < order.ordered_at.date():
        yield "delivery_before_order"
    if order.channel is Channel.UNKNOWN:
        yield "no_channel"
    if not order.source:
        yield "no_source"


def _wrong_lines(order: Order) -> Iterator[str]:
    lines = order.lines
    if not lines:
        yield "no_lines"
        return
    if any(not (line.sku or line.gtin or line.customer_sku) for line in lines):
        yield "line_without_code"
    if any(not line.quantity for line in lines):
        yield "line_without_quantity"
    if any(line.unit_price is None for line in lines):
        yield "line_without_price"
    amounts = [
        line.quantity * line.unit_price
        for line in lines
        if line.quantity is not None and line.unit_price is not None
    ]
    total = order.total_amount
    if total is not None and len(amounts) == len(lines):
        off = abs(float(total) - float(sum(amounts)))
        if off > 1 and off > _TOLERANCE * abs(float(total)):
            yield "amount_differs"
