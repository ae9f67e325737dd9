"""The proposal: which lines belong together, and what becomes of each.

Lines belong together when the surest code that both have is the same, or their name and
specification are; dimensions must not contradict. Units are converted where both are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from ordertwin_models.decision import Relation
from ordertwin_models.merging.fields import Conflict, conflicts_between
from ordertwin_models.normalise import NormalisedLine, normalise
from ordertwin_models.order import Order, OrderLine, OrderState

_PLACES = Decimal("0.000001")


class Take(StrEnum):
    """What becomes of lines that belong together."""

    KEEP = "KEEP"
    """The only one, or all say the same."""
    SUM = "SUM"
    """Both quantities are wanted."""
    LARGER = "LARGER"
    """The larger quantity holds the smaller."""
    FIRST = "FIRST"
    """As the first order has it."""
    SECOND = "SECOND"
    """As the second order has it."""


class Part(NamedTuple):
    """A line of one of the orders: 0 the first, 1 the second; ids as `line_ids` gives them."""

    order: int
    line_id: str


class Choice(NamedTuple):
    """What somebody wants of the lines that a line belongs to."""

    part: Part
    take: Take


@dataclass(frozen=True, slots=True)
class MergedLine:
    """A line of the result with where it comes from.

    `reason` names why, see `words`. `quantities` are those of the two orders in the unit of the
    line, None where an order lacks it or cannot be converted.
    """

    line: OrderLine
    take: Take
    parts: tuple[Part, ...]
    reason: str
    quantities: tuple[Decimal | None, Decimal | None]
    converted: bool = False
    prices_differ: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lines of the result, and what the orders disagree about."""

    lines: tuple[MergedLine, ...]
    conflicts: tuple[Conflict, ...]


GOING = (OrderState.RECEIVED, OrderState.HELD, OrderState.ACCEPTED)
"""States in which nothing of an order has been picked yet."""


def obstacles_to(
    first: tuple[Order, OrderState], second: tuple[Order, OrderState]
) -> tuple[str, ...]:
    """Why two orders cannot become one at all: codes of sentences in `words`.

    What has left, or is being picked, cannot be merged away; what is dead is not there any more.
    """
    found = [
        f"{'second' if place else 'first'}_{'dead' if state.is_dead else 'under_way'}"
        for place, (_, state) in enumerate((first, second))
        if state not in GOING
    ]
    if first[0].kind is not second[0].kind:
        found.append("kinds")
    return tuple(found)


def line_ids(order: Order) -> tuple[str, ...]:
    """The id of each line; one without has its place, counted from 1.

    >>> from datetime import UTC, datetime
    >>> line_ids(Order(order_id="1", ordered_at=datetime(2026, 3, 2, tzinfo=UTC),
    ...                lines=(OrderLine(line_id="10"), OrderLine())))
    ('10', '2')
    """
    return tuple(line.line_id or str(place) for place, line in enumerate(order.lines, 1))


def propose(
    first: Order, second: Order, relation: Relation | None = None, choices: Sequence[Choice] = ()
) -> Proposal:
    """What the two orders become, line by line: those of the first in their order, then the rest.

    `relation` is what the second is to the first; orders that are duplicates ask for the same goods
    once, so the larger quantity holds; parts of one purchase are added up. Choices come first.
    """
    wanted = {choice.part: choice.take for choice in choices}
    mine, theirs = _goods(first, 0), _goods(second, 1)
    partners = _partners(mine, theirs)
    lines, rest = [], dict(enumerate(theirs))
    for place, one in enumerate(mine):
        partner = partners.get(place)
        both = None if partner is None else _joint(one, theirs[partner], relation, wanted)
        if both is not None and partner is not None:
            del rest[partner]
        lines.append(both or _alone(one, apart=partner is not None))
    apart = {partners[place] for place in partners}
    lines += [_alone(one, apart=place in apart) for place, one in rest.items()]
    return Proposal(_with_ids(lines), conflicts_between(first, second))


@dataclass(frozen=True, slots=True)
class _Good:
    """Lines of one order that name the same product, as one line."""

    line: OrderLine
    normal: NormalisedLine
    parts: tuple[Part, ...]


def _goods(order: Order, place: int) -> list[_Good]:
    """The goods of an order: whether 6 and 4 or 10 of a thing were written says nothing."""
    found: list[_Good] = []
    for line, normal, line_id in zip(
        order.lines, normalise(order).lines, line_ids(order), strict=True
    ):
        good = _Good(line, normal, (Part(place, line_id),))
        twin = next((each for each in found if _same(each.normal, normal)), None)
        added = None if twin is None else _in_unit_of(twin, good)
        if twin is None or added is None or twin.line.quantity is None:
            found.append(good)
            continue
        summed = replace(twin.line, quantity=_plain(twin.line.quantity + added))
        found[found.index(twin)] = replace(twin, line=summed, parts=twin.parts + good.parts)
    return found


def _partners(first: Sequence[_Good], second: Sequence[_Good]) -> dict[int, int]:
    """Places in the second order by places in the first, one to one."""
    free = dict(enumerate(second))
    found = {}
    for place, one in enumerate(first):
        for other_place, other in free.items():
            if _same(one.normal, other.normal):
                found[place] = other_place
                del free[other_place]
                break
    return found


