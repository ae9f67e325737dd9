"""`ordertwin serve --web` and `ordertwin web`: the page comes and goes with its server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
from tests.end_to_end.command_line import PATIENCE, ordertwin, serving

PAGE = r"Review page and JSON: (http://127\.0\.0\.1:\d+)"


def is_gone(address: str) -> bool:
    host, port = address.removeprefix("http://").split(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, int(port))) != 0


def test_the_page_is_served_beside_the_server_and_ends_with_it(tmp_path: Path) -> None:
    with serving(tmp_path, "--model", "none", "--web", "127.0.0.1:0") as server:
        page = server.wait_for(PAGE)[1]
        assert httpx.get(f"{page}/v1/caller").json()["member"] == "local"
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
    assert is_gone(page)


def test_the_page_does_not_outlive_a_server_that_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path, "--model", "none", "--web", "127.0.0.1:0") as server:
        page = server.wait_for(PAGE)[1]
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(20)
    deadline = time.monotonic() + PATIENCE
    while not is_gone(page) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_gone(page)


def test_the_page_ends_quietly_when_a_service_manager_interrupts_every_process(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "ordertwin_cli", "web", "--until-input-ends"]
    with subprocess.Popen(
        [*command, "--listen", "127.0.0.1:0"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as page:
        assert page.stdout is not None
        assert page.stderr is not None
        assert "http://" in page.stdout.readline()
        page.send_signal(signal.SIGINT)
        assert page.wait(PATIENCE) != -signal.SIGABRT
        assert page.stderr.read() == ""


def test_a_port_that_is_taken_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = ordertwin("serve", "--listen", "127.0.0.1:0", "--web", address, cwd=tmp_path)
        alone = ordertwin("web", "--listen", address, cwd=tmp_path)
    assert done.returncode == 1
    assert f"{address} is in use" in done.stderr
    assert (alone.returncode, alone.stderr.count("\n")) == (1, 1)


def test_the_page_does_not_open_itself_to_a_network_in_the_clear(tmp_path: Path) -> None:
    done = ordertwin("web", "--listen", "0.0.0.0:0", cwd=tmp_path)
    assert done.returncode == 1
    assert "--public-url https://" in done.stderr
    far = ordertwin("web", "--listen", "127.0.0.1:0", "--server", "10.1.2.3:1", cwd=tmp_path)
    assert "in the clear" in far.stderr


def test_a_newcomer_is_told_where_the_page_is_after_the_sample(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with serving(tmp_path, "--sample", "--web", address) as server:
        server.wait_for(r"everything else")
        (_, after) = server.printed.split("sample orders, scored")
    assert f"http://{address}" in after
