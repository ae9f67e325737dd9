"""Text as it is compared: one spelling for everything that looks or sounds the same to a person.

`clean` keeps what was written, `fold` also drops accents and Chinese script variants, `words` cuts
it up, `code` keeps what identifies an article or a document. All are total over Unicode and
idempotent. Nothing here knows what a field means.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ordertwin_models.normalise.chinese import SIMPLIFIED

CACHE_SIZE = 8_192
"""Entries kept by each cache of the normaliser: names and codes come again and again."""

HAN = r"\u3400-\u9fff\U00020000-\U0003ffff"
"""Chinese characters, for use inside a regular-expression class."""
HAN_CHARACTER = re.compile(f"[{HAN}]")

_LONGEST_EXPANSION = 4
"""A few characters stand for whole phrases; a field full of them is cut instead of growing."""
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)


class _CharacterTable(dict[int, str]):
    """What `clean` makes of each code point; filled as characters turn up."""

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        category = unicodedata.category(character)
        if category in ("Cf", "Cs") or code_point in _VARIATION_SELECTORS:
            replacement = ""
        elif category == "Pd":
            replacement = "-"
        elif category == "Nd":
            replacement = str(unicodedata.decimal(character))
        elif category in ("Cc", "Zs", "Zl", "Zp"):
            replacement = " "
        else:
            replacement = character
        self[code_point] = replacement
        return replacement


_CHARACTERS = _CharacterTable()

_PLAIN: dict[int, str] = {
    **SIMPLIFIED,
    **dict.fromkeys(range(0x0300, 0x0370), ""),
    **{ord(letter): plain for letter, plain in zip("øłđðıħŧ", "olddiht", strict=True)},
    **str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"}),
}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_APOSTROPHES = re.compile(r"['’‘`´ʼ′]")
_WORD = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_SEPARATORS = re.compile(r"[\s._/\\-]+")


def vocabulary(listed: str) -> frozenset[str]:
    """Return the words of a list that is written as one text, as the tables here are."""
    return frozenset(listed.split())


_JUNK_CODES = vocabulary(
    "na none null nil nan tbd tbc tba unknown misc various diverse keine ohne 无 暂无 未知 没有"
)


@lru_cache(CACHE_SIZE)
def clean(text: str) -> str:
    """Return `text` in NFKC and lower case, without invisible characters and doubled blanks.

    >>> clean("  Ｆｕｌｌ\\u200b Width\\u2011２ ")
    'full width-2'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    while (cleaner := _clean_once(text)) != text:
        text = cleaner
    return text


def _clean_once(text: str) -> str:
    longest = _LONGEST_EXPANSION * len(text)
    visible = unicodedata.normalize("NFKC", text)[:longest].translate(_CHARACTERS)
    return " ".join(unicodedata.normalize("NFKC", visible.casefold()).split())


@lru_cache(CACHE_SIZE)
def fold(text: str) -> str:
    """Return `clean(text)` without accents and in simplified Chinese; umlauts are spelled out.

    >>> fold("Müller & Søn, Málaga"), fold("廣東")
    ('mueller & son, malaga', '广东')
    """
    text = clean(text)
    if text.isascii():
        return text
    while (plainer := _fold_once(text)) != text:
        text = plainer
    return text


def _fold_once(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(_UMLAUTS))
    return clean(unicodedata.normalize("NFC", decomposed.translate(_PLAIN)))


@lru_cache(CACHE_SIZE)
def words(text: str) -> tuple[str, ...]:
    """Return the words of `fold(text)`; a run of Chinese characters is one word.

    >>> words("Côte d'Or, 上海Shop")
    ('cote', 'dor', '上海', 'shop')
    """
    return tuple(words_of_folded(fold(text)))


def words_of_folded(text: str) -> list[str]:
    """The words of what comes from `fold`, or of parts of it."""
    found: list[str] = _WORD.findall(_APOSTROPHES.sub("", text))
    return found


@lru_cache(CACHE_SIZE)
def code(text: str) -> str:
    """Return the identifying part of an article, customer or document code.

    Separators go, and so do leading zeros when there are only digits; "n/a" and the like are
    missing.

    >>> code(" AB-12.3/x "), code("000451"), code("N/A")
    ('ab123x', '451', '')
    """
    compact = _SEPARATORS.sub("", fold(text))
    if compact.isdecimal():
        return compact.lstrip("0")
    return "" if compact in _JUNK_CODES or not any(map(str.isalnum, compact)) else compact
