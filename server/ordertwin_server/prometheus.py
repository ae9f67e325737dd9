"""Figures in the format of Prometheus, at an address of their own. The only file that knows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    ProcessCollector,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

from ordertwin_models.decision import Decision
from ordertwin_models.drift import Level
from ordertwin_models.errors import StoreError
from ordertwin_server.binding import Address
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.watch_drift import DriftReport
from ordertwin_server.faults import StartFailed
from ordertwin_server.measuring import Meters
from ordertwin_server.standing import Standing

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CANDIDATES = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500)


class PrometheusMeters(Meters):
    """Keeps figures of this process and answers `GET /metrics`."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._registry = made = CollectorRegistry()
        ProcessCollector(registry=made)
        self._calls = Counter(
            "ordertwin_calls", "Calls that ended, by method and gRPC code.", ("method", "code"),
            registry=made,
        )  # fmt: skip
        self._seconds = Histogram(
            "ordertwin_call_seconds", "How long calls took; streams count as one call.",
            ("method",), buckets=SECONDS, registry=made,
        )  # fmt: skip
        self._decisions = Counter(
            "ordertwin_decisions", "Orders that were judged, by outcome and model version.",
            ("tenant", "outcome", "model_version"), registry=made,
        )  # fmt: skip
        self._degraded = Counter(
            "ordertwin_degraded_decisions", "Orders that rules judged, for want of a model.",
            ("tenant",), registry=made,
        )  # fmt: skip
        self._candidates = Histogram(
            "ordertwin_candidates", "Existing orders that an order was compared with.",
            ("tenant",), buckets=CANDIDATES, registry=made,
        )  # fmt: skip
        self._drift = Gauge(
            "ordertwin_drift_alarm",
            "1 where the newest decisions differ much from those before them, by figure.",
            ("tenant", "kind", "figure"), registry=made,
        )  # fmt: skip
        self._looked = Gauge(
            "ordertwin_drift_looked_seconds", "When drift was looked for last, since 1970.",
            ("tenant",), registry=made,
        )  # fmt: skip

    def called(self, method: str, code: str, seconds: float) -> None:
        """See `Meters`."""
        self._calls.labels(method, code).inc()
        self._seconds.labels(method).observe(seconds)

    def decided(self, tenant: str, decision: Decision) -> None:
        """See `Meters`."""
        self._decisions.labels(tenant, decision.outcome.value, decision.model_version).inc()
        self._candidates.labels(tenant).observe(decision.candidates_considered)
        if decision.degraded:
            self._degraded.labels(tenant).inc()

    def looked_for_drift(self, tenant: str, report: DriftReport) -> None:
        """See `Meters`."""
        for each in report.findings:
            alarm = each.level is Level.ALARM
            self._drift.labels(tenant, each.kind, each.name).set(alarm)
        self._looked.labels(tenant).set_to_current_time()

    @asynccontextmanager
    async def answering(self, standing: Standing) -> AsyncIterator[str]:
        """See `Meters`."""
        self._registry.register(_Now(standing))
        try:
            server, thread = start_http_server(
                self._address.port, self._address.host, self._registry
            )
        except OSError as error:
            raise StartFailed(
                f"Metrics cannot be offered at {self._address} ({error.strerror}); choose another "
                "address with --metrics-listen."
            ) from None
        if not self._address.is_loopback:
            LOGGER.warning("Metrics at %s are open to the network.", self._address)
        try:
            yield str(replace(self._address, port=server.server_port))
        finally:
            await asyncio.to_thread(server.shutdown)
            server.server_close()
            await asyncio.to_thread(thread.join)


class _Now:
    """What is looked up when somebody collects."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        """Every figure as it stands."""
        inside = GaugeMetricFamily(
            "ordertwin_calls_inside", "Calls that are being answered or wait for it.",
            labels=("kind",),
        )  # fmt: skip
        limit = GaugeMetricFamily(
            "ordertwin_calls_limit", "How many may be inside; more are refused.", labels=("kind",)
        )
        for gate in self._standing.gates:
            inside.add_metric((gate.kind,), gate.inside)
            limit.add_metric((gate.kind,), gate.limit)
        yield inside
        yield limit
        models = InfoMetricFamily(
            "ordertwin_model", "The models in use.", labels=("tenant", "state")
        )
        for tenant, state, version in self._standing.models():
            models.add_metric((tenant, state), {"version": version})
        yield models
        yield from self._of_the_store()

    def _of_the_store(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("ordertwin_store_up", "1 while the store can be read.")
        waiting = GaugeMetricFamily(
            "ordertwin_reviews_waiting", "Reviews that nobody has answered.", labels=("tenant",)
        )
        oldest = GaugeMetricFamily(
            "ordertwin_oldest_review_seconds",
            "When the oldest waiting review was opened, since 1970; absent when none waits.",
            labels=("tenant",),
        )
        try:
            for found in self._standing.backlogs():
                waiting.add_metric((found.tenant,), found.waiting)
                if found.waiting:
                    oldest.add_metric((found.tenant,), found.oldest)
            up.add_metric((), 1)
        except StoreError:
            up.add_metric((), 0)
        yield from (up, waiting, oldest)
