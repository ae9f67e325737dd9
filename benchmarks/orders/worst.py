"""The worst errors of a run, readable: both orders side by side, and what the model saw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.orders.measure import relation_of
from benchmarks.orders.walk import Told
from ordertwin_models.order import Order, PostalAddress

_WIDTH = 58
_LINES_SHOWN = 12
_TERMS_SHOWN = 12


def write_worst(path: Path, told: Sequence[Told], most: int = 50) -> int:
    """Write the worst errors to a text file, the worst first; returns how many there were."""
    errors = sorted(
        (one for one in told if _error(one)), key=lambda one: (-_badness(one), one.place)
    )
    chosen = errors[:most]
    text = "\n\n".join(
        "\n".join(_described(number, one)) for number, one in enumerate(chosen, start=1)
    )
    path.write_text(text + "\n", encoding="utf-8")
    return len(errors)


def _error(told: Told) -> str:
    case = told.case
    if case is None:
        return ""
    if case.is_duplicate:
        return "" if case.flagged else "MISSED"
    return "FALSE FLAG" if case.flagged else ""


def _badness(told: Told) -> float:
    if _error(told) == "MISSED":
        return 1.0 - max((told.judged(twin).probability for twin in told.twins), default=0)
    return told.best.match_probability if told.best else 0.0


def _described(number: int, told: Told) -> Iterator[str]:
    """One error. A missed duplicate stands beside its twin, a false flag beside what was named."""
    walk, error = told.walk, _error(told)
    truth = relation_of(told) or "background"
    yield f"{'=' * 20} {number}. {error}: {truth} in {walk.name} {'=' * 20}"
    if error == "MISSED":
        other = max(told.twins, key=lambda twin: told.judged(twin).probability)
        blocked = "proposed" if other in told.proposed else "NOT PROPOSED BY BLOCKING"
        state = walk.candidate(other, told.place).state
        yield f"its twin was {blocked}, state {state}; told {told.decision.outcome}"
    elif told.best is not None:
        other = int(told.best.order_key)
        yield (
            f"told {told.decision.outcome} as {told.best.relation} "
            f"(rules {', '.join(told.best.blocking_rules)})"
        )
        counterpart = told.event.truth.counterpart if told.event.truth else None
        named = walk.orders[other].order.order_id
        yield f"true counterpart {counterpart or '-'}, named {named}"
    else:
        yield "no candidate"
        return
    pair = told.judged(other)
    yield f"probability {pair.probability:.4f}, match weight {pair.weight:+.1f}"
    gap = told.event.order.ordered_at - walk.orders[other].order.ordered_at
    yield f"gap {gap}"
    yield from _side_by_side(walk.orders[other].order, told.event.order)
    terms = sorted(pair.contributions.items(), key=lambda term: -abs(term[1]))[:_TERMS_SHOWN]
    for name, weight in terms:
        values = [pair.vector.get(one) for one in name.split(" × ")]
        shown = " × ".join("missing" if value is None else f"{value:.3g}" for value in values)
        yield f"    {weight:+6.2f}  {name} = {shown}"


def _side_by_side(existing: Order, incoming: Order) -> Iterator[str]:
    left, right = dict(_facts(existing)), dict(_facts(incoming))
    yield f"{'':14} {'existing':{_WIDTH}} incoming"
    for name in dict.fromkeys((*left, *right)):
        a, b = left.get(name, ""), right.get(name, "")
        mark = " " if a == b else "*"
        yield f"{mark}{name:13} {a[:_WIDTH]:{_WIDTH}} {b[:_WIDTH]}"


def _facts(order: Order) -> Iterator[tuple[str, str]]:
    party = order.customer
    facts = {
        "order": f"{order.order_id} {order.order_number}",
        "at": order.ordered_at.isoformat(sep=" ", timespec="seconds"),
        "door": f"{order.channel} {order.source} {order.entered_by} {order.message_function}",
        "reference": f"{order.customer_reference} {order.revision}".strip(),
        "contract": f"{order.blanket_reference} {order.release_number} {order.quote_reference}",
        "customer": f"{party.party_id} {party.name} {party.tax_id}",
        "contact": f"{party.contact_name} {party.phone} {party.email}",
        "ship to": _place(order.ship_to),
        "bill to": _place(order.bill_to),
        "requested": str(order.requested_delivery_date or ""),
        "total": f"{order.total_amount or ''} {order.currency_code}",
        "note": order.note,
        "lines": str(len(order.lines)),
    }
    yield from ((name, text.strip()) for name, text in facts.items() if text.strip())
    for place, line in enumerate(order.lines[:_LINES_SHOWN], start=1):
        code = line.sku or line.gtin or line.customer_sku
        words = f"{line.name} {line.specification}".strip()
        price = "" if line.unit_price is None else f" @{line.unit_price}"
        due = f" for {line.requested_date}" if line.requested_date else ""
        yield f"line {place}", f"{line.quantity} {line.unit} {code} {words}{price}{due}"


def _place(place: PostalAddress) -> str:
    parts = (*place.recipients, place.organization, *place.address_lines, place.sublocality)
    return " ".join(filter(None, (*parts, place.postal_code, place.locality, place.region_code)))
