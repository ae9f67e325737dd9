"""One write at a time. Callers hand in work and wait; whatever waits is committed together.

One fsync then serves up to 64 callers, and nobody starves: work is taken in the order it came. No
thread is kept for it. The first caller to come commits in its own, for itself and for those who
came meanwhile, and passes the turn on; so a caller alone pays for its commit, not for being waited
upon. Each piece of a group has a savepoint of its own, so that one that fails leaves the others
alone; nobody hears of success before the commit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Condition, Event, Lock
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

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Failure:
    error: Exception


@dataclass(slots=True)
class _Job:
    """Work with what came of it; `woken`, of those who wait, is set when that is known, or when the
    turn has come to them."""

    work: Callable[[Connection], Any]
    outcome: Any = None
    done: bool = False
    woken: Event | None = None

    def end(self, outcome: Any) -> None:
        self.outcome, self.done = outcome, True

    def wake(self) -> None:
        if self.woken is not None:
            self.woken.set()


class Writer:
    """Runs work in transactions on `connection`, which from now on belongs to it.

    `guard` is held while a transaction is open; `committed` is called after each commit with the
    number of pieces of work in it, before callers hear of it, and so are `listeners`.
    """

    def __init__(
        self,
        connection: Connection,
        guard: AbstractContextManager[Any],
        committed: Callable[[int], None],
    ) -> None:
        self._connection, self._guard, self._committed = connection, guard, committed
        self.listeners: list[Callable[[], None]] = []
        self._jobs: deque[_Job] = deque()
        self._idle, self._lent = Condition(), Lock()
        self._busy = self._closed = False
        self._broken: StoreOutcomeUnknown | None = None

    @property
    def writable(self) -> bool:
        """Whether writes are still taken."""
        return self._broken is None and not self._closed

    @property
    def waiting(self) -> int:
        """How many pieces of work wait for the commit after the running one."""
        return len(self._jobs)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction; returns when it is committed.

        What `work` raises is raised here, and nothing of it is written. `StoreUnavailable`: nothing
        was written, try again. `StoreOutcomeUnknown`: nobody knows; from then on always raised.
        """
        job = _Job(work)
        with self._idle:
            if self._closed:
                raise StoreUnavailable("The store is closed.")
            self._jobs.append(job)
            if self._busy:
                job.woken = Event()
            self._busy = True
        if job.woken is not None:
            job.woken.wait()
        if not job.done:
            self._take_turn()
        if isinstance(job.outcome, _Failure):
            raise job.outcome.error
        return cast(T, job.outcome)

    def lend(self) -> Connection | None:
        """The connection, if nobody writes or waits to: for a short read of what is committed.

        Whoever gets it gives it back with `take_back`; writes wait until then.
        """
        if self._busy or not self._lent.acquire(blocking=False):
            return None
        if self._busy or not self.writable or self._connection.in_transaction:
            self._lent.release()
            return None
        return self._connection

    def take_back(self) -> None:
        """What was lent is no longer used."""
        self._lent.release()

    def close(self) -> None:
        """Finish what was handed in, then close the connection. Safe to repeat."""
        with self._idle:
            already, self._closed = self._closed, True
            self._idle.wait_for(lambda: not self._busy)
        if not already:
            with self._guard, self._lent:
                self._connection.close()

    def _take_turn(self) -> None:
        """Commit the oldest work, the caller's own among it, and pass the turn to who is next."""
        group = [self._jobs.popleft() for _ in range(min(GROUP, len(self._jobs)))]
        try:
            self._commit(group)
        finally:
            for job in group:
                if not job.done:
                    job.end(_Failure(StoreOutcomeUnknown("The write was interrupted.")))
            with self._idle:
                following = self._jobs[0] if self._jobs else None
                self._busy = following is not None
                if following is None:
                    self._idle.notify_all()
            if following is not None:
                following.wake()
            for job in group:
                job.wake()

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
            for job, outcome in zip(group, outcomes, strict=True):
                job.end(outcome)

    def _transact(self, group: list[_Job]) -> list[Any]:
        connection = self._connection
        with self._guard, self._lent:
            try:
                connection.execute("BEGIN IMMEDIATE")
                if len(group) == 1:
                    outcomes = [self._attempt(group[0], undo="ROLLBACK")]
                else:
                    outcomes = [self._attempt_apart(job) for job in group]
                if connection.in_transaction:
                    connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            self._committed(len(group))
        for wake in self.listeners:
            wake()
        return outcomes

    def _attempt_apart(self, job: _Job) -> Any:
        self._connection.execute("SAVEPOINT job")
        outcome = self._attempt(job, undo="ROLLBACK TO job")
        self._connection.execute("RELEASE job")
        return outcome

    def _attempt(self, job: _Job, undo: str) -> Any:
        try:
            return job.work(self._connection)
        except Error as error:
            if spoils_transaction(error):
                raise
            outcome = _Failure(translate(error, writing=True))
        except Exception as error:
            outcome = _Failure(error)
        self._connection.execute(undo)
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
            job.end(_Failure(own))
