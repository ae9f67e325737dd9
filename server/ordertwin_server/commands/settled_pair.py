"""What settling a pair says of it, so that learning hears of it: the two are the same order.

Merging, linking, attaching and replacing are verdicts MATCH, with the source of a release. A merge
that adds quantities up, or of orders without a line in common, makes one delivery of two purchases
and says nothing.
"""

from __future__ import annotations

from ordertwin_models.decision import Relation
from ordertwin_models.merging import Proposal
from ordertwin_models.merging.proposal import Take
from ordertwin_server.commands.call import Call
from ordertwin_stores.interface import OrderStore, StoredOrder
from ordertwin_stores.resolutions import Resolution, StoredResolution, Undo
from ordertwin_stores.reviews import Answer, Ending, NewVerdict, ReviewChange, VerdictSource


def says_same(proposal: Proposal) -> bool:
    """Whether orders that are merged like this were one purchase."""
    shared = [line for line in proposal.lines if len({part.order for part in line.parts}) > 1]
    return bool(shared) and all(line.take is not Take.SUM for line in proposal.lines)


def said_of_pair(
    store: OrderStore,
    call: Call,
    pair: tuple[StoredOrder, StoredOrder],
    relation: Relation | None,
    resolution: Resolution,
) -> ReviewChange:
    """The verdict on the later order of the two; it overrules what was said of the pair before,
    whichever of the two was asked about then."""
    earlier, later = sorted(pair, key=lambda each: (each.received_at, each.key))
    decided = store.latest_decision(call.tenant, later.key)
    matches = decided.decision.matches if decided else ()
    match = next((each for each in matches if each.order_key == earlier.key), None)
    verdict = NewVerdict(
        order_key=later.key,
        counterpart_key=earlier.key,
        decision_key=decided.key if decided else "",
        answer=Answer.MATCH,
        relation=relation.value if relation is not None and relation.is_duplicate else "",
        reason=resolution.reason,
        reviewer=call.actor,
        blind=False,
        model_version=decided.decision.model_version if decided else "",
        probability=match.match_probability if match else None,
        source=VerdictSource.RELEASE,
        inclusion=1.0,
        seen_at=decided.decision.decided_at if decided else later.received_at,
    )
    return ReviewChange(
        request=resolution.request,
        at=resolution.at,
        actor=call.actor,
        verdicts=(verdict,),
        endings=tuple(
            Ending(each.position, overruled=True)
            for asked, other in ((later, earlier), (earlier, later))
            for each in store.reviews.verdicts_on(call.tenant, asked.key)
            if each.ended is None
            and each.said.answer is not Answer.UNSURE
            and each.said.counterpart_key == other.key
        ),
    )


def unsaid_by(store: OrderStore, call: Call, found: StoredResolution, undo: Undo) -> ReviewChange:
    """The end of the verdict that a merge left."""
    left = {each.order_key for each in found.left}
    return ReviewChange(
        request=undo.request,
        at=undo.at,
        actor=call.actor,
        endings=tuple(
            Ending(each.position, reason=undo.reason)
            for key in sorted(left)
            for each in store.reviews.verdicts_on(call.tenant, key)
            if each.ended is None
            and each.at == found.at
            and each.said.source is VerdictSource.RELEASE
            and each.said.counterpart_key in left
        ),
    )
