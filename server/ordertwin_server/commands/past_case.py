"""A past decision laid out again: the order and the candidates as they were when it was taken.

Some comparisons look at all candidates of an order (how often this basket came before), so none may
be missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ordertwin_models.assessment import CANDIDATE_LIMIT, IncomingOrder, prepare
from ordertwin_models.candidate import Candidate
from ordertwin_models.errors import ArtefactInvalid
from ordertwin_models.features import OrderFeatures
from ordertwin_models.policy import SAME_ORDER_CHANGED
from ordertwin_models.preparation import lookups_of
from ordertwin_stores.customers import CustomerArchive, same_customer_at
from ordertwin_stores.decision_history import DecisionHistory, PastDecision


@dataclass(frozen=True, slots=True)
class PastCase:
    """What a decision was taken on. `complete` says that every candidate still says what it said
    then; those that do not are left out."""

    past: PastDecision
    incoming: IncomingOrder
    candidates: tuple[Candidate, ...]
    truncated: bool
    complete: bool


class Past(Protocol):
    """A store or an archive."""

    @property
    def decision_history(self) -> DecisionHistory:
        """Decisions with what they were taken on."""

    @property
    def customers(self) -> CustomerArchive:
        """Which customer numbers meant the same customer at the time."""


def past_case(source: Past, tenant: str, past: PastDecision) -> PastCase | None:
    """The decision laid out again; None for an amendment, whose outcome no model decided, and when
    the order itself was changed or erased since."""
    decision = past.stored.decision
    if past.features is None or SAME_ORDER_CHANGED in decision.policy_rules:
        return None
    try:
        features = OrderFeatures.from_bytes(past.features)
    except ArtefactInvalid:
        return None
    history, customer = source.decision_history, past.order.customer.party_id
    same = same_customer_at(source.customers, tenant, customer, decision.customers)
    prepared = prepare(past.order, same)
    lookups = lookups_of(prepared, features)
    incoming = IncomingOrder(features, lookups, (), prepared.terms, same)
    found = history.candidates_before(tenant, incoming.lookups, CANDIDATE_LIMIT, past.sequence)
    keys = [candidate.key for candidate in found.candidates]
    then = history.as_seen(tenant, keys, decision.decided_at)
    candidates = tuple(
        then[each.key]._replace(rules=each.rules) for each in found.candidates if each.key in then
    )
    complete = len(candidates) == len(keys) == decision.candidates_considered
    return PastCase(past, incoming, candidates, found.truncated, complete)
