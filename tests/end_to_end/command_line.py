"""The `ordertwin` command as a process, the way a person runs it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("ordertwin"))
PATIENCE = 60.0


def ordertwin(
    *arguments: str, cwd: Path, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


class Serving:
    """A server started by `ordertwin serve`; its output so far is in a file."""

    def __init__(self, process: subprocess.Popen[str], output: Path) -> None:
        self.process = process
        self._output = output

    @property
    def printed(self) -> str:
        """Everything it printed so far."""
        return self._output.read_text("utf-8")

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Until the pattern was printed."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = re.search(pattern, self.printed)
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{pattern!r} was not printed:\n{self.printed}")

    @property
    def address(self) -> str:
        """Where it listens."""
        return self.wait_for(r"listens on (127\.0\.0\.1:\d+)")[1]

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@contextmanager
def serving(cwd: Path, *options: str) -> Iterator[Serving]:
    """A server in `cwd` on a free port, for as long as the block lasts."""
    output = cwd / f"output-{time.monotonic_ns()}.txt"
    command = [COMMAND, "serve", "--listen", "127.0.0.1:0", *options]
    with (
        output.open("w") as sink,
        subprocess.Popen(command, cwd=cwd, stdout=sink, stderr=sink, text=True) as process,
    ):
        try:
            yield Serving(process, output)
        finally:
            process.kill()
