"""A scan from beginning to end, and how its steps remember how far they came.

The directory of the results has a `work` directory for as long as the scan is not complete: a store
made of the file, and the findings so far. A second run with the same question goes on there.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from ordertwin_cli.direct_access import note_reading
from ordertwin_cli.importing.desk import Source
from ordertwin_cli.importing.run import Import
from ordertwin_cli.progress import counting, following
from ordertwin_models.order import OrderState
from ordertwin_models.policy import Policy
from ordertwin_server.model_slot import read_model, released_model
from ordertwin_server.policy_slot import read_policy
from ordertwin_stores import open_store
from ordertwin_stores.open import shown_address
from ordertwin_training.company_history import ORDER_COLUMNS, load_mapping
from ordertwin_training.company_history.ordered import is_in_order, sorted_passages
from ordertwin_training.company_history.passages import final_states, passages
from ordertwin_training.company_history.table import is_json_lines
from ordertwin_training.scan.chunk import Task
from ordertwin_training.scan.figures import Figures, figures_of
from ordertwin_training.scan.groups import Groups
from ordertwin_training.scan.report import About, write_report
from ordertwin_training.scan.tables import write_tables
from ordertwin_training.scan.walk import ScanRefused, chunks_in, walk

REPORT, CSV, PARQUET, SUMMARY = "report.html", "groups.csv", "groups.parquet", "summary.json"
WORK = "work"
NO_MODEL = "none"
_SQLITE = b"SQLite format 3\0"
_TENANT = "default"
_SHOWN = 10


@dataclass(slots=True)
class Scan:
    """A question to a whole history; `run` answers it and writes the results to `out`."""

    source: str
    out: Path
    mapping: Path | None
    model: str
    policy: Path | None
    tenant: str
    language: str
    processes: int
    fresh: bool
    _left_out: list[str] = field(default_factory=list)

    def run(self) -> dict[str, Any]:
        """The summary. Raises `ScanRefused`, `HistoryInvalid` and what files and stores raise."""
        begun = time.perf_counter()
        self.out.mkdir(parents=True, exist_ok=True)
        if self.fresh:
            shutil.rmtree(self.out / WORK, ignore_errors=True)
        model = self._model()
        version = read_model(model).version if model else "rules"
        policy = read_policy(self.policy) if self.policy else Policy()
        store = self._store()
        read_seconds = time.perf_counter() - begun
        now = datetime.now(UTC)
        task = Task(store, self.tenant, model, policy, self.language, now)
        findings = self.out / WORK / "findings.jsonl"
        with following("orders") as report:
            judged = walk(task, findings, self.processes, report)
        seconds = time.perf_counter() - begun
        figures, groups = figures_of(chunks_in(findings))
        about = About(
            source=Path(shown_address(self.source)).name,
            language=self.language,
            model=version,
            policy=policy.version,
            at=now,
            unreadable=tuple(self._left_out[:_SHOWN]),
            unreadable_count=len(self._left_out),
            calibrated=model is not None,
        )
        self._write(about, figures, groups, findings)
        summary = {
            "source": shown_address(self.source),
            "out": str(self.out),
            "model": version,
            "policy": policy.version,
            **figures.document(),
            "unreadable": len(self._left_out),
            "judged_now": judged,
            "read_seconds": round(read_seconds, 2),
            "seconds": round(seconds, 2),
            "orders_per_second": round(judged / max(seconds, 1e-3), 1),
        }
        (self.out / SUMMARY).write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
        shutil.rmtree(self.out / WORK, ignore_errors=True)
        return summary

    def view(self, summary: dict[str, Any]) -> Iterator[str]:
        """The summary for a person."""
        yield (
            f"{summary['orders']:,} orders: {summary['groups']:,} duplicate groups, "
            f"{summary['duplicates']:,} duplicates, {summary['reviews']:,} to be looked at"
        )
        for currency, value in summary["value"].items():
            yield (
                f"  {currency}: {value['stoppable']:,.2f} not yet out, {value['gone']:,.2f} gone, "
                f"{value['doubtful']:,.2f} in doubtful ones"
            )
        if summary["unreadable"]:
            yield f"{summary['unreadable']:,} orders could not be read; the report names the first"
        yield (
            f"{summary['seconds']:,.1f} s, {summary['orders_per_second']:,.0f} orders a second; "
            f"see {self.out / REPORT}"
        )

    def _model(self) -> Path | None:
        if self.model == NO_MODEL:
            return None
        return Path(self.model) if self.model else released_model()

    def _store(self) -> str:
        """The address of the store to scan; a file becomes one first."""
        path = Path(self.source)
        if "://" in self.source or _is_store(path):
            address = self.source if "://" in self.source else f"sqlite:///{path.absolute()}"
            note_reading(address, self.tenant, "ScanOrders")
            return address
        self.tenant = _TENANT
        columns = load_mapping(self.mapping, ORDER_COLUMNS) if self.mapping else None
        source = Source(path, columns, datetime.now(UTC), lenient=True)
        work = self.out / WORK
        self._same_file(path, work)
        address = f"sqlite:///{(work / 'orders.db').absolute()}"
        if (work / "read").exists():
            self._left_out = json.loads((work / "read").read_text())
            return address
        with closing(open_store(address)) as opened:
            self._load(opened, source, work)
        (work / "read").write_text(json.dumps(self._left_out))
        return address

    def _load(self, store: Any, source: Source, work: Path) -> None:
        is_stream = is_json_lines(source.path) and source.mapping is None
        states = final_states(source.path) if is_stream else {}
        loading = Import(
            store,
            _TENANT,
            source,
            states=states,
            otherwise=OrderState.RECEIVED,
            desks=self.processes,
        )
        with following("bytes looked through") as report:
            ordered = is_in_order(source.path, source.mapping, report)
        read = passages if ordered else partial(sorted_passages, folder=work / "runs")
        with following("bytes read") as report:
            loading.run(read(source.path, source.mapping, progress=report))
        self._left_out = [str(problem) for problem in loading.left_out]

    def _same_file(self, path: Path, work: Path) -> None:
        """Refuse to go on with a file that is not the one that the scan began with."""
        found = path.stat()
        identity = json.dumps([str(path.absolute()), found.st_size, found.st_mtime_ns])
        note = work / "source.json"
        if note.exists() and note.read_text() != identity:
            raise ScanRefused(
                f"{self.out} holds a scan of another file, or this one has changed since; name "
                "another directory with --out, or begin anew with --fresh."
            )
        work.mkdir(parents=True, exist_ok=True)
        note.write_text(identity)

    def _write(self, about: About, figures: Figures, groups: Groups, findings: Path) -> None:
        read = partial(chunks_in, findings)
        with counting("results", 2) as report:
            write_tables(read(), groups, self.out / PARQUET, self.out / CSV)
            report(1)
            write_report(self.out / REPORT, about, figures, groups, read)
            report(2)


def _is_store(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE
