"""What a policy's own rules add to a summary, in every language.

Thresholds need no sentence here: the head of a summary speaks of them. A rule that a company named
itself is shown by its name alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from ordertwin_models.policy.rules import (
    ALLOWED_CUSTOMER,
    ALLOWED_PAIR,
    ALLOWED_REFERENCE,
    ALLOWED_SOURCE,
    BURST,
    COPIED,
    DENIED_CUSTOMER,
    DENIED_PAIR,
    DENIED_REFERENCE,
    DENIED_SOURCE,
    RESENT,
    SUPPRESSED_PAIR,
)

NOTES: Mapping[str, Mapping[str, str]] = {
    "en": {
        COPIED: "It says in every field what the other order said shortly before.",
        RESENT: "Sender, customer, reference, goods and place are all the same, minutes apart.",
        ALLOWED_CUSTOMER: "Orders of this customer are never held.",
        ALLOWED_SOURCE: "Orders from this source are never held.",
        ALLOWED_REFERENCE: "Orders with this reference are never held.",
        ALLOWED_PAIR: "Another order looks the same, but the policy says that the two differ.",
        SUPPRESSED_PAIR: "Another order looks the same, but somebody said not to ask again.",
        DENIED_CUSTOMER: "Every order of this customer is held for a person to see.",
        DENIED_SOURCE: "Every order from this source is held for a person to see.",
        DENIED_REFERENCE: "Every order with this reference is held for a person to see.",
        DENIED_PAIR: "The policy says that the two are the same order.",
        BURST: "Its source sends many duplicates just now, so all of them wait in one batch.",
    },
    "zh": {
        COPIED: "本单各项内容与不久之前的那张订单完全相同。",
        RESENT: "发送方、客户、参考号、货物和收货地点都相同，且只隔几分钟。",
        ALLOWED_CUSTOMER: "按规定，该客户的订单从不暂扣。",
        ALLOWED_SOURCE: "按规定，来自该来源的订单从不暂扣。",
        ALLOWED_REFERENCE: "按规定，带有该参考号的订单从不暂扣。",
        ALLOWED_PAIR: "另有一张看起来相同的订单，但规定说明两者不是同一张。",
        SUPPRESSED_PAIR: "另有一张看起来相同的订单，但已有人要求不再询问这一对。",
        DENIED_CUSTOMER: "按规定，该客户的每张订单都要先由人工查看。",
        DENIED_SOURCE: "按规定，来自该来源的每张订单都要先由人工查看。",
        DENIED_REFERENCE: "按规定，带有该参考号的每张订单都要先由人工查看。",
        DENIED_PAIR: "规定说明这两张是同一订单。",
        BURST: "该来源目前正在发来大量重复订单，这些订单已归为一批，一并等待处理。",
    },
}
"""Language tag → rule → sentence."""


def notes_in(tag: str) -> Mapping[str, str]:
    """The sentences of a language; English for one that has none yet.

    >>> notes_in("xx") == notes_in("en")
    True
    """
    return NOTES.get(tag, NOTES["en"])
