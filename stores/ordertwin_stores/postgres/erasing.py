"""Taking what orders said out of the database. Dead rows go with the next VACUUM."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ordertwin_models.errors import NotFound
from ordertwin_stores.casebook.writing import forget_cases
from ordertwin_stores.codec import pack_numbers, pack_order, to_micros, unpack_numbers
from ordertwin_stores.customer_groups import forget_customers
from ordertwin_stores.erasure import forget_deeds
from ordertwin_stores.events import SUBJECT_ERASED
from ordertwin_stores.interface import Erasure, Remains, Replayed
from ordertwin_stores.postgres.access import put_record
from ordertwin_stores.postgres.auditing import write_audit
from ordertwin_stores.postgres.connections import Transaction
from ordertwin_stores.postgres.customers import lock_of_customers
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.records import reply_of, write_event, write_request
from ordertwin_stores.postgres.reviews import PostgresSession
from ordertwin_stores.postgres.texts import to_text
from ordertwin_stores.reviewing.writing import forget


def erase(transaction: Transaction, locks: Locks, tenant: int, erasure: Erasure) -> Replayed | None:
    """See `OrderStore.erase`."""
    connection = transaction.connection
    records = [locks.of_record(each.kind, each.name) for each in erasure.records]
    locks.take(connection, [lock_of_customers(locks), locks.of_request(erasure.request), *records])
    reply = reply_of(connection, tenant, erasure.request)
    if reply is not None:
        return None if transaction.again else Replayed(reply)
    erase_orders(connection, tenant, erasure.remains, to_micros(erasure.at))
    session = PostgresSession(connection, tenant)
    forget_customers(session, erasure)
    forget_deeds(session)
    for record in erasure.records:
        put_record(connection, tenant, record)
    cases = forget_cases(session, sorted(each.order_key for each in erasure.remains))
    _forget_traces(connection, tenant, [f"cases/{key}" for key in cases])
    write_request(connection, tenant, erasure.request, to_micros(erasure.at))
    write_event(connection, tenant, SUBJECT_ERASED, 0, None, to_micros(erasure.at))
    write_audit(connection, tenant, erasure.audit, to_micros(erasure.at))
    return None


def erase_orders(
    connection: Connection, tenant: int, erased: Sequence[Remains], at: int | None
) -> None:
    """Leave the remains of orders in all their versions. Without a time they do not count as
    changed."""
    for remains in sorted(erased, key=lambda each: each.order_key):
        _erase(connection, tenant, remains, at)
    _forget_traces(connection, tenant, [f"orders/{each.order_key}" for each in erased])


def _erase(connection: Connection, tenant: int, remains: Remains, at: int | None) -> None:
    row = run(
        connection,
        "SELECT sequence, numbers FROM orders JOIN order_contents USING (tenant, sequence)"
        " WHERE tenant = %s AND key = %s FOR UPDATE",
        tenant,
        to_text(remains.order_key),
    ).fetchone()
    if row is None:
        raise NotFound("order", remains.order_key)
    sequence, numbers = row
    content = pack_order(remains.order)
    if remains.current:
        _empty(connection, tenant, sequence, numbers, remains, at)
    run(
        connection,
        "UPDATE order_versions SET content = %s, digest = %s WHERE tenant = %s AND sequence = %s",
        content,
        remains.digest,
        tenant,
        sequence,
    )
    run(
        connection,
        "UPDATE state_changes SET reason = '' WHERE tenant = %s AND sequence = %s",
        tenant,
        sequence,
    )
    forget(PostgresSession(connection, tenant), remains.order_key, sequence)


def _empty(
    connection: Connection,
    tenant: int,
    sequence: int,
    numbers: bytes,
    remains: Remains,
    at: int | None,
) -> None:
    """Leave the remains in place of what the order says now, and let nothing find it any more."""
    keys, _ = unpack_numbers(numbers)
    run(
        connection,
        "DELETE FROM blocking_keys WHERE tenant = %s AND key = ANY(%s::bigint[]) AND sequence = %s",
        tenant,
        list(keys),
        sequence,
    )
    run(
        connection,
        "UPDATE orders SET digest = %s, features = ''::bytea, version = version + 1,"
        " updated_at = coalesce(%s, updated_at) WHERE tenant = %s AND sequence = %s",
        remains.digest,
        at,
        tenant,
        sequence,
    )
    run(
        connection,
        "UPDATE order_contents SET content = %s, numbers = %s WHERE tenant = %s AND sequence = %s",
        pack_order(remains.order),
        pack_numbers((), ()),
        tenant,
        sequence,
    )


def _forget_traces(connection: Connection, tenant: int, targets: Sequence[str]) -> None:
    """Salts of log entries about orders or cases, and fingerprints of the requests that brought
    them."""
    named = list(map(to_text, targets))
    run(
        connection,
        "UPDATE requests SET fingerprint = %s WHERE tenant = %s"
        " AND request_id IN (SELECT request_id FROM audit"
        " WHERE tenant = %s AND target = ANY(%s::text[]))",
        os.urandom(32),
        tenant,
        tenant,
        named,
    )
    run(
        connection,
        "UPDATE audit SET salt = NULL WHERE tenant = %s AND target = ANY(%s::text[])",
        tenant,
        named,
    )