def _same(one: NormalisedLine, other: NormalisedLine) -> bool:
    """Whether both lines are of one product, by the surest code that both have."""
    if one.dimensions and other.dimensions and one.dimensions != other.dimensions:
        return False
    for mine, theirs in (
        (one.sku, other.sku),
        (one.gtin, other.gtin),
        (one.customer_sku, other.customer_sku),
    ):
        if mine and theirs:
            return mine == theirs
    return bool(one.tokens) and sorted(one.tokens) == sorted(other.tokens)


def _in_unit_of(good: _Good, other: _Good) -> Decimal | None:
    """The other's quantity in the unit of a good; None when it is not known or not convertible."""
    quantity = other.line.quantity
    if quantity is None:
        return None
    if other.line.unit.strip().casefold() == good.line.unit.strip().casefold():
        return quantity
    mine, theirs = good.normal, other.normal
    if not mine.factor or not theirs.factor or mine.unit != theirs.unit:
        return None
    factor = Decimal(repr(theirs.factor)) / Decimal(repr(mine.factor))
    return _plain((quantity * factor).quantize(_PLACES))


def _plain(number: Decimal) -> Decimal:
    """Without zeros at the end, and never as 1E+2."""
    return Decimal(f"{number.normalize():f}")


def _alone(one: _Good, *, apart: bool) -> MergedLine:
    """A line that only one order has, or that cannot be counted together with the other's."""
    first = one.parts[0].order == 0
    reason = "units" if apart else "first_only" if first else "second_only"
    quantities = (one.line.quantity, None) if first else (None, one.line.quantity)
    return MergedLine(one.line, Take.KEEP, one.parts, reason, quantities)


def _joint(
    one: _Good, other: _Good, relation: Relation | None, wanted: Mapping[Part, Take]
) -> MergedLine | None:
    """The line of two; None when their quantities cannot be compared."""
    mine, theirs = one.line.quantity, _in_unit_of(one, other)
    if theirs is None and other.line.quantity is not None and mine is not None:
        return None
    parts = one.parts + other.parts
    chosen = next((wanted[part] for part in parts if part in wanted), None)
    take, reason = _taken(mine, theirs, relation, chosen)
    converted = theirs is not None and theirs != other.line.quantity
    line = _joined(one.line, other.line, take, mine, theirs)
    prices = (one.normal.unit_price, other.normal.unit_price)
    differ = None not in prices and prices[0] != prices[1]
    return MergedLine(line, take, parts, reason, (mine, theirs), converted, differ)


def _taken(
    mine: Decimal | None, theirs: Decimal | None, relation: Relation | None, chosen: Take | None
) -> tuple[Take, str]:
    if chosen is not None and chosen is not Take.KEEP:
        return chosen, "chosen"
    if chosen is Take.KEEP:
        return Take.FIRST, "chosen"
    if mine is None or theirs is None:
        return Take.KEEP, "one_quantity"
    if relation is Relation.AMENDMENT:
        return Take.SECOND, "equal" if mine == theirs else "amended"
    if relation is None or not relation.is_duplicate:
        return Take.SUM, "both_wanted"
    return (Take.KEEP, "equal") if mine == theirs else (Take.LARGER, "same_goods")


def _joined(
    one: OrderLine, other: OrderLine, take: Take, mine: Decimal | None, theirs: Decimal | None
) -> OrderLine:
    """One line of two: the first's, with what it lacks from the second."""
    known = [quantity for quantity in (mine, theirs) if quantity is not None]
    quantity = {
        Take.KEEP: mine if mine is not None else theirs,
        Take.SUM: sum(known, Decimal(0)) if known else None,
        Take.LARGER: max(known, default=None),
        Take.FIRST: mine,
        Take.SECOND: theirs,
    }[take]
    days = [day for day in (one.requested_date, other.requested_date) if day is not None]
    same_unit = one.unit.strip().casefold() == other.unit.strip().casefold()
    price = one.unit_price
    if same_unit and (price is None or (take is Take.SECOND and other.unit_price is not None)):
        price = other.unit_price
    return replace(
        one,
        sku=one.sku or other.sku,
        gtin=one.gtin or other.gtin,
        customer_sku=one.customer_sku or other.customer_sku,
        name=one.name or other.name,
        specification=one.specification or other.specification,
        quantity=quantity,
        unit=one.unit or other.unit,
        unit_price=price,
        requested_date=min(days, default=None),
    )


def _with_ids(lines: Sequence[MergedLine]) -> tuple[MergedLine, ...]:
    """Ids without repeats: a line keeps its own if nobody before it has it."""
    used: set[str] = set()
    found = []
    for each in lines:
        wanted = each.parts[0].line_id
        numbers = (str(number) for number in range(1, len(lines) + len(used) + 2))
        line_id = wanted if wanted not in used else next(n for n in numbers if n not in used)
        used.add(line_id)
        found.append(replace(each, line=replace(each.line, line_id=line_id)))
    return tuple(found)
