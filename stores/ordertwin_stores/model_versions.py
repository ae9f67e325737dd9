"""What a store keeps of models: their versions, what was live when, and what a shadow would change.

Each sentence of `ModelStore` has a case in `tests/conformance/stores/test_model_versions.py`. What
a body or an example says is the server's business; a store keeps texts and bytes as they came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import RequestRecord

EXAMPLES_KEPT = 50
"""Examples of what a shadow would change that are kept of one version, the newest."""


class ModelState(StrEnum):
    """Where a version stands. At most one of a tenant is ACTIVE, and at most one SHADOW."""

    CANDIDATE = "CANDIDATE"
    SHADOW = "SHADOW"
    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"


@dataclass(frozen=True, slots=True)
class Artefact:
    """The model file byte for byte, its card as Markdown, and a signature, empty for none."""

    model: bytes
    card: str = ""
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to keep; `digest` is the SHA-256 of the model file, `body` all else that is known
    of it."""

    version: str
    state: ModelState
    digest: bytes
    body: str
    artefact: Artefact


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version as stored, without its artefact. `number` grows with every version kept."""

    number: int
    version: str
    state: ModelState
    digest: bytes
    body: str
    size: int
    published_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """A version goes from the state it was seen in to another one."""

    version: str
    before: ModelState
    after: ModelState


@dataclass(frozen=True, slots=True)
class ModelChange:
    """An entry of the history. `before` is None where a version was new."""

    number: int
    version: str
    before: ModelState | None
    after: ModelState
    at: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class ModelDeed:
    """Versions to add and states to change, all or none; who does it, and why."""

    added: Sequence[NewVersion]
    moves: Sequence[Move]
    request: RequestRecord
    audit: AuditEntry
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """A version that servers have to work with, and the SHA-256 of its model file."""

    version: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class LiveModels:
    """What a tenant's orders are answered with, and what is tried beside it; None for none."""

    active: Live | None = None
    shadow: Live | None = None


@dataclass(frozen=True, slots=True)
class ShadowTally:
    """What was counted of a shadow, by name, and its newest examples, the newest first."""

    counts: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[str, ...] = ()


class ModelArchive(Protocol):
    """Model versions of all tenants, to read."""

    def live(self) -> Mapping[str, LiveModels]:
        """What is active and in shadow now, for every tenant that has either. Cheap: servers ask
        several times a second."""

    def get(self, tenant: str, version: str) -> ModelVersion | None:
        """One version of a tenant."""

    def list(self, tenant: str, size: int, before: int | None) -> tuple[ModelVersion, ...]:
        """Versions of a tenant, the newest first, from below number `before`, at most `size`."""

    def artefact(self, tenant: str, version: str) -> Artefact:
        """The artefact of a version; `NotFound` when there is no such version."""

    def history(self, tenant: str, size: int, before: int | None) -> tuple[ModelChange, ...]:
        """Changes of states, the newest first, from below number `before`, at most `size`."""

    def shadow(self, tenant: str, version: str) -> ShadowTally:
        """What was counted of a shadow so far."""


class ModelStore(ModelArchive, Protocol):
    """Model versions of all tenants."""

    def change(self, tenant: str, deed: ModelDeed) -> str | None:
        """Do it, with its request, its audit entry and an entry of the history for each version;
        None when that was done.

        Checked in this order: a request id seen before with the same fingerprint gives the stored
        reply, with another raises `RequestIdReused`; a version to add that is there, or one to move
        that is not in the state it was seen in, raises `EtagMismatch`; `NotFound` when it is not
        there at all. In each case nothing is written.
        """

    def tally(
        self, tenant: str, version: str, counts: Mapping[str, int], examples: Sequence[str]
    ) -> None:
        """Add to what was counted of a shadow, and keep examples; of more than `EXAMPLES_KEPT` the
        oldest are forgotten."""
