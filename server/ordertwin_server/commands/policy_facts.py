"""What a policy needs to know of one order beside its content: the stored orders it is paired with.

Suppressed pairs of reviewers come in here too, once reviews are kept: as `apart`, with their rule.
"""

from __future__ import annotations

from ordertwin_models.assessment import IncomingOrder
from ordertwin_models.policy import ALLOWED_PAIR, OrderName, Policy, Standing
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.question import Question
from ordertwin_stores.interface import OrderStore


def standing_of(
    store: OrderStore, call: Call, policy: Policy, question: Question, incoming: IncomingOrder
) -> Standing:
    """How the order stands with the policy; pairs of the policy's lists are looked up by name."""
    order = question.order
    apart, same = {}, []
    for partner, denied in policy.partners(OrderName(order.source, order.order_id)).items():
        stored = store.find_order(call.tenant, partner.source, partner.order_id)
        if stored is None:
            continue
        if denied:
            same.append(stored[0])
        else:
            apart[stored[0]] = ALLOWED_PAIR
    return Standing.of(
        policy,
        order,
        value=float(incoming.features.header["amount"]),
        attended=question.attended,
        apart=apart,
        same=same,
    )
