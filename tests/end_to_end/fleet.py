"""Several server processes on one store: started, stopped in order, killed, started again."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

PATIENCE = 60.0


class Server:
    """One server process; it always listens on the same port."""

    def __init__(self, store: str, *flags: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self._command = [sys.executable, "-m", "ordertwin_server", "--listen", self.address]
        self._command += ["--store", store, "--log-level", "info", "--max-scoring", "512", *flags]
        self._process: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    def start(self) -> None:
        """Start it, and wait until it answers."""
        process = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        self._process = process
        assert process.stderr is not None
        for line in process.stderr:
            self.said.append(line)
            if re.search(r"listens on \S+;", line):
                # Somebody has to read on, or the server waits for its log to be read.
                self._reader = threading.Thread(target=self.said.extend, args=(process.stderr,))
                self._reader.start()
                return
        raise AssertionError(f"the server did not start: {''.join(self.said)}")

    def stop(self) -> int:
        """End it as a service manager does; returns the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End it as a power cut does."""
        return self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        process, self._process = self._process, None
        with suppress(ProcessLookupError):
            process.send_signal(number)
        code = process.wait(PATIENCE)
        self._reader.join()
        assert process.stderr is not None
        process.stderr.close()
        return code


@contextmanager
def fleet(store: str, size: int, *flags: str) -> Iterator[list[Server]]:
    """Servers on one store for as long as the block lasts."""
    with TemporaryDirectory(prefix="ordertwin-") as folder, ExitStack() as stack:
        servers = [
            Server(store, "--data", str(Path(folder) / f"server-{number}"), *flags)
            for number in range(size)
        ]
        for server in servers:
            stack.callback(server.kill)
        # At the same time, as an orchestrator does: the tables are still to be made.
        with ThreadPoolExecutor(size) as pool:
            list(pool.map(Server.start, servers))
        yield servers


def target_of(servers: list[Server]) -> str:
    """One address for all of them, as a client is given it: it goes on to the next by itself."""
    return "ipv4:" + ",".join(server.address for server in servers)
