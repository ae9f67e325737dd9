"""Writing log lines that somebody may not read.

A pipe that nobody reads runs full, and then a write waits: with it the call that is being logged,
and soon every call. A line for which there is no room is dropped instead, and counted. A pipe with
any room has it for 4,096 bytes, so no line is longer.
"""

from __future__ import annotations

import logging
import select
import sys
from contextlib import suppress
from typing import TextIO

MOST_BYTES = 4096


class UnwaitingHandler(logging.StreamHandler[TextIO]):
    """Writes each line if it can be at once; what was dropped is told when there is room."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._dropped = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line, or count it as dropped."""
        if self._dropped and has_room(self.stream):
            dropped, self._dropped = self._dropped, 0
            super().emit(_notice(dropped))
        if has_room(self.stream):
            super().emit(record)
        else:
            self._dropped += 1

    def format(self, record: logging.LogRecord) -> str:
        """The line; its texts are cut, the longest first, until a pipe with any room takes it."""
        line, most = super().format(record), MOST_BYTES
        while most and self._bytes_of(line) > MOST_BYTES:
            most = most * 3 // 4
            line = super().format(_cut(record, most))
        return line

    def _bytes_of(self, line: str) -> int:
        encoding = self.stream.encoding or "utf-8"
        return len((line + self.terminator).encode(encoding, "backslashreplace"))


def say(text: str) -> None:
    """Write a last line to standard error, unless that would wait or nobody is there any more."""
    with suppress(OSError, ValueError):
        if has_room(sys.stderr):
            print(text, file=sys.stderr, flush=True)


def has_room(stream: TextIO) -> bool:
    """Whether a line can be written without waiting; true where nobody can tell.

    >>> import io
    >>> has_room(io.StringIO())
    True
    """
    try:
        return bool(select.select((), (stream,), (), 0)[1])
    except (OSError, ValueError):
        return True


def _notice(dropped: int) -> logging.LogRecord:
    return logging.makeLogRecord(
        {
            "name": __name__,
            "levelno": logging.WARNING,
            "levelname": logging.getLevelName(logging.WARNING),
            "msg": "%d log lines were dropped: nobody read them.",
            "args": (dropped,),
        }
    )


def _cut(record: logging.LogRecord, most: int) -> logging.LogRecord:
    """The record with no text of more than so many characters."""
    fields = {
        name: value[:most] if isinstance(value, str) else value
        for name, value in getattr(record, "fields", {}).items()
    }
    cut = {"msg": record.getMessage()[:most], "args": None, "fields": fields}
    return logging.makeLogRecord(record.__dict__ | cut)
