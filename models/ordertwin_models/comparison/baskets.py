"""What two baskets share, for all candidates at once: lines, quantities, prices and sums of them.

As long as candidates are few, array operations cost by their number and not by their size. So all
sums over pairs of lines are made in one pass, and so are all shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ordertwin_models.comparison.scales import line_weight
from ordertwin_models.features import FeatureBatch, OrderFeatures
from ordertwin_models.line_alignment import NAME_AGREEMENT, Alignment
from ordertwin_models.lines_by_numbers import BY_CODE
from ordertwin_models.quantities_and_prices import (
    SAME_PRICE,
    SAME_QUANTITY,
    information_of_number,
    is_box,
)
from ordertwin_models.term_frequency import ORDERS_ASSUMED

Array = np.ndarray[Any, Any]
_Numbers = tuple[Array, Array, Array]
"""Quantity, factor and unit price, of as many lines each."""

_OTHER_QUANTITY = 0.4
_LEAST = 1e-9
_SUMS = 14
_EQUAL, _SLIPPED, _PRICED, _BY_WORDS, _BY_NUMBERS, _KNOWN, _KNOWN_PRICES, _NAMED = range(8)
_COUNTED, _SHARED, _AGREED, _TOLD, _AGREEING, _SURPRISING = range(8, _SUMS)
_WHOLES = [_KNOWN, _KNOWN, _KNOWN_PRICES, _NAMED, _COUNTED]
"""Of what the first five sums are shares."""


@dataclass(frozen=True, slots=True, eq=False)
class Baskets:
    """One number a candidate, NaN where nothing can be said; by rarity means that rare products
    weigh more.

    `shared_incoming` and `shared_existing` are the shares of a basket, by rarity, that the other
    order has, `overlap` the smaller of them, 0 where baskets cannot be compared. `agreement` is the
    share of all lines of both, by rarity, that are the same line, quantity included, `containment`
    the same of the smaller basket: 1 where one order is the other with lines added.

    `surprise` are the bits by which what agrees exceeds what chance would bring about among so many
    orders: the products that both have, and their quantities, tell more the rarer they are, and
    among a million orders something agrees by chance that would be a wonder among a hundred.
    `shared_information` and `agreeing_information` are log2 of one plus the bits in the products
    that both have, and in those whose quantity agrees too: twenty lines that agree in everything
    are no accident, whoever the customers are.

    Where no line of one order states anything that a line of the other one states too (codes here,
    words there), and numbers make no pairs either, nothing can be said about the lines, which is
    not the same as nothing in common. In such baskets alone, paired or not, `alike` are the bits in
    the quantities that stand in both orders, less half of those that stand in one.

    `quantities`, `slips`, `prices` and `by_words` are shares of the paired lines: with the same
    quantity in the base unit, with one that looks like a slip (digits swapped, ten times), how near
    the unit prices are (1 for the same, a little less for a discount or a tax, 0 from a factor of
    about 1.4 on), and lines that only their words, or `by_numbers` only their quantities and
    prices, brought together; of the latter those tell as much as else the product.

    Of each pair of lines: `owner`, whose it is, `quantity_ratio` and `price_ratio`, incoming ÷
    existing in base units, NaN where one is missing or zero; quantities count as written where one
    order does not state its unit and that is nearer, and as equal where boxes stand for pieces: two
    for twenty-four at twelve times the price. Where no price tells how many a package holds, and
    each may hold a whole number of the other order's pieces, the quantity ratio is unknown.
    """

    owner: Array
    quantity_ratio: Array
    price_ratio: Array
    shared_incoming: Array
    shared_existing: Array
    overlap: Array
    agreement: Array
    containment: Array
    surprise: Array
    shared_information: Array
    agreeing_information: Array
    quantities: Array
    slips: Array
    prices: Array
    by_words: Array
    by_numbers: Array
    alike: Array


def compare_baskets(order: OrderFeatures, batch: FeatureBatch, alignment: Alignment) -> Baskets:
    """The baskets of all candidates next to that of the order, given which line is which."""
    at, rows, agreement = alignment.incoming, alignment.existing, alignment.agreement
    owner = batch.owner[rows]
    own_weight = line_weight(order.lines["rarity"])
    weight = own_weight[at]
    mine, theirs = _numbers(order.lines, at), _numbers(batch.lines, rows)
    quantity_ratio, price_ratio = _ratios(mine, theirs)
    values = np.empty((_SUMS, len(rows)))
    _lay_out_quantities(values, quantity_ratio, weight, mine, theirs)
    _lay_out_prices(values, price_ratio, weight)
    by_numbers = ~np.isnan(alignment.told_by_numbers)
    values[_BY_NUMBERS] = by_numbers
    values[_NAMED] = ~by_numbers
    values[_BY_WORDS] = (agreement < NAME_AGREEMENT) & ~by_numbers
    values[_COUNTED] = 1.0
    equal = np.abs(quantity_ratio - 1) <= SAME_QUANTITY
    other = ~(np.isnan(quantity_ratio) | equal)
    values[_SHARED] = agreement * weight
    values[_AGREED] = values[_SHARED] * np.where(other, _OTHER_QUANTITY, 1.0)
    bits = np.where(by_numbers, alignment.told_by_numbers, order.lines["bits"][at])
    values[_TOLD] = agreement * bits
    values[_AGREEING] = np.where(equal, values[_TOLD], 0.0)
    told = np.where(by_numbers, 0.0, _told_by_quantities(order)[at])
    values[_SURPRISING] = agreement * (np.where(other, 0.0, bits) + np.where(equal, told, 0.0))
    sums = _sums(values, owner, len(batch))
    wholes = sums[_WHOLES]
    shares = np.full((len(_WHOLES), len(batch)), np.nan)
    np.divide(sums[: len(_WHOLES)], wholes, out=shares, where=wholes > 0)
    overlaps = _overlaps(order, batch, sums, own_weight, rows, weight)
    information = np.log2(1 + sums[_TOLD : _AGREEING + 1])
    alike = np.full(len(batch), np.nan)
    unknown = _incomparable(order, batch)
    if unknown.any():
        alike[unknown] = _quantities_alike(order, batch, unknown)
        unknown &= sums[_COUNTED] == 0
        overlaps[:, unknown] = information[:, unknown] = np.nan
    shared_incoming, shared_existing = overlaps[:2]
    return Baskets(
        owner=owner,
        quantity_ratio=quantity_ratio,
        price_ratio=price_ratio,
        shared_incoming=shared_incoming,
        shared_existing=shared_existing,
        overlap=np.fmax(np.minimum(shared_incoming, shared_existing), 0.0),
        agreement=overlaps[2],
        containment=overlaps[3],
        surprise=overlaps[4],
        shared_information=information[0],
        agreeing_information=information[1],
        quantities=shares[_EQUAL],
        slips=shares[_SLIPPED],
        prices=shares[_PRICED],
        by_words=shares[_BY_WORDS],
        by_numbers=shares[_BY_NUMBERS],
        alike=alike,
    )


def _incomparable(order: OrderFeatures, batch: FeatureBatch) -> Array:
    """Candidates with lines none of which states a code or words of a kind that an incoming line
    states."""
    mine, theirs = order.lines, batch.lines
    if not len(mine):
        return np.zeros(len(batch), bool)
    comparable = np.zeros(len(theirs), bool)
    for field in BY_CODE:
        if mine[field].any():
            comparable |= theirs[field] != 0
    if mine["tokens"].any():
        comparable |= theirs["tokens"][:, 0] != 0
    found = np.bincount(batch.owner, weights=comparable, minlength=len(batch)) == 0
    found &= batch.headers["lines"] > 0
    return np.asarray(found)


def _quantities_alike(order: OrderFeatures, batch: FeatureBatch, asked: Array) -> Array:
    """Bits in the quantities that stand in both orders, less half of those that stand in one; for
    the candidates that are asked about."""
    own, times = np.unique(order.lines["quantity"], return_counts=True)
    mine = asked[batch.owner]
    owner = (np.cumsum(asked) - 1)[batch.owner[mine]]
    theirs, at = np.unique(batch.lines["quantity"][mine], return_inverse=True)
    bits = information_of_number(theirs)[at]
    existing = np.bincount(owner, weights=bits, minlength=int(asked.sum()))
    place = own.searchsorted(theirs).clip(max=len(own) - 1)
    common = (own[place] == theirs)[at]
    counts = np.zeros((len(existing), len(own)), np.int64)
    np.add.at(counts, (owner[common], place[at][common]), 1)
    told = information_of_number(own)
    shared = np.minimum(counts, times) @ told
    return np.asarray(2.0 * shared - (times @ told + existing) / 2)


def _overlaps(
    order: OrderFeatures,
    batch: FeatureBatch,
    sums: Array,
    own_weight: Array,
    rows: Array,
    weight: Array,
) -> Array:
    """Shares of the incoming basket, the existing one, both, the smaller one; and the surprise."""
    total = float(own_weight.sum())
    existing_weight = line_weight(batch.lines["rarity"])
    existing_weight[rows] = weight
    existing = np.bincount(batch.owner, weights=existing_weight, minlength=len(batch))
    shared, agreed = sums[_SHARED], sums[_AGREED]
    found = np.empty((5, len(batch)))
    found[0] = shared / max(total, _LEAST)
    found[1] = shared / np.maximum(existing, _LEAST)
    found[2] = agreed / np.maximum(total + existing - agreed, _LEAST)
    found[3] = agreed / np.maximum(np.minimum(total, existing), _LEAST)
    found[4] = sums[_SURPRISING] - np.log2(float(order.header["orders"]) + ORDERS_ASSUMED)
    found[:, (batch.headers["lines"] == 0) | (not len(order.lines))] = np.nan
    return found


def _sums(values: Array, owner: Array, candidates: int) -> Array:
    """(sums, candidates) of values (sums, pairs of lines)."""
    places = (owner + candidates * np.arange(_SUMS)[:, None]).reshape(-1)
    sums = np.bincount(places, weights=values.reshape(-1), minlength=_SUMS * candidates)
    return sums.reshape(_SUMS, candidates)


def _numbers(lines: Array, at: Array) -> _Numbers:
    quantity, factor, price = (
        lines[field][at].astype(float) for field in ("quantity", "factor", "unit_price")
    )
    return quantity, factor, price


def _ratios(mine: _Numbers, theirs: _Numbers) -> tuple[Array, Array]:
    """Incoming ÷ existing quantity and unit price of each pair of lines."""
    quantity, price = _ratio(mine[0], theirs[0]), _ratio(mine[2], theirs[2])
    one_stated = (mine[1] > 0) != (theirs[1] > 0)
    if one_stated.any():
        quantity, price = _as_written_where_nearer(quantity, price, one_stated, mine, theirs)
    boxed = _in_boxes(quantity, price)
    if boxed.any():
        quantity, price = np.where(boxed, 1.0, quantity), np.where(boxed, quantity * price, price)
    packed_and_counted = mine[1] * theirs[1] < 0
    if packed_and_counted.any():
        perhaps = packed_and_counted & np.isnan(price) & _may_hold(quantity, mine[1] < 0)
        quantity = np.where(perhaps, np.nan, quantity)
    return quantity, price


def _may_hold(quantity: Array, in_packages: Array) -> Array:
    """Whether packages may hold as many as the other order counts; `quantity` is incoming ÷
    existing, and the incoming line is the one `in_packages`, or the existing one."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        held = np.divide(1.0, quantity, out=quantity.copy(), where=in_packages)
        may: Array = (held > 1) & is_box(held)
    return may


