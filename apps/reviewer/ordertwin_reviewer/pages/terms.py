"""Values of the contract's enums in words, and how a page marks them."""

from __future__ import annotations

from collections.abc import Mapping

from ordertwin.v1.decision_pb2 import Action, Outcome, Relation
from ordertwin.v1.model_pb2 import ModelState
from ordertwin.v1.order_merge_pb2 import LineTake
from ordertwin.v1.order_pb2 import Channel, OrderState
from ordertwin.v1.review_pb2 import Answer, ReviewKind, ReviewState


def N_(text: str) -> str:  # noqa: N802
    """Marks a text for translation where it is written down; it is translated where it is shown."""
    return text


STATE: Mapping[str, str] = {
    "RECEIVED": N_("Received"),
    "HELD": N_("Held"),
    "ACCEPTED": N_("Accepted"),
    "IN_FULFILMENT": N_("In fulfilment"),
    "SHIPPED": N_("Shipped"),
    "COMPLETED": N_("Completed"),
    "CANCELLED": N_("Cancelled"),
    "RETURNED": N_("Returned"),
    "MERGED": N_("Merged"),
    "REJECTED_DUPLICATE": N_("Rejected as duplicate"),
}
CHANNEL: Mapping[str, str] = {
    "EDI": N_("EDI"),
    "WEB": N_("Web shop"),
    "PHONE": N_("Phone"),
    "EMAIL": N_("E-mail or fax"),
    "REP": N_("Sales rep"),
    "MARKETPLACE": N_("Marketplace"),
    "POS": N_("Point of sale"),
    "OTHER": N_("Other channel"),
}
OUTCOME: Mapping[str, str] = {
    "UNIQUE": N_("Unique"),
    "REVIEW": N_("Needs a look"),
    "DUPLICATE": N_("Duplicate"),
}
ACTION: Mapping[str, str] = {
    "ACCEPT": N_("Take it as a new order"),
    "HOLD": N_("Hold it until a person decided"),
    "LINK": N_("Point to the existing order"),
    "ATTACH": N_("Attach its reference to the existing order"),
    "SUPERSEDE": N_("Let it replace the existing order"),
    "MERGE": N_("Merge the two orders"),
    "CONFIRM_WITH_CUSTOMER": N_("Ask the customer"),
}
RELATION: Mapping[str, str] = {
    "RESEND": N_("Sent again"),
    "DOUBLE_SUBMIT": N_("Submitted twice"),
    "RETRY": N_("Retry after a time-out"),
    "REKEYED": N_("Entered twice by hand"),
    "CROSS_CHANNEL": N_("Came by another channel too"),
    "CONFIRMATION": N_("Written confirmation"),
    "AMENDMENT": N_("Revised version"),
    "SUPERSET": N_("Earlier order with additions"),
    "PARTIAL": N_("Part of the earlier order"),
    "WRONG_CUSTOMER": N_("Same basket, other customer number"),
    "EVASION": N_("Reference written differently"),
    "STANDING": N_("Standing order"),
    "BLANKET_RELEASE": N_("Call-off of a blanket order"),
    "SPLIT": N_("One purchase, several orders"),
    "FAN_OUT": N_("Same goods, other place"),
    "REPLACEMENT": N_("Replaces a cancelled order"),
    "REORDER": N_("Bought again"),
    "VARIANT": N_("Other size or colour"),
    "COINCIDENCE": N_("Coincidence"),
}
TWINS = tuple(RELATION)[:11]
"""Relations of orders that are the same one; the others are look-alikes."""

KIND: Mapping[str, str] = {
    "DOUBT": N_("In doubt"),
    "BATCH": N_("Burst"),
    "AUDIT": N_("Sample of passed orders"),
    "CONFIDENT": N_("Sample of sure duplicates"),
}
REVIEW_STATE: Mapping[str, str] = {
    "OPEN": N_("Open"),
    "SECOND_OPINION": N_("Second opinion"),
    "CONFLICT": N_("Conflict"),
    "DECIDED": N_("Decided"),
    "CLOSED": N_("Closed"),
}
ANSWER: Mapping[str, str] = {
    "MATCH": N_("Same order"),
    "DISTINCT": N_("Two orders"),
    "UNSURE": N_("Not sure"),
}

TAKE: Mapping[str, str] = {
    "KEEP": N_("Keep"),
    "SUM": N_("Add both"),
    "LARGER": N_("The larger one"),
    "FIRST": N_("As in the first"),
    "SECOND": N_("As in the second"),
}
MODEL_STATE: Mapping[str, str] = {
    "CANDIDATE": N_("Candidate"),
    "SHADOW": N_("In shadow"),
    "ACTIVE": N_("Active"),
    "RETIRED": N_("Retired"),
}

_ENUMS = {
    id(STATE): (OrderState, "ORDER_STATE_"),
    id(CHANNEL): (Channel, "CHANNEL_"),
    id(OUTCOME): (Outcome, "OUTCOME_"),
    id(ACTION): (Action, "ACTION_"),
    id(RELATION): (Relation, "RELATION_"),
    id(TAKE): (LineTake, "LINE_TAKE_"),
    id(MODEL_STATE): (ModelState, "MODEL_STATE_"),
    id(KIND): (ReviewKind, "REVIEW_KIND_"),
    id(REVIEW_STATE): (ReviewState, "REVIEW_STATE_"),
    id(ANSWER): (Answer, "ANSWER_"),
}


def name_of(terms: Mapping[str, str], number: int) -> str:
    """The name of a value without its prefix; empty for none.

    >>> name_of(STATE, 2), name_of(STATE, 0)
    ('HELD', '')
    """
    enum, prefix = _ENUMS[id(terms)]
    name = enum.Name(number).removeprefix(prefix) if number in enum.values() else str(number)
    return "" if name == "UNSPECIFIED" else name


def number_of(terms: Mapping[str, str], name: str) -> int:
    """The value with a name; 0 for an unknown one."""
    enum, prefix = _ENUMS[id(terms)]
    return int(enum.Value(prefix + name)) if name in terms else 0


def term(terms: Mapping[str, str], number: int) -> str:
    """A value in English words, to be translated where it is shown."""
    name = name_of(terms, number)
    return terms.get(name, name)
