"""The record of every run in MLflow. The only file that knows it.

MLflow is a ledger here: parameters, figures and files go in, nothing is ever loaded back, and the
model goes in as the JSON file it is. The record stays on this machine unless a tracking address is
given, and nothing is reported to anyone.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REGISTERED_MODEL = "duplicate-order"
EXPERIMENT = "duplicate-order"
CHALLENGER, CHAMPION = "challenger", "champion"
NAME_TAG = "ordertwin.model_version"
_LONGEST_PARAMETER = 6000


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a training run leaves behind. Only a `registered` model is a challenger; a refused one
    stays a run."""

    name: str
    parameters: Mapping[str, Any]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    files: Sequence[Path]
    model_file: Path
    registered: bool = True


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """Where to find a recorded run."""

    run_id: str
    model_version: str
    tracking_uri: str


def record_run(record: RunRecord, directory: Path, tracking_uri: str | None = None) -> TrackedRun:
    """Write a run and register its model with the alias "challenger".

    Without `tracking_uri` the ledger is `directory/mlflow.db`, with files beside it.
    """
    with _ledger(directory, tracking_uri) as client:
        run = client.create_run(
            _experiment(client, directory, tracking_uri),
            run_name=record.name,
            tags=dict(record.tags),
        )
        run_id = run.info.run_id
        for name, value in record.parameters.items():
            client.log_param(run_id, name, str(value)[:_LONGEST_PARAMETER])
        for name, value in record.metrics.items():
            client.log_metric(run_id, name, value)
        for path in (*record.files, record.model_file):
            client.log_artifact(run_id, str(path))
        client.set_terminated(run_id)
        version = ""
        if record.registered:
            version = _register(client, run, record.model_file.name, record.name)
        return TrackedRun(run_id, version, client.tracking_uri)


def promote(version: str, directory: Path, tracking_uri: str | None = None) -> None:
    """Give a registered version the alias "champion"."""
    with _ledger(directory, tracking_uri) as client:
        client.set_registered_model_alias(REGISTERED_MODEL, CHAMPION, version)


def align(
    champion: str, challenger: str, directory: Path, tracking_uri: str | None = None
) -> dict[str, str]:
    """Put both aliases where the store says: at the registered versions of these model versions.

    Returns the registered version of each alias that is set afterwards. An alias whose model is
    empty or was never registered here (such as the released one) is taken away.
    """
    found: dict[str, str] = {}
    with _ledger(directory, tracking_uri) as client:
        if REGISTERED_MODEL not in {model.name for model in client.search_registered_models()}:
            return found
        # The newest registration of a name counts: training twice registers twice.
        known = {
            version.tags.get(NAME_TAG, ""): str(version.version)
            for version in sorted(
                client.search_model_versions(f"name='{REGISTERED_MODEL}'"),
                key=lambda version: int(version.version),
            )
        }
        for alias, name in ((CHAMPION, champion), (CHALLENGER, challenger)):
            if name and name in known:
                client.set_registered_model_alias(REGISTERED_MODEL, alias, known[name])
                found[alias] = known[name]
            else:
                client.delete_registered_model_alias(REGISTERED_MODEL, alias)
    return found


def _experiment(client: Any, directory: Path, tracking_uri: str | None) -> str:
    known = client.get_experiment_by_name(EXPERIMENT)
    if known:
        return str(known.experiment_id)
    location = None if tracking_uri else (directory / "artifacts").resolve().as_uri()
    return str(client.create_experiment(EXPERIMENT, artifact_location=location))


def _register(client: Any, run: Any, file_name: str, name: str) -> str:
    """A new version, tagged by the name that the model file bears."""
    names = {model.name for model in client.search_registered_models()}
    if REGISTERED_MODEL not in names:
        client.create_registered_model(REGISTERED_MODEL)
    source = f"{run.info.artifact_uri}/{file_name}"
    version = client.create_model_version(
        REGISTERED_MODEL, source, run.info.run_id, tags={NAME_TAG: name}
    ).version
    client.set_registered_model_alias(REGISTERED_MODEL, CHALLENGER, version)
    return str(version)


@contextmanager
def _ledger(directory: Path, tracking_uri: str | None) -> Iterator[Any]:
    """A client, with telemetry off before the import and without the library's own noise."""
    for name, value in {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
        "GIT_PYTHON_REFRESH": "quiet",
    }.items():
        os.environ.setdefault(name, value)
    directory.mkdir(parents=True, exist_ok=True)
    uri = tracking_uri or f"sqlite:///{(directory / 'mlflow.db').resolve()}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient

        for noisy in ("mlflow", "alembic"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        yield MlflowClient(tracking_uri=uri, registry_uri=uri)
