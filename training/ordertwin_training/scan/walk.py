"""Walking over a whole store in chunks, in several processes, with a file that remembers how far.

The findings file has a line for the scan and then one for each chunk, in the order of the store. A
scan that was interrupted reads what is there, drops a line that was cut off, and goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from pathlib import Path

from ordertwin_models.errors import OrderTwinError
from ordertwin_stores import open_archive
from ordertwin_stores.open import shown_address
from ordertwin_training.scan.chunk import Scanner, Task
from ordertwin_training.scan.findings import Chunk

FORMAT = "ordertwin-scan/1"
CHUNK = 200
"""Sequences a chunk covers: a second of work or less, so that little is lost by an interruption."""

CHUNKS_A_PROCESS = 4

Progress = Callable[[int, int], None]
"""Called with the sequences done and those there are."""


class ScanRefused(OrderTwinError):
    """The scan cannot start or go on; says what to do."""


def walk(task: Task, findings: Path, processes: int, progress: Progress) -> int:
    """Scan what is not scanned yet; returns how many orders were judged in this run.

    Raises `ScanRefused` when the file holds another scan, `StoreUnusable` when there is no store.
    """
    archive = open_archive(task.store)
    try:
        newest = archive.newest_sequence(task.tenant)
    finally:
        archive.close()
    done = _resume(task, findings)
    starts = iter(range(done, newest, CHUNK))
    judged = 0
    progress(done, newest)
    with findings.open("a", encoding="utf-8") as file:
        for chunk in _chunks(task, starts, newest, processes):
            file.write(chunk.to_line())
            file.flush()
            judged += chunk.orders
            progress(chunk.until, newest)
        os.fsync(file.fileno())
    return judged


def chunks_in(findings: Path) -> Iterator[Chunk]:
    """The chunks of a findings file, in order; a line that was cut off ends it."""
    with findings.open(encoding="utf-8") as file:
        next(file, "")
        for line in file:
            if not line.endswith("\n"):
                return
            yield Chunk.from_line(line)


def _chunks(task: Task, starts: Iterator[int], newest: int, processes: int) -> Iterator[Chunk]:
    if processes == 1:
        scanner = Scanner(task)
        try:
            for after in starts:
                yield scanner.scan(after, min(after + CHUNK, newest))
        finally:
            scanner.close()
        return
    # Not forked: threads are about, and a fork would copy their locks.
    pool = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(task,)
    )
    under_way: deque[Future[Chunk]] = deque()
    try:
        for after in starts:
            under_way.append(pool.submit(_scan, after, min(after + CHUNK, newest)))
            if len(under_way) >= CHUNKS_A_PROCESS * processes:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_scanners: list[Scanner] = []
"""The scanner of this process, once it has one."""


def _begin(task: Task) -> None:
    """Make this process one that scans, for as long as its parent lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _scanners.append(Scanner(task))


def _scan(after: int, until: int) -> Chunk:
    return _scanners[0].scan(after, until)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _resume(task: Task, findings: Path) -> int:
    """The last sequence that is scanned; makes the file when there is none."""
    head = json.dumps({"format": FORMAT, "task": _identity(task)}, ensure_ascii=False) + "\n"
    if not findings.exists() or not findings.stat().st_size:
        findings.parent.mkdir(parents=True, exist_ok=True)
        findings.write_text(head, "utf-8")
        return 0
    done, good = 0, 0
    with findings.open("rb") as file:
        first = file.readline()
        if first.decode("utf-8", "replace") != head:
            raise ScanRefused(
                f"{findings.parent} holds a scan of another store, model, policy or language; "
                "name another directory with --out, or begin anew with --fresh."
            )
        good = file.tell()
        for line in file:
            if not line.endswith(b"\n"):
                break
            done = Chunk.from_line(line.decode()).until
            good += len(line)
    with findings.open("rb+") as file:
        file.truncate(good)
    return done


def _identity(task: Task) -> dict[str, str]:
    """What must be the same for a scan to go on."""
    model = task.model.read_bytes() if task.model else b""
    return {
        "store": shown_address(task.store),
        "tenant": task.tenant,
        "model": hashlib.sha256(model).hexdigest(),
        "policy": hashlib.sha256(repr(task.policy).encode()).hexdigest(),
        "language": task.language,
    }
