"""`ordertwin model drift`: the newest decisions of a store against those before them."""

from __future__ import annotations

from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ordertwin_cli.connection import TenantOption

if TYPE_CHECKING:
    from ordertwin_models.drift import Observed
    from ordertwin_server.commands.watch_drift import DriftReport

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Drift</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
  color: #22313f; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .3rem .6rem; }}
td {{ border-top: 1px solid #e4e7eb; }}
.ALARM {{ color: #d1495b; font-weight: bold; }} .WATCH {{ color: #b07d12; }}
.STEADY {{ color: #8795a1; }}
</style></head><body>
<h1>Drift</h1><p>{lead}</p>
<table><tr><th>level</th><th>kind</th><th>figure</th><th>before</th><th>now</th><th>measure</th></tr>
{rows}
</table>
<p>The measure of shares and completeness is in standard errors, of all else the population
stability index: 0.1 is some change, 0.25 is much.</p>
</body></html>
"""


def add_to(group: typer.Typer) -> None:
    """Make the command part of `ordertwin model`."""
    group.command()(drift)


def drift(
    store: Annotated[str, typer.Option(help="Store whose decisions are looked at.")],
    last: Annotated[int, typer.Option(min=100, help="Newest decisions.")] = 1_000,
    before: Annotated[
        int, typer.Option(min=100, help="Decisions before them to compare with.")
    ] = 4_000,
    reference_until: Annotated[
        datetime | None, typer.Option(help="Compare with the decisions before this time instead.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the report as a page to this file.")
    ] = None,
    json_line: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
    tenant: TenantOption = "default",
) -> None:
    """Say whether orders and answers are still what they were; reads beside a running server.

    Example: `ordertwin model drift --store sqlite:///data/ordertwin.db --html drift.html`
    """
    import json
    from contextlib import closing
    from datetime import UTC

    from ordertwin_cli.direct_access import note_reading
    from ordertwin_server.commands.watch_drift import watch_drift
    from ordertwin_stores import open_archive

    until = reference_until.replace(tzinfo=UTC) if reference_until else None
    note_reading(store, tenant, "WatchDrift")
    with closing(open_archive(store)) as archive:
        report = watch_drift(
            archive.decision_history,
            archive.verdicts,
            tenant,
            newest=last,
            before=before,
            reference_until=until,
        )
    if json_line:
        print(json.dumps(_document(report)))
    elif html is not None:
        html.write_text(_page(report), "utf-8")
        print(f"{html}: {len(report.alarms)} alarms")
    else:
        print(_text(report))


def _text(report: DriftReport) -> str:
    lines = [_lead(report)]
    lines += [f"{each.level:<6}  {each.sentence}" for each in report.findings]
    return "\n".join(lines)


def _lead(report: DriftReport) -> str:
    now, then = report.current, report.reference
    lead = f"{_window(now)} against {_window(then)}: {len(report.alarms)} alarms."
    if not report.findings:
        return f"{lead} There are too few decisions to say anything."
    if set(now.versions) != set(then.versions):
        lead += " Other models answered, so scores and flags may differ for that reason."
    return lead


def _window(window: Observed) -> str:
    if window.oldest is None or window.newest is None:
        return "no decisions"
    return (
        f"{window.decisions} decisions from {window.oldest:%Y-%m-%d} to {window.newest:%Y-%m-%d} "
        f"({', '.join(sorted(window.versions))})"
    )


def _page(report: DriftReport) -> str:
    rows = "\n".join(
        f'<tr><td class="{each.level}">{each.level}</td><td>{each.kind}</td>'
        f"<td>{escape(each.name)}</td><td>{each.reference:.3g}</td><td>{each.current:.3g}</td>"
        f"<td>{each.measure:.2g}</td></tr>"
        for each in report.findings
    )
    return PAGE.format(lead=escape(_lead(report)), rows=rows)


def _document(report: DriftReport) -> dict[str, Any]:
    return {
        "decisions": report.current.decisions,
        "reference_decisions": report.reference.decisions,
        "models": sorted(report.current.versions),
        "reference_models": sorted(report.reference.versions),
        "alarms": len(report.alarms),
        "findings": [
            {
                "kind": each.kind,
                "name": each.name,
                "reference": each.reference,
                "current": each.current,
                "measure": each.measure,
                "level": each.level.value,
            }
            for each in report.findings
        ],
    }
