"""What a status change means for orders that were held because of the one that changed.

When an order is cancelled, returned, merged or rejected, whoever was held as its duplicate is
decided again without it. The new decision is stored beside the old one. The order stays held, with
a review that shows the new decision, unless the operator lets such orders go on by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from ordertwin_models.assessment import CANDIDATE_LIMIT, IncomingOrder, assess
from ordertwin_models.decision import Decision, Outcome
from ordertwin_models.errors import EtagMismatch, NotFound
from ordertwin_models.order import OrderState
from ordertwin_models.policy import BURST
from ordertwin_server.commands.answer import INSTANT
from ordertwin_server.commands.call import Call, Clock, Keys
from ordertwin_server.commands.policy_facts import standing_of
from ordertwin_server.commands.question import DEFAULT_MATCHES, Question
from ordertwin_server.commands.sampling import NOTHING_BY_CHANCE
from ordertwin_server.commands.settling import ready_to_store
from ordertwin_server.commands.stand_ins import with_stand_ins
from ordertwin_server.customer_book import SameCustomerOf, each_alone
from ordertwin_server.model_slot import ModelSlot
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_stores.codec import canonical_order, document_digest, order_mark
from ordertwin_stores.events import StoredEvent
from ordertwin_stores.interface import (
    OrderStore,
    Overtaken,
    Registration,
    RequestRecord,
    StoredOrder,
)

METHOD = "Redecide"
TRIES = 5
_FLAGGED = (Outcome.REVIEW, Outcome.DUPLICATE)


class Redecide:
    """Decides orders again that depended on one that is gone. `release` lets those go on that turn
    out to be unique."""

    def __init__(
        self,
        store: OrderStore,
        slot: ModelSlot,
        policies: PolicySlot,
        *,
        clock: Clock,
        keys: Keys,
        release: bool = False,
        same_customer: SameCustomerOf = each_alone,
    ) -> None:
        self._same_customer = same_customer
        self._store, self._slot, self._policies = store, slot, policies
        self._clock, self._keys, self._release = clock, keys, release

    def __call__(self, tenant: str, events: Sequence[StoredEvent]) -> None:
        """Follow the events that left an order dead. Seeing one again changes nothing."""
        for event in events:
            if event.state is not None and event.state.is_dead and "before" in event.details:
                self._follow(tenant, event)

    def _follow(self, tenant: str, event: StoredEvent) -> None:
        """Those that depended on it share a key with it, so they are found as its candidates."""
        try:
            gone = self._store.get_order(tenant, event.order_key)
        except NotFound:
            return
        if not gone.state.is_dead:
            return
        lookups = self._ready(tenant, gone).lookups
        found = self._store.candidates(tenant, lookups, CANDIDATE_LIMIT).candidates
        for candidate in found:
            if candidate.state is OrderState.HELD and candidate.key != gone.key:
                self._again(tenant, candidate.key, gone.key, event.position)

    def _ready(self, tenant: str, stored: StoredOrder) -> IncomingOrder:
        return ready_to_store(self._store, tenant, stored.order, self._same_customer)

    def _again(self, tenant: str, key: str, gone: str, position: int) -> None:
        """Decide an order again, if its newest decision held it because of the one that is gone."""
        for _ in range(TRIES):
            stored = self._store.get_order(tenant, key)
            latest = self._store.latest_decision(tenant, key)
            if stored.state is not OrderState.HELD or latest is None:
                return
            before = latest.decision
            named = gone in [match.order_key for match in before.matches]
            if before.outcome not in _FLAGGED or BURST in before.policy_rules or not named:
                return
            try:
                if self._decided(tenant, stored, before, gone, position):
                    return
            except EtagMismatch:
                continue

    def _decided(
        self, tenant: str, stored: StoredOrder, before: Decision, gone: str, position: int
    ) -> bool:
        """Store the new decision; false when orders came in between."""
        call = Call(tenant, "ordertwin")
        at = max(self._clock(), stored.updated_at + INSTANT)
        question = Question(order=stored.order, attended=before.attended)
        incoming = self._ready(tenant, stored)
        seen = self._store.candidates(tenant, incoming.lookups, CANDIDATE_LIMIT)
        own = next((one.sequence for one in seen.candidates if one.key == stored.key), None)
        # What was there before it, and what took the place of the order that is gone.
        heirs = {each.target_key for each in self._store.resolutions.of_order(tenant, gone)}
        earlier = [
            one
            for one in seen.candidates
            if one.key != stored.key and (own is None or one.sequence < own or one.key in heirs)
        ]
        decision = assess(
            self._slot.of(tenant),
            incoming,
            with_stand_ins(self._store, tenant, earlier),
            truncated=seen.truncated,
            at=at,
            standing=standing_of(
                self._store, call, self._policies.of(tenant), question, incoming, (stored.key, at)
            ),
            max_matches=max(DEFAULT_MATCHES, len(before.matches)),
        )
        goes_on = self._release and decision.outcome is Outcome.UNIQUE
        state = OrderState.RECEIVED if goes_on else OrderState.HELD
        asked = NOTHING_BY_CHANCE.question(
            stored.order, stored.key, decision, self._keys, reviewed=not goes_on
        )
        document = canonical_order(stored.order)
        digest = document_digest(document)
        decision_key, request_id = self._keys(), f"{gone}-{position}-{stored.key}"
        entry = call.entry(
            METHOD,
            f"orders/{stored.key}",
            request_id,
            decision.outcome,
            before=order_mark(digest, stored.state, stored.version),
            after=order_mark(digest, state, stored.version + 1),
        )
        registration = Registration(
            order_key=stored.key,
            order=stored.order,
            digest=digest,
            state=state,
            features=incoming.features.to_bytes(),
            lookups=incoming.lookups,
            blocking_keys=incoming.blocking_keys,
            terms=incoming.terms,
            decision_key=decision_key,
            decision=decision,
            review_key=asked.key if asked else None,
            asks=asked,
            request=RequestRecord(
                METHOD,
                request_id,
                sha256(request_id.encode()).digest(),
                json.dumps({"decision": decision_key}),
            ),
            audit=replace(entry, origin="event"),
            at=at,
            amends=(stored.key, stored.version),
            document=document,
            turned_by=gone if decision.outcome is not before.outcome else "",
        )
        result = self._store.register(tenant, registration, seen)
        return not isinstance(result, Overtaken)
