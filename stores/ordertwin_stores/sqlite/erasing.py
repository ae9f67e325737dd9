"""Taking what orders said out of the database, and out of the pages of its file."""

from __future__ import annotations

import time
from collections.abc import Sequence

from ordertwin_models.errors import NotFound
from ordertwin_stores.casebook.writing import forget_cases
from ordertwin_stores.codec import pack_numbers, pack_order, to_micros
from ordertwin_stores.customer_groups import forget_customers
from ordertwin_stores.erasure import forget_deeds
from ordertwin_stores.events import SUBJECT_ERASED
from ordertwin_stores.interface import Erasure, Remains, Replayed
from ordertwin_stores.reviewing.writing import forget
from ordertwin_stores.sqlite import library
from ordertwin_stores.sqlite.access import put_record
from ordertwin_stores.sqlite.auditing import write_audit
from ordertwin_stores.sqlite.library import Connection, Journal
from ordertwin_stores.sqlite.records import reply_of, write_event, write_request
from ordertwin_stores.sqlite.registering import unindex_order
from ordertwin_stores.sqlite.reviews import SqliteSession

TRIES, SECONDS_BETWEEN = 50, 0.1
_AT_ONCE = 500


def erase(connection: Connection, tenant: int, erasure: Erasure) -> Replayed | None:
    """See `OrderStore.erase`. Runs in the writer thread."""
    reply = reply_of(connection, tenant, erasure.request)
    if reply is not None:
        return Replayed(reply)
    connection.execute("PRAGMA secure_delete = ON")
    try:
        erase_orders(connection, tenant, erasure.remains, to_micros(erasure.at))
        session = SqliteSession(connection, tenant)
        forget_customers(session, erasure)
        forget_deeds(session)
        for record in erasure.records:
            put_record(connection, tenant, record)
        cases = forget_cases(session, [each.order_key for each in erasure.remains])
        _forget_traces(connection, tenant, [f"cases/{key}" for key in cases])
        write_request(connection, tenant, erasure.request, to_micros(erasure.at))
        write_event(connection, tenant, SUBJECT_ERASED, 0, None, to_micros(erasure.at))
        write_audit(connection, tenant, erasure.audit, to_micros(erasure.at))
    finally:
        connection.execute("PRAGMA secure_delete = OFF")
    return None


def erase_orders(
    connection: Connection, tenant: int, erased: Sequence[Remains], at: int | None
) -> None:
    """Leave the remains of orders in all their versions. Without a time they do not count as
    changed. `secure_delete` is to be on, or pages keep what was there."""
    targets = []
    for remains in erased:
        row = connection.execute(
            "SELECT sequence, numbers FROM orders JOIN order_contents USING (sequence)"
            " WHERE tenant = ? AND key = ?",
            (tenant, remains.order_key),
        ).fetchone()
        if row is None:
            raise NotFound("order", remains.order_key)
        sequence, numbers = row
        content = pack_order(remains.order)
        if remains.current:
            unindex_order(connection, tenant, sequence, numbers)
            connection.execute(
                "UPDATE orders SET digest = ?, features = x'', version = version + 1,"
                " updated_at = ifnull(?, updated_at) WHERE sequence = ?",
                (remains.digest, at, sequence),
            )
            connection.execute(
                "UPDATE order_contents SET content = ?, numbers = ? WHERE sequence = ?",
                (content, pack_numbers((), ()), sequence),
            )
        connection.execute(
            "UPDATE order_versions SET content = ?, digest = ? WHERE sequence = ?",
            (content, remains.digest, sequence),
        )
        connection.execute("UPDATE state_changes SET reason = '' WHERE sequence = ?", (sequence,))
        forget(SqliteSession(connection, tenant), remains.order_key, sequence)
        targets.append(f"orders/{remains.order_key}")
    _forget_traces(connection, tenant, targets)


def _forget_traces(connection: Connection, tenant: int, targets: Sequence[str]) -> None:
    """Salts of log entries about orders or cases, and fingerprints of the requests that brought
    them."""
    for start in range(0, len(targets), _AT_ONCE):
        part = targets[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        requests = connection.execute(
            f"SELECT DISTINCT request_id FROM audit WHERE tenant = ? AND target IN ({marks})",
            (tenant, *part),
        ).fetchall()
        connection.execute(
            f"UPDATE audit SET salt = NULL WHERE tenant = ? AND target IN ({marks})",
            (tenant, *part),
        )
        connection.executemany(
            "UPDATE requests SET fingerprint = randomblob(32) WHERE tenant = ? AND request_id = ?",
            [(tenant, request_id) for (request_id,) in requests],
        )


def scrub(path: str, journal: Journal) -> bool:
    """Write the file anew, so that no page keeps what was there, and empty the log beside it.

    Says whether that was done: a reader in the way may keep the log from being emptied.
    """
    if path == library.MEMORY:
        return True
    connection = library.connect(path, journal)
    try:
        connection.execute("VACUUM")
        for _ in range(TRIES):
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return True
            time.sleep(SECONDS_BETWEEN)
        return False
    finally:
        connection.close()
