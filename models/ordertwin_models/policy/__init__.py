"""From probabilities to what an order is told: thresholds, lists, hard facts, bursts, actions.

The model says how alike two orders are; the policy says what that means here. Every rule that
decided something is named in the answer (`rules` has them all), and so is the policy's version.

    text ─ reading ─► Policy ─ standing ─► Standing, once an order ─ judge ─► Judgement, each match

Pure: the file is read elsewhere.
"""

from ordertwin_models.policy.lines import line_of
from ordertwin_models.policy.outcomes import action_of, outcome_of
from ordertwin_models.policy.reading import PolicyInvalid, policy_from_document
from ordertwin_models.policy.rules import (
    ALLOWED_PAIR,
    ATTENDED_THRESHOLD,
    BURST,
    COPIED,
    COUNTERPART_DEAD,
    DENIED_PAIR,
    DUPLICATE_THRESHOLD,
    RESENT,
    REVIEW_THRESHOLD,
    SAME_ORDER_CHANGED,
    SUPPRESSED_PAIR,
)
from ordertwin_models.policy.standing import (
    SILENT,
    Judgement,
    Ruling,
    Standing,
    held_with_batch,
    judge,
    rule_on,
)
from ordertwin_models.policy.values import (
    BurstRule,
    Copying,
    Costs,
    Limits,
    OrderName,
    Policy,
    Rule,
)

__all__ = [
    "ALLOWED_PAIR",
    "ATTENDED_THRESHOLD",
    "BURST",
    "COPIED",
    "COUNTERPART_DEAD",
    "DENIED_PAIR",
    "DUPLICATE_THRESHOLD",
    "RESENT",
    "REVIEW_THRESHOLD",
    "SAME_ORDER_CHANGED",
    "SILENT",
    "SUPPRESSED_PAIR",
    "BurstRule",
    "Copying",
    "Costs",
    "Judgement",
    "Limits",
    "OrderName",
    "Policy",
    "PolicyInvalid",
    "Rule",
    "Ruling",
    "Standing",
    "action_of",
    "held_with_batch",
    "judge",
    "line_of",
    "outcome_of",
    "policy_from_document",
    "rule_on",
]
