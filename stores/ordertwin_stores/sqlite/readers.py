"""Connections to read with: a few, shared by all threads, none held across calls.

A read transaction that stays open keeps the write-ahead log from being emptied, so statements run
one by one and fetch everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from queue import LifoQueue
from threading import RLock
from types import TracebackType
from typing import Any, Final, Protocol

from ordertwin_models.errors import StoreUnavailable
from ordertwin_stores.sqlite.library import Connection, Error, translate, translated

CLOSED: Final = "The store is closed."


class Readers(Protocol):
    """Something to borrow a connection from."""

    def borrow(self) -> AbstractContextManager[Connection]:
        """A connection for one call; errors of the library come out translated."""

    def close(self) -> None:
        """Wait for what is being read, then close. Borrowing afterwards: `StoreUnavailable`."""


class ReaderPool:
    """At most `size` connections, opened when first needed; `guard` is held while one is used."""

    def __init__(
        self,
        open_one: Callable[[], Connection],
        size: int,
        guard: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._open_one, self._size = open_one, size
        self._guard = guard or nullcontext()
        self._idle: LifoQueue[Connection | str | None] = LifoQueue()
        for _ in range(size):
            self._idle.put(None)

    @contextmanager
    def borrow(self) -> Iterator[Connection]:
        """A connection for one call."""
        connection = self._idle.get()
        try:
            with self._guard, translated(writing=False):
                if connection is None:
                    connection = self._open_one()
                if isinstance(connection, str):
                    raise StoreUnavailable(CLOSED)
                yield connection
        finally:
            self._idle.put(connection)

    def close(self) -> None:
        """Close every connection as it comes back."""
        for connection in [self._idle.get() for _ in range(self._size)]:
            if connection is not None and not isinstance(connection, str):
                connection.close()
            self._idle.put(CLOSED)


class Lender(Protocol):
    """Who writes, and lends its connection while it does not."""

    def lend(self) -> Connection | None:
        """The connection, to be given back soon; None when it is in use or nobody's any more."""

    def take_back(self) -> None:
        """The connection is no longer used. Called by the thread that it was lent to."""


class WarmReader:
    """For the short reads on the way to a write: the writer's own connection while nothing is
    written, another one otherwise.

    A connection forgets the pages it has read whenever another one has written. The writer's keeps
    them, and the write after the look needs the very same pages.
    """

    def __init__(self, lender: Lender, others: Readers) -> None:
        self._lender, self._others = lender, others

    def borrow(self) -> AbstractContextManager[Connection]:
        """A connection for one short call; errors of the library come out translated."""
        connection = self._lender.lend()
        return self._others.borrow() if connection is None else _Loan(self._lender, connection)


class _Loan:
    """Gives back what was lent."""

    __slots__ = ("_connection", "_lender")

    def __init__(self, lender: Lender, connection: Connection) -> None:
        self._lender, self._connection = lender, connection

    def __enter__(self) -> Connection:
        return self._connection

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lender.take_back()
        if isinstance(error, Error):
            raise translate(error, writing=False) from error


class SharedReader:
    """The writer's own connection, for a database in memory, which has no other. One at a time."""

    def __init__(self, connection: Connection, lock: RLock) -> None:
        self._connection, self._lock, self._closed = connection, lock, False

    @contextmanager
    def borrow(self) -> Iterator[Connection]:
        """The connection, when the writer does not use it."""
        with self._lock, translated(writing=False):
            if self._closed:
                raise StoreUnavailable(CLOSED)
            yield self._connection

    def close(self) -> None:
        """No more reading; the writer closes the connection."""
        with self._lock:
            self._closed = True
