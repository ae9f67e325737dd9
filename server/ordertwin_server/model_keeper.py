"""Keeps the models in use what the store says they are, on every server of the store.

Asked four times a second, the store names the versions that are active and in shadow. One that is
new here is read, checked and put to use in one step; one that cannot be used changes nothing but
the log, where it is an error every minute until somebody does something about it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from hashlib import sha256
from threading import Lock

from ordertwin_models.errors import NotFound, StoreError
from ordertwin_models.model import DuplicateModel
from ordertwin_server.call_log import LOGGER
from ordertwin_server.faults import ModelRefused
from ordertwin_server.model_checks import ModelChecks
from ordertwin_server.model_slot import ModelSlot, Serving
from ordertwin_server.repeating import repeated
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.model_versions import Live, LiveModels

LOOK_SECONDS = 0.25
KEPT = 8
"""Models that stay in memory, the last ones used: putting one back then needs no reading."""
ALARM_SECONDS = 60.0
NOTHING = Serving()


class ModelKeeper:
    """Brings the models of tenants into the slot. Safe to use from many threads."""

    def __init__(
        self,
        store: OrderStore,
        slot: ModelSlot,
        checks: ModelChecks,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._slot, self._checks = store, slot, checks
        self._monotonic = monotonic
        self._lock = Lock()
        self._loaded: dict[bytes, DuplicateModel] = {}
        self._alarmed: dict[bytes, float] = {}
        self._unreachable = False

    @property
    def checks(self) -> ModelChecks:
        """What a model must pass."""
        return self._checks

    @property
    def slot(self) -> ModelSlot:
        """The models in use here."""
        return self._slot

    def load(self, tenant: str, version: str, digest: bytes) -> DuplicateModel:
        """The model of a version that is stored; `ModelRefused` when it may not answer."""
        stored = self._store.models.artefact(tenant, version)
        if sha256(stored.model).digest() != digest:
            raise ModelRefused("What the store holds is not what was published.")
        return self._checks.check(stored.model, stored.signature)[0]

    def refresh(self) -> None:
        """Put to use what the store names now; what was in use stays when that fails."""
        with self._lock:
            try:
                live = self._store.models.live()
            except StoreError as error:
                if not self._unreachable:
                    LOGGER.warning("The models in force cannot be asked for: %s", error)
                self._unreachable = True
                return
            self._unreachable = False
            former = self._slot.tenants
            tenants = {
                tenant: self._serving(tenant, models, former.get(tenant, NOTHING))
                for tenant, models in live.items()
            }
            self._slot.put(tenants)
            self._tell(former, tenants)
            digests = {
                each.digest for one in live.values() for each in (one.active, one.shadow) if each
            }
            self._forget(digests)
            self._alarmed = {d: at for d, at in self._alarmed.items() if d in digests}

    def _forget(self, needed: set[bytes]) -> None:
        for digest in list(self._loaded):
            if len(self._loaded) <= KEPT:
                return
            if digest not in needed:
                del self._loaded[digest]

    def _serving(self, tenant: str, models: LiveModels, former: Serving) -> Serving:
        active = self._model(tenant, models.active) if models.active else None
        shadow = self._model(tenant, models.shadow) if models.shadow else None
        return Serving(active or former.active, shadow)

    def _model(self, tenant: str, live: Live) -> DuplicateModel | None:
        """The model, None when it cannot be used."""
        known = self._loaded.get(live.digest)
        if known is not None:
            # Last in the line of those that may be forgotten.
            self._loaded[live.digest] = self._loaded.pop(live.digest)
            return known
        alarmed = self._alarmed.get(live.digest)
        if alarmed is not None and self._monotonic() < alarmed + ALARM_SECONDS:
            return None
        try:
            model = self.load(tenant, live.version, live.digest)
        except (ModelRefused, NotFound, StoreError, ValueError) as error:
            # A store that fails for a moment is asked again at the next look.
            if not isinstance(error, StoreError):
                self._alarmed[live.digest] = self._monotonic()
            LOGGER.error(
                "Model %s cannot be used for tenant %s, %s goes on answering: %s",
                live.version,
                tenant,
                self._slot.version_of(tenant),
                error,
            )
            return None
        self._loaded[live.digest] = model
        return model

    def _tell(self, former: Mapping[str, Serving], tenants: Mapping[str, Serving]) -> None:
        for tenant, serving in tenants.items():
            before = former.get(tenant, NOTHING)
            if serving.active is not None and serving.active is not before.active:
                LOGGER.info(
                    "Model %s answers tenant %s%s.",
                    serving.active.version,
                    tenant,
                    f"; before, it was {before.active.version}"
                    if before.active
                    else f", where it was activated, instead of {self._slot.version}",
                )
            if serving.shadow is not None and serving.shadow is not before.shadow:
                LOGGER.info(
                    "Model %s is tried in shadow for tenant %s.", serving.shadow.version, tenant
                )

    def running(self) -> AbstractAsyncContextManager[None]:
        """Look again and again, until the block ends."""
        return repeated(self.refresh, LOOK_SECONDS)
