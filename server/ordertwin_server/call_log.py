"""Log lines: one for each call, and one for each failure of ours. Order content never gets here.

A line holds named fields only. Of an unexpected exception the log gets its class and where it
happened, not its text, because that may quote an order.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ordertwin_server.log_stream import UnwaitingHandler

LOGGER = logging.getLogger("ordertwin.server")


@dataclass(slots=True)
class CallNotes:
    """What a handler tells the log about its call."""

    request_id: str = ""
    elements: int = 0


NOTES: ContextVar[CallNotes] = ContextVar("NOTES")
"""The notes of the call that the current task serves."""


class HumanFormatter(logging.Formatter):
    """Time, level, message, then fields as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """One line.

        >>> record = logging.makeLogRecord({"created": 0, "levelname": "INFO", "msg": "call",
        ...                                 "fields": {"code": "OK", "ms": 3.2}})
        >>> HumanFormatter().format(record)
        '1970-01-01T00:00:00.000Z INFO    call code=OK ms=3.2'
        """
        fields = "".join(f" {name}={value}" for name, value in _fields(record).items())
        return f"{_time(record)} {record.levelname:<7} {record.getMessage()}{fields}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line.

        >>> record = logging.makeLogRecord({"created": 0, "levelname": "INFO", "msg": "ready"})
        >>> JsonFormatter().format(record)
        '{"time": "1970-01-01T00:00:00.000Z", "level": "info", "message": "ready"}'
        """
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **_fields(record),
        }
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(log_format: str, log_level: str) -> None:
    """Send the log lines of this process to standard error in the format asked for."""
    handler = UnwaitingHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else HumanFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(log_level.upper())


def log_failure(error: BaseException, error_id: str, method: str) -> None:
    """Log an unexpected exception under its error id."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in frames[::-1])
    fields = {
        "error_id": error_id,
        "method": method,
        "exception": type(error).__name__,
        "where": where,
    }
    LOGGER.error("failure", extra={"fields": fields})


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = getattr(record, "fields", {})
    return fields


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
