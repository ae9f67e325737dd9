"""How an answer looks on a terminal: outcome, twin, probability and the reasons behind it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from rich.text import Text

from ordertwin.v1 import decision_pb2
from ordertwin.v1.order_service_pb2 import ScoreOrderResponse
from ordertwin_server.convert.enums import ACTION, OUTCOME, RELATION

COLOURS = {"UNIQUE": "bold green", "REVIEW": "bold yellow", "DUPLICATE": "bold red"}
SMALLEST_REASON = 0.3
"""Weight in log2 odds below which a reason is not worth a line of its own."""


def headline(number: str, response: ScoreOrderResponse) -> Text:
    """Number, outcome and what the likeliest match is, on one line."""
    outcome = _name(OUTCOME.member(response.outcome))
    line = Text.assemble((f"{number:<14} ", "bold"), (f"{outcome:<9}", COLOURS.get(outcome, "")))
    if not response.matches:
        return line.append("  like no order before", "dim")
    best = response.matches[0]
    relation = _name(RELATION.member(best.relation))
    line.append(f"  {relation} of {number_of(best)}", "cyan")
    return line.append(f"  {percent(best.match_probability)}")


def reasons(response: ScoreOrderResponse, most: int) -> Iterator[Text]:
    """The largest reasons for and against the likeliest match, one a line."""
    if not response.matches:
        return
    for contribution in list(response.matches[0].contributions)[:most]:
        if abs(contribution.weight) >= SMALLEST_REASON:
            yield reason(contribution)


def reason(contribution: decision_pb2.Contribution) -> Text:
    """One reason: its weight, then why."""
    colour = "red" if contribution.weight > 0 else "green"
    weight = (f"{contribution.weight:+6.1f}", colour)
    return Text.assemble("   ", weight, "  ", contribution.text or contribution.comparison)


def full(number: str, response: ScoreOrderResponse) -> Iterator[Text]:
    """Everything a person wants to know of one answer."""
    yield headline(number, response)
    yield Text(f"   {response.summary}")
    action = _name(ACTION.member(response.action))
    rules = ", ".join(response.policy_rules) or "none"
    yield Text(f"   action {action}; policy rules: {rules}", "dim")
    for place, match in enumerate(response.matches):
        yield from _match(match, first=place == 0)
    considered = f"{counted(response.candidates_considered, 'existing order')} compared"
    truncated = ", more were left out" if response.candidates_truncated else ""
    yield Text(f"   {considered}{truncated}; model {response.model_version}", "dim")


def _match(match: decision_pb2.Match, *, first: bool) -> Iterator[Text]:
    relation = _name(RELATION.member(match.relation))
    yield Text.assemble(
        (f"   {number_of(match)}", "bold"),
        f"  {percent(match.match_probability)}  {relation}",
        (f"  found by {', '.join(match.blocking_rules)}", "dim"),
    )
    if not first:
        return
    yield Text(f"   {match.prior_weight:+6.1f}  before anything was compared", "dim")
    small = []
    for contribution in match.contributions:
        if abs(contribution.weight) >= SMALLEST_REASON:
            yield reason(contribution)
        else:
            small.append(contribution.weight)
    if small:
        yield Text(f"   {sum(small):+6.1f}  {counted(len(small), 'smaller reason')}", "dim")
    yield Text(f"   {match.match_weight:+6.1f}  log2 odds that both are the same order", "bold")
    if match.counterfactual:
        yield Text(f"   {match.counterfactual}", "dim")


def counted(number: int, thing: str) -> str:
    """A number of things.

    >>> counted(1, "order"), counted(2, "order")
    ('1 order', '2 orders')
    """
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def number_of(match: decision_pb2.Match) -> str:
    """The number people know the existing order by."""
    return match.order.order_number or match.order.order_id or match.order.name


def percent(probability: float) -> str:
    """A probability for people; never a rounded certainty.

    >>> percent(0.5), percent(0.99999), percent(0.0001)
    ('50.0 %', '> 99.9 %', '< 0.1 %')
    """
    if probability > 0.999:
        return "> 99.9 %"
    if probability < 0.001:
        return "< 0.1 %"
    return f"{probability:.1%}".replace("%", " %")


def _name(member: StrEnum | None) -> str:
    return member.value if member else "UNKNOWN"
