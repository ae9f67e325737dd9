"""`ordertwin import`: whole, resumable, and the same as if orders had come one by one."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.command_line import COMMAND, ordertwin, serving

from benchmarks.bulk_orders import Business
from ordertwin_cli.importing.run import LOADED_TOGETHER
from ordertwin_client import OrderTwinClient
from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.errors import StoreUnusable
from ordertwin_models.order import Order, OrderState
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_server.convert import order_to_proto
from ordertwin_stores import open_store
from ordertwin_stores.exploration import explore
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.sqlite import library
from ordertwin_training.stream import Event, OrderEvent, StatusEvent, write_stream

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
TENANT = "default"


def orders(count: int) -> list[Order]:
    business = Business(7)
    return [business.order(START + timedelta(minutes=number)) for number in range(count)]


def a_stream(folder: Path, events: list[Event] | list[Order]) -> Path:
    path = folder / "history.jsonl"
    write_stream(path, [OrderEvent(e) if isinstance(e, Order) else e for e in events])
    return path


def importing(folder: Path, path: Path, *options: str) -> dict[str, Any]:
    done = ordertwin("import", str(path), "--json", "--workers", "2", *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def stored(folder: Path) -> OrderStore:
    return open_store(f"sqlite:///{folder / 'data' / 'ordertwin.db'}")


def committed(folder: Path) -> bool:
    """Whether orders are there, seen from beside the import."""
    try:
        with closing(explore(str(folder / "data" / "ordertwin.db"))) as database:
            return bool(database.execute("SELECT 1 FROM orders LIMIT 1").fetchall())
    except (StoreUnusable, library.Error):
        return False


def test_every_order_meets_the_counts_of_the_orders_before_it(folder: Path) -> None:
    history = orders(1200)
    facts = importing(folder, a_stream(folder, history))
    assert (facts["loaded"], facts["present"], facts["disordered"]) == (1200, 0, 0)
    counts: Counter[int] = Counter()
    with closing(stored(folder)) as store:
        kept = list(store.iterate_orders(TENANT))
        assert [each.order for each in kept] == history
        assert {each.state for each in kept} == {OrderState.RECEIVED}
        for number, order in enumerate(history):
            prepared = prepare(order)
            incoming = featurise(prepared, TermFrequencies(number, counts))
            counts.update(prepared.terms)
            if number % 100 == 99:
                found = store.candidates(TENANT, incoming.lookups, 300).candidates
                features = {each.key: each.features for each in found}
                assert features[kept[number].key] == incoming.features.to_bytes()
        assert store.statistics(TENANT, list(counts)).counts == counts


def test_orders_keep_the_last_state_that_is_told(folder: Path) -> None:
    one, two, three = orders(3)
    shipped = StatusEvent(one.source, one.order_id, OrderState.SHIPPED, START)
    accepted = StatusEvent(one.source, one.order_id, OrderState.ACCEPTED, START)
    path = a_stream(
        folder, [OrderEvent(one), accepted, OrderEvent(two), shipped, OrderEvent(three)]
    )
    importing(folder, path, "--state", "COMPLETED")
    with closing(stored(folder)) as store:
        states = {each.order.order_id: each.state for each in store.iterate_orders(TENANT)}
    assert states == {
        one.order_id: OrderState.SHIPPED,
        two.order_id: OrderState.COMPLETED,
        three.order_id: OrderState.COMPLETED,
    }


def test_a_second_run_skips_what_is_there_and_says_how_many(folder: Path) -> None:
    history = orders(30)
    importing(folder, a_stream(folder, history[:20]))
    changed = replace(history[3], note="changed")
    path = a_stream(folder, [changed, *history, history[25]])
    facts = importing(folder, path)
    assert (facts["loaded"], facts["present"], facts["differing"]) == (10, 22, 1)
    with closing(stored(folder)) as store:
        assert store.status(TENANT).orders == 30
        assert [each.order for each in store.iterate_orders(TENANT)] == history


def test_an_import_that_was_killed_goes_on_where_it_was(folder: Path) -> None:
    history = orders(3000)
    path = a_stream(folder, history)
    process = subprocess.Popen([COMMAND, "import", str(path), "--workers", "2"], cwd=folder)
    while process.poll() is None and not committed(folder):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    facts = importing(folder, path)
    assert 0 < facts["present"] < 3000
    assert facts["present"] % LOADED_TOGETHER == 0, "a transaction is there or it is not"
    assert facts["loaded"] + facts["present"] == 3000
    assert facts["differing"] == 0
    with closing(stored(folder)) as store:
        assert [each.order_id for each in history] == [
            each.order.order_id for each in store.iterate_orders(TENANT)
        ]


def test_an_import_stops_at_a_mistake_and_goes_on_when_it_is_mended(folder: Path) -> None:
    path = a_stream(folder, orders(700))
    good = path.read_text("utf-8").splitlines()
    broken = [*good[:600], good[600].replace('"quantity":"', '"quantity":"-', 1), *good[601:]]
    path.write_text("\n".join(broken), "utf-8")
    done = ordertwin("import", str(path), "--json", cwd=folder)
    assert done.returncode == 1
    assert json.loads(done.stdout)["loaded"] == 600
    assert "history.jsonl, line 601, column lines[0].quantity" in done.stderr
    assert "import it again: it goes on from there" in done.stderr
    path.write_text("\n".join(good), "utf-8")
    facts = importing(folder, path)
    assert (facts["loaded"], facts["present"]) == (100, 600)


def test_new_orders_meet_the_imported_ones(folder: Path) -> None:
    history = orders(40)
    importing(folder, a_stream(folder, history))
    with serving(folder) as server, OrderTwinClient(server.address, timeout=10) as client:
        again = order_to_proto(history[-1])
        again.order_id = "another id"
        answer = client.score_order(again)
        assert answer.matches[0].order.order_id == history[-1].order_id
        refused = ordertwin("import", str(folder / "history.jsonl"), cwd=folder)
    assert refused.returncode == 1
    assert f"in use by process {server.process.pid}" in refused.stderr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.jsonl", "", "holds no order"),
        ("rows.csv", "order_id;sku\n1;M8", 'there is no column "ordered_at"'),
        ("missing.jsonl", None, "no such file"),
    ],
)
def test_a_file_without_orders_is_refused(
    folder: Path, name: str, content: str | None, said: str
) -> None:
    if content is not None:
        (folder / name).write_text(content, "utf-8")
    done = ordertwin("import", name, cwd=folder)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
