"""The policy file: read, refused, and read again when it changes."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from tests.unit.server.builders import CALL, a_question, an_order, resent, score_command

from ordertwin_models.decision import Outcome
from ordertwin_models.policy import BurstRule, Policy
from ordertwin_server.faults import PolicyRefused
from ordertwin_server.policy_slot import DEFAULT_FILE, PolicySlot, read_policy
from ordertwin_stores.interface import OrderStore

HEAD = 'format = "ordertwin-policy/1"\nversion = "{version}"\n'


def a_file(folder: Path, version: str = "first", more: str = "") -> Path:
    path = folder / "policy.toml"
    path.write_text(HEAD.format(version=version) + more)
    return path


def test_the_policy_that_comes_with_ordertwin_decides_bursts_alone() -> None:
    assert read_policy(DEFAULT_FILE) == Policy(version="default/1", burst=BurstRule())


def test_json_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({"format": "ordertwin-policy/1", "version": "j"}))
    assert read_policy(path).version == "j"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("p.toml", b"version = ", "is no TOML"),
        ("p.toml", b"\xff\xfe", "is not UTF-8"),
        ("p.toml", b"", "format: is required"),
        ("p.toml", b'format = "ordertwin-policy/1"\nversion = "1"\nallow = 3\n', "allow: must be"),
        ("p.json", b"{", "is no JSON"),
        ("p.json", b"[]", "must hold one JSON object"),
        ("p.json", b'{"version": NaN}', "is no number a policy can hold"),
        ("p.json", b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_policy_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(PolicyRefused, match=name) as refused:
        read_policy(path)
    assert says in str(refused.value)


def test_a_file_that_is_not_there_and_a_directory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyRefused, match="is not there"):
        PolicySlot(str(tmp_path / "none.toml"))
    with pytest.raises(PolicyRefused, match="cannot be read"):
        read_policy(tmp_path)


def test_a_changed_file_takes_over(tmp_path: Path) -> None:
    slot = PolicySlot(str(a_file(tmp_path)))
    assert not slot.refresh()
    a_file(tmp_path, "second, much longer".replace(", ", "-").replace(" ", "-"))
    assert slot.refresh()
    assert slot.active.version == "second-much-longer"
    assert not slot.refresh()


def test_a_bad_file_keeps_the_old_policy_and_says_why_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slot = PolicySlot(str(a_file(tmp_path)))
    path = a_file(tmp_path, "second", "[thresholds]\nreview = 7\n")
    with caplog.at_level(logging.ERROR):
        assert not slot.refresh()
        assert not slot.refresh()
    (said,) = [record.getMessage() for record in caplog.records]
    assert "thresholds.review: is 7; it must be a number above 0 to 1" in said
    assert said.endswith("Policy first stays in force.")
    path.unlink()
    assert not slot.refresh()
    assert slot.active.version == "first"
    a_file(tmp_path, "third")
    assert slot.refresh()


def test_forgetting_has_an_unchanged_file_read_again(tmp_path: Path) -> None:
    slot = PolicySlot(str(a_file(tmp_path)))
    slot.forget()
    assert not slot.refresh()
    assert slot.active.version == "first"


def test_an_order_is_judged_by_the_policy_in_force(tmp_path: Path, store: OrderStore) -> None:
    slot = PolicySlot(str(a_file(tmp_path)))
    score = score_command(store, policies=slot)
    score(CALL, a_question(an_order()))
    held = score(CALL, a_question(resent(an_order()), "r-2"))
    assert (held.decision.outcome, held.decision.policy_version) == (Outcome.DUPLICATE, "first")
    a_file(tmp_path, "second-one", '[allow]\nsources = ["edi"]\n')
    assert slot.refresh()
    passed = score(CALL, a_question(resent(an_order(), "SO-3"), "r-3"))
    assert (passed.decision.outcome, passed.decision.policy_version) == (
        Outcome.UNIQUE,
        "second-one",
    )
    assert "ALLOWED_SOURCE" in passed.decision.policy_rules


def test_a_pair_of_the_policy_is_found_by_its_names(tmp_path: Path, store: OrderStore) -> None:
    first, again = an_order(), resent(an_order())
    pair = ", ".join(
        f'{{source = "{one.source}", order_id = "{one.order_id}"}}' for one in (first, again)
    )
    policies = PolicySlot(str(a_file(tmp_path, "p", f"[allow]\npairs = [[{pair}]]\n")))
    score = score_command(store, policies=policies)
    score(CALL, a_question(first))
    answer = score(CALL, a_question(again, "r-2"))
    assert (answer.decision.outcome, answer.decision.policy_rules) == (
        Outcome.UNIQUE,
        ("ALLOWED_PAIR",),
    )
    other = score(CALL, a_question(resent(first, "SO-3"), "r-3"))
    assert other.decision.outcome is Outcome.DUPLICATE
