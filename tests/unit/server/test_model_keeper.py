"""What servers do when the active version of their store changes, or cannot be used or asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.unit.server.builders import NOON
from tests.unit.server.trained_models import a_file, a_model

from ordertwin_models.errors import StoreUnavailable
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.model_facts import ModelFacts
from ordertwin_server.faults import ModelRefused, StartFailed
from ordertwin_server.model_checks import Installed, ModelChecks, Signers
from ordertwin_server.model_keeper import ALARM_SECONDS, ModelKeeper
from ordertwin_server.model_slot import ModelSlot
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import OrderStore, RequestRecord
from ordertwin_stores.model_versions import Artefact, ModelDeed, ModelState, Move, NewVersion

CANDIDATE, SHADOW, ACTIVE, RETIRED = ModelState
TENANT = "default"


class Clock:
    """Seconds that go by when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_keeper(
    store: OrderStore, signers: Signers | None = None, clock: Callable[[], float] | None = None
) -> ModelKeeper:
    checks = ModelChecks(Installed(), signers or Signers.none())
    return ModelKeeper(store, ModelSlot(None), checks, clock or Clock())


_REQUESTS = iter(range(10_000))


def keep(
    store: OrderStore,
    version: str,
    state: ModelState = ACTIVE,
    text: bytes = b"",
    signature: bytes = b"",
    *moves: Move,
) -> None:
    """Write a version into the store past all checks, as another server would."""
    text = text or a_file(version)
    facts = ModelFacts.of(a_model(version)).to_body()
    request = RequestRecord("X", f"r-{next(_REQUESTS)}", b"", "")
    new = NewVersion(version, state, sha256(text).digest(), facts, Artefact(text, "", signature))
    audit = AuditEntry("people/ann", "X", version, "", "OK")
    deed = ModelDeed([new], moves, request, audit, NOON + timedelta(hours=1))
    assert store.models.change(TENANT, deed) is None


def version_in_use(keeper: ModelKeeper) -> str:
    return keeper.slot.version_of(TENANT)


def test_a_version_that_another_server_activated_answers_here_too(store: OrderStore) -> None:
    keeper = a_keeper(store)
    keep(store, "own/1")
    keeper.refresh()
    assert version_in_use(keeper) == "own/1"
    keep(store, "own/2", ACTIVE, b"", b"", Move("own/1", ACTIVE, RETIRED))
    keeper.refresh()
    assert version_in_use(keeper) == "own/2"


def test_what_cannot_be_used_changes_nothing_and_alarms_once_a_minute(
    store: OrderStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LOGGER, "propagate", True)
    clock = Clock()
    keeper = a_keeper(store, clock=clock)
    keep(store, "own/1")
    keeper.refresh()
    keep(store, "own/2", ACTIVE, a_file("own/2")[:-40], b"", Move("own/1", ACTIVE, RETIRED))
    with caplog.at_level(logging.ERROR):
        keeper.refresh()
        keeper.refresh()
    assert version_in_use(keeper) == "own/1"
    (alarm,) = caplog.messages
    assert "own/2 cannot be used for tenant default, own/1 goes on answering" in alarm
    clock.now = ALARM_SECONDS + 1
    keeper.refresh()
    assert len(caplog.messages) == 2


def test_a_store_that_cannot_be_asked_leaves_the_model(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = a_keeper(store)
    keep(store, "own/1")
    keeper.refresh()

    def down(self: object) -> None:
        raise StoreUnavailable("down")

    with monkeypatch.context() as patch:
        patch.setattr(type(store.models), "live", down)
        keeper.refresh()
    assert version_in_use(keeper) == "own/1"


def test_what_was_changed_in_the_store_is_refused(store: OrderStore) -> None:
    keep(store, "own/1")
    with pytest.raises(ModelRefused, match="not what was published"):
        a_keeper(store).load(TENANT, "own/1", b"another digest")


def signed_by(key: Ed25519PrivateKey, folder: Path) -> Signers:
    path = folder / "signers.pem"
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    other = Ed25519PrivateKey.generate().public_key()
    path.write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) + pem)
    return Signers.in_file(str(path))


def test_with_trusted_signers_only_what_they_signed_answers(
    store: OrderStore, tmp_path: Path
) -> None:
    key = Ed25519PrivateKey.generate()
    keeper = a_keeper(store, signed_by(key, tmp_path))
    keep(store, "own/1", ACTIVE, b"", key.sign(a_file("own/1")))
    keeper.refresh()
    assert version_in_use(keeper) == "own/1"
    forged = Ed25519PrivateKey.generate().sign(a_file("own/2"))
    keep(store, "own/2", ACTIVE, b"", forged, Move("own/1", ACTIVE, RETIRED))
    keeper.refresh()
    assert version_in_use(keeper) == "own/1"


def test_an_unsigned_file_is_told_how_to_be_signed(tmp_path: Path) -> None:
    signers = signed_by(Ed25519PrivateKey.generate(), tmp_path)
    with pytest.raises(ModelRefused, match="ordertwin model sign"):
        ModelChecks(Installed(), signers).check(a_file(), b"")


def test_a_file_without_keys_is_no_file_of_signers(tmp_path: Path) -> None:
    path = tmp_path / "signers.pem"
    for content in ("", "nonsense", "-----BEGIN PUBLIC KEY-----\nxx\n-----END PUBLIC KEY-----\n"):
        path.write_text(content)
        with pytest.raises(StartFailed):
            Signers.in_file(str(path))
