"""Writing log lines that somebody may not read.

A pipe that nobody reads runs full, and then a write waits: with it the call that is being logged,
and soon every call. A line for which there is no room is dropped instead, and counted. A pipe with
any room has it for 4,096 bytes.
"""

from __future__ import annotations

import logging
import select
import sys
from typing import TextIO


class UnwaitingHandler(logging.StreamHandler[TextIO]):
    """Writes each line if it can be at once; what was dropped is told when there is room."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._dropped = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line, or count it as dropped."""
        if not has_room(self.stream):
            self._dropped += 1
            return
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            self.stream.write(f"{dropped} log lines were dropped: nobody read them.\n")
        super().emit(record)


def say(text: str) -> None:
    """Write a last line to standard error, unless that would wait."""
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
