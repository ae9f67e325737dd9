"""Where the goods go, and where the invoice goes."""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison.pairs import SIMILAR_BASKET, Array, Comparison, Pairs
from ordertwin_models.comparison.text import point_similarities

_ONE_PLACE = 0.75
"""Similarity from which on two places are taken for one; another house number alone makes two."""


def _of_one_customer(pairs: Pairs, alike: Array) -> Array:
    return alike if alike is pairs.missing else np.where(pairs.surely_one_customer, alike, np.nan)


def _perhaps_of_two(pairs: Pairs, alike: Array) -> Array:
    return alike if alike is pairs.missing else np.where(pairs.surely_one_customer, np.nan, alike)


def customer_ship_to(pairs: Pairs) -> Array:
    """Similarity of the places of delivery where both are surely of one customer.

    Another place means another order when one customer supplies many shops.
    """
    return _of_one_customer(pairs, pairs.ship_to)


def foreign_ship_to(pairs: Pairs) -> Array:
    """Similarity of the places of delivery where the customers differ, or may.

    The wrong account brings its own address along, so another place means little here.
    """
    return _perhaps_of_two(pairs, pairs.ship_to)


def recipient(pairs: Pairs) -> Array:
    """Similarity of the recipients' names where both orders are surely of one customer.

    Another name means another department, shop or friend.
    """
    return _of_one_customer(pairs, pairs.recipient)


def foreign_recipient(pairs: Pairs) -> Array:
    """Similarity of the recipients' names where the customers differ, or may: another account
    brings its own people along."""
    return _perhaps_of_two(pairs, pairs.recipient)


def delivery_point(pairs: Pairs) -> Array:
    """Similarity of the points at one place of delivery: the shop, the ward, the dock, the flat; of
    what differs most, where several things are said."""
    shop, point = (pairs.judged(text, point_similarities) for text in ("organization", "point"))
    if shop is pairs.missing and point is pairs.missing:
        return pairs.missing
    point = np.fmin(shop, point)
    return np.where(pairs.ship_to < _ONE_PLACE, np.nan, point)


def places(pairs: Pairs) -> Array:
    """Log2 of one plus the other places that this customer's orders like this one went to."""
    elsewhere = (
        pairs.of_customer & (pairs.baskets.overlap >= SIMILAR_BASKET) & (pairs.ship_to < 0.5)
    )
    if not elsewhere.any():
        return np.where(pairs.of_customer, 0.0, np.nan)
    house = pairs.hashed("ship_house")[1].astype(np.int64)
    postal = pairs.hashed("ship_postal")[1].astype(np.int64)
    count = len(set((house * 2_654_435_761 + postal)[elsewhere].tolist()))
    return np.where(pairs.of_customer, np.log2(1.0 + count), np.nan)


ADDRESS = (
    Comparison(
        "customer_ship_to", "address", 1, "how alike one customer's places of delivery are",
        customer_ship_to,
    ),
    Comparison(
        "foreign_ship_to", "address", 1, "how alike the places of two customers are",
        foreign_ship_to,
    ),
    Comparison(
        "delivery_point", "address", 1, "how alike the points at one place are",
        delivery_point,
    ),
    Comparison(
        "places", "address", -1, "other places that the customer sent this basket to", places
    ),
    Comparison(
        "bill_to", "address", 1, "the invoice addresses are equal",
        lambda pairs: pairs.equal("bill_to"),
    ),
    Comparison(
        "recipient", "address", 1, "how alike one customer's recipients' names are", recipient
    ),
    Comparison(
        "foreign_recipient", "address", 1, "how alike the recipients' names of two customers are",
        foreign_recipient,
    ),
)  # fmt: skip
