"""Real server processes: started, killed, and made to suffer."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import grpc

from ordertwin_client import OrderTwinClient
from ordertwin_client.requests import CHANNEL_OPTIONS

PATIENCE = 60.0
ROOT = Path(__file__).parents[2]
MODULE = ("-m", "ordertwin_server")


@dataclass(slots=True)
class Server:
    """A server process and where it listens; `said` grows with what it says."""

    process: subprocess.Popen[str]
    address: str
    said: list[str] = field(default_factory=list)

    def kill(self) -> None:
        """As a power cut ends it, if the disk keeps its promises."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def terminate(self) -> int:
        """As a service manager ends it; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def break_disk(self) -> None:
        """Have a server of `failing_flush` meet errors; returns when every flush fails."""
        self.process.send_signal(signal.SIGUSR1)
        until = time.monotonic() + PATIENCE
        while not any("stops flushing" in line for line in self.said):
            assert time.monotonic() < until, "the disk could not be broken"
            time.sleep(0.005)

    @property
    def resident_kib(self) -> int:
        """Memory that it takes."""
        text = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        return int(text.partition("VmRSS:")[2].split()[0])


@contextmanager
def started(
    store: Path, *flags: str, program: Sequence[str] = MODULE, listen: str = "127.0.0.1:0"
) -> Iterator[Server]:
    """A server over the store at `store`, for as long as the block lasts."""
    flags = ("--store", f"sqlite:///{store}", "--listen", listen, "--log-level", "info", *flags)
    with subprocess.Popen(
        [sys.executable, *program, *flags], stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        said: list[str] = []
        listener = threading.Thread(target=_listen, args=(process.stderr, said), daemon=True)
        try:
            address = _address(process, said)
            listener.start()
            yield Server(process, address, said)
        finally:
            process.kill()
            if listener.ident is not None:
                listener.join(PATIENCE)


def _address(process: subprocess.Popen[str], said: list[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line)
        found = re.search(r"listens on (\S+);", line)
        if found:
            return found[1]
    raise AssertionError(f"the server did not start: {''.join(said)}")


def _listen(stream: IO[str], said: list[str]) -> None:
    """Keep what is said until the process is gone; `list.extend` would show it only at the end."""
    while line := stream.readline():
        said.append(line)


def client(server: Server, *, timeout: float = 120.0, retrying: bool = True) -> OrderTwinClient:
    """A patient client; one that is not `retrying` sees every failure itself."""
    options = CHANNEL_OPTIONS if retrying else (("grpc.enable_retries", 0),)
    channel = grpc.insecure_channel(
        server.address, [*options, ("grpc.use_local_subchannel_pool", 1)]
    )
    return OrderTwinClient(channel=channel, timeout=timeout, read_timeout=timeout)
