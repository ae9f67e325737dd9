"""The sentence for the clerk: what the order is told, of which order, why, and what to do.

It names orders, references, amounts and dates, never a person or a place: summaries travel further
than the values beside each contribution.
"""

from __future__ import annotations

from collections.abc import Sequence

from ordertwin_models.comparison import COMPARISONS
from ordertwin_models.decision import Action, Decision, Match, Outcome, Relation
from ordertwin_models.explanation.clauses import TOGETHER, clause, clause_with_values, level_of
from ordertwin_models.explanation.levels import AGAINST, FOR, NEUTRAL
from ordertwin_models.explanation.pair_facts import PairFacts
from ordertwin_models.explanation.times import distance
from ordertwin_models.explanation.values import one_line, shortened
from ordertwin_models.language.catalogue import Catalogue
from ordertwin_models.language.policy_notes import notes_in
from ordertwin_models.policy.rules import (
    ATTENDED_THRESHOLD,
    COUNTERPART_DEAD,
    DENIED,
    DUPLICATE_THRESHOLD,
    REVIEW_THRESHOLD,
    SAME_ORDER_CHANGED,
)

_REASONS_FOR, _REASONS_AGAINST = 3, 2
_LEAST_AGAINST = -0.5
_LIKELY = 0.5
_LEAST_RELATION = 0.3
"""Confidence below which a relation is not worth naming."""

_NAMED_VALUES = frozenset(
    {"order_number", "reference", "revision", "release", "quote", "amount", "delivery_date"}
)
_BETWEEN = frozenset(
    {"time_gap", "reference", "delivery_date", "line_count", "customer_pace", "basket_rhythm"}
)
"""Comparisons that tell how far two orders are from each other."""
_BASKET = "basket"
_TOPICS = {
    **{comparison.name: comparison.aspect for comparison in COMPARISONS},
    **{name: name for name in ("amount", "prices", "variants", "other_dates")},
    **dict.fromkeys(
        ("surprise", "shared_information", "agreeing_information"), "shared_information"
    ),
    **dict.fromkeys(
        (
            "basket_agreement",
            "containment",
            "incoming_lines_shared",
            "existing_lines_shared",
            "quantities",
            "line_count",
        ),
        _BASKET,
    ),
}
"""What a comparison speaks about: a summary says one thing about each."""


def summarise(decision: Decision, pairs: Sequence[PairFacts], words: Catalogue) -> str:
    """The summary of a decision whose matches are `pairs`."""
    facts = _spoken_of(decision, pairs)
    unique = decision.outcome is Outcome.UNIQUE
    sentences = (_unique if unique else _flagged)(decision, facts, words)
    if facts is not None and facts.under_another_number:
        sentences.append(words.one_customer)
    notes = notes_in(words.tag)
    sentences += [notes[rule] for rule in decision.policy_rules if rule in notes]
    sentences.append(_what_to_do(decision, facts, words))
    if decision.candidates_truncated:
        sentences.append(words.truncated)
    if decision.degraded:
        sentences.append(words.degraded)
    return words.sentence_space.join(sentences)


def _spoken_of(decision: Decision, pairs: Sequence[PairFacts]) -> PairFacts | None:
    """The match to speak of: the likeliest, or the dead one that made the difference."""
    likeliest = next(iter(pairs), None)
    if _replaces_dead(decision):
        return next((pair for pair in pairs if pair.match.state.is_dead), likeliest)
    return likeliest


def _replaces_dead(decision: Decision) -> bool:
    return decision.outcome is Outcome.UNIQUE and COUNTERPART_DEAD in decision.policy_rules


