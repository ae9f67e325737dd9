"""Writes the store of a version as SQL, to be kept when that version is released.

    cd tests/unit/stores/released_schemas
    PYTHONPATH=../../../.. python dump.py > 2026-11.sql

The store holds what an upgrade could spoil: orders of several outcomes, an amended one, states.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.unit.server.builders import (
    CALL,
    SteppingClock,
    a_question,
    an_order,
    another_order,
    resent,
    score_command,
)

from ordertwin_models.order import OrderState
from ordertwin_server.commands.update_status import StatusUpdate, UpdateStatus
from ordertwin_stores import open_store

FIRST = an_order("SO-1")
OTHER = another_order("SO-3")
QUESTIONS = (
    a_question(FIRST, "first"),
    a_question(resent(FIRST, "SO-2"), "resent"),
    a_question(OTHER, "other"),
    a_question(replace(OTHER, note="leave at the gate"), "amended"),
    a_question(
        replace(FIRST, order_id="SO-4", customer_reference="", lines=FIRST.lines[:2]), "similar"
    ),
)
"""What the store was asked, in this order."""


def write_store(path: Path) -> None:
    """Make the store by asking."""
    with closing(open_store(f"sqlite:///{path}")) as store:
        score = score_command(store)
        answers = [score(CALL, question) for question in QUESTIONS]
        UpdateStatus(store, clock=SteppingClock())(
            CALL,
            StatusUpdate(
                order_key=answers[0].order_key, state=OrderState.ACCEPTED, request_id="accepted"
            ),
        )


def main() -> None:
    """Print the store as SQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.db"
        write_store(path)
        with closing(sqlite3.connect(path)) as database:
            (mark,) = database.execute("PRAGMA application_id").fetchone()
            print(f"PRAGMA application_id = {mark};")
            print(*database.iterdump(), sep="\n")


if __name__ == "__main__":
    sys.exit(main())
