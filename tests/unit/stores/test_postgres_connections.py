"""What becomes of a call when the connection to PostgreSQL breaks, or others are in its way."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_history_entry,
    a_registration,
    a_request,
    a_status_change,
    an_audit_entry,
    lookups,
    register,
    seen_now,
)
from tests.postgres_proxy import Wire, a_wire, never
from tests.postgres_server import Database

from ordertwin_models.errors import StoreAnswerLost, StoreError, StoreUnavailable
from ordertwin_models.order import OrderState
from ordertwin_stores.access import Put
from ordertwin_stores.audit import check_log
from ordertwin_stores.interface import AlreadyStored, Registered, Replayed
from ordertwin_stores.postgres import connections as subject
from ordertwin_stores.postgres import library
from ordertwin_stores.postgres.connections import Transaction
from ordertwin_stores.postgres.library import run
from ordertwin_stores.postgres.store import PostgresStore

COMMITTED = b"COMMIT\0"
"""How PostgreSQL says that a transaction is committed."""


@pytest.fixture
def store(postgres: Database) -> Iterator[PostgresStore]:
    with PostgresStore(postgres.empty_store_address()) as opened:
        yield opened


@pytest.fixture
def wire(postgres: Database) -> Iterator[Wire]:
    with a_wire(postgres.empty_store_address()) as made:
        yield made


@pytest.fixture
def wired(wire: Wire) -> Iterator[PostgresStore]:
    """A store at the end of a wire, with a tenant that is known."""
    with PostgresStore(wire.address) as opened:
        register(opened, "SO-0")
        yield opened


def cut_after_the_commit(wire: Wire) -> None:
    wire.answered = lambda data: COMMITTED in data


def cut_before_the_commit(wire: Wire) -> None:
    """All of a registration but the questions, commit included, goes out together."""
    wire.asked = lambda data: b"decision-SO-1" in data


@pytest.mark.parametrize("cut", [cut_before_the_commit, cut_after_the_commit])
def test_an_order_whose_commit_was_cut_off_is_stored_once(wire: Wire, wired, cut) -> None:
    entry = a_registration("SO-1", blocking_keys=(1,), terms=(2,))
    seen = seen_now(wired, entry)
    cut(wire)
    assert wired.register(TENANT, entry, seen) == Registered()
    assert wire.cuts == 1
    assert wired.status(TENANT).orders == wired.status(TENANT).decisions == 2
    assert wired.statistics(TENANT, [2]).counts == {2: 1}
    assert check_log(TENANT, wired.access.entries(TENANT, 0, 9)).head.position == 2


def test_the_same_request_of_somebody_else_is_still_a_replay(wire: Wire, wired) -> None:
    entry = a_registration("SO-1")
    register(wired, entry)
    again = replace(entry, decision_key="decision-SO-1-again")
    wire.answered = lambda data: b"the reply" in data
    assert wired.register(TENANT, again, seen_now(wired, again)) == Replayed("the reply")
    assert wire.cuts == 1


def test_other_writes_whose_answer_was_lost_are_done_once(wire: Wire, wired) -> None:
    change = a_status_change("order-SO-0", OrderState.SHIPPED)
    cut_after_the_commit(wire)
    assert wired.update_status(TENANT, change).version == 2
    cut_after_the_commit(wire)
    assert wired.remember(TENANT, a_request("r-1"), an_audit_entry(), MONDAY) is None
    cut_after_the_commit(wire)
    assert wired.load(TENANT, [a_history_entry("SO-1"), a_history_entry("SO-2")]) == 2
    cut_after_the_commit(wire)
    puts = [Put("key", "k1", "{}", 0)]
    assert wired.access.change(TENANT, puts, None, an_audit_entry(), MONDAY) is None
    cut_after_the_commit(wire)
    wired.access.note(TENANT, [(MONDAY, replace(an_audit_entry(), request_id="n-1"))] * 2)
    assert wire.cuts == 5
    assert wired.get_order(TENANT, "order-SO-0").version == 2
    assert wired.status(TENANT).orders == 3
    log = wired.access.entries(TENANT, 0, 99)
    assert check_log(TENANT, log).finding is None
    assert len(log) == 1 + 1 + 1 + 1 + 1 + 2


def test_reads_are_repeated_over_another_connection(wire: Wire, wired) -> None:
    wire.answered = lambda data: b"order-SO-0" in data
    assert wired.get_order(TENANT, "order-SO-0").version == 1
    assert wire.cuts == 1


def test_connections_that_were_ended_are_made_again(postgres: Database, store) -> None:
    """What a restart, a fail-over or an impatient operator does to idle connections."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: register(store, f"SO-{n}"), range(32)))
        assert postgres.end_connections() > 2
        list(pool.map(lambda n: register(store, f"SO-{n}"), range(32, 64)))
    assert store.status(TENANT).orders == 64


