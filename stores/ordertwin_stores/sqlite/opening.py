"""Opening a database file: lock, connection, tables; and saying what is wrong when it cannot be."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from ordertwin_models.errors import StoreUnusable
from ordertwin_stores.sqlite import library
from ordertwin_stores.sqlite.library import Connection, Journal
from ordertwin_stores.sqlite.migrations import migrate

logger = logging.getLogger(__name__)


def prepare_place(path: Path) -> None:
    """See that the file can be there: makes its directory, if that one's parent is there."""
    directory = path.parent
    if path.is_dir():
        raise StoreUnusable(
            f"{path} is a directory; name a file in it, such as {path / 'orders.db'}."
        )
    if not directory.parent.is_dir():
        raise StoreUnusable(
            f"There is no directory {directory.parent} to keep {path} in. Create it, or name "
            "another place."
        )
    try:
        directory.mkdir(exist_ok=True)
    except OSError as error:
        raise StoreUnusable(
            f"Cannot create the directory {directory} ({error.strerror}). Create it, or name "
            "another place."
        ) from error
    for place in (directory, path):
        if place.exists() and not os.access(place, os.W_OK):
            raise StoreUnusable(
                f"{place} is read-only. Make it writable for this user, or name another place."
            )


def choose_journal(path: str) -> Journal:
    """The journal for this library; warns once when it cannot be the fast one."""
    version = ".".join(map(str, library.VERSION))
    if library.VERSION < library.OLDEST:
        raise StoreUnusable(f"SQLite {version} is too old. Install pysqlite3.")
    if path == library.MEMORY:
        return library.IN_MEMORY
    journal = library.journal_for(library.VERSION)
    if journal is library.ROLLBACK:
        logger.warning(
            "SQLite %s can lose committed writes in WAL mode; using a rollback journal, which is "
            "safe but slower. Install pysqlite3, or SQLite 3.51.3 or later.",
            version,
        )
    return journal


def open_for_writing(path: str, journal: Journal) -> Connection:
    """A connection with the tables of this version, ready to write. A new file is readable by its
    owner alone, and so are those beside it, which SQLite makes after it."""
    with explained(path):
        if path != library.MEMORY:
            _make(Path(path))
        connection = library.connect(path, journal)
    try:
        with explained(path):
            migrate(connection, path, datetime.now(UTC))
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except BaseException:
        connection.close()
        raise
    return connection


def _make(path: Path) -> None:
    # Whoever cannot make it learns why from SQLite.
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Let errors of the library out as `StoreUnusable` that says why `path` cannot be opened."""
    try:
        yield
    except library.Error as error:
        raise library.unusable(path, error) from error
