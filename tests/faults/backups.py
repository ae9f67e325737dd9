"""Backups made while orders come in, each restored and compared with what had been acknowledged."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.consistency import out_of_step
from tests.faults.findings import Findings
from tests.faults.orders import Orders
from tests.faults.registrations import Registrations
from tests.faults.servers import client, started

from ordertwin_stores import open_store
from ordertwin_stores.sqlite.backup import back_up, restore

TENANT = "default"


def backups(folder: Path, backups: int, seed: int = 8) -> Findings:
    """A backup holds all that was acknowledged before it began, and fits together."""
    found = Findings("backups under load", {"backups": 0})
    store, source = folder / "orders.db", Orders(seed)
    work = Registrations([source.next() for _ in range(backups * 100)])
    with started(store, "--model", "none") as server, client(server) as caller:
        threads = work.begin(lambda: caller)
        for number in range(backups):
            while len(work.acknowledged) < number * 100:
                threading.Event().wait(0.01)
            known = dict(work.acknowledged)
            copy = back_up(store, folder / f"backup-{number}.db").path
            again = restore(
                copy, folder / f"again-{number}.db", replace=False, at=datetime.now(UTC)
            ).path
            with closing(open_store(f"sqlite:///{again}")) as opened:
                kept = {each.order.order_id for each in opened.iterate_orders(TENANT)}
            found.lost += [f"{each} is not in backup {number}" for each in known.keys() - kept]
            found.failed += out_of_step(again)
            found.count("backups")
            found.counts["orders in the last"] = len(kept)
        for thread in threads:
            thread.join()
        found.failed += work.unexpected
        if server.terminate() != 0:
            found.failed.append("the server did not end well")
    found.failed += out_of_step(store)
    return found
