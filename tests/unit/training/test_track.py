"""Runs go into a ledger on this machine, and nowhere else."""

from __future__ import annotations

import socket
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from ordertwin_training.track import (
    CHALLENGER,
    CHAMPION,
    EXPERIMENT,
    REGISTERED_MODEL,
    RunRecord,
    align,
    promote,
    record_run,
)


def a_record(directory: Path) -> RunRecord:
    model_file, card = directory / "model.json", directory / "card.md"
    model_file.write_text("{}")
    card.write_text("# Card")
    return RunRecord(
        name="first",
        parameters={"fit.seed": 1, "long": "x" * 20_000},
        metrics={"average_precision": 0.9, "precision_at_0.1_percent": 0.5},
        tags={"snapshot": "ab" * 32},
        files=[card],
        model_file=model_file,
    )


@pytest.fixture
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*address: object) -> None:
        raise AssertionError(f"a connection to {address} was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.usefixtures("_no_network")
def test_a_run_is_recorded_with_its_files_and_its_model_becomes_the_challenger(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first = record_run(a_record(tmp_path), tmp_path / "runs")
    second = record_run(a_record(tmp_path), tmp_path / "runs")
    promote(first.model_version, tmp_path / "runs")
    assert capfd.readouterr().err == ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient

        client = MlflowClient(tracking_uri=first.tracking_uri, registry_uri=first.tracking_uri)
        run = client.get_run(first.run_id)
        files = {entry.path for entry in client.list_artifacts(first.run_id)}
        experiment = client.get_experiment_by_name(EXPERIMENT)
        aliases = {
            alias: str(client.get_model_version_by_alias(REGISTERED_MODEL, alias).version)
            for alias in (CHALLENGER, CHAMPION)
        }
    assert run.data.metrics["average_precision"] == 0.9
    assert run.data.params["fit.seed"] == "1"
    assert run.data.tags["snapshot"] == "ab" * 32
    assert files == {"model.json", "card.md"}
    assert aliases == {CHALLENGER: second.model_version, CHAMPION: first.model_version}
    assert experiment.artifact_location.startswith((tmp_path / "runs").as_uri())
    assert not list(tmp_path.rglob("*.pkl"))


@pytest.mark.usefixtures("_no_network")
def test_aliases_follow_the_store_by_the_names_of_models(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for name in ("2-a", "2-b"):
        record_run(replace(a_record(tmp_path), name=name), runs)
    assert align("2-a", "2-b", runs) == {CHAMPION: "1", CHALLENGER: "2"}
    assert align("2-b", "", runs) == {CHAMPION: "2"}
    assert align("released", "2-a", runs) == {CHALLENGER: "1"}


@pytest.mark.usefixtures("_no_network")
def test_a_refused_model_is_a_run_but_no_version(tmp_path: Path) -> None:
    run = record_run(replace(a_record(tmp_path), registered=False), tmp_path / "runs")
    assert run.run_id
    assert run.model_version == ""
    assert align("first", "", tmp_path / "runs") == {}
