"""`ordertwin access` and `ordertwin audit` as processes, the way an administrator uses them."""

from __future__ import annotations

import csv
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.end_to_end.command_line import Serving, ordertwin, serving

PASSWORD, FIRST = "correct horse battery", "first handed over"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Serving]:
    with serving(folder, "--require-auth", "--model", "none") as running:
        running.wait_for("listens on")
        yield running


def run(
    server: Serving,
    folder: Path,
    *words: str,
    key: str = "",
    stdin: str | None = None,
    fails: bool = False,
) -> str:
    """What a command prints."""
    before = ["--key-file", key] if key else []
    done = ordertwin(*before, *words, "--server", server.address, cwd=folder, stdin=stdin)
    assert (done.returncode != 0) is fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_client_gets_a_key_a_role_and_loses_both(server: Serving, folder: Path) -> None:
    run(server, folder, "access", "create-key", "erp", "--to-file", "erp.key")
    assert (folder / "erp.key").stat().st_mode & 0o777 == 0o600
    due = run(server, folder, "access", "grant", "clients/erp", "clerk", "--max-release", "500.00")
    assert "to be confirmed by 20" in due
    assert "orders.score" in run(server, folder, "access", "whoami", key="erp.key")
    assert "clients/erp  clerk" in run(server, folder, "access", "members")
    run(server, folder, "access", "confirm", "clients/erp", "clerk")
    refused = run(server, folder, "audit", "list", key="erp.key", fails=True)
    assert "PERMISSION_DENIED" in refused
    run(server, folder, "access", "withdraw", "clients/erp", "clerk")
    assert "clients/erp  clerk" not in run(server, folder, "access", "members")
    key_id = (folder / "erp.key").read_text().split("_")[1]
    run(server, folder, "access", "revoke-key", key_id)
    assert "revoked" in run(server, folder, "access", "keys")
    refused = run(server, folder, "access", "whoami", key="erp.key", fails=True)
    assert "UNAUTHENTICATED" in refused


def test_people_sign_in_change_their_password_and_sign_out(server: Serving, folder: Path) -> None:
    run(server, folder, "access", "grant", "people/anna", "auditor")
    run(server, folder, "access", "password", "people/anna", stdin=f"{FIRST}\n")
    signing = ("access", "sign-in", "people/anna", "--to-file", "anna.key")
    assert "change it with" in run(server, folder, *signing, stdin=f"{FIRST}\n")
    change = ("access", "password", "people/anna")
    run(server, folder, *change, key="anna.key", stdin=f"{FIRST}\n{PASSWORD}\n")
    run(server, folder, *signing, stdin=f"{PASSWORD}\n")
    assert "audit.read" in run(server, folder, "access", "whoami", key="anna.key")
    assert "SetPassword" in run(server, folder, "audit", "list", key="anna.key")
    run(server, folder, "access", "sign-out", key="anna.key")
    run(server, folder, "access", "whoami", key="anna.key", fails=True)
    run(server, folder, *signing, stdin="a wrong one\n", fails=True)
    for secret in (FIRST, PASSWORD, "a wrong one"):
        assert secret not in server.printed


def test_roles_of_ones_own_and_a_review_as_a_page(server: Serving, folder: Path) -> None:
    run(server, folder, "access", "define-role", "watcher", "--permission", "orders.read")
    assert "watcher: orders.read" in run(server, folder, "access", "roles")
    said = run(server, folder, "access", "review", "--html", "review.html", "--since", "2026-01-01")
    assert "findings" in said
    page = (folder / "review.html").read_text("utf-8")
    assert "Who can do what" in page
    assert "DefineRole" in page
    again = run(server, folder, "access", "review", "--since", "last")
    assert "CONFLICTING_RIGHTS" in again
    assert "DefineRole" not in again


def test_the_log_is_listed_exported_and_verified(server: Serving, folder: Path) -> None:
    run(server, folder, "access", "roles")
    run(server, folder, "audit", "export", "--shape", "csv", "--to-file", "log.csv")
    with (folder / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"CreateFirstKey", "ListRoles"} <= {row["action"] for row in rows}
    lines = run(server, folder, "audit", "export").splitlines()
    assert {"position", "actor", "hash"} <= set(json.loads(lines[0]))
    assert "holds" in run(server, folder, "audit", "verify")


def test_a_subject_is_erased_with_a_receipt(server: Serving, folder: Path) -> None:
    receipt = json.loads(run(server, folder, "access", "erase", "--email", "anna@example.org"))
    assert receipt["name"].startswith("tenants/default/erasures/")
    assert receipt["head"]["signature"]
    assert "party_id" in run(server, folder, "access", "erase", fails=True)


def test_secrets_are_neither_arguments_nor_in_the_process_list(
    server: Serving, folder: Path
) -> None:
    for group in ("access password --help", "access sign-in --help"):
        said = ordertwin(*group.split(), cwd=folder).stdout
        assert "--password" not in said
    listed = Path(f"/proc/{server.process.pid}/cmdline")
    if listed.exists():
        assert b"ot_" not in listed.read_bytes()


def test_afterwards_the_log_is_verified_without_the_server(tmp_path: Path) -> None:
    folder = tmp_path
    with serving(folder, "--require-auth", "--model", "none") as running:
        running.wait_for("listens on")
        os.kill(running.process.pid, signal.SIGTERM)
        running.process.wait(30)
    data = folder / "data"
    verify = ["audit", "verify", "--store", f"sqlite:///{data / 'ordertwin.db'}"]
    heads = ["--heads", str(data / "audit-heads.jsonl")]
    done = ordertwin(
        *verify, *heads, "--public-key", str(data / "audit-public-key.pem"), cwd=folder
    )
    assert done.returncode == 0, done.stderr
    assert "heads extended" in done.stdout
