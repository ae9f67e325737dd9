"""ReviewAccess: who can do what, what they do not need, and what a person should look at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ordertwin_models.order import OrderState
from ordertwin_server.access.table import CONFLICTING
from ordertwin_server.commands.access_log import AccessLog, UseOfRights
from ordertwin_server.commands.access_records import MEMBER, PASSWORD, USE, password_from
from ordertwin_server.commands.call import Call, Clock
from ordertwin_server.commands.caller import sorted_permissions
from ordertwin_server.commands.manage_keys import ManageKeys, StoredKey
from ordertwin_server.commands.manage_roles import Binding, ManageRoles
from ordertwin_stores.audit import LoggedEntry
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.reviews import Answer

UNUSED_AFTER = timedelta(days=90)
MANY_ORIGINS = 5
"""A key used from so many addresses looks as if several programs or people shared it."""
Uses = Mapping[str, Mapping[str, datetime]]
"""When members used permissions last."""
_DUPLICATES = (OrderState.REJECTED_DUPLICATE, OrderState.MERGED)


@dataclass(frozen=True, slots=True)
class ReviewedMember:
    """A member: grants, what they permit, what of it was not used, and live keys."""

    name: str
    bindings: tuple[Binding, ...]
    permissions: tuple[str, ...]
    unused: tuple[str, ...]
    last_use: datetime | None
    live_keys: int


@dataclass(frozen=True, slots=True)
class AccessFinding:
    """Something a person should look at."""

    kind: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Releases:
    """Held orders that a member released, how many turned out to be duplicates, overrides used."""

    member: str
    released: int
    later_duplicates: int
    overrides: int


@dataclass(frozen=True, slots=True)
class AccessReview:
    """A review of rights at one moment."""

    at: datetime
    members: tuple[ReviewedMember, ...]
    findings: tuple[AccessFinding, ...]
    releases: tuple[Releases, ...]
    changes: tuple[LoggedEntry, ...]


class ReviewAccess:
    """Reviews the rights of a tenant."""

    def __init__(
        self, store: OrderStore, keys: ManageKeys, roles: ManageRoles, *, clock: Clock
    ) -> None:
        self._store, self._keys, self._roles, self._clock = store, keys, roles, clock
        self._log = AccessLog(store)

    def __call__(self, call: Call, since: datetime | None) -> AccessReview:
        """The review, with changes since a time; the last 90 days when None."""
        now = self._clock()
        log = self._log.since(call, since or now - UNUSED_AFTER, now)
        keys = self._keys.all_keys(call)
        uses = self._uses(call)
        members = tuple(self._members(call, uses, keys, now))
        return AccessReview(
            at=now,
            members=members,
            findings=(*_findings(members, keys, log, now), *self._of_people(call, members, uses)),
            releases=tuple(self._releases(call, log)),
            changes=tuple(log.changes),
        )

    def _members(
        self, call: Call, uses: Uses, keys: list[StoredKey], now: datetime
    ) -> Iterator[ReviewedMember]:
        permitted = self._roles.roles(call)
        live = Counter(key.record.member for key in keys if key.record.is_live(now))
        bindings: dict[str, list[Binding]] = defaultdict(list)
        for binding in self._roles.bindings(call):
            bindings[binding.member].append(binding)
        for record in self._store.access.list(call.tenant, MEMBER):
            granted = {
                permission: binding.grant.granted_at
                for binding in bindings[record.name]
                for permission in permitted.get(binding.grant.role, ())
            }
            used = uses.get(record.name, {})
            yield ReviewedMember(
                name=record.name,
                bindings=tuple(bindings[record.name]),
                permissions=tuple(sorted_permissions(granted)),
                unused=tuple(
                    sorted_permissions(
                        permission
                        for permission, at in granted.items()
                        if now - used.get(permission, at) > UNUSED_AFTER
                    )
                ),
                last_use=max(used.values(), default=None),
                live_keys=live[record.name],
            )

    def _uses(self, call: Call) -> Uses:
        uses: dict[str, dict[str, datetime]] = defaultdict(dict)
        for record in self._store.access.list(call.tenant, USE):
            member, _, permission = record.name.partition(" ")
            uses[member][permission] = datetime.fromisoformat(record.body)
        return uses

    def _releases(self, call: Call, log: UseOfRights) -> Iterator[Releases]:
        said = self._said_to_be_duplicates(call, set().union(*log.released.values()))
        for member in sorted({*log.released, *log.overrides}):
            keys = sorted(log.released.get(member, ()))
            orders = self._store.get_orders(call.tenant, keys)
            yield Releases(
                member=member,
                released=len(keys),
                later_duplicates=sum(
                    order.state in _DUPLICATES or key in said for key, order in orders.items()
                ),
                overrides=log.overrides[member],
            )

    def _said_to_be_duplicates(self, call: Call, released: set[str]) -> set[str]:
        """Released orders of which a verdict that holds says that they were duplicates."""
        return {
            verdict.said.order_key
            for verdict in self._store.reviews.verdicts_about(call.tenant, sorted(released))
            if verdict.settled and verdict.said.answer is Answer.MATCH
        }

    def _of_people(
        self, call: Call, members: tuple[ReviewedMember, ...], uses: Uses
    ) -> Iterator[AccessFinding]:
        """Passwords that somebody else knows, and rights that come from elsewhere."""
        for record in self._store.access.list(call.tenant, PASSWORD):
            password = password_from(record.body)
            if password.set_by != record.name:
                text = f"Its password was set by {password.set_by} and not changed since."
                yield AccessFinding("PASSWORD_SET_BY_ANOTHER", record.name, text)
        known = {member.name for member in members}
        for name, used in sorted(uses.items()):
            if name not in known:
                text = (
                    f"It has no grants here: a token of the provider gave it rights, last used "
                    f"{max(used.values()):%Y-%m-%d}."
                )
                yield AccessFinding("RIGHTS_FROM_PROVIDER", name, text)


def _findings(
    members: tuple[ReviewedMember, ...], keys: list[StoredKey], log: UseOfRights, now: datetime
) -> Iterator[AccessFinding]:
    for member in members:
        for one, other, why in CONFLICTING:
            if one in member.permissions and other in member.permissions:
                yield AccessFinding("CONFLICTING_RIGHTS", member.name, f"{member.name} {why}.")
        if member.unused:
            text = f"Not used for {UNUSED_AFTER.days} days: {', '.join(member.unused)}."
            yield AccessFinding("UNUSED_RIGHTS", member.name, text)
        for binding in member.bindings:
            due = binding.grant.due_at
            if due is not None and due <= now:
                text = f"The role {binding.grant.role} was to be confirmed by {due:%Y-%m-%d}."
                yield AccessFinding("CONFIRMATION_DUE", member.name, text)
        origins = len(log.origins.get(member.name, ()))
        if origins >= MANY_ORIGINS:
            text = f"Its keys were used from {origins} addresses; give each program its own client."
            yield AccessFinding("LOOKS_SHARED", member.name, text)
    for key in keys:
        idle_since = key.last_use or key.record.created_at
        if key.record.is_live(now) and now - idle_since > UNUSED_AFTER:
            text = (
                f"Key {key.key_id} of {key.record.member} was not used since {idle_since:%Y-%m-%d}."
            )
            yield AccessFinding("DORMANT_KEY", f"apiKeys/{key.key_id}", text)
    for actor, count in sorted(log.refused.items()):
        text = f"{actor} tried {count} times to do what somebody else has to do."
        yield AccessFinding("SELF_APPROVAL_ATTEMPTED", actor, text)
