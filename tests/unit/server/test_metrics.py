"""What Prometheus finds: counts of real calls, and never what an order says."""

from __future__ import annotations

import builtins
import socket
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.unit.server.builders import an_order
from tests.unit.server.review_world import in_doubt
from tests.unit.server.running import Running, running, settings_in

from ordertwin_client import NotFoundError, OrderTwinClient
from ordertwin_models.drift import Finding, Level, Observed
from ordertwin_server.binding import Address
from ordertwin_server.commands.watch_drift import DriftReport
from ordertwin_server.convert import order_to_proto
from ordertwin_server.faults import StartFailed
from ordertwin_server.measuring import meters_at

pytest.importorskip("prometheus_client")
parser = pytest.importorskip("prometheus_client.parser")


def scraped(server: Running) -> str:
    with urllib.request.urlopen(f"http://{server.metrics}/metrics", timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def figures(text: str) -> Mapping[str, float]:
    """Every sample by its name and the values of its labels, by the labels' names."""
    return {
        "/".join(
            [sample.name, *(value for _, value in sorted(sample.labels.items()))]
        ): sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_calls_decisions_candidates_and_the_queue_can_be_collected(tmp_path: Path) -> None:
    first, second = in_doubt()
    with running(settings_in(tmp_path, metrics_listen="127.0.0.1:0")) as server:
        with OrderTwinClient(server.address, timeout=10) as client:
            client.score_order(order_to_proto(first))
            client.score_order(order_to_proto(second))
            with pytest.raises(NotFoundError):
                client.get_order("tenants/default/orders/none")
        text = scraped(server)
    found = figures(text)
    assert found["ordertwin_calls_total/OK/ScoreOrder"] == 2
    assert found["ordertwin_calls_total/NOT_FOUND/GetOrder"] == 1
    assert found["ordertwin_call_seconds_count/ScoreOrder"] == 2
    assert found["ordertwin_decisions_total/rules/UNIQUE/default"] == 1
    assert found["ordertwin_decisions_total/rules/REVIEW/default"] == 1
    assert found["ordertwin_degraded_decisions_total/default"] == 2
    assert found["ordertwin_candidates_sum/default"] == 1
    assert found["ordertwin_reviews_waiting/default"] == 1
    assert found["ordertwin_oldest_review_seconds/default"] > 1.7e9
    assert found["ordertwin_calls_inside/scoring"] == 0
    assert found["ordertwin_calls_limit/scoring"] == 64
    assert found["ordertwin_store_up"] == 1
    assert found["ordertwin_model_info/ACTIVE//rules"] == 1


def test_nothing_of_an_order_is_in_the_figures(tmp_path: Path) -> None:
    order = an_order("SECRET-ID", customer_reference="SECRET-REF", note="SECRET-NOTE")
    with running(settings_in(tmp_path, metrics_listen="127.0.0.1:0")) as server:
        with OrderTwinClient(server.address, timeout=10) as client:
            client.score_order(order_to_proto(order))
        text = scraped(server)
    assert "SECRET" not in text
    assert order.customer.party_id not in text


def test_drift_is_a_figure_for_each_thing_that_was_compared(tmp_path: Path) -> None:
    meters: Any = meters_at("127.0.0.1:0")
    findings = (
        Finding("share", "flagged orders", 0.02, 0.09, 7.1, Level.ALARM),
        Finding("completeness", "customer.phone", 1.0, 0.99, 0.1, Level.STEADY),
    )
    meters.looked_for_drift("default", DriftReport(Observed(), Observed(), findings))
    from prometheus_client import generate_latest

    found = figures(generate_latest(meters._registry).decode())
    assert found["ordertwin_drift_alarm/flagged orders/share/default"] == 1
    assert found["ordertwin_drift_alarm/customer.phone/completeness/default"] == 0
    assert found["ordertwin_drift_looked_seconds/default"] > 1.7e9


def test_without_an_address_nothing_listens(tmp_path: Path) -> None:
    with running(settings_in(tmp_path)) as server:
        assert server.metrics == ""


def test_an_address_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = Address("127.0.0.1", taken.getsockname()[1])
        with (
            pytest.raises(StartFailed, match=str(address.port)),
            running(settings_in(tmp_path, metrics_listen=str(address))),
        ):
            pass


def test_without_the_extra_the_start_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("prometheus_client"):
            raise ModuleNotFoundError(name=name)
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "ordertwin_server.prometheus", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StartFailed, match=r"pip install 'ordertwin\[metrics\]'"):
        meters_at("127.0.0.1:0")
