"""Entries of the operation log as JSON Lines or CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import Any, TextIO

from ordertwin_models.spreadsheet import neutral

COLUMNS = ("position", "time", "actor", "origin", "action", "target", "request_id", "outcome")
DIGESTS = ("before", "after", "hash")


def write_entries(events: Iterable[Any], to: TextIO, *, as_csv: bool) -> int:
    """Write entries and return how many there were."""
    count = 0
    writer = csv.writer(to)
    if as_csv:
        writer.writerow((*COLUMNS, *DIGESTS))
    for event in events:
        row = row_of(event)
        if as_csv:
            writer.writerow([neutral(str(value)) for value in row.values()])
        else:
            to.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def row_of(event: Any) -> dict[str, Any]:
    """An entry by column, times as text, digests in hexadecimal digits."""
    row = {name: getattr(event, name) for name in COLUMNS}
    row["time"] = event.time.ToJsonString()
    return row | {name: getattr(event, name).hex() for name in DIGESTS}
