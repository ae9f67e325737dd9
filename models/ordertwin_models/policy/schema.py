"""What may stand in a policy file: every key with its kind, its limits and its meaning.

Reading follows this table, and the documentation prints it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ordertwin_models.policy.values import COPIED_REFERENCE_WITHIN_DAYS, COPIED_WITHIN_SECONDS

FORMAT = "ordertwin-policy/1"


class Kind(StrEnum):
    """What a key holds, in words for the documentation."""

    TEXT = "text"
    NUMBER = "number"
    COUNT = "whole number"
    FLAG = "true or false"
    TEXTS = "list of texts"
    CHANNELS = "list of channels"
    STATES = "list of order states"
    PAIRS = "list of pairs of orders"


@dataclass(frozen=True, slots=True)
class Key:
    """One key. A number lies between `least` and `most`; with `above` it must be more than that."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    least: float = 0.0
    most: float = math.inf
    above: bool = False


def _probability(name: str, meaning: str) -> Key:
    return Key(name, Kind.NUMBER, meaning, most=1.0, above=True)


_THRESHOLDS = (
    _probability("review", "Match probability from which on an order is held for review."),
    _probability("duplicate", "Match probability from which on it is called a duplicate."),
    _probability("attended_review", "The review threshold when a person at the screen can answer."),
)
_COSTS = (
    Key("missed", Kind.NUMBER, "Cost of a duplicate that goes out unnoticed."),
    Key("missed_share", Kind.NUMBER, "The same as a share of the order's value.", most=10.0),
    Key("review", Kind.NUMBER, "Cost of one review.", required=True, above=True),
    Key("block", Kind.NUMBER, "Cost of blocking a good order.", required=True, above=True),
    Key("ask", Kind.NUMBER, "Cost of asking the person at the screen.", above=True),
)
_LIST = (
    Key("customers", Kind.TEXTS, "Customer numbers (`customer.party_id`)."),
    Key("sources", Kind.TEXTS, "Connectors or systems (`source`)."),
    Key("references", Kind.TEXTS, "Customer references; case and punctuation do not count."),
    Key("pairs", Kind.PAIRS, "Two orders each, as `{source = …, order_id = …}`."),
)

SECTIONS: Mapping[str, tuple[Key, ...]] = {
    "": (
        Key("format", Kind.TEXT, f"`{FORMAT}`.", required=True),
        Key("version", Kind.TEXT, "Name of this version; every answer carries it.", required=True),
    ),
    "thresholds": _THRESHOLDS,
    "costs": _COSTS,
    "rules[]": (
        Key(
            "name",
            Kind.TEXT,
            "Capital letters, digits and _; `policy_rules` of an answer has it.",
            required=True,
        ),
    ),
    "rules[].when": (
        Key("channels", Kind.CHANNELS, "Channels the order came in by."),
        Key("sources", Kind.TEXTS, "Connectors or systems."),
        Key("companies", Kind.TEXTS, "Selling legal entities."),
        Key("customers", Kind.TEXTS, "Customer numbers."),
        Key("customer_groups", Kind.TEXTS, "Groups named in `customer_groups`."),
        Key("value_at_least", Kind.NUMBER, "Smallest value of the order."),
        Key("value_below", Kind.NUMBER, "The value is less than this.", above=True),
        Key("currency", Kind.TEXT, "Currency of the order; needed where a value is compared."),
        Key("attended", Kind.FLAG, "Whether a person at the screen waits for the answer."),
        Key("counterpart_states", Kind.STATES, "States of the existing order."),
    ),
    "rules[].thresholds": _THRESHOLDS,
    "rules[].costs": _COSTS,
    "allow": _LIST,
    "deny": _LIST,
    "hard_facts": (
        Key(
            "resent_within_minutes",
            Kind.NUMBER,
            "The same source, customer, reference, goods, quantities and place again within this "
            "time is a duplicate, whatever the model says; 0 switches it off.",
            most=7 * 24 * 60,
        ),
        Key(
            "copied_within_seconds",
            Kind.NUMBER,
            "A doubtful order that says of customer, place, goods and prices just what another did "
            f"within this time is a duplicate; {COPIED_WITHIN_SECONDS:g} when left out, 0 switches "
            "it off.",
            most=24 * 60 * 60,
        ),
        Key(
            "copied_reference_within_days",
            Kind.NUMBER,
            "The same, where both bear one running number that the customer used on one occasion "
            f"only; {COPIED_REFERENCE_WITHIN_DAYS:g} when left out, 0 switches it off.",
            most=60,
        ),
    ),
    "burst": (
        Key("enabled", Kind.FLAG, "Whether bursts are looked for."),
        Key("flagged_orders", Kind.COUNT, "Flagged orders of one source …", least=2, most=10_000),
        Key("within_minutes", Kind.COUNT, "… within this time …", least=1, most=24 * 60),
        Key("share", Kind.NUMBER, "… and this share of all it sent.", most=1.0, above=True),
    ),
}
"""Sections of the file and their keys. `customer_groups` holds a list of customers a group."""
