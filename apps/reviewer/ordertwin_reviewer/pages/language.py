"""Words and numbers as the reader wants them: English or Chinese, and their own locale.

Texts are English sentences, translated by `locale/zh.po`, which is read when the process starts:
there is nothing to compile.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
_NANOS = Decimal(1_000_000_000)
_NO_BREAK = "\N{NO-BREAK SPACE}"


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English needs none."""
    if language == "en":
        return NullTranslations()
    source = files("ordertwin_reviewer").joinpath("locale", f"{language}.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Reader:
    """How one reader is written to."""

    language: str
    locale: Locale
    zone: tzinfo

    @classmethod
    def of(cls, accepted: str, language: str = "", zone: str = "") -> Reader:
        """From an Accept-Language header, and what the reader chose before.

        >>> Reader.of("de-DE,zh;q=0.5").language, str(Reader.of("de-DE").locale)
        ('zh', 'de_DE')
        """
        tags = _preferred(accepted)
        if language not in LANGUAGES:
            language = next((t[:2] for t in tags if t[:2] in LANGUAGES), "en")
        chosen = [tag for tag in tags if tag[:2] == language] or ([] if language == "zh" else tags)
        locale = next((found for tag in chosen if (found := _locale(tag))), None)
        return cls(language, locale or Locale.parse(language), _zone(zone))

    def words(self, text: str) -> str:
        """A text in the reader's language."""
        return translations(self.language).gettext(text) if text else ""

    def number(self, value: Any, digits: int | None = None) -> str:
        """A number with the reader's separators."""
        if digits is not None:
            pattern = "#,##0" + ("." + "0" * digits if digits else "")
            return str(numbers.format_decimal(value, format=pattern, locale=self.locale))
        return str(numbers.format_decimal(value, locale=self.locale, decimal_quantization=False))

    def quantity(self, text: str) -> str:
        """A quantity of an order; text that is no number stays as it is.

        >>> Reader.of("de").quantity("1500.50")
        '1.500,5'
        """
        try:
            return self.number(Decimal(text).normalize() + 0)
        except ArithmeticError:
            return text

    def percent(self, share: float) -> str:
        """A probability on one line, by spaces that do not break; never quite none or all.

        >>> [Reader.of("en").percent(p) for p in (0.9999, 0.5, 0.0004)]
        ['>\\xa099.9\\xa0%', '50.0\\xa0%', '<\\xa00.1\\xa0%']
        """
        if 0 < share < 0.001:
            return f"<{_NO_BREAK}{self.share(0.001)}"
        if 0.999 < share < 1:
            return f">{_NO_BREAK}{self.share(0.999)}"
        return self.share(share)

    def share(self, share: float) -> str:
        """A part of a whole as it was counted, on one line.

        >>> Reader.of("de").share(0.315)
        '31,5\\xa0%'
        """
        return f"{self.number(share * 100, 1)}{_NO_BREAK}%"

    def signed(self, weight: float) -> str:
        """A weight with its sign."""
        sign = "+" if weight >= 0 else "−"
        return sign + self.number(abs(weight), 1)

    def money(self, amount: Any) -> str:
        """An amount of `google.type.Money`; empty for none."""
        if not amount.currency_code and not amount.units and not amount.nanos:
            return ""
        value = Decimal(amount.units) + Decimal(amount.nanos) / _NANOS
        if not amount.currency_code:
            return self.number(value)
        return str(numbers.format_currency(value, amount.currency_code, locale=self.locale))

    def day(self, value: Any) -> str:
        """A `google.type.Date`; empty for none."""
        if not value.year:
            return ""
        try:
            shown = date(value.year, value.month or 1, value.day or 1)
        except ValueError:
            return f"{value.year}-{value.month}-{value.day}"
        return str(dates.format_date(shown, "medium", locale=self.locale))

    def month(self, at: datetime) -> str:
        """A month by its name.

        >>> Reader.of("en").month(datetime(2026, 2, 1)), Reader.of("zh").month(datetime(2026, 2, 1))
        ('February 2026', '2026年2月')
        """
        return str(dates.format_skeleton("yMMMM", at, locale=self.locale))

    def whole_day(self, at: datetime) -> str:
        """A day, as it is in `at`."""
        return str(dates.format_date(at.date(), "medium", locale=self.locale))

    def short_day(self, at: datetime) -> str:
        """A day without its year, as it is in `at`."""
        return str(dates.format_skeleton("MMMd", at, locale=self.locale))

    def time(self, stamp: Any) -> str:
        """A timestamp, to the minute, in the reader's zone; empty for none."""
        return self.moment(moment_of(stamp)) if stamp.seconds else ""

    def moment(self, at: datetime) -> str:
        """A moment to the minute, in the reader's zone."""
        clock = dates.format_time(at, "short", tzinfo=self.zone, locale=self.locale)
        return f"{self._date(at)} {clock}"

    def day_of(self, stamp: Any) -> str:
        """The day of a timestamp, in the reader's zone; empty for none."""
        return self._date(moment_of(stamp)) if stamp.seconds else ""

    def _date(self, at: datetime) -> str:
        return str(dates.format_date(at.astimezone(self.zone), "medium", locale=self.locale))

    def age(self, stamp: Any, now: datetime) -> str:
        """How long ago, in the reader's language."""
        if not stamp.seconds:
            return ""
        return self.span(now - moment_of(stamp))

    def ago(self, stamp: Any, now: datetime) -> str:
        """The same with the direction; a dash for what never happened."""
        if not stamp.seconds:
            return "–"
        spoken, passed = Locale.parse(self.language), moment_of(stamp) - now
        return str(dates.format_timedelta(passed, threshold=1.5, add_direction=True, locale=spoken))

    def span(self, length: timedelta) -> str:
        """A length of time in words.

        >>> Reader.of("en").span(timedelta(hours=3))
        '3 hours'
        """
        spoken = Locale.parse(self.language)
        return str(dates.format_timedelta(length, threshold=1.5, locale=spoken))


def moment_of(stamp: Any) -> datetime:
    """A timestamp as a moment."""
    moment: datetime = stamp.ToDatetime(UTC)
    return moment


def _preferred(accepted: str) -> list[str]:
    """Language tags, the most wanted first."""
    weighed = []
    for part in accepted[:500].split(","):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            weight = 0.0
        if tag and tag != "*":
            weighed.append((weight, tag))
    return [tag for weight, tag in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0]


@cache
def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError, TypeError):
        return None


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, KeyError):
        return UTC