def _flagged(decision: Decision, facts: PairFacts | None, words: Catalogue) -> list[str]:
    if decision.policy_rules and decision.policy_rules[0] in DENIED:
        return []  # no order looks like its twin; the note on the rule says why it is held
    if facts is None:
        relation = words.unknown_duplicate.format(order=words.unknown_order)
        return [_head(decision, None, words).format(relation=relation)]
    order = _order_name(facts)
    if SAME_ORDER_CHANGED in decision.policy_rules:
        head = words.heads[SAME_ORDER_CHANGED]
        return [head.format(order=order, changes=_changes(facts))]
    named = words.separator.join(filter(None, (_relation(facts, order), _when(facts))))
    sentences = [_head(decision, facts.match, words).format(relation=named)]
    reasons = _reasons_for(facts)
    if reasons:
        sentences.append(_capitalised(words.because.format(reasons=_list(reasons, words))))
    doubts = reasons_against(facts) if decision.outcome is Outcome.REVIEW else []
    if doubts:
        sentences.append(words.but.format(reasons=_list(doubts[:1], words)))
    return sentences


def _relation(facts: PairFacts, order: str) -> str:
    """What the incoming order is to the existing one, as a noun phrase."""
    match, words = facts.match, facts.catalogue
    if match.relation_probability < _LEAST_RELATION or not match.relation.is_duplicate:
        return words.unknown_duplicate.format(order=order)
    relation = words.relations[match.relation].format(order=order)
    incoming, existing = facts.raw_values("channel")
    if match.relation is Relation.CROSS_CHANNEL and incoming and existing:
        return words.with_both.format(text=relation, incoming=incoming, existing=existing)
    return relation


def _head(decision: Decision, match: Match | None, words: Catalogue) -> str:
    """How sure the first sentence may sound."""
    if decision.outcome is Outcome.DUPLICATE:
        return words.heads[DUPLICATE_THRESHOLD]
    doubtful = match is not None and match.match_probability < _LIKELY
    if doubtful or ATTENDED_THRESHOLD in decision.policy_rules:
        return words.heads[ATTENDED_THRESHOLD]
    return words.heads[REVIEW_THRESHOLD]


def _unique(decision: Decision, facts: PairFacts | None, words: Catalogue) -> list[str]:
    if facts is None:
        return [words.no_match]
    match = facts.match
    order = _order_name(facts)
    if _replaces_dead(decision):
        named = _with_details(order, [_when(facts, of_existing=True)], words)
        head = words.heads[COUNTERPART_DEAD]
        return [head.format(order=named, state=words.states[match.state])]
    known = match.relation_probability >= _LEAST_RELATION and not match.relation.is_duplicate
    label = words.relations[match.relation] if known else ""
    if match.relation is Relation.COINCIDENCE:
        label = ""
    named = _with_details(order, [label, _when(facts, of_existing=True)], words)
    reasons = reasons_against(facts)
    if not reasons:
        return [words.look_alike_only.format(order=named)]
    return [words.look_alike.format(order=named, reasons=_list(reasons, words))]


def _what_to_do(decision: Decision, facts: PairFacts | None, words: Catalogue) -> str:
    order = words.unknown_order if facts is None else _order_name(facts)
    action = words.actions[decision.action].format(order=order)
    waits = decision.action in (Action.HOLD, Action.CONFIRM_WITH_CUSTOMER)
    if decision.outcome is Outcome.REVIEW and not waits:
        return words.do_if_confirmed.format(action=action)
    return _capitalised(words.do.format(action=action))


def _reasons_for(facts: PairFacts) -> list[str]:
    """The strongest reasons for one order, each topic once; the basket speaks as a whole."""
    support: dict[str, list[tuple[float, str]]] = {}
    for term, weight in facts.match.contributions.items():
        if weight > 0 and _tone(facts, term) == FOR:
            support.setdefault(_topic(term), []).append((weight, term))
    ranked = sorted(support, key=lambda topic: (-sum(w for w, _ in support[topic]), topic))
    reasons: list[str] = []
    spoken: set[str] = set()
    for topic in ranked:
        if len(reasons) == _REASONS_FOR:
            break
        if topic in spoken:
            continue
        if topic == _BASKET and facts.tally.pairs:
            reasons.append(_basket(facts))
            spoken.add(topic)
        else:
            names = max(support[topic])[1].split(TOGETHER)
            fresh = [name for name in names if _topic(name) not in spoken]
            reasons.append(_brief(facts, TOGETHER.join(fresh)))
            spoken.update(map(_topic, names))
    return reasons


