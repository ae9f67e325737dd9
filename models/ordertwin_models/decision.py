"""What an order is told, as a value: outcome, action, relations and the numbers behind them.

A decision holds numbers and names only, no order content: sentences and values are added by
`ordertwin_models.explanation` when it is shown, so that a customer can be erased later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ordertwin_models.order import OrderState


class Outcome(StrEnum):
    """What the order is told."""

    UNIQUE = "UNIQUE"
    REVIEW = "REVIEW"
    DUPLICATE = "DUPLICATE"


class Action(StrEnum):
    """What to do with the order."""

    ACCEPT = "ACCEPT"
    HOLD = "HOLD"
    LINK = "LINK"
    ATTACH = "ATTACH"
    SUPERSEDE = "SUPERSEDE"
    MERGE = "MERGE"
    CONFIRM_WITH_CUSTOMER = "CONFIRM_WITH_CUSTOMER"


class Relation(StrEnum):
    """What an incoming order is to an existing one.

    >>> Relation.RESEND.is_duplicate, Relation.STANDING.is_duplicate
    (True, False)
    """

    RESEND = "RESEND"
    DOUBLE_SUBMIT = "DOUBLE_SUBMIT"
    RETRY = "RETRY"
    REKEYED = "REKEYED"
    CROSS_CHANNEL = "CROSS_CHANNEL"
    CONFIRMATION = "CONFIRMATION"
    AMENDMENT = "AMENDMENT"
    SUPERSET = "SUPERSET"
    PARTIAL = "PARTIAL"
    WRONG_CUSTOMER = "WRONG_CUSTOMER"
    EVASION = "EVASION"
    STANDING = "STANDING"
    BLANKET_RELEASE = "BLANKET_RELEASE"
    SPLIT = "SPLIT"
    FAN_OUT = "FAN_OUT"
    REPLACEMENT = "REPLACEMENT"
    REORDER = "REORDER"
    VARIANT = "VARIANT"
    COINCIDENCE = "COINCIDENCE"

    @property
    def is_duplicate(self) -> bool:
        """Whether an order in this relation should not be entered as a new one."""
        return self in DUPLICATE_RELATIONS


DUPLICATE_RELATIONS = frozenset(list(Relation)[: list(Relation).index(Relation.STANDING)])
LOOK_ALIKE_RELATIONS = frozenset(Relation) - DUPLICATE_RELATIONS


@dataclass(frozen=True, slots=True)
class LineAlignment:
    """How one incoming line relates to one existing line; an empty id means no counterpart.

    `agreement` is 0 to 1; ratios are incoming ÷ existing per base unit, 0.0 when unknown.
    """

    incoming_line_id: str
    existing_line_id: str
    agreement: float
    quantity_ratio: float
    price_ratio: float


@dataclass(frozen=True, slots=True)
class Match:
    """One existing order, compared with the incoming one.

    `match_weight` is log2 odds and equals `prior_weight + sum(contributions.values())` to 1e-9.
    `vector` is the comparison vector, one number per comparison, None where a value was missing.
    """

    order_key: str
    state: OrderState
    match_probability: float
    match_weight: float
    prior_weight: float
    contributions: dict[str, float]
    vector: dict[str, float | None]
    relation: Relation
    relation_probability: float
    line_alignments: tuple[LineAlignment, ...]
    blocking_rules: tuple[str, ...]
    counterfactual: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one order. `counterfactual` in a match names a comparison, not a sentence.

    `policy_version` is empty when no policy was in force; `attended` says that a person waited.
    `customers` is the revision of the customer groups by which orders under another number of the
    same customer counted, 0 when the customer was known under one number.
    """

    outcome: Outcome
    action: Action
    matches: tuple[Match, ...]
    policy_rules: tuple[str, ...]
    model_version: str
    candidates_considered: int
    candidates_truncated: bool
    degraded: bool
    decided_at: datetime
    policy_version: str = ""
    attended: bool = False
    customers: int = 0
