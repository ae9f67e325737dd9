"""Reviews, verdicts and suppressions as messages, as their reader may see them."""

from __future__ import annotations

from google.type.money_pb2 import Money

from ordertwin.v1 import order_pb2, review_pb2
from ordertwin_models.order import Order, OrderState
from ordertwin_server import convert
from ordertwin_server.commands.outcomes import OrderOutcome
from ordertwin_server.commands.read_reviews import BatchMember, PairOfReviewers, ReviewView, Twin
from ordertwin_server.commands.update_status import etag_of
from ordertwin_server.convert.enums import (
    ANSWER,
    CHANNEL,
    ORDER_OUTCOME,
    RELATION,
    REVIEW_KIND,
    REVIEW_STATE,
    STATE,
    VERDICT_SOURCE,
)
from ordertwin_server.convert.mask import MASK, mask_matches, masked_order
from ordertwin_server.convert.order_out import order_to_proto, stored_order_to_proto
from ordertwin_server.convert.values import amount_to_proto, time_to_proto
from ordertwin_server.names import (
    decision_name,
    order_name,
    review_name,
    suppression_name,
    verdict_name,
)
from ordertwin_stores.interface import StoredOrder
from ordertwin_stores.reviews import StoredVerdict, Suppression, relation_of

NOT_COMPARED = -1.0


def review_to_proto(
    tenant: str, view: ReviewView, language: str, *, reveal: bool
) -> review_pb2.Review:
    """A review; what is hidden stays unset."""
    review, hidden = view.review, view.hidden
    message = review_pb2.Review(
        name=review_name(tenant, review.key),
        state=REVIEW_STATE.number(review.state),
        order=_reviewed(tenant, view.order, reveal=reveal, whole=view.whole, hidden=hidden),
        order_count=review.orders,
        blind=review.blind,
        opinions_wanted=review.opinions,
        claimed_by=view.claimed_by,
        open_time=time_to_proto(review.opened_at),
        candidates=[_candidate(tenant, twin, reveal, hidden=hidden) for twin in view.candidates],
        verdicts=[verdict_to_proto(tenant, each, reveal=reveal) for each in view.verdicts],
        batch=[_batch_order(tenant, each, reveal=reveal) for each in view.batch],
        etag=etag_of(review.version),
    )
    if review.closed_at is not None:
        message.close_time.CopyFrom(time_to_proto(review.closed_at))
    if view.claimed_by and review.claimed_until is not None:
        message.claim_expire_time.CopyFrom(time_to_proto(review.claimed_until))
    if hidden:
        return message
    message.kind = REVIEW_KIND.number(review.kind)
    message.priority = review.priority
    message.inclusion_probability = review.inclusion
    if view.likeliest is not None and not view.whole:
        message.likeliest.CopyFrom(_candidate(tenant, view.likeliest, reveal, hidden=False))
    if view.answer is not None:
        message.decision.CopyFrom(convert.decision_to_proto(tenant, view.answer, language))
        if not reveal:
            mask_matches(message.decision.matches)
    return message


def verdict_to_proto(tenant: str, verdict: StoredVerdict, *, reveal: bool) -> review_pb2.Verdict:
    """A verdict; what a person wrote about an order is masked as the order is."""
    said, ended = verdict.said, verdict.ended
    message = review_pb2.Verdict(
        name=verdict_name(tenant, verdict.position),
        position=verdict.position,
        act=verdict.act,
        review=review_name(tenant, verdict.review_key),
        decision=decision_name(tenant, said.decision_key),
        order=order_name(tenant, said.order_key),
        counterpart=order_name(tenant, said.counterpart_key),
        answer=ANSWER.number(said.answer),
        reason=_free_text(said.reason, reveal),
        reviewer=said.reviewer,
        time=time_to_proto(verdict.at),
        blind=said.blind,
        model_version=said.model_version,
        match_probability=NOT_COMPARED if said.probability is None else said.probability,
        source=VERDICT_SOURCE.number(said.source),
        inclusion_probability=said.inclusion,
        opinion=said.opinion,
        settled=verdict.settled,
    )
    if said.outcome:
        message.outcome = ORDER_OUTCOME.number(OrderOutcome(said.outcome))
    relation = relation_of(said.relation)
    if relation is not None:
        message.relation = RELATION.number(relation)
    if ended is not None:
        message.end_time.CopyFrom(time_to_proto(ended.at))
        message.ended_by = ended.by
        message.end_reason = _free_text(ended.reason, reveal)
        if ended.superseded_by:
            message.superseded_by = verdict_name(tenant, ended.superseded_by)
    return message


