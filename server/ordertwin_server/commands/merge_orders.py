"""MergeOrders and UnmergeOrders: one order of two, and two again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ordertwin_models.decision import Action, Relation
from ordertwin_models.errors import FieldViolation, InvalidRequest, NotMergeable
from ordertwin_models.merging import (
    Choice,
    FieldName,
    Proposal,
    merged_order,
    obstacles_to,
    propose,
)
from ordertwin_models.merging.words import sentence
from ordertwin_models.order import Order, OrderState
from ordertwin_models.validation import validate_order
from ordertwin_server.commands.call import Call, Clock, Keys
from ordertwin_server.commands.request_rules import MAX_VIOLATIONS, request_id_violations
from ordertwin_server.commands.settled_pair import said_of_pair, says_same, unsaid_by
from ordertwin_server.commands.settling import (
    ensure_apart,
    expected_version,
    ready_to_store,
    reason_violations,
    relation_between,
)
from ordertwin_server.commands.update_status import version_of
from ordertwin_server.customer_book import SameCustomerOf, each_alone
from ordertwin_stores.codec import canonical_order, document_digest, order_mark
from ordertwin_stores.interface import (
    HistoryEntry,
    OrderStore,
    Replayed,
    RequestRecord,
    StoredOrder,
)
from ordertwin_stores.resolutions import Leaving, Resolution, Undo

MERGE, UNMERGE = "MergeOrders", "UnmergeOrders"
MAX_ID = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeQuestion:
    """What is to be merged. Keys and etags are of the first and the second order; choices name
    orders by 0 and 1."""

    keys: tuple[str, str]
    etags: tuple[str, str]
    request_id: str = ""
    validate_only: bool = False
    lines: tuple[Choice, ...] = ()
    fields: Mapping[FieldName, int] = field(default_factory=dict)
    order_id: str = ""
    order_number: str = ""
    reason: str = ""
    language: str = ""

    def ensure_valid(self) -> None:
        """Raise `InvalidRequest` that names every broken field."""
        broken = reason_violations(self.reason)
        if self.request_id or not self.validate_only:
            broken += request_id_violations(self.request_id)
        if self.keys[0] == self.keys[1]:
            broken.append(FieldViolation("sources", "must be two different orders"))
        if not self.validate_only:
            broken += [
                FieldViolation(f"sources[{place}].etag", "is required")
                for place, etag in enumerate(self.etags)
                if not etag
            ]
        if broken:
            raise InvalidRequest(broken[:MAX_VIOLATIONS])

    def fingerprint(self) -> bytes:
        """What makes two calls with one request id the same call."""
        parts = [
            self.keys,
            self.etags,
            sorted(self.lines),
            sorted(self.fields.items()),
            self.order_id,
            self.order_number,
            self.reason,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).digest()


@dataclass(frozen=True, slots=True)
class Merged:
    """The result, or a preview: then without a key, and `stored` is None."""

    sources: tuple[StoredOrder, StoredOrder]
    proposal: Proposal
    order: Order
    relation: Relation | None
    obstacles: tuple[str, ...]
    state: OrderState
    key: str = ""
    stored: StoredOrder | None = None


@dataclass(frozen=True, slots=True)
class Unmerged:
    """The merged order, cancelled, and the orders that came back."""

    order: StoredOrder
    restored: tuple[StoredOrder, ...]


class MergeOrders:
    """Makes one order of two."""

    def __init__(
        self,
        store: OrderStore,
        *,
        clock: Clock,
        keys: Keys,
        max_lines: int,
        same_customer: SameCustomerOf = each_alone,
    ) -> None:
        self._same_customer = same_customer
        self._store, self._clock, self._keys = store, clock, keys
        self._max_lines = max_lines

    def __call__(self, call: Call, question: MergeQuestion) -> Merged:
        """The merged order, stored unless it is a preview.

        Raises `InvalidRequest` (also while something has to be chosen), `NotFound`,
        `RequestIdReused`, `NotMergeable`, `EtagMismatch`, `OrderIdTaken`, `DutiesSeparated` or a
        `StoreError`.
        """
        question.ensure_valid()
        fingerprint = question.fingerprint()
        if not question.validate_only:
            reply = self._store.reply_to(call.tenant, MERGE, question.request_id, fingerprint)
            if reply is not None:
                return self._again(call, question, reply)
        key, order_key = self._keys(), self._keys()
        merged = self._proposed(call, question, question.order_id or f"merged-{order_key}")
        if question.validate_only:
            return merged
        if merged.obstacles:
            raise NotMergeable([sentence(code, question.language) for code in merged.obstacles])
        self._ensure_whole(question, merged)
        for source in merged.sources:
            ensure_apart(self._store, call, source)
        at = self._clock()
        document = canonical_order(merged.order)
        digest = document_digest(document)
        incoming = ready_to_store(self._store, call.tenant, merged.order, self._same_customer)
        versions = [
            expected_version(*pair) for pair in zip(merged.sources, question.etags, strict=True)
        ]
        resolution = Resolution(
            key=key,
            action=Action.MERGE,
            target_key=order_key,
            target_version=1,
            leaving=tuple(
                Leaving(source.key, version, OrderState.MERGED, findable=False)
                for source, version in zip(merged.sources, versions, strict=True)
            ),
            made=HistoryEntry(
                order_key=order_key,
                order=merged.order,
                digest=digest,
                state=merged.state,
                features=incoming.features.to_bytes(),
                blocking_keys=incoming.blocking_keys,
                terms=incoming.terms,
                at=at,
                document=document,
            ),
            target_state=None,
            attached=False,
            reason=question.reason,
            request=RequestRecord(
                MERGE, question.request_id, fingerprint, json.dumps({"merge": key})
            ),
            audit=call.entry(
                MERGE,
                f"orders/{order_key}",
                question.request_id,
                f"merges/{key}",
                after=order_mark(digest, merged.state, 1),
            ),
            at=at,
        )
        if says_same(merged.proposal):
            said = said_of_pair(self._store, call, merged.sources, merged.relation, resolution)
            resolution = replace(resolution, said=said)
        call.ensure_waiting()
        result = self._store.resolutions.resolve(call.tenant, resolution)
        if isinstance(result, Replayed):
            return self._again(call, question, result.reply)
        call.trail.written = True
        return self._stored(call, merged, key, order_key)

    def _again(self, call: Call, question: MergeQuestion, reply: str) -> Merged:
        call.trail.outcome = "REPLAYED"
        key = json.loads(reply)["merge"]
        found = self._store.resolutions.get(call.tenant, key)
        made = self._store.get_order(call.tenant, found.target_key)
        return self._stored(
            call, self._proposed(call, question, made.order.order_id), key, made.key
        )

    def _stored(self, call: Call, merged: Merged, key: str, order_key: str) -> Merged:
        stored = self._store.get_order(call.tenant, order_key)
        return Merged(
            merged.sources,
            merged.proposal,
            stored.order,
            merged.relation,
            (),
            stored.state,
            key,
            stored,
        )

    def _proposed(self, call: Call, question: MergeQuestion, order_id: str) -> Merged:
        first, second = (self._store.get_order(call.tenant, key) for key in question.keys)
        relation = relation_between(self._store, call.tenant, first.key, second.key)
        proposal = propose(first.order, second.order, relation, question.lines)
        order = merged_order(
            first.order,
            second.order,
            proposal,
            question.fields,
            order_id=order_id,
            order_number=question.order_number,
        )
        obstacles = obstacles_to((first.order, first.state), (second.order, second.state))
        state = state_of_merged(first.state, second.state)
        return Merged((first, second), proposal, order, relation, obstacles, state)

    def _ensure_whole(self, question: MergeQuestion, merged: Merged) -> None:
        """Everything that has to be chosen was, and the result is an order like any other."""
        broken = [
            FieldViolation(
                "field_choices",
                f"{conflict.field}: "
                + sentence(
                    conflict.field,
                    question.language,
                    first=conflict.first,
                    second=conflict.second,
                ),
            )
            for conflict in merged.proposal.conflicts
            if conflict.field not in question.fields
        ]
        known = {part for line in merged.proposal.lines for part in line.parts}
        broken += [
            FieldViolation("line_choices", f"there is no line {choice.part.line_id}")
            for choice in question.lines
            if choice.part not in known
        ]
        judged = validate_order(merged.order, now=self._clock(), max_lines=self._max_lines)
        broken += [FieldViolation(f"order.{each.field}", each.description) for each in judged]
        if broken:
            raise InvalidRequest(broken[:MAX_VIOLATIONS])


class UnmergeOrders:
    """Undoes merges."""

    def __init__(self, store: OrderStore, *, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def __call__(
        self, call: Call, key: str, *, request_id: str, etag: str = "", reason: str = ""
    ) -> Unmerged:
        """Both orders as they were. Raises `InvalidRequest`, `NotFound`, `RequestIdReused`,
        `NotUndoable`, `EtagMismatch` or a `StoreError`."""
        broken = [*request_id_violations(request_id), *reason_violations(reason)]
        if etag and version_of(etag) is None:
            broken.append(FieldViolation("etag", "is not one of ours"))
        if broken:
            raise InvalidRequest(broken)
        found = self._store.resolutions.get(call.tenant, key)
        fingerprint = hashlib.sha256(json.dumps([key, etag, reason]).encode()).digest()
        undo = Undo(
            key=key,
            target_version=version_of(etag) if etag else None,
            reason=reason,
            request=RequestRecord(UNMERGE, request_id, fingerprint, json.dumps({"merge": key})),
            audit=call.entry(UNMERGE, f"orders/{found.target_key}", request_id, f"merges/{key}"),
            at=self._clock(),
        )
        undo = replace(undo, said=unsaid_by(self._store, call, found, undo))
        call.ensure_waiting()
        result = self._store.resolutions.undo(call.tenant, undo)
        if isinstance(result, Replayed):
            call.trail.outcome = "REPLAYED"
        else:
            call.trail.written = True
        orders = self._store.get_orders(
            call.tenant, [found.target_key, *(left.order_key for left in found.left)]
        )
        restored = tuple(orders[left.order_key] for left in found.left)
        return Unmerged(orders[found.target_key], restored)


def state_of_merged(first: OrderState, second: OrderState) -> OrderState:
    """The state of an order made of two: held if both are, else as far as either has come.

    >>> state_of_merged(OrderState.ACCEPTED, OrderState.HELD).name
    'ACCEPTED'
    >>> state_of_merged(OrderState.HELD, OrderState.HELD).name
    'HELD'
    """
    states = {first, second}
    for state in (OrderState.ACCEPTED, OrderState.RECEIVED):
        if state in states:
            return state
    return OrderState.HELD
