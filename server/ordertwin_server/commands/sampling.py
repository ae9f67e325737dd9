"""Which orders people are asked about: all that are in doubt, and some that chance chooses.

Chance is drawn from the order's key and the server's seed, so that the same order is chosen again,
and how likely it was is kept with the question: what is learned from samples is weighted by it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ordertwin_models.decision import Decision, Outcome
from ordertwin_models.order import Order
from ordertwin_models.policy import SAME_ORDER_CHANGED
from ordertwin_models.questions import chance_priority, drawn, priority, value_at_stake
from ordertwin_server.commands.call import Keys
from ordertwin_stores.reviews import NewReview, ReviewKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """Shares, 0 to 1: of orders that pass (`audit`), of sure duplicates (`confident`), of doubtful
    ones that are shown `blind`, and of all questions that two people answer (`second`)."""

    seed: str = "1"
    audit: float = 0.0
    confident: float = 0.0
    blind: float = 0.0
    second: float = 0.0

    def question(
        self, order: Order, order_key: str, decision: Decision, keys: Keys, *, reviewed: bool
    ) -> NewReview | None:
        """The question that a new decision raises, under a new key; None for most orders.

        `reviewed` says that the order waits for an answer, in doubt or with a batch.
        """
        unique = decision.outcome is Outcome.UNIQUE
        kind = ReviewKind.AUDIT if unique else ReviewKind.CONFIDENT
        share = self.audit if unique else self.confident
        if not reviewed and (
            SAME_ORDER_CHANGED in decision.policy_rules
            or not drawn(self.seed, kind, order_key, share)
        ):
            return None
        value = value_at_stake(order)
        asked = NewReview(
            key=keys(),
            value=value or 0.0,
            channel=order.channel.value,
            source=order.source,
            customer=order.customer.party_id,
            relation=decision.matches[0].relation.value if decision.matches else "",
        )
        if reviewed:
            likeliest = [match.match_probability for match in decision.matches[:1]]
            asked = replace(asked, priority=priority(likeliest, value))
        else:
            urgency = chance_priority()
            asked = replace(asked, kind=kind, priority=urgency, inclusion=share, blind=True)
        return self._read_by_chance(asked, order_key)

    def _read_by_chance(self, asked: NewReview, order_key: str) -> NewReview:
        """Second opinions are independent only when neither was told what the engine thinks."""
        twice = drawn(self.seed, "second", order_key, self.second)
        hidden = asked.blind or twice or drawn(self.seed, "blind", order_key, self.blind)
        return replace(asked, blind=hidden, opinions=2 if twice else 1)


NOTHING_BY_CHANCE = Sampling()
"""Only what is in doubt is asked about."""