def _in_boxes(quantity: Array, price: Array) -> Array:
    """Whether one quantity is as many times the other one as its price is less, as of boxes."""
    boxed = is_box(quantity)
    if boxed.any():
        boxed &= np.abs(quantity * price - 1) <= SAME_PRICE
    return boxed


def _as_written_where_nearer(
    quantity: Array, price: Array, one_stated: Array, mine: _Numbers, theirs: _Numbers
) -> tuple[Array, Array]:
    factor = np.where(mine[1] > 0, mine[1], 1.0) / np.where(theirs[1] > 0, theirs[1], 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        nearer = np.abs(np.log(quantity / factor)) < np.abs(np.log(quantity))
    as_written = one_stated & nearer
    return np.where(as_written, quantity / factor, quantity), np.where(
        as_written, price * factor, price
    )


def _ratio(mine: Array, theirs: Array) -> Array:
    known = (mine > 0) & (theirs > 0)
    return np.divide(mine, theirs, out=np.full(len(mine), np.nan), where=known)


def _lay_out_quantities(
    values: Array, ratio: Array, weight: Array, mine: _Numbers, theirs: _Numbers
) -> None:
    known = np.where(np.isnan(ratio), 0.0, weight)
    values[_KNOWN] = known
    values[_EQUAL] = known * (np.abs(ratio - 1) <= SAME_QUANTITY)
    values[_SLIPPED] = 0.0
    # Most quantities are equal, or known on neither side.
    unequal = ((ratio != 1) & (known > 0)).nonzero()[0]
    if len(unequal):
        slips = _slips(mine[0][unequal], theirs[0][unequal], ratio[unequal])
        values[_SLIPPED, unequal] = known[unequal] * slips


def _slips(mine: Array, theirs: Array, ratio: Array) -> Array:
    """Which of these pairs of quantities, which are known and differ, look mistyped."""
    nines = np.abs(mine - theirs) / 9
    leading = nines / 10.0 ** np.floor(np.log10(nines))
    swapped = (
        (np.floor(np.log10(mine)) == np.floor(np.log10(theirs)))
        & (nines >= 1)
        & (np.abs(leading - np.round(leading)) < 1e-6)
    )
    tenfold = np.abs(np.abs(np.log10(ratio)) - 1) < 1e-6
    slips: Array = swapped | tenfold
    return slips


def _lay_out_prices(values: Array, ratio: Array, weight: Array) -> None:
    unknown = np.isnan(ratio)
    known = np.where(unknown, 0.0, weight)
    apart = np.abs(np.log2(np.where(unknown, 1.0, ratio)))
    near = np.where(np.abs(ratio - 1) <= SAME_PRICE, 1.0, np.maximum(0.9 - 2.0 * apart, 0.0))
    values[_KNOWN_PRICES] = known
    values[_PRICED] = known * near


def _told_by_quantities(order: OrderFeatures) -> Array:
    """Bits in meeting just the quantities of the incoming lines."""
    lines = order.lines
    return information_of_number(lines["quantity"] / np.maximum(lines["factor"], 1.0))
