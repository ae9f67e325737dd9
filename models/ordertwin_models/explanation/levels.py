"""From a number in a comparison vector to what it says: a level with a name.

A level also knows its tone (does it speak for one order, or for two?) and which raw values belong
beside it. Words for levels are in the catalogues; this file knows no words and no orders.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from math import inf

from ordertwin_models.comparison import identifiers
from ordertwin_models.normalise import MessageFunction

FOR, NEUTRAL, AGAINST = 1, 0, -1


class Shown(Enum):
    """Raw values that a clause shows: none, the one that both have, or both side by side."""

    NONE = 0
    ONE = 1
    BOTH = 2


@dataclass(frozen=True, slots=True)
class Level:
    """What a comparison says. `tone` is +1 for "the same order", -1 for "another order"."""

    name: str
    tone: int = NEUTRAL
    shown: Shown = Shown.NONE


Scale = tuple[tuple[float, Level], ...]
"""Levels with the lowest number that belongs to each, highest first."""

MISSING = Level("missing")
UNSCALED = Level("unscaled")
LINKED = Level("linked", FOR, Shown.BOTH)
"""Of customer numbers that differ and are known to mean one customer."""
OF_ONE_DAY = Level("of_one_day")
"""Of the time between orders that are of one day, as far as their dates tell."""
_SAME = Level("same", FOR, Shown.ONE)
_DIFFERENT = Level("different", AGAINST, Shown.BOTH)
_SLIP = Level("slip", FOR, Shown.BOTH)
_HALF = 0.5
_ROUNDING = 1e-9

_EQUALITY: Scale = ((_HALF, _SAME), (-inf, _DIFFERENT))
_CIRCUMSTANCE: Scale = (
    (_HALF, Level("same", NEUTRAL, Shown.ONE)),
    (-inf, Level("different", NEUTRAL, Shown.BOTH)),
)
_NEARLY: Scale = ((0.75, _SAME), (0.25, _SLIP), (-inf, _DIFFERENT))
_SURPRISE: Scale = (
    (10.0, Level("hardly", FOR)),
    (3.0, Level("unlikely", FOR)),
    (0.0, Level("perhaps")),
    (-inf, Level("likely", AGAINST)),
)
_SHARE_OF_LINES: Scale = (
    (1.0, Level("all")),
    (_ROUNDING, Level("some")),
    (-inf, Level("none")),
)
_NAMES: Scale = (
    (0.995, _SAME),
    (0.9, Level("almost", FOR, Shown.BOTH)),
    (0.75, Level("similar", NEUTRAL, Shown.BOTH)),
    (-inf, _DIFFERENT),
)
_PLACES: Scale = (
    (0.95, Level("same", FOR)),
    (0.7, Level("similar", FOR, Shown.BOTH)),
    (0.35, Level("partly", NEUTRAL, Shown.BOTH)),
    (-inf, _DIFFERENT),
)
_RHYTHM: Scale = (
    (7.99, Level("far_late")),
    (0.5, Level("late")),
    (-0.5, Level("on_time", AGAINST)),
    (-7.99, Level("early", FOR)),
    (-inf, Level("far_early", FOR)),
)
_TIMES_BEFORE: Scale = (
    (1.5, Level("often", AGAINST)),
    (_HALF, Level("once")),
    (-inf, Level("never")),
)
_FUNCTION_TONES = {
    MessageFunction.DUPLICATE: FOR,
    MessageFunction.COPY: FOR,
    MessageFunction.CONFIRMATION: FOR,
    MessageFunction.CHANGE: FOR,
    MessageFunction.ORIGINAL: NEUTRAL,
}

SCALES: Mapping[str, Scale] = {
    "order_number": ((_HALF, _SAME), (-inf, Level("different", NEUTRAL, Shown.BOTH))),
    "reference": (
        (identifiers.EQUAL - _HALF, _SAME),
        (identifiers.CONTAINED - _HALF, Level("contained", FOR, Shown.BOTH)),
        (identifiers.SLIP - _HALF, _SLIP),
        (identifiers.NEIGHBOUR - _HALF, Level("neighbour", NEUTRAL, Shown.BOTH)),
        (identifiers.COMMON - _ROUNDING, Level("common", NEUTRAL, Shown.ONE)),
        (identifiers.DIFFERENT - _HALF, _DIFFERENT),
        (-inf, Level("next", AGAINST, Shown.BOTH)),
    ),
    "reference_frequency": _TIMES_BEFORE,
    "reference_spelling": _CIRCUMSTANCE,
    "reference_presence": (
        (2.5, Level("neither")),
        (1.5, Level("incoming")),
        (_HALF, Level("existing")),
        (-inf, Level("both")),
    ),
    "revision": (
        (_HALF, Level("different", NEUTRAL, Shown.BOTH)),
        (-inf, Level("same", NEUTRAL, Shown.ONE)),
    ),
    "release": ((0.75, _SAME), (0.25, Level("unstated")), (-inf, _DIFFERENT)),
    "named_in_note": ((_HALF, Level("named", FOR)), (-inf, Level("others", AGAINST))),
    "quote": _EQUALITY,
    "customer": (
        (0.95, Level("same", FOR)),
        (0.8, Level("probable", FOR, Shown.BOTH)),
        (0.3, Level("possible", NEUTRAL, Shown.BOTH)),
        (-inf, _DIFFERENT),
    ),
    "customer_conflicts": (
        (1.0, Level("all", AGAINST, Shown.BOTH)),
        (_HALF, Level("much", AGAINST, Shown.BOTH)),
        (_ROUNDING, Level("some", NEUTRAL, Shown.BOTH)),
        (-inf, Level("none", FOR)),
    ),
    "customer_number": _EQUALITY,
    "customer_name": _NAMES,
    "contact_name": _NAMES,
    "phone": _NEARLY,
    "email": _NEARLY,
    "customer_rarity": ((1.0, Level("some")), (-inf, Level("most"))),
    "customer_ship_to": _PLACES,
    "foreign_ship_to": _PLACES,
    "places": ((_HALF, Level("some", AGAINST)), (-inf, Level("none"))),
    "bill_to": ((_HALF, Level("same", FOR)), (-inf, _DIFFERENT)),
    "delivery_point": _NAMES,
    "recipient": _NAMES,
    "foreign_recipient": _NAMES,
    "surprise": _SURPRISE,
    "foreign_surprise": _SURPRISE,
    "shared_information": (
        (5.0, Level("telling", FOR)),
        (3.0, Level("some")),
        (_ROUNDING, Level("common", AGAINST)),
        (-inf, Level("none", AGAINST)),
    ),
    "agreeing_information": (
        (5.0, Level("telling", FOR)),
        (3.0, Level("some")),
        (_ROUNDING, Level("common", AGAINST)),
        (-inf, Level("none", AGAINST)),
    ),
    "quantities_alike": (
        (6.0, Level("telling", FOR)),
        (_ROUNDING, Level("some")),
        (-inf, Level("few", AGAINST)),
    ),
    "quantity_slips": ((_ROUNDING, Level("slip", FOR, Shown.BOTH)), (-inf, Level("none"))),
    "prices": (
        (0.9995, Level("same", FOR)),
        (0.7, Level("close", NEUTRAL, Shown.BOTH)),
        (0.3, Level("apart", AGAINST, Shown.BOTH)),
        (-inf, Level("far_apart", AGAINST, Shown.BOTH)),
    ),
    "amount": (
        (0.9995, _SAME),
        (0.98, Level("almost", FOR, Shown.BOTH)),
        (0.8, Level("similar", NEUTRAL, Shown.BOTH)),
        (-inf, _DIFFERENT),
    ),
    "line_count": ((1.0, Level("same")), (-inf, Level("different"))),
    "by_words": _SHARE_OF_LINES,
    "by_numbers": _SHARE_OF_LINES,
    "variants": ((_ROUNDING, Level("some", AGAINST)), (-inf, Level("none"))),
    "time_gap": ((5.78, Level("long")), (3.56, Level("some")), (-inf, Level("short"))),
    "delivery_date": (
        (1.0, Level("still_same", FOR, Shown.ONE)),
        (0.0, _SAME),
        (-1.0, Level("at_once_another", NEUTRAL, Shown.BOTH)),
        (-11.5, Level("sooner", NEUTRAL, Shown.BOTH)),
        (-12.75, Level("near", NEUTRAL, Shown.BOTH)),
        (-21.5, Level("apart", AGAINST, Shown.BOTH)),
        (-inf, Level("far_apart", AGAINST, Shown.BOTH)),
    ),
    "note": (
        (2.5, Level("confirms", FOR)),
        (1.5, Level("revises", FOR)),
        (_HALF, Level("adds")),
        (-_HALF, Level("silent")),
        (-1.5, Level("part", AGAINST)),
        (-2.5, Level("repeats", AGAINST)),
        (-inf, Level("replaces", AGAINST)),
    ),
    "notes": (
        (_HALF, Level("same", FOR)),
        (-_HALF, Level("different", AGAINST)),
        (-inf, Level("other_numbers", AGAINST)),
    ),
    "message_function": tuple(
        (place - _HALF, Level(function.value.lower(), _FUNCTION_TONES.get(function, NEUTRAL)))
        for place, function in reversed(list(enumerate(MessageFunction)))
    ),
    "channel": _CIRCUMSTANCE,
    "source": _CIRCUMSTANCE,
    "entered_by": _CIRCUMSTANCE,
    "company": ((_HALF, Level("same", NEUTRAL, Shown.ONE)), (-inf, _DIFFERENT)),
    "stage": ((3.5, Level("dead", AGAINST)), (-inf, Level("alive"))),
    "basket_repeats": _TIMES_BEFORE,
    "basket_rhythm": _RHYTHM,
    "differing_fields": (
        (6.0, Level("many", AGAINST)),
        (_HALF, Level("few")),
        (-inf, Level("none", FOR)),
    ),
    "other_dates": ((_HALF, Level("some", AGAINST)), (-inf, Level("none"))),
    "customer_pace": _RHYTHM,
    "overlap_excess": (
        (0.5, Level("far_more", FOR)),
        (0.15, Level("more", FOR)),
        (-0.15, Level("usual", AGAINST)),
        (-inf, Level("less", AGAINST)),
    ),
    "basket_frequency": _TIMES_BEFORE,
    "habit_frequency": _TIMES_BEFORE,
}
"""Comparisons whose number alone tells the level."""

_LINE_LEVELS = (
    Level("all", FOR),
    Level("most", FOR),
    Level("few", AGAINST),
    Level("none", AGAINST),
)
_VALUE_LEVELS = (
    Level("all", FOR),
    Level("most", NEUTRAL, Shown.BOTH),
    Level("few", AGAINST, Shown.BOTH),
    Level("none", AGAINST, Shown.BOTH),
)

COUNTED: Mapping[str, tuple[str, str, tuple[Level, Level, Level, Level]]] = {
    "basket_agreement": ("agreeing_lines", "different_lines", _LINE_LEVELS),
    "containment": ("agreeing_lines", "fewer_lines", _LINE_LEVELS),
    "incoming_lines_shared": ("shared_lines", "incoming_lines", _LINE_LEVELS),
    "existing_lines_shared": ("shared_lines", "existing_lines", _LINE_LEVELS),
    "quantities": ("equal_quantities", "compared_quantities", _VALUE_LEVELS),
}
"""Comparisons that a person counts in lines, where the number weighs them by rarity: the facts to
count, and the levels for all, at least half, fewer, and none."""


_STEPS: Mapping[str, tuple[list[float], list[Level]]] = {
    comparison: (
        [least - _ROUNDING / 2 for least, _ in scale[-2::-1]],
        [level for _, level in reversed(scale)],
    )
    for comparison, scale in SCALES.items()
}
"""Scales laid out for a binary search: bounds between the levels, lowest first."""


def level_on_scale(comparison: str, value: float) -> Level:
    """The level of a number; `UNSCALED` for a comparison without a scale.

    >>> level_on_scale("phone", 0.5).name, level_on_scale("phone", 1.0).name
    ('slip', 'same')
    """
    steps = _STEPS.get(comparison)
    if steps is None:
        return UNSCALED
    bounds, levels = steps
    return levels[bisect_right(bounds, value)]


def level_by_count(comparison: str, part: int, whole: int) -> Level:
    """The level of `part` out of `whole` lines for one of the `COUNTED` comparisons.

    >>> level_by_count("quantities", 3, 4).name, level_by_count("containment", 4, 4).name
    ('most', 'all')
    """
    every, most, few, none = COUNTED[comparison][2]
    if not whole:
        return MISSING
    if part == whole:
        return every
    if not part:
        return none
    return most if 2 * part >= whole else few
