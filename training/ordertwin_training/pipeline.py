"""The recipe: from histories to a model file with its card, plots and record.

    histories ─► pairs ─► fit ─► tables ─► calibration ─► thresholds ─► evaluation ─► ledger

Pairs of each history are kept under the run directory, so that an interrupted run goes on where it
stopped. The same settings give the same model file, byte for byte.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ordertwin_models import artefact
from ordertwin_models.comparison import COMPARISONS
from ordertwin_models.model import DuplicateModel
from ordertwin_models.possible_relations import possible_relations
from ordertwin_training import plots
from ordertwin_training.calibrate import Curve, Policy, Reliability, operating_curve, reliability
from ordertwin_training.card import CardFacts, model_card
from ordertwin_training.dataset import Dataset, matrix_of
from ordertwin_training.evaluate import (
    figures,
    judge,
    ranking_figures,
    relation_accuracy,
    rule_recall,
)
from ordertwin_training.fit import FitSettings
from ordertwin_training.gathering import gather
from ordertwin_training.learning import Learned, learn
from ordertwin_training.pairs import RULES, Sampling
from ordertwin_training.progress import Progress, Silent
from ordertwin_training.sources import Source, described
from ordertwin_training.split import Part
from ordertwin_training.track import RunRecord, TrackedRun, record_run

ADDITIVE = "additive model"
LIBRARIES = ("numpy", "scikit-learn", "pandas", "recordlinkage", "rapidfuzz", "phonenumbers")


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Everything a run follows from.

    `version` names the model, by default by its data; `command` is what a person types to make it
    again. Results go to `directory/<version>`, pairs to `directory/pairs`, the ledger to
    `directory/mlflow.db` unless `tracking_uri` says otherwise; `tracked` False leaves it out.
    """

    sources: Sequence[Source]
    directory: Path = Path("runs")
    version: str = ""
    command: str = "ordertwin train"
    fit: FitSettings = field(default_factory=FitSettings)
    policy: Policy = field(default_factory=Policy)
    sampling: Sampling = field(default_factory=Sampling)
    with_baselines: bool = True
    tracked: bool = True
    tracking_uri: str | None = None


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """What a run made. `evaluation` is what `evaluation.json` holds."""

    model: DuplicateModel
    directory: Path
    model_file: Path
    card_file: Path
    evaluation: Mapping[str, Any]
    run: TrackedRun | None


@dataclass(frozen=True, eq=False)
class _Evaluation:
    report: Mapping[str, Any]
    rankings: Mapping[str, Mapping[str, float]]
    relations: Mapping[str, float]
    blocking: Mapping[str, float]
    reliability: Reliability
    curves: Mapping[str, Curve]


def train(settings: TrainingSettings, progress: Progress | None = None) -> TrainingResult:
    """Train a model. `ValueError` when the histories are too thin, with what to do about it."""
    progress = progress or Silent()
    dataset = gather(settings.sources, settings.directory / "pairs", settings.sampling, progress)
    name = settings.version or f"{dataset.snapshot[:12]}"
    learned = learn(
        dataset,
        settings.fit,
        settings.policy,
        progress,
        version=name,
        metadata=_metadata(settings, dataset),
        with_baselines=settings.with_baselines,
    )
    progress.stage("evaluation")
    evaluation = _evaluate(learned, dataset, settings.policy)
    directory = settings.directory / name
    directory.mkdir(parents=True, exist_ok=True)
    model_file = directory / "model.json"
    model_file.write_text(artefact.dumps(learned.model), encoding="utf-8")
    card_file = directory / "card.md"
    card_file.write_text(_card(settings, dataset, learned, evaluation), encoding="utf-8")
    document = _document(settings, dataset, learned, evaluation)
    evaluation_file = directory / "evaluation.json"
    evaluation_file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    pictures = _draw(directory, learned.model, settings.policy, evaluation)
    run = None
    if settings.tracked:
        progress.stage("ledger")
        record = RunRecord(
            name=name,
            parameters=_parameters(settings),
            metrics=_metrics(evaluation, learned),
            tags={"snapshot": dataset.snapshot, "command": settings.command},
            files=[card_file, evaluation_file, *pictures],
            model_file=model_file,
        )
        run = record_run(record, settings.directory, settings.tracking_uri)
    return TrainingResult(learned.model, directory, model_file, card_file, document, run)


