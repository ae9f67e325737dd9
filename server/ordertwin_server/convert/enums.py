"""Enum members by number and back, taken from the contract so that no list is kept twice."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Generic, TypeVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper

from ordertwin.v1 import (
    decision_pb2,
    model_health_pb2,
    model_pb2,
    order_pb2,
    policy_pb2,
    review_pb2,
)
from ordertwin_models.decision import Action, Outcome, Relation
from ordertwin_models.drift import Level
from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_models.order import Channel, OrderKind, OrderState
from ordertwin_server.commands.manage_policies import Origin
from ordertwin_server.commands.outcomes import OrderOutcome
from ordertwin_stores.model_versions import ModelState
from ordertwin_stores.reviews import Answer, ReviewKind, ReviewState, VerdictSource

E = TypeVar("E", bound=StrEnum)


class EnumPair(Generic[E]):
    """A core enum and its twin in the contract."""

    def __init__(self, core: type[E], proto: EnumTypeWrapper, prefix: str) -> None:
        numbers = {name.removeprefix(prefix): number for name, number in proto.items()}
        self.choices = ", ".join(name for name in numbers if name != "UNSPECIFIED")
        self._to_proto: Mapping[E, int] = {member: numbers.get(member.name, 0) for member in core}
        self._from_proto: dict[int, E | None] = {
            number: member for member, number in self._to_proto.items()
        }
        self._from_proto[0] = None

    def __contains__(self, number: int) -> bool:
        return number in self._from_proto

    def number(self, member: E) -> Any:
        """The number of a core member, of whatever type the generated stubs want to see."""
        return self._to_proto[member]

    def member(self, number: int) -> E | None:
        """The core member of a number; None for UNSPECIFIED. `KeyError` if unknown."""
        return self._from_proto[number]


def member_in(pair: EnumPair[E], number: int, field: str) -> E | None:
    """The core member of a number in a field; None for UNSPECIFIED, `InvalidRequest` if unknown."""
    try:
        return pair.member(number)
    except KeyError:
        text = f"{number} is unknown; must be one of {pair.choices}"
        raise InvalidRequest([FieldViolation(field, text)]) from None


KIND = EnumPair(OrderKind, order_pb2.OrderKind, "ORDER_KIND_")
CHANNEL = EnumPair(Channel, order_pb2.Channel, "CHANNEL_")
STATE = EnumPair(OrderState, order_pb2.OrderState, "ORDER_STATE_")
OUTCOME = EnumPair(Outcome, decision_pb2.Outcome, "OUTCOME_")
ACTION = EnumPair(Action, decision_pb2.Action, "ACTION_")
RELATION = EnumPair(Relation, decision_pb2.Relation, "RELATION_")
POLICY_ORIGIN = EnumPair(Origin, policy_pb2.PolicyOrigin, "POLICY_ORIGIN_")
DRIFT_LEVEL = EnumPair(Level, model_health_pb2.DriftLevel, "DRIFT_LEVEL_")
MODEL_STATE = EnumPair(ModelState, model_pb2.ModelState, "MODEL_STATE_")
REVIEW_KIND = EnumPair(ReviewKind, review_pb2.ReviewKind, "REVIEW_KIND_")
REVIEW_STATE = EnumPair(ReviewState, review_pb2.ReviewState, "REVIEW_STATE_")
ANSWER = EnumPair(Answer, review_pb2.Answer, "ANSWER_")
VERDICT_SOURCE = EnumPair(VerdictSource, review_pb2.VerdictSource, "VERDICT_SOURCE_")
ORDER_OUTCOME = EnumPair(OrderOutcome, order_pb2.OrderOutcome, "ORDER_OUTCOME_")
