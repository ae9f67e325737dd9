"""Model versions: published, tried, activated, put back, and refused."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from tests.unit.server.access_world import World, world
from tests.unit.server.builders import an_order, resent
from tests.unit.server.trained_models import a_file

from ordertwin.v1 import model_pb2 as pb
from ordertwin.v1.access_pb2 import RoleBinding
from ordertwin.v1.order_pb2 import ORDER_STATE_ACCEPTED
from ordertwin_client import (
    AccessError,
    ConflictError,
    InvalidOrderError,
    NotFoundError,
    OrderTwinError,
)
from ordertwin_client.access import (
    APPROVE_OVERRIDE,
    CREATE_API_KEY,
    GRANT_ROLE,
    REQUEST_OVERRIDE,
)
from ordertwin_client.models import ModelClient, version_name
from ordertwin_client.requests import new_request_id
from ordertwin_server.convert import order_to_proto


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, calls_per_second=0) as made:
        yield made


@contextmanager
def models(made: World, client: str) -> Iterator[ModelClient]:
    header = (("authorization", f"Bearer {made.keys[client]}"),)
    with grpc.insecure_channel(made.server.address) as channel:
        yield ModelClient(channel, header, timeout=10)


def publish(made: World, version: str = "own/1", client: str = "scientist", **metadata: str) -> str:
    with models(made, client) as door:
        door.publish(a_file(version, **metadata), card="# Card")
    return version


def activate(made: World, version: str, client: str = "boss") -> pb.ModelVersion:
    with models(made, client) as door:
        return door.activate(version, reason="better")


def answered_by(made: World, order_id: str) -> str:
    with made.orders("erp") as orders:
        return orders.score_order(order_to_proto(an_order(order_id))).model_version


def test_a_published_model_is_a_candidate_and_changes_nothing(guarded: World) -> None:
    publish(guarded, trainer="people/tom", labellers="people/ann, people/bob")
    with models(guarded, "auditor") as door:
        found = door.get("own/1")
        assert door.page().serving_version == "rules"
    assert (found.state, found.published_by) == (pb.MODEL_STATE_CANDIDATE, "clients/scientist")
    assert (found.trained_by, list(found.labelled_by)) == (
        "people/tom",
        ["people/ann", "people/bob"],
    )
    assert found.card == "# Card"
    assert any(list(curve.comparisons) == ["reference"] for curve in found.curves)
    assert answered_by(guarded, "SO-1").startswith("rules")


def test_an_activated_model_answers_at_once_and_by_its_name(guarded: World) -> None:
    publish(guarded)
    active = activate(guarded, "own/1")
    assert (active.state, active.serving) == (pb.MODEL_STATE_ACTIVE, True)
    assert answered_by(guarded, "SO-1") == "own/1"


def test_another_tenant_keeps_its_own(guarded: World) -> None:
    publish(guarded)
    activate(guarded, "own/1")
    with guarded.orders("far") as orders:
        answer = orders.score_order(order_to_proto(an_order()))
    assert answer.model_version.startswith("rules")
    with models(guarded, "far-auditor") as door, pytest.raises(NotFoundError):
        door.get("own/1")


def test_rolling_back_is_activating_the_former_one_and_history_says_who(guarded: World) -> None:
    for version in ("own/1", "own/2"):
        publish(guarded, version)
        activate(guarded, version)
    activate(guarded, "own/1")
    assert answered_by(guarded, "SO-1") == "own/1"
    with models(guarded, "auditor") as door:
        newest = [(each.version, each.after) for each in door.changes()][:2]
        first = next(door.changes())
    assert newest == [
        ("own/1", pb.MODEL_STATE_ACTIVE),
        ("own/2", pb.MODEL_STATE_RETIRED),
    ]
    assert (first.actor, first.reason, first.before) == (
        "clients/boss",
        "better",
        pb.MODEL_STATE_RETIRED,
    )


def let_in_both(guarded: World, *roles: str) -> None:
    """A client named `both`, who has all of the roles."""
    for role in roles:
        guarded.ask("boss", GRANT_ROLE, binding=RoleBinding(member="clients/both", role=role))
    guarded.keys["both"] = guarded.ask("boss", CREATE_API_KEY, client="both").secret


def give_a_verdict(guarded: World, client: str) -> None:
    """An order is held, and the client lets it go."""
    with guarded.orders("erp") as orders:
        orders.score_order(order_to_proto(an_order()))
        held = orders.score_order(order_to_proto(resent(an_order())))
    with guarded.orders(client) as orders:
        orders.update_order_status(held.order, ORDER_STATE_ACCEPTED, reason="it is new")


@pytest.mark.parametrize("role", ["trainer", "labellers"])
def test_who_had_a_hand_in_a_model_does_not_activate_it(guarded: World, role: str) -> None:
    publish(guarded, **{role: "clients/boss, people/x" if role == "labellers" else "clients/boss"})
    with pytest.raises(AccessError, match="DUTIES_SEPARATED"):
        activate(guarded, "own/1")
    assert activate(guarded, "own/1", "chief").state == pb.MODEL_STATE_ACTIVE


def test_of_a_model_that_names_nobody_all_who_gave_verdicts_count_as_its_labellers(
    guarded: World,
) -> None:
    let_in_both(guarded, "reviewer", "admin")
    give_a_verdict(guarded, "both")
    publish(guarded, own_pairs="120", trainer="people/tom")
    publish(guarded, "own/2")
    with pytest.raises(AccessError, match="gave verdicts for themselves"):
        activate(guarded, "own/1", "both")
    assert activate(guarded, "own/2", "both").state == pb.MODEL_STATE_ACTIVE


def test_a_model_trained_on_verdicts_says_by_whom_or_is_not_taken(guarded: World) -> None:
    with pytest.raises(OrderTwinError, match="train it with --trainer"):
        publish(guarded, own_pairs="120")


def test_names_of_labellers_that_are_no_members_do_not_stand_for_all(guarded: World) -> None:
    let_in_both(guarded, "reviewer", "admin")
    give_a_verdict(guarded, "both")
    publish(guarded, own_pairs="120", trainer="people/tom", labellers="both")
    with pytest.raises(AccessError, match="gave verdicts for themselves"):
        activate(guarded, "own/1", "both")


def test_who_gave_verdicts_only_after_a_model_was_published_may_activate_it(
    guarded: World,
) -> None:
    let_in_both(guarded, "reviewer", "admin")
    publish(guarded, own_pairs="120", trainer="people/tom")
    give_a_verdict(guarded, "both")
    assert activate(guarded, "own/1", "both").state == pb.MODEL_STATE_ACTIVE


def test_who_published_a_model_does_not_activate_it(guarded: World) -> None:
    let_in_both(guarded, "data-scientist", "admin")
    publish(guarded, client="both")
    with pytest.raises(AccessError, match="DUTIES_SEPARATED"):
        activate(guarded, "own/1", "both")


def test_an_override_by_two_people_lets_the_trainer_activate_once(guarded: World) -> None:
    publish(guarded, trainer="clients/boss")
    target = version_name("own/1")
    asked = guarded.ask("boss", REQUEST_OVERRIDE, target=target, reason="nobody else is here")
    guarded.ask("chief", APPROVE_OVERRIDE, name=asked.name)
    assert asked.target == target
    assert activate(guarded, "own/1").state == pb.MODEL_STATE_ACTIVE


def test_an_override_for_a_model_that_is_not_there_is_not_found(guarded: World) -> None:
    with pytest.raises(NotFoundError):
        guarded.ask("boss", REQUEST_OVERRIDE, target=version_name("own/9"), reason="x")
    with pytest.raises(AccessError, match=r"models\.activate"):
        guarded.ask("erp", REQUEST_OVERRIDE, target=version_name("own/9"), reason="x")


def cut(text: bytes) -> bytes:
    return text[: len(text) // 2]


def edited(text: bytes) -> bytes:
    return text.replace(b'"snapshot":"ab', b'"snapshot":"ba').replace(b'"ab', b'"ba', 1)


def cut_compressed(text: bytes) -> bytes:
    return gzip.compress(text)[:-30]


@pytest.mark.parametrize("spoil", [cut, edited, cut_compressed, lambda text: b"\x80pickle"])
def test_a_spoilt_file_is_refused_and_the_old_model_answers(
    guarded: World, spoil: Callable[[bytes], bytes]
) -> None:
    publish(guarded)
    activate(guarded, "own/1")
    with (
        models(guarded, "scientist") as door,
        pytest.raises(InvalidOrderError, match="MODEL_REFUSED"),
    ):
        door.publish(spoil(a_file("own/2")))
    with models(guarded, "auditor") as door:
        assert [each.version for each in door.versions() if not each.released] == ["own/1"]
    assert answered_by(guarded, "SO-1") == "own/1"


def test_a_version_means_one_file_for_ever(guarded: World) -> None:
    publish(guarded)
    publish(guarded)
    with models(guarded, "scientist") as door, pytest.raises(ConflictError, match="VERSION_TAKEN"):
        door.publish(a_file("own/1", shift=1.0))


def test_a_request_is_repeatable(guarded: World) -> None:
    same = new_request_id()
    with models(guarded, "scientist") as door:
        first = door.publish(a_file(), request_id=same)
        assert door.publish(a_file(), request_id=same).name == first.name
        with pytest.raises(ConflictError, match="REQUEST_ID_REUSED"):
            door.publish(a_file("own/2"), request_id=same)


def test_the_file_comes_back_byte_for_byte(guarded: World) -> None:
    publish(guarded)
    with models(guarded, "auditor") as door:
        assert door.artefact("own/1") == a_file()


def test_a_model_that_is_not_there_is_not_activated(guarded: World) -> None:
    with pytest.raises(NotFoundError):
        activate(guarded, "own/9")


def test_the_active_model_cannot_be_its_own_shadow(guarded: World) -> None:
    publish(guarded)
    activate(guarded, "own/1")
    with models(guarded, "scientist") as door, pytest.raises(ConflictError, match="STATE_REFUSED"):
        door.shadow("own/1")


def test_a_new_shadow_takes_the_place_of_the_former(guarded: World) -> None:
    publish(guarded)
    publish(guarded, "own/2")
    with models(guarded, "scientist") as door:
        door.shadow("own/1")
        assert door.shadow("own/2").state == pb.MODEL_STATE_SHADOW
        assert door.get("own/1").state == pb.MODEL_STATE_CANDIDATE
        assert door.shadow("own/2", end=True).state == pb.MODEL_STATE_CANDIDATE


def test_the_released_model_is_known_from_the_start_and_can_be_put_back(tmp_path: Path) -> None:
    with world(tmp_path, calls_per_second=0, model="") as made:
        with models(made, "auditor") as door:
            (released,) = door.versions()
            assert (released.state, released.released, released.serving) == (
                pb.MODEL_STATE_ACTIVE,
                True,
                True,
            )
            assert door.get(released.version).card
        publish(made)
        activate(made, "own/1")
        assert answered_by(made, "SO-1") == "own/1"
        activate(made, released.version)
        assert answered_by(made, "SO-2") == released.version


def test_a_release_does_not_take_the_place_of_an_activated_model(tmp_path: Path) -> None:
    with world(tmp_path, calls_per_second=0) as made:
        publish(made)
        activate(made, "own/1")
    with world(tmp_path / ".." / tmp_path.name, calls_per_second=0, model="") as made:
        assert answered_by(made, "SO-1") == "own/1"
        with models(made, "auditor") as door:
            page = door.page()
        assert page.serving_version == "own/1"
        assert "came with this version of OrderTwin" in page.notes[0]
        assert [each.state for each in page.model_versions if each.released] == [
            pb.MODEL_STATE_CANDIDATE
        ]
