"""The hot reads: orders that share a blocking key, and how often terms occur."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ordertwin_models.blocking import EVIDENCE, NEWEST_OF, TELLING
from ordertwin_models.candidate import Candidate, Lookup
from ordertwin_models.order import OrderState
from ordertwin_stores.codec import from_micros
from ordertwin_stores.interface import Candidates, Statistics
from ordertwin_stores.postgres.library import Connection, Cursor, run
from ordertwin_stores.postgres.texts import from_text

AFTER_ALL = 2**63 - 1
"""A sequence that none is above."""

_STATES = {state.value: state for state in OrderState}
_KINDS = ("", "telling", *NEWEST_OF)
_TELLING = _KINDS.index("telling")
_KIND_OF = {rule: _KINDS.index(kind) for rule, kind in EVIDENCE.items()}
_KIND_OF |= dict.fromkeys(TELLING, _TELLING)

# Of each key the newest, one more than its cap. Of those within their caps the ones worth a
# comparison (`ordertwin_models.blocking.worth_comparing`): kinds of evidence are numbered, and of
# what a single one speaks for only the newest few are kept. Of these the newest of all, one more
# than the limit: what is one too many says that there is more.
_NEWEST = (
    "WITH hits AS (SELECT place, cap, kind, few, sequence, change, rank"
    " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])"
    " WITH ORDINALITY AS wanted (key, cap, kind, few, place)"
    " CROSS JOIN LATERAL (SELECT sequence, change,"
    " row_number() OVER (ORDER BY sequence DESC) AS rank FROM blocking_keys"
    " WHERE tenant = %s AND blocking_keys.key = wanted.key AND sequence < %s"
    " ORDER BY sequence DESC LIMIT %s) AS hit),"
    " found AS (SELECT sequence, max(change) AS change, array_agg(place ORDER BY place) AS places,"
    " min(kind) AS kind, min(kind) < max(kind) AS more, max(few) AS few"
    " FROM hits WHERE rank <= cap GROUP BY sequence),"
    " turns AS (SELECT sequence, change, places, more, few, row_number()"
    " OVER (PARTITION BY more, kind ORDER BY sequence DESC) AS turn FROM found),"
    " newest AS (SELECT sequence, change, places FROM turns"
    " WHERE more OR few IS NULL OR turn <= few ORDER BY sequence DESC LIMIT %s)"
)
_CANDIDATES = (
    f"{_NEWEST} SELECT sequence, key, state, state_changed_at, features, change, places,"
    f" (SELECT coalesce(bool_or(rank > cap), false) FROM hits WHERE kind = {_TELLING})"
    " FROM newest JOIN orders USING (sequence) WHERE orders.tenant = %s ORDER BY sequence DESC"
)
_CHANGES = f"{_NEWEST} SELECT sequence, change FROM newest"
_COUNTS = (
    "SELECT term, sum(count)::bigint FROM terms WHERE tenant = %s AND term = ANY(%s::bigint[])"
    " GROUP BY term UNION ALL SELECT NULL, coalesce(sum(orders), 0)::bigint FROM tenant_counts"
    " WHERE tenant = %s"
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a lookup saw: how many orders it was to return, and the change that made each so."""

    limit: int
    changes: Mapping[int, int]


def find_candidates(
    connection: Connection,
    tenant: int,
    lookups: Sequence[Lookup],
    limit: int,
    before: int = AFTER_ALL,
) -> Candidates:
    """See `OrderStore.candidates`; with `before` as it was when that sequence was registered."""
    question = _question(tenant, lookups, limit, before)
    rows = run(connection, _CANDIDATES, *question, tenant).fetchall()
    kept = rows[:limit]
    found = tuple(
        Candidate(
            sequence,
            from_text(key),
            _STATES[state],
            from_micros(changed_at),
            features,
            tuple(dict.fromkeys(lookups[place - 1].rule for place in places)),
        )
        for sequence, key, state, changed_at, features, _, places, _ in kept
    )
    truncated = len(rows) > limit or bool(rows and rows[0][7])
    return Candidates(found, truncated, Snapshot(limit, {row[0]: row[5] for row in kept}))


def ask_for_changes(
    connection: Connection, tenant: int, lookups: Sequence[Lookup], limit: int
) -> Cursor:
    """Sequences that `find_candidates` would return, each with the change that made it so."""
    return run(connection, _CHANGES, *_question(tenant, lookups, limit))


def count_terms(connection: Connection, tenant: int, terms: Iterable[int]) -> Statistics:
    """See `OrderStore.statistics`."""
    counts: dict[int | None, int] = dict.fromkeys(terms, 0)
    counts.update(run(connection, _COUNTS, tenant, list(counts), tenant).fetchall())
    orders = counts.pop(None)
    return Statistics(orders, {term: count for term, count in counts.items() if term is not None})


def _question(
    tenant: int, lookups: Sequence[Lookup], limit: int, before: int = AFTER_ALL
) -> tuple[object, ...]:
    caps = [lookup.cap for lookup in lookups]
    kinds = [_KIND_OF.get(lookup.rule, 0) for lookup in lookups]
    few = [NEWEST_OF.get(EVIDENCE.get(lookup.rule, "")) for lookup in lookups]
    most = max(caps, default=0) + 1
    keys = [lookup.key for lookup in lookups]
    return (keys, caps, kinds, few, tenant, before, most, limit + 1)
