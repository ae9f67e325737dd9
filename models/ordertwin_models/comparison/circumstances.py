"""When and how: time between the two, delivery dates, channel, source, person, note, state."""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison.delivery_dates import compare_dates
from ordertwin_models.comparison.pairs import Array, Comparison, Pairs
from ordertwin_models.features import CHANNELS, MARKERS
from ordertwin_models.normalise import Marker
from ordertwin_models.order import Channel, OrderState


def _bits(*markers: Marker) -> int:
    return sum(1 << MARKERS.index(marker) for marker in markers)


_NOTE_LEVELS = (
    (3.0, _bits(Marker.CONFIRMING, Marker.COPY)),
    (2.0, _bits(Marker.REVISED)),
    (1.0, _bits(Marker.ADDITION)),
    (-3.0, _bits(Marker.REPLACEMENT)),
    (-2.0, _bits(Marker.REPEAT)),
    (-1.0, _bits(Marker.PARTIAL, Marker.GIFT)),
)
OPEN_STAGE = 0.0
_STAGE = {
    OrderState.RECEIVED: OPEN_STAGE,
    OrderState.HELD: OPEN_STAGE,
    OrderState.ACCEPTED: OPEN_STAGE,
    OrderState.IN_FULFILMENT: 1.0,
    OrderState.SHIPPED: 2.0,
    OrderState.COMPLETED: 3.0,
}
DEAD_STAGE = 4.0
_HANDS = {
    Channel.EDI: 0,
    Channel.MARKETPLACE: 0,
    Channel.WEB: 1,
    Channel.POS: 1,
    Channel.EMAIL: 2,
    Channel.OTHER: 2,
    Channel.PHONE: 3,
    Channel.REP: 3,
}
"""Through whose hands an order comes: a system's, the customer's own, a clerk's who reads it, a
clerk's who hears it."""
_HANDS_OF_CHANNELS = np.array([_HANDS.get(channel, 0) for channel in CHANNELS], float)


def _channel_levels() -> Array:
    """(incoming channel, existing channel) what `same_channel` says; the first one is unknown."""
    hands = 0.1 * _HANDS_OF_CHANNELS[:, None]
    levels = hands + 0.025 * _HANDS_OF_CHANNELS
    np.fill_diagonal(levels, 1.0 + hands)
    levels[:, 0] = np.nan
    return np.asarray(levels)


_CHANNEL_LEVELS = _channel_levels()
_MINUTE, _DAY = 60.0, 86_400.0


def time_gap(pairs: Pairs) -> Array:
    """Log10 of one plus the seconds between the two orders; -1 where both bear one and the same
    second, as the document of a message does that is sent again."""
    stamp = float(pairs.order.header["ordered_at"])
    same = (pairs.gap == 0) & bool(stamp % _MINUTE)
    return np.where(same, -1.0, np.log10(1 + pairs.gap))


def delivery_date(pairs: Pairs) -> Array:
    """How the delivery dates asked for lie to each other; see `delivery_dates`."""
    mine, theirs = int(pairs.order.header["requested_day"]), pairs.batch.headers["requested_day"]
    if not mine:
        return pairs.missing
    is_older = pairs.order.header["ordered_at"] < pairs.batch.headers["ordered_at"]
    moved = np.where(is_older, -1.0, 1.0) * (mine - theirs.astype(float))
    return np.where(theirs != 0, compare_dates(moved, pairs.gap / _DAY), np.nan)


def note(pairs: Pairs) -> Array:
    """What the incoming order's note says: 3 confirmation or copy, 2 revision, 1 addition,
    0 nothing, -1 part or gift, -2 repeat order, -3 replacement."""
    markers = int(pairs.order.header["markers"])
    level = next((level for level, group in _NOTE_LEVELS if markers & group), 0.0)
    return np.full(len(pairs), level)


def notes(pairs: Pairs) -> Array:
    """Whether both notes say the same: 1, or 0 where they differ, and -1 where nothing but numbers
    in them do, as those of two loads, rooms or hours."""
    if not pairs.states("note"):
        return pairs.missing
    same = pairs.equal("note")
    return same - ((same == 0) & (pairs.equal("note_but_numbers") == 1))


def message_function(pairs: Pairs) -> Array:
    """What the incoming EDI message says it is, as its place in `MessageFunction`."""
    return np.full(len(pairs), float(pairs.order.header["message_function"]))


def same_channel(pairs: Pairs) -> Array:
    """1 or more the same channel, below 0.4 another one; by tenths through whose hands the incoming
    order came (a system's 0, the customer's own 1, a clerk's who reads 2, or hears 3), and where
    the channels differ, by fortieths through whose the existing one came."""
    mine, theirs = int(pairs.order.header["channel"]), pairs.batch.headers["channel"]
    if not mine:
        return pairs.missing
    return _CHANNEL_LEVELS[mine].take(theirs)


def stage(pairs: Pairs) -> Array:
    """How far the existing order got: 0 open, 1 being made, 2 shipped, 3 completed, 4 dead."""
    return np.array([_STAGE.get(c.state, DEAD_STAGE) for c in pairs.candidates], float)


CIRCUMSTANCES = (
    Comparison("time_gap", "time", 0, "the time between the two orders", time_gap),
    Comparison(
        "delivery_date", "time", 0, "how the delivery dates moved between the orders",
        delivery_date,
    ),
    Comparison("note", "context", 0, "what the note says about another order", note),
    Comparison("notes", "context", 1, "whether the notes of both orders agree", notes),
    Comparison(
        "message_function", "context", 0, "what the EDI message says it is", message_function
    ),
    Comparison(
        "channel", "context", 0, "both came by the same channel, and through whose hands",
        same_channel,
    ),
    Comparison(
        "source", "context", 0, "both came through the same connector",
        lambda pairs: pairs.equal("source"),
    ),
    Comparison(
        "entered_by", "context", 0, "both were entered by the same person",
        lambda pairs: pairs.equal("entered_by"),
    ),
    Comparison(
        "company", "context", 1, "both are with the same selling company",
        lambda pairs: pairs.equal("company"),
    ),
    Comparison("stage", "lifecycle", 0, "how far the existing order got", stage),
)  # fmt: skip
