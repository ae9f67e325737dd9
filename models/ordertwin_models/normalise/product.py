"""Articles: codes, the words of a name, and the parts that tell variants apart.

M8x40 is not M8x50 and a red mug is not a blue one, so sizes, packs, colours and bare numbers are
taken out of the words and brought to one spelling. Chinese names have no blanks; their words are
the overlapping pairs of characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from ordertwin_models.normalise.text import CACHE_SIZE, HAN, fold, words
from ordertwin_models.normalise.variant_words import COLOURS, HAN_COLOURS, HAN_SIZES, SIZES

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


_MEASURES: dict[str, tuple[str, float]] = {
    **{name: ("mm", factor) for name, factor in {"mm": 1.0, "cm": 10.0, "dm": 100.0, "m": 1000.0}.items()},
    **dict.fromkeys(("mtr", "meter", "metre", "meters", "metres", "米"), ("mm", 1000.0)),
    **dict.fromkeys(("毫米",), ("mm", 1.0)),
    **dict.fromkeys(("厘米",), ("mm", 10.0)),
    **dict.fromkeys(("in", "inch", "inches", "zoll", "pouces", "英寸", "寸"), ("in", 1.0)),
    **dict.fromkeys(("ft", "feet", "foot"), ("in", 12.0)),
    **dict.fromkeys(("ml", "毫升"), ("ml", 1.0)),
    "cl": ("ml", 10.0),
    "dl": ("ml", 100.0),
    **dict.fromkeys(("l", "ltr", "litre", "liter", "litres", "liters", "升"), ("ml", 1000.0)),
    "mg": ("mg", 1.0),
    **dict.fromkeys(("g", "gr", "gm", "gms", "gram", "grams", "gramm", "克"), ("mg", 1000.0)),
    **dict.fromkeys(("kg", "kgs", "kilo", "公斤", "千克"), ("mg", 1_000_000.0)),
    **dict.fromkeys(("oz", "ozs", "ounce", "ounces"), ("oz", 1.0)),
    **dict.fromkeys(("lb", "lbs"), ("oz", 16.0)),
    **dict.fromkeys(("mb",), ("gb", 1 / 1024)),
    **dict.fromkeys(("gb",), ("gb", 1.0)),
    **dict.fromkeys(("tb",), ("gb", 1024.0)),
    **dict.fromkeys(("v", "volt", "volts"), ("v", 1.0)),
    **dict.fromkeys(("w", "watt", "watts"), ("w", 1.0)),
    "kw": ("w", 1000.0),
    "mah": ("mah", 1.0),
    "hz": ("hz", 1.0),
    "mhz": ("hz", 1e6),
    "ghz": ("hz", 1e9),
}
_NUMBER = r"\d+(?:\.\d+)?(?:/\d+)?"
_LENGTH = r"(?:mm|cm|m|inches|inch|in|ft|毫米|厘米|米)"
_MEASURE = "|".join(sorted(map(re.escape, _MEASURES.keys() - {"in"}), key=len, reverse=True))
_PACK = (
    r"(?:set|pack|packet|pkt|pk|box|case|carton|ctn|bundle|satz|packung|karton|boite|paquet|lot|juego|caja|s|bag)"
)
_PIECES = (
    r"(?:pcs?|pce|pieces?|pk|packs?|ct|count|stueck|stk|teilig|tlg|piezas?|uds?|unidades|er[\s-]?(?:pack|set)"
    r"|boxes|bags|bottles|jars|tins|pkgs?|packets)"
)
_HAN_PIECES = "[个只件片支包瓶盒条张粒枚套双把根袋罐卷本]"

_INCH_MARK = re.compile(r"(?<=\d)\s?(?:\"|''|′′|”)")
_TIMES = re.compile(r"(?<=[\da-z])\s?[×*✕]\s?(?=\d)")
_THOUSANDS = re.compile(r"(?<![\d.,])([1-9]\d{0,2}),(\d{3})(?![\d,])")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_HAN_BOUNDARY = re.compile(rf"(?<=[a-z\d])(?=[{HAN}])|(?<=[{HAN}])(?=[a-z\d])")

_THREAD = re.compile(r"\bm(\d{1,3}(?:\.\d+)?)((?:\s?x\s?\d+(?:\.\d+)?){0,2})(?:\s?mm)?(?!\w)")
_COUNT_OF_MEASURE = re.compile(rf"(?<![\w.])(\d{{1,5}})\s?[x-]\s?(?=\d+(?:\.\d+)?\s?(?:ml|cl|l|ltr|g|gr|kg|oz|lbs?|毫升|升|克)\b)")
_AREA = re.compile(
    rf"(?<![\w.])({_NUMBER})\s?({_LENGTH})?\s*x\s*({_NUMBER})\s?({_LENGTH})?(?:\s*x\s*({_NUMBER})\s?({_LENGTH})?)?(?![a-z\d])"
)
_MEASURED = re.compile(rf"(?<![\w.])({_NUMBER})(?:\s?-?({_MEASURE})|(in))(?![a-z\d])")
_PACK_OF = re.compile(rf"\b{_PACK}\s?(?:(?:of|von|zu|mit|de|à|x)\b|/)\s?(\d{{1,5}})(?![\w.])|\b(?:set|pack|pk)\s(\d{{1,5}})(?![\w.])")
_PIECES_OF = re.compile(rf"(?<![\w.])(\d{{1,5}})[\s-]?(?:{_PIECES}(?!\w)|\s?{_HAN_PIECES}[装入]?)")
_PAPER = re.compile(r"\b(?:din[\s-]?)?(a[0-8]|b[45]|c[456])\b")
_SIZE = re.compile(
    r"\b(?:size|sz|gr|groesse|taille|talla)[.\s]*(\d{1,3}(?:\.\d)?|x{0,4}[sl]|m)\b|(?<!\w)(\d{2}(?:\.\d)?)\s?码"
)
_LETTER_SIZE = re.compile(r"(?<![\w-])(?:(x{1,4}[sl])|([2-6])x([sl])|([sml])(?=\s*(?:;|$)))(?!\w)")
_HAN_COLOUR = re.compile(f"({'|'.join(HAN_COLOURS)})色")
_HAN_SIZE = re.compile("|".join(HAN_SIZES))
_DECIMAL_NUMBER = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
_BARE_NUMBER_DIGITS = 4
_STOP_WORDS = frozenset(
    "of the and with in for a an on to by or und mit fuer der die das aus et avec pour le la les de du des d"
    " y con para el los las del x 的 和".split()
)
_JOINED_LETTER = re.compile(r"(?<!\w)([a-z])-(?=[a-z]{3})")


@lru_cache(2 * CACHE_SIZE)
def product_text(name: str, specification: str) -> ProductText:
    """Return the words and the variant parts of a product's name and specification.

    >>> product_text("Set of 6 RED Mugs", "0,5 l")
    ProductText(tokens=('mug',), dimensions=('500ml', '6pk', 'red'), pack=6)
    >>> product_text("不锈钢螺栓 M8×40", "").dimensions
    ('m8x40',)
    """
    text = _spelled_out(f"{name} ; {specification}")
    dimensions: set[str] = set()
    packs: set[int] = set()
    for pattern, read in _RULES:
        text = _take(pattern, read, text, dimensions, packs)
    tokens: list[str] = []
    for word in words(_JOINED_LETTER.sub(r"\1", text)):
        variant = COLOURS.get(word) or SIZES.get(word)
        if variant:
            dimensions.add(variant)
        elif word.isdecimal() and len(word) <= _BARE_NUMBER_DIGITS:
            dimensions.add(word.lstrip("0") or "0")
        elif word not in _STOP_WORDS:
            tokens.extend(_pieces(word))
    return ProductText(
        tuple(dict.fromkeys(tokens)), tuple(sorted(dimensions)), packs.pop() if len(packs) == 1 else None
    )


def _spelled_out(text: str) -> str:
    text = _INCH_MARK.sub("in ", fold(text).replace("⁄", "/"))
    text = _THOUSANDS.sub(r"\1\2", _TIMES.sub("x", text))
    return _HAN_BOUNDARY.sub(" ", _DECIMAL_COMMA.sub(".", text))


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


def _take(
    pattern: re.Pattern[str],
    read: Callable[[re.Match[str], set[int]], str],
    text: str,
    dimensions: set[str],
    packs: set[int],
) -> str:
    def cut(found: re.Match[str]) -> str:
        if dimension := read(found, packs):
            dimensions.add(dimension)
        return " "

    return pattern.sub(cut, text)


def _decimal(text: str) -> float:
    whole, _, divisor = text.partition("/")
    return float(whole) / (float(divisor) or 1.0) if divisor else float(whole)


def _plain(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _read_thread(found: re.Match[str], packs: set[int]) -> str:
    return f"m{found[1]}{''.join(found[2].split())}"


def _read_pack(found: re.Match[str], packs: set[int]) -> str:
    count = int(found[found.lastindex or 1])
    if count < 2:
        return ""
    packs.add(count)
    return f"{count}pk"


def _read_area(found: re.Match[str], packs: set[int]) -> str:
    numbers = [_decimal(number) for number in found.group(1, 3, 5) if number]
    units = [unit for unit in found.group(2, 4, 6) if unit]
    if not units:
        return "x".join(map(_plain, numbers))
    base, factor = _MEASURES[units[-1]]
    return "x".join(_plain(number * factor) for number in numbers) + base


def _read_measure(found: re.Match[str], packs: set[int]) -> str:
    base, factor = _MEASURES[found[2] or found[3]]
    amount = _decimal(found[1]) * factor
    if base == "mg" and amount >= 1000:
        return f"{_plain(amount / 1000)}g"
    return f"{_plain(amount)}{base}"


def _read_paper(found: re.Match[str], packs: set[int]) -> str:
    return found[1]


def _read_size(found: re.Match[str], packs: set[int]) -> str:
    size = found[1] or found[2]
    return f"size{size}" if size[0].isdecimal() else size


def _read_letter_size(found: re.Match[str], packs: set[int]) -> str:
    if found[2]:
        return "x" * int(found[2]) + found[3]
    return found[1] or found[4]


def _read_han_colour(found: re.Match[str], packs: set[int]) -> str:
    return HAN_COLOURS[found[1]]


def _read_han_size(found: re.Match[str], packs: set[int]) -> str:
    return HAN_SIZES[found[0]]


def _read_number(found: re.Match[str], packs: set[int]) -> str:
    return _plain(float(found[0]))


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], set[int]], str]], ...] = (
    (_THREAD, _read_thread),
    (_COUNT_OF_MEASURE, _read_pack),
    (_AREA, _read_area),
    (_MEASURED, _read_measure),
    (_PACK_OF, _read_pack),
    (_PIECES_OF, _read_pack),
    (_PAPER, _read_paper),
    (_SIZE, _read_size),
    (_LETTER_SIZE, _read_letter_size),
    (_HAN_COLOUR, _read_han_colour),
    (_HAN_SIZE, _read_han_size),
    (_DECIMAL_NUMBER, _read_number),
)
"""Read in this order; what one rule takes, the next does not see."""
