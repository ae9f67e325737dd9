"""The one thread that writes. Callers hand in work and wait; whatever waits is committed together.

One fsync then serves up to 64 callers, and nobody starves. Each piece of work has a savepoint of
its own, so that one that fails leaves the others alone; nobody hears of success before the commit.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar, cast

from ordertwin_models.errors import StoreError, StoreOutcomeUnknown, StoreUnavailable
from ordertwin_stores.sqlite.library import (
    Connection,
    Error,
    is_full,
    spoils_transaction,
    translate,
)

GROUP = 64
IDLE_SECONDS = 0.1
JOBS_BETWEEN_CHECKPOINTS = 32

T = TypeVar("T")


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    done: Future[Any] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class _Failure:
    error: Exception


class Writer:
    """Runs work in transactions on `connection`, which from now on belongs to it.

    `guard` is held while a transaction is open; `committed` is called after each commit, before
    callers hear of it.
    """

    def __init__(
        self,
        connection: Connection,
        guard: AbstractContextManager[Any],
        committed: Callable[[], None],
    ) -> None:
        self._connection, self._guard, self._committed = connection, guard, committed
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._broken: StoreOutcomeUnknown | None = None
        self._closing = Lock()
        self._closed = False
        self._jobs_in_log = 0
        self._thread = Thread(target=self._run, name="ordertwin-writer", daemon=True)
        self._thread.start()

    @property
    def writable(self) -> bool:
        """Whether writes are still taken."""
        return self._broken is None and not self._closed

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction; returns when it is committed.

        What `work` raises is raised here, and nothing of it is written. `StoreUnavailable`: nothing
        was written, try again. `StoreOutcomeUnknown`: nobody knows; from then on always raised.
        """
        job = _Job(work)
        with self._closing:
            if self._closed:
                raise StoreUnavailable("The store is closed.")
            self._jobs.put(job)
        return cast(T, job.done.result())

    def close(self) -> None:
        """Finish what was handed in, then close the connection. Safe to repeat."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        with self._guard:
            self._connection.close()

    def _run(self) -> None:
        open_for_more = True
        while open_for_more:
            group, open_for_more = self._next_group()
            if group:
                self._commit(group)

    def _next_group(self) -> tuple[list[_Job], bool]:
        """The next work, all that waits up to `GROUP`, and whether more may come."""
        group: list[_Job] = []
        job = self._wait()
        while job is not None:
            group.append(job)
            if len(group) == GROUP:
                return group, True
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return group, True
        return group, False

    def _wait(self) -> _Job | None:
        """The next job. When none comes for a moment, the write-ahead log is tidied first."""
        if self._jobs_in_log >= JOBS_BETWEEN_CHECKPOINTS:
            try:
                return self._jobs.get(timeout=IDLE_SECONDS)
            except Empty:
                self._checkpoint()
        return self._jobs.get()

    def _checkpoint(self) -> None:
        """Copy the log into the database while nobody waits. A failure is found again, and told,
        when the log is full."""
        self._jobs_in_log = 0
        with suppress(Error), self._guard:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _commit(self, group: list[_Job]) -> None:
        if self._broken is not None:
            self._fail(group, self._broken)
            return
        try:
            outcomes = self._transact(group)
        except Error as error:
            self._give_up(group, error)
        except Exception as error:
            self._fail(group, StoreError(f"The writer failed: {type(error).__name__}."), error)
        else:
            self._jobs_in_log += len(group)
            for job, outcome in zip(group, outcomes, strict=True):
                if isinstance(outcome, _Failure):
                    job.done.set_exception(outcome.error)
                else:
                    job.done.set_result(outcome)

    def _transact(self, group: list[_Job]) -> list[Any]:
        connection = self._connection
        with self._guard:
            try:
                connection.execute("BEGIN IMMEDIATE")
                outcomes = [self._attempt(job) for job in group]
                connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            self._committed()
        return outcomes

    def _attempt(self, job: _Job) -> Any:
        connection = self._connection
        connection.execute("SAVEPOINT job")
        try:
            outcome = job.work(connection)
        except Error as error:
            if spoils_transaction(error):
                raise
            outcome = _Failure(translate(error, writing=True))
        except Exception as error:
            outcome = _Failure(error)
        if isinstance(outcome, _Failure):
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        return outcome

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except Error as error:
            self._broken = StoreOutcomeUnknown(f"SQLite could not roll back: {error}.")

    def _give_up(self, group: list[_Job], error: Error) -> None:
        """Nothing of the group is committed. On a full disk, smaller pieces may still fit."""
        if is_full(error) and len(group) > 1:
            for job in group:
                self._commit([job])
            return
        failure = self._broken or translate(error, writing=True)
        if isinstance(failure, StoreOutcomeUnknown):
            self._broken = failure
        self._fail(group, failure, error)

    @staticmethod
    def _fail(group: list[_Job], failure: StoreError, cause: Exception | None = None) -> None:
        """Each caller gets an exception of its own: one object raised in many threads would mix
        their tracebacks."""
        for job in group:
            own = type(failure)(*failure.args)
            own.__cause__ = cause
            job.done.set_exception(own)
