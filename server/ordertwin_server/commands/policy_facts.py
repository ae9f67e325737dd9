"""What a policy needs to know of one order beside its content: the stored orders it is paired with.

Pairs come from the lists of the policy, and from people: those that a reviewer set apart, until the
suppression ends, and those that a verdict called distinct, for as long as it holds.
"""

from __future__ import annotations

from datetime import datetime

from ordertwin_models.assessment import IncomingOrder
from ordertwin_models.policy import ALLOWED_PAIR, SUPPRESSED_PAIR, OrderName, Policy, Standing
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.question import Question
from ordertwin_stores.interface import OrderStore


def standing_of(
    store: OrderStore,
    call: Call,
    policy: Policy,
    question: Question,
    incoming: IncomingOrder,
    known: tuple[str, datetime] | None = None,
) -> Standing:
    """How the order stands with the policy; pairs of the policy's lists are looked up by name.

    `known` is the key of the order, if it is stored already, and the time now: nothing was said yet
    of an order that nobody knew.
    """
    order = question.order
    apart, same = {}, []
    if known is not None:
        said = store.reviews.apart(call.tenant, *known)
        apart = dict.fromkeys(said, SUPPRESSED_PAIR)
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
