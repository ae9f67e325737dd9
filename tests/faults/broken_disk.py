"""Disks that fail: a flush that returns an error, a file system that is full."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.consistency import out_of_step
from tests.faults.findings import Findings
from tests.faults.kills import compare
from tests.faults.orders import Orders
from tests.faults.registrations import Registrations
from tests.faults.servers import client, started

from ordertwin_client import OrderTwinClient, UnavailableError

FAILING_FLUSH = Path(__file__).with_name("failing_flush.py")
SECONDS_TO_EXIT = 15.0
MORE_THAN_A_SERVER_TAKES = 400
"""Orders to hand in for each fault: a server that has nothing to write never meets it."""


def failing_flushes(folder: Path, faults: int, seed: int = 3) -> Findings:
    """Servers whose disk stops flushing while clients register: each must end, and lose nothing."""
    found = Findings("fsync errors", {"faults": 0})
    if sys.platform != "linux":
        found.skipped = "system calls are made to fail as Linux does it"
        return found
    store, source, rng = folder / "orders.db", Orders(seed), random.Random(seed)
    work = Registrations([source.next() for _ in range(MORE_THAN_A_SERVER_TAKES * faults)])
    clients: list[OrderTwinClient] = []
    threads: list[threading.Thread] = []
    for _ in range(faults):
        program = (str(FAILING_FLUSH),)
        with started(store, "--model", "none", program=program) as server:
            clients.append(client(server, timeout=10, retrying=False))
            threads = threads or work.begin(lambda: clients[-1])
            time.sleep(rng.uniform(0.05, 0.3))
            known = set(work.acknowledged)
            server.break_disk()
            # Acknowledged before the fault was complete, or answered from what is stored.
            late = set(work.acknowledged) - known
            code = server.process.wait(SECONDS_TO_EXIT)
            found.count("faults")
            found.count("acknowledged around the fault", len(late))
            if code != 1 or not any("stopped because of a fault" in line for line in server.said):
                found.failed.append(f"the server ended with {code}: {''.join(server.said)[-300:]}")
            found.failed += [line for line in server.said if "Traceback" in line]
    with started(store, "--model", "none") as server:
        clients.append(client(server, timeout=10, retrying=False))
        for thread in threads:
            thread.join()
        compare(found, server, work)
    found.counts["registrations"] = len(work.acknowledged)
    found.failed += [*work.unexpected, *out_of_step(store)]
    return found


def full_disk(folder: Path, rounds: int, seed: int = 4) -> Findings:
    """A file system that runs full under a server and is freed again, several times."""
    found = Findings("disk full", {"times full": 0})
    place = folder / "small"
    place.mkdir()
    with _small_file_system(place) as problem:
        if problem:
            found.skipped = problem
            return found
        store, source = place / "orders.db", Orders(seed)
        orders, names = [], {}
        with started(store, "--model", "none") as server, client(server, retrying=False) as caller:
            for _ in range(rounds):
                ballast = _fill(place)
                refused = None
                while refused is None:
                    order = source.next()
                    try:
                        names[order.order_id] = caller.score_order(
                            order, request_id=order.order_id
                        ).order
                        orders.append(order)
                    except UnavailableError as error:
                        refused = order
                        if error.reason != "STORE_UNAVAILABLE":
                            found.failed.append(f"a full disk was told as {error.reason}")
                found.count("times full")
                if len(list(caller.list_orders(page_size=1000))) != len(orders):
                    found.failed.append("what is stored cannot be read while the disk is full")
                ballast.unlink()
                names[refused.order_id] = caller.score_order(
                    refused, request_id=refused.order_id
                ).order
                orders.append(refused)
            found.counts["orders"] = len(orders)
            stored = {each.name for each in caller.list_orders(page_size=1000)}
            found.lost += sorted(set(names.values()) - stored)
            found.doubled += sorted(stored - set(names.values()))
            if server.terminate() != 0:
                found.failed.append("the server did not end well")
        found.failed += out_of_step(store)
    return found


def _fill(place: Path) -> Path:
    """Leave no more than a few pages on the file system."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(64 * 1024))
        except OSError:
            size = file.tell()
        file.truncate(max(size - 256 * 1024, 0))
    return ballast


@contextmanager
def _small_file_system(place: Path) -> Iterator[str]:
    """A file system of a few megabytes at `place`; yields why there is none, if so."""
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        yield "there is no mount command"
        return
    if done.returncode:
        yield f"nothing can be mounted here ({done.stderr.strip()})"
        return
    try:
        yield ""
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
