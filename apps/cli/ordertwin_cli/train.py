"""`ordertwin train`: learn a candidate model."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ordertwin_training.pipeline import TrainingResult
    from ordertwin_training.sources import Source


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(train)


def train(
    base: Annotated[
        Path | None,
        typer.Option(help="Real orders to begin with: the Online Retail file, .csv or .csv.gz."),
    ] = None,
    history: Annotated[
        list[Path] | None,
        typer.Option(help="Stream file with truth, such as your own history; may be repeated."),
    ] = None,
    worlds: Annotated[int, typer.Option(min=0, help="Generated worlds to learn from.")] = 24,
    orders: Annotated[int, typer.Option(min=100, help="Orders to begin with in each.")] = 1500,
    copies: Annotated[
        int, typer.Option(min=1, help="How often the orders of --base are dressed up anew.")
    ] = 1,
    seed: Annotated[int, typer.Option(help="The same seed gives the same model.")] = 1,
    runs: Annotated[Path, typer.Option(help="Where candidates and the ledger are kept.")] = Path(
        "runs"
    ),
    version: Annotated[str, typer.Option(help="Name of the model; follows from the data.")] = "",
    tracking: Annotated[
        str, typer.Option(help="MLflow tracking URI; a SQLite file beside the runs by default.")
    ] = "",
    baselines: Annotated[
        bool, typer.Option(help="Also measure recordlinkage and an unrestricted boosting.")
    ] = True,
    from_store: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Learn from the verdicts in this store.")
    ] = "",
    verdicts: Annotated[
        Path | None, typer.Option(help="Learn from the verdicts in this JSON Lines file.")
    ] = None,
    tenant: Annotated[str, typer.Option(help="Tenant of the store that is meant.")] = "default",
    champion: Annotated[
        Path | None,
        typer.Option(help="Model to correct by verdicts; the one in service when left out."),
    ] = None,
    trust: Annotated[
        list[str] | None,
        typer.Option(help="Whose odd verdicts were looked into: reviewer:NAME or customer:NAME."),
    ] = None,
    trainer: Annotated[
        str,
        typer.Option(
            metavar="MEMBER",
            help="Who trains, such as people/tom; whose credential --publish shows by default.",
        ),
    ] = "",
    publish: Annotated[
        str, typer.Option(metavar="SERVER", help="Hand a passed challenger to this server.")
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the gate's report as one line of JSON, last.")
    ] = False,
) -> None:
    """Learn a candidate model and write it with its card, plots and a record in MLflow.

    With `--from-store` or `--verdicts` the model in service is corrected by what people said about
    your own orders, and put through a gate; the exit code is 3 when the gate refuses it.

    Without options it learns from generated histories alone. A run that was stopped goes on where
    it was. Look at the result with `ordertwin model show FILE`, try it with
    `ordertwin replay HISTORY --spawn --model FILE`, use it with `ordertwin serve --model FILE`.

    Example: `ordertwin train --base online_retail.csv.gz --seed 7`
    """
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_cli.progress import StageBars

    if from_store or verdicts:
        from ordertwin_cli.retrain import Retraining

        Retraining(
            store=from_store,
            verdicts=verdicts,
            tenant=tenant,
            champion=champion,
            runs=runs,
            version=version,
            seed=seed,
            tracking=tracking,
            trusted=trust or [],
            trainer=trainer,
            server=publish,
            as_json=as_json,
        ).run()
        return
    from ordertwin_training.pipeline import TrainingSettings
    from ordertwin_training.pipeline import train as run

    settings: dict[str, Any] = {
        "sources": _sources(base, history or [], worlds, orders, copies, seed),
        "directory": runs,
        "version": version,
        "command": _command(base, history or [], worlds, orders, copies, seed, version),
        "with_baselines": baselines,
        "tracking_uri": tracking or None,
    }
    try:
        with StageBars() as bars:
            result = run(TrainingSettings(**settings), bars)
    except ValueError as error:
        raise CommandFailed(str(error)) from error
    print(_report(result))


def _command(
    base: Path | None,
    history: list[Path],
    worlds: int,
    orders: int,
    copies: int,
    seed: int,
    version: str,
) -> str:
    """What makes this model again, on any machine: names of files, not where they lie here."""
    words = ["ordertwin", "train"]
    words += ["--base", base.name, "--copies", str(copies)] if base else []
    words += [word for path in history for word in ("--history", path.name)]
    words += ["--worlds", str(worlds), "--orders", str(orders), "--seed", str(seed)]
    words += ["--version", version] if version else []
    return shlex.join(words)


def _sources(
    base: Path | None, history: list[Path], worlds: int, orders: int, copies: int, seed: int
) -> list[Source]:
    from ordertwin_training.sources import generated_sources, retail_sources, stream_source

    return [
        *generated_sources(worlds, orders, seed),
        *(retail_sources(base, copies, seed) if base else []),
        *(stream_source(path, seed) for path in history),
    ]


def _report(result: TrainingResult) -> str:
    report = result.evaluation["report"]
    return "\n".join(
        (
            f"candidate {result.model.version}: {result.model_file}",
            f"  held-out orders: recall flagged {report['recall_flagged']:.3f}, "
            f"false flags per 1,000 {report['false_flags_per_1000']:.2f}, "
            f"average precision {report['average_precision']:.4f}",
            f"  card: {result.card_file}",
            f"  look: ordertwin model show {result.model_file}",
            f"  use:  ordertwin serve --model {result.model_file}",
        )
    )
