"""A review of rights as text, and as a page that can be kept or printed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Access review of {tenant}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; }}
table {{ border-collapse: collapse; width: 100%; margin-bottom: 2rem; }}
th, td {{ text-align: left; vertical-align: top; padding: .3rem .6rem; }}
td {{ border-top: 1px solid #ccc; }}
</style></head><body>
<h1>Access review of {tenant}</h1><p>Made {time}.</p>
{tables}
</body></html>
"""


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
    time = escape(review.time.ToJsonString())
    return PAGE.format(tenant=escape(tenant), time=time, tables=tables)


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
            f"{each.role} (since {each.grant_time.ToJsonString()[:10]} by {each.granted_by})"
            for each in member.bindings
        )
        used = member.HasField("last_use_time") and member.last_use_time.ToJsonString()[:10]
        yield member.member, roles, ", ".join(member.permissions), used or "never used"


def _releases(review: Any) -> Iterator[tuple[str, ...]]:
    for each in review.releases:
        yield each.member, str(each.released), str(each.later_duplicates), str(each.overrides)


def _changes(review: Any) -> Iterator[tuple[str, ...]]:
    for each in review.changes:
        yield each.time.ToJsonString(), each.actor, each.action, each.target, each.outcome


def _table(title: str, head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    nothing = "" if body else "<p>None.</p>"
    return f"<h2>{escape(title)}</h2><table><tr>{cells}</tr>{body}</table>{nothing}"