def reasons_against(facts: PairFacts) -> list[str]:
    """The strongest reasons for two orders, one a topic; none when nothing weighs.

    Where nothing speaks for two orders in so many words, what lies between them does: the time, the
    numbers of a series, the rest of the baskets.
    """
    match = facts.match
    found: dict[str, str] = {}
    between: dict[str, str] = {}
    for term, weight in sorted(match.contributions.items(), key=lambda item: item[1]):
        if weight > _LEAST_AGAINST:
            break
        said = [name for name in term.split(TOGETHER) if level_of(facts, name).tone == AGAINST]
        if said and FOR not in _tones(facts, term):
            found.setdefault(_topic(term), TOGETHER.join(said))
        elif _BETWEEN.issuperset(term.split(TOGETHER)) and FOR not in _tones(facts, term):
            between.setdefault(_topic(term), term)
    reasons = [_brief(facts, term) for term in list((found or between).values())]
    if not reasons and not match.relation.is_duplicate and facts.tally.differs:
        reasons = [_basket(facts)]
    return reasons[:_REASONS_AGAINST]


def _topic(term: str) -> str:
    """What a term speaks about; what has to do with the basket is said with the basket."""
    topics = [_TOPICS.get(name, "") for name in term.split(TOGETHER)]
    return _BASKET if _BASKET in topics else topics[0]


def _tone(facts: PairFacts, term: str) -> int:
    """The tone of a term; two comparisons must agree on it."""
    tones = _tones(facts, term)
    return tones.pop() if len(tones) == 1 else NEUTRAL


def _tones(facts: PairFacts, term: str) -> set[int]:
    return {level_of(facts, name).tone for name in term.split(TOGETHER)}


def _brief(facts: PairFacts, term: str) -> str:
    """A term as a part of a sentence, where it need not be told that two were judged together."""
    names = term.split(TOGETHER)
    if len(names) == 1:
        return clause_with_values(facts, term)[-1] if term in _NAMED_VALUES else clause(facts, term)
    first, second = (clause(facts, name) for name in names)
    return facts.catalogue.both.format(first=first, second=second)


def _basket(facts: PairFacts) -> str:
    tally = facts.tally
    shared, incoming, existing = len(tally.pairs), tally.incoming, tally.existing
    if shared == incoming == existing:
        kind = "other_quantities" if tally.other_quantities else "same"
    elif shared == incoming:
        kind = "contained"
    else:
        kind = "containing" if shared == existing else "overlapping"
    return facts.catalogue.baskets[kind].format_map(facts)


def _changes(facts: PairFacts) -> str:
    """What an amendment changes in the lines."""
    tally = facts.tally
    counts = {
        "quantities": len(tally.other_quantities),
        "prices": len(tally.other_prices),
        "recoded": len(tally.recoded),
        "added": tally.incoming - len(tally.pairs) - len(tally.recoded),
        "removed": tally.existing - len(tally.pairs) - len(tally.recoded),
    }
    words = facts.catalogue
    said = [
        words.changes[kind].format(count=facts.count(number))
        for kind, number in counts.items()
        if number
    ]
    return _list(said, words) if said else words.changes["none"]


def _order_name(facts: PairFacts) -> str:
    order = facts.existing.order
    named = order and shortened(one_line(order.order_number) or one_line(order.order_id))
    return named or facts.match.order_key


def _when(facts: PairFacts, of_existing: bool = False) -> str:
    """How much later the incoming order is, or how much earlier the existing one."""
    incoming, existing = facts.incoming.order, facts.existing.order
    if incoming is None or existing is None:
        return ""
    times = (incoming.ordered_at, existing.ordered_at)
    return distance(facts.catalogue, *(reversed(times) if of_existing else times))


def _with_details(order: str, details: list[str], words: Catalogue) -> str:
    said = _list([detail for detail in details if detail], words)
    return words.with_value.format(text=order, value=said) if said else order


def _list(items: Sequence[str], words: Catalogue) -> str:
    return words.separator.join(items)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
