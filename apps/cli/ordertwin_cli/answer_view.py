"""How an answer looks on a terminal: outcome, twin, probability and the reasons behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from rich.text import Text

from ordertwin.v1 import decision_pb2
from ordertwin.v1.order_service_pb2 import ScoreOrderResponse
from ordertwin_server.convert.enums import ACTION, OUTCOME, RELATION

COLOURS = {"UNIQUE": "bold green", "REVIEW": "bold yellow", "DUPLICATE": "bold red"}
MOST_LINES = 8
"""Differences between lines that are shown."""
SAME_RATIO = 5e-3
"""How far from 1 a ratio may be of what counts as the same."""
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
        yield from _why_not(match)
        return
    yield Text(f"   {match.prior_weight:+6.1f}  before anything was compared", "dim")
    told = [one for one in match.contributions if abs(one.weight) >= SMALLEST_REASON]
    yield from (reason(one) for one in told if one.weight > 0)
    against = [one for one in told if one.weight < 0]
    if against:
        yield Text("           against it:", "dim")
        yield from map(reason, against)
    small = [one.weight for one in match.contributions if abs(one.weight) < SMALLEST_REASON]
    if small:
        yield Text(f"   {sum(small):+6.1f}  {counted(len(small), 'smaller reason')}", "dim")
    yield Text(f"   {match.match_weight:+6.1f}  log2 odds that both are the same order", "bold")
    yield from line_differences(match.line_alignments)
    if match.counterfactual:
        yield Text(f"   {match.counterfactual}", "dim")


def _why_not(match: decision_pb2.Match) -> Iterator[Text]:
    """Why a further match is not the same order, or what speaks against it."""
    if match.against:
        yield Text(f"           against it: {', '.join(match.against)}", "dim")


def line_differences(lines: Sequence[decision_pb2.LineAlignment]) -> Iterator[Text]:
    """How the lines of the incoming order differ from the existing one's, one a line.

    >>> lines = [decision_pb2.LineAlignment(incoming_line_id="1", existing_line_id="7",
    ...                                     quantity_ratio=1.25, price_ratio=1),
    ...          decision_pb2.LineAlignment(existing_line_id="9")]
    >>> print("\\n".join(map(str, line_differences(lines))))
       lines: 0 of 1 the same
       ~ line 1 (there 7): 1.25 times the quantity
       - line 9 of that order is not in this one
    """
    said = [text for text in map(_difference, lines) if text]
    if not said:
        return
    mine = sum(1 for each in lines if each.incoming_line_id)
    same = sum(1 for each in lines if not _difference(each))
    yield Text(f"   lines: {same} of {mine} the same", "dim")
    for text in said[:MOST_LINES]:
        yield Text(f"   {text}", "dim")
    if len(said) > MOST_LINES:
        yield Text(f"   … and {counted(len(said) - MOST_LINES, 'more difference')}", "dim")


def _difference(line: decision_pb2.LineAlignment) -> str:
    if not line.existing_line_id:
        return f"+ line {line.incoming_line_id} is not in that order"
    if not line.incoming_line_id:
        return f"- line {line.existing_line_id} of that order is not in this one"
    said = [
        f"{ratio:.4g} times the {what}"
        for ratio, what in ((line.quantity_ratio, "quantity"), (line.price_ratio, "price"))
        if ratio and abs(ratio - 1) > SAME_RATIO
    ]
    if not said:
        return ""
    other = line.existing_line_id
    there = "" if other == line.incoming_line_id else f" (there {other})"
    return f"~ line {line.incoming_line_id}{there}: {', '.join(said)}"


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