def test_orders_registered_while_connections_are_ended_are_there_once(
    postgres: Database, store
) -> None:
    register(store, "SO-first")

    def work(number: int) -> None:
        if number % 10 == 9:
            postgres.end_connections()
        register(store, a_registration(f"SO-{number}", terms=(1, 2, 3)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(60)))
    assert store.status(TENANT).orders == 61
    assert store.statistics(TENANT, [1]).counts == {1: 60}
    assert check_log(TENANT, store.access.entries(TENANT, 0, 99)).head.position == 61


def test_a_call_waits_for_postgresql_to_come_back(wire: Wire, wired) -> None:
    wire.go_down()
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(register, wired, "SO-1")
        wire.come_back()
        call.result()
    assert wired.status(TENANT).orders == 2


def test_without_postgresql_calls_fail_and_say_that_nothing_was_written(
    wire: Wire, wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "WAIT_SECONDS", 0.2)
    entry = a_registration("SO-1")
    seen = seen_now(wired, entry)
    wire.go_down()
    with pytest.raises(StoreUnavailable):
        wired.register(TENANT, entry, seen)
    with pytest.raises(StoreUnavailable):
        wired.get_order(TENANT, "order-SO-0")
    wire.come_back()
    monkeypatch.undo()
    assert wired.register(TENANT, entry, seen) == Registered()


def test_a_commit_that_nobody_can_be_asked_about_is_said_to_be_open(
    wire: Wire, wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "FIND_OUT_SECONDS", 0.2)
    entry = a_registration("SO-1")
    seen = seen_now(wired, entry)

    def cut_and_go_down(data: bytes) -> bool:
        if COMMITTED in data:
            wire.answered = never
            wire.go_down()
        return False

    wire.answered = cut_and_go_down
    with pytest.raises(StoreAnswerLost, match="same request id"):
        wired.register(TENANT, entry, seen)
    wire.come_back()
    monkeypatch.undo()
    assert wired.register(TENANT, entry, seen) == Replayed("the reply")
    assert wired.status(TENANT).orders == 2


def test_a_deadlock_is_repeated(store) -> None:
    register(store, "SO-0")
    meet, met = Barrier(2), set()

    def touch(transaction: Transaction, first: str, second: str) -> None:
        for key in (first, second):
            # RETURNING has it done before going on.
            run(
                transaction.connection,
                "UPDATE orders SET version = version + 1 WHERE key = %s RETURNING version",
                key,
            ).fetchone()
            # Who repeats may hold this row again before the other one gets it.
            if first not in met:
                met.add(first)
                meet.wait()

    register(store, "SO-1")
    with ThreadPoolExecutor(2) as pool:
        pairs = [("order-SO-0", "order-SO-1"), ("order-SO-1", "order-SO-0")]
        list(pool.map(lambda pair: store._connections.write(lambda t: touch(t, *pair)), pairs))
    versions = [order.version for order in store.iterate_orders(TENANT)]
    assert versions == [3, 3]


def test_a_serialization_failure_is_repeated(postgres: Database) -> None:
    with PostgresStore(postgres.empty_store_address(isolation="serializable")) as store:
        register(store, "SO-0")
        tries: list[int] = []

        def touch(transaction: Transaction) -> None:
            connection = transaction.connection
            tries.append(1)
            run(connection, "SELECT version FROM orders").fetchall()
            if len(tries) == 1:
                store.update_status(TENANT, a_status_change("order-SO-0", OrderState.SHIPPED))
            run(connection, "UPDATE orders SET version = version + 1")

        store._connections.write(touch)
        assert len(tries) == 2
        assert store.get_order(TENANT, "order-SO-0").version == 3


