"""`ordertwin model`: reports, pictures, signatures, and what goes wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from tests.unit.server.builders import CALL, a_question, an_order, resent, score_command
from typer.testing import CliRunner

from ordertwin.v1 import model_pb2 as pb
from ordertwin.v1.decision_pb2 import OUTCOME_DUPLICATE, OUTCOME_UNIQUE
from ordertwin_cli.main import app
from ordertwin_cli.model_report import Report, as_html, as_text
from ordertwin_models.document import order_to_document
from ordertwin_stores import open_store


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["model", *arguments])


def a_comparison() -> pb.ModelComparison:
    made = pb.ModelComparison(
        baseline="now/1", challenger="own/<1>", decisions=200, changed=1, skipped=3
    )
    made.changes.add(before=OUTCOME_DUPLICATE, after=OUTCOME_UNIQUE, count=1)
    example = made.examples.add(decision="tenants/t/decisions/d", order="tenants/t/orders/o2")
    example.before.outcome = OUTCOME_DUPLICATE
    example.before.counterpart = "tenants/t/orders/o1"
    example.before.match_probability = 0.97
    example.after.outcome = OUTCOME_UNIQUE
    example.reasons.add(comparison="reference", meaning="same <b>", before=5.0, after=1.5)
    return made


def test_a_comparison_reads_as_text() -> None:
    text = as_text(Report.of_comparison(a_comparison()))
    assert "1 of 200 decisions would change; 3 were left out" in text
    assert "DUPLICATE -> UNIQUE" in text
    assert "+5.00 ->  +1.50  reference: same <b>" in text


def test_a_comparison_as_a_page_needs_nothing_else_and_is_escaped() -> None:
    page = as_html(Report.of_comparison(a_comparison()))
    assert "own/&lt;1&gt; instead of now/1" in page
    assert "same &lt;b&gt;" in page
    assert "<script" not in page
    assert "http" not in page


def test_a_model_file_is_signed_with_a_new_key_of_ones_own(tmp_path: Path) -> None:
    model, key = tmp_path / "model.json", tmp_path / "signer.pem"
    model.write_bytes(b"model")
    assert run("sign", str(model), "--key", str(key)).exit_code == 1
    assert run("sign", str(model), "--key", str(key), "--new-key").exit_code == 0
    public = load_pem_public_key((tmp_path / "signer.pub.pem").read_bytes())
    assert isinstance(public, Ed25519PublicKey)
    public.verify((tmp_path / "model.json.sig").read_bytes(), b"model")
    assert key.stat().st_mode & 0o077 == 0
    assert run("sign", str(model), "--key", str(key), "--new-key").exit_code == 1


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Two decisions of the rules."""
    url = f"sqlite:///{tmp_path / 'orders.db'}"
    opened = open_store(url)
    score = score_command(opened)
    score(CALL, a_question(an_order(), "r-1"))
    score(CALL, a_question(resent(an_order()), "r-2"))
    opened.close()
    return url


def test_stored_decisions_are_verified_as_one_line_of_json(store: str) -> None:
    done = run("verify-decisions", "--store", store, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert (found["decisions"], found["replayed_equal"], found["unequal"]) == (2, 2, [])


def test_too_few_decisions_are_said_to_be_too_few_for_drift(store: str) -> None:
    done = run("drift", "--store", store)
    assert done.exit_code == 0
    assert "too few decisions" in done.stdout


def test_a_store_without_verdicts_has_no_worst_errors(store: str) -> None:
    assert "no settled verdict" in run("worst", "--store", store).stdout


def test_the_reasons_of_a_pair_add_up_to_its_probability(tmp_path: Path) -> None:
    path = tmp_path / "two.json"
    orders = [order_to_document(an_order()), order_to_document(resent(an_order()))]
    path.write_text(json.dumps(orders, default=str))
    shown = run("pair", str(path)).stdout
    assert "before anything is compared" in shown
    assert "match probability" in shown
    path.write_text(json.dumps(orders[:1], default=str))
    assert run("pair", str(path)).exit_code == 1


def test_curves_are_drawn_as_svg(tmp_path: Path) -> None:
    path = tmp_path / "curves.svg"
    assert run("plot", "--to", str(path)).exit_code == 0
    assert "<svg" in path.read_text("utf-8")
    assert run("plot", "--to", str(tmp_path / "curves.gif")).exit_code == 1


def test_the_card_is_shown(tmp_path: Path) -> None:
    assert "thresholds" in run("show", "--card").stdout.lower()
