"""What a server counts about itself, for whoever collects it; nothing unless that is wished.

Order content never gets here: what is told are names of methods, codes, tenants, outcomes, model
versions and comparisons.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ordertwin_models.decision import Decision
from ordertwin_server.binding import Address, ensure_free
from ordertwin_server.commands.watch_drift import DriftReport
from ordertwin_server.faults import StartFailed
from ordertwin_server.standing import Standing

NEEDED = "--metrics-listen needs what is not installed here: pip install 'ordertwin[metrics]'"


class Meters:
    """Hears of every call, decision and look for drift, and keeps nothing of it. Safe to use from
    many threads."""

    def called(self, method: str, code: str, seconds: float) -> None:
        """A call ended with this gRPC code."""

    def decided(self, tenant: str, decision: Decision) -> None:
        """An order was judged, and that is durable."""

    def looked_for_drift(self, tenant: str, report: DriftReport) -> None:
        """The newest decisions were held against those before them."""

    @asynccontextmanager
    async def answering(self, standing: Standing) -> AsyncIterator[str]:
        """Let figures be collected until the block ends; gives the address, empty for none."""
        yield ""


def meters_at(address: str) -> Meters:
    """What keeps figures for Prometheus and answers at this address; an empty one keeps nothing.

    >>> type(meters_at("")).__name__
    'Meters'
    """
    if not address:
        return Meters()
    place = Address.parse(address)
    ensure_free(place)
    try:
        from ordertwin_server.prometheus import PrometheusMeters
    except ModuleNotFoundError as error:
        raise StartFailed(f"{NEEDED} ({error.name} is missing)") from None
    return PrometheusMeters(place)
