"""The PostgreSQL store: which work runs where. The contract is `OrderStore`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from ordertwin_models.candidate import Lookup
from ordertwin_models.order import Order
from ordertwin_stores import interface as contract
from ordertwin_stores.codec import to_micros
from ordertwin_stores.encoding import EncodedOrder, encode_history, encode_registration
from ordertwin_stores.postgres import erasing, library, reading, records, registering, updating
from ordertwin_stores.postgres.access import PostgresAccess
from ordertwin_stores.postgres.archive import PostgresArchive
from ordertwin_stores.postgres.cases import PostgresCases
from ordertwin_stores.postgres.customers import PostgresCustomers
from ordertwin_stores.postgres.events import PostgresEvents
from ordertwin_stores.postgres.flow import flow
from ordertwin_stores.postgres.loading import load
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.lookup import Snapshot, count_terms, find_candidates
from ordertwin_stores.postgres.migrations import migrate
from ordertwin_stores.postgres.model_versions import PostgresModels
from ordertwin_stores.postgres.policy_versions import PostgresPolicies
from ordertwin_stores.postgres.resolutions import PostgresResolutions
from ordertwin_stores.postgres.retaining import PostgresRetention
from ordertwin_stores.postgres.reviews import PostgresReviews


class PostgresStore(PostgresArchive):
    """Orders in one schema of a PostgreSQL database, shared by any number of servers.

    Raises `StoreUnusable`, with what to do, when it cannot be reached or its tables cannot be made.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._access = PostgresAccess(self._connections, self._tenants, self._locks)
        self._models = PostgresModels(self._connections, self._tenants, self._locks)
        self._policies = PostgresPolicies(self._connections, self._tenants, self._locks)
        self._events = PostgresEvents(self._connections, self._tenants)
        self._retention = PostgresRetention(self._connections, self._tenants, self._locks)
        self._reviews = PostgresReviews(self._connections, self._tenants, self._locks)
        self._resolutions = PostgresResolutions(
            self._connections, self._tenants, self._address.schema
        )
        self._customers = PostgresCustomers(self._connections, self._tenants, self._locks)
        self._cases = PostgresCases(self._connections, self._tenants, self._locks)

    @property
    def access(self) -> PostgresAccess:
        """See `OrderStore.access`."""
        return self._access

    @property
    def retention(self) -> PostgresRetention:
        """See `OrderStore.retention`."""
        return self._retention

    @property
    def models(self) -> PostgresModels:
        """See `OrderStore.models`."""
        return self._models

    @property
    def policies(self) -> PostgresPolicies:
        """See `OrderStore.policies`."""
        return self._policies

    @property
    def events(self) -> PostgresEvents:
        """See `OrderStore.events`."""
        return self._events

    @property
    def reviews(self) -> PostgresReviews:
        """See `OrderStore.reviews`."""
        return self._reviews

    @property
    def resolutions(self) -> PostgresResolutions:
        """See `OrderStore.resolutions`."""
        return self._resolutions

    @property
    def customers(self) -> PostgresCustomers:
        """See `OrderStore.customers`."""
        return self._customers

    @property
    def cases(self) -> PostgresCases:
        """See `OrderStore.cases`."""
        return self._cases

    def candidates(self, tenant: str, lookups: Sequence[Lookup], limit: int) -> contract.Candidates:
        """See `OrderStore.candidates`."""

        def look(connection: library.Connection) -> contract.Candidates:
            number = self._tenants.find(connection, tenant)
            if number is None or not lookups:
                return contract.Candidates((), False, Snapshot(limit, {}))
            return find_candidates(connection, number, lookups, limit)

        return self._connections.read(look)

    def statistics(self, tenant: str, terms: Sequence[int]) -> contract.Statistics:
        """See `OrderStore.statistics`."""

        def look(connection: library.Connection) -> contract.Statistics:
            number = self._tenants.find(connection, tenant)
            if number is None:
                return contract.Statistics(0, dict.fromkeys(terms, 0))
            return count_terms(connection, number, terms)

        return self._connections.read(look)

    def register(
        self, tenant: str, entry: contract.Registration, seen: contract.Candidates
    ) -> contract.RegisterResult:
        """See `OrderStore.register`."""
        encoded = encode_registration(entry)
        number, locks = self._tenants.ensure(tenant), self._locks(tenant)
        return self._connections.write(
            lambda each: registering.register(each, locks, number, encoded, seen)
        )

    def flow(self, tenant: str, source: str, since: datetime) -> contract.SourceFlow:
        """See `OrderStore.flow`."""
        return self._connections.read(
            lambda each: flow(each, self._tenants.find(each, tenant), source, since)
        )

    def load(self, tenant: str, entries: Iterable[contract.HistoryEntry | EncodedOrder]) -> int:
        """See `OrderStore.load`."""
        orders = [encode_history(entry) for entry in entries]
        number, locks = self._tenants.ensure(tenant), self._locks(tenant)
        return self._connections.write(lambda each: load(each, locks, number, orders))

    def reply_to(self, tenant: str, method: str, request_id: str, fingerprint: bytes) -> str | None:
        """See `OrderStore.reply_to`."""

        def look(connection: library.Connection) -> str | None:
            number = self._tenants.find(connection, tenant)
            asked = records.ask_for_reply(connection, number, method, request_id)
            return records.reply_in(asked, request_id, fingerprint)

        return self._connections.read(look)

    def remember(
        self, tenant: str, request: contract.RequestRecord, audit: contract.AuditEntry, at: datetime
    ) -> str | None:
        """See `OrderStore.remember`."""
        number, locks, micros = self._tenants.ensure(tenant), self._locks(tenant), to_micros(at)
        return self._connections.write(
            lambda each: records.remember(each, locks, number, request, audit, micros)
        )

    def get_order(self, tenant: str, key: str) -> contract.StoredOrder:
        """See `OrderStore.get_order`."""
        return self._connections.read(
            lambda each: reading.get_order(each, self._tenants.find(each, tenant), key)
        )

    def contents_before(
        self, tenant: str, keys: Sequence[str], at: datetime
    ) -> Mapping[str, Order]:
        """See `OrderStore.contents_before`."""
        return self._connections.read(
            lambda each: reading.contents_before(each, self._tenants.find(each, tenant), keys, at)
        )

    def find_order(self, tenant: str, source: str, order_id: str) -> tuple[str, bytes] | None:
        """See `OrderStore.find_order`."""
        return self._connections.read(
            lambda each: reading.find_order(
                each, self._tenants.find(each, tenant), source, order_id
            )
        )

    def list_orders(
        self, tenant: str, where: contract.OrderFilter, size: int, position: int | None
    ) -> contract.OrderPage:
        """See `OrderStore.list_orders`."""
        return self._connections.read(
            lambda each: reading.list_orders(
                each, self._tenants.find(each, tenant), where, size, position
            )
        )

    def update_status(
        self, tenant: str, change: contract.StatusChange
    ) -> contract.StoredOrder | contract.Replayed:
        """See `OrderStore.update_status`."""
        number, locks = self._tenants.ensure(tenant), self._locks(tenant)
        return self._connections.write(
            lambda each: updating.update_status(each, locks, number, change)
        )

    def erase(self, tenant: str, erasure: contract.Erasure) -> contract.Replayed | None:
        """See `OrderStore.erase`."""
        number, locks = self._tenants.ensure(tenant), self._locks(tenant)
        return self._connections.write(lambda each: erasing.erase(each, locks, number, erasure))

    def get_decision(self, tenant: str, key: str) -> contract.StoredDecision:
        """See `OrderStore.get_decision`."""
        return self._connections.read(
            lambda each: reading.get_decision(each, self._tenants.find(each, tenant), key)
        )

    def entered_by(self, tenant: str, order_key: str) -> frozenset[str]:
        """See `OrderStore.entered_by`."""
        return self._connections.read(
            lambda each: reading.entered_by(each, self._tenants.find(each, tenant), order_key)
        )

    def __enter__(self) -> PostgresStore:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @property
    def _writable(self) -> bool:
        return not self._connections.closed

    def _prepare(self, connection: library.Connection) -> None:
        migrate(connection, self._address, datetime.now(UTC))

    def _locks(self, tenant: str) -> Locks:
        return Locks.of(self._address.schema, tenant)
