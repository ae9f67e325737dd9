"""A review of rights as text, and as a page that can be kept or printed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Access review of {tenant}</title>
<style>
:root {{ color-scheme: light; }}
body {{ font: 15px/1.5 system-ui, sans-serif; color: #1d2330; margin: 2rem auto; max-width: 76rem;
  padding: 0 1.5rem; }}
h1 {{ margin-bottom: 0; }}
h2 {{ margin: 2.2rem 0 .4rem; font-size: 1.15rem; }}
p {{ margin: .2rem 0; color: #566; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; }}
th {{ font-size: .8rem; color: #566; border-bottom: 2px solid #c5ccd8; white-space: nowrap; }}
td {{ border-bottom: 1px solid #e3e7ee; overflow-wrap: anywhere; }}
td:first-child {{ white-space: nowrap; overflow-wrap: normal; font-weight: 600; }}
td.number, th.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
@media print {{ body {{ margin: 0; font-size: 11px; }} tr {{ break-inside: avoid; }} }}
</style></head><body>
<h1>Access review of {tenant}</h1><p>Made {time}. {summary}</p>
{tables}
</body></html>
"""
_NUMBERS = frozenset({"released", "later duplicates", "overrides"})


def as_text(review: Any) -> str:
    """The review for a terminal."""
    return "\n".join(_lines(review))


def as_html(review: Any, tenant: str) -> str:
    """The review as a page; everything from the server is escaped."""
    tables = "\n".join(
        _table(title, head, rows)
        for title, head, rows in (
            ("Findings", ("kind", "about", "what"), _findings(review)),
            ("Who can do what", ("member", "roles", "permissions", "last use"), _members(review)),
            (
                "Held orders released",
                ("member", "released", "later duplicates", "overrides"),
                _releases(review),
            ),
            ("Changes", ("time", "who", "what", "on what", "outcome"), _changes(review)),
        )
    )
    summary = (
        f"{len(review.members)} members, {len(review.findings)} findings, "
        f"{len(review.changes)} changes."
    )
    return PAGE.format(
        tenant=escape(tenant), time=_minute(review.time), summary=summary, tables=tables
    )


def _lines(review: Any) -> Iterator[str]:
    for title, rows in (
        ("findings", _findings(review)),
        ("members", _members(review)),
        ("held orders released (released, later duplicates, overrides)", _releases(review)),
        ("changes", _changes(review)),
    ):
        yield f"{title}:"
        count = 0
        for row in rows:
            count += 1
            yield "  " + "  ".join(cell for cell in row if cell)
        if not count:
            yield "  none"


def _findings(review: Any) -> Iterator[tuple[str, ...]]:
    for each in review.findings:
        yield each.kind, each.subject, each.text


def _members(review: Any) -> Iterator[tuple[str, ...]]:
    for member in review.members:
        roles = ", ".join(
            f"{each.role} (since {each.grant_time.ToJsonString()[:10]} by {each.granted_by}"
            f"{_due(each)})"
            for each in member.bindings
        )
        used = member.HasField("last_use_time") and member.last_use_time.ToJsonString()[:10]
        yield member.member, roles, ", ".join(member.permissions), used or "never used"


def _due(binding: Any) -> str:
    """When a grant has to be confirmed."""
    return f", due {binding.due_time.ToJsonString()[:10]}" if binding.HasField("due_time") else ""


def _releases(review: Any) -> Iterator[tuple[str, ...]]:
    for each in review.releases:
        yield each.member, str(each.released), str(each.later_duplicates), str(each.overrides)


def _changes(review: Any) -> Iterator[tuple[str, ...]]:
    for each in review.changes:
        yield _minute(each.time), each.actor, each.action, each.target, each.outcome


def _minute(time: Any) -> str:
    """A time to the minute, in UTC."""
    return f"{time.ToDatetime():%Y-%m-%d %H:%M} UTC"


def _table(title: str, head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    kinds = [' class="number"' if cell in _NUMBERS else "" for cell in head]

    def row(tag: str, cells: tuple[str, ...]) -> str:
        return "".join(
            f"<{tag}{kind}>{escape(cell)}</{tag}>" for kind, cell in zip(kinds, cells, strict=True)
        )

    body = "".join(f"<tr>{row('td', cells)}</tr>" for cells in rows)
    if not body:
        return f"<h2>{escape(title)}</h2><p>None.</p>"
    return f"<h2>{escape(title)}</h2><table><tr>{row('th', head)}</tr>{body}</table>"
