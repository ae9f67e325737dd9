"""A report on paper, as one file that needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from ordertwin_reviewer.pages.figure_charts import Reported
from ordertwin_reviewer.pages.figures import contents
from ordertwin_reviewer.pages.language import Reader
from ordertwin_reviewer.pages.rendering import Templates

_STYLES = ("page.css", "figures.css", "paper.css")
_SCRIPTS = ("vendor/chart.min.js", "figures.js")


@dataclass(frozen=True, slots=True)
class Inline:
    """What a page otherwise loads, as text of ours that may stand in it as it is."""

    css: str
    scripts: tuple[str, ...]


def on_paper(made: Reported, language: str, now: datetime) -> str:
    """A report as HTML."""
    reader = Reader.of(language)
    inline = Inline("\n".join(map(_static, _STYLES)), tuple(map(_static, _SCRIPTS)))
    shown = contents(made, reader, now)
    return Templates().render("figures_paper.html", reader, inline=inline, **shown)


def _static(name: str) -> str:
    return files("ordertwin_reviewer").joinpath("static", name).read_text("utf-8")
