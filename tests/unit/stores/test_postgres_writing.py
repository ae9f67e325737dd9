"""Many writers at once: none waits in a circle, none is lost, and counts stay right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_history_entry,
    a_registration,
    a_status_change,
    an_amendment,
    an_order,
    lookups,
    register,
)
from tests.postgres_server import Database

from ordertwin_models.order import OrderState
from ordertwin_stores.audit import check_log
from ordertwin_stores.interface import Overtaken, Registration
from ordertwin_stores.postgres import lookup
from ordertwin_stores.postgres.library import run
from ordertwin_stores.postgres.store import PostgresStore
from ordertwin_stores.postgres.texts import from_text, to_text


@pytest.fixture
def stores(postgres: Database) -> Iterator[list[PostgresStore]]:
    """Two stores on the same tables, as two servers have them."""
    address = postgres.empty_store_address()
    with PostgresStore(address) as one, PostgresStore(address) as other:
        yield [one, other]


def insist(store: PostgresStore, entry: Registration) -> int:
    """Register as a server does; returns how many candidates were known in the end."""
    seen = store.candidates(TENANT, entry.lookups, 300)
    while isinstance(result := store.register(TENANT, entry, seen), Overtaken):
        seen = result.candidates
    return len(seen.candidates)


def deadlocks(postgres: Database) -> object:
    ((count,),) = postgres.execute(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    return count


@pytest.mark.parametrize("round_", range(5))
def test_of_similar_orders_over_two_servers_each_sees_all_before_it(
    stores: list[PostgresStore], round_: int
) -> None:
    """Every order shares some key with every other, and keys come in another order each time."""
    entries = [
        a_registration(
            f"SO-{n}",
            blocking_keys=(50, *((n * step) % 7 for step in (1, 2, 3))),
            lookups=lookups([50, *((n * step) % 7 for step in (3, 2, 1))]),
        )
        for n in range(24)
    ]
    with ThreadPoolExecutor(16) as pool:
        known = list(pool.map(lambda n: insist(stores[n % 2], entries[n]), range(len(entries))))
    assert sorted(known) == list(range(24))


def test_writers_of_every_kind_at_once_never_wait_in_a_circle(
    postgres: Database, stores: list[PostgresStore]
) -> None:
    before = deadlocks(postgres)
    for n in range(8):
        register(stores[0], a_registration(f"SO-{n}", terms=(1, 2, 3), blocking_keys=(1, 2)))

    def work(number: int) -> None:
        store, key = stores[number % 2], number % 8
        kind = number % 4
        if kind == 0:
            terms = tuple(sorted({1, 2, 3, number % 5}, reverse=bool(number % 2)))
            keys = (number % 3, 2, 1)
            insist(store, a_registration(f"new-{number}", terms=terms, blocking_keys=keys))
        elif kind == 1:
            store.load(TENANT, [a_history_entry(f"old-{number}", terms=(3, 1), blocking_keys=(2,))])
        elif kind == 2:
            state = (OrderState.HELD, OrderState.ACCEPTED)[number % 2]
            store.update_status(TENANT, a_status_change(f"order-SO-{key}", state))
        else:
            version = store.get_order(TENANT, f"order-SO-{key}").version
            amended = an_amendment(
                an_order(f"SO-{key}", note=f"{number}"),
                version,
                terms=(2, number % 7),
                blocking_keys=(number % 5,),
                decision_key=f"decision-{number}",
                request=a_registration(f"a-{number}").request,
                at=MONDAY + timedelta(hours=number),
            )
            insist(store, amended)

    with ThreadPoolExecutor(12) as pool:
        calls = [pool.submit(work, number) for number in range(96)]
    outcomes = [type(call.exception()).__name__ for call in calls]
    assert set(outcomes) <= {"NoneType", "EtagMismatch", "StateTransitionRefused"}
    assert outcomes.count("NoneType") >= 48
    assert deadlocks(postgres) == before
    assert check_log(TENANT, stores[0].access.entries(TENANT, 0, 999)).finding is None


def test_counts_are_exact_however_many_connections_added_to_them(
    stores: list[PostgresStore],
) -> None:
    with ThreadPoolExecutor(16) as pool:
        entries = [a_registration(f"SO-{n}", terms=(7, n % 2)) for n in range(100)]
        list(pool.map(lambda n: register(stores[n % 2], entries[n]), range(100)))
    statistics = stores[0].statistics(TENANT, [7, 0, 1])
    assert statistics.orders == 100
    assert dict(statistics.counts) == {7: 100, 0: 50, 1: 50}


def test_requests_older_than_a_month_make_room(
    postgres: Database, stores: list[PostgresStore]
) -> None:
    def requests() -> object:
        ((count,),) = postgres.execute("SELECT count(*) FROM emptied.requests")
        return count

    for n in range(6):
        register(stores[0], f"SO-{n}")
    assert requests() == 6
    later = MONDAY + timedelta(days=31)
    for n in range(6, 9):
        register(stores[0], a_registration(f"SO-{n}", at=later))
    assert requests() == 3


def test_a_past_of_many_keys_needs_no_lock_for_each(stores: list[PostgresStore]) -> None:
    """PostgreSQL has room for some thousand locks in all."""
    past = [
        a_history_entry(f"SO-{n}", blocking_keys=tuple(range(n * 20, n * 20 + 20)))
        for n in range(2_000)
    ]
    assert stores[0].load(TENANT, past) == 2_000
    assert stores[1].status(TENANT).orders == 2_000


def test_of_a_key_with_many_orders_the_newest_alone_are_read(stores: list[PostgresStore]) -> None:
    """Whatever the planner makes of a key it has not seen: the index is walked from its end."""
    past = [a_history_entry(f"SO-{n}", blocking_keys=(7,)) for n in range(3_000)]
    stores[0].load(TENANT, past)
    number = stores[0]._tenants.ensure(TENANT)
    question = lookup._question(number, lookups([7], cap=20), 300)
    rows = stores[0]._connections.read(
        lambda each: run(each, f"EXPLAIN ANALYZE {lookup._CHANGES}", *question).fetchall()
    )
    plan = "\n".join(row for (row,) in rows)
    (walked,) = re.findall(r"Backward using blocking_keys_pkey.*actual.* rows=(\d+)", plan)
    assert int(walked) <= 22, plan


@given(st.text(alphabet=st.characters(), max_size=20), st.text(max_size=20))
def test_texts_are_equal_exactly_when_stored_texts_are(one: str, other: str) -> None:
    assert from_text(to_text(one)) == one
    assert (to_text(one) == to_text(other)) == (one == other)
    assert "\0" not in to_text(one)
    to_text(one).encode()
