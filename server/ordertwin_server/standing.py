"""How a server stands at this moment: what waits, and which models answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ordertwin_server.admission import Gate
from ordertwin_server.model_slot import ModelSlot
from ordertwin_stores.interface import OrderStore


@dataclass(frozen=True, slots=True)
class Backlog:
    """The reviews of a tenant that wait; `oldest` is when the oldest was opened, in seconds since
    1970, 0 for none."""

    tenant: str
    waiting: int
    oldest: float


class Standing:
    """Looks when it is asked, and remembers nothing. Safe to use from many threads."""

    def __init__(self, store: OrderStore, slot: ModelSlot, gates: Mapping[str, Gate]) -> None:
        self._store, self._slot = store, slot
        self.gates = tuple({id(gate): gate for gate in gates.values()}.values())

    def models(self) -> Iterator[tuple[str, str, str]]:
        """Tenant, state (`ACTIVE`, `SHADOW`) and version of every model in use; an empty tenant
        stands for all that have none of their own."""
        yield "", "ACTIVE", self._slot.version
        for tenant, serving in sorted(self._slot.tenants.items()):
            if serving.active is not None:
                yield tenant, "ACTIVE", serving.active.version
            if serving.shadow is not None:
                yield tenant, "SHADOW", serving.shadow.version

    def backlogs(self) -> Iterator[Backlog]:
        """What waits in the review queue of each tenant; raises a `StoreError` without a store."""
        for tenant in self._store.access.tenants():
            found = self._store.reviews.backlog(tenant)
            oldest = found.oldest.timestamp() if found.oldest else 0.0
            yield Backlog(tenant, found.reviews, oldest)
