"""A policy document as people read it: who is held from when on, lists, bursts."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ordertwin_reviewer.pages.language import Reader
from ordertwin_reviewer.pages.terms import CHANNEL, N_, STATE

LIMITS = ("review", "duplicate", "attended_review")
COSTS = {
    "missed": N_("A duplicate that goes out"),
    "missed_share": N_("A duplicate that goes out, of its value"),
    "review": N_("A review"),
    "block": N_("A good order that is blocked"),
    "ask": N_("A question to the person at the screen"),
}
LISTS = {
    "customers": N_("Customers"),
    "sources": N_("Connectors or systems"),
    "references": N_("Customer references"),
    "pairs": N_("Pairs of orders"),
}
USUAL_BURST = {"flagged_orders": 25, "within_minutes": 10, "share": 0.5}
USUAL_COPIED_SECONDS = 1200.0
USUAL_COPIED_DAYS = 5.0
"""What holds where a document leaves it out."""
_CONDITIONS = {
    "sources": N_("from"),
    "companies": N_("sold by"),
    "customers": N_("customer"),
    "customer_groups": N_("customers of the group"),
}
_VALUES = {"value_at_least": N_("worth at least"), "value_below": N_("worth less than")}
_AT_THE_SCREEN = N_("a person is at the screen")
_NOBODY = N_("nobody is at the screen")
_NUMBER_AT_THE_END = re.compile(r"(\d+)$")
_VERSION = re.compile(r"^(\s*\"?version\"?\s*[=:]\s*)\"([^\"]*)\"", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold in words. `own` says that this row states it, and no other one for it."""

    text: str
    own: bool


@dataclass(frozen=True, slots=True)
class Row:
    """For which orders which thresholds hold; `name` is empty for all that no rule is about."""

    name: str
    conditions: Sequence[str]
    limits: Sequence[Limit]
    costs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PolicyView:
    """Everything that a document says. Lists are pairs of a label and their entries."""

    rows: Sequence[Row]
    allowed: Sequence[tuple[str, Sequence[str]]]
    denied: Sequence[tuple[str, Sequence[str]]]
    groups: Sequence[tuple[str, Sequence[str]]]
    resent_minutes: str
    copied_minutes: str
    copied_days: str
    burst: Mapping[str, str]


def policy_view(document: str, model: Any, reader: Reader) -> PolicyView:
    """The document as it is shown; `model` has the thresholds that hold where it says nothing."""
    content = _content(document)
    base = _row("", {}, content, {each: getattr(model, each) for each in LIMITS}, reader, own=False)
    stated = content.get("thresholds", {})
    rows = [base]
    for rule in content.get("rules", ()):
        under = {each: stated.get(each, getattr(model, each)) for each in LIMITS}
        if content.get("costs"):
            under |= {each: None for each in LIMITS if each not in stated}
        rows.append(_row(rule["name"], rule.get("when", {}), rule, under, reader))
    facts = content.get("hard_facts", {})
    minutes = facts.get("resent_within_minutes", 0)
    seconds = facts.get("copied_within_seconds", USUAL_COPIED_SECONDS)
    days = facts.get("copied_reference_within_days", USUAL_COPIED_DAYS)
    return PolicyView(
        rows=rows,
        allowed=list(_lists(content.get("allow", {}), reader)),
        denied=list(_lists(content.get("deny", {}), reader)),
        groups=list(content.get("customer_groups", {}).items()),
        resent_minutes=reader.number(minutes) if minutes else "",
        copied_minutes=reader.number(seconds / 60) if seconds else "",
        copied_days=reader.number(days) if days else "",
        burst=_burst(content.get("burst", {}), reader),
    )


def with_next_version(document: str, taken: Sequence[str]) -> str:
    """The document under the next version that is not taken, to begin a change with.

    >>> with_next_version('version = "house/9"  # ours', ["house/9", "house/10"])
    'version = "house/11"  # ours'
    >>> with_next_version('version = "first"', ["first"])
    'version = "first/2"'
    """
    found = _VERSION.search(document)
    if not found:
        return document
    version = found[2]
    while version in taken or version == found[2]:
        end = _NUMBER_AT_THE_END.search(version)
        if end:
            version = f"{version[: end.start()]}{int(end[1]) + 1:0{len(end[1])}}"
        else:
            version += "/2"
    return f'{document[: found.start()]}{found[1]}"{version}"{document[found.end() :]}'


def _content(document: str) -> dict[str, Any]:
    """What is in a document that the server checked."""
    if document.lstrip().startswith("{"):
        made: dict[str, Any] = json.loads(document)
        return made
    return tomllib.loads(document)


def _row(
    name: str,
    when: Mapping[str, Any],
    said: Mapping[str, Any],
    under: Mapping[str, Any],
    reader: Reader,
    *,
    own: bool = True,
) -> Row:
    """`under` has what holds where nothing is said, None for what follows from costs."""
    stated, costs = said.get("thresholds", {}), said.get("costs", {})
    limits = []
    for each in LIMITS:
        if each in stated:
            limits.append(Limit(reader.percent(stated[each]), own=True))
        elif costs or under[each] is None:
            limits.append(Limit(reader.words(N_("from costs")), own=bool(costs)))
        else:
            limits.append(Limit(reader.percent(under[each]), own=False))
    return Row(name, list(_conditions(when, reader)), limits, list(_costs(costs, reader)))


def _costs(costs: Mapping[str, Any], reader: Reader) -> Iterator[tuple[str, str]]:
    for each, label in COSTS.items():
        if each in costs:
            share = each == "missed_share"
            amount = reader.percent(costs[each]) if share else reader.number(costs[each])
            yield reader.words(label), amount


def _conditions(when: Mapping[str, Any], reader: Reader) -> Iterator[str]:
    words = reader.words
    if when.get("channels"):
        yield words(N_("by")) + " " + ", ".join(words(CHANNEL[each]) for each in when["channels"])
    for each, label in _CONDITIONS.items():
        if when.get(each):
            yield f"{words(label)} {', '.join(when[each])}"
    currency = when.get("currency", "")
    for each, label in _VALUES.items():
        if each in when:
            yield f"{words(label)} {reader.number(when[each])} {currency}"
    if currency and not set(_VALUES) & set(when):
        yield words(N_("in")) + f" {currency}"
    if "attended" in when:
        attended = when["attended"]
        yield words(_AT_THE_SCREEN if attended else _NOBODY)
    if when.get("counterpart_states"):
        states = ", ".join(words(STATE[each]) for each in when["counterpart_states"])
        yield words(N_("the existing order is")) + f" {states}"


def _lists(section: Mapping[str, Any], reader: Reader) -> Iterator[tuple[str, Sequence[str]]]:
    for each, label in LISTS.items():
        entries = section.get(each, ())
        if each == "pairs":
            entries = [" = ".join(_order(order) for order in pair) for pair in entries]
        if entries:
            yield reader.words(label), entries


def _order(order: Mapping[str, str]) -> str:
    source = order.get("source", "")
    return f"{source} {order['order_id']}".strip()


def _burst(section: Mapping[str, Any], reader: Reader) -> Mapping[str, str]:
    """Its numbers, empty when bursts are not looked for; those it leaves out are as usual."""
    if not section.get("enabled", bool(section)):
        return {}
    burst = dict(USUAL_BURST) | dict(section)
    return {
        "orders": reader.number(burst["flagged_orders"]),
        "minutes": reader.number(burst["within_minutes"]),
        "share": reader.percent(burst["share"]),
    }
