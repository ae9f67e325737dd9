"""Orders that were attached to another one stand for it: who is like them is like that one."""

from __future__ import annotations

from collections.abc import Sequence

from ordertwin_models.candidate import Candidate
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import OrderStore


def with_stand_ins(
    store: OrderStore, tenant: str, candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """The candidates, the attached ones among them as alive as the order they stand for."""
    rejected = [one.key for one in candidates if one.state is OrderState.REJECTED_DUPLICATE]
    standing = store.resolutions.standing_for(tenant, rejected) if rejected else {}
    if not standing:
        return tuple(candidates)
    return tuple(
        one._replace(state=standing[one.key][0], state_changed_at=standing[one.key][1])
        if one.key in standing
        else one
        for one in candidates
    )