def test_when_all_connections_are_busy_a_call_fails_in_time(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PostgresStore(postgres.empty_store_address(connections=1)) as store:
        register(store, "SO-0")
        monkeypatch.setattr(subject, "WAIT_SECONDS", 0.1)

        def try_another(_: Transaction) -> None:
            with pytest.raises(StoreUnavailable, match="all connections are busy"):
                register(store, "SO-1")
            assert store.get_order(TENANT, "order-SO-0").version == 1, "reads have their own"

        store._connections.write(try_another)
        register(store, "SO-1")


def test_whoever_holds_a_lock_too_long_makes_others_fail_and_not_wait_for_ever(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "LOCK_MS", 50)
    address = postgres.empty_store_address()
    with PostgresStore(address) as store, PostgresStore(address) as other:
        entry = a_registration("SO-1", lookups=lookups([7]))
        register(store, "SO-0")
        seen = seen_now(other, entry)

        def hold(transaction: Transaction) -> None:
            locks = store._locks(TENANT)
            locks.take(transaction.connection, locks.of_keys([7]))
            run(transaction.connection, "SELECT 1").fetchone()
            with pytest.raises(StoreUnavailable, match="held a lock for too long"):
                other.register(TENANT, entry, seen)

        store._connections.write(hold)
        assert other.register(TENANT, entry, seen) == Registered()


def test_a_statement_that_takes_too_long_is_stopped(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "STATEMENT_MS", 50)
    with (
        PostgresStore(postgres.empty_store_address()) as store,
        pytest.raises(StoreUnavailable, match="took too long"),
    ):
        store._connections.read(lambda each: run(each, "SELECT pg_sleep(30)").fetchone())


def test_readers_cannot_write(store) -> None:
    with pytest.raises(StoreError):
        store._connections.read(lambda each: run(each, "DELETE FROM orders"))


def test_a_key_made_twice_is_refused_without_naming_content(store) -> None:
    register(store, "SO-0")
    clash = a_registration("SO-1", order_key="order-SO-0")
    with pytest.raises(StoreError, match="orders_tenant_key_key") as caught:
        store.register(TENANT, clash, seen_now(store, clash))
    assert "order-SO-0" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert store.find_order(TENANT, "shop", "SO-1") is None


def test_a_commit_is_on_disk_whatever_the_database_prefers(postgres: Database) -> None:
    postgres.execute(f"ALTER DATABASE {postgres.name} SET synchronous_commit = off")
    try:
        with PostgresStore(postgres.empty_store_address()) as store:
            shown = store._connections.read(
                lambda each: run(each, "SHOW synchronous_commit").fetchone()
            )
    finally:
        postgres.execute(f"ALTER DATABASE {postgres.name} RESET synchronous_commit")
    assert shown == ("on",)


def test_closing_waits_for_what_is_being_written(store) -> None:
    register(store, "SO-0")
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(register, store, f"SO-{n}") for n in range(1, 40)]
        calls[0].result()
        store.close()
        done = [call for call in calls if call.exception() is None]
        refused = [call.exception() for call in calls if call.exception() is not None]
    assert all(isinstance(error, StoreUnavailable) for error in refused)
    assert len(done) + len(refused) == 39


def test_one_natural_key_at_once_over_two_stores_is_stored_once(postgres: Database) -> None:
    address = postgres.empty_store_address()
    with PostgresStore(address) as one, PostgresStore(address) as other:
        entries = [
            a_registration("SO-1", order_key=f"k{n}", request=a_request(f"r{n}")) for n in range(32)
        ]

        def go(number: int) -> object:
            store = (one, other)[number % 2]
            return store.register(TENANT, entries[number], seen_now(store, entries[number]))

        with ThreadPoolExecutor(16) as pool:
            results = list(pool.map(go, range(32)))
        assert results.count(Registered()) == 1
        assert sum(isinstance(result, AlreadyStored) for result in results) == 31
