"""The one place that knows psycopg: how connections are set up, and what their errors mean."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
import psycopg_pool
from psycopg.types.numeric import Int8Dumper

from ordertwin_models.errors import StoreError, StoreUnavailable, StoreUnusable
from ordertwin_stores.postgres.address import Address

if TYPE_CHECKING:
    Connection = psycopg.Connection[Any]
    Cursor = psycopg.Cursor[Any]
    Pool = psycopg_pool.ConnectionPool[Any]
else:
    Connection = psycopg.Connection
    Cursor = psycopg.Cursor
    Pool = psycopg_pool.ConnectionPool

Error = psycopg.Error
PoolTimeout = psycopg_pool.PoolTimeout
PoolClosed = psycopg_pool.PoolClosed

# It warns of every statement that is skipped after one that failed; we raise for that one.
logging.getLogger("psycopg").setLevel(logging.ERROR)
logging.getLogger("psycopg.pool").setLevel(logging.WARNING)

OLDEST = 13_00_00
CONNECT_SECONDS = 5
STATEMENT_MS, LOCK_MS, IDLE_MS = 10_000, 5_000, 30_000

_REPEATABLE = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: nothing was written, and the same again may well succeed."""
_CLASH = "23505"

_PASSING = {
    "08": "The connection to PostgreSQL was lost",
    "25006": "PostgreSQL is read-only, perhaps a standby",
    "40": "Too many other writers were in the way",
    "53": "PostgreSQL has run out of something it needs (disk, memory or connections)",
    "55P03": "Other writers held a lock for too long",
    "57014": "A statement took too long and was stopped",
    "57": "PostgreSQL is being stopped or started",
    "58": "PostgreSQL could not read or write a file",
}


def connect(address: Address) -> Connection:
    """A connection outside of any pool; raises `StoreUnusable` when there is none to be had."""
    try:
        connection = psycopg.connect(address.conninfo, **_keywords())
    except Error as error:
        raise unreachable(error) from None
    try:
        if connection.info.server_version < OLDEST:
            raise StoreUnusable("PostgreSQL 13 or later is needed.")
        set_up(connection, address, reader=False)
    except Error as error:
        connection.close()
        raise StoreUnusable(f"PostgreSQL refused a setting: {_sentence(error)}.") from None
    except BaseException:
        connection.close()
        raise
    return connection


def pool(address: Address, *, reader: bool, most: int, name: str) -> Pool:
    """A pool of such connections, which are made when they are needed."""
    return psycopg_pool.ConnectionPool(
        address.conninfo,
        kwargs=_keywords(),
        min_size=1,
        max_size=most,
        name=name,
        configure=lambda connection: set_up(connection, address, reader=reader),
        # Give up soon, so that the next who asks tries again at once instead of after a long pause.
        reconnect_timeout=1.0,
        open=False,
    )


def set_up(connection: Connection, address: Address, *, reader: bool) -> None:
    """Make every setting. A commit that is reported must be on disk, whatever the default is."""
    # One type for all numbers: otherwise every mix of small and large ones is a statement to plan.
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.execute(
        "SELECT set_config('search_path', %s, false), set_config('statement_timeout', %s, false),"
        " set_config('lock_timeout', %s, false),"
        " set_config('idle_in_transaction_session_timeout', %s, false),"
        " set_config('default_transaction_read_only', %s, false),"
        # Every statement has its index. A planner that thinks a key rare would read and sort all of
        # its orders instead of walking the index from the newest, and a house customer has many.
        " set_config('enable_bitmapscan', 'off', false),"
        " set_config('enable_seqscan', 'off', false),"
        " set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
        " WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)",
        (address.schema, str(STATEMENT_MS), str(LOCK_MS), str(IDLE_MS), "on" if reader else "off"),
    )


def _keywords() -> dict[str, Any]:
    return {
        "autocommit": True,
        "prepare_threshold": 2,
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "ordertwin",
    }


def run(connection: Connection, statement: LiteralString, *values: object) -> Cursor:
    """Run one statement; results come in binary, which spares writing bytes as text."""
    return connection.execute(statement, values or None, binary=True)


def describe(connection: Connection) -> dict[str, str]:
    """What an operator wants to know of the server on the other side."""
    info = connection.info
    version = info.server_version
    return {
        "server": f"PostgreSQL {version // 10_000}.{version % 10_000}",
        "library": f"psycopg {psycopg.__version__}",
        "database": f"{info.dbname} at {info.host or 'the default address'}:{info.port}",
        "user": info.user,
    }


def is_lost(connection: Connection, error: Error) -> bool:
    """Whether nothing more can be asked over this connection, which then is closed.

    A server that ends a connection says so first, so there may be an answer and no end yet.
    """
    state = error.sqlstate
    ended = state is None and isinstance(error, psycopg.OperationalError)
    if ended or (state is not None and state.startswith(("08", "57P"))):
        connection.close()
    return connection.closed


def undo(connection: Connection) -> None:
    """Roll back what is open, or let go of the connection, which comes to the same."""
    try:
        connection.rollback()
    except Error:
        connection.close()


def may_repeat(error: Error) -> bool:
    """Whether the transaction is undone and the same again may succeed."""
    return error.sqlstate in _REPEATABLE


def is_clash(error: Error) -> bool:
    """Whether a key is taken. Without locks (see `locks`) that may mean that somebody was faster,
    and whoever looks again sees them."""
    return error.sqlstate == _CLASH


def translate(error: Error) -> StoreError:
    """What an error means for a caller; values of rows, which an error may quote, stay inside."""
    state = error.sqlstate or ("08000" if isinstance(error, psycopg.OperationalError) else "")
    for prefix in (state, state[:2]):
        if prefix in _PASSING:
            return StoreUnavailable(f"{_PASSING[prefix]}; nothing was written. Try again.")
    return StoreError(f"PostgreSQL refused a statement: {_sentence(error)}.")


def unreachable(error: Error) -> StoreUnusable:
    """Why no connection could be made, in PostgreSQL's own words, and what to look at."""
    words = " ".join(str(error).split())
    return StoreUnusable(
        f"Cannot connect to PostgreSQL: {words.rstrip('.')}. Check that it runs and takes "
        "connections from here, and the user, password and database in the address."
    )


def unusable(error: Error, address: Address, user: str) -> StoreUnusable:
    """Why the tables cannot be made or read, and what to do."""
    if error.sqlstate == "42501":
        return StoreUnusable(
            f"{user} may not make or use the schema {address.schema}. As the owner of the database "
            f"run: CREATE SCHEMA {address.schema} AUTHORIZATION {user};"
        )
    if error.sqlstate == "25006":
        return StoreUnusable("This PostgreSQL is read-only, perhaps a standby. Name the primary.")
    return StoreUnusable(f"Cannot prepare the tables in PostgreSQL: {_sentence(error)}.")


def _sentence(error: Error) -> str:
    found = error.diag.message_primary or type(error).__name__
    place = f" ({error.diag.constraint_name})" if error.diag.constraint_name else ""
    return f"{found.rstrip('.')}{place} [{error.sqlstate or 'no code'}]"
