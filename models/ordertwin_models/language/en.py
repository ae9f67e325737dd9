"""English."""

from __future__ import annotations

from ordertwin_models.decision import Action, Relation
from ordertwin_models.language.catalogue import Catalogue, Duration
from ordertwin_models.language.en_reasons import REASONS
from ordertwin_models.order import Channel, OrderState
from ordertwin_models.policy.rules import (
    ATTENDED_THRESHOLD,
    COUNTERPART_DEAD,
    DUPLICATE_THRESHOLD,
    REVIEW_THRESHOLD,
    SAME_ORDER_CHANGED,
)


def _other_or_same(nouns: str) -> tuple[str, str]:
    return f"{nouns} were different", f"{nouns} were the same"


def _unit(noun: str) -> Duration:
    return Duration(
        span=f"{{count:# {noun}|# {noun}s}}", rhythm=f"{{count:every {noun}|every # {noun}s}}"
    )


ENGLISH = Catalogue(
    tag="en",
    plural=lambda number: number != 1,
    separator=", ",
    sentence_space=" ",
    reasons=REASONS,
    unnamed="{meaning}: {value}",
    together="{first} and {second}, taken together",
    both="{first} and {second}",
    with_value="{text} ({value})",
    with_both="{text} ({incoming} / {existing})",
    respelled="{text} but written differently ({incoming} / {existing})",
    durations={unit: _unit(unit) for unit in ("second", "minute", "hour", "day", "month", "year")},
    later="{span} later",
    earlier="{span} earlier",
    same_moment="at the same moment",
    same_day="on the same day",
    of_one_day="both orders are of the same day",
    heads={
        DUPLICATE_THRESHOLD: "Duplicate: this is {relation}.",
        REVIEW_THRESHOLD: "Probably a duplicate: this looks like {relation}.",
        ATTENDED_THRESHOLD: "Possibly a duplicate: this could be {relation}.",
        SAME_ORDER_CHANGED: "This is a changed version of order {order} itself: {changes}.",
        COUNTERPART_DEAD: "New order. It looks the same as order {order},"
        " but that order was {state}.",
    },
    no_match="New order: no existing order looks like this one.",
    look_alike="New order, though it resembles order {order}: {reasons}.",
    look_alike_only="New order. It resembles order {order}, but not closely enough to be the same.",
    relations={
        Relation.RESEND: "order {order} sent a second time",
        Relation.DOUBLE_SUBMIT: "order {order} submitted twice",
        Relation.RETRY: "order {order} sent again after a failed attempt",
        Relation.REKEYED: "order {order} entered a second time by hand",
        Relation.CROSS_CHANNEL: "order {order} coming in by another channel too",
        Relation.CONFIRMATION: "the written confirmation of order {order}",
        Relation.AMENDMENT: "a changed version of order {order}",
        Relation.SUPERSET: "order {order} sent again with additions",
        Relation.PARTIAL: "a part of order {order} sent again",
        Relation.WRONG_CUSTOMER: "order {order} entered again under another customer",
        Relation.EVASION: "order {order} again, with its reference rewritten",
        Relation.STANDING: "standing order",
        Relation.BLANKET_RELEASE: "another call-off",
        Relation.SPLIT: "another part of one purchase",
        Relation.FAN_OUT: "same goods for another place",
        Relation.REPLACEMENT: "since replaced",
        Relation.REORDER: "bought before",
        Relation.VARIANT: "another variant",
        Relation.COINCIDENCE: "coincidence",
    },
    unknown_duplicate="order {order} once more",
    unknown_order="(not shown)",
    baskets={
        "same": "same {shared_lines:line|# lines}",
        "other_quantities": "same {shared_lines:line|# lines}"
        " ({unequal_quantities:# quantity|# quantities} different)",
        "contained": "{incoming_lines:its only line is|all its # lines are} in that order",
        "containing": "it has {existing_lines:the only line|all # lines} of that order",
        "overlapping": "{shared_lines} of {incoming_lines} lines {shared_lines:is|are} the same",
    },
    changes={
        "quantities": "{count:# quantity changed|# quantities changed}",
        "prices": "{count:# price changed|# prices changed}",
        "recoded": "{count:# item number changed|# item numbers changed}",
        "added": "{count:# line added|# lines added}",
        "removed": "{count:# line removed|# lines removed}",
        "none": "the lines are unchanged",
    },
    because="{reasons}.",
    but="Against it: {reasons}.",
    one_customer="The two customer numbers are known to be one customer.",
    linked_numbers="customer numbers known to be one customer",
    actions={
        Action.ACCEPT: "accept it",
        Action.HOLD: "hold it for review",
        Action.LINK: "do not enter it, link it to {order}",
        Action.ATTACH: "do not enter it, attach its reference to {order}",
        Action.SUPERSEDE: "let it replace {order} after a look at the differences",
        Action.MERGE: "merge it with {order}, line by line",
        Action.CONFIRM_WITH_CUSTOMER: "ask the customer before you enter it",
    },
    do="{action}.",
    do_if_confirmed="Check it; if so, {action}.",
    truncated="Not every similar order could be compared.",
    degraded="Judged by simple rules, because no model is loaded.",
    counterfactuals={
        **dict.fromkeys(
            ("customer_ship_to", "foreign_ship_to"),
            ("the goods went to another address", "the goods went to the same address"),
        ),
        "delivery_point": _other_or_same("the points of delivery"),
        "delivery_date": (
            "the delivery dates wanted lay far apart",
            "the delivery dates wanted were the same",
        ),
        "reference": _other_or_same("the customer references"),
        "release": _other_or_same("the releases of the blanket order"),
        "basket_agreement": (
            "no line was in both orders in the same quantity",
            "all lines were in both orders in the same quantities",
        ),
        "quantities": _other_or_same("the quantities"),
        "incoming_lines_shared": (
            "its lines were not in the existing order",
            "all its lines were in the existing order",
        ),
        "existing_lines_shared": (
            "it had none of the existing order's lines",
            "it had all lines of the existing order",
        ),
        "customer": ("it came from another customer", "it surely came from the same customer"),
        "customer_conflicts": (
            "all that both orders say of the customer differed",
            "nothing that both orders say of the customer differed",
        ),
        "phone": _other_or_same("the phone numbers"),
        "email": _other_or_same("the e-mail addresses"),
        "customer_name": _other_or_same("the customer names"),
        "time_gap": ("the orders lay further apart", "the orders lay closer together"),
    },
    would_be_new="If {condition}, it would not count as a duplicate of this order.",
    would_be_held="If {condition}, the order would be held.",
    states={
        OrderState.RECEIVED: "received",
        OrderState.HELD: "on hold",
        OrderState.ACCEPTED: "accepted",
        OrderState.IN_FULFILMENT: "in fulfilment",
        OrderState.SHIPPED: "shipped",
        OrderState.COMPLETED: "completed",
        OrderState.CANCELLED: "cancelled",
        OrderState.RETURNED: "returned",
        OrderState.MERGED: "merged into another order",
        OrderState.REJECTED_DUPLICATE: "rejected as a duplicate",
    },
    channels={
        Channel.UNKNOWN: "unknown channel",
        Channel.EDI: "EDI",
        Channel.WEB: "web shop",
        Channel.PHONE: "phone",
        Channel.EMAIL: "e-mail",
        Channel.REP: "sales representative",
        Channel.MARKETPLACE: "marketplace",
        Channel.POS: "point of sale",
        Channel.OTHER: "other channel",
    },
    lines="{lines:# line|# lines}",
    share_of_lines="{shared} of {lines:# line|# lines}",
    release="{blanket}, release {release}",
)
