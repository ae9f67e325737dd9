"""Model versions, what was live when, and what shadows counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from tests.conformance.stores.entries import MONDAY, TENANT

from ordertwin_models.errors import EtagMismatch, NotFound, RequestIdReused
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import OrderStore, RequestRecord
from ordertwin_stores.model_versions import (
    EXAMPLES_KEPT,
    Artefact,
    Live,
    LiveModels,
    ModelDeed,
    ModelState,
    Move,
    NewVersion,
)

CANDIDATE, SHADOW, ACTIVE, RETIRED = ModelState
OTHER = "other"


def a_version(
    version: str = "m-1", state: ModelState = CANDIDATE, model: bytes = b"{}"
) -> NewVersion:
    artefact = Artefact(model, card="# Kärte", signature=b"\x00s")
    return NewVersion(version, state, sha256(model).digest(), '{"by": "ann"}', artefact)


def a_deed(
    *added: NewVersion, moves: Sequence[Move] = (), request_id: str = "r-1", **changes: Any
) -> ModelDeed:
    values: dict[str, Any] = {
        "added": added,
        "moves": moves,
        "request": RequestRecord("PublishModelVersion", request_id, b"same", '{"version": "m"}'),
        "audit": AuditEntry("people/ann", "PublishModelVersion", "m", request_id, "OK"),
        "at": MONDAY,
        "reason": "better",
    }
    return ModelDeed(**(values | changes))


def test_a_version_comes_back_as_it_was_published(store: OrderStore) -> None:
    assert store.models.change(TENANT, a_deed(a_version(model=b'{"x": 1}'))) is None
    found = store.models.get(TENANT, "m-1")
    assert found is not None
    assert (found.state, found.body, found.size) == (CANDIDATE, '{"by": "ann"}', 8)
    assert (found.published_at, found.changed_at) == (MONDAY, MONDAY)
    assert found.digest == sha256(b'{"x": 1}').digest()
    assert store.models.artefact(TENANT, "m-1") == Artefact(b'{"x": 1}', "# Kärte", b"\x00s")


def test_nothing_of_it_is_seen_by_another_tenant(store: OrderStore) -> None:
    store.models.change(TENANT, a_deed(a_version(state=ACTIVE)))
    store.models.tally(TENANT, "m-1", {"scored": 1}, ["x"])
    assert store.models.get(OTHER, "m-1") is None
    assert store.models.list(OTHER, 10, None) == ()
    assert store.models.history(OTHER, 10, None) == ()
    assert store.models.shadow(OTHER, "m-1").counts == {}
    assert set(store.models.live()) == {TENANT}
    with pytest.raises(NotFound):
        store.models.artefact(OTHER, "m-1")


def test_a_version_is_there_once(store: OrderStore) -> None:
    store.models.change(TENANT, a_deed(a_version()))
    with pytest.raises(EtagMismatch):
        store.models.change(TENANT, a_deed(a_version("m-2"), a_version(), request_id="r-2"))
    assert [each.version for each in store.models.list(TENANT, 10, None)] == ["m-1"]
    assert len(store.access.entries(TENANT, 0, 10)) == 1


def test_the_same_request_changes_nothing_twice(store: OrderStore) -> None:
    store.models.change(TENANT, a_deed(a_version()))
    assert store.models.change(TENANT, a_deed(a_version())) == '{"version": "m"}'
    other = RequestRecord("PublishModelVersion", "r-1", b"other", "{}")
    with pytest.raises(RequestIdReused):
        store.models.change(TENANT, a_deed(a_version("m-2"), request=other))
    assert len(store.models.history(TENANT, 10, None)) == 1


def test_an_exchange_is_seen_whole_and_remembered(store: OrderStore) -> None:
    store.models.change(TENANT, a_deed(a_version(state=ACTIVE), a_version("m-2", SHADOW, b"2")))
    assert store.models.live() == {
        TENANT: LiveModels(Live("m-1", sha256(b"{}").digest()), Live("m-2", sha256(b"2").digest()))
    }
    later = MONDAY + timedelta(minutes=1)
    moves = [Move("m-1", ACTIVE, RETIRED), Move("m-2", SHADOW, ACTIVE)]
    store.models.change(TENANT, a_deed(moves=moves, request_id="r-2", at=later))
    assert store.models.live()[TENANT] == LiveModels(Live("m-2", sha256(b"2").digest()))
    newest = store.models.history(TENANT, 1, None)[0]
    assert (newest.version, newest.before, newest.after) == ("m-2", SHADOW, ACTIVE)
    assert (newest.at, newest.actor, newest.reason) == (later, "people/ann", "better")
    older = store.models.history(TENANT, 10, newest.number)
    assert [(each.version, each.after) for each in older] == [
        ("m-1", RETIRED),
        ("m-2", SHADOW),
        ("m-1", ACTIVE),
    ]
    changed = store.models.get(TENANT, "m-2")
    assert changed is not None
    assert (changed.published_at, changed.changed_at) == (MONDAY, later)


def test_a_version_that_is_elsewhere_is_not_moved_and_nothing_is_written(
    store: OrderStore,
) -> None:
    store.models.change(TENANT, a_deed(a_version()))
    elsewhere, nowhere = Move("m-1", SHADOW, ACTIVE), Move("m-9", CANDIDATE, ACTIVE)
    with pytest.raises(EtagMismatch):
        store.models.change(TENANT, a_deed(a_version("m-2"), moves=[elsewhere], request_id="r-2"))
    with pytest.raises(NotFound):
        store.models.change(TENANT, a_deed(moves=[nowhere], request_id="r-2"))
    assert store.models.get(TENANT, "m-2") is None
    assert store.models.live() == {}


def test_versions_are_listed_newest_first_page_by_page(store: OrderStore) -> None:
    for number in range(5):
        deed = a_deed(a_version(f"m-{number}"), request_id=f"r-{number}")
        store.models.change(TENANT, deed)
    first = store.models.list(TENANT, 2, None)
    second = store.models.list(TENANT, 2, first[-1].number)
    assert [each.version for each in (*first, *second)] == ["m-4", "m-3", "m-2", "m-1"]


def test_a_shadow_is_counted_up_and_its_newest_examples_are_kept(store: OrderStore) -> None:
    store.models.tally(TENANT, "m-1", {"scored": 3, "differing": 1}, ["first"])
    bodies = [f"é{number}" for number in range(EXAMPLES_KEPT)]
    store.models.tally(TENANT, "m-1", {"scored": 2}, bodies)
    store.models.tally(TENANT, "m-2", {"scored": 9}, [])
    found = store.models.shadow(TENANT, "m-1")
    assert found.counts == {"scored": 5, "differing": 1}
    assert list(found.examples) == bodies[::-1]
    assert store.models.shadow(TENANT, "m-3").counts == {}


def test_of_many_who_activate_at_once_one_succeeds(store: OrderStore) -> None:
    versions = [a_version(f"m-{number}") for number in range(8)]
    store.models.change(TENANT, a_deed(a_version("m", ACTIVE), *versions))

    def activate(number: int) -> bool:
        moves = [Move("m", ACTIVE, RETIRED), Move(f"m-{number}", CANDIDATE, ACTIVE)]
        try:
            store.models.change(TENANT, a_deed(moves=moves, request_id=f"a-{number}"))
        except EtagMismatch:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(activate, range(8))) == 1
    active = [each for each in store.models.list(TENANT, 20, None) if each.state is ACTIVE]
    assert len(active) == 1


def test_all_of_it_is_there_after_a_restart(
    store: OrderStore, reopen: Callable[[], OrderStore]
) -> None:
    store.models.change(TENANT, a_deed(a_version(state=ACTIVE)))
    store.models.tally(TENANT, "m-1", {"scored": 3}, ["x"])
    again = reopen()
    assert again.models.live()[TENANT].active == Live("m-1", sha256(b"{}").digest())
    assert again.models.artefact(TENANT, "m-1").model == b"{}"
    assert again.models.shadow(TENANT, "m-1").examples == ("x",)
