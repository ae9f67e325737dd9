"""Pairs worth a look, found the plain way: shared customer, contact, reference or rare item."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from benchmarks.orders.records import LabelledStream, Record

NEWEST = 25
"""How many of the newest orders of one key are looked at."""
_RARE = 3


def pairs_of(records: Sequence[Record]) -> list[tuple[int, int]]:
    """Pairs (later, earlier) that share a key, each once, in order of arrival."""
    holders: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    seen: Counter[str] = Counter()
    pairs: list[tuple[int, int]] = []
    for record in records:
        keys = list(_keys(record, seen))
        found = {place for key in keys for place in holders[key][-NEWEST:]}
        pairs += [(record.place, place) for place in sorted(found)]
        for key in keys:
            holders[key].append(record.place)
        seen.update(record.items)
    return pairs


def labelled(stream: LabelledStream, pairs: Sequence[tuple[int, int]]) -> np.ndarray:
    """For each pair 1 when both are copies of one purchase, 0 when not, -1 when nobody knows."""
    return np.array(
        [
            int(stream.is_copy(later, earlier)) if stream.is_known(later) else -1
            for later, earlier in pairs
        ],
        dtype=np.int8,
    )


def frame_of(records: Sequence[Record]) -> pd.DataFrame:
    """The records as a frame, missing text as None, labelled by place of arrival."""
    return pd.DataFrame(
        {
            "customer_id": [r.customer_id or None for r in records],
            "name": [r.name or None for r in records],
            "contact": [r.contact or None for r in records],
            "phone": [r.phone or None for r in records],
            "email": [r.email or None for r in records],
            "reference": [r.reference or None for r in records],
            "street": [r.street or None for r in records],
            "postcode": [r.postcode or None for r in records],
            "city": [r.city or None for r in records],
            "amount": pd.Series([r.amount for r in records], dtype=float),
            "seconds": [r.seconds for r in records],
            "ordered_on": [r.at.date().isoformat() for r in records],
            "channel": [r.channel for r in records],
            "basket": [r.basket or None for r in records],
            "purchase": [r.purchase for r in records],
        }
    )


def _keys(record: Record, seen: Counter[str]) -> Iterator[tuple[str, str]]:
    for kind in ("customer_id", "phone", "email", "reference", "name"):
        if value := getattr(record, kind):
            yield kind, value
    if record.street and record.postcode:
        yield "ship_to", f"{record.street}|{record.postcode}"
    for code in sorted(record.items, key=lambda item: (seen[item], item))[:_RARE]:
        yield "item", code
