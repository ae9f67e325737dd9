"""A SQLite store opened to read, also while a server writes to it; see `OrderArchive`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from ordertwin_models.candidate import Lookup
from ordertwin_models.errors import StoreUnusable
from ordertwin_stores import interface as contract
from ordertwin_stores.archive import PastOrder
from ordertwin_stores.audit import AuditEntry, LoggedEntry
from ordertwin_stores.codec import to_micros
from ordertwin_stores.retention import Cut
from ordertwin_stores.sqlite import auditing, library, reading
from ordertwin_stores.sqlite.customers import SqliteCustomerArchive
from ordertwin_stores.sqlite.decision_history import SqliteDecisionHistory
from ordertwin_stores.sqlite.migrations import applied_to
from ordertwin_stores.sqlite.model_versions import SqliteModelArchive
from ordertwin_stores.sqlite.readers import ReaderPool
from ordertwin_stores.sqlite.retaining import read_cut
from ordertwin_stores.sqlite.reviews import SqliteVerdicts
from ordertwin_stores.sqlite.tenants import Tenants, names_of_all

PAGE = 500


class SqliteArchive:
    """Orders in one SQLite file, to read.

    Raises `StoreUnusable`, with what to do, when there is no such file or it is not one of ours.
    """

    def __init__(self, path: str) -> None:
        if not Path(path).is_file():
            raise StoreUnusable(f"There is no store {path}; name the file that the server keeps.")
        self._path = path
        self._tenants = Tenants()
        self._readers = ReaderPool(
            lambda: library.connect(path, library.WRITE_AHEAD, reader=True), size=1
        )
        self.models = SqliteModelArchive(self._readers, self._tenants)
        self.customers = SqliteCustomerArchive(self._readers, self._tenants)
        self.decision_history = SqliteDecisionHistory(self._readers, self._tenants)
        try:
            connection = library.connect(path, library.WRITE_AHEAD, reader=True)
            try:
                if not applied_to(connection, path):
                    raise StoreUnusable(f"{path} is empty; name the file that the server keeps.")
            finally:
                connection.close()
        except library.Error as error:
            raise library.unusable(path, error) from error

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

    def newest_sequence(self, tenant: str) -> int:
        """See `OrderArchive.newest_sequence`."""
        with self._readers.borrow() as connection:
            return reading.newest_sequence(connection, self._tenants.find(connection, tenant))

    def past_orders(self, tenant: str, after: int, until: int) -> list[PastOrder]:
        """See `OrderArchive.past_orders`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            return reading.past_orders(connection, number, after, until)

    def candidates_before(
        self, tenant: str, lookups: Sequence[Lookup], limit: int, sequence: int
    ) -> contract.Candidates:
        """See `OrderArchive.candidates_before`."""
        return self.decision_history.candidates_before(tenant, lookups, limit, sequence)

    def get_orders(self, tenant: str, keys: Sequence[str]) -> Mapping[str, contract.StoredOrder]:
        """See `OrderStore.get_orders`."""
        with self._readers.borrow() as connection:
            return reading.get_orders(connection, self._tenants.find(connection, tenant), keys)

    def latest_decision(self, tenant: str, order_key: str) -> contract.StoredDecision | None:
        """See `OrderStore.latest_decision`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            return reading.latest_decision(connection, number, order_key)

    def status(self, tenant: str) -> contract.StoreStatus:
        """See `OrderStore.status`."""
        with self._readers.borrow() as connection:
            counts = connection.execute(
                "SELECT orders, decisions FROM tenants WHERE name = ?", (tenant,)
            ).fetchone()
        orders, decisions = counts or (0, 0)
        return contract.StoreStatus(orders, decisions, writable=False)

    def audit_entries(self, tenant: str, after: int, size: int) -> Sequence[LoggedEntry]:
        """See `AccessStore.entries`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            return auditing.read_entries(connection, number, after, size)

    def tenants(self) -> tuple[str, ...]:
        """See `AccessStore.tenants`."""
        with self._readers.borrow() as connection:
            return names_of_all(connection)

    def note(self, tenant: str, entry: AuditEntry, at: datetime) -> None:
        """See `OrderArchive.note`."""
        with library.translated(writing=True):
            journal = library.journal_for(library.VERSION)
            with closing(library.connect(self._path, journal)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                number = self._tenants.find(connection, tenant)
                if number is not None:
                    auditing.write_audit(connection, number, entry, to_micros(at))
                connection.execute("COMMIT")

    def audit_cut(self, tenant: str) -> Cut | None:
        """See `RetentionStore.cut`."""
        with self._readers.borrow() as connection:
            return read_cut(connection, self._tenants.find(connection, tenant))

    @property
    def verdicts(self) -> SqliteVerdicts:
        """See `OrderArchive.verdicts`."""
        return SqliteVerdicts(self._readers, self._tenants)

    def close(self) -> None:
        """See `OrderArchive.close`."""
        self._readers.close()
