"""Training proposes the pairs that a real store would have proposed at the time."""

from __future__ import annotations

from tests.unit.training.toy_history import toy_events

from ordertwin_models.assessment import CANDIDATE_LIMIT
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import HistoryEntry
from ordertwin_stores.open import open_store
from ordertwin_training.arrivals import arrivals_of
from ordertwin_training.pairs import RULES, MemoryIndex
from ordertwin_training.stream import OrderEvent

TENANT = "default"


def rules_of(mask: int) -> set[str]:
    return {name for bit, name in enumerate(RULES) if mask >> bit & 1}


def test_the_index_in_memory_finds_what_the_store_finds_in_the_same_order() -> None:
    events = [event for event in toy_events(150) if isinstance(event, OrderEvent)]
    store, index = open_store(":memory:"), MemoryIndex()
    for place, (event, arrival) in enumerate(zip(events, arrivals_of(events), strict=True)):
        stored = store.candidates(TENANT, arrival.lookups, CANDIDATE_LIMIT).candidates
        found = index.find(arrival.lookups, CANDIDATE_LIMIT)
        assert [candidate.key for candidate in stored] == [f"o-{position}" for position in found]
        assert [set(candidate.rules) for candidate in stored] == list(map(rules_of, found.values()))
        entry = HistoryEntry(
            order_key=f"o-{place}",
            order=event.order,
            digest=b"-",
            state=OrderState.RECEIVED,
            features=arrival.stored,
            blocking_keys=arrival.blocking_keys,
            terms=arrival.terms,
            at=event.at,
        )
        store.load(TENANT, [entry])
        index.add(place, arrival.blocking_keys)
    store.close()


def test_term_counts_grow_as_they_do_in_the_store() -> None:
    events = [event for event in toy_events(60) if isinstance(event, OrderEvent)]
    arrivals = arrivals_of(events)
    store = open_store(":memory:")
    store.load(
        TENANT,
        [
            HistoryEntry(
                order_key=f"o-{place}",
                order=event.order,
                digest=b"-",
                state=OrderState.RECEIVED,
                features=arrival.stored,
                blocking_keys=arrival.blocking_keys,
                terms=arrival.terms,
                at=event.at,
            )
            for place, (event, arrival) in enumerate(zip(events, arrivals, strict=True))
        ],
    )
    for arrival in arrivals:
        statistics = store.statistics(TENANT, arrival.terms)
        counted = {term: sum(term in other.terms for other in arrivals) for term in arrival.terms}
        assert statistics.orders == len(arrivals)
        assert dict(statistics.counts) == counted
    store.close()
