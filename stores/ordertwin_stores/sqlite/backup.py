"""Copies of a database that are whole, and putting one back.

A backup is one file, made through SQLite's own backup of a snapshot, so a server may go on writing
meanwhile. Whatever is made here is made under another name, checked, and only then given its own,
so nobody ever finds half of it; and nothing is overwritten unless that was asked for.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ordertwin_models.errors import StoreUnusable
from ordertwin_stores.sqlite import library
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.lock import FileLock
from ordertwin_stores.sqlite.migrations import applied_to
from ordertwin_stores.sqlite.opening import explained, prepare_place

PAGES_AT_ONCE = 4096
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database that is, or was, in use."""

Progress = Callable[[int, int], None]
"""Called with the pages copied so far and the pages there are."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that was made and checked: orders of all tenants, size in bytes; `aside` is where the
    database that was there before is kept."""

    path: Path
    orders: int
    size: int
    aside: Path | None = None


def back_up(source: Path, destination: Path, progress: Progress = lambda *_: None) -> Copied:
    """Copy the database `source`, also while a server uses it, into the new file `destination`.

    The copy is what was committed at one moment. Raises `StoreUnusable`, with what to do.
    """
    ensure_can_copy(source, destination)
    journal = library.journal_for(library.VERSION)
    with _file_in_the_making(destination) as making:
        with (
            explained(str(source)),
            closing(library.connect(str(source), journal, reader=True)) as reader,
        ):
            _ensure_ours(reader, source)
            # Held over all steps: without it, each commit of the server would start the copy anew.
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM migrations").fetchall()
            orders = _copy(reader, making, destination, progress)
        _link(making, destination)
    return Copied(destination, orders, destination.stat().st_size)


def ensure_can_copy(source: Path, destination: Path) -> None:
    """Raise `StoreUnusable`, with what to do, when one is not there or the other is."""
    if not source.is_file():
        raise StoreUnusable(f"There is no database {source}.")
    _ensure_new(destination)


def restore(
    backup: Path,
    destination: Path,
    *,
    replace: bool,
    at: datetime,
    progress: Progress = lambda *_: None,
) -> Copied:
    """Make the database `destination` of a backup, which stays as it is.

    With `replace`, a database that is there is kept under another name, which tells the time `at`.
    Raises `StoreUnusable`, with what to do; then nothing was changed.
    """
    _ensure_finished(backup)
    prepare_place(destination)
    lock = FileLock(str(destination))
    try:
        if destination.exists() and not replace:
            raise StoreUnusable(
                f"{destination} is there already. Name another file, or say --replace: what is "
                "there is then kept under another name."
            )
        with _file_in_the_making(destination) as making:
            with explained(str(backup)), closing(library.connect_unchanging(str(backup))) as reader:
                _ensure_ours(reader, backup)
                orders = _copy(reader, making, destination, progress)
            aside = _put_aside(destination, at) if destination.exists() else None
            if aside is not None:
                _take_after(aside, making)
            making.replace(destination)
        _flush_directory(destination.parent)
    finally:
        lock.release()
    return Copied(destination, orders, destination.stat().st_size, aside)


def _ensure_ours(connection: Connection, path: Path) -> None:
    if not applied_to(connection, str(path)):
        raise StoreUnusable(f"{path} is empty. Name the file of a store.")


def _ensure_new(path: Path) -> None:
    if path.is_dir():
        raise StoreUnusable(
            f"{path} is a directory; name a file in it, such as {path / 'backup.db'}."
        )
    if path.exists():
        raise StoreUnusable(
            f"{path} is there already, and backups overwrite nothing. Name another file."
        )
    if not path.parent.is_dir():
        raise StoreUnusable(
            f"There is no directory {path.parent}. Create it, or name another place."
        )


def _ensure_finished(backup: Path) -> None:
    """A backup is one file; with a log beside it, it is a database in use, or one that crashed."""
    if not backup.is_file():
        raise StoreUnusable(f"There is no backup {backup}.")
    for ending in BESIDE:
        beside = Path(f"{backup}{ending}")
        if beside.exists() and beside.stat().st_size:
            raise StoreUnusable(
                f"{backup} is no finished backup: {beside.name} belongs to it. Make one of it with "
                "`ordertwin backup`, then restore that."
            )


@contextmanager
def _file_in_the_making(destination: Path) -> Iterator[Path]:
    """A new file beside `destination`, for its owner alone; gone at the end, but for its links."""
    try:
        descriptor, name = tempfile.mkstemp(
            prefix=f".{destination.name}-", suffix=".partial", dir=destination.parent
        )
    except OSError as error:
        raise StoreUnusable(
            f"Cannot write in {destination.parent} ({error.strerror}). Make it writable, or name "
            "another place."
        ) from error
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        for ending in ("", *BESIDE):
            Path(f"{name}{ending}").unlink(missing_ok=True)


def _copy(reader: Connection, making: Path, destination: Path, progress: Progress) -> int:
    """Copy everything, check the copy, and see it on disk; returns its orders."""
    try:
        with closing(library.connect(str(making), library.ROLLBACK)) as copy:
            reader.backup(
                copy,
                pages=PAGES_AT_ONCE,
                progress=lambda _, left, pages: progress(pages - left, pages),
            )
            # One file: the mark of write-ahead logging came along with the first page.
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
            (found,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                raise _damaged(found)
            (orders,) = copy.execute("SELECT ifnull(sum(orders), 0) FROM tenants").fetchone()
    except library.Error as error:
        if library.is_damage(error):
            raise _damaged(str(error)) from error
        raise library.unusable(str(destination), error) from error
    with making.open("rb+") as file:
        os.fsync(file.fileno())
    return int(orders)


def _damaged(found: str) -> StoreUnusable:
    return StoreUnusable(
        f"The copy is damaged ({found.splitlines()[0]}), and so is most likely what was copied. "
        "Nothing was kept of it; use an earlier backup."
    )


def _link(making: Path, destination: Path) -> None:
    """Give the file its name, unless somebody took it meanwhile."""
    try:
        os.link(making, destination)
    except FileExistsError:
        raise StoreUnusable(f"{destination} was made by somebody else meanwhile.") from None
    except OSError:
        # A file system without links: what is there is checked, if not at the same instant.
        _ensure_new(destination)
        making.replace(destination)
    _flush_directory(destination.parent)


def _put_aside(database: Path, at: datetime) -> Path:
    """Give the database a second name, under which it stays; the caller holds its lock.

    Its log is first emptied into it. When it is too damaged for that, the log goes along: one that
    stayed would be taken for that of the next database.
    """
    aside = database.with_name(f"{database.name}.until-{at:%Y%m%dT%H%M%SZ}")
    with suppress(library.Error):
        journal = library.journal_for(library.VERSION)
        with closing(library.connect(str(database), journal)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    os.link(database, aside)
    for ending in BESIDE:
        beside = Path(f"{database}{ending}")
        if beside.exists():
            beside.replace(f"{aside}{ending}")
    return aside


def _take_after(former: Path, file: Path) -> None:
    """Let those use the file who could use the former one."""
    shutil.copymode(former, file)
    with suppress(OSError, LookupError):
        shutil.chown(file, former.stat().st_uid, former.stat().st_gid)


def _flush_directory(directory: Path) -> None:
    """See new names on disk, where the operating system can."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
