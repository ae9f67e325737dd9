"""Model versions: publish, try in shadow, activate, put back.

A version that came with the server is known without being published. It is kept in the store with
the first activation of any version, so that every server can go back to it, whatever it came with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from ordertwin_models.errors import FieldViolation, NotFound
from ordertwin_models.model import DuplicateModel
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.deeds import Deed, Deeds
from ordertwin_server.commands.model_facts import ModelFacts
from ordertwin_server.commands.overrides import Overrides, model_target
from ordertwin_server.commands.paging import Seals, page_size
from ordertwin_server.faults import (
    DutiesSeparated,
    ModelRefused,
    ModelStateRefused,
    ModelVersionTaken,
)
from ordertwin_server.model_checks import ModelFile, uncompressed
from ordertwin_server.model_keeper import ModelKeeper
from ordertwin_stores.interface import OrderStore, RequestRecord
from ordertwin_stores.model_versions import (
    Artefact,
    LiveModels,
    ModelChange,
    ModelDeed,
    ModelState,
    ModelVersion,
    Move,
    NewVersion,
    ShadowTally,
)

MAX_CARD = 65_536
VERDICTS_AT_ONCE = 1_000
MAX_REASON = 1_024
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
"""What a published version may be called."""
CANDIDATE, SHADOW, ACTIVE, RETIRED = ModelState


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVersion:
    """A version that is stored, or that came with the server: then without times."""

    version: str
    state: ModelState
    digest: bytes
    size: int
    facts: ModelFacts
    serving: bool
    published_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A page of versions, and what a person should know."""

    versions: tuple[KnownVersion, ...]
    next_token: str
    serving: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A page of the history."""

    changes: tuple[ModelChange, ...]
    next_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A model that is handed in; `artefact` may be compressed."""

    artefact: bytes
    card: str = ""
    signature: bytes = b""
    reason: str = ""


