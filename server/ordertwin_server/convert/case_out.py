"""Cases as messages, with the engine's reasons in the words of the language asked for."""

from __future__ import annotations

from ordertwin.v1 import case_pb2
from ordertwin_models.decision import Relation
from ordertwin_server.commands.answer import Answer as Told
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.case_copy import EXISTING
from ordertwin_server.commands.update_status import etag_of
from ordertwin_server.convert.decision_out import decision_to_proto
from ordertwin_server.convert.enums import ANSWER, RELATION
from ordertwin_server.convert.order_out import order_to_proto
from ordertwin_server.convert.values import time_to_proto
from ordertwin_server.names import case_name, verdict_name
from ordertwin_stores.cases import CaseContent, StoredCase
from ordertwin_stores.reviews import Answer


def case_to_proto(call: Call, case: StoredCase, language: str) -> case_pb2.Case:
    """A case, as the caller may see it."""
    message = case_pb2.Case(
        name=case_name(call.tenant, case.key),
        texts=[
            case_pb2.CaseText(language_code=each.language, title=each.title, note=each.note)
            for each in case.texts
        ],
        answer=ANSWER.number(Answer(case.answer)),
        withdrawn=case.withdrawn,
        create_time=time_to_proto(case.created_at),
        update_time=time_to_proto(case.updated_at),
        etag=etag_of(case.version) if case.version else "",
    )
    if case.relation:
        message.relation = RELATION.number(Relation(case.relation))
    if call.caller.may(Permission.CASES_EDIT):
        message.created_by, message.updated_by = case.created_by, case.updated_by
        if call.caller.may(Permission.REVIEWS_READ):
            message.verdict = verdict_name(call.tenant, case.verdict)
    if case.content is not None:
        _add_content(message, call.tenant, case.content, language)
    return message


def _add_content(message: case_pb2.Case, tenant: str, content: CaseContent, language: str) -> None:
    message.incoming.CopyFrom(order_to_proto(content.incoming))
    message.existing.CopyFrom(order_to_proto(content.existing))
    told = Told(
        decision=content.decision,
        incoming=content.incoming,
        existing={EXISTING: content.existing},
    )
    message.decision.CopyFrom(decision_to_proto(tenant, told, language))
    for match in message.decision.matches:
        # It is no order that can be read.
        match.order.name = ""
