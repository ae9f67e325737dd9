"""The merged order: lines of a proposal, and one value for everything an order has once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, TypeVar

from ordertwin_models.merging.fields import FieldName
from ordertwin_models.merging.proposal import Proposal
from ordertwin_models.order import Order
from ordertwin_models.order_fields import NOTE_LENGTH, REFERENCE_LENGTH

MERGED_REFERENCES = "merged_references"
"""The attribute that keeps customer references which the result does not have as its own."""

T = TypeVar("T")
_CENT = Decimal("0.01")


def merged_order(
    first: Order,
    second: Order,
    proposal: Proposal,
    choices: Mapping[FieldName, int],
    *,
    order_id: str,
    order_number: str = "",
) -> Order:
    """The order that both become. `choices` say 0 for the first or 1 for the second order, field by
    field; where nobody chose, the first gives what it has, and the second the rest.

    The total is what the lines come to, None when that is not known.
    """
    pair = (first, second)
    givers = {field: pair[choices.get(field, 0)] for field in FieldName}
    others = {field: pair[1 - choices.get(field, 0)] for field in FieldName}
    lines = tuple(each.line for each in proposal.lines)
    currency = givers[FieldName.CURRENCY].currency_code or others[FieldName.CURRENCY].currency_code
    days = [o.requested_delivery_date for o in pair if o.requested_delivery_date is not None]
    one_currency = first.currency_code.strip().upper() == second.currency_code.strip().upper()
    return replace(
        first,
        order_id=order_id,
        order_number=order_number,
        ordered_at=min(first.ordered_at, second.ordered_at),
        customer_reference=first.customer_reference or second.customer_reference,
        revision=first.revision or second.revision,
        blanket_reference=first.blanket_reference or second.blanket_reference,
        release_number=first.release_number or second.release_number,
        quote_reference=first.quote_reference or second.quote_reference,
        company=givers[FieldName.COMPANY].company or others[FieldName.COMPANY].company,
        customer=_filled(givers[FieldName.CUSTOMER].customer, others[FieldName.CUSTOMER].customer),
        ship_to=_either(givers[FieldName.SHIP_TO].ship_to, others[FieldName.SHIP_TO].ship_to),
        bill_to=_either(givers[FieldName.CUSTOMER].bill_to, others[FieldName.CUSTOMER].bill_to),
        requested_delivery_date=min(days, default=None),
        message_function="",
        lines=lines,
        currency_code=currency,
        total_amount=_total(proposal) if one_currency else None,
        note=_note(first.note, second.note),
        attributes=_attributes(first, second),
    )


def _filled(mine: T, theirs: T) -> T:
    """A party with what it lacks from the other, if both are the same one; else as it is."""
    values: dict[str, Any] = {
        each.name: getattr(mine, each.name) or getattr(theirs, each.name)
        for each in fields(mine)  # type: ignore[arg-type]
    }
    known = getattr(mine, "party_id", ""), getattr(theirs, "party_id", "")
    if all(known) and known[0] != known[1]:
        return mine
    return type(mine)(**values)


def _either(mine: T, theirs: T) -> T:
    """An address is taken whole: half of one and half of another would be a third place."""
    return mine if mine != type(mine)() else theirs


def _total(proposal: Proposal) -> Decimal | None:
    amounts = [
        each.line.quantity * each.line.unit_price
        for each in proposal.lines
        if each.line.quantity is not None and each.line.unit_price is not None
    ]
    if not amounts or len(amounts) < len(proposal.lines):
        return None
    total = sum(amounts, Decimal(0))
    return total if total == total.to_integral() else max(total.quantize(_CENT), _CENT)


def _note(mine: str, theirs: str) -> str:
    if not theirs or theirs == mine or len(mine) + 1 + len(theirs) > NOTE_LENGTH:
        return mine or theirs
    return f"{mine}\n{theirs}" if mine else theirs


def _attributes(first: Order, second: Order) -> dict[str, str]:
    kept = {**second.attributes, **first.attributes}
    other = second.customer_reference
    if other and other != (first.customer_reference or other):
        known = kept.get(MERGED_REFERENCES, "")
        kept[MERGED_REFERENCES] = f"{known} {other}".strip()[: 4 * REFERENCE_LENGTH]
    return kept
