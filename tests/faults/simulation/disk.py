"""A real SQLite store whose disk fails when it is told to, and which can lose its process.

Faults are put where they arise, at the statements of the library, so that everything above them is
the real thing: translation, rollback, the end of all writing.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import Any
from unittest import mock

from tests.faults.simulation.turns import pause

from ordertwin_stores.sqlite import library
from ordertwin_stores.sqlite.store import SqliteStore

WRITES = frozenset({"register", "remember", "update_status", "change"})
STOPS = WRITES | {"reply_to", "find_order", "candidates", "get_order", "latest_decision"}
COMMITTING = "commit"
"""Where a call stops with everything written and nothing committed."""

BUSY, IOERR, FULL = 5, 10, 13


class Fault(Enum):
    """What the next commit meets."""

    LOCKED = "another program holds the lock"
    FULL_EARLY = "the disk is full at the first statement that writes"
    FULL_LATE = "the disk is full at the commit"
    LOST = "an I/O error, and the commit is not on disk"
    KEPT = "an I/O error, and yet the commit is on disk"


class Disk:
    """Opens the store, arms faults, and survives crashes."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lives = folder, 0
        self.armed: Fault | None = None
        self.is_alone = True
        self.met: dict[Fault, int] = dict.fromkeys(Fault, 0)
        self.path = folder / "orders-0.db"
        self.store = self._open()

    def crash(self) -> None:
        """End the process: what is in memory is gone, the files stay as they are.

        The store is copied file by file and never closed first, as nothing closes it then.
        """
        former, self._lives = self.path, self._lives + 1
        self.path = self._folder / f"orders-{self._lives}.db"
        for ending in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{former}{ending}", f"{self.path}{ending}")
        self.armed = None
        self.store.inner.close()
        self.store = self._open()

    @property
    def is_writable(self) -> bool:
        """Whether writes are still taken."""
        return self.store.inner._writer.writable

    def close(self) -> None:
        self.armed = None
        self.store.inner.close()

    def meet(self, fault: Fault) -> bool:
        """Whether this fault is due now; it then happens once."""
        if self.armed is not fault:
            return False
        self.armed = None
        self.met[fault] += 1
        return True

    @contextmanager
    def held(self) -> Iterator[Any]:
        """Keep the writer busy, so that work handed in meanwhile is committed together.

        Until `is_alone` is set again nobody stops in a commit: the others of the group would wait.
        """
        writer = self.store.inner._writer
        busy, go = threading.Event(), threading.Event()

        def occupy(_: object) -> None:
            busy.set()
            go.wait()

        thread = threading.Thread(target=writer.write, args=(occupy,))
        self.is_alone = False
        armed, self.armed = self.armed, None
        thread.start()
        busy.wait()
        try:
            yield writer
        finally:
            # The commit of the holder itself is not the one that is to fail.
            self.armed = armed
            self._skip_commits = 1
            go.set()
            thread.join()

    def _open(self) -> StoppingStore:
        connect = library.connect

        def connecting(path: str, journal: library.Journal, *, reader: bool = False) -> Any:
            connection = connect(path, journal, reader=reader)
            return connection if reader else FailingConnection(connection, self)

        self._skip_commits = 0
        with mock.patch.object(library, "connect", connecting):
            return StoppingStore(SqliteStore(str(self.path)))

    def spares(self) -> bool:
        """Whether the commit that begins is that of a holder."""
        if self._skip_commits:
            self._skip_commits -= 1
            return True
        return False


class StoppingStore:
    """A store whose calls are stops: before each, and after each that writes; so are those of its
    reviews, which changes of state go through."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)
        if name == "reviews":
            return StoppingStore(method)
        if name not in STOPS:
            return method

        def stopping(*arguments: Any) -> Any:
            pause(name)
            try:
                return method(*arguments)
            finally:
                if name in WRITES:
                    pause(f"{name} done")

        return stopping


class FailingConnection:
    """The writing connection of the store."""

    def __init__(self, inner: library.Connection, disk: Disk) -> None:
        self._inner, self._disk = inner, disk

    def execute(self, statement: str, *values: Any) -> Any:
        disk = self._disk
        if statement == "BEGIN IMMEDIATE" and disk.meet(Fault.LOCKED):
            raise failure("database is locked", BUSY)
        if statement.startswith(("INSERT", "UPDATE")) and disk.meet(Fault.FULL_EARLY):
            raise failure("database or disk is full", FULL)
        if statement != "COMMIT" or disk.spares():
            return self._inner.execute(statement, *values)
        if disk.is_alone:
            pause(COMMITTING)
        if disk.meet(Fault.FULL_LATE):
            raise failure("database or disk is full", FULL)
        if disk.meet(Fault.LOST):
            self._inner.execute("ROLLBACK")
            raise failure("disk I/O error", IOERR)
        result = self._inner.execute(statement)
        if disk.meet(Fault.KEPT):
            raise failure("disk I/O error", IOERR)
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def failure(text: str, code: int) -> library.Error:
    """An error as the library raises it."""
    error = library.dbapi2.OperationalError(text)
    error.sqlite_errorcode = code
    return error
