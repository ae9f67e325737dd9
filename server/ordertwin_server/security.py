"""Puts together what guards a server: keys, roles, the recorder, signed heads, the first key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from ordertwin_models.errors import OrderTwinError
from ordertwin_server.access.attempts import Attempts
from ordertwin_server.access.authenticator import Authenticator
from ordertwin_server.access.first_key import FirstKey, ensure_somebody_administers
from ordertwin_server.access.guard import AccessGuard
from ordertwin_server.access.heads import HEADS, HeadExport, signer_in
from ordertwin_server.access.passwords import Passwords
from ordertwin_server.access.recorder import Recorder
from ordertwin_server.access.sealing import Sealer
from ordertwin_server.access.steady_clock import SteadyClock
from ordertwin_server.binding import Address
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.call import Keys
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.erase_subject import EraseSubject
from ordertwin_server.commands.manage_keys import ManageKeys
from ordertwin_server.commands.manage_roles import ManageRoles
from ordertwin_server.commands.overrides import Overrides
from ordertwin_server.commands.read_audit import ReadAudit
from ordertwin_server.commands.retention import LEAP, Ages, Retention
from ordertwin_server.commands.review_access import ReviewAccess
from ordertwin_server.commands.sessions import Sessions
from ordertwin_server.identity import utc_now
from ordertwin_server.repeating import repeated
from ordertwin_server.services.access import AccessService
from ordertwin_server.services.sessions import SessionService
from ordertwin_server.settings import Settings
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.open import place_of

if TYPE_CHECKING:
    from ordertwin_server.access.client_certificates import CertificateReader
    from ordertwin_server.access.tokens import TokenReader

CLOCK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Security:
    """The guard of all calls, the services about access, and what runs beside them."""

    guard: AccessGuard
    service: AccessService
    sessions: SessionService
    sealer: Sealer
    overrides: Overrides
    first_key: FirstKey | None
    _recorder: Recorder
    _heads: HeadExport
    _steady: SteadyClock
    _retention: Retention
    _stopping: Event
    _seconds: float
    _retention_seconds: float

    @classmethod
    def of(cls, settings: Settings, store: OrderStore, keys: Keys) -> Security:
        """Security as the settings want it; makes the first key and the signing key if missing.

        Raises `StartFailed` or a `StoreError`.
        """
        folder, stopping = data_folder(settings), Event()
        access = store.access
        steady = SteadyClock(access, settings.tenant, utc_now, believing=settings.believe_clock)
        steady.keep()
        deeds = Deeds(store, steady)
        first = ensure_somebody_administers(access, settings.tenant, steady, folder)
        path = Path(settings.audit_heads) if settings.audit_heads else folder and folder / HEADS
        signer = signer_in(folder)
        heads = HeadExport(access, signer, path, utc_now)
        recorder = Recorder(access, utc_now, settings.tenant, steady)
        idle = timedelta(minutes=settings.session_idle_minutes)
        authenticator = Authenticator(
            access,
            clock=steady,
            local_tenant=settings.tenant if answers_without_key(settings) else None,
            tokens=_tokens(settings),
            certificates=_certificates(settings),
            tenant=settings.tenant,
            idle=idle,
        )
        sessions = Sessions(
            deeds,
            Passwords(),
            Attempts(),
            lasts=timedelta(hours=settings.session_hours),
            ended=authenticator.forget,
        )
        managed, roles = ManageKeys(deeds), ManageRoles(deeds)
        overrides = Overrides(store, deeds, keys)
        return cls(
            guard=AccessGuard(authenticator, recorder, calls_a_second=settings.calls_per_second),
            service=AccessService(
                settle=recorder.settle,
                keys=managed,
                roles=roles,
                overrides=overrides,
                audit=ReadAudit(store, heads),
                review=ReviewAccess(store, managed, roles, clock=steady),
                heads=heads,
                erase=EraseSubject(store, deeds, keys),
            ),
            sessions=SessionService(sessions=sessions, identify=authenticator.identify, idle=idle),
            sealer=Sealer(signer.derived(b"ordertwin sealed secrets")),
            overrides=overrides,
            first_key=first,
            _recorder=recorder,
            _heads=heads,
            _steady=steady,
            _retention=Retention(
                store,
                heads,
                utc_now,
                ages_of(settings),
                going_on=lambda: not stopping.is_set(),
                leap=max(LEAP, 2 * timedelta(hours=settings.retention_hours)),
            ),
            _stopping=stopping,
            _seconds=settings.audit_seconds,
            _retention_seconds=settings.retention_hours * 3_600,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Export heads, note the time and forget what is too old now and then; at the end write
        what waits."""
        try:
            async with (
                repeated(self._steady.keep, CLOCK_SECONDS),
                repeated(self._heads.export, self._seconds),
                repeated(self._forget, self._retention_seconds),
            ):
                try:
                    yield
                finally:
                    self._stopping.set()
        finally:
            await asyncio.to_thread(self._close)

    def _forget(self) -> None:
        try:
            forgotten = self._retention.sweep()
        except OrderTwinError as error:
            LOGGER.warning("What is too old cannot be forgotten now: %s", error)
        else:
            if any(forgotten.values()):
                LOGGER.info("forgotten", extra={"fields": dict(forgotten)})

    def _close(self) -> None:
        self._recorder.close()
        self._heads.export()


def answers_without_key(settings: Settings) -> bool:
    """Whether programs of this machine need no key, because nobody else can call."""
    return Address.parse(settings.listen).is_loopback and not settings.require_auth


def _tokens(settings: Settings) -> TokenReader | None:
    """What reads tokens of people; its library is loaded only when there is a provider."""
    if not settings.oidc_issuer:
        return None
    from ordertwin_server.access.tokens import TokenReader

    return TokenReader.of(settings)


def ages_of(settings: Settings) -> Ages:
    """How old each class of data may become."""

    def days(number: int) -> timedelta | None:
        return timedelta(days=number) if number else None

    return Ages(
        orders=days(settings.retain_orders_days),
        decisions=days(settings.retain_decisions_days),
        log=days(settings.retain_log_days),
        requests=days(settings.retain_requests_days),
        notes=days(settings.retain_notes_days),
    )


def _certificates(settings: Settings) -> CertificateReader | None:
    """What reads certificates of callers; its library is loaded only when it is needed."""
    if settings.tls_client_claim == "none" and not settings.tls_client_members:
        return None
    from ordertwin_server.access.client_certificates import CertificateReader

    return CertificateReader.of(settings)


def data_folder(settings: Settings) -> Path | None:
    """Where keys and signed heads are kept: `--data`, or beside the store; None for memory."""
    return Path(settings.data) if settings.data else place_of(settings.store)
