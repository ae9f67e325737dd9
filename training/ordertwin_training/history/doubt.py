"""Where nobody could know: orders whose truth is left open, because paper does not show it.

A model should not be taught, nor judged, on pairs that even the best clerk could not tell apart.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

from ordertwin_models.order import Order, OrderKind
from ordertwin_training.history.base import BaseOrder
from ordertwin_training.history.world import Draft

_NUMBER = re.compile(r"\d+")
_WEEK = timedelta(days=7)
_HOURS = timedelta(hours=3)
_NEARLY_EQUAL = 0.75
_SHARED_BY_PURPOSE = 3
_SHARED_BY_CHANCE = 5
"""More goods than this are not shared by two customers within hours unless by mistake."""


def told_apart(first: Draft, later: Draft, *, dates_count: bool = False) -> bool:
    """Whether the two papers show that two different things were meant.

    Other delivery dates show it where `dates_count`, as in a series; elsewhere they may be slips.
    """
    seen = zip(_aspects(first, dates_count), _aspects(later, dates_count), strict=True)
    return _goods_differ(first, later) or any(
        shown_first and shown_later and meant_first != meant_later
        for (meant_first, shown_first), (meant_later, shown_later) in seen
    )


def _aspects(draft: Draft, dates_count: bool) -> Iterator[tuple[object, bool]]:
    meant, written = draft.meant, draft.written
    running = draft.customer.numbering.is_running or meant.kind is OrderKind.PURCHASE
    wanted = written.requested_delivery_date
    yield draft.customer.key, any(_party_of(written))
    yield meant.ship_to, bool(written.ship_to.address_lines)
    yield meant.requested_delivery_date, dates_count and wanted is not None
    yield meant.customer_reference, bool(written.customer_reference) and running
    yield meant.release_number, bool(written.release_number)
    numbers = tuple(_NUMBER.findall(meant.note))
    yield numbers, bool(numbers and written.note)


def recognisable(first: Draft, later: Draft) -> bool:
    """Whether the two papers show that the same thing may have been meant.

    Some of the party, the place or the reference must be on both; or else many of the goods.
    """
    a, b = first.written, later.written
    shown = (
        any(x and y for x, y in zip(_party_of(a), _party_of(b), strict=True)),
        bool(a.ship_to.address_lines and b.ship_to.address_lines),
        bool(a.customer_reference and b.customer_reference)
        and first.meant.customer_reference == later.meant.customer_reference,
    )
    return any(shown) or _shared_goods(a, b) >= _SHARED_BY_PURPOSE


def wrong_account(later: Draft) -> bool:
    """Whether a basket that one other customer just bought alike may have come in under a wrong
    account, because more goods agree than chance brings together."""
    return len(later.written.lines) > _SHARED_BY_PURPOSE


def _party_of(order: Order) -> tuple[str, ...]:
    party = order.customer
    return party.party_id, party.name, party.contact_name, party.phone, party.email


def _shared_goods(first: Order, later: Order) -> int:
    codes = {line.sku for line in first.lines} & {line.sku for line in later.lines}
    names = {line.name for line in first.lines} & {line.name for line in later.lines}
    return max(len(codes - {""}), len(names - {""}))


def _goods_differ(first: Draft, later: Draft) -> bool:
    """Whether other goods, or other quantities of them, were meant and the papers show it.

    Papers without codes show a variant only by its name or specification, where they give those.
    """
    if not (first.written.lines and later.written.lines):
        totals = first.written.total_amount, later.written.total_amount
        return None not in totals and _basket(first.meant) != _basket(later.meant)
    ours, theirs = list(_shown_lines(first)), list(_shown_lines(later))
    return len(ours) != len(theirs) or not (
        _each_has_its_like(ours, theirs) and _each_has_its_like(theirs, ours)
    )


def _basket(order: Order) -> frozenset[tuple[str, object]]:
    return frozenset((line.sku, line.quantity) for line in order.lines)


def _shown_lines(draft: Draft) -> Iterator[tuple[object, ...]]:
    """What is meant by each line, as far as the paper shows it."""
    for meant, written in zip(draft.meant.lines, draft.written.lines, strict=True):
        has_code = written.sku or written.gtin or written.customer_sku
        has_details = written.specification or (draft.door.is_free_text and written.name)
        yield (
            meant.quantity,
            meant.sku if has_code else "",
            meant.name if written.name else "",
            meant.specification if has_details else "",
        )


def _each_has_its_like(lines: list[tuple[object, ...]], others: list[tuple[object, ...]]) -> bool:
    return all(any(map(_agree, itertools.repeat(line), others)) for line in lines)


def _agree(line: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return all(a == b or "" in (a, b) for a, b in zip(line, other, strict=True))


@dataclass(frozen=True, slots=True)
class _Seen:
    at: datetime
    customer: str
    goods: frozenset[str]
    draft: Draft


@dataclass(slots=True)
class Repeats:
    """Remembers a week of base orders, to find baskets that came before without a known reason."""

    are_known: bool
    _week: deque[_Seen] = field(default_factory=deque)
    _of_customer: dict[str, list[_Seen]] = field(default_factory=dict)

    def is_doubtful(self, base: BaseOrder, draft: Draft) -> bool:
        """Whether the order repeats one of the last week so closely that it may be a duplicate.

        Remembers the order. In a base whose repeats are known only equal papers are in doubt.
        """
        self._forget(base.at - _WEEK)
        seen = _Seen(base.at, base.customer, frozenset(i.item.code for i in base.lines), draft)
        own = self._of_customer.setdefault(base.customer, [])
        if self.are_known:
            doubtful = any(
                s.goods == seen.goods and not told_apart(s.draft, draft, dates_count=True)
                for s in own
            )
        else:
            doubtful = any(_alike(s.goods, seen.goods) >= _NEARLY_EQUAL for s in own)
            doubtful = doubtful or any(_is_strange(s, seen) for s in self._last_hours(base.at))
        own.append(seen)
        self._week.append(seen)
        return doubtful

    def _last_hours(self, now: datetime) -> Iterator[_Seen]:
        return takewhile(lambda seen: now - seen.at < _HOURS, reversed(self._week))

    def _forget(self, before: datetime) -> None:
        while self._week and self._week[0].at < before:
            seen = self._week.popleft()
            own = self._of_customer[seen.customer]
            own.remove(seen)
            if not own:
                del self._of_customer[seen.customer]


def _alike(goods: frozenset[str], others: frozenset[str]) -> float:
    return len(goods & others) / (len(goods | others) or 1)


def _is_strange(seen: _Seen, later: _Seen) -> bool:
    shared = len(seen.goods & later.goods)
    return shared > _SHARED_BY_CHANCE and shared > 0.5 * len(seen.goods | later.goods)
