"""A store of every released version opens in this one, with all that was in it; none goes back.

`released_schemas/dump.py` writes the store of a version; its file stays for ever.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database
from tests.unit.server import builders
from tests.unit.server.builders import CALL, a_question, resent, score_command
from tests.unit.stores.released_schemas.dump import FIRST, QUESTIONS

from ordertwin_models.decision import Outcome
from ordertwin_models.errors import StoreUnusable
from ordertwin_models.order import OrderState
from ordertwin_stores.reviews import ReviewFilter, ReviewKind
from ordertwin_stores.sqlite import migrations
from ordertwin_stores.sqlite.store import SqliteStore

RELEASED = sorted((Path(__file__).parent / "released_schemas").glob("*.sql"))


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store as a released version left it; new keys are ones it does not have."""
    monkeypatch.setattr(builders, "_KEYS", itertools.count(1_000))
    path = tmp_path / "orders.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(request.param.read_text("utf-8"))
    return path


def schema_of(path: Path) -> set[tuple[str, str]]:
    with closing(Database(path)) as database:
        rows = database.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return {(name, " ".join(sql.split())) for name, sql in rows.fetchall()}


def applied_to(path: Path) -> list[str]:
    with closing(Database(path)) as database:
        return [row["name"] for row in database.table("migrations").rows]


def test_its_tables_become_those_of_a_new_store(old: Path, tmp_path: Path) -> None:
    SqliteStore(str(old)).close()
    SqliteStore(str(tmp_path / "new.db")).close()
    assert schema_of(old) == schema_of(tmp_path / "new.db")
    assert applied_to(old) == [each.__name__ for each in migrations.MIGRATIONS]
    with closing(Database(old)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_its_orders_and_answers_are_all_there(old: Path) -> None:
    with SqliteStore(str(old)) as store:
        orders = {each.order.order_id: each for each in store.iterate_orders(CALL.tenant)}
        assert set(orders) == {"SO-1", "SO-2", "SO-3", "SO-4"}
        assert orders["SO-1"].order == FIRST
        assert orders["SO-1"].state is OrderState.ACCEPTED
        assert orders["SO-3"].version == 2
        answers = [score_command(store)(CALL, question) for question in QUESTIONS]
    assert all(answer.replayed for answer in answers)
    assert answers[0].decision.outcome is Outcome.UNIQUE
    assert answers[1].decision.matches[0].order_key == answers[0].order_key
    assert answers[3].existing[answers[2].order_key].note == ""


def test_new_orders_meet_the_old_ones(old: Path) -> None:
    twin = a_question(resent(FIRST, "SO-9"), "later")
    with SqliteStore(str(old)) as store:
        answer = score_command(store)(CALL, twin)
        first = store.find_order(CALL.tenant, FIRST.source, FIRST.order_id)
    assert answer.decision.outcome is not Outcome.UNIQUE
    assert first is not None
    assert first[0] in [match.order_key for match in answer.decision.matches]


@pytest.mark.parametrize("place", range(len(migrations.MIGRATIONS)))
def test_an_upgrade_interrupted_anywhere_goes_on_at_the_next_start(
    tmp_path: Path, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(made: Callable[[Database], None]) -> Callable[[Database], None]:
        def half(database: Database) -> None:
            made(database)
            raise KeyboardInterrupt

        half.__name__ = made.__name__
        return half

    path, known = tmp_path / "orders.db", migrations.MIGRATIONS
    steps = (*known[:place], interrupted(known[place]), *known[place + 1 :])
    with monkeypatch.context() as stopping:
        stopping.setattr(migrations, "MIGRATIONS", steps)
        with pytest.raises(KeyboardInterrupt):
            SqliteStore(str(path))
    SqliteStore(str(path)).close()
    SqliteStore(str(tmp_path / "new.db")).close()
    assert schema_of(path) == schema_of(tmp_path / "new.db")
    assert applied_to(path) == [each.__name__ for each in known]


def test_an_earlier_version_refuses_an_upgraded_store_and_leaves_it_alone(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    had = applied_to(old)
    SqliteStore(str(old)).close()
    content = old.read_bytes()
    monkeypatch.setattr(
        migrations, "MIGRATIONS", [m for m in migrations.MIGRATIONS if m.__name__ in had][:-1]
    )
    with pytest.raises(StoreUnusable, match=r"newer OrderTwin .* restore the backup made before"):
        SqliteStore(str(old))
    assert old.read_bytes() == content


def test_reviews_that_were_open_wait_in_the_queue(old: Path) -> None:
    with SqliteStore(str(old)) as store:
        now = builders.NOON
        (review,) = store.reviews.list(CALL.tenant, ReviewFilter(now=now), 10, None).reviews
        order = store.get_order(CALL.tenant, review.order_key)
    assert (order.order.order_id, order.state) == ("SO-4", OrderState.HELD)
    assert (review.kind, review.value) == (ReviewKind.DOUBT, 63.8)
    assert review.priority > 0
