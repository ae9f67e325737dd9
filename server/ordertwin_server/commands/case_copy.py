"""A settled pair as it goes into the case book: the copy, and what it can be found by."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ordertwin_models.anonymity.pair import anonymised_pair
from ordertwin_models.decision import Decision, Relation
from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_models.order import Order
from ordertwin_models.policy.rules import BUILT_IN
from ordertwin_server.commands.answer import recall
from ordertwin_server.commands.answers import relation_violations
from ordertwin_stores.cases import CaseContent, CaseText
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.reviews import Answer, StoredVerdict, relation_of

EXISTING = "existing"
"""Stands for the key of the existing order in the decision of a case."""
MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Copy:
    """What is copied of a settled pair; `relation` is None when nobody said what it is."""

    verdict: int
    order_keys: tuple[str, str]
    answer: Answer
    relation: Relation | None
    content: CaseContent


def copy_of(
    store: OrderStore, tenant: str, verdict: StoredVerdict, relation: Relation | None, seed: int
) -> Copy:
    """The pair of a verdict without anybody in it, as both orders were when it was decided.

    Raises `InvalidRequest` when the verdict settles no pair, or the relation does not go with it.
    """
    said = verdict.said
    broken = [
        *_unfit(verdict),
        *relation_violations("relation", said.answer, relation),
    ]
    if broken:
        raise InvalidRequest(broken)
    order_keys = (said.order_key, said.counterpart_key)
    answer = recall(store, tenant, store.get_decision(tenant, said.decision_key))
    existing = answer.existing.get(said.counterpart_key)
    if existing is None:
        existing = store.get_order(tenant, said.counterpart_key).order
    incoming, before = anonymised_pair(answer.incoming, existing, _key(seed, *order_keys))
    decision = _about(answer.decision, said.counterpart_key, answer.incoming, incoming)
    found = next((match.relation for match in decision.matches), None)
    guesses = (relation, relation_of(said.relation), found)
    return Copy(
        verdict=verdict.position,
        order_keys=order_keys,
        answer=said.answer,
        relation=next((each for each in guesses if each and _fits(each, said.answer)), None),
        content=CaseContent(incoming, before, decision),
    )


def words_of(content: CaseContent, texts: tuple[CaseText, ...]) -> str:
    """Everything that a case can be found by, in the spelling of `asked_words`."""
    said = [part for text in texts for part in (text.title, text.note)]
    for order in (content.incoming, content.existing):
        said += _said_by(order)
    return "\n".join(dict.fromkeys(_spelled(each) for each in said if each))


def asked_words(query: str) -> tuple[str, ...]:
    """The words that somebody looks for, at most 10.

    >>> asked_words(" Sent  TWICE ")
    ('sent', 'twice')
    """
    return tuple(_spelled(query).split()[:MOST_WORDS])


def _unfit(verdict: StoredVerdict) -> Iterator[FieldViolation]:
    said = verdict.said
    if said.answer not in (Answer.MATCH, Answer.DISTINCT) or not verdict.settled:
        yield FieldViolation("verdict", "must be a MATCH or DISTINCT that holds and is settled")
    elif not said.counterpart_key or not said.decision_key:
        yield FieldViolation("verdict", "must be on two orders, after a decision of the engine")


def _fits(relation: Relation, answer: Answer) -> bool:
    return relation.is_duplicate is (answer is Answer.MATCH)


def _about(decision: Decision, counterpart: str, was: Order, now: Order) -> Decision:
    """What was said of this one pair, without names that lead back."""
    return replace(
        decision,
        matches=tuple(
            replace(match, order_key=EXISTING)
            for match in decision.matches
            if match.order_key == counterpart
        ),
        policy_rules=tuple(rule for rule in decision.policy_rules if rule in BUILT_IN),
        policy_version="",
        decided_at=decision.decided_at - (was.ordered_at - now.ordered_at),
    )


def _key(seed: int, *order_keys: str) -> bytes:
    """What the invented names follow from; whoever reads a case knows neither part of it."""
    return hashlib.sha256(json.dumps([seed, *order_keys]).encode()).digest()


def _said_by(order: Order) -> Iterator[str]:
    yield from (order.order_id, order.order_number, order.customer_reference, order.note)
    yield from (order.customer.name, order.channel.value, order.source)
    for line in order.lines:
        yield from (line.sku, line.name, line.specification)


def _spelled(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
