"""One process at a time: an operating-system lock on a file beside the database.

The lock is held by the open file, so it ends with the process, however it dies. The file stays;
what it says about its holder is only read when the lock cannot be had.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import BinaryIO

from ordertwin_models.errors import StoreUnusable

if sys.platform == "win32":
    import msvcrt

    _BEYOND_THE_TEXT = 1 << 30

    def _lock(file: BinaryIO) -> None:
        file.seek(_BEYOND_THE_TEXT)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _unlock(file: BinaryIO) -> None:
        file.seek(_BEYOND_THE_TEXT)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


class FileLock:
    """The right to use `path`, held until `release`. Also keeps out a second store of this process.

    Raises `StoreUnusable` at once when somebody else has it, naming the holder.
    """

    def __init__(self, path: str) -> None:
        # Beside the file itself: whoever comes by way of a link uses the same one.
        self._path = f"{os.path.realpath(path)}.lock"
        self._file = _open(self._path)
        try:
            _lock(self._file)
        except OSError as error:
            holder = _holder(self._file)
            self._file.close()
            raise StoreUnusable(
                f"{path} is in use by {holder}. Stop that process, or give this one another "
                "database file."
            ) from error
        self._write(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")

    def release(self) -> None:
        """Let the next one in. Safe to repeat."""
        if self._file.closed:
            return
        self._write("")
        _unlock(self._file)
        self._file.close()

    def _write(self, text: str) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(text.encode())
        self._file.flush()


def _open(path: str) -> BinaryIO:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreUnusable(
            f"Cannot write {path} ({error.strerror}); make its directory writable for this user."
        ) from error
    return os.fdopen(descriptor, "r+b")


def _holder(file: BinaryIO) -> str:
    file.seek(0)
    return file.read(200).decode(errors="replace") or "another process"
