"""Policy versions: publish, put into force, put back.

The policy of the server, which answered before any was put into force, is kept with the first one
that is, so that it can be put back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from ordertwin_models.errors import EtagMismatch, FieldViolation, NotFound
from ordertwin_models.policy import Policy
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.deeds import Deed, Deeds
from ordertwin_server.commands.manage_models import VERSION
from ordertwin_server.commands.paging import Seals, page_size
from ordertwin_server.commands.settling import reason_violations
from ordertwin_server.faults import PolicyVersionTaken
from ordertwin_server.policy_document import FIELD, policy_handed_in, policy_in
from ordertwin_server.policy_keeper import PolicyKeeper
from ordertwin_stores.interface import OrderStore, RequestRecord
from ordertwin_stores.policy_versions import (
    NewPolicy,
    PolicyChange,
    PolicyDeed,
    PolicyVersion,
    Switch,
)


class Origin(StrEnum):
    """Where a policy comes from."""

    DEFAULT = "DEFAULT"
    FILE = "FILE"
    PUBLISHED = "PUBLISHED"


@dataclass(frozen=True, slots=True)
class InForce:
    """What this server works by. `active` is what was put into force last, empty for nothing."""

    policy: Policy
    document: str
    origin: Origin
    active: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownPolicy:
    """A version, and whether this server works by it."""

    row: PolicyVersion
    serving: bool


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """A page of versions."""

    versions: tuple[KnownPolicy, ...]
    next_token: str


@dataclass(frozen=True, slots=True)
class PolicyChangePage:
    """A page of the history."""

    changes: tuple[PolicyChange, ...]
    next_token: str


class ManagePolicies:
    """The policy versions of tenants."""

    def __init__(self, store: OrderStore, deeds: Deeds, keeper: PolicyKeeper) -> None:
        self._store, self._deeds, self._keeper = store, deeds, keeper
        self._seals = Seals(store.access.secret)

    def in_force(self, call: Call) -> InForce:
        """What this server works by for the tenant."""
        slot, live = self._keeper.slot, self._store.policies.live().get(call.tenant)
        active, policy = live.version if live else "", slot.of(call.tenant)
        notes = []
        if slot.has_file:
            origin, document = Origin.FILE, slot.text
            notes.append(
                "this server was started with a policy file, which goes before whatever is put "
                "into force; start it without --policy to change that"
            )
        elif call.tenant in slot.tenants:
            origin, document = (
                Origin.PUBLISHED,
                self._store.policies.document(call.tenant, policy.version),
            )
        else:
            origin, document = Origin.DEFAULT, slot.text
        if active and not slot.has_file and active != policy.version:
            notes.append(
                f"{active} was put into force, and this server cannot use it: {policy.version} "
                "stays in force here; the log of the server says why"
            )
        return InForce(policy, document, origin, active, tuple(notes))

    def publish(self, call: Call, request_id: str, document: str, reason: str) -> KnownPolicy:
        """Keep a checked policy; the same document again is the same version.

        Raises `InvalidRequest` that names broken keys with their lines, `PolicyVersionTaken`.
        """
        digest = sha256(document.encode()).digest()
        deed = Deed("PublishPolicyVersion", request_id, (digest.hex(), reason))
        deed.ensure_valid(reason_violations(reason))
        reply = self._deeds.reply_to(call, deed)
        if reply is not None:
            return self.get(call, reply["version"])
        version = policy_handed_in(document).version
        if not VERSION.fullmatch(version):
            field = f"{FIELD}.version"
            deed.ensure_valid([FieldViolation(field, f"must match {VERSION.pattern} to be kept")])
        call.trail.target = _target(version)
        slot = self._keeper.slot
        if version == slot.active.version and document != slot.text:
            # The server's own policy is kept under its name when another comes into force.
            raise PolicyVersionTaken(version)
        known = self._store.policies.get(call.tenant, version)
        if known is not None:
            if known.digest != digest:
                raise PolicyVersionTaken(version)
            return self._known(call, known)
        new = NewPolicy(version, digest, document, call.actor, reason)
        self._do(call, deed, version, [new], None, reason, "PUBLISHED")
        return self.get(call, version)

    def activate(
        self, call: Call, request_id: str, version: str, *, reason: str, expected: str
    ) -> KnownPolicy:
        """Put a version into force, on this server at once.

        Raises `InvalidRequest`, `NotFound`, and `EtagMismatch` when another one than `expected` is
        in force, or somebody else is faster.
        """
        deed = Deed("ActivatePolicyVersion", request_id, (version, reason, expected))
        deed.ensure_valid(reason_violations(reason))
        if self._deeds.reply_to(call, deed) is None:
            # What a newer OrderTwin wrote may be more than this one understands.
            policy_in(self._store.policies.document(call.tenant, version))
            live = self._store.policies.live().get(call.tenant)
            now = live.version if live else ""
            if expected and expected != now:
                raise EtagMismatch("The policy in force")
            base = [] if live else self._base_left(call)
            switch = Switch(now, version) if now != version else None
            self._do(call, deed, version, base, switch, reason, "ACTIVE")
        self._keeper.refresh()
        return self.get(call, version)

    def get(self, call: Call, version: str) -> KnownPolicy:
        """One version; `NotFound` when there is none."""
        row = self._store.policies.get(call.tenant, version)
        if row is None:
            raise NotFound("policy version", version)
        return self._known(call, row)

    def document(self, call: Call, version: str) -> str:
        """The document of a version; `NotFound` when there is none."""
        return self._store.policies.document(call.tenant, version)

    def versions(self, call: Call, size: int, token: str) -> PolicyPage:
        """A page of versions, the newest first."""
        wanted, seal = page_size(size), self._seals.of(call.tenant, "policyVersions")
        rows = self._store.policies.list(call.tenant, wanted + 1, seal.position_in(token))
        further = seal.token(rows[wanted - 1].number) if len(rows) > wanted else ""
        return PolicyPage(tuple(self._known(call, row) for row in rows[:wanted]), further)

    def history(self, call: Call, size: int, token: str) -> PolicyChangePage:
        """A page of what came into force, the newest first."""
        wanted, seal = page_size(size), self._seals.of(call.tenant, "policyChanges")
        rows = self._store.policies.history(call.tenant, wanted + 1, seal.position_in(token))
        further = seal.token(rows[wanted - 1].number) if len(rows) > wanted else ""
        return PolicyChangePage(rows[:wanted], further)

    def _base_left(self, call: Call) -> Sequence[NewPolicy]:
        """The policy of the server, which answered so far, so that it can be put back."""
        slot = self._keeper.slot
        base = slot.active.version
        if self._store.policies.get(call.tenant, base) or not VERSION.fullmatch(base):
            return []
        return [NewPolicy(base, sha256(slot.text.encode()).digest(), slot.text)]

    def _known(self, call: Call, row: PolicyVersion) -> KnownPolicy:
        slot = self._keeper.slot
        own = not slot.has_file and call.tenant in slot.tenants
        return KnownPolicy(row, own and slot.of(call.tenant).version == row.version)

    def _do(
        self,
        call: Call,
        deed: Deed,
        version: str,
        added: Sequence[NewPolicy],
        switch: Switch | None,
        reason: str,
        outcome: str,
    ) -> None:
        call.ensure_waiting()
        reply = json.dumps({"version": version})
        earlier = self._store.policies.change(
            call.tenant,
            PolicyDeed(
                added=added,
                switch=switch,
                request=RequestRecord(deed.method, deed.request_id, deed.fingerprint, reply),
                audit=call.entry(deed.method, _target(version), deed.request_id, outcome),
                at=self._deeds.clock(),
                reason=reason,
            ),
        )
        if earlier is None:
            call.trail.written = True
        else:
            call.trail.outcome = "REPLAYED"


def _target(version: str) -> str:
    return f"policyVersions/{version.replace('/', '~')}"
