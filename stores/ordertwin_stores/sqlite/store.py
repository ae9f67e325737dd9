"""The SQLite store: which connection does what. The contract is `OrderStore`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

from ordertwin_models.candidate import Lookup
from ordertwin_models.order import Order
from ordertwin_stores import interface as contract
from ordertwin_stores.codec import to_micros
from ordertwin_stores.encoding import EncodedOrder, encode_history, encode_registration
from ordertwin_stores.sqlite import erasing, library, reading, registering, updating
from ordertwin_stores.sqlite.access import SqliteAccess
from ordertwin_stores.sqlite.cases import SqliteCases
from ordertwin_stores.sqlite.changes import Changes
from ordertwin_stores.sqlite.customers import SqliteCustomers
from ordertwin_stores.sqlite.decision_history import SqliteDecisionHistory
from ordertwin_stores.sqlite.events import SqliteEvents
from ordertwin_stores.sqlite.flow import flow
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.loading import load
from ordertwin_stores.sqlite.lock import FileLock
from ordertwin_stores.sqlite.log_keeper import LogKeeper
from ordertwin_stores.sqlite.lookup import Snapshot, count_terms, find_candidates
from ordertwin_stores.sqlite.model_versions import SqliteModels
from ordertwin_stores.sqlite.opening import choose_journal, open_for_writing, prepare_place
from ordertwin_stores.sqlite.policy_versions import SqlitePolicies
from ordertwin_stores.sqlite.readers import ReaderPool, Readers, SharedReader, WarmReader
from ordertwin_stores.sqlite.records import find_reply, remember
from ordertwin_stores.sqlite.resolutions import SqliteResolutions
from ordertwin_stores.sqlite.retaining import SqliteRetention
from ordertwin_stores.sqlite.reviews import SqliteReviews
from ordertwin_stores.sqlite.tenants import Tenants
from ordertwin_stores.sqlite.writer import Writer

logger = logging.getLogger(__name__)

READERS = 8
PAGE = 200


class SqliteStore:
    """Orders in one SQLite file, or in memory when `path` is ":memory:".

    Raises `StoreUnusable`, with what to do, when the file cannot be opened or is in use.

    >>> with SqliteStore(":memory:") as store:
    ...     store.status("default").orders
    0
    """

    def __init__(self, path: str) -> None:
        with ExitStack() as undo:
            if path != library.MEMORY:
                path = str(Path(path).absolute())
                prepare_place(Path(path))
                self._lock: FileLock | None = FileLock(path)
                undo.callback(self._lock.release)
            else:
                self._lock = None
            self._path, self._journal = path, choose_journal(path)
            connection = open_for_writing(path, self._journal)
            self._changes = Changes(_last_number(connection))
            self._tenants = Tenants()
            self._readers, guard = self._reading_of(connection)
            self._log_keeper = self._keeper_of_log()
            self._writer = Writer(connection, guard, self._committed)
            # Elsewhere readers take turns with the writer, or use its connection anyway.
            in_turns = self._journal is not library.WRITE_AHEAD
            self._near = self._readers if in_turns else WarmReader(self._writer, self._readers)
            self._access = SqliteAccess(self._writer, self._readers, self._tenants)
            self._history = SqliteDecisionHistory(self._readers, self._tenants)
            self._models = SqliteModels(self._writer, self._readers, self._tenants)
            self._policies = SqlitePolicies(self._writer, self._readers, self._tenants)
            self._events = SqliteEvents(self._writer, self._readers, self._tenants)
            self._retention = SqliteRetention(self._writer, self._readers, self._tenants)
            self._reviews = SqliteReviews(self._writer, self._readers, self._tenants)
            self._resolutions = SqliteResolutions(
                self._writer, self._readers, self._tenants, self._changes
            )
            self._customers = SqliteCustomers(self._writer, self._readers, self._tenants)
            self._cases = SqliteCases(self._writer, self._readers, self._tenants)
            undo.pop_all()

    def _reading_of(self, writing: Connection) -> tuple[Readers, Any]:
        """Where to read, and what the writer must hold while it writes."""
        if self._path == library.MEMORY:
            alone = RLock()
            return SharedReader(writing, alone), alone
        path, journal = self._path, self._journal
        # With a rollback journal a commit locks readers out, and SQLite has them try again now and
        # then: whoever writes all the time would leave them no chance. So they take turns.
        guard: Any = RLock() if journal is library.ROLLBACK else nullcontext()
        open_one = partial(library.connect, path, journal, reader=True)
        return ReaderPool(open_one, READERS, guard), guard

    @property
    def access(self) -> SqliteAccess:
        """See `OrderStore.access`."""
        return self._access

    @property
    def retention(self) -> SqliteRetention:
        """See `OrderStore.retention`."""
        return self._retention

    @property
    def models(self) -> SqliteModels:
        """See `OrderStore.models`."""
        return self._models

    @property
    def policies(self) -> SqlitePolicies:
        """See `OrderStore.policies`."""
        return self._policies

    @property
    def events(self) -> SqliteEvents:
        """See `OrderStore.events`."""
        return self._events

    @property
    def decision_history(self) -> SqliteDecisionHistory:
        """See `OrderStore.decision_history`."""
        return self._history

    @property
    def reviews(self) -> SqliteReviews:
        """See `OrderStore.reviews`."""
        return self._reviews

    @property
    def resolutions(self) -> SqliteResolutions:
        """See `OrderStore.resolutions`."""
        return self._resolutions

    @property
    def customers(self) -> SqliteCustomers:
        """See `OrderStore.customers`."""
        return self._customers

    @property
    def cases(self) -> SqliteCases:
        """See `OrderStore.cases`."""
        return self._cases

    def _keeper_of_log(self) -> LogKeeper | None:
        if self._journal is not library.WRITE_AHEAD:
            return None
        # A reader may copy what is committed; it may not write anything new.
        return LogKeeper(lambda: library.connect(self._path, self._journal, reader=True))

    def _committed(self, writes: int) -> None:
        self._changes.publish()
        if self._log_keeper is not None:
            self._log_keeper.noticed(writes)

    def candidates(self, tenant: str, lookups: Sequence[Lookup], limit: int) -> contract.Candidates:
        """See `OrderStore.candidates`."""
        snapshot = Snapshot(self._changes.published, limit)
        with self._near.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            if number is None or not lookups:
                return contract.Candidates((), False, snapshot)
            return find_candidates(connection, number, lookups, snapshot)

    def statistics(self, tenant: str, terms: Sequence[int]) -> contract.Statistics:
        """See `OrderStore.statistics`."""
        with self._near.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            if number is None:
                return contract.Statistics(0, dict.fromkeys(terms, 0))
            return count_terms(connection, number, terms)

    def register(
        self, tenant: str, entry: contract.Registration, seen: contract.Candidates
    ) -> contract.RegisterResult:
        """See `OrderStore.register`."""
        encoded = encode_registration(entry)

        def work(connection: Connection) -> contract.RegisterResult:
            number = self._tenants.ensure(connection, tenant)
            return registering.register(connection, number, encoded, seen, self._changes)

        return self._writer.write(work)

    def flow(self, tenant: str, source: str, since: datetime) -> contract.SourceFlow:
        """See `OrderStore.flow`."""
        with self._readers.borrow() as connection:
            return flow(connection, self._tenants.find(connection, tenant), source, since)

    def load(self, tenant: str, entries: Iterable[contract.HistoryEntry | EncodedOrder]) -> int:
        """See `OrderStore.load`."""
        orders = [encode_history(entry) for entry in entries]

        def work(connection: Connection) -> int:
            number = self._tenants.ensure(connection, tenant)
            return load(connection, number, orders, self._changes)

        return self._writer.write(work)

    def reply_to(self, tenant: str, method: str, request_id: str, fingerprint: bytes) -> str | None:
        """See `OrderStore.reply_to`."""
        with self._near.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            if number is None:
                return None
            return find_reply(connection, number, method, request_id, fingerprint)

    def remember(
        self,
        tenant: str,
        request: contract.RequestRecord,
        audit: contract.AuditEntry,
        at: datetime,
    ) -> str | None:
        """See `OrderStore.remember`."""

        def work(connection: Connection) -> str | None:
            number = self._tenants.ensure(connection, tenant)
            return remember(connection, number, request, audit, to_micros(at))

        return self._writer.write(work)

    def get_order(self, tenant: str, key: str) -> contract.StoredOrder:
        """See `OrderStore.get_order`."""
        with self._readers.borrow() as connection:
            return reading.get_order(connection, self._tenants.find(connection, tenant), key)

    def get_orders(self, tenant: str, keys: Sequence[str]) -> Mapping[str, contract.StoredOrder]:
        """See `OrderStore.get_orders`."""
        with self._readers.borrow() as connection:
            return reading.get_orders(connection, self._tenants.find(connection, tenant), keys)

    def contents_before(
        self, tenant: str, keys: Sequence[str], at: datetime
    ) -> Mapping[str, Order]:
        """See `OrderStore.contents_before`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            return reading.contents_before(connection, number, keys, at)

    def find_order(self, tenant: str, source: str, order_id: str) -> tuple[str, bytes] | None:
        """See `OrderStore.find_order`."""
        with self._near.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            return reading.find_order(connection, number, source, order_id)

    def list_orders(
        self, tenant: str, where: contract.OrderFilter, size: int, position: int | None
    ) -> contract.OrderPage:
        """See `OrderStore.list_orders`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            return reading.list_orders(connection, number, where, size, position)

    def update_status(
        self, tenant: str, change: contract.StatusChange
    ) -> contract.StoredOrder | contract.Replayed:
        """See `OrderStore.update_status`."""

        def work(connection: Connection) -> contract.StoredOrder | contract.Replayed:
            number = self._tenants.ensure(connection, tenant)
            return updating.update_status(connection, number, change)

        return self._writer.write(work)

    def erase(self, tenant: str, erasure: contract.Erasure) -> contract.Replayed | None:
        """See `OrderStore.erase`. The file is written anew afterwards; others wait meanwhile."""

        def work(connection: Connection) -> contract.Replayed | None:
            number = self._tenants.ensure(connection, tenant)
            return erasing.erase(connection, number, erasure)

        done = self._writer.write(work)
        if done is None and erasure.remains:
            with library.translated(writing=False):
                if not erasing.scrub(self._path, self._journal):
                    logger.warning("Readers kept the log of %s from being emptied.", self._path)
        return done

    def get_decision(self, tenant: str, key: str) -> contract.StoredDecision:
        """See `OrderStore.get_decision`."""
        with self._readers.borrow() as connection:
            return reading.get_decision(connection, self._tenants.find(connection, tenant), key)

    def latest_decision(self, tenant: str, order_key: str) -> contract.StoredDecision | None:
        """See `OrderStore.latest_decision`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            return reading.latest_decision(connection, number, order_key)

    def entered_by(self, tenant: str, order_key: str) -> frozenset[str]:
        """See `OrderStore.entered_by`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            return reading.entered_by(connection, number, order_key)

    def iterate_orders(self, tenant: str) -> Iterator[contract.StoredOrder]:
        """See `OrderStore.iterate_orders`."""
        last = 0
        while True:
            with self._readers.borrow() as connection:
                number = self._tenants.find(connection, tenant)
                page = reading.next_orders(connection, number, last, PAGE)
            if not page:
                return
            yield from (order for _, order in page)
            last = page[-1][0]

    def earlier_versions(self, tenant: str) -> Iterator[tuple[str, Order]]:
        """See `OrderStore.earlier_versions`."""
        last, page = 0, list[tuple[int, str, Order]]()
        while not last or page:
            with self._readers.borrow() as connection:
                number = self._tenants.find(connection, tenant)
                page = reading.next_versions(connection, number, last, PAGE)
            yield from ((key, order) for _, key, order in page)
            last = page[-1][0] if page else 1

    def status(self, tenant: str) -> contract.StoreStatus:
        """See `OrderStore.status`."""
        with self._readers.borrow() as connection:
            counts = connection.execute(
                "SELECT orders, decisions FROM tenants WHERE name = ?", (tenant,)
            ).fetchone()
            details = library.describe(connection, self._path, self._journal)
        orders, decisions = counts or (0, 0)
        return contract.StoreStatus(orders, decisions, self._writer.writable, details)

    def close(self) -> None:
        """See `OrderStore.close`."""
        self._readers.close()
        if self._log_keeper is not None:
            self._log_keeper.close()
        self._writer.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


def _last_number(connection: Connection) -> int:
    (last,) = connection.execute(
        "SELECT max(ifnull((SELECT max(sequence) FROM orders), 0),"
        " ifnull((SELECT max(number) FROM decisions), 0),"
        " ifnull((SELECT max(number) FROM order_versions), 0))"
    ).fetchone()
    return int(last)
