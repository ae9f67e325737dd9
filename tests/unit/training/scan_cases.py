"""Small findings for tests of what is made of them."""

from __future__ import annotations

from typing import Any

from ordertwin_training.scan.findings import Chunk, OrderFacts, Pair


def facts(sequence: int, **changes: Any) -> OrderFacts:
    known: dict[str, Any] = {
        "sequence": sequence,
        "order_id": f"O-{sequence}",
        "number": f"N-{sequence}",
        "source": "edi",
        "channel": "EDI",
        "customer_id": "C-1",
        "customer": "ACME",
        "clerk": "jane",
        "ordered_at": f"2026-03-{sequence % 28 + 1:02d}T10:00:00+00:00",
        "reference": "PO-1",
        "value": 100.0,
        "currency": "EUR",
        "state": "RECEIVED",
        "lines": 3,
    }
    return OrderFacts(**(known | changes))


def pair(order: int, twin: int, /, **changes: Any) -> Pair:
    known: dict[str, Any] = {
        "order": facts(order),
        "twin": facts(twin),
        "outcome": "DUPLICATE",
        "action": "LINK",
        "probability": 0.98,
        "relation": "RESEND",
        "rules": ("DUPLICATE_THRESHOLD",),
        "summary": f"Duplicate: this is order N-{twin} sent a second time.",
        "reasons": ((5.0, "same reference"),),
    }
    return Pair(**(known | changes))


def a_chunk(*pairs: Pair, orders: int = 10, **changes: Any) -> Chunk:
    known: dict[str, Any] = {
        "until": 200,
        "orders": orders,
        "first_at": "2026-03-01T08:00:00+00:00",
        "last_at": "2026-03-31T08:00:00+00:00",
        "pairs": list(pairs),
    }
    return Chunk(**(known | changes))