def suppression_to_proto(
    tenant: str, suppression: Suppression, *, reveal: bool
) -> review_pb2.Suppression:
    """A suppression."""
    message = review_pb2.Suppression(
        name=suppression_name(tenant, suppression.key),
        order=order_name(tenant, suppression.order_key),
        counterpart=order_name(tenant, suppression.counterpart_key),
        reason=_free_text(suppression.reason, reveal),
        created_by=suppression.by,
        create_time=time_to_proto(suppression.at),
    )
    if suppression.until is not None:
        message.end_time.CopyFrom(time_to_proto(suppression.until))
    return message


def agreement_to_proto(pair: PairOfReviewers) -> review_pb2.Agreement:
    """How far two reviewers agree."""
    message = review_pb2.Agreement(
        first=pair.first, second=pair.second, questions=pair.questions, agreed=pair.agreed
    )
    if pair.kappa is not None:
        message.kappa = pair.kappa
    return message


def _batch_order(tenant: str, row: BatchMember, *, reveal: bool) -> review_pb2.BatchOrder:
    message = review_pb2.BatchOrder(
        order=_reviewed(tenant, row.order, reveal=reveal, whole=False, hidden=False),
        decision=decision_name(tenant, row.member.decision_key),
    )
    if row.likeliest is not None:
        message.likeliest.CopyFrom(_candidate(tenant, row.likeliest, reveal, hidden=False))
    return message


def _reviewed(
    tenant: str, stored: StoredOrder, *, reveal: bool, whole: bool, hidden: bool
) -> review_pb2.ReviewedOrder:
    order = stored.order
    message = review_pb2.ReviewedOrder(
        name=order_name(tenant, stored.key),
        order_id=order.order_id,
        order_number=order.order_number,
        customer_reference=order.customer_reference,
        party_id=order.customer.party_id,
        customer_name=_free_text(order.customer.name, reveal),
        channel=CHANNEL.number(order.channel),
        source=order.source,
        ordered_at=time_to_proto(order.ordered_at),
        line_count=len(order.lines),
    )
    if order.total_amount is not None:
        message.total_amount.CopyFrom(_total(order))
    if not hidden:
        message.state = STATE.number(stored.state)
    if whole:
        message.order.CopyFrom(_shown(stored_order_to_proto(tenant, stored), reveal))
        if hidden:
            # Whether it is held tells what was decided.
            message.order.state = order_pb2.ORDER_STATE_UNSPECIFIED
    return message


def _candidate(tenant: str, twin: Twin, reveal: bool, *, hidden: bool) -> review_pb2.Candidate:
    match, stored = twin.match, twin.stored
    message = review_pb2.Candidate(order=order_name(tenant, match.order_key))
    known = twin.seen or (stored.order if stored else None)
    state: OrderState = stored.state if stored else match.state
    message.state = STATE.number(state)
    if known is not None:
        message.order_id = known.order_id
        message.order_number = known.order_number
        message.ordered_at.CopyFrom(time_to_proto(known.ordered_at))
    if twin.seen is not None:
        existing = order_to_proto(twin.seen)
        existing.name = message.order
        message.existing.CopyFrom(_shown(existing, reveal))
    if not hidden:
        message.match_probability = match.match_probability
        message.relation = RELATION.number(match.relation)
    return message


def _total(order: Order) -> Money:
    assert order.total_amount is not None
    return amount_to_proto(order.total_amount, order.currency_code, "total_amount")


def _shown(order: order_pb2.Order, reveal: bool) -> order_pb2.Order:
    return order if reveal else masked_order(order)


def _free_text(text: str, reveal: bool) -> str:
    return text if reveal or not text else MASK
