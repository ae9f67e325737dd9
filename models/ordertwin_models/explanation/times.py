"""Lengths of time in words: "12 minutes later", "2 days", "every week"."""

from __future__ import annotations

from datetime import datetime

from ordertwin_models.language.catalogue import Catalogue, Count

_DAY = 86400.0
_UNITS = (
    ("year", 365.25 * _DAY, 2.0),
    ("month", 30.44 * _DAY, 2.0),
    ("day", _DAY, 1.5),
    ("hour", 3600.0, 1.5),
    ("minute", 60.0, 1.5),
)
"""Units with their length in seconds, and how many of them it takes to speak in that unit."""
_ABOUT_ONE = 0.05


def span(words: Catalogue, seconds: float) -> str:
    """A length of time.

    >>> from ordertwin_models.language import catalogue_for
    >>> [span(catalogue_for("en"), minutes * 60) for minutes in (0.5, 1, 80, 100, 1440, 10080)]
    ['30 seconds', '1 minute', '80 minutes', '2 hours', '1 day', '7 days']
    """
    unit, count = _counted(words, seconds)
    return words.durations[unit].span.format(count=count)


def rhythm(words: Catalogue, seconds: float) -> str:
    """How often something happens that happens every so many seconds."""
    unit, count = _counted(words, seconds)
    return words.durations[unit].rhythm.format(count=count)


def distance(words: Catalogue, time: datetime, other: datetime) -> str:
    """How much later or earlier `time` is than `other`.

    A time at midnight is a date without a time, and only days are counted.
    """
    days = days_between(time, other)
    if days == 0:
        return words.same_day
    if days is not None:
        seconds = days * _DAY
    else:
        seconds = (time - other).total_seconds()
        if abs(seconds) < 1:
            return words.same_moment
    pattern = words.later if seconds > 0 else words.earlier
    return pattern.format(span=span(words, abs(seconds)))


def days_between(time: datetime, other: datetime) -> int | None:
    """Days by which `time` is later than `other` where one of them is a date without a time.

    >>> day = datetime(2026, 3, 2)
    >>> days_between(day.replace(day=4), day.replace(hour=9)), days_between(day, day)
    (2, 0)
    >>> days_between(day.replace(hour=8), day.replace(hour=9)) is None
    True
    """
    if not (_is_date(time) or _is_date(other)):
        return None
    return (time.date() - other.date()).days


def _counted(words: Catalogue, seconds: float) -> tuple[str, Count]:
    unit, number = "second", seconds
    for name, length, least in _UNITS:
        if seconds >= least * length or abs(seconds / length - 1) <= _ABOUT_ONE:
            unit, number = name, seconds / length
            break
    return unit, Count(max(1, round(number)), words.plural)


def _is_date(time: datetime) -> bool:
    return not (time.hour or time.minute or time.second or time.microsecond)
