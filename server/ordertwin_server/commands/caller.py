"""Who a call comes from, what they may do, and how far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ordertwin_models.order import Channel, Order
from ordertwin_server.faults import LimitExceeded, PermissionDenied


class Permission(StrEnum):
    """Everything that can be permitted. Custom roles are sets of these."""

    ORDERS_SCORE = "orders.score"
    """Ask whether an order is there, and register it."""
    ORDERS_READ = "orders.read"
    """Read orders and decisions; names, addresses and contacts are masked."""
    ORDERS_REVEAL = "orders.reveal"
    """See names, addresses and contacts in what one may read."""
    ORDERS_UPDATE = "orders.update"
    """Report what became of an order."""
    ORDERS_RELEASE = "orders.release"
    """Let an order go on that was held as a possible duplicate, within limits."""
    REVIEWS_READ = "reviews.read"
    """See what waits for a person."""
    REVIEWS_DECIDE = "reviews.decide"
    """Give verdicts, merge orders and undo it."""
    CUSTOMERS_READ = "customers.read"
    """See which customer numbers mean the same customer."""
    CUSTOMERS_MANAGE = "customers.manage"
    """Join customer numbers, and separate them."""
    MODELS_READ = "models.read"
    """See models and how good they are."""
    MODELS_PUBLISH = "models.publish"
    """Hand in a model for approval."""
    MODELS_ACTIVATE = "models.activate"
    """Let a model answer, or put an earlier one back."""
    POLICY_READ = "policy.read"
    """See the policy, and what another one would change."""
    POLICY_MANAGE = "policy.manage"
    """Publish policies and put one into force."""
    DATA_EXPORT = "data.export"
    """Take out training data under pseudonyms."""
    REPORTS_READ = "reports.read"
    """See figures about duplicates."""
    ACCESS_READ = "access.read"
    """See keys, roles and who has them."""
    ACCESS_MANAGE = "access.manage"
    """Make and revoke keys, grant and withdraw roles."""
    ACCESS_OVERRIDE = "access.override"
    """Agree to an emergency override that somebody else asked for."""
    AUDIT_READ = "audit.read"
    """Search, export and check the operation log."""
    CASES_READ = "cases.read"
    """Read the case book, in which nobody is named."""
    CASES_EDIT = "cases.edit"
    """Put settled pairs into the case book, change and withdraw cases."""
    SUBJECTS_ERASE = "subjects.erase"
    """Erase what is known of a person or company."""


@dataclass(frozen=True, slots=True)
class ReleaseLimit:
    """Which held orders may be released: of these channels (none means all), up to this total.

    >>> limit = ReleaseLimit(frozenset({Channel.WEB}), Decimal("500"), "EUR")
    >>> limit.covers(Channel.WEB, Decimal("499.99"), "EUR"), limit.covers(Channel.WEB, None, "")
    (True, False)
    >>> limit.covers(Channel.WEB, Decimal("-9000"), "EUR")
    False
    """

    channels: frozenset[Channel] = frozenset()
    amount: Decimal | None = None
    currency: str = ""

    def covers(self, channel: Channel | None, total: Decimal | None, currency: str) -> bool:
        """Whether an order is within the limit, credits by what they give back; one without a total
        is beyond any amount."""
        if self.channels and channel not in self.channels:
            return False
        if self.amount is None:
            return True
        return total is not None and currency == self.currency and abs(total) <= self.amount

    def __str__(self) -> str:
        amount = "any total" if self.amount is None else f"up to {self.amount} {self.currency}"
        channels = ", ".join(sorted(self.channels)) or "all channels"
        return f"{amount} by {channels}"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `identified` is false for a program on this machine that showed no credential;
    separation of duties cannot tell such callers apart, so it does not try."""

    tenant: str
    member: str
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    release_limits: tuple[ReleaseLimit, ...] = ()
    key_id: str = ""
    session_id: str = ""
    identified: bool = True

    @property
    def credential(self) -> str:
        """What calls are counted by: the key, the session, or else the member; empty for none."""
        return self.key_id or self.session_id or (self.member if self.identified else "")

    def may(self, *permissions: str) -> bool:
        """Whether one of these is permitted."""
        return not self.permissions.isdisjoint(permissions)

    def ensure_may(self, permission: str) -> None:
        """Raise `PermissionDenied` when it is not permitted."""
        if permission not in self.permissions:
            raise PermissionDenied(permission)

    def ensure_may_release(self, order: Order) -> None:
        """Raise `PermissionDenied` or `LimitExceeded` when the order must stay held."""
        self.ensure_may(Permission.ORDERS_RELEASE)
        total, currency = order.total_amount, order.currency_code
        if not any(each.covers(order.channel, total, currency) for each in self.release_limits):
            raise LimitExceeded("; ".join(map(str, self.release_limits)))


def everything(tenant: str, member: str) -> Caller:
    """A caller without limits, for programs that use commands directly."""
    return Caller(
        tenant,
        member,
        permissions=frozenset(Permission),
        release_limits=(ReleaseLimit(),),
        identified=False,
    )


def sorted_permissions(permissions: Iterable[str]) -> list[str]:
    """Permissions without repeats, in the order of their declaration.

    >>> sorted_permissions(["audit.read", "orders.score", "audit.read"])
    ['orders.score', 'audit.read']
    """
    wanted = set(permissions)
    return [permission.value for permission in Permission if permission in wanted]
