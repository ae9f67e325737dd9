"""ScoreOrder: is this order already there? Check and registration are one step.

A call is recognised by its request id, an order by its natural key, and everything else is found by
blocking. Registration is optimistic: when similar orders came in since the look, the store refuses
and hands over what came, and the order is decided again, so that of any number of similar orders at
the same instant at most one is unique. Orders that would overtake each other wait in line.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ordertwin_models.assessment import CANDIDATE_LIMIT, IncomingOrder, assess
from ordertwin_models.decision import Decision, Outcome
from ordertwin_models.errors import EtagMismatch
from ordertwin_models.model import DuplicateModel
from ordertwin_models.policy import SAME_ORDER_CHANGED, Policy, held_with_batch
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.answer import INSTANT, Answer, recall, state_after
from ordertwin_server.commands.call import Call, Clock, Keys
from ordertwin_server.commands.policy_facts import standing_of
from ordertwin_server.commands.question import Question
from ordertwin_server.commands.sampling import NOTHING_BY_CHANCE, Sampling
from ordertwin_server.commands.settling import ready_to_store
from ordertwin_server.commands.stand_ins import with_stand_ins
from ordertwin_server.commands.turns import Line, Turns
from ordertwin_server.customer_book import SameCustomerOf, each_alone
from ordertwin_server.model_slot import ModelSlot
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_server.shadow import ShadowCase
from ordertwin_stores.codec import canonical_order, document_digest, order_digest, order_mark
from ordertwin_stores.interface import (
    AlreadyStored,
    AuditEntry,
    Candidates,
    OrderStore,
    Overtaken,
    Registered,
    Registration,
    Replayed,
    RequestRecord,
    StoredDecision,
    StoredOrder,
)

METHOD = "ScoreOrder"
_BURST = "Source %s sends many duplicates: they are held in one batch, with one review."


@dataclass(frozen=True, slots=True)
class _Case:
    """One order on its way to an answer, with the one model and policy that judge it."""

    call: Call
    question: Question
    document: bytes
    digest: bytes
    incoming: IncomingOrder
    model: DuplicateModel | None
    policy: Policy
    line: Line
    at: datetime


class ScoreOrder:
    """Answers one order and, unless it is a dry check, registers it."""

    def __init__(
        self,
        store: OrderStore,
        slot: ModelSlot,
        policies: PolicySlot,
        *,
        clock: Clock,
        keys: Keys,
        max_lines: int,
        turns: Turns | None = None,
        shadow: Callable[[ShadowCase], None] = lambda case: None,
        decided: Callable[[str, Decision], None] = lambda tenant, decision: None,
        sampling: Sampling = NOTHING_BY_CHANCE,
        same_customer: SameCustomerOf = each_alone,
    ) -> None:
        self._sampling = sampling
        self._same_customer = same_customer
        self._store = store
        self._turns = turns or Turns()
        self._slot = slot
        self._policies = policies
        self._clock = clock
        self._keys = keys
        self._max_lines = max_lines
        self._shadow = shadow
        self._decided = decided

    def __call__(self, call: Call, question: Question) -> Answer:
        """The answer; once it is there, order and decision are durable.

        Raises `InvalidRequest`, `RequestIdReused`, `DeadlineExceeded` (nothing was written) or a
        `StoreError`.
        """
        at = self._clock()
        question.ensure_valid(now=at, max_lines=self._max_lines)
        document = canonical_order(question.order)
        digest = document_digest(document)
        if not question.validate_only:
            reply = self._store.reply_to(
                call.tenant, METHOD, question.request_id, question.fingerprint(digest)
            )
            if reply is not None:
                return self._replay(call, reply)
        incoming = ready_to_store(self._store, call.tenant, question.order, self._same_customer)
        model, policy = self._slot.of(call.tenant), self._policies.of(call.tenant)
        keys = {lookup.key for lookup in incoming.lookups}.union(incoming.blocking_keys)
        alike = ((call.tenant, key) for key in keys)
        with self._turns.line(alike, call.ensure_waiting) as line:
            case = _Case(call, question, document, digest, incoming, model, policy, line, at)
            if not question.validate_only:
                line.join_if_any()
            answer = None
            while answer is None:
                answer = self._answer(case)
        return answer

    def _answer(self, case: _Case) -> Answer | None:
        """The answer, or None when the natural key changed hands in between."""
        tenant, order = case.call.tenant, case.question.order
        namesake = self._store.find_order(tenant, order.source, order.order_id)
        if namesake is not None and namesake[1] == case.digest:
            return self._answer_to_known(case, namesake[0])
        amended = self._store.get_order(tenant, namesake[0]) if namesake else None
        seen = self._candidates(case)
        if case.question.validate_only:
            decision = self._decide(case, seen, amended)
            case.call.trail.outcome = f"DRY_{decision.outcome}"
            return self._dry(case, decision)
        return self._register(case, seen, amended)

    def _answer_to_known(self, case: _Case, key: str) -> Answer:
        """The same order unchanged is the same order: its decision again.

        An order loaded without a decision gets the answer it would have had among those before it.
        """
        stored = self._store.latest_decision(case.call.tenant, key)
        if stored is not None:
            case.call.trail.outcome = "REPLAYED"
            if not case.question.validate_only:
                self._remember(case, stored)
            return recall(self._store, case.call.tenant, stored)
        seen = self._candidates(case)
        own = next((c.sequence for c in seen.candidates if c.key == key), None)
        earlier = tuple(c for c in seen.candidates if own is None or c.sequence < own)
        dry = self._dry(case, self._decide(case, replace(seen, candidates=earlier), None))
        return replace(dry, order_key=key, state=self._store.get_order(case.call.tenant, key).state)

    def _remember(self, case: _Case, stored: StoredDecision) -> None:
        outcome = stored.decision.outcome
        entry = case.call.entry(
            METHOD, f"orders/{stored.order_key}", case.question.request_id, outcome
        )
        request = self._request(case, stored.key)
        reply = self._store.remember(case.call.tenant, request, entry, case.at)
        case.call.trail.written = reply is None

    def _register(
        self, case: _Case, seen: Candidates, amended: StoredOrder | None
    ) -> Answer | None:
        """Decide and write until nothing came in between; None to start over.

        Every refusal means that another order got through, so the loop ends; a caller who cannot
        wait that long is told so, and nothing of theirs was written.
        """
        while True:
            # Later than all that was read, so that the answer finds the same content again.
            case = replace(case, at=self._moment_after(amended))
            # Made before writing: an amendment replaces the content it is compared with.
            own = self._decide(case, seen, amended)
            decision, batch_since = self._in_a_burst(case, own)
            dry = self._dry(case, decision)
            entry = self._registration(case, dry.decision, amended, batch_since)
            case.call.ensure_waiting()
            try:
                result = self._store.register(case.call.tenant, entry, seen)
            except EtagMismatch:
                return None
            match result:
                case Registered(batch_review=batch, batch_opened=opened):
                    case.call.trail.written = True
                    self._decided(case.call.tenant, dry.decision)
                    if opened:
                        LOGGER.warning(_BURST, case.question.order.source)
                    if amended is None:
                        self._shadow(self._trial(case, entry, own, seen))
                    return replace(
                        dry,
                        order_key=entry.order_key,
                        decision_key=entry.decision_key,
                        review_key=batch or entry.review_key or "",
                        state=entry.state,
                    )
                case Overtaken(candidates=newer) if case.line.has_place:
                    seen = newer
                case Overtaken():
                    case.line.join()
                    seen = self._candidates(case)
                case Replayed(reply=reply):
                    return self._replay(case.call, reply)
                case AlreadyStored():
                    return None

    def _trial(
        self, case: _Case, entry: Registration, own: Decision, seen: Candidates
    ) -> ShadowCase:
        """What a model that is on trial may judge too, later."""
        return ShadowCase(
            tenant=case.call.tenant,
            decision_key=entry.decision_key,
            order_key=entry.order_key,
            model=case.model,
            decision=own,
            incoming=case.incoming,
            candidates=seen.candidates,
            decide=lambda model: self._decide(replace(case, model=model), seen, None),
        )

    def _in_a_burst(self, case: _Case, decision: Decision) -> tuple[Decision, datetime | None]:
        """The decision, and since when the burst that the order belongs to is looked for, if so."""
        burst, source = case.policy.burst, case.question.order.source
        changed = SAME_ORDER_CHANGED in decision.policy_rules
        if burst is None or not source or changed or decision.outcome is Outcome.UNIQUE:
            return decision, None
        since = case.at - timedelta(minutes=burst.minutes)
        sent = self._store.flow(case.call.tenant, source, since)
        if not burst.is_reached(orders=sent.orders, flagged=sent.flagged):
            return decision, None
        return held_with_batch(decision), since

    def _moment_after(self, amended: StoredOrder | None) -> datetime:
        """Now; later than the amended order's last change even if the clock was put back."""
        now = self._clock()
        return now if amended is None else max(now, amended.updated_at + INSTANT)

    def _candidates(self, case: _Case) -> Candidates:
        return self._store.candidates(case.call.tenant, case.incoming.lookups, CANDIDATE_LIMIT)

    def _decide(self, case: _Case, seen: Candidates, amended: StoredOrder | None) -> Decision:
        return assess(
            case.model,
            case.incoming,
            with_stand_ins(self._store, case.call.tenant, seen.candidates),
            truncated=seen.truncated,
            at=case.at,
            standing=standing_of(
                self._store,
                case.call,
                case.policy,
                case.question,
                case.incoming,
                (amended.key, case.at) if amended else None,
            ),
            max_matches=case.question.matches_wanted,
            amends=amended.key if amended else None,
        )

    def _dry(self, case: _Case, decision: Decision) -> Answer:
        keys = [match.order_key for match in decision.matches]
        stored = self._store.get_orders(case.call.tenant, keys) if keys else {}
        return Answer(
            decision=decision,
            incoming=case.question.order,
            existing={key: found.order for key, found in stored.items()},
        )

    def _replay(self, call: Call, reply: str) -> Answer:
        call.trail.outcome = "REPLAYED"
        stored = self._store.get_decision(call.tenant, json.loads(reply)["decision"])
        return recall(self._store, call.tenant, stored)

    def _registration(
        self,
        case: _Case,
        decision: Decision,
        amended: StoredOrder | None,
        batch_since: datetime | None,
    ) -> Registration:
        question, incoming = case.question, case.incoming
        order_key = amended.key if amended else self._keys()
        decision_key = self._keys()
        reviewed = batch_since is not None or decision.outcome is Outcome.REVIEW
        asked = self._sampling.question(
            question.order, order_key, decision, self._keys, reviewed=reviewed
        )
        return Registration(
            order_key=order_key,
            order=question.order,
            digest=case.digest,
            state=state_after(decision.outcome, amended.state if amended else None),
            features=incoming.features.to_bytes(),
            lookups=incoming.lookups,
            blocking_keys=incoming.blocking_keys,
            terms=incoming.terms,
            decision_key=decision_key,
            decision=decision,
            review_key=asked.key if asked and reviewed else None,
            asks=asked,
            request=self._request(case, decision_key),
            audit=self._audit(case, order_key, decision, amended),
            at=case.at,
            amends=(amended.key, amended.version) if amended else None,
            batch_since=batch_since,
            document=case.document,
        )

    def _request(self, case: _Case, decision_key: str) -> RequestRecord:
        question = case.question
        reply = json.dumps({"decision": decision_key})
        fingerprint = question.fingerprint(case.digest)
        return RequestRecord(METHOD, question.request_id, fingerprint, reply)

    @staticmethod
    def _audit(
        case: _Case, order_key: str, decision: Decision, amended: StoredOrder | None
    ) -> AuditEntry:
        state = state_after(decision.outcome, amended.state if amended else None)
        before, version = b"", 1
        if amended:
            before = order_mark(order_digest(amended.order), amended.state, amended.version)
            version = amended.version + 1
        return case.call.entry(
            METHOD,
            f"orders/{order_key}",
            case.question.request_id,
            decision.outcome,
            before=before,
            after=order_mark(case.digest, state, version),
        )
