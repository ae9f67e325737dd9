"""SuppressPair, ListSuppressions, DeleteSuppression: pairs that nobody is asked about again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ordertwin_models.errors import FieldViolation
from ordertwin_server.commands.call import Call, Keys
from ordertwin_server.commands.deeds import Deed
from ordertwin_server.commands.paging import Seals, page_size
from ordertwin_server.commands.review_deeds import ReviewDeeds, reason_violations
from ordertwin_stores.events import PAIR_SUPPRESSED
from ordertwin_stores.reviews import ReviewChange, Suppression


@dataclass(frozen=True, slots=True)
class SuppressionPage:
    """Suppressions, the newest first, and the token of the next page; empty on the last one."""

    suppressions: tuple[Suppression, ...]
    next_token: str


class SuppressPair:
    """Pairs of one store that are known to be different."""

    def __init__(self, deeds: ReviewDeeds, keys: Keys) -> None:
        self._deeds = deeds
        self._keys = keys
        self._seals = Seals(deeds.store.access.secret)

    def suppress(
        self,
        call: Call,
        request_id: str,
        pair: tuple[str, str],
        until: datetime | None,
        reason: str,
    ) -> Suppression:
        """Set two orders apart until a time, or for good.

        Raises `InvalidRequest`, `NotFound` (one of the orders), `RequestIdReused`.
        """
        order_key, counterpart_key = pair
        broken = reason_violations(reason)
        if order_key == counterpart_key:
            broken.append(FieldViolation("suppression.counterpart", "must be another order"))
        if until is not None and until <= self._deeds.clock():
            broken.append(FieldViolation("suppression.end_time", "must be in the future"))
        deed = Deed("SuppressPair", request_id, (order_key, counterpart_key, until, reason))
        deed.ensure_valid(broken)
        key = self._keys()
        call.trail.target = f"suppressions/{key}"

        def make() -> ReviewChange:
            for each in pair:
                self._deeds.store.get_order(call.tenant, each)
            at = self._deeds.clock()
            new = Suppression(
                key=key,
                order_key=order_key,
                counterpart_key=counterpart_key,
                until=until,
                reason=reason,
                by=call.actor,
                at=at,
            )
            return ReviewChange(
                request=self._deeds.request(deed, {"suppression": key}),
                at=at,
                actor=call.actor,
                suppression=new,
                audit=call.entry(deed.method, f"suppressions/{key}", request_id, "OK"),
                event=PAIR_SUPPRESSED,
            )

        done = self._deeds.do(call, deed, {"suppression": key}, make, patient=False)
        return self._deeds.reviews.suppression(call.tenant, done.reply["suppression"])

    def lift(self, call: Call, request_id: str, key: str) -> None:
        """End a suppression; raises `NotFound` or `RequestIdReused`."""
        deed = Deed("DeleteSuppression", request_id, (key,))
        deed.ensure_valid()
        call.trail.target = f"suppressions/{key}"

        def make() -> ReviewChange:
            return ReviewChange(
                request=self._deeds.request(deed, {}),
                at=self._deeds.clock(),
                actor=call.actor,
                lifted=key,
                audit=call.entry(deed.method, f"suppressions/{key}", request_id, "OK"),
            )

        self._deeds.do(call, deed, {}, make, patient=False)

    def list(self, call: Call, order_key: str | None, size: int, token: str) -> SuppressionPage:
        """A page of those that hold now; raises as other lists do."""
        size = page_size(size)
        seal = self._seals.of(call.tenant, "suppressions", order_key)
        found, following = self._deeds.reviews.suppressions(
            call.tenant, order_key, self._deeds.clock(), size, seal.position_in(token)
        )
        return SuppressionPage(found, "" if following is None else seal.token(following))
