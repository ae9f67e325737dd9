"""OrderService, the part that settles pairs: message in, command, message out."""

from __future__ import annotations

from ordertwin.v1 import order_merge_pb2 as pb
from ordertwin_models.errors import EtagMismatch, FieldViolation, InvalidRequest, NotFound
from ordertwin_models.merging import Choice, FieldName, Part
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.merge_orders import MergeOrders, MergeQuestion, UnmergeOrders
from ordertwin_server.commands.resolve_order import ResolveOrder, Settlement
from ordertwin_server.convert.enums import ACTION
from ordertwin_server.convert.mask import shown_order
from ordertwin_server.convert.merge_out import TAKE, merged_to_proto
from ordertwin_server.names import ensure_parent, key_in, order_name


class MergeService:
    """Merges orders, undoes it, and lets one order leave for another."""

    def __init__(self, merge: MergeOrders, unmerge: UnmergeOrders, resolve: ResolveOrder) -> None:
        self._merge, self._unmerge, self._resolve = merge, unmerge, resolve

    def merge_orders(self, call: Call, request: pb.MergeOrdersRequest) -> pb.MergeOrdersResponse:
        """One order of two, or what would come of it."""
        ensure_parent(request.parent, call.tenant)
        question = _question(call, request)
        try:
            merged = self._merge(call, question)
        except (NotFound, EtagMismatch) as error:
            raise _with_names(error, call.tenant, question.keys) from error
        return merged_to_proto(call.tenant, question, merged, reveal=_reveals(call))

    def unmerge_orders(
        self, call: Call, request: pb.UnmergeOrdersRequest
    ) -> pb.UnmergeOrdersResponse:
        """Both orders as they were."""
        key = key_in(request.name, "merge", call.tenant)
        try:
            undone = self._unmerge(
                call, key, request_id=request.request_id, etag=request.etag, reason=request.reason
            )
        except NotFound as error:
            raise NotFound("merge", request.name) from error
        reveal = _reveals(call)
        return pb.UnmergeOrdersResponse(
            order=shown_order(call.tenant, undone.order, reveal=reveal),
            restored=[shown_order(call.tenant, each, reveal=reveal) for each in undone.restored],
        )

    def resolve_order(self, call: Call, request: pb.ResolveOrderRequest) -> pb.ResolveOrderResponse:
        """Both orders as they are now."""
        existing = key_in(request.existing_order, "order", call.tenant, field="existing_order")
        try:
            action = ACTION.member(request.action)
        except KeyError:
            action = None
        settlement = Settlement(
            order_key=key_in(request.name, "order", call.tenant),
            existing_key=existing,
            action=action,
            request_id=request.request_id,
            etag=request.etag,
            existing_etag=request.existing_etag,
            reason=request.reason,
        )
        try:
            order, other = self._resolve(call, settlement)
        except (NotFound, EtagMismatch) as error:
            keys = (settlement.order_key, existing)
            raise _with_names(error, call.tenant, keys) from error
        reveal = _reveals(call)
        return pb.ResolveOrderResponse(
            order=shown_order(call.tenant, order, reveal=reveal),
            existing_order=shown_order(call.tenant, other, reveal=reveal),
        )


def _question(call: Call, request: pb.MergeOrdersRequest) -> MergeQuestion:
    if len(request.sources) != 2:
        raise InvalidRequest([FieldViolation("sources", "must name two orders")])
    first, second = (
        key_in(source.name, "order", call.tenant, field=f"sources[{place}].name")
        for place, source in enumerate(request.sources)
    )
    places = {order_name(call.tenant, first): 0, order_name(call.tenant, second): 1}
    lines, fields, broken = [], {}, []
    for place, choice in enumerate(request.line_choices):
        where = f"line_choices[{place}]"
        take = TAKE.member(choice.take) if choice.take in TAKE else None
        if choice.order not in places:
            broken.append(FieldViolation(f"{where}.order", "must be one of the sources"))
        elif take is None:
            broken.append(FieldViolation(f"{where}.take", f"must be one of {TAKE.choices}"))
        else:
            lines.append(Choice(Part(places[choice.order], choice.line_id), take))
    for place, field in enumerate(request.field_choices):
        where = f"field_choices[{place}]"
        if field.order not in places:
            broken.append(FieldViolation(f"{where}.order", "must be one of the sources"))
        elif field.field not in FieldName.__members__.values():
            broken.append(
                FieldViolation(f"{where}.field", f"must be one of {', '.join(FieldName)}")
            )
        else:
            fields[FieldName(field.field)] = places[field.order]
    if broken:
        raise InvalidRequest(broken[:20])
    return MergeQuestion(
        keys=(first, second),
        etags=(request.sources[0].etag, request.sources[1].etag),
        request_id=request.request_id,
        validate_only=request.validate_only,
        lines=tuple(lines),
        fields=fields,
        order_id=request.order_id,
        order_number=request.order_number,
        reason=request.reason,
        language=request.language_code,
    )


def _with_names(
    error: NotFound | EtagMismatch, tenant: str, keys: tuple[str, str]
) -> NotFound | EtagMismatch:
    """Commands know keys; the caller hears the names they used."""
    name = next((order_name(tenant, key) for key in keys if key in error.name), error.name)
    return NotFound(error.kind, name) if isinstance(error, NotFound) else EtagMismatch(name)


def _reveals(call: Call) -> bool:
    return call.caller.may(Permission.ORDERS_REVEAL)
