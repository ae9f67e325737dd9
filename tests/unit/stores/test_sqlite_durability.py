"""What was acknowledged survives the process being killed at any moment."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest
from sqlite_utils import Database
from tests.conformance.stores.entries import TENANT, a_registration, seen_now

from ordertwin_stores.interface import Replayed
from ordertwin_stores.sqlite.store import SqliteStore

KILLS = 10

REGISTER_FOR_EVER = r"""
    import os, sys
    from concurrent.futures import ThreadPoolExecutor
    from ordertwin_stores.sqlite.store import SqliteStore
    from tests.conformance.stores.entries import a_registration, register

    store = SqliteStore(sys.argv[1])
    first = int(sys.argv[2])

    def keep_registering(thread):
        for n in range(first + thread, 10**9, 4):
            register(store, a_registration(f"SO-{n}", blocking_keys=(n,), terms=(n % 7,)))
            os.write(1, f"{n}\n".encode())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep_registering, range(4)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_no_acknowledged_order_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    moments = random.Random(7)
    acknowledged: set[int] = set()
    for _ in range(KILLS):
        first = max(acknowledged, default=-1) + 1_000
        with subprocess.Popen(
            [sys.executable, "-c", dedent(REGISTER_FOR_EVER), str(path), str(first)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        ) as process:
            assert process.stdout is not None
            acknowledged.add(int(process.stdout.readline()))
            time.sleep(moments.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
            acknowledged.update(map(int, process.stdout.read().split()))
    with SqliteStore(str(path)) as store:
        stored = [each.order.order_id for each in store.iterate_orders(TENANT)]
        assert len(stored) == len(set(stored)) == store.status(TENANT).orders
        assert {f"SO-{n}" for n in acknowledged} <= set(stored)
        assert sum(store.statistics(TENANT, range(7)).counts.values()) == len(stored)
        again = a_registration(f"SO-{max(acknowledged)}")
        assert isinstance(store.register(TENANT, again, seen_now(store, again)), Replayed)
    with Database(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = {name: database.table(name).count for name in ("decisions", "requests", "audit")}
    assert set(rows.values()) == {len(stored)}, "all or nothing of each registration"
