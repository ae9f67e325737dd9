"""Decisions with what they were taken on, in PostgreSQL. The contract is `DecisionHistory`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ordertwin_models.candidate import Candidate, Lookup
from ordertwin_models.decision import Outcome
from ordertwin_models.order import OrderState
from ordertwin_stores.codec import from_micros, to_micros, unpack_decision, unpack_order
from ordertwin_stores.decision_history import PastDecision
from ordertwin_stores.interface import Candidates, StoredDecision
from ordertwin_stores.postgres.connections import Connections
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.lookup import find_candidates
from ordertwin_stores.postgres.tenants import Tenants
from ordertwin_stores.postgres.texts import from_text, to_text

# What an amendment replaced at the very time of a decision, the decision itself did not see.
_DECISION = (
    "SELECT decisions.number, orders.sequence, decisions.key, orders.key, review_key,"
    " decisions.state, body, features, content,"
    " (SELECT content FROM order_versions AS earlier WHERE earlier.tenant = orders.tenant"
    " AND earlier.sequence = orders.sequence AND replaced_at > decided_at"
    " ORDER BY number LIMIT 1)"
    " FROM decisions JOIN orders USING (tenant, sequence)"
    " JOIN order_contents USING (tenant, sequence)"
)
_AS_SEEN = (
    "SELECT sequence, key, coalesce((SELECT before FROM state_changes AS change"
    " WHERE change.tenant = orders.tenant AND change.sequence = orders.sequence AND at >= %s"
    " ORDER BY number LIMIT 1), state), state_changed_at, features FROM orders"
    " WHERE tenant = %s AND key = ANY(%s::text[]) AND length(features) > 0"
    " AND NOT EXISTS (SELECT 1 FROM order_versions AS earlier"
    " WHERE earlier.tenant = orders.tenant AND earlier.sequence = orders.sequence"
    " AND replaced_at >= %s)"
)


class PostgresDecisionHistory:
    """The part of a PostgreSQL store that looks back; it borrows the store's connections."""

    def __init__(self, connections: Connections, tenants: Tenants) -> None:
        self._connections, self._tenants = connections, tenants

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

        def look(connection: Connection) -> list[PastDecision]:
            number = self._tenants.find(connection, tenant)
            conditions = dict(_conditions(number, before, since, until, order_key, outcome))
            rows = run(
                connection,
                f"{_DECISION} WHERE {' AND '.join(conditions)}"
                " ORDER BY decisions.number DESC LIMIT %s",
                *conditions.values(),
                size,
            ).fetchall()
            found = []
            for number_, sequence, key, order, review, state, body, features, content, then in rows:
                stored = StoredDecision(
                    from_text(key),
                    from_text(order),
                    None if review is None else from_text(review),
                    OrderState(state),
                    unpack_decision(bytes(body)),
                )
                known = bytes(features) if then is None and features else None
                said = unpack_order(bytes(content if then is None else then))
                found.append(PastDecision(number_, sequence, stored, said, known))
            return found

        return tuple(self._connections.read(look))

    def as_seen(self, tenant: str, keys: Sequence[str], at: datetime) -> Mapping[str, Candidate]:
        """See `DecisionHistory.as_seen`."""
        micros = to_micros(at)
        rows = self._connections.read(
            lambda each: run(
                each,
                _AS_SEEN,
                micros,
                self._tenants.find(each, tenant),
                list(map(to_text, keys)),
                micros,
            ).fetchall()
        )
        return {
            from_text(key): Candidate(
                sequence,
                from_text(key),
                OrderState(state),
                from_micros(changed),
                bytes(features),
                (),
            )
            for sequence, key, state, changed, features in rows
        }

    def candidates_before(
        self, tenant: str, lookups: Sequence[Lookup], limit: int, sequence: int
    ) -> Candidates:
        """See `DecisionHistory.candidates_before`."""

        def look(connection: Connection) -> Candidates:
            number = self._tenants.find(connection, tenant)
            if number is None or not lookups:
                return Candidates((), False, None)
            return find_candidates(connection, number, lookups, limit, before=sequence)

        return self._connections.read(look)


def _conditions(
    tenant: int | None,
    before: int | None,
    since: datetime | None,
    until: datetime | None,
    order_key: str | None,
    outcome: Outcome | None,
) -> Iterator[tuple[str, int | str | None]]:
    yield "decisions.tenant = %s", tenant
    if before is not None:
        yield "decisions.number < %s", before
    if since is not None:
        yield "decided_at >= %s", to_micros(since)
    if until is not None:
        yield "decided_at < %s", to_micros(until)
    if order_key is not None:
        yield "orders.key = %s", to_text(order_key)
    if outcome is not None:
        yield "decisions.outcome = %s", outcome.value
