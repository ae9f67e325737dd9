"""The outcome that a probability gives, and the action that goes with outcome and relation."""

from __future__ import annotations

from ordertwin_models.decision import Action, Outcome, Relation
from ordertwin_models.model import Thresholds
from ordertwin_models.policy.rules import (
    ATTENDED_THRESHOLD,
    DUPLICATE_THRESHOLD,
    REVIEW_THRESHOLD,
)

_ACTIONS = {
    Relation.RESEND: Action.LINK,
    Relation.DOUBLE_SUBMIT: Action.LINK,
    Relation.RETRY: Action.LINK,
    Relation.REKEYED: Action.LINK,
    Relation.CROSS_CHANNEL: Action.HOLD,
    Relation.CONFIRMATION: Action.ATTACH,
    Relation.AMENDMENT: Action.SUPERSEDE,
    Relation.SUPERSET: Action.MERGE,
    Relation.PARTIAL: Action.MERGE,
    Relation.WRONG_CUSTOMER: Action.HOLD,
    Relation.EVASION: Action.HOLD,
}
_SUGGESTED_IN_REVIEW = frozenset({Action.ATTACH, Action.SUPERSEDE, Action.MERGE})


def outcome_of(
    probability: float, thresholds: Thresholds, attended: bool
) -> tuple[Outcome, str | None]:
    """The outcome of the likeliest twin's match probability, and the rule that gave it.

    >>> limits = Thresholds(review=0.5, duplicate=0.95, attended_review=0.3)
    >>> outcome_of(0.97, limits, attended=False)
    (<Outcome.DUPLICATE: 'DUPLICATE'>, 'DUPLICATE_THRESHOLD')
    >>> outcome_of(0.4, limits, attended=True)
    (<Outcome.REVIEW: 'REVIEW'>, 'ATTENDED_THRESHOLD')
    >>> outcome_of(0.4, limits, attended=False)
    (<Outcome.UNIQUE: 'UNIQUE'>, None)
    """
    if probability >= thresholds.duplicate:
        return Outcome.DUPLICATE, DUPLICATE_THRESHOLD
    if probability >= thresholds.review:
        return Outcome.REVIEW, REVIEW_THRESHOLD
    if attended and probability >= thresholds.attended_review:
        return Outcome.REVIEW, ATTENDED_THRESHOLD
    return Outcome.UNIQUE, None


def action_of(outcome: Outcome, relation: Relation | None, attended: bool) -> Action:
    """What to do with an order, given its outcome and its relation to the likeliest twin.

    >>> action_of(Outcome.DUPLICATE, Relation.RESEND, attended=False).value
    'LINK'
    >>> action_of(Outcome.REVIEW, Relation.REKEYED, attended=True).value
    'CONFIRM_WITH_CUSTOMER'
    """
    if outcome is Outcome.UNIQUE:
        return Action.ACCEPT
    action = _ACTIONS.get(relation, Action.HOLD) if relation else Action.HOLD
    if outcome is Outcome.DUPLICATE or action in _SUGGESTED_IN_REVIEW:
        return action
    return Action.CONFIRM_WITH_CUSTOMER if attended else Action.HOLD
