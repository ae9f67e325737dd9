"""An answer as messages, in the words of the language asked for."""

from __future__ import annotations

from ordertwin.v1 import decision_pb2, order_service_pb2
from ordertwin_models.decision import LineAlignment, Match
from ordertwin_models.explanation import Explanation, MatchExplanation, explain
from ordertwin_models.order import Order
from ordertwin_server.commands.answer import Answer
from ordertwin_server.convert.enums import ACTION, OUTCOME, RELATION, STATE
from ordertwin_server.convert.values import time_to_proto
from ordertwin_server.names import decision_name, order_name, review_name


def response_to_proto(
    tenant: str, answer: Answer, language: str
) -> order_service_pb2.ScoreOrderResponse:
    """The answer as the response of ScoreOrder."""
    decision = answer.decision
    explanation = _explanation(answer, language)
    return order_service_pb2.ScoreOrderResponse(
        decision=decision_name(tenant, answer.decision_key),
        order=order_name(tenant, answer.order_key),
        outcome=OUTCOME.number(decision.outcome),
        action=ACTION.number(decision.action),
        summary=explanation.summary,
        matches=_matches(tenant, answer, explanation),
        policy_rules=decision.policy_rules,
        policy_version=decision.policy_version,
        review=review_name(tenant, answer.review_key),
        model_version=decision.model_version,
        candidates_considered=decision.candidates_considered,
        candidates_truncated=decision.candidates_truncated,
        degraded=decision.degraded,
        replayed=answer.replayed,
        state=STATE.number(answer.state) if answer.state else None,
    )


def decision_to_proto(tenant: str, answer: Answer, language: str) -> decision_pb2.Decision:
    """The answer as a stored decision."""
    decision = answer.decision
    explanation = _explanation(answer, language)
    return decision_pb2.Decision(
        name=decision_name(tenant, answer.decision_key),
        order=order_name(tenant, answer.order_key),
        outcome=OUTCOME.number(decision.outcome),
        action=ACTION.number(decision.action),
        summary=explanation.summary,
        matches=_matches(tenant, answer, explanation),
        policy_rules=decision.policy_rules,
        policy_version=decision.policy_version,
        review=review_name(tenant, answer.review_key),
        model_version=decision.model_version,
        candidates_considered=decision.candidates_considered,
        candidates_truncated=decision.candidates_truncated,
        degraded=decision.degraded,
        decided_at=time_to_proto(decision.decided_at),
    )


def _explanation(answer: Answer, language: str) -> Explanation:
    return explain(answer.decision, answer.incoming, answer.existing, language)


def _matches(tenant: str, answer: Answer, explanation: Explanation) -> list[decision_pb2.Match]:
    return [
        _match(tenant, match, words, answer.existing.get(match.order_key))
        for match, words in zip(answer.decision.matches, explanation.matches, strict=True)
    ]


def _match(
    tenant: str, match: Match, words: MatchExplanation, order: Order | None
) -> decision_pb2.Match:
    return decision_pb2.Match(
        order=_matched_order(tenant, match, order),
        match_probability=match.match_probability,
        match_weight=match.match_weight,
        prior_weight=match.prior_weight,
        contributions=[
            decision_pb2.Contribution(
                comparison=said.comparison,
                weight=said.weight,
                incoming_value=said.incoming_value,
                existing_value=said.existing_value,
                text=said.text,
            )
            for said in words.contributions
        ],
        relation=RELATION.number(match.relation),
        relation_probability=match.relation_probability,
        line_alignments=[_alignment(alignment) for alignment in match.line_alignments],
        blocking_rules=match.blocking_rules,
        counterfactual=words.counterfactual,
        against=words.against,
    )


def _matched_order(tenant: str, match: Match, order: Order | None) -> decision_pb2.MatchedOrder:
    message = decision_pb2.MatchedOrder(
        name=order_name(tenant, match.order_key), state=STATE.number(match.state)
    )
    if order is not None:
        message.order_id = order.order_id
        message.order_number = order.order_number
        message.customer_reference = order.customer_reference
        message.ordered_at.CopyFrom(time_to_proto(order.ordered_at))
    return message


def _alignment(alignment: LineAlignment) -> decision_pb2.LineAlignment:
    return decision_pb2.LineAlignment(
        incoming_line_id=alignment.incoming_line_id,
        existing_line_id=alignment.existing_line_id,
        agreement=alignment.agreement,
        quantity_ratio=alignment.quantity_ratio,
        price_ratio=alignment.price_ratio,
    )
