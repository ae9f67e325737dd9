"""A temporary server in a process of its own: fresh store, free port, gone when it is done.

Replay and benchmarks talk to it over real gRPC. `python -m ordertwin_cli.embedded` is that process;
it prints its address and then serves until it is told to stop.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ordertwin_cli.failures import CommandFailed

SECONDS_TO_STOP = 20


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """Where it listens, the id of its process, and what it says while it runs."""

    address: str
    pid: int
    log: Path


@contextmanager
def embedded_server(**settings: str) -> Iterator[EmbeddedServer]:
    """A server with these settings (names as in `ordertwin_server.settings`), until the block ends.

    Without `store` it keeps its orders in a directory that is removed with it. Raises
    CommandFailed with its own words when it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="ordertwin-") as folder:
        given = {
            "listen": "127.0.0.1:0",
            "store": f"sqlite:///{Path(folder) / 'ordertwin.db'}",
            "log_level": "warning",
        } | settings
        command = [sys.executable, "-m", __name__, *_arguments(given)]
        log = Path(folder) / "server.log"
        # A session of its own: Ctrl-C is for the command, which stops the server when it is done.
        with (
            log.open("w") as errors,
            subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
            ) as process,
        ):
            try:
                yield EmbeddedServer(_address(process, log), process.pid, log)
            finally:
                process.terminate()
                try:
                    process.wait(SECONDS_TO_STOP)
                except subprocess.TimeoutExpired:
                    process.kill()


def _arguments(settings: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in settings.items()]


def _address(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    if not address:
        process.wait(SECONDS_TO_STOP)
        said = log.read_text().strip().splitlines()
        raise CommandFailed(said[-1] if said else "The temporary server did not start.")
    return address


def main(arguments: list[str]) -> int:
    """Serve with settings given as `name=value`; the address is the only line on stdout."""
    from ordertwin_server.process import run
    from ordertwin_server.settings import Settings

    flags = dict(argument.split("=", 1) for argument in arguments)
    settings = Settings.load(environment={}, flags=flags)
    return run(settings, announce=lambda ready: print(ready.address, flush=True))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
