"""The one place that knows which SQLite library is used, how connections are set up, and what its
errors mean.

`pysqlite3` brings a current SQLite and is used where it is installed (sqlite-utils then picks it
too); two different libraries on one file in one process would break its locks. SQLite before 3.51.3
(backports 3.50.7 and 3.44.6) can lose committed writes in WAL mode, so such a library gets a
rollback journal: slower, readers wait while a commit is written, nothing lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ordertwin_models.errors import StoreError, StoreOutcomeUnknown, StoreUnavailable, StoreUnusable

if TYPE_CHECKING:
    from sqlite3 import Connection as Connection
    from sqlite3 import dbapi2
else:
    try:
        from pysqlite3 import dbapi2
        from pysqlite3.dbapi2 import Connection
    except ImportError:
        from sqlite3 import dbapi2
        from sqlite3.dbapi2 import Connection

Error = dbapi2.Error
LIBRARY = dbapi2.__name__.partition(".")[0]
VERSION: tuple[int, ...] = dbapi2.sqlite_version_info

OLDEST = (3, 38, 0)
"""The first SQLite with strict tables and JSON built in."""

MEMORY = ":memory:"
BUSY_SECONDS = 5.0
CACHE_KIB = 16_384
CHECKPOINT_PAGES = 8_000
"""Pages in the write-ahead log at which the writer must stop to empty it; when it has nothing to do
it empties it earlier (see `writer`), so under ordinary load nobody waits for that."""

JOURNAL_LIMIT = 64 * 1024 * 1024
STATEMENTS = 512

_BUSY, _LOCKED, _NOMEM, _READONLY, _INTERRUPT, _IOERR = 5, 6, 7, 8, 9, 10
_CORRUPT, _FULL, _CANTOPEN, _NOTADB = 11, 13, 14, 26
_DAMAGE = frozenset({_IOERR, _CORRUPT, _NOTADB})
_PASSING = {
    _BUSY: "Another program holds the database locked",
    _LOCKED: "Another program holds the database locked",
    _NOMEM: "There is not enough memory",
    _READONLY: "The database has become read-only",
    _INTERRUPT: "The statement was interrupted",
    _FULL: "The disk is full",
    _CANTOPEN: "The database file cannot be opened",
}


@dataclass(frozen=True, slots=True)
class Journal:
    """How commits are made durable: values of the two PRAGMAs."""

    mode: str
    synchronous: str


WRITE_AHEAD = Journal("wal", "FULL")
ROLLBACK = Journal("delete", "EXTRA")
IN_MEMORY = Journal("memory", "OFF")


def journal_for(version: tuple[int, ...]) -> Journal:
    """The fastest journal that is safe with this SQLite.

    >>> journal_for((3, 51, 3)).mode, journal_for((3, 51, 2)).mode, journal_for((3, 44, 6)).mode
    ('wal', 'delete', 'wal')
    """
    backported = (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return WRITE_AHEAD if backported or version >= (3, 51, 3) else ROLLBACK


def connect(path: str, journal: Journal, *, reader: bool = False) -> Connection:
    """A connection with every setting made. It never opens a transaction by itself."""
    connection = dbapi2.connect(
        path,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=STATEMENTS,
    )
    try:
        for statement in _settings(journal, reader):
            connection.execute(statement).fetchall()
    except Error:
        connection.close()
        raise
    return connection


def connect_unchanging(path: str) -> Connection:
    """A connection to a file that nobody writes, such as a backup: takes no locks, leaves no file
    beside it, and works where nothing can be written."""
    connection = dbapi2.connect(
        f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF").fetchall()
    except Error:
        connection.close()
        raise
    return connection


def _settings(journal: Journal, reader: bool) -> Iterator[str]:
    if not reader:
        yield f"PRAGMA journal_mode = {journal.mode}"
    yield f"PRAGMA synchronous = {journal.synchronous}"
    yield "PRAGMA fullfsync = ON"
    yield f"PRAGMA journal_size_limit = {JOURNAL_LIMIT}"
    yield f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}"
    yield f"PRAGMA cache_size = -{CACHE_KIB}"
    yield "PRAGMA foreign_keys = ON"
    yield "PRAGMA trusted_schema = OFF"
    yield "PRAGMA mmap_size = 0"
    if reader:
        yield "PRAGMA query_only = ON"


def describe(connection: Connection, path: str, journal: Journal) -> dict[str, str]:
    """What an operator wants to know of a database."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (page_size,) = connection.execute("PRAGMA page_size").fetchone()
    return {
        "driver": "sqlite",
        "library": f"{LIBRARY} {'.'.join(map(str, VERSION))}",
        "path": path,
        "journal": f"{journal.mode}, synchronous {journal.synchronous}",
        "bytes": str(pages * page_size),
    }


def is_full(error: Error) -> bool:
    """Whether the disk was full: a smaller write may still succeed."""
    return _code(error) == _FULL


def is_damage(error: Error) -> bool:
    """Whether the file is not what it should be."""
    return _code(error) in (_CORRUPT, _NOTADB)


def spoils_transaction(error: Error) -> bool:
    """Whether the transaction cannot go on after this error, not only the statement."""
    return _code(error) in _DAMAGE or _code(error) in _PASSING


@contextmanager
def translated(*, writing: bool) -> Iterator[None]:
    """Let no exception of the library out."""
    try:
        yield
    except Error as error:
        raise translate(error, writing=writing) from error


def translate(error: Error, *, writing: bool) -> StoreError:
    """What an error of the library means for a caller.

    A failed write or flush of the operating system leaves open what is on disk, so it ends all
    writing; a full disk or a lock passes.
    """
    code = _code(error)
    if code in _DAMAGE and writing:
        return StoreOutcomeUnknown(
            f"SQLite could not write ({error}); what is on disk is not known. Writing has stopped: "
            "check the disk, then restart the server and repeat the calls that failed."
        )
    if code in _DAMAGE:
        return StoreUnavailable(f"SQLite could not read the database: {error}.")
    if code in _PASSING:
        return StoreUnavailable(f"{_PASSING[code]}; nothing was written. Try again.")
    return StoreError(f"SQLite refused a statement: {error}.")


def unusable(path: str, error: Error) -> StoreUnusable:
    """Why a file cannot be opened, and what to do."""
    advice = {
        _NOTADB: "it is not a SQLite database. Name another file, or move this one away",
        _CORRUPT: "it is damaged. Restore it from a backup",
        _READONLY: "it is read-only. Make the file and its directory writable",
        _CANTOPEN: "the directory or the file cannot be written. Check its permissions",
        _BUSY: "another program holds it locked. Close that program",
        _FULL: "the disk is full. Free some space",
    }.get(_code(error), f"SQLite says: {error}")
    return StoreUnusable(f"Cannot open {path}: {advice}.")


def _code(error: Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
