"""What keeps similar orders apart in PostgreSQL, and what it costs: locks, isolation, nothing.

In each round every caller looks, and then all register at the same instant. `similar` orders share
a key: one may be registered without having seen another. Orders `of their own` share none: how many
a second get through says what a way costs. `tries` counts transactions, repeats included.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from threading import Barrier
from unittest import mock

from ordertwin_models.candidate import Lookup
from ordertwin_models.decision import Action, Decision, Outcome
from ordertwin_models.order import Order, OrderState
from ordertwin_stores.codec import order_digest
from ordertwin_stores.interface import (
    AuditEntry,
    Overtaken,
    Registration,
    RequestRecord,
)
from ordertwin_stores.postgres import locks
from ordertwin_stores.postgres.connections import Connections
from ordertwin_stores.postgres.store import PostgresStore

ADDRESS = "postgresql://postgres@127.0.0.1:5432/postgres"
TENANT = "default"
SHARED_KEY = 7
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
WAYS = {"locks": "read_committed", "serializable": "serializable", "nothing": "read_committed"}
_DECISION = Decision(
    outcome=Outcome.UNIQUE,
    action=Action.ACCEPT,
    matches=(),
    policy_rules=(),
    model_version="",
    candidates_considered=0,
    candidates_truncated=False,
    degraded=False,
    decided_at=AT,
)


def entry(name: str, keys: tuple[int, ...]) -> Registration:
    """An order that is found by these keys and looks for them."""
    order = Order(order_id=name, ordered_at=AT, source="bench")
    return Registration(
        order_key=name,
        order=order,
        digest=order_digest(order),
        state=OrderState.RECEIVED,
        features=b"",
        lookups=tuple(Lookup(key, "rule", 50) for key in keys),
        blocking_keys=keys,
        terms=(),
        decision_key=f"d-{name}",
        decision=_DECISION,
        review_key=None,
        request=RequestRecord("ScoreOrder", name, b"", ""),
        audit=AuditEntry("bench", "ScoreOrder", name, name, "UNIQUE"),
        at=AT,
    )


def registered_blind(stores: list[PostgresStore], entries: list[Registration]) -> int:
    """Everybody looks, then all register until they are in; how many had seen nobody."""
    seen = [stores[n % 2].candidates(TENANT, each.lookups, 300) for n, each in enumerate(entries)]
    barrier = Barrier(len(entries))

    def insist(number: int) -> bool:
        barrier.wait()
        now, blind = seen[number], True
        store = stores[number % 2]
        while isinstance(result := store.register(TENANT, entries[number], now), Overtaken):
            now, blind = result.candidates, False
        return blind

    with ThreadPoolExecutor(len(entries)) as pool:
        return sum(pool.map(insist, range(len(entries))))


@contextmanager
def counted_tries() -> Iterator[Counter[str]]:
    """Count transactions of every store while the block lasts."""
    tries: Counter[str] = Counter()
    attempt = Connections._attempt

    def counting(self: Connections, *arguments: object) -> object:
        tries["tries"] += 1
        return attempt(self, *arguments)  # type: ignore[arg-type]

    with mock.patch.object(Connections, "_attempt", counting):
        yield tries


def measured(way: str, address: str, rounds: int, callers: int) -> dict[str, dict[str, float]]:
    """One way of keeping orders apart."""
    separator = "&" if "?" in address else "?"
    url = f"{address}{separator}schema=bench_{way}&connections=16&isolation={WAYS[way]}"
    with ExitStack() as stack:
        if way != "locks":
            stack.enter_context(mock.patch.object(locks, "run"))
        stores = [stack.enter_context(PostgresStore(url)) for _ in range(2)]
        found: dict[str, dict[str, float]] = {}
        kinds: dict[str, Callable[[int, int], tuple[int, ...]]] = {
            "similar": lambda round_, _: (SHARED_KEY + round_, 1_000_000 + round_),
            "of_their_own": lambda round_, n: (-round_ * callers - n, -1_000_000 - n),
        }
        for kind, keys in kinds.items():
            begun, blind, several = time.perf_counter(), 0, 0
            with counted_tries() as tries:
                for round_ in range(rounds):
                    names = {n: f"{kind}-{round_}-{n}" for n in range(callers)}
                    entries = [entry(name, keys(round_, n)) for n, name in names.items()]
                    alone = registered_blind(stores, entries)
                    blind += alone
                    several += alone > 1
            found[kind] = {
                "tries_per_order": round(tries["tries"] / rounds / callers, 2),
                "orders_per_second": round(rounds * callers / (time.perf_counter() - begun)),
            }
            if kind == "similar":
                found[kind] |= {"registered_blind": blind, "rounds_with_several_blind": several}
        stores[0]._connections.write(
            lambda each: each.connection.execute(f"DROP SCHEMA bench_{way} CASCADE".encode())
        )
    return found


def main() -> None:
    """Run the benchmark as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("--address", default=ADDRESS, help="a database to make schemas in")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--callers", type=int, default=16)
    given = parser.parse_args()
    report = {way: measured(way, given.address, given.rounds, given.callers) for way in WAYS}
    for way, kinds in report.items():
        for kind, figures in kinds.items():
            print(f"{way:>14} {kind:>13} {figures}")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
