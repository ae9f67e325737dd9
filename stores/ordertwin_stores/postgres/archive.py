"""A PostgreSQL store opened to read; see `OrderArchive`. The store itself is this and more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime

from ordertwin_models.candidate import Lookup
from ordertwin_models.order import Order
from ordertwin_stores import interface as contract
from ordertwin_stores.archive import PastOrder
from ordertwin_stores.audit import AuditEntry, LoggedEntry
from ordertwin_stores.codec import to_micros
from ordertwin_stores.postgres import address as addresses
from ordertwin_stores.postgres import auditing, library, reading
from ordertwin_stores.postgres.connections import Connections, Transaction
from ordertwin_stores.postgres.counting import count_tenant
from ordertwin_stores.postgres.customers import PostgresCustomerArchive
from ordertwin_stores.postgres.decision_history import PostgresDecisionHistory
from ordertwin_stores.postgres.migrations import ensure_there
from ordertwin_stores.postgres.model_versions import PostgresModelArchive
from ordertwin_stores.postgres.retaining import read_cut
from ordertwin_stores.postgres.reviews import PostgresVerdicts
from ordertwin_stores.postgres.tenants import Tenants, names_of_all
from ordertwin_stores.retention import Cut

PAGE = 200


class PostgresArchive:
    """Orders in one schema of a PostgreSQL database, to read.

    Raises `StoreUnusable`, with what to do, when it cannot be reached or is not one of ours.
    """

    def __init__(self, url: str) -> None:
        self._address = addresses.parse(url)
        with closing(library.connect(self._address)) as connection:
            self._prepare(connection)
            self._server = library.describe(connection)
        self._connections = Connections(self._address)
        self._tenants = Tenants(self._connections)
        self._history = PostgresDecisionHistory(self._connections, self._tenants)

    @property
    def models(self) -> PostgresModelArchive:
        """See `OrderStore.models`."""
        return PostgresModelArchive(self._connections, self._tenants)

    @property
    def customers(self) -> PostgresCustomerArchive:
        """See `OrderStore.customers`."""
        return PostgresCustomerArchive(self._connections, self._tenants)

    @property
    def decision_history(self) -> PostgresDecisionHistory:
        """See `OrderStore.decision_history`."""
        return self._history

    def iterate_orders(self, tenant: str) -> Iterator[contract.StoredOrder]:
        """See `OrderStore.iterate_orders`."""
        last = 0
        while page := self._page_after(tenant, last):
            yield from (order for _, order in page)
            last = page[-1][0]

    def earlier_versions(self, tenant: str) -> Iterator[tuple[str, Order]]:
        """See `OrderStore.earlier_versions`."""
        last = (0, 0)
        while page := self._versions_after(tenant, last):
            yield from ((key, order) for _, key, order in page)
            last = page[-1][0]

    def newest_sequence(self, tenant: str) -> int:
        """See `OrderArchive.newest_sequence`."""
        return self._connections.read(
            lambda each: reading.newest_sequence(each, self._tenants.find(each, tenant))
        )

    def past_orders(self, tenant: str, after: int, until: int) -> list[PastOrder]:
        """See `OrderArchive.past_orders`."""
        return self._connections.read(
            lambda each: reading.past_orders(each, self._tenants.find(each, tenant), after, until)
        )

    def candidates_before(
        self, tenant: str, lookups: Sequence[Lookup], limit: int, sequence: int
    ) -> contract.Candidates:
        """See `OrderArchive.candidates_before`."""
        return self.decision_history.candidates_before(tenant, lookups, limit, sequence)

    def get_orders(self, tenant: str, keys: Sequence[str]) -> Mapping[str, contract.StoredOrder]:
        """See `OrderStore.get_orders`."""
        return self._connections.read(
            lambda each: reading.get_orders(each, self._tenants.find(each, tenant), keys)
        )

    def latest_decision(self, tenant: str, order_key: str) -> contract.StoredDecision | None:
        """See `OrderStore.latest_decision`."""
        return self._connections.read(
            lambda each: reading.latest_decision(each, self._tenants.find(each, tenant), order_key)
        )

    def audit_entries(self, tenant: str, after: int, size: int) -> Sequence[LoggedEntry]:
        """See `AccessStore.entries`."""
        return self._connections.read(
            lambda each: auditing.read_entries(each, self._tenants.find(each, tenant), after, size)
        )

    def status(self, tenant: str) -> contract.StoreStatus:
        """See `OrderStore.status`."""
        orders, decisions = self._connections.read(
            lambda each: count_tenant(each, self._tenants.find(each, tenant))
        )
        return contract.StoreStatus(orders, decisions, self._writable, self._details())

    def tenants(self) -> tuple[str, ...]:
        """See `AccessStore.tenants`."""
        return self._connections.read(names_of_all)

    def note(self, tenant: str, entry: AuditEntry, at: datetime) -> None:
        """See `OrderArchive.note`."""
        number = self._connections.read(lambda each: self._tenants.find(each, tenant))
        micros = to_micros(at)
        if number is None:
            return

        def work(transaction: Transaction) -> None:
            connection = transaction.connection
            if transaction.again and auditing.is_noted(connection, number, entry, micros):
                return
            auditing.write_audit(connection, number, entry, micros)

        self._connections.write(work)

    def audit_cut(self, tenant: str) -> Cut | None:
        """See `RetentionStore.cut`."""
        return self._connections.read(lambda each: read_cut(each, self._tenants.find(each, tenant)))

    @property
    def verdicts(self) -> PostgresVerdicts:
        """See `OrderArchive.verdicts`."""
        return PostgresVerdicts(self._connections, self._tenants)

    def close(self) -> None:
        """See `OrderStore.close`."""
        self._connections.close()

    @property
    def _writable(self) -> bool:
        return False

    def _prepare(self, connection: library.Connection) -> None:
        ensure_there(connection, self._address)

    def _page_after(self, tenant: str, last: int) -> list[tuple[int, contract.StoredOrder]]:
        return self._connections.read(
            lambda each: reading.next_orders(each, self._tenants.find(each, tenant), last, PAGE)
        )

    def _versions_after(
        self, tenant: str, last: tuple[int, int]
    ) -> list[tuple[tuple[int, int], str, Order]]:
        return self._connections.read(
            lambda each: reading.next_versions(each, self._tenants.find(each, tenant), last, PAGE)
        )

    def _details(self) -> dict[str, str]:
        address = self._address
        return {
            "driver": "postgresql",
            **self._server,
            "schema": address.schema,
            "connections": f"{address.connections} for reading, {address.connections} for writing",
            "isolation": address.isolation,
        }
