"""Articles: codes, the words of a name, and the parts that tell variants apart.

M8x40 is not M8x50 and a red mug is not a blue one, so sizes, packs, colours and bare numbers are
kept apart from the words. Chinese names have no blanks; their words are the overlapping pairs of
characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ordertwin_models.normalise.designations import roman_numbers
from ordertwin_models.normalise.dimensions import cut_dimensions, pack_size
from ordertwin_models.normalise.text import (
    CACHE_SIZE,
    fold,
    vocabulary,
    words,
    words_of_folded,
)
from ordertwin_models.normalise.variant_words import COLOURS, SIZES

_GTIN_LENGTHS = (8, 12, 13, 14)
_GTIN_SEPARATORS = re.compile(r"[\s.-]+")


@lru_cache(CACHE_SIZE)
def normalise_gtin(text: str) -> str:
    """Return 14 digits when the check digit is right, else "".

    >>> normalise_gtin("4 006381 333931"), normalise_gtin("4006381333932")
    ('04006381333931', '')
    """
    digits = _GTIN_SEPARATORS.sub("", fold(text))
    if not (digits.isdecimal() and len(digits) in _GTIN_LENGTHS and digits.strip("0")):
        return ""
    digits = digits.zfill(14)
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return digits if total % 10 == 0 else ""


@dataclass(frozen=True, slots=True)
class ProductText:
    """What a name and a specification say.

    `pack` is how many pieces a package holds, None when the text names no count or several.
    """

    tokens: tuple[str, ...]
    dimensions: tuple[str, ...]
    pack: int | None


_BARE_NUMBER_DIGITS = 4
_STOP_WORDS = vocabulary(
    """of the and with in for a an on to by or x und mit fuer der die das aus et avec pour le la les
    de du des d y con para el los las del dn nw o 的 和"""
)
_JOINED_LETTER = re.compile(r"(?<!\w)([a-z])-(?=[a-z]{3})")


@lru_cache(CACHE_SIZE)
def product_text(name: str, specification: str) -> ProductText:
    """Return the words and the variant parts of a product's name and specification.

    >>> product_text("Set of 6 RED Mugs", "0,5 l")
    ProductText(tokens=('mug',), dimensions=('500ml', '6pk', 'red'), pack=6)
    >>> product_text("不锈钢螺栓 M8×40", "").dimensions
    ('m8x40',)
    """
    text, dimensions = cut_dimensions(fold(f"{name} ; {specification}"))
    pack = pack_size(dimensions)
    tokens: list[str] = []
    text = _JOINED_LETTER.sub(r"\1", text)
    # Without accents and the like, parts of a folded text put together are folded as they are.
    found = words_of_folded(text) if text.isascii() else words(text)
    for word in roman_numbers(found):
        variant = COLOURS.get(word) or SIZES.get(word)
        if variant:
            dimensions.add(variant)
        elif word.isdecimal() and len(word) <= _BARE_NUMBER_DIGITS:
            dimensions.add(word.lstrip("0") or "0")
        elif word not in _STOP_WORDS:
            tokens.extend(_pieces(word))
    return ProductText(tuple(dict.fromkeys(tokens)), tuple(sorted(dimensions - {""})), pack)


def _pieces(word: str) -> list[str]:
    if "\u3400" <= word[0] <= "\u9fff":
        return [word[at : at + 2] for at in range(max(1, len(word) - 1))]
    return [_singular(word)]


def _singular(word: str) -> str:
    """Cut an English plural; the same wrong stem on both sides does no harm."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "shes", "ches")):
        return word[:-2]
    return word[:-1]