class ManageModels:
    """The model versions of tenants."""

    def __init__(
        self, store: OrderStore, deeds: Deeds, keeper: ModelKeeper, overrides: Overrides
    ) -> None:
        self._store, self._deeds, self._keeper = store, deeds, keeper
        self._overrides = overrides
        self._seals = Seals(store.access.secret)
        self._installed = keeper.checks.installed

    def publish(self, call: Call, request_id: str, submission: Submission) -> KnownVersion:
        """Keep a checked model as a candidate; the same file again is the same version.

        Raises `InvalidRequest`, `ModelRefused`, `ModelVersionTaken`.
        """
        text = uncompressed(submission.artefact)
        digest = sha256(text).digest()
        question = (digest.hex(), submission.card, submission.signature.hex(), submission.reason)
        deed = Deed("PublishModelVersion", request_id, question)
        deed.ensure_valid(_violations(submission))
        reply = self._deeds.reply_to(call, deed)
        if reply is not None:
            return self.get(call, reply["version"])
        model, signer = self._keeper.checks.check(text, submission.signature)
        if not VERSION.fullmatch(model.version):
            deed.ensure_valid([FieldViolation("artefact", f"its version must match {VERSION}")])
        call.trail.target = model_target(model.version)
        known = self._known(call, model.version)
        if known is not None:
            if known.digest != digest:
                raise ModelVersionTaken(model.version)
            return known
        facts = ModelFacts.of(model, published_by=call.actor, signed_by=signer)
        if facts.learned_from_verdicts and not facts.trained_by and call.caller.identified:
            raise ModelRefused(
                "It was trained on verdicts and does not say by whom, so its trainer could not be "
                "kept from activating it: train it with --trainer MEMBER."
            )
        artefact = Artefact(text, submission.card, submission.signature)
        new = NewVersion(model.version, CANDIDATE, digest, facts.to_body(), artefact)
        self._do(call, deed, model.version, [new], [], submission.reason, str(CANDIDATE))
        return self.get(call, model.version)

    def shadow(
        self, call: Call, request_id: str, version: str, *, end: bool, reason: str
    ) -> KnownVersion:
        """Try a version beside the active one, in place of the one tried so far; or stop that.

        Raises `InvalidRequest`, `NotFound`, `ModelRefused`, `ModelStateRefused`, `EtagMismatch`.
        """
        deed = Deed("ShadowModelVersion", request_id, (version, end, reason))
        deed.ensure_valid(_reason_violations(reason))
        if self._deeds.reply_to(call, deed) is None:
            known, wanted = self.get(call, version), CANDIDATE if end else SHADOW
            possible = (SHADOW,) if end else (CANDIDATE, RETIRED, SHADOW)
            if known.state not in possible:
                raise ModelStateRefused(version, known.state, wanted)
            if known.state is not wanted:
                added, moves = self._put(call, known, wanted)
                self._do(call, deed, version, added, moves, reason, str(wanted))
        self._keeper.refresh()
        return self.get(call, version)

    def activate(self, call: Call, request_id: str, version: str, reason: str) -> KnownVersion:
        """Let a version answer.

        Raises `InvalidRequest`, `NotFound`, `ModelRefused`, `DutiesSeparated`, `EtagMismatch`.
        """
        deed = Deed("ActivateModelVersion", request_id, (version, reason))
        deed.ensure_valid(_reason_violations(reason))
        if self._deeds.reply_to(call, deed) is None:
            known = self.get(call, version)
            stored = self._store.models.get(call.tenant, version)
            if stored is None or stored.state is not ACTIVE:
                added, moves = self._put(call, known, ACTIVE)
                self._ensure_apart(call, known)
                self._do(call, deed, version, added, moves, reason, str(ACTIVE))
        self._keeper.refresh()
        return self.get(call, version)

    def get(self, call: Call, version: str) -> KnownVersion:
        """One version; `NotFound` when there is none."""
        known = self._known(call, version)
        if known is None:
            raise NotFound("model version", version)
        return known

    def artefact(self, call: Call, version: str) -> Artefact:
        """The file of a version with its card; `NotFound` when there is none."""
        installed = self._installed.find(version)
        if installed is not None and self._store.models.get(call.tenant, version) is None:
            return Artefact(installed.text, installed.card)
        return self._store.models.artefact(call.tenant, version)

    def tally(self, call: Call, version: str) -> ShadowTally:
        """What was counted of a version in shadow."""
        return self._store.models.shadow(call.tenant, version)

    def serving(self, call: Call) -> DuplicateModel | None:
        """The model that answers the tenant here; None for rules."""
        return self._keeper.slot.of(call.tenant)

    def model(self, call: Call, version: str) -> DuplicateModel:
        """The model of a version, checked; `NotFound`, `ModelRefused`."""
        artefact = self.artefact(call, version)
        return self._keeper.checks.check(artefact.model, artefact.signature)[0]

    def versions(self, call: Call, size: int, token: str) -> VersionPage:
        """A page of versions, the newest first, those that came with the server at the end."""
        wanted, seal = page_size(size), self._seals.of(call.tenant, "modelVersions")
        rows = self._store.models.list(call.tenant, wanted + 1, seal.position_in(token))
        page = [self._of_row(call, row) for row in rows[:wanted]]
        further = seal.token(rows[wanted - 1].number) if len(rows) > wanted else ""
        if not further:
            page += self._only_installed(call)
        serving = self._keeper.slot.version_of(call.tenant)
        return VersionPage(tuple(page), further, serving, tuple(self._notes(call, serving)))

    def history(self, call: Call, size: int, token: str) -> ChangePage:
        """A page of what became of which version, the newest first."""
        wanted, seal = page_size(size), self._seals.of(call.tenant, "modelChanges")
        rows = self._store.models.history(call.tenant, wanted + 1, seal.position_in(token))
        further = seal.token(rows[wanted - 1].number) if len(rows) > wanted else ""
        return ChangePage(rows[:wanted], further)

    def _put(
        self, call: Call, known: KnownVersion, wanted: ModelState
    ) -> tuple[Sequence[NewVersion], Sequence[Move]]:
        """What has to be written for a version to get there, and that it may answer at all."""
        self.model(call, known.version)
        live = self._store.models.live().get(call.tenant, LiveModels())
        added: list[NewVersion] = []
        moves: list[Move] = []
        if wanted is ACTIVE and live.active is not None:
            moves.append(Move(live.active.version, ACTIVE, RETIRED))
        elif wanted is ACTIVE:
            added += self._base_left(call, known.version)
        elif wanted is SHADOW and live.shadow is not None:
            moves.append(Move(live.shadow.version, SHADOW, CANDIDATE))
        stored = self._store.models.get(call.tenant, known.version)
        if stored is not None:
            moves.append(Move(stored.version, stored.state, wanted))
        else:
            installed = self._installed.find(known.version)
            assert installed is not None, "what is known and not stored is installed"
            added.append(self._adopted(installed, wanted))
        return added, moves

    def _base_left(self, call: Call, version: str) -> Iterator[NewVersion]:
        """The model that answered so far without being activated, so that it can be put back."""
        base = self._installed.base
        if base is None or base.model.version == version:
            return
        if self._store.models.get(call.tenant, base.model.version) is None:
            yield self._adopted(base, RETIRED)

    def _adopted(self, file: ModelFile, state: ModelState) -> NewVersion:
        facts = ModelFacts.of(file.model, released=file.model.version in self._installed.released)
        artefact = Artefact(file.text, file.card)
        return NewVersion(file.model.version, state, file.digest, facts.to_body(), artefact)

    def _ensure_apart(self, call: Call, known: KnownVersion) -> None:
        """Who made a model does not let it answer. One that answered before was somebody else's
        decision then, so that anybody who may can put it back at once."""
        if not call.caller.identified or known.state is RETIRED:
            return
        facts = known.facts
        hands = (
            (facts.published_by == call.actor, "published"),
            (facts.trained_by == call.actor, "trained"),
            (call.actor in self._labellers(call, known), "gave verdicts for"),
        )
        for had, deed in hands:
            if had and not self._overrides.use(call, model_target(known.version)):
                raise DutiesSeparated(f"Nobody activates a model that they {deed} themselves")
            if had:
                return

    def _labellers(self, call: Call, known: KnownVersion) -> Collection[str]:
        """Who gave verdicts that a model was trained on: as its file says; and if it was trained on
        verdicts of nobody, or of names that are no members, everybody who had given one when it was
        published."""
        facts = known.facts
        are_members = facts.labelled_by and all("/" in name for name in facts.labelled_by)
        if are_members or not facts.learned_from_verdicts:
            return facts.labelled_by
        until = known.published_at
        members: set[str] = set()
        after = 0
        while page := self._store.reviews.verdicts(call.tenant, after, VERDICTS_AT_ONCE):
            early = [each for each in page if until is None or each.at <= until]
            members.update(each.said.reviewer for each in early)
            after = page[-1].position
            if len(early) < len(page):
                break
        return members

    def _do(
        self,
        call: Call,
        deed: Deed,
        version: str,
        added: Sequence[NewVersion],
        moves: Sequence[Move],
        reason: str,
        outcome: str,
    ) -> None:
        reply: Any = {"version": version}
        call.ensure_waiting()
        earlier = self._store.models.change(
            call.tenant,
            ModelDeed(
                added=added,
                moves=moves,
                request=RequestRecord(
                    deed.method, deed.request_id, deed.fingerprint, json.dumps(reply)
                ),
                audit=call.entry(deed.method, model_target(version), deed.request_id, outcome),
                at=self._deeds.clock(),
                reason=reason,
            ),
        )
        if earlier is None:
            call.trail.written = True
        else:
            call.trail.outcome = "REPLAYED"

    def _known(self, call: Call, version: str) -> KnownVersion | None:
        stored = self._store.models.get(call.tenant, version)
        if stored is not None:
            return self._of_row(call, stored)
        installed = self._installed.find(version)
        return self._of_file(call, installed) if installed else None

    def _of_row(self, call: Call, row: ModelVersion) -> KnownVersion:
        return KnownVersion(
            version=row.version,
            state=row.state,
            digest=row.digest,
            size=row.size,
            facts=ModelFacts.from_body(row.body),
            serving=self._keeper.slot.version_of(call.tenant) == row.version,
            published_at=row.published_at,
            changed_at=row.changed_at,
        )

    def _of_file(self, call: Call, file: ModelFile) -> KnownVersion:
        live = self._store.models.live().get(call.tenant)
        answers = file is self._installed.base and not (live and live.active)
        version = file.model.version
        return KnownVersion(
            version=version,
            state=ACTIVE if answers else CANDIDATE,
            digest=file.digest,
            size=len(file.text),
            facts=ModelFacts.of(file.model, released=version in self._installed.released),
            serving=self._keeper.slot.version_of(call.tenant) == version,
        )

    def _only_installed(self, call: Call) -> list[KnownVersion]:
        """Installed versions that the store has not."""
        files = {file.model.version: file for file in self._installed.released.values()}
        if self._installed.base is not None:
            files[self._installed.base.model.version] = self._installed.base
        return [
            self._of_file(call, file)
            for version, file in files.items()
            if self._store.models.get(call.tenant, version) is None
        ]

    def _notes(self, call: Call, serving: str) -> list[str]:
        live = self._store.models.live().get(call.tenant)
        active = live.active if live else None
        if active is None:
            return []
        notes = []
        if active.version != serving:
            notes.append(
                f"{active.version} is active, and this server cannot use it: {serving} goes on "
                "answering here; the log of the server says why"
            )
        newest = next(iter(self._installed.released), "")
        if newest and self._store.models.get(call.tenant, newest) is None:
            notes.append(
                f"{newest} came with this version of OrderTwin; it answers when it is activated"
            )
        return notes


def _violations(submission: Submission) -> list[FieldViolation]:
    broken = _reason_violations(submission.reason)
    if not submission.artefact:
        broken.append(FieldViolation("artefact", "is required"))
    if len(submission.card) > MAX_CARD:
        broken.append(FieldViolation("card", f"must have at most {MAX_CARD} characters"))
    if len(submission.signature) not in (0, 64):
        broken.append(FieldViolation("signature", "must have 64 bytes"))
    return broken


def _reason_violations(reason: str) -> list[FieldViolation]:
    if len(reason) <= MAX_REASON:
        return []
    return [FieldViolation("reason", f"must have at most {MAX_REASON} characters")]
