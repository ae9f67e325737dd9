"""Random merges, each undone: whether everything is as it was, to the byte.

    python -m benchmarks.merge_roundtrips --merges 1000

Orders of random goods, units and prices are merged with random choices and unmerged again, in a
store of its own. Compared are contents, states and since when, what finds them, and how often their
terms count. The last line is JSON; `merge_roundtrips_exact` is the share of merges that left no
trace.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from ordertwin_models.assessment import prepare
from ordertwin_models.merging import Choice, FieldName, Take
from ordertwin_models.merging.proposal import Part, line_ids
from ordertwin_models.order import Order, OrderLine, OrderState, Party, PostalAddress
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.merge_orders import MergeOrders, MergeQuestion, UnmergeOrders
from ordertwin_server.commands.settling import ready_to_store
from ordertwin_server.commands.update_status import etag_of
from ordertwin_server.customer_book import each_alone
from ordertwin_server.identity import TimeOrderedKeys
from ordertwin_stores import open_store
from ordertwin_stores.codec import canonical_order, order_digest
from ordertwin_stores.interface import HistoryEntry, OrderStore

SEED, MERGES, TENANT = 11, 1000, "default"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
STATES = (OrderState.RECEIVED, OrderState.HELD, OrderState.ACCEPTED)
UNITS = ("pcs", "dz", "box of 12", "kg", "g", "box", "")


def an_order(chance: random.Random, number: int, like: Order | None = None) -> Order:
    """A random order; one that is `like` another shares most of its goods."""
    lines = [
        OrderLine(
            line_id=str(10 * place),
            sku=f"A-{chance.randrange(40)}",
            name=chance.choice(("Bolt", "Nut M8", "螺栓", "Tee", "Schraube 40 mm")),
            quantity=chance.choice((None, Decimal(chance.randrange(1, 500)) / 10)),
            unit=chance.choice(UNITS),
            unit_price=chance.choice((None, Decimal(chance.randrange(1, 9999)) / 100)),
        )
        for place in range(1, chance.randrange(2, 12))
    ]
    order = Order(
        order_id=f"SO-{number}",
        ordered_at=START + timedelta(minutes=number),
        customer_reference=chance.choice(("", f"PO-{chance.randrange(99)}")),
        company=chance.choice(("", "Nord", "Süd")),
        customer=Party(party_id=f"C-{chance.randrange(9)}", name="Schmidt GmbH"),
        ship_to=PostalAddress(postal_code=chance.choice(("10115", "20095")), locality="x"),
        lines=tuple(lines),
        currency_code=chance.choice(("EUR", "USD", "")),
        note=chance.choice(("", "ring first", "请先打电话")),
        source="edi",
    )
    if like is None:
        return order
    kept = [
        replace(line, quantity=chance.choice((line.quantity, Decimal(7)))) for line in like.lines
    ]
    return replace(like, order_id=order.order_id, note=order.note, lines=(*kept, *lines)[:15])


@dataclass(frozen=True, slots=True)
class Trace:
    """All that a store knows of some orders."""

    contents: dict[str, bytes]
    states: dict[str, OrderState]
    candidates: dict[str, Any]
    terms: dict[int, int]


def trace_of(store: OrderStore, orders: dict[str, Order]) -> Trace:
    """What it knows now."""
    stored = store.get_orders(TENANT, list(orders))
    candidates: dict[str, Any] = {}
    terms: dict[int, int] = {}
    for key, order in orders.items():
        incoming = ready_to_store(store, TENANT, order, each_alone)
        candidates[key] = store.candidates(TENANT, incoming.lookups, 300).candidates
        terms |= store.statistics(TENANT, prepare(order).terms).counts
    return Trace(
        {key: canonical_order(found.order) for key, found in stored.items()},
        {key: found.state for key, found in stored.items()},
        candidates,
        terms,
    )


def choices_for(chance: random.Random, pair: Sequence[Order]) -> dict[str, Any]:
    """What somebody might want of two orders."""
    parts = [Part(n, line_id) for n, order in enumerate(pair) for line_id in line_ids(order)]
    wanted = chance.sample(parts, chance.randrange(min(4, len(parts))))
    takes = (Take.SUM, Take.LARGER, Take.FIRST, Take.SECOND)
    return {
        "lines": tuple(Choice(part, chance.choice(takes)) for part in wanted),
        "fields": {field: chance.randrange(2) for field in FieldName},
    }


def run(store: OrderStore, merges: int, seed: int) -> dict[str, Any]:
    """Merge and unmerge, and count what came back as it was."""
    chance, keys = random.Random(seed), TimeOrderedKeys()
    clock = iter(START + timedelta(days=1, seconds=second) for second in range(10 * merges + 10))
    merge = MergeOrders(store, clock=lambda: next(clock), keys=keys, max_lines=2000)
    unmerge = UnmergeOrders(store, clock=lambda: next(clock))
    call, exact, differences = Call(TENANT, "benchmark"), 0, []
    for number in range(merges):
        first = an_order(chance, 2 * number)
        like = first if chance.random() < 0.8 else None
        orders = {keys(): first, keys(): an_order(chance, 2 * number + 1, like)}
        store.load(TENANT, [loaded(store, chance, key, order) for key, order in orders.items()])
        before = trace_of(store, orders)
        pair = (*orders,)
        merged = merge(
            call,
            MergeQuestion(
                keys=(pair[0], pair[1]),
                etags=(etag_of(1), etag_of(1)),
                request_id=keys(),
                **choices_for(chance, list(orders.values())),
            ),
        )
        middle = trace_of(store, orders)
        unmerge(call, merged.key, request_id=keys())
        if trace_of(store, orders) == before and middle.contents == before.contents:
            exact += 1
        else:
            differences.append(number)
    return {
        "merges": merges,
        "merge_roundtrips_exact": exact / merges if merges else 1.0,
        "not_exact": differences[:10],
        "log_entries": store.access.head(TENANT).position,
    }


def loaded(store: OrderStore, chance: random.Random, key: str, order: Order) -> HistoryEntry:
    """An order as it is stored, with what finds it."""
    incoming = ready_to_store(store, TENANT, order, each_alone)
    return HistoryEntry(
        order_key=key,
        order=order,
        digest=order_digest(order),
        state=chance.choice(STATES),
        features=incoming.features.to_bytes(),
        blocking_keys=incoming.blocking_keys,
        terms=incoming.terms,
        at=order.ordered_at,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Count, print a report and a line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--merges", type=int, default=MERGES, help="how many")
    parser.add_argument("--seed", type=int, default=SEED, help="draws others")
    parser.add_argument("--store", help="address of an empty store; a file of its own if left out")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        address = options.store or str(Path(folder) / "orders.db")
        with closing(open_store(address)) as store:
            found = run(store, options.merges, options.seed)
    for name, value in found.items():
        print(f"{name:24} {value}")
    print(json.dumps(found))
    return 0 if found["merge_roundtrips_exact"] == 1.0 else 1


if __name__ == "__main__":
    sys.exit(main())
