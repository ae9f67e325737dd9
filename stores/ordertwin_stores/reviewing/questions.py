"""Questions about reviews, verdicts and figures; a driver says how it reads, and adds changes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from ordertwin_models.decision import Decision
from ordertwin_stores.figures import Audited, Backlog, Flagged, Received, Work
from ordertwin_stores.reviewing import figures, reading, verdicts
from ordertwin_stores.reviewing.session import Session
from ordertwin_stores.reviews import (
    Agreed,
    Member,
    ReviewFilter,
    ReviewPage,
    SeenOrder,
    StoredReview,
    StoredVerdict,
    Suppression,
)

T = TypeVar("T")


class VerdictQuestions(ABC):
    """What can be read of verdicts, in a store or an archive. The contract is `VerdictReader`."""

    @abstractmethod
    def _read(self, tenant: str, look: Callable[[Session], T]) -> T:
        """What `look` finds over a connection that is borrowed for it."""

    def verdicts(self, tenant: str, after: int, size: int) -> tuple[StoredVerdict, ...]:
        """See `VerdictReader.verdicts`."""
        return self._read(tenant, lambda each: verdicts.verdicts(each, after, size))

    def verdicts_about(self, tenant: str, order_keys: Sequence[str]) -> tuple[StoredVerdict, ...]:
        """See `VerdictReader.verdicts_about`."""
        return self._read(tenant, lambda each: verdicts.verdicts_about(each, order_keys))

    def seen_orders(
        self, tenant: str, wanted: Sequence[tuple[str, datetime]]
    ) -> tuple[SeenOrder | None, ...]:
        """See `VerdictReader.seen_orders`."""
        return self._read(tenant, lambda each: verdicts.seen_orders(each, wanted))

    def decisions(self, tenant: str, keys: Sequence[str]) -> Mapping[str, Decision]:
        """See `VerdictReader.decisions`."""
        return self._read(tenant, lambda each: verdicts.decisions(each, keys))


class ReviewQuestions(VerdictQuestions):
    """What else can be read of reviews, and counted. The contracts are `ReviewStore` and
    `FigureReader`."""

    def list(self, tenant: str, where: ReviewFilter, size: int, position: int | None) -> ReviewPage:
        """See `ReviewStore.list`."""
        return self._read(tenant, lambda each: reading.list_reviews(each, where, size, position))

    def get(self, tenant: str, key: str) -> StoredReview:
        """See `ReviewStore.get`."""
        return self._read(tenant, lambda each: reading.get_review(each, key))

    def asked_blindly(self, tenant: str, orders: Sequence[str], member: str) -> frozenset[str]:
        """See `ReviewStore.asked_blindly`."""
        return self._read(tenant, lambda each: reading.asked_blindly(each, orders, member))

    def members(
        self, tenant: str, key: str, orders: Sequence[str], size: int
    ) -> tuple[Member, ...]:
        """See `ReviewStore.members`."""
        return self._read(tenant, lambda each: reading.members(each, key, orders, size))

    def verdicts_of(self, tenant: str, review_key: str) -> tuple[StoredVerdict, ...]:
        """See `ReviewStore.verdicts_of`."""
        return self._read(tenant, lambda each: verdicts.verdicts_of(each, review_key))

    def verdicts_on(self, tenant: str, order_key: str) -> tuple[StoredVerdict, ...]:
        """See `ReviewStore.verdicts_on`."""
        return self._read(tenant, lambda each: verdicts.verdicts_on(each, order_key))

    def verdict(self, tenant: str, position: int) -> StoredVerdict:
        """See `ReviewStore.verdict`."""
        return self._read(tenant, lambda each: verdicts.verdict(each, position))

    def act(self, tenant: str, position: int) -> tuple[StoredVerdict, ...]:
        """See `ReviewStore.act`."""
        return self._read(tenant, lambda each: verdicts.act(each, position))

    def agreement(self, tenant: str) -> tuple[Agreed, ...]:
        """See `ReviewStore.agreement`."""
        return self._read(tenant, verdicts.agreement)

    def conflicts(self, tenant: str) -> int:
        """See `ReviewStore.conflicts`."""
        return self._read(tenant, reading.conflicts)

    def apart(self, tenant: str, order_key: str, at: datetime) -> frozenset[str]:
        """See `ReviewStore.apart`."""
        return self._read(tenant, lambda each: verdicts.apart(each, order_key, at))

    def suppressions(
        self, tenant: str, order_key: str | None, at: datetime, size: int, position: int | None
    ) -> tuple[tuple[Suppression, ...], int | None]:
        """See `ReviewStore.suppressions`."""
        return self._read(
            tenant, lambda each: verdicts.suppressions(each, order_key, at, size, position)
        )

    def suppression(self, tenant: str, key: str) -> Suppression:
        """See `ReviewStore.suppression`."""
        return self._read(tenant, lambda each: verdicts.suppression(each, key))

    def received(self, tenant: str, since: datetime, until: datetime) -> tuple[Received, ...]:
        """See `FigureReader.received`."""
        return self._read(tenant, lambda each: figures.received(each, since, until))

    def flagged(
        self,
        tenant: str,
        since: datetime,
        until: datetime,
        size: int,
        position: tuple[int, int] | None,
    ) -> tuple[Flagged, ...]:
        """See `FigureReader.flagged`."""
        return self._read(tenant, lambda each: figures.flagged(each, since, until, size, position))

    def audited(self, tenant: str, since: datetime, until: datetime) -> tuple[Audited, ...]:
        """See `FigureReader.audited`."""
        return self._read(tenant, lambda each: figures.audited(each, since, until))

    def work(self, tenant: str, since: datetime, until: datetime) -> Work:
        """See `FigureReader.work`."""
        return self._read(tenant, lambda each: figures.work(each, since, until))

    def backlog(self, tenant: str) -> Backlog:
        """See `FigureReader.backlog`."""
        return self._read(tenant, figures.backlog)
