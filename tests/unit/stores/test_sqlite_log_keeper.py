"""The log is emptied beside the writer."""

from __future__ import annotations

from queue import SimpleQueue

from ordertwin_stores.sqlite.library import Error
from ordertwin_stores.sqlite.log_keeper import WRITES_BETWEEN, LogKeeper


class Connection:
    """Takes down what it is asked, and fails at first if it is told to."""

    def __init__(self, *failures: Exception) -> None:
        self.asked: SimpleQueue[str] = SimpleQueue()
        self.closed = False
        self._failures = list(failures)

    def execute(self, statement: str) -> Connection:
        self.asked.put(statement)
        if self._failures:
            raise self._failures.pop()
        return self

    def fetchall(self) -> list[object]:
        return []

    def close(self) -> None:
        self.closed = True


def test_the_log_is_emptied_after_enough_writes_and_again_later() -> None:
    connection = Connection()
    keeper = LogKeeper(lambda: connection)  # type: ignore[arg-type,return-value]
    for _ in range(2):
        keeper.noticed(WRITES_BETWEEN - 1)
        keeper.noticed(1)
        assert "wal_checkpoint" in connection.asked.get(timeout=30)
    keeper.close()
    assert connection.closed


def test_a_log_that_cannot_be_emptied_is_tried_again() -> None:

    connection = Connection(Error("disk I/O error"))
    keeper = LogKeeper(lambda: connection)  # type: ignore[arg-type,return-value]
    for _ in range(2):
        keeper.noticed(WRITES_BETWEEN)
        connection.asked.get(timeout=30)
    keeper.close()


def test_few_writes_open_no_connection() -> None:
    keeper = LogKeeper(lambda: 1 / 0)  # type: ignore[arg-type,return-value]
    keeper.noticed(WRITES_BETWEEN - 1)
    keeper.close()