def _metadata(settings: TrainingSettings, dataset: Dataset) -> dict[str, str]:
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    return {
        "command": settings.command,
        "libraries": ", ".join([f"python {platform.python_version()}", *libraries]),
        "prevalence": f"{settings.policy.prevalence:g}",
        "seed": str(settings.fit.seed),
        "snapshot": dataset.snapshot,
    }


def _evaluate(learned: Learned, dataset: Dataset, policy: Policy) -> _Evaluation:
    model, held_out = learned.model, dataset.held_out(Part.TEST)
    matrix = matrix_of(held_out.pairs)
    probabilities = model.probability(model.score(matrix).weights)
    names = model.relation_model.relations if model.relation_model else ()
    named = model.relation_probabilities(matrix) * possible_relations(names, model.schema, matrix)
    scores = {ADDITIVE: probabilities} | {
        n: score(matrix) for n, score in learned.baselines.items()
    }
    return _Evaluation(
        report=figures(held_out, probabilities, model.thresholds),
        rankings={name: ranking_figures(held_out, found) for name, found in scores.items()},
        relations=relation_accuracy(named, names, held_out.pairs["relation"].to_numpy()),
        blocking=rule_recall(held_out, RULES),
        reliability=reliability(judge(held_out, probabilities), policy.prevalence),
        curves={name: operating_curve(judge(held_out, found)) for name, found in scores.items()},
    )


def _card(
    settings: TrainingSettings, dataset: Dataset, learned: Learned, evaluation: _Evaluation
) -> str:
    parts = dataset.orders["part"].value_counts()
    return model_card(
        CardFacts(
            model=learned.model,
            snapshot=dataset.snapshot,
            command=settings.command,
            sources=described(settings.sources),
            parts={f"to {part.name.lower()}": int(parts.get(part, 0)) for part in list(Part)[1:]},
            policy=settings.policy,
            report=evaluation.report,
            rankings=evaluation.rankings,
            relation_accuracy=evaluation.relations,
            calibration_error=evaluation.reliability.expected_calibration_error,
            parity=learned.parity,
        )
    )


def _document(
    settings: TrainingSettings, dataset: Dataset, learned: Learned, evaluation: _Evaluation
) -> dict[str, Any]:
    return {
        "version": learned.model.version,
        "snapshot": dataset.snapshot,
        "command": settings.command,
        "parity": learned.parity,
        "calibration_error": evaluation.reliability.expected_calibration_error,
        "brier": evaluation.reliability.brier,
        "report": evaluation.report,
        "rankings": evaluation.rankings,
        "relations_named_rightly": evaluation.relations,
        "blocking_rules": evaluation.blocking,
    }


def _draw(
    directory: Path, model: DuplicateModel, policy: Policy, evaluation: _Evaluation
) -> list[Path]:
    names = ("precision_recall", "calibration", "thresholds", "tables")
    files = [directory / f"{name}.png" for name in names]
    meanings = {comparison.name: comparison.meaning for comparison in COMPARISONS}
    curve = evaluation.curves[ADDITIVE]
    plots.precision_recall(files[0], evaluation.curves, policy.prevalence)
    plots.calibration(files[1], evaluation.reliability)
    plots.threshold_choice(files[2], curve, model.thresholds, policy.prevalence)
    plots.comparison_curves(files[3], model, meanings)
    return files


def _parameters(settings: TrainingSettings) -> dict[str, Any]:
    return {
        "sources": "; ".join(described(settings.sources)),
        **{f"fit.{name}": value for name, value in asdict(settings.fit).items()},
        **{f"policy.{name}": value for name, value in asdict(settings.policy).items()},
        **{f"sampling.{name}": value for name, value in asdict(settings.sampling).items()},
    }


def _metrics(evaluation: _Evaluation, learned: Learned) -> dict[str, float]:
    """Flat numbers, with names that MLflow takes."""
    report = evaluation.report
    found = {name: value for name, value in report.items() if isinstance(value, int | float)}
    found |= {
        f"recall_flagged.{name}": relation["flagged"]
        for name, relation in report["relations"].items()
    }
    found |= {
        f"{figure}.{name.split(' (')[0].split(',')[0]}": value
        for name, ranking in evaluation.rankings.items()
        for figure, value in ranking.items()
    }
    found["calibration_error"] = evaluation.reliability.expected_calibration_error
    found["parity"] = learned.parity
    return {name.replace("%", "_percent"): float(value) for name, value in found.items()}
