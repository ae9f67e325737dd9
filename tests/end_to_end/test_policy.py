"""The policy from the command line and in a running server."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from tests.end_to_end.command_line import ordertwin, serving

from ordertwin_server.policy_slot import read_policy

EXAMPLE = Path(__file__).parents[2] / "docs" / "policy.toml"
HEAD = 'format = "ordertwin-policy/1"\nversion = "{}"\n'


def test_the_example_of_the_guide_is_whole(tmp_path: Path) -> None:
    said = ordertwin("policy", "check", str(EXAMPLE), cwd=tmp_path)
    assert said.stdout.startswith("Policy wholesale/2026-03 is whole: 3 rules")
    assert read_policy(EXAMPLE).burst


def test_a_broken_file_is_refused_with_every_problem(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(HEAD.format("x") + "[thresholds]\nreview = 2\nduplikate = 1\n")
    said = ordertwin("policy", "check", "p.toml", cwd=tmp_path)
    assert said.returncode == 1
    assert "thresholds.review: is 2" in said.stderr
    assert "did you mean duplicate?" in said.stderr
    started = ordertwin("serve", "--policy", "p.toml", cwd=tmp_path)
    assert started.returncode == 1
    assert started.stderr.startswith("OrderTwin cannot start: The policy file p.toml breaks rules")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
def test_a_running_server_takes_a_new_policy_and_refuses_a_bad_one(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(HEAD.format("first"))
    with serving(tmp_path, "--model", "none", "--policy", str(file), "--sample") as server:
        server.wait_for("listens on")
        file.write_text(HEAD.format("second"))
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(r"Policy second is in force; before, it was first\.")
        file.write_text(HEAD.format("third") + "[burst]\nshare = 3\n")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(r"burst\.share: is 3; .* Policy second stays in force\.")
        order = json.dumps(
            {"order_id": "X", "ordered_at": "2025-03-04T09:00:00Z", "total_amount": "9"}
        )
        scored = ordertwin("score", "-", "--json", "--server", server.address, cwd=tmp_path,
                           stdin=order)  # fmt: skip
        assert json.loads(scored.stdout)["policy_version"] == "second"
        tried = ordertwin("policy", "try", str(EXAMPLE), "--store", "data/ordertwin.db", "--json",
                          cwd=tmp_path)  # fmt: skip
        report = json.loads(tried.stdout)
        assert report["decisions"] > 10
        shown = ordertwin("policy", "try", str(EXAMPLE), "--store", "data/ordertwin.db",
                          cwd=tmp_path)  # fmt: skip
        assert f"would change {report['changed']} of {report['decisions']}" in shown.stdout
        assert server.interrupt() == 0


def test_a_policy_is_tried_published_put_into_force_and_put_back(tmp_path: Path) -> None:
    with serving(tmp_path, "--model", "none", "--sample") as server:
        server.wait_for("listens on")

        def policy(*words: str) -> str:
            done = ordertwin("policy", *words, "--server", server.address, cwd=tmp_path)
            assert done.returncode == 0, done.stderr
            return done.stdout

        assert "wholesale/2026-03 would change" in policy("dry-run", str(EXAMPLE))
        assert policy("publish", str(EXAMPLE)).startswith("wholesale/2026-03  by clients/")
        now = policy("activate", "wholesale/2026-03", "--reason", "agreed")
        assert "in force, used by this server" in now
        assert policy("show") == EXAMPLE.read_text("utf-8")
        policy("activate", "default/1", "--reason", "too strict")
        assert policy("list").splitlines()[-1] == "orders are judged by default/1"
        newest, former = policy("history").splitlines()
        assert "default/1 in place of wholesale/2026-03" in newest
        assert former.endswith(": agreed")
        (tmp_path / "bad.toml").write_text(HEAD.format("bad") + "[burst]\nshare = 3\n")
        refused = ordertwin("policy", "publish", "bad.toml", "--server", server.address,
                            cwd=tmp_path)  # fmt: skip
        assert "burst.share: line 4: is 3" in refused.stderr
        assert server.interrupt() == 0
