"""What a retraining run leaves behind: model, snapshot, gate report, card, plots, record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from ordertwin_models import artefact
from ordertwin_training import plots
from ordertwin_training.retraining.run import Retrained
from ordertwin_training.retraining.settings import (
    CHAMPION_FILE,
    VERDICTS_FILE,
    RetrainingSettings,
)
from ordertwin_training.retraining.verdicts import Verdict, write_verdicts
from ordertwin_training.track import RunRecord, TrackedRun, record_run


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run on disk. `run` is its record in MLflow, if it was recorded."""

    directory: Path
    model_file: Path
    card_file: Path
    gate_file: Path
    run: TrackedRun | None


def write_candidate(
    found: Retrained, verdicts: Sequence[Verdict], settings: RetrainingSettings
) -> Candidate:
    """Write everything to `settings.directory/<version>`; a second run writes the same again."""
    directory = settings.directory / found.model.version
    directory.mkdir(parents=True, exist_ok=True)
    model_file = directory / "model.json"
    _write(model_file, artefact.dumps(found.model))
    champion_file = directory / CHAMPION_FILE
    _write(champion_file, artefact.dumps(found.champion))
    verdicts_file = directory / VERDICTS_FILE
    write_verdicts(verdicts_file, verdicts)
    gate_file = directory / "gate.json"
    _write(gate_file, _json(found.gate.document() | {"snapshot": found.snapshot}))
    curve_file = directory / "learning_curve.json"
    _write(curve_file, _json(asdict(found.curve) | {"advice": found.curve.advice}))
    conflicts = directory / "conflicts.jsonl"
    lines = [json.dumps(asdict(one), ensure_ascii=False) for one in found.aside.conflicts]
    _write(conflicts, "".join(f"{line}\n" for line in lines))
    report = directory / "gate.html"
    _write(report, _html(found))
    card = directory / "card.md"
    _write(card, "\n".join(card_lines(found, settings)) + "\n")
    pictures = []
    if found.curve.points:
        pictures.append(directory / "learning_curve.png")
        plots.learning_curve(
            pictures[0],
            [point.verdicts for point in found.curve.points],
            [point.average_precision for point in found.curve.points],
            [point.loss for point in found.curve.points],
        )
    run = None
    if settings.tracked:
        kept = [card, gate_file, report, curve_file, conflicts, verdicts_file, champion_file]
        run = record_run(
            RunRecord(
                name=found.model.version,
                parameters=_parameters(found, settings),
                metrics=_metrics(found),
                tags={
                    "snapshot": found.snapshot,
                    "command": settings.command,
                    "champion": found.champion.version,
                    "gate": "passed" if found.gate.passed else "refused",
                },
                files=[*kept, *pictures],
                model_file=model_file,
                registered=found.gate.passed,
            ),
            settings.directory,
            settings.tracking_uri,
        )
    return Candidate(directory, model_file, card, gate_file, run)


def card_lines(found: Retrained, settings: RetrainingSettings) -> Iterator[str]:
    """The card as Markdown."""
    gate, own = found.gate, found.lessons
    yield f"# Model {found.model.version}"
    yield ""
    yield f"Model {found.champion.version}, corrected by {len(own):,} of the company's own pairs,"
    yield f"{int(own.twin.sum()):,} of them duplicates (prior width {found.chosen.width:g})."
    verdict = "was passed" if gate.passed else "refused it"
    yield f"The gate {verdict}, on {gate.pairs:,} later pairs that a model of the same recipe had"
    yield f"not seen, after {len(found.sides.lessons):,} lessons."
    yield ""
    yield f"- made by: `{settings.command}`"
    yield f"- snapshot: `{found.snapshot}`"
    aside = found.aside
    yield (
        f"- set aside: {aside.withdrawn} withdrawn, {aside.unsure} unsure, {aside.corrected} "
        f"corrected, {aside.outvoted} outcomes that people contradict, {len(aside.conflicts)} "
        "pairs in conflict"
    )
    yield ""
    yield "## Gate"
    yield ""
    for check in gate.checks:
        yield f"- {'passed' if check.passed else 'REFUSED'}: {check.name}: {check.reason}"
    for alarm in gate.alarms:
        yield f"- worth knowing: {alarm}"
    yield ""
    yield "## Learning curve"
    yield ""
    yield found.curve.advice


def _parameters(found: Retrained, settings: RetrainingSettings) -> dict[str, Any]:
    return {
        "champion": found.champion.version,
        "width": found.chosen.width,
        "held_out": settings.held_out,
        "seed": settings.seed,
        **{f"history.{name}": value for name, value in asdict(settings.history).items()},
        **{f"correction.{name}": value for name, value in asdict(settings.correction).items()},
        **{f"gate.{name}": value for name, value in asdict(settings.gate).items()},
    }


def _metrics(found: Retrained) -> dict[str, float]:
    metrics = {
        "own_pairs": float(len(found.lessons)),
        "own_duplicates": float(found.lessons.twin.sum()),
        "frozen_pairs": float(len(found.sides.frozen)),
        "conflicts": float(len(found.aside.conflicts)),
        "suspects": float(len(found.gate.suspicions.suspects)),
        "gate_passed": float(found.gate.passed),
        "parity": found.chosen.parity,
    }
    for check in found.gate.checks:
        name = check.name.replace("%", "_percent")
        for side, value in (("champion", check.champion), ("challenger", check.challenger)):
            if value is not None:
                metrics[f"{name}.{side}"] = value
    return metrics


def _html(found: Retrained) -> str:
    from jinja2 import Environment

    text = files("ordertwin_training.retraining").joinpath("report.html.jinja").read_text("utf-8")
    template = Environment(autoescape=True).from_string(text)
    return template.render(gate=found.gate, curve=found.curve, snapshot=found.snapshot)


def _json(document: Any) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    """A file that is there is there whole."""
    unfinished = path.with_suffix(path.suffix + ".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
