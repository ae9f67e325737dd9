"""What somebody answers to a review, as values, and what that says of each pair of orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ordertwin_models.decision import Match, Relation
from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_stores.reviews import Answer, Member


@dataclass(frozen=True, slots=True)
class CandidateSaid:
    """What is said of one existing order; `relation` is None when it was not said."""

    order_key: str
    answer: Answer
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class PairSaid:
    """What is said of one pair; `match` is None when it was not compared, `counterpart_key` empty
    when the word is on the order alone."""

    counterpart_key: str
    answer: Answer
    relation: Relation | None
    match: Match | None


def candidates_of(member: Member) -> tuple[Match, ...]:
    """The matches of an order's decision, but for the order itself, which an amendment meets."""
    return tuple(m for m in member.decision.matches if m.order_key != member.order_key)


def pairs_of_one(
    member: Member,
    answer: Answer | None,
    relation: Relation | None,
    answers: Sequence[CandidateSaid],
) -> tuple[PairSaid, ...]:
    """What is said of each pair of a single order; `InvalidRequest` when that is incomplete."""
    candidates = {match.order_key: match for match in candidates_of(member)}
    broken = []
    said: dict[str, PairSaid] = {}
    for index, each in enumerate(answers):
        match = candidates.get(each.order_key)
        if each.order_key == member.order_key:
            broken.append(_violation(f"answers[{index}].order", "is the very order of the review"))
        elif each.order_key in said:
            broken.append(_violation(f"answers[{index}].order", "was answered before"))
        elif match is None and each.answer is not Answer.MATCH:
            text = "is not among the candidates; only a MATCH may name another order"
            broken.append(_violation(f"answers[{index}].order", text))
        said[each.order_key] = PairSaid(each.order_key, each.answer, each.relation, match)
    rest = [match for key, match in candidates.items() if key not in said]
    matched = any(each.answer is Answer.MATCH for each in said.values())
    if answer is Answer.MATCH and (len(rest) != 1 or said):
        text = "MATCH needs the twin to be named in answers, unless there is one candidate alone"
        broken.append(_violation("answer", text))
    elif answer is None and not matched and (rest or not candidates):
        text = "must say it of every candidate, or MATCH of one; `answer` holds for all others"
        broken.append(_violation("answers", text))
    if broken:
        raise InvalidRequest(broken)
    if answer is not None:
        said |= {m.order_key: PairSaid(m.order_key, answer, relation, m) for m in rest}
    if not said and answer is not None:
        return (PairSaid("", answer, relation, None),)
    return tuple(said.values())


def pairs_in_batch(
    member: Member, answer: Answer, relation: Relation | None
) -> tuple[PairSaid, ...]:
    """What one answer to a whole batch says of an order: MATCH means its likeliest twin.

    Nothing for MATCH of an order that has none.
    """
    candidates = candidates_of(member)
    if answer is Answer.MATCH:
        candidates = candidates[:1]
    elif not candidates:
        return (PairSaid("", answer, relation, None),)
    return tuple(PairSaid(match.order_key, answer, relation, match) for match in candidates)


def overall(pairs: Sequence[PairSaid]) -> Answer:
    """What the pairs say of the order: a twin, no twin, or that somebody else should look."""
    given = {pair.answer for pair in pairs}
    if Answer.MATCH in given:
        return Answer.MATCH
    return Answer.UNSURE if Answer.UNSURE in given else Answer.DISTINCT


def relation_violations(
    field: str, answer: Answer | None, relation: Relation | None
) -> list[FieldViolation]:
    """Nothing when the relation goes with the answer.

    >>> relation_violations("relation", Answer.MATCH, Relation.STANDING)[0].description
    'STANDING is no duplicate, so it does not go with MATCH'
    """
    if relation is None:
        return []
    if answer is Answer.MATCH and not relation.is_duplicate:
        text = f"{relation} is no duplicate, so it does not go with MATCH"
    elif answer is Answer.DISTINCT and relation.is_duplicate:
        text = f"{relation} is a duplicate, so it does not go with DISTINCT"
    elif answer in (None, Answer.UNSURE):
        text = "goes with MATCH or DISTINCT alone"
    else:
        return []
    return [_violation(field, text)]


def _violation(field: str, text: str) -> FieldViolation:
    return FieldViolation(field, text)
