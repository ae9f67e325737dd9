"""A PostgreSQL store that cannot be opened says why; one that was interrupted opens."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from tests.conformance.stores.entries import TENANT, a_registration, register
from tests.postgres_server import Database

from ordertwin_models.errors import StoreUnusable
from ordertwin_stores import open_store
from ordertwin_stores.postgres import migrations
from ordertwin_stores.postgres.address import parse
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.store import PostgresStore


@pytest.fixture
def address(postgres: Database) -> str:
    """The address of a store that is not there yet."""
    return postgres.store_address()


@pytest.fixture
def stranger(postgres: Database) -> Iterator[str]:
    """An address for a user with no rights in the database."""
    user = f"{postgres.name}_stranger"
    postgres.execute(f"CREATE ROLE {user} LOGIN PASSWORD 'strange'")
    try:
        place = urlsplit(postgres.store_address())
        port = f":{place.port}" if place.port else ""
        yield place._replace(netloc=f"{user}:strange@{place.hostname}{port}").geturl()
    finally:
        postgres.execute(f"DROP OWNED BY {user}")
        postgres.execute(f"DROP ROLE {user}")


def schema_of(address: str) -> str:
    return parse(address).schema


def recorded(postgres: Database, address: str) -> set[object]:
    rows = postgres.execute(f"SELECT name FROM {schema_of(address)}.{migrations.RECORDS}")
    return {name for (name,) in rows}


def test_the_schema_is_made_when_it_is_missing(postgres: Database, address: str) -> None:
    with open_store(address) as store:  # type: ignore[attr-defined]
        register(store, "SO-1")
    assert recorded(postgres, address) == {each.__name__ for each in migrations.MIGRATIONS}
    rows = postgres.execute(f"SELECT count(*) FROM {schema_of(address)}.orders")
    assert rows == [(1,)]


def test_two_schemas_of_one_database_are_two_stores(postgres: Database) -> None:
    with (
        PostgresStore(postgres.store_address()) as one,
        PostgresStore(postgres.store_address()) as other,
    ):
        register(one, "SO-1")
        assert other.status(TENANT).orders == 0


def test_servers_that_start_together_make_the_tables_once(address: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: PostgresStore(address), range(8)))
    for number, store in enumerate(stores):
        register(store, f"SO-{number}")
    assert {store.status(TENANT).orders for store in stores} == {8}
    for store in stores:
        store.close()


@pytest.mark.parametrize(
    "interrupt", ["SELECT 1 / 0", "SELECT pg_terminate_backend(pg_backend_pid())"]
)
def test_a_migration_that_is_interrupted_leaves_nothing_and_runs_again(
    postgres: Database, address: str, monkeypatch: pytest.MonkeyPatch, interrupt: str
) -> None:
    def tables_half_made(connection: Connection) -> None:
        run(connection, "CREATE TABLE halves (id bigint)")
        if interrupt:
            run(connection, interrupt)

    with PostgresStore(address) as store:
        register(store, "SO-1")
    known = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", (*known, tables_half_made))
    with pytest.raises(StoreUnusable, match="Cannot prepare the tables"):
        PostgresStore(address)
    assert len(recorded(postgres, address)) == len(known)
    interrupt = ""
    with PostgresStore(address) as store:
        assert store.status(TENANT).orders == 1
    assert postgres.execute(f"SELECT * FROM {schema_of(address)}.halves") == []
    assert "tables_half_made" in recorded(postgres, address)


def test_a_server_at_work_goes_on_while_a_newer_one_adds_to_the_tables(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_column_more(connection: Connection) -> None:
        run(connection, "ALTER TABLE orders ADD COLUMN weight bigint")

    with PostgresStore(address) as older:
        for number in range(5):
            register(older, a_registration(f"SO-{number}", blocking_keys=(1,)))
        monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, one_column_more))
        with PostgresStore(address) as newer:
            register(newer, "SO-new")
            register(older, "SO-old")
            assert older.status(TENANT).orders == newer.status(TENANT).orders == 7


def test_a_database_of_a_newer_version_is_refused(postgres: Database, address: str) -> None:
    PostgresStore(address).close()
    records = f"{schema_of(address)}.{migrations.RECORDS}"
    postgres.execute(f"INSERT INTO {records} VALUES ('tables_of_tomorrow', 0)")
    with pytest.raises(StoreUnusable, match=r"newer OrderTwin .*tables_of_tomorrow"):
        PostgresStore(address)


def test_a_schema_of_another_program_is_left_alone(postgres: Database, address: str) -> None:
    schema = schema_of(address)
    postgres.execute(f"CREATE SCHEMA {schema}")
    postgres.execute(f"CREATE TABLE {schema}.orders (id bigint)")
    with pytest.raises(StoreUnusable, match=r"tables of another program.*\?schema="):
        PostgresStore(address)


def test_a_user_without_the_right_to_make_tables_is_told_what_to_run(stranger: str) -> None:
    with pytest.raises(StoreUnusable, match=r"CREATE SCHEMA store_\d+ AUTHORIZATION"):
        PostgresStore(stranger)


def test_a_user_who_owns_the_schema_alone_needs_no_more(postgres: Database, stranger: str) -> None:
    user = urlsplit(stranger).username
    postgres.execute(f"CREATE SCHEMA {schema_of(stranger)} AUTHORIZATION {user}")
    with PostgresStore(stranger) as store:
        register(store, "SO-1")


def test_a_server_that_does_not_answer_is_named() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        with pytest.raises(StoreUnusable, match=f"port {port} failed.*Check that it runs"):
            open_store(f"postgresql://somebody:secret@127.0.0.1:{port}/orders")


def test_a_database_that_is_not_there_is_named(postgres: Database) -> None:
    missing = postgres.store_address().replace(postgres.name, "missing")
    with pytest.raises(StoreUnusable, match='database "missing" does not exist'):
        open_store(missing)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ("schema=Orders", "small letters"),
        ("schema=a;b", "small letters"),
        ("schema=pg_orders", "small letters"),
        ("connections=0", "from 1 to 500"),
        ("connections=many", "from 1 to 500"),
        ("isolation=chaos", "read committed, serializable"),
        ("sslmode=chaos", "sslmode"),
        ("colour=red", "colour"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(parameters: str, words: str) -> None:
    with pytest.raises(StoreUnusable, match=words):
        open_store(f"postgresql://127.0.0.1/orders?{parameters}")


def test_audit_entries_stay_as_they_are_but_for_their_salt(
    postgres: Database, address: str
) -> None:
    with PostgresStore(address) as store:
        register(store, "SO-1")
    audit = f"{schema_of(address)}.audit"
    for statement in (
        f"DELETE FROM {audit}",
        f"UPDATE {audit} SET actor = 'x'",
        f"TRUNCATE {audit}",
        f"TRUNCATE {audit}_cuts",
        f"INSERT INTO {audit} SELECT * FROM {audit} ON CONFLICT (tenant, position)"
        " DO UPDATE SET actor = 'x'",
    ):
        with pytest.raises(Exception, match="never changed or removed"):
            postgres.execute(statement)
    with pytest.raises(Exception, match="never changed or removed"):
        postgres.execute(f"UPDATE {audit} SET salt = 'x'")
    postgres.execute(f"UPDATE {audit} SET salt = NULL")
