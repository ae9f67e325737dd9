"""Work on pooled connections: what may be repeated is repeated, what was lost is looked for.

Reads and writes have pools of their own, so that reads never wait for writers that wait for a lock.
A write that loses its connection before its commit was sent wrote nothing. Lost while committing,
nobody knows at first; it is run again with `again` set, and must then see whether it is there. It
cannot look too early: the locks of the lost transaction are held until that one has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from time import monotonic
from typing import Final, TypeVar

from ordertwin_models.errors import StoreAnswerLost, StoreError, StoreUnavailable
from ordertwin_stores.postgres import library
from ordertwin_stores.postgres.address import Address
from ordertwin_stores.postgres.library import Connection, Error, Pool

CLOSED: Final = "The store is closed."
CLASHES = 2
"""How often a key that is taken is taken for somebody who was faster."""
WAIT_SECONDS = 5.0
"""How long a call waits for a free connection, or for PostgreSQL to come back, and how long it is
repeated while others are in its way."""
FIND_OUT_SECONDS = 15.0
"""How long a call whose commit was cut off tries to find out what became of it."""

T = TypeVar("T")


@dataclass(slots=True)
class Transaction:
    """A write in progress. `again` says that an earlier try may have been committed."""

    connection: Connection
    again: bool
    committing: bool = False


class Connections:
    """Two pools on one database. Opens with the first connection that is wanted."""

    def __init__(self, address: Address) -> None:
        self._begin = f"BEGIN ISOLATION LEVEL {address.isolation.upper()}"
        self._readers = library.pool(
            address, reader=True, most=address.connections, name="ordertwin-readers"
        )
        self._writers = library.pool(
            address, reader=False, most=address.connections, name="ordertwin-writers"
        )
        self._pools = (self._readers, self._writers)
        self.listeners: list[Callable[[], None]] = []
        self._busy, self._idle = 0, Condition()
        self._closed = False
        for pool in self._pools:
            pool.open()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run statements that only read, each for itself; repeated when the connection breaks."""
        self._enter()
        try:
            return self._repeated(self._readers, work)
        finally:
            self._leave()

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction; returns when it is committed.

        What `work` raises is raised here, and nothing of it is written. `StoreUnavailable`: nothing
        was written. `StoreAnswerLost`: the commit was cut off and nobody could be asked since.
        """
        self._enter()
        try:
            outcome = self._written(work)
        finally:
            self._leave()
        for wake in self.listeners:
            wake()
        return outcome

    def close(self) -> None:
        """Wait for what is in progress, then close every connection. Safe to repeat."""
        with self._idle:
            self._closed = True
            self._idle.wait_for(lambda: not self._busy)
        for pool in self._pools:
            pool.close()

    def _repeated(self, pool: Pool, work: Callable[[Connection], T]) -> T:
        give_up = monotonic() + WAIT_SECONDS
        while True:
            connection = _borrow(pool, give_up)
            try:
                return work(connection)
            except Error as error:
                lost = library.is_lost(connection, error)
                if not (lost or library.may_repeat(error)) or monotonic() >= give_up:
                    raise library.translate(error) from None
            finally:
                pool.putconn(connection)
            if lost:
                pool.check()

    def _written(self, work: Callable[[Transaction], T]) -> T:
        unsure, clashes, give_up = False, 0, monotonic() + WAIT_SECONDS
        while True:
            try:
                connection = _borrow(self._writers, give_up)
            except StoreUnavailable:
                if unsure:
                    raise _answer_lost() from None
                raise
            transaction = Transaction(connection, unsure)
            try:
                return self._attempt(transaction, work)
            except Error as error:
                lost = library.is_lost(connection, error)
                if lost and transaction.committing and not unsure:
                    unsure, give_up = True, monotonic() + FIND_OUT_SECONDS
                clashes += library.is_clash(error)
                again = lost or library.may_repeat(error) or library.is_clash(error)
                if not again or clashes > CLASHES or monotonic() >= give_up:
                    raise (_answer_lost() if unsure else library.translate(error)) from None
            finally:
                self._writers.putconn(connection)
            if lost:
                self._writers.check()

    def _attempt(self, transaction: Transaction, work: Callable[[Transaction], T]) -> T:
        connection = transaction.connection
        try:
            with connection.pipeline():
                connection.execute(self._begin)
                outcome = work(transaction)
                transaction.committing = True
                connection.execute("COMMIT")
        except BaseException:
            library.undo(connection)
            raise
        return outcome

    def _enter(self) -> None:
        with self._idle:
            if self._closed:
                raise StoreUnavailable(CLOSED)
            self._busy += 1

    def _leave(self) -> None:
        with self._idle:
            self._busy -= 1
            self._idle.notify_all()


def _borrow(pool: Pool, until: float) -> Connection:
    try:
        connection: Connection = pool.getconn(max(0.0, until - monotonic()))
    except library.PoolTimeout:
        raise StoreUnavailable(
            f"No connection to PostgreSQL came free within {WAIT_SECONDS:g} s: it is down, or all "
            "connections are busy. Nothing was written; try again."
        ) from None
    except library.PoolClosed:
        raise StoreUnavailable(CLOSED) from None
    return connection


def _answer_lost() -> StoreError:
    return StoreAnswerLost(
        "The connection to PostgreSQL broke during a commit, and it could not be asked since. "
        "Repeat the call with the same request id: it finds out, and nothing is done twice."
    )
