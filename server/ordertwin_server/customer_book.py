"""Which customer numbers mean the same customer, kept in memory as the store says, on every server.

Asked four times a second, the store names the newest revision of every tenant's groups; those of a
tenant are read again when it is another one. What an order is compared with is looked up here: that
costs an order nothing but a look into a table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from threading import Lock

from ordertwin_models.customers import ALONE, SameCustomer, number_of
from ordertwin_models.errors import StoreError
from ordertwin_server.call_log import LOGGER
from ordertwin_server.repeating import repeated
from ordertwin_stores.interface import OrderStore

LOOK_SECONDS = 0.25

SameCustomerOf = Callable[[str, str], SameCustomer]
"""The other numbers of a customer, given the tenant and a customer number as an order has it."""


def each_alone(tenant: str, customer_id: str) -> SameCustomer:
    """Where nothing is known of customers: each has one number."""
    return ALONE


@dataclass(frozen=True, slots=True)
class _Known:
    """The groups of a tenant: all numbers of the group of each number."""

    revision: int = 0
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_NOTHING = _Known()


class CustomerBook:
    """The groups of all tenants. Safe to use from many threads."""

    def __init__(self, store: OrderStore) -> None:
        self._store = store
        self._lock = Lock()
        self._tenants: Mapping[str, _Known] = {}
        self._unreachable = False

    def same_as(self, tenant: str, customer_id: str) -> SameCustomer:
        """The other numbers of a customer; see `SameCustomerOf`."""
        known = self._tenants.get(tenant, _NOTHING)
        if not known.groups or not customer_id:
            return ALONE
        number = number_of(customer_id)
        group = known.groups.get(number)
        if group is None:
            return ALONE
        return SameCustomer(tuple([each for each in group if each != number]), known.revision)

    def refresh(self) -> None:
        """Read what changed; what was known stays when the store cannot be asked."""
        with self._lock:
            try:
                revisions = self._store.customers.revisions()
                former = self._tenants
                self._tenants = {
                    tenant: self._known(tenant, revision, former.get(tenant, _NOTHING))
                    for tenant, revision in revisions.items()
                }
            except StoreError as error:
                if not self._unreachable:
                    LOGGER.warning("Customers with several numbers cannot be asked for: %s", error)
                self._unreachable = True
                return
            self._unreachable = False

    def _known(self, tenant: str, revision: int, former: _Known) -> _Known:
        if revision == former.revision:
            return former
        members: dict[int, list[str]] = defaultdict(list)
        for group, number in self._store.customers.numbers(tenant, revision):
            members[group].append(number)
        groups = {number: numbers for numbers in map(tuple, members.values()) for number in numbers}
        return _Known(revision, groups)

    def running(self) -> AbstractAsyncContextManager[None]:
        """Look again and again, until the block ends."""
        return repeated(self.refresh, LOOK_SECONDS)
