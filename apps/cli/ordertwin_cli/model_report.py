"""What another model would change, as text and as a page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from ordertwin.v1.decision_pb2 import Outcome
from ordertwin.v1.model_pb2 import ModelComparison, ShadowReport

EXAMPLES_IN_TEXT = 10
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem;
  color: #22313f; }}
h1 {{ font-size: 1.5rem; }} h2 {{ font-size: 1.15rem; margin-top: 2rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .3rem .6rem; }}
td {{ border-top: 1px solid #e4e7eb; }}
td.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
.bar {{ display: inline-block; height: .7rem; background: #0b7a75; vertical-align: middle; }}
.pale {{ color: #8795a1; }} .more {{ color: #d1495b; }} .less {{ color: #0b7a75; }}
</style></head><body>
<h1>{title}</h1>
<p>{lead}</p>
<h2>What changes</h2>
{changes}
<h2>Examples, the newest first</h2>
{examples}
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says, wherever its figures come from. `changes` are (before, after, count)."""

    title: str
    lead: str
    total: int
    changes: tuple[tuple[str, str, int], ...]
    examples: tuple[Any, ...]

    @classmethod
    def of_comparison(cls, made: ModelComparison) -> Report:
        """The report of past decisions that were taken again."""
        times = ""
        if made.HasField("oldest_time"):
            oldest, newest = (
                time.ToJsonString()[:10] for time in (made.oldest_time, made.newest_time)
            )
            times = f" from {oldest} to {newest}"
        lead = (
            f"{made.changed} of {made.decisions} decisions{times} would change; "
            f"{made.skipped} were left out, because their orders were changed or erased since."
        )
        title = f"{made.challenger} instead of {made.baseline}"
        return cls(title, lead, made.decisions, _changes(made), tuple(made.examples))

    @classmethod
    def of_trial(cls, version: str, serving: str, found: ShadowReport) -> Report:
        """The report of a shadow."""
        lead = (
            f"{found.differing} of {found.scored} orders would have been told something else. "
            f"{found.dropped} were missed while the server was busy, {found.failed} failed."
        )
        title = f"{version} in shadow of {serving}"
        return cls(title, lead, found.scored, _changes(found), tuple(found.examples))


def _changes(found: Any) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (_outcome(change.before), _outcome(change.after), change.count) for change in found.changes
    )


def as_text(report: Report) -> str:
    """The report for a terminal."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield report.title
    yield report.lead
    for before, after, count in report.changes:
        yield f"  {before:>9} -> {after:<9} {count:>6}"
    for example in report.examples[:EXAMPLES_IN_TEXT]:
        yield ""
        yield (
            f"{example.order}: {_outcome(example.before.outcome)} "
            f"({example.before.match_probability:.1%}) -> {_outcome(example.after.outcome)} "
            f"({example.after.match_probability:.1%}) with {_counterpart(example) or 'no order'}"
        )
        for reason in example.reasons:
            yield (
                f"  {reason.before:+6.2f} -> {reason.after:+6.2f}  {reason.comparison}: "
                f"{reason.meaning}"
            )
    hidden = len(report.examples) - EXAMPLES_IN_TEXT
    if hidden > 0:
        yield ""
        yield f"and {hidden} more; --html FILE shows them"


def as_html(report: Report) -> str:
    """The report as a page; everything from the server is escaped."""
    return PAGE.format(
        title=escape(report.title),
        lead=escape(report.lead),
        changes=_change_table(report) or "<p>Nothing.</p>",
        examples="\n".join(map(_example, report.examples)) or "<p>None.</p>",
    )


def _change_table(report: Report) -> str:
    rows = "".join(
        f"<tr><td>{before}</td><td>{after}</td><td class=number>{count}</td>"
        f"<td class=number>{count / max(report.total, 1):.2%}</td>"
        f'<td><span class=bar style="width:{16 * count / max(report.total, 1):.2f}rem"></span></td>'
        "</tr>"
        for before, after, count in report.changes
    )
    if not rows:
        return ""
    head = "<tr><th>told</th><th>would be told</th><th>decisions</th><th>share</th><th></th></tr>"
    return f"<table>{head}{rows}</table>"


def _example(example: Any) -> str:
    rows = "".join(
        f"<tr><td>{escape(reason.comparison)}</td><td>{escape(reason.meaning)}</td>"
        f"<td class=number>{reason.before:+.2f}</td><td class=number>{reason.after:+.2f}</td>"
        f'<td class="number {"more" if reason.after > reason.before else "less"}">'
        f"{reason.after - reason.before:+.2f}</td></tr>"
        for reason in example.reasons
    )
    before, after = example.before, example.after
    return (
        f"<h3>{escape(example.order)}</h3><p>{_outcome(before.outcome)} at "
        f"{before.match_probability:.1%}, would be <b>{_outcome(after.outcome)}</b> at "
        f"{after.match_probability:.1%}; with {escape(_counterpart(example) or 'no order')}. "
        f"<span class=pale>{escape(example.decision)}</span></p>"
        "<table><tr><th>comparison</th><th>what it measures</th><th>log2 odds now</th>"
        f"<th>then</th><th>difference</th></tr>{rows}</table>"
    )


def _counterpart(example: Any) -> str:
    stricter = example.after if example.after.counterpart else example.before
    return str(stricter.counterpart)


def _outcome(number: int) -> str:
    """An outcome by its name.

    >>> _outcome(1)
    'UNIQUE'
    """
    return Outcome.Name(number).removeprefix("OUTCOME_")
