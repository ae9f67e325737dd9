"""The report for people: one HTML file that needs nothing else."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from ordertwin_models.language import catalogue_for
from ordertwin_models.order import Channel, OrderState
from ordertwin_training.scan.figures import NO_CURRENCY, Cause, Figures
from ordertwin_training.scan.findings import Chunk, OrderFacts, Pair
from ordertwin_training.scan.groups import Groups
from ordertwin_training.scan.quality import CHECKED
from ordertwin_training.scan.words import words_in

GROUPS_SHOWN = 100
REPEATS_SHOWN = 5
CAUSES_SHOWN = 10
MONTHS_SHOWN = 24
FINDINGS_SHOWN = 12
Read = Callable[[], Iterable[Chunk]]
COMPARED = ("customer", "reference", "ordered", "channel", "source", "clerk", "worth", "lines")


@dataclass(frozen=True, slots=True)
class About:
    """What was scanned, with what, and when; `unreadable` are sentences about orders left out.

    `calibrated` says that probabilities are those of a learned model, not of the rules.
    """

    source: str
    language: str
    model: str
    policy: str
    at: datetime
    unreadable: tuple[str, ...] = ()
    unreadable_count: int = 0
    calibrated: bool = True


@dataclass(slots=True)
class Group:
    """A group to show: its first order and the repeats, worth `value` in all."""

    size: int
    value: float
    first: OrderFacts | None = None
    repeats: list[Pair] = field(default_factory=list)

    @property
    def hidden(self) -> int:
        """Repeats that are not shown."""
        return self.size - 1 - len(self.repeats)


def write_report(path: Path, about: About, figures: Figures, groups: Groups, read: Read) -> None:
    """Write the report; `read` gives the chunks of the scan, as often as it is asked."""
    from jinja2 import Environment, StrictUndefined

    words = words_in(about.language)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": _number, "percent": _percent, "sure": _sure, "money": _money}
    template = environment.from_string(
        files("ordertwin_training.scan").joinpath("report.html.jinja").read_text("utf-8")
    )
    shown = top_groups(read, groups)
    named = _Named(words, about.language)
    text = template.render(
        words=words,
        about=about,
        figures=figures,
        currency=figures.main_currency,
        groups=shown,
        facts=named.facts,
        named=named,
        causes=_causes(figures, named),
        months=_months(figures),
        relations=figures.relations.most_common(),
        channels=figures.channels.most_common(CAUSES_SHOWN),
        findings=[name for name in CHECKED if figures.quality.counts[name]],
        junk=figures.quality.junk.most_common(FINDINGS_SHOWN),
        shared=_shared(figures),
        alike=_alike(figures),
        compared=COMPARED,
        no_currency=NO_CURRENCY,
    )
    path.write_text(text, "utf-8")


def top_groups(read: Read, groups: Groups, most: int = GROUPS_SHOWN) -> list[Group]:
    """The groups worth most, each with its first repeats; only those are ever kept."""
    values: dict[int, float] = {}
    for chunk in read():
        for pair in chunk.pairs:
            leader = groups.leader(pair.order.sequence)
            values[leader] = values.get(leader, 0.0) + (pair.order.value or 0.0)
    best = heapq.nlargest(most, values, key=lambda leader: (values[leader], -leader))
    sizes = groups.sizes()
    found = {leader: Group(sizes[leader], values[leader]) for leader in best}
    for chunk in read():
        for pair in chunk.pairs:
            leader = groups.leader(pair.order.sequence)
            if leader in found:
                _add(found[leader], leader, pair)
    return list(found.values())


def _add(group: Group, leader: int, pair: Pair) -> None:
    if group.first is None or pair.twin.sequence == leader:
        group.first = pair.twin
    if len(group.repeats) < REPEATS_SHOWN:
        group.repeats.append(pair)


class _Named:
    """Names and values as people read them."""

    def __init__(self, words: Mapping[str, str], language: str) -> None:
        self._words = words
        self._catalogue = catalogue_for(language)

    def channel(self, name: str) -> str:
        """A channel in words."""
        return self._catalogue.channels.get(Channel(name), name)

    def state(self, name: str) -> str:
        """A state in words."""
        return self._catalogue.states.get(OrderState(name), name)

    def facts(self, order: OrderFacts) -> dict[str, str]:
        """The facts of an order, by the word that names each."""
        customer = " · ".join(filter(None, (order.customer_id, order.customer)))
        value = "" if order.value is None else f"{_money(order.value)} {order.currency}".strip()
        return {
            "order": order.number,
            "customer": customer,
            "reference": order.reference,
            "ordered": order.ordered_at[:16].replace("T", " "),
            "channel": self.channel(order.channel),
            "source": order.source,
            "clerk": order.clerk,
            "worth": value,
            "lines": str(order.lines),
            "state": self.state(order.state),
        }

    def cause(self, dimension: str, name: str) -> str:
        """A value of a dimension in words."""
        if dimension == "channel":
            return self.channel(name)
        return name or self._words["unknown"]


def _causes(figures: Figures, named: _Named) -> list[tuple[str, list[tuple[str, Cause]], int]]:
    shown = []
    for dimension in ("channel", "source", "customer", "clerk"):
        causes = figures.worst(dimension, CAUSES_SHOWN)
        if causes:
            rows = [(named.cause(dimension, cause.name), cause) for cause in causes]
            shown.append((dimension, rows, max(cause.flagged for cause in causes)))
    return shown


def _months(figures: Figures) -> list[dict[str, Any]]:
    """The last months with their bars, as parts of the highest."""
    totals: Mapping[str, int] = figures.totals.get("month", {})
    flagged = figures.causes.get("month", {})
    names = sorted(totals)[-MONTHS_SHOWN:]
    counts = {name: flagged[name].flagged if name in flagged else 0 for name in names}
    highest = max(counts.values(), default=0) or 1
    return [
        {
            "name": name,
            "flagged": counts[name],
            "height": counts[name] / highest,
            "share": counts[name] / totals[name] if totals[name] else 0.0,
        }
        for name in names
    ]


def _shared(figures: Figures) -> list[tuple[str, str, list[str]]]:
    rows = sorted(figures.quality.shared.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(*_two(place), customers) for place, customers in rows[:FINDINGS_SHOWN]]


def _alike(figures: Figures) -> Iterator[tuple[str, str, str, int]]:
    for key, count in figures.quality.alike.most_common(FINDINGS_SHOWN):
        first, second, name = (*key.split("\t"), "", "")[:3]
        yield first, second, name, count


def _two(place: str) -> tuple[str, str]:
    kind, _, value = place.partition("\t")
    return kind, value


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _money(value: float) -> str:
    return f"{value:,.2f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _sure(probability: float) -> str:
    """A probability; nobody is ever wholly sure."""
    return f"> {_percent(0.99)}" if probability >= 0.995 else _percent(probability)


def _percent(value: float) -> str:
    digits = 0 if value >= 0.095 else 1 if value >= 0.00095 or not value else 2
    return f"{value:.{digits}%}".replace("%", "\N{NARROW NO-BREAK SPACE}%")
