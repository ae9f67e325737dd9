"""Merges as messages."""

from __future__ import annotations

from decimal import Decimal

from google.type.decimal_pb2 import Decimal as DecimalMessage

from ordertwin.v1 import order_merge_pb2 as pb
from ordertwin_models.merging import MergedLine, Take, explained
from ordertwin_models.merging.fields import FieldName
from ordertwin_models.merging.words import sentence
from ordertwin_server.commands.merge_orders import Merged, MergeQuestion
from ordertwin_server.convert.enums import RELATION, EnumPair
from ordertwin_server.convert.mask import MASK, masked_order, shown_order
from ordertwin_server.convert.order_out import order_to_proto
from ordertwin_server.names import merge_name, order_name

TAKE = EnumPair(Take, pb.LineTake, "LINE_TAKE_")
_PERSONAL = (FieldName.CUSTOMER, FieldName.SHIP_TO)


def merged_to_proto(
    tenant: str, question: MergeQuestion, merged: Merged, *, reveal: bool
) -> pb.MergeOrdersResponse:
    """A merge or its preview, as this caller may see it."""
    names = [order_name(tenant, source.key) for source in merged.sources]
    order = order_to_proto(merged.order)
    lines = list(order.lines)
    response = pb.MergeOrdersResponse(
        merge=merge_name(tenant, merged.key),
        lines=[
            _line(names, each, question.language, made)
            for each, made in zip(merged.proposal.lines, lines, strict=True)
        ],
        obstacles=[sentence(code, question.language) for code in merged.obstacles],
        relation=RELATION.number(merged.relation) if merged.relation else None,
    )
    for conflict in merged.proposal.conflicts:
        hidden = not reveal and conflict.field in _PERSONAL
        first, second = (MASK, MASK) if hidden else (conflict.first, conflict.second)
        chosen = question.fields.get(conflict.field)
        response.conflicts.add(
            field=conflict.field,
            first_value=first,
            second_value=second,
            chosen_order="" if chosen is None else names[chosen],
            text=sentence(conflict.field, question.language, first=first, second=second),
        )
    if merged.stored is not None:
        response.order.CopyFrom(shown_order(tenant, merged.stored, reveal=reveal))
    else:
        response.order.CopyFrom(order if reveal else masked_order(order))
    return response


def _line(names: list[str], each: MergedLine, language: str, made: object) -> pb.MergedLine:
    first, second = each.quantities
    return pb.MergedLine(
        line=made,  # type: ignore[arg-type]
        take=TAKE.number(each.take),
        parts=[pb.MergedPart(order=names[p.order], line_id=p.line_id) for p in each.parts],
        first_quantity=_decimal(first),
        second_quantity=_decimal(second),
        text=explained(each, language),
    )


def _decimal(number: Decimal | None) -> DecimalMessage | None:
    return None if number is None else DecimalMessage(value=f"{number:f}")
