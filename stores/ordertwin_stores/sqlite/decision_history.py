"""Decisions with what they were taken on, in SQLite. The contract is `DecisionHistory`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ordertwin_models.candidate import Candidate, Lookup
from ordertwin_models.decision import Outcome
from ordertwin_models.order import OrderState
from ordertwin_stores.codec import from_micros, to_micros, unpack_decision, unpack_order
from ordertwin_stores.decision_history import PastDecision
from ordertwin_stores.interface import Candidates, StoredDecision
from ordertwin_stores.sqlite.lookup import Snapshot, find_candidates
from ordertwin_stores.sqlite.readers import Readers
from ordertwin_stores.sqlite.tenants import Tenants

# What an amendment replaced at the very time of a decision, the decision itself did not see.
_REPLACED = (
    "SELECT content FROM order_versions WHERE sequence = orders.sequence"
    " AND replaced_at > decided_at ORDER BY number LIMIT 1"
)
_DECISION = (
    "SELECT decisions.number, orders.sequence, decisions.key, orders.key, review_key,"
    f" decisions.state, body, features, content, ({_REPLACED})"
    " FROM decisions {index} JOIN orders USING (sequence) JOIN order_contents USING (sequence)"
)
_IN_ORDER = "INDEXED BY decisions_in_order"
"""Says how to find decisions, unless an order does."""
_AS_SEEN = (
    "SELECT sequence, orders.key, coalesce((SELECT before FROM state_changes"
    " WHERE sequence = orders.sequence AND at >= ?1 ORDER BY number LIMIT 1), state),"
    " state_changed_at, features FROM json_each(?3) AS wanted"
    " CROSS JOIN orders ON tenant = ?2 AND orders.key = wanted.value"
    " WHERE features <> x'' AND NOT EXISTS (SELECT 1 FROM order_versions"
    " WHERE sequence = orders.sequence AND replaced_at >= ?1)"
)


class SqliteDecisionHistory:
    """The part of a SQLite store that looks back; it borrows the store's connections."""

    def __init__(self, readers: Readers, tenants: Tenants) -> None:
        self._readers, self._tenants = readers, tenants

    def newest(
        self,
        tenant: str,
        size: int,
        before: int | None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        order_key: str | None = None,
        outcome: Outcome | None = None,
    ) -> tuple[PastDecision, ...]:
        """See `DecisionHistory.newest`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            conditions = dict(_conditions(number, before, since, until, order_key, outcome))
            selected = _DECISION.format(index="" if order_key else _IN_ORDER)
            rows = connection.execute(
                f"{selected} WHERE {' AND '.join(conditions)}"
                " ORDER BY decisions.number DESC LIMIT ?",
                (*conditions.values(), size),
            ).fetchall()
        found = []
        for number, sequence, key, order, review, state, body, features, content, then in rows:
            stored = StoredDecision(key, order, review, OrderState(state), unpack_decision(body))
            known = features if then is None and features else None
            said = unpack_order(content if then is None else then)
            found.append(PastDecision(number, sequence, stored, said, known))
        return tuple(found)

    def as_seen(self, tenant: str, keys: Sequence[str], at: datetime) -> Mapping[str, Candidate]:
        """See `DecisionHistory.as_seen`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            rows = connection.execute(
                _AS_SEEN, (to_micros(at), number, json.dumps(list(keys)))
            ).fetchall()
        return {
            key: Candidate(sequence, key, OrderState(state), from_micros(changed), features, ())
            for sequence, key, state, changed, features in rows
        }

    def candidates_before(
        self, tenant: str, lookups: Sequence[Lookup], limit: int, sequence: int
    ) -> Candidates:
        """See `DecisionHistory.candidates_before`."""
        snapshot = Snapshot(sequence, limit)
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            if number is None or not lookups:
                return Candidates((), False, snapshot)
            return find_candidates(connection, number, lookups, snapshot, before=sequence)


def _conditions(
    tenant: int | None,
    before: int | None,
    since: datetime | None,
    until: datetime | None,
    order_key: str | None,
    outcome: Outcome | None,
) -> Iterator[tuple[str, int | str | None]]:
    yield "decisions.tenant = ?", tenant
    if before is not None:
        yield "decisions.number < ?", before
    if since is not None:
        yield "decided_at >= ?", to_micros(since)
    if until is not None:
        yield "decided_at < ?", to_micros(until)
    if order_key is not None:
        yield "orders.key = ?", order_key
    if outcome is not None:
        yield "decisions.outcome = ?", outcome.value
