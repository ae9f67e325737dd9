"""A PostgreSQL of our own that crashes and comes back, while two servers register orders on it."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.end_to_end.fleet import fleet
from tests.end_to_end.several_servers import Count, Work, clients, compare, run
from tests.faults.findings import Findings

from benchmarks.bulk_orders import Business
from ordertwin_client import OrderTwinClient, UnavailableError

CALLERS = 8
PATIENCE = 300.0
USER = "postgres"


def postgres_crashes(crashes: int, seed: int = 9) -> Findings:
    """The database dies without a word; clients repeat, and nothing is lost or doubled."""
    name = "PostgreSQL crashes"
    programs = _programs()
    if programs is None or os.geteuid() != 0 or shutil.which("runuser") is None:
        return Findings(name, skipped="a PostgreSQL of one's own needs its programs, and root")
    chance, count, work = random.Random(seed), Count(), Work(Business(seed))
    ended = threading.Event()
    with (
        TemporaryDirectory(prefix="ordertwin-postgres-") as folder,
        _Cluster(Path(folder), programs).running() as cluster,
        fleet(cluster.address, 2) as servers,
        clients(servers, CALLERS, anywhere=True) as asking,
    ):

        def register(caller: OrderTwinClient) -> None:
            while not ended.is_set():
                order = work.take()
                while True:
                    try:
                        answer = caller.score_order(order, request_id=f"register {order.order_id}")
                    except UnavailableError:
                        count.tried["calls repeated by hand"] += 1
                        time.sleep(0.02)
                    else:
                        work.acknowledge(order, answer)
                        break

        def crash() -> None:
            try:
                for _ in range(crashes):
                    _await(work, 50)
                    time.sleep(chance.uniform(0, 0.1))
                    cluster.crash()
                    count.tried["crashes"] += 1
                _await(work, 50)
            finally:
                ended.set()

        run([lambda caller=each: register(caller) for each in asking] + [crash])
        count.tried["calls"] = work.done
        compare(count, asking[0], work.names)
        count.failed += ["a server did not end well" for each in servers if each.stop() != 0]
    return Findings(name, dict(count.tried), count.lost, count.doubled, count.failed)


def _await(work: Work, more: int) -> None:
    due, until = work.done + more, time.monotonic() + PATIENCE
    while work.done < due:
        assert time.monotonic() < until, "servers do not go on after the database came back"
        time.sleep(0.002)


def _programs() -> Path | None:
    """Where the newest PostgreSQL installed here has its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    return found[-1].parent if found else None


class _Cluster:
    """A database server in a folder, on a port of its own."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs = folder, programs
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.address = f"postgresql://{USER}@127.0.0.1:{self._port}/postgres"

    @contextmanager
    def running(self) -> Iterator[_Cluster]:
        """The cluster, for as long as the block lasts."""
        shutil.chown(self._folder, USER)
        self._do("initdb", "-A", "trust", "-U", USER)
        self._start()
        try:
            yield self
        finally:
            self._do("pg_ctl", "-m", "immediate", "stop")

    def crash(self) -> None:
        """End every process at once, as a power cut does, and start again."""
        self._do("pg_ctl", "-m", "immediate", "-w", "stop")
        self._start()

    def _start(self) -> None:
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -k {self._folder}"
        log = str(self._folder / "log")
        self._do("pg_ctl", "-w", "-t", "120", "-o", options, "-l", log, "start")

    def _do(self, program: str, *arguments: str) -> None:
        data = str(self._folder / "data")
        command = ["runuser", "-u", USER, "--", str(self._programs / program), "-D", data]
        subprocess.run([*command, *arguments], check=True, stdout=subprocess.DEVNULL)
