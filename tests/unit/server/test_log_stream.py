"""Log lines into a pipe that nobody reads, or whose reader is gone, neither wait nor raise."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from ordertwin_server.call_log import HumanFormatter, JsonFormatter
from ordertwin_server.log_stream import MOST_BYTES, UnwaitingHandler, say

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes are shrunk as Linux does it")
PAGE = 4096


class Pipe:
    """A pipe of two pages. What it cannot take at once is lost, where a server would wait."""

    def __init__(self) -> None:
        import fcntl

        self._reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 2 * PAGE)
        os.set_blocking(writing, False)
        raw: Any = io.FileIO(writing, "w")
        self.stream = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)

    def fill(self, pages: int) -> None:
        for _ in range(pages):
            assert os.write(self.stream.fileno(), b"." * PAGE) == PAGE

    def read(self, most: int = 2 * PAGE) -> str:
        return os.read(self._reading, most).decode()

    def leave(self) -> None:
        os.close(self._reading)
        self._reading = -1

    def close(self) -> None:
        self.stream.close()
        if self._reading >= 0:
            self.leave()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.close()


def a_handler(stream: Any, formatter: logging.Formatter | None = None) -> UnwaitingHandler:
    handler = UnwaitingHandler(stream)
    handler.setFormatter(formatter or JsonFormatter())
    return handler


def a_record(message: str, **fields: object) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": message, "levelname": "INFO", "fields": fields})


def test_dropped_lines_are_told_in_the_format_of_the_log(pipe: Pipe) -> None:
    handler = a_handler(pipe.stream)
    pipe.fill(2)
    handler.handle(a_record("dropped"))
    handler.handle(a_record("dropped"))
    pipe.read()
    handler.handle(a_record("written"))
    notice, line = map(json.loads, pipe.read().splitlines())
    assert notice["level"] == "warning"
    assert notice["message"] == "2 log lines were dropped: nobody read them."
    assert line["message"] == "written"


def test_a_line_for_which_the_notice_leaves_no_room_is_dropped_and_told_later(pipe: Pipe) -> None:
    handler = a_handler(pipe.stream)
    pipe.fill(2)
    handler.handle(a_record("dropped"))
    pipe.read(PAGE)
    handler.handle(a_record("dropped too"))
    assert json.loads(pipe.read().lstrip("."))["message"].startswith("1 log lines were dropped")
    handler.handle(a_record("written"))
    notice, line = map(json.loads, pipe.read().splitlines())
    assert notice["message"].startswith("1 log lines were dropped")
    assert line["message"] == "written"


def test_a_reader_that_died_raises_into_nobody(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    handler = a_handler(pipe.stream)
    pipe.fill(2)
    handler.handle(a_record("dropped"))
    pipe.leave()
    handler.handle(a_record("lost"))
    monkeypatch.setattr(sys, "stderr", pipe.stream)
    say("The last line.")


def test_a_last_line_into_a_closed_stream_is_lost(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", pipe.stream)
    pipe.stream.close()
    say("The last line.")


def test_a_long_line_goes_whole_into_a_nearly_full_pipe(pipe: Pipe) -> None:
    pipe.fill(1)
    a_handler(pipe.stream).handle(a_record("ü" * PAGE, where="x" * 50, ms=3.2))
    line = json.loads(pipe.read().lstrip("."))
    assert (set(line["message"]), line["where"], line["ms"]) == ({"ü"}, "x" * 50, 3.2)


@pytest.mark.parametrize("formatter", [JsonFormatter(), HumanFormatter()])
@pytest.mark.parametrize("text", ["a", "订", "\udc80", "\x00"])
def test_no_line_has_more_bytes_than_a_pipe_with_any_room_takes(
    formatter: logging.Formatter, text: str
) -> None:
    for length in (10, 600, 4_000, 50_000):
        written = io.BytesIO()
        stream = io.TextIOWrapper(written, encoding="utf-8", errors="backslashreplace", newline="")
        record = a_record("%s", where=text * length, also=text * length, ms=3.2)
        record.args = (text * length,)
        a_handler(stream, formatter).handle(record)
        stream.flush()
        line = written.getvalue()
        assert len(line) <= MOST_BYTES
        assert len(line) > min(length, MOST_BYTES // 2)
        if isinstance(formatter, JsonFormatter):
            assert json.loads(line)["ms"] == 3.2
        assert record.args == (text * length,)
