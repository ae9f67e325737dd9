"""What `make run` starts: the sample on a fresh store, kept data afterwards, a clean end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.end_to_end.command_line import Serving, ordertwin, serving

from ordertwin_cli.welcome import TRY_THIS
from ordertwin_stores import open_store

READY = r"everything else"
SAMPLE_ORDERS = 23


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("newcomer")


@pytest.fixture(scope="module")
def first_run(folder: Path) -> Iterator[Serving]:
    with serving(folder, "--sample") as server:
        server.wait_for(READY)
        yield server


def test_a_fresh_store_gets_the_sample_scored_with_reasons(first_run: Serving) -> None:
    for outcome in ("UNIQUE", "DUPLICATE"):
        assert outcome in first_run.printed
    assert f"{SAMPLE_ORDERS} sample orders, scored over gRPC" in first_run.printed
    assert (
        "RESEND of SO-1001" in first_run.printed or "SO-1009        DUPLICATE" in first_run.printed
    )
    assert " %" in first_run.printed


def test_it_says_where_it_listens_and_what_to_type_next(first_run: Serving) -> None:
    assert f"listens on {first_run.address}" in first_run.printed
    assert f"score - --server {first_run.address}" in first_run.printed


def test_the_suggested_order_can_be_handed_in(first_run: Serving, folder: Path) -> None:
    arguments = ("score", "-", "--json", "--validate-only", "--server", first_run.address)
    done = ordertwin(*arguments, cwd=folder, stdin=TRY_THIS)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["matches"][0]["order"]["order_number"] == "W-91020"


def test_status_reports_a_serving_server(first_run: Serving, folder: Path) -> None:
    done = ordertwin("status", "--json", "--server", first_run.address, cwd=folder)
    facts = json.loads(done.stdout)
    assert (done.returncode, facts["health"]) == (0, "SERVING")
    assert facts["newest_order"]


def test_a_second_server_on_the_same_store_is_refused_in_one_line(
    first_run: Serving, folder: Path
) -> None:
    done = ordertwin("serve", "--sample", "--listen", "127.0.0.1:0", cwd=folder)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert str(first_run.process.pid) in done.stderr


def test_a_second_server_on_the_same_port_is_refused_in_one_line(
    first_run: Serving, tmp_path: Path
) -> None:
    done = ordertwin("serve", "--listen", first_run.address, cwd=tmp_path)
    assert done.returncode == 1
    assert first_run.address in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_it_and_the_next_run_keeps_the_data(tmp_path: Path) -> None:
    with serving(tmp_path, "--sample") as server:
        server.wait_for(READY)
        assert server.interrupt() == 0
        assert "Traceback" not in server.printed
    with serving(tmp_path, "--sample") as again:
        again.wait_for(READY)
        assert f"holds {SAMPLE_ORDERS} orders; they are kept" in again.printed
        assert "sample orders, scored" not in again.printed
        assert again.interrupt() == 0
    with closing(open_store(str(tmp_path / "data" / "ordertwin.db"))) as store:
        assert store.status("default").orders == SAMPLE_ORDERS


def test_a_wrong_setting_is_refused_in_one_line(tmp_path: Path) -> None:
    done = ordertwin("serve", "--max-lines", "many", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("ordertwin: --max-lines is 'many'")


def test_nobody_answers_is_said_plainly(tmp_path: Path) -> None:
    done = ordertwin("status", "--server", "127.0.0.1:1", cwd=tmp_path)
    assert done.returncode == 1
    assert "ordertwin serve" in done.stderr
    assert "Traceback" not in done.stderr


def test_serving_imports_nothing_heavy(tmp_path: Path) -> None:
    probe = (
        "import sys; from ordertwin_cli import main, welcome, embedded; "
        "import ordertwin_server.process; "
        "print([m for m in ('sklearn', 'pandas', 'recordlinkage', 'mlflow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
