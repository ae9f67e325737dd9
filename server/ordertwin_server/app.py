"""Puts the server together from its settings, runs it, and takes it down in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import grpc
from grpc_health.v1 import health, health_pb2_grpc
from grpc_health.v1.health_pb2 import HealthCheckResponse
from grpc_reflection.v1alpha import reflection

from ordertwin_models.errors import ArtefactInvalid
from ordertwin_server.access.first_key import FirstKey
from ordertwin_server.binding import Address, ensure_allowed, ensure_free
from ordertwin_server.call_log import LOGGER
from ordertwin_server.certificates import Certificates
from ordertwin_server.commands.case_book import CaseBook
from ordertwin_server.commands.claim_review import ClaimReview
from ordertwin_server.commands.compare_models import CompareModels
from ordertwin_server.commands.decide_review import DecideReview
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.drift_looks import DriftLooks
from ordertwin_server.commands.join_customers import JoinCustomers
from ordertwin_server.commands.manage_models import ManageModels
from ordertwin_server.commands.overrides import Overrides
from ordertwin_server.commands.read_decision import ReadDecision
from ordertwin_server.commands.read_orders import ReadOrders
from ordertwin_server.commands.read_reviews import ReadReviews
from ordertwin_server.commands.redecide import Redecide
from ordertwin_server.commands.release_rights import ReleaseRights
from ordertwin_server.commands.review_deeds import ReviewDeeds
from ordertwin_server.commands.sampling import Sampling
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_server.commands.suppress_pair import SuppressPair
from ordertwin_server.commands.update_status import UpdateStatus
from ordertwin_server.commands.withdraw_verdict import WithdrawVerdict
from ordertwin_server.customer_book import CustomerBook
from ordertwin_server.door import Door, Workers
from ordertwin_server.drift_watch import DriftWatch
from ordertwin_server.endpoints import SERVICES, Limits, gates
from ordertwin_server.endpoints.access import access_handlers
from ordertwin_server.endpoints.cases import case_handlers
from ordertwin_server.endpoints.customers import customer_handlers
from ordertwin_server.endpoints.merging import merge_methods
from ordertwin_server.endpoints.models import model_handlers
from ordertwin_server.endpoints.orders import SERVICE, OrderEndpoint
from ordertwin_server.endpoints.policies import policy_handlers
from ordertwin_server.endpoints.reports import report_handlers
from ordertwin_server.endpoints.reviews import review_handlers
from ordertwin_server.endpoints.sessions import session_handlers
from ordertwin_server.endpoints.watching import WatchEndpoint, hub_of
from ordertwin_server.endpoints.webhooks import delivering, webhook_methods
from ordertwin_server.faults import StartFailed
from ordertwin_server.identity import TimeOrderedKeys, utc_now
from ordertwin_server.interceptors import CallGuard
from ordertwin_server.measuring import Meters, meters_at
from ordertwin_server.model_checks import NO_MODEL, Installed, ModelChecks, Signers
from ordertwin_server.model_keeper import ModelKeeper
from ordertwin_server.model_slot import ModelSlot
from ordertwin_server.policy_keeper import PolicyKeeper
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_server.reporting import Reporter
from ordertwin_server.security import Security
from ordertwin_server.services.customers import CustomerService
from ordertwin_server.services.models import ModelService
from ordertwin_server.services.orders import OrderService
from ordertwin_server.services.reviews import ReviewService
from ordertwin_server.settings import Settings
from ordertwin_server.shadow import ShadowScorer
from ordertwin_server.standing import Standing
from ordertwin_server.warming import warming
from ordertwin_server.watching.follower import following
from ordertwin_server.watching.retention import events_dropped
from ordertwin_stores import open_store, shown_address
from ordertwin_stores.interface import OrderStore

KEYS = TimeOrderedKeys()
MINUTE_MS = 60_000
POLICY_LOOK_SECONDS = 2.0
SPARE_STREAMS = 512
"""Calls of one connection beside its watchers. Far more than is let in at once: calls beyond this
number wait without a word, those beyond the gates are told when to come again."""
OPTIONS = (
    # Two servers would share the port in silence, each with a store of its own.
    ("grpc.so_reuseport", 0),
    # Connections are renewed now and then, so that balancers spread them again; a stream that is
    # being read may take as long again.
    ("grpc.max_connection_age_ms", 30 * MINUTE_MS),
    ("grpc.max_connection_age_grace_ms", 30 * MINUTE_MS),
    # What a caller may send ahead stays small: otherwise megabytes of each stream wait in memory
    # for answers that nobody reads.
    ("grpc.http2.bdp_probe", 0),
    # Firewalls cut idle connections: both sides may ping once a minute.
    ("grpc.keepalive_time_ms", MINUTE_MS),
    ("grpc.keepalive_timeout_ms", MINUTE_MS // 3),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", MINUTE_MS // 2),
)


@dataclass(frozen=True, slots=True)
class Ready:
    """Where a server listens and what it works with."""

    address: str
    store: str
    model_version: str
    first_key: FirstKey | None = None
    metrics: str = ""


class Stop:
    """How a running server is told to stop; `reason` is set when it stops because of a fault."""

    def __init__(self, on_request: Callable[[], None] = lambda: None) -> None:
        self.requested = False
        self.reason = ""
        self._on_request = on_request
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self.reload = asyncio.Event()

    def ask_to_reload(self) -> None:
        """Have files read again that may have changed. Safe from any thread and any signal."""
        self._loop.call_soon_threadsafe(self.reload.set)

    def request(self, reason: str = "") -> None:
        """Ask the server to finish what it does and stop. Safe from any thread and any signal."""
        if not self.requested:
            self.requested, self.reason = True, reason
            self._on_request()
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        """Until somebody asked."""
        await self._event.wait()


async def serve(settings: Settings, stop: Stop, announce: Callable[[Ready], None]) -> None:
    """Serve until `stop`, then drain; `announce` is called once calls are answered.

    Raises `StartFailed`, `ArtefactInvalid` or `StoreUnusable` when it cannot start.
    """
    address = Address.parse(settings.listen)
    certificates = Certificates.of(settings)
    ensure_allowed(
        address,
        encrypted=certificates is not None,
        allow_insecure_bind=settings.allow_insecure_bind,
    )
    ensure_free(address)
    meters = meters_at(settings.metrics_listen)
    admitted = gates(
        Limits(
            settings.max_scoring, settings.max_reads, settings.max_streams, settings.max_watchers
        )
    )
    installed = _installed(settings)
    slot = ModelSlot(installed.base.model if installed.base else None)
    checks = ModelChecks(installed, Signers.in_file(settings.model_signers))
    policies = PolicySlot(settings.policy)
    with closing(open_store(settings.store)) as store:
        workers = Workers.of(settings.scoring_threads, settings.read_workers)
        draining = asyncio.Event()
        reporter = Reporter(stop.request)
        security = Security.of(settings, store, KEYS)
        door = Door(security.guard)
        keeper = ModelKeeper(store, slot, checks)
        keeper.refresh()
        policy_keeper = PolicyKeeper(store, policies)
        policy_keeper.refresh()
        shadow = ShadowScorer(store, slot)
        book = CustomerBook(store)
        book.refresh()
        service = _service(
            settings, store, slot, policies, security.overrides, shadow, meters, book
        )
        managed = ManageModels(store, Deeds(store, utc_now), keeper, security.overrides)
        drift = DriftLooks(store, utc_now)
        models = ModelService(
            models=managed, compare=CompareModels(store, policies.of), drift=drift
        )
        hub = hub_of(settings, store, security.guard)
        redecider = Redecide(
            store,
            slot,
            policies,
            clock=utc_now,
            keys=KEYS,
            release=settings.release_turned,
            same_customer=book.same_as,
        )
        endpoint = OrderEndpoint(
            service,
            door,
            workers,
            reporter,
            closing=draining,
            others={
                "WatchOrders": WatchEndpoint(store, door, workers, hub).handler(),
                **webhook_methods(settings, store, security.sealer, door, workers, KEYS),
                **merge_methods(
                    store,
                    door,
                    workers,
                    clock=utc_now,
                    keys=KEYS,
                    max_lines=settings.max_lines,
                    same_customer=book.same_as,
                ),
            },
        )
        handlers = [
            endpoint.handlers(),
            access_handlers(security.service, door, workers),
            session_handlers(security.sessions, door, workers),
            model_handlers(models, door, workers),
            policy_handlers(store, policy_keeper, managed, door, workers, utc_now),
            report_handlers(store, door, workers),
            customer_handlers(
                CustomerService(JoinCustomers(store, Deeds(store, utc_now), book)), door, workers
            ),
            case_handlers(CaseBook(store, utc_now, KEYS), door, workers),
            review_handlers(_reviews(settings, store, security.overrides), door, workers),
        ]
        async with (
            security.running(),
            keeper.running(),
            policy_keeper.running(),
            book.running(),
            shadow.running(),
            DriftWatch(store, drift, settings.drift_hours, meters.looked_for_drift).running(),
            hub.running(),
            events_dropped(store, utc_now, settings.event_days),
            following(store, "decisions", redecider),
            delivering(settings, store, security.sealer),
            meters.answering(Standing(store, slot, admitted)) as metrics,
        ):
            server = _server(settings, handlers, CallGuard(admitted, reporter, meters.called))
            stop_serving = await _report_health(server)
            port = _listen(server, address, certificates)
            await server.start()
            listening = str(replace(address, port=port))
            place = shown_address(settings.store)
            version = slot.version_of(settings.tenant)
            announce(Ready(listening, place, version, security.first_key, metrics))
            async with _kept_fresh(policies, stop), warming(store):
                await stop.wait()
            await stop_serving()
            await asyncio.sleep(settings.drain_seconds)
            draining.set()
            hub.close()
            await server.stop(settings.grace_seconds)
            await asyncio.to_thread(workers.close)


def _installed(settings: Settings) -> Installed:
    try:
        installed = Installed.of(settings)
    except ArtefactInvalid as error:
        if not settings.allow_degraded:
            raise
        LOGGER.warning("%s Until then rules answer, and say that they do.", error)
        return Installed.of(replace(settings, model=NO_MODEL))
    if installed.base is None and settings.model != NO_MODEL:
        LOGGER.warning("No released model is installed: rules answer, and say that they do.")
    return installed


@asynccontextmanager
async def _kept_fresh(policies: PolicySlot, stop: Stop) -> AsyncIterator[None]:
    """Read the policy file again whenever it changes, or when the process is told to."""

    async def look() -> None:
        while True:
            await asyncio.to_thread(policies.refresh)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLICY_LOOK_SECONDS):
                    await stop.reload.wait()
                policies.forget()
                stop.reload.clear()

    task = asyncio.create_task(look())
    try:
        yield
    finally:
        task.cancel()


def _service(
    settings: Settings,
    store: OrderStore,
    slot: ModelSlot,
    policies: PolicySlot,
    overrides: Overrides,
    shadow: ShadowScorer,
    meters: Meters,
    book: CustomerBook,
) -> OrderService:
    score = ScoreOrder(
        store,
        slot,
        policies,
        clock=utc_now,
        keys=KEYS,
        max_lines=settings.max_lines,
        shadow=shadow.offer,
        decided=meters.decided,
        sampling=_sampling(settings),
        same_customer=book.same_as,
    )
    return OrderService(
        score=score,
        orders=ReadOrders(store),
        status=UpdateStatus(store, clock=utc_now, overrides=overrides),
        decisions=ReadDecision(store),
        max_lines=settings.max_lines,
    )


def _sampling(settings: Settings) -> Sampling:
    return Sampling(
        seed=settings.sample_seed,
        audit=settings.audit_share,
        confident=settings.confident_share,
        blind=settings.blind_share,
        second=settings.second_share,
    )


def _reviews(settings: Settings, store: OrderStore, overrides: Overrides) -> ReviewService:
    deeds = ReviewDeeds(store, utc_now)
    rights = ReleaseRights(store, overrides)
    return ReviewService(
        reviews=ReadReviews(store, utc_now),
        claims=ClaimReview(deeds, timedelta(seconds=settings.review_lease_seconds)),
        decide=DecideReview(deeds, rights),
        withdraw=WithdrawVerdict(deeds, rights),
        pairs=SuppressPair(deeds, KEYS),
    )


def _server(
    settings: Settings,
    handlers: Sequence[grpc.GenericRpcHandler[bytes, bytes]],
    guard: CallGuard,
) -> grpc.aio.Server:
    server = grpc.aio.server(
        interceptors=[guard],
        options=[
            *OPTIONS,
            ("grpc.max_concurrent_streams", SPARE_STREAMS + settings.max_watchers),
            ("grpc.max_receive_message_length", settings.max_message_bytes),
        ],
    )
    server.add_generic_rpc_handlers(handlers)
    if settings.reflection:
        names = (*SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)
    return server


async def _report_health(server: grpc.aio.Server) -> Callable[[], Awaitable[None]]:
    """Report SERVING; returns what reports NOT_SERVING from then on."""
    service = health.aio.HealthServicer()  # type: ignore[attr-defined]
    await service.set(SERVICE, HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(service, server)
    stop_serving: Callable[[], Awaitable[None]] = service.enter_graceful_shutdown
    return stop_serving


def _listen(server: grpc.aio.Server, address: Address, certificates: Certificates | None) -> int:
    try:
        if certificates is not None:
            return server.add_secure_port(str(address), certificates.credentials())
        if not address.is_loopback:
            LOGGER.warning("%s is open to the network and NOT ENCRYPTED.", address)
        return server.add_insecure_port(str(address))
    except RuntimeError:
        raise StartFailed(
            f"{address} was taken by another program a moment ago; start again, "
            "or choose another address with --listen."
        ) from None
