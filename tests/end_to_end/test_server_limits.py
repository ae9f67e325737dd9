"""A server process and what surrounds it: a log that nobody reads, many connections."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import grpc
import pytest
from tests.end_to_end.test_server_process import command
from tests.unit.server.builders import an_order

from ordertwin_client import OrderTwinClient
from ordertwin_server.convert import order_to_proto

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes are shrunk as Linux does it")
SECONDS = 60


@contextmanager
def behind_a_small_pipe(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str, int]]:
    """A server whose log goes into a pipe of one page; its address, and where the log is read."""
    import fcntl

    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    with subprocess.Popen(
        command("--listen", "127.0.0.1:0", "--store", f"sqlite:///{folder / 'orders.db'}"),
        stderr=writing,
    ) as process:
        os.close(writing)
        try:
            said = b""
            while not (found := re.search(rb"listens on (\S+);", said)):
                said += os.read(reading, 1000) or pytest.fail(f"it ended: {said!r}")
            yield process, found[1].decode(), reading
        finally:
            process.kill()
            os.close(reading)


def test_a_log_that_nobody_reads_stops_no_call(tmp_path: Path) -> None:
    with behind_a_small_pipe(tmp_path) as (process, address, log):
        with OrderTwinClient(address, timeout=SECONDS) as client:
            for number in range(80):
                client.score_order(order_to_proto(an_order(f"SO-{number}")))
            said = os.read(log, 4096)
            client.score_order(order_to_proto(an_order("SO-last")))
        assert said.count(b"ScoreOrder") < 80
        assert b"log lines were dropped" in os.read(log, 4096)
        # Full again, and still it ends as it should.
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def test_a_log_that_nobody_reads_does_not_keep_a_server_that_ends(tmp_path: Path) -> None:
    with behind_a_small_pipe(tmp_path) as (process, address, _):
        with OrderTwinClient(address, timeout=SECONDS) as client:
            for _ in range(60):
                client.score_order(order_to_proto(an_order()), validate_only=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def test_a_server_whose_log_lost_its_reader_answers_and_ends_as_it_should(tmp_path: Path) -> None:
    flags = command("--listen", "127.0.0.1:0", "--store", f"sqlite:///{tmp_path / 'orders.db'}")
    with subprocess.Popen(flags, stderr=subprocess.PIPE) as process, ExitStack() as stack:
        stack.callback(process.kill)
        assert process.stderr is not None
        found = re.search(rb"listens on (\S+);", process.stderr.readline())
        assert found
        process.stderr.close()
        with OrderTwinClient(found[1].decode(), timeout=SECONDS) as client:
            client.score_order(order_to_proto(an_order()))
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def test_more_connections_than_the_usual_limit_of_files_are_served(tmp_path: Path) -> None:
    shell = 'ulimit -S -n 96; exec "$@"'
    flags = command("--listen", "127.0.0.1:0", "--store", f"sqlite:///{tmp_path / 'orders.db'}")
    with (
        subprocess.Popen(["sh", "-c", shell, "sh", *flags], stderr=subprocess.PIPE) as process,
        ExitStack() as stack,
    ):
        stack.callback(process.kill)
        assert process.stderr is not None
        found = re.search(rb"listens on (\S+);", process.stderr.readline())
        assert found
        options = [("grpc.use_local_subchannel_pool", 1)]
        for number in range(150):
            channel = stack.enter_context(grpc.insecure_channel(found[1].decode(), options))
            client = OrderTwinClient(channel=channel, timeout=SECONDS)
            client.score_order(order_to_proto(an_order()), request_id=f"from {number}")
