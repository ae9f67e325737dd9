"""The documentation is true: its Python runs, its commands succeed, its links lead somewhere."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ordertwin_cli.connection import connected
from ordertwin_cli.embedded import embedded_server
from ordertwin_cli.sample_stream import send_sample
from ordertwin_cli.welcome import TRY_THIS
from ordertwin_client import OrderTwinClient
from ordertwin_client.requests import DEFAULT_TARGET
from ordertwin_stores import open_store

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "benchmarks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
PATIENCE = 60.0
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")
TALKS_TO_A_SERVER = (
    "ordertwin score",
    "ordertwin status",
    "ordertwin access",
    "ordertwin audit",
    "ordertwin --key-file",
    "ordertwin review",
    "ordertwin customers",
    "ordertwin cases",
    "ordertwin model list",
    "ordertwin policy show",
    "ordertwin policy dry-run",
    "ordertwin policy publish",
    "ordertwin policy list",
    "ordertwin policy history",
    "ordertwin model history",
    "ordertwin model download",
    "ordertwin model publish",
    "ordertwin model shadow",
    "ordertwin model activate",
    "ordertwin model compare",
    "ordertwin model trial",
)
LEFT_OUT = (
    "make ",
    "python -m benchmarks.",
    "pip ",
    "ordertwin serve",
    "ordertwin web",
    "ordertwin train",
    "ordertwin watch",
    "ordertwin webhook",
    "ordertwin merge",
    "ordertwin unmerge",
    "ordertwin resolve",
    "ordertwin policy try",
    "ordertwin scan data",
)
"""Commands that other tests run, or that never end."""


def blocks(kind: str) -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for number, (found, body) in enumerate(FENCE.findall(page.read_text("utf-8"))):
            if found == kind:
                yield f"{page.relative_to(ROOT)}#{number}", body


def typed(console: str) -> list[str]:
    """The commands of a console block, each with its continuation lines."""
    commands: list[str] = []
    for line in console.splitlines():
        if line.startswith("$ "):
            commands.append(line[2:])
        elif line.startswith("> "):
            commands[-1] += "\n" + line[2:]
    return commands


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps its first key."""
    return tmp_path_factory.mktemp("secrets")


@contextlib.contextmanager
def sampled(data: Path) -> Iterator[str]:
    """A server that has the sample orders, as after `make run`."""
    from rich.console import Console

    with embedded_server(data=str(data)) as running:
        with connected(running.address) as client:
            send_sample(client, Console(file=io.StringIO()))
        yield running.address


@pytest.fixture(scope="module")
def server(secrets: Path) -> Iterator[str]:
    """One server for all commands."""
    with sampled(secrets) as address:
        yield address


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[str]:
    """A server for one example: what another one did, such as a cancellation, would go on there."""
    with sampled(tmp_path) as address:
        yield address


@pytest.fixture
def folder(tmp_path: Path, secrets: Path, server: str) -> Path:
    """Where commands run: the documentation, the key of the server, a store that no server uses."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    open_store(f"sqlite:///{tmp_path / 'data' / 'ordertwin.db'}").close()
    shutil.copy(secrets / "admin.key", tmp_path / "data" / "admin.key")
    return tmp_path


@pytest.mark.parametrize(("where", "code"), [*blocks("python")], ids=lambda v: v.split("\n")[0])
def test_python_runs(
    where: str, code: str, own_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A till gives up on a slow answer; here a busy machine is only slow.
    monkeypatch.setitem(OrderTwinClient.__init__.__kwdefaults__, "timeout", PATIENCE)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code.replace(DEFAULT_TARGET, own_server), where, "exec"), {})
    assert "nobody could say" not in said.getvalue()


@pytest.mark.parametrize(("where", "console"), [*blocks("console")], ids=lambda v: v.split("\n")[0])
def test_commands_succeed(where: str, console: str, server: str, folder: Path) -> None:
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    for command in typed(console):
        if command.startswith(LEFT_OUT):
            continue
        if command.startswith(TALKS_TO_A_SERVER):
            command += f" --server {server}"
        done = subprocess.run(
            command, shell=True, cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{where}: {command}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    missing = [
        link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()
    ]
    assert not missing


@pytest.mark.parametrize(("where", "body"), [*blocks("json")], ids=lambda v: v.split("\n")[0])
def test_json_is_json(where: str, body: str) -> None:
    try:
        json.loads(body)
    except json.JSONDecodeError:
        for line in body.splitlines():
            json.loads(line)


def test_the_order_of_the_readme_is_the_one_suggested_after_the_start() -> None:
    assert json.loads((ROOT / "docs" / "order.json").read_text("utf-8")) == json.loads(TRY_THIS)


def test_every_guide_can_be_reached_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [p.name for p in (ROOT / "docs").glob("*.md") if f"docs/{p.name}" not in readme] == []
