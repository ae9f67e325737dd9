"""Keeps the write-ahead log short, beside the writer and not in its way.

What is committed stands in the log until it is copied into the database. SQLite would do that in
the commit that finds the log too long, and that caller would wait; here a thread with a connection
of its own does it while others go on writing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

from ordertwin_stores.sqlite.library import Connection, Error

WRITES_BETWEEN = 128
"""Writes after which the log is emptied."""

MOMENT = 0.05
"""Seconds without a write that count as a pause, in which emptying disturbs nobody."""

PATIENCE = 40
"""Moments to wait for a pause, at most."""


class LogKeeper:
    """Empties the log after every `WRITES_BETWEEN` writes, in the next pause if there is one."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._writes = 0
        self._due, self._closing = Event(), Event()
        self._thread = Thread(target=self._run, name="ordertwin-log-keeper", daemon=True)
        self._thread.start()

    def noticed(self, writes: int) -> None:
        """So many writes were committed. Called by one thread at a time."""
        self._writes += writes
        if self._writes >= WRITES_BETWEEN and not self._due.is_set():
            self._due.set()

    def close(self) -> None:
        """End the thread; a log that is left is emptied when the last connection closes."""
        self._closing.set()
        self._due.set()
        self._thread.join()

    def _run(self) -> None:
        connection = None
        while self._is_due():
            # A failure is found again, and told, by the next commit that has to copy.
            with suppress(Error):
                connection = connection or self._connect()
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        if connection is not None:
            connection.close()

    def _is_due(self) -> bool:
        """Wait for enough writes and a pause; whether the log is to be emptied, and not left."""
        self._due.wait()
        self._await_pause()
        self._due.clear()
        self._writes = 0
        return not self._closing.is_set()

    def _await_pause(self) -> None:
        for _ in range(PATIENCE):
            before = self._writes
            if self._closing.wait(MOMENT) or self._writes == before:
                return
