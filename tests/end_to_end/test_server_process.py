"""The server as a process: how it starts, stops and refuses to start."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tests.unit.server.builders import an_order, resent

from ordertwin.v1 import decision_pb2
from ordertwin_client import OrderTwinClient, UnavailableError
from ordertwin_server.convert import order_to_proto

SECONDS = 20


def command(*flags: str) -> list[str]:
    return [sys.executable, "-m", "ordertwin_server", "--model", "none", *flags]


@contextmanager
def started(folder: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process that keeps its data in `folder`, and the address it listens on."""
    process = subprocess.Popen(
        command("--listen", "127.0.0.1:0", *flags),
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        address = re.search(r"listens on (\S+);", line)
        assert address, line
        yield process, address[1]
    finally:
        process.kill()
        process.communicate()


def refused(folder: Path, *flags: str) -> str:
    """The one line of a server that could not start."""
    begun = time.monotonic()
    ended = subprocess.run(
        command(*flags), cwd=folder, capture_output=True, text=True, timeout=SECONDS
    )
    assert ended.returncode == 1
    assert time.monotonic() - begun < 10
    assert "Traceback" not in ended.stderr
    (line,) = ended.stderr.splitlines()
    assert line.startswith("OrderTwin cannot start: ")
    return line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_with_one_line_and_keeps_the_data(
    tmp_path: Path, number: signal.Signals
) -> None:
    with started(tmp_path) as (process, address):
        with OrderTwinClient(address, timeout=10) as client:
            first = client.score_order(order_to_proto(an_order()))
        process.send_signal(number)
        assert process.wait(SECONDS) == 0
        assert process.stderr is not None
        assert process.stderr.read().splitlines()[-1] == (
            "OrderTwin stopped; everything it acknowledged is stored."
        )
    with started(tmp_path) as (_, address), OrderTwinClient(address, timeout=10) as client:
        twin = client.score_order(order_to_proto(resent(an_order())))
        assert twin.outcome != decision_pb2.OUTCOME_UNIQUE
        assert twin.matches[0].order.name == first.order


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    with started(tmp_path) as (process, address):
        with OrderTwinClient(address, timeout=10) as client:
            names = [
                client.score_order(order_to_proto(an_order(f"SO-{number}"))).order
                for number in range(20)
            ]
        process.kill()
        process.wait(SECONDS)
    with started(tmp_path) as (_, address), OrderTwinClient(address) as client:
        assert {order.name for order in client.list_orders()} == set(names)


def test_a_second_signal_ends_at_once(tmp_path: Path) -> None:
    with started(tmp_path, "--drain-seconds", "60") as (process, _):
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 130


def test_a_second_server_on_the_same_port_is_refused(tmp_path: Path) -> None:
    with started(tmp_path) as (_, address):
        line = refused(tmp_path, "--listen", address, "--store", "other.db")
    assert f"{address} is in use" in line
    assert "--listen" in line


def test_a_second_server_on_the_same_file_is_refused_and_names_the_holder(tmp_path: Path) -> None:
    with started(tmp_path) as (process, _):
        line = refused(tmp_path, "--listen", "127.0.0.1:0")
    assert str(process.pid) in line


def test_a_port_that_another_program_holds_is_named(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        address = f"127.0.0.1:{held.getsockname()[1]}"
        assert f"{address} is in use" in refused(tmp_path, "--listen", address)


def test_a_server_can_start_again_at_once_on_the_port_it_had(tmp_path: Path) -> None:
    with started(tmp_path) as (process, address), OrderTwinClient(address, timeout=10) as client:
        client.score_order(order_to_proto(an_order()))
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)
    with started(tmp_path, "--listen", address) as (_, again):
        assert again == address


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--listen", "0.0.0.0:50551"), "not encrypted"),
        (("--listen", "192.0.2.1:50551", "--allow-insecure-bind"), "no address of this machine"),
        (("--listen", "50551"), "must look like 127.0.0.1:50551"),
        (("--store", "sqlite:///no/such/folder/x.db"), "Create it"),
        (("--store", "oracle://x"), "sqlite:///"),
        (("--store", "text.txt"), "not a SQLite database"),
        (("--model", "missing.json"), "There is no model file missing.json"),
        (("--model", "text.txt"), "text.txt is refused"),
        (("--model", "."), "cannot be read"),
        (("--max-lines", "0"), "a whole number from 1 to 10000"),
    ],
    ids=lambda value: "" if isinstance(value, tuple) else value,
)
def test_a_server_that_cannot_start_says_in_one_line_what_to_do(
    tmp_path: Path, flags: tuple[str, ...], words: str
) -> None:
    (tmp_path / "text.txt").write_text("this is neither a model nor a database\n" * 200)
    assert words in refused(tmp_path, "--listen", "127.0.0.1:0", *flags)


def test_a_call_that_never_ends_does_not_keep_the_server_alive(tmp_path: Path) -> None:
    script = """
import sys, time
from ordertwin_server import process
from ordertwin_server.__main__ import main
from ordertwin_server.commands.score_order import ScoreOrder
process.SECONDS_TO_CLOSE = 0.5
ScoreOrder.__call__ = lambda *arguments: time.sleep(60)
sys.exit(main(["--listen", "127.0.0.1:0", "--model", "none", "--grace-seconds", "0.5"]))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        address = re.search(r"listens on (\S+);", process.stderr.readline())
        assert address
        with OrderTwinClient(address[1], timeout=0.5) as client, pytest.raises(UnavailableError):
            client.score_order(order_to_proto(an_order()))
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 1
        assert "some calls had not ended" in process.stderr.read()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are other ones there")
def test_a_read_only_data_directory_is_refused(tmp_path: Path) -> None:
    # Root may write anywhere, so the server gives that up once everything is imported.
    script = """
import codecs, os, resource, shutil, sys
from ordertwin_server.__main__ import main
from ordertwin_stores import open_store
open_store(":memory:").close()
codecs.lookup("utf-8-sig")
if os.getuid() == 0:
    os.setuid(65_534)
sys.exit(main(["--listen", "127.0.0.1:0", "--model", "none"]))
"""
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o555)
    for place in (tmp_path, *tmp_path.parents):
        if place.stat().st_uid == os.getuid() and "pytest" in str(place):
            place.chmod(place.stat().st_mode | 0o055)
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert str(folder) in line
    assert "writable" in line


def test_a_refused_model_may_be_done_without_when_that_is_wanted(tmp_path: Path) -> None:
    process = subprocess.Popen(
        command("--listen", "127.0.0.1:0", "--model", "missing.json", "--allow-degraded"),
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        assert "rules answer" in process.stderr.readline()
        address = re.search(r"listens on (\S+);", process.stderr.readline())
        assert address
        with OrderTwinClient(address[1], timeout=10) as client:
            assert client.score_order(order_to_proto(an_order())).degraded
    finally:
        process.kill()
        process.communicate()


def test_health_answers_as_soon_as_the_address_is_announced(tmp_path: Path) -> None:
    with started(tmp_path) as (_, address), grpc.insecure_channel(address) as channel:
        answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_the_server_imports_nothing_heavy(tmp_path: Path) -> None:
    script = """
import sys, ordertwin_server.process
from ordertwin_stores import open_store
open_store("light.db").close()
print(*sorted({"sklearn", "pandas", "recordlinkage", "mlflow", "scipy"} & {
    name for name, module in sys.modules.items() if module is not None}))
"""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    assert ended.stdout.split() == []
