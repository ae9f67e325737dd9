"""Keeps the policies in use what the store says is in force, on every server of the store.

Asked twice a second, the store names the version in force of each tenant. One that is new here is
read, checked and put to use in one step; one that cannot be used, because a newer OrderTwin wrote
it, changes nothing but the log, where it is an error every minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from threading import Lock

from ordertwin_models.errors import InvalidRequest, NotFound, StoreError
from ordertwin_models.policy import Policy
from ordertwin_server.call_log import LOGGER
from ordertwin_server.policy_document import policy_in
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_server.repeating import repeated
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.policy_versions import LivePolicy

LOOK_SECONDS = 0.5
ALARM_SECONDS = 60.0


class PolicyKeeper:
    """Brings the policies of tenants into the slot. Safe to use from many threads."""

    def __init__(
        self,
        store: OrderStore,
        slot: PolicySlot,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._slot, self._monotonic = store, slot, monotonic
        self._lock = Lock()
        self._loaded: dict[bytes, Policy] = {}
        self._alarmed: dict[bytes, float] = {}
        self._unreachable = False

    @property
    def slot(self) -> PolicySlot:
        """The policies in use here."""
        return self._slot

    def refresh(self) -> None:
        """Put to use what the store names now; what was in use stays when that fails."""
        with self._lock:
            try:
                live = self._store.policies.live()
            except StoreError as error:
                if not self._unreachable:
                    LOGGER.warning("The policies in force cannot be asked for: %s", error)
                self._unreachable = True
                return
            self._unreachable = False
            former = self._slot.tenants
            tenants = {
                tenant: policy
                for tenant, named in live.items()
                if (policy := self._policy(tenant, named) or former.get(tenant))
            }
            self._slot.put(tenants)
            self._tell(former, tenants)
            digests = {each.digest for each in live.values()}
            self._loaded = {d: policy for d, policy in self._loaded.items() if d in digests}
            self._alarmed = {d: at for d, at in self._alarmed.items() if d in digests}

    def _policy(self, tenant: str, named: LivePolicy) -> Policy | None:
        """The policy, None when it cannot be used."""
        known = self._loaded.get(named.digest)
        if known is not None:
            return known
        alarmed = self._alarmed.get(named.digest)
        if alarmed is not None and self._monotonic() < alarmed + ALARM_SECONDS:
            return None
        try:
            policy = policy_in(self._store.policies.document(tenant, named.version))
        except (InvalidRequest, NotFound, StoreError) as error:
            # A store that fails for a moment is asked again at the next look.
            if not isinstance(error, StoreError):
                self._alarmed[named.digest] = self._monotonic()
            LOGGER.error(
                "Policy %s cannot be used for tenant %s, %s stays in force: %s",
                named.version,
                tenant,
                self._slot.of(tenant).version,
                error,
            )
            return None
        self._loaded[named.digest] = policy
        return policy

    def _tell(self, former: Mapping[str, Policy], tenants: Mapping[str, Policy]) -> None:
        for tenant, policy in tenants.items():
            before = former.get(tenant, self._slot.active)
            if policy is former.get(tenant):
                continue
            if self._slot.has_file:
                LOGGER.warning(
                    "Policy %s was put into force for tenant %s, but this server goes by its "
                    "policy file: %s. Start it without one to change that.",
                    policy.version,
                    tenant,
                    self._slot.active.version,
                )
            else:
                LOGGER.info(
                    "Policy %s is in force for tenant %s; before, it was %s.",
                    policy.version,
                    tenant,
                    before.version,
                )

    def running(self) -> AbstractAsyncContextManager[None]:
        """Look again and again, until the block ends."""
        return repeated(self.refresh, LOOK_SECONDS)
