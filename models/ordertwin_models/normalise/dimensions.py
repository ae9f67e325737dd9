"""Dimensions in a product text: sizes, measures, packs, paper formats, clothing sizes, colours.

Each is brought to one spelling ("0,5 l" is "500ml", "12 pcs" is "12pk") and cut out of the text,
so that what is left are the words of the name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ordertwin_models.normalise.designations import cut_before_numbers, cut_behind_numbers
from ordertwin_models.normalise.text import HAN
from ordertwin_models.normalise.variant_words import COLOURS, HAN_COLOURS, HAN_SIZES

_Rule = tuple[tuple[str, ...], re.Pattern[str], Callable[[re.Match[str]], str]]

_MEASURE_SPELLINGS: tuple[tuple[str, float, str], ...] = (
    ("mm", 1.0, "mm 毫米"),
    ("mm", 10.0, "cm 厘米"),
    ("mm", 100.0, "dm"),
    ("mm", 1000.0, "m mtr meter metre meters metres 米"),
    ("in", 1.0, "in inch inches zoll pouces 英寸 寸"),
    ("in", 12.0, "ft feet foot"),
    ("mm2", 1.0, "mm2 sqmm qmm 平方毫米"),
    ("m2", 1.0, "m2 qm sqm 平方米"),
    ("m3", 1.0, "m3 cbm 立方米"),
    ("ml", 1.0, "ml 毫升"),
    ("ml", 10.0, "cl"),
    ("ml", 100.0, "dl"),
    ("ml", 1000.0, "l ltr litre liter litres liters 升"),
    ("g", 0.001, "mg"),
    ("g", 1.0, "g gr gm gms gram grams gramm 克"),
    ("g", 1000.0, "kg kgs kilo 公斤 千克"),
    ("oz", 1.0, "oz ozs ounce ounces"),
    ("oz", 16.0, "lb lbs"),
    ("gb", 1 / 1024, "mb"),
    ("gb", 1.0, "gb"),
    ("gb", 1024.0, "tb"),
    ("v", 1.0, "v volt volts"),
    ("w", 1.0, "w watt watts"),
    ("w", 1000.0, "kw"),
    ("mah", 1.0, "mah"),
    ("hz", 1.0, "hz"),
    ("hz", 1e6, "mhz"),
    ("hz", 1e9, "ghz"),
)
_MEASURES = {
    name: (base, factor) for base, factor, names in _MEASURE_SPELLINGS for name in names.split()
}
_NUMBER = r"\d+(?:\.\d+)?(?:/\d+)?"
_LENGTH = r"(?:mm2|mm|cm|m|inches|inch|in|ft|毫米|厘米|米)"
_LIQUID_OR_WEIGHT = r"(?:ml|cl|l|ltr|g|gr|kg|oz|lbs?|毫升|升|克)"
_MEASURE = "|".join(sorted(map(re.escape, _MEASURES.keys() - {"in"}), key=len, reverse=True))
_PACK = (
    r"(?:set|pack|packet|pkt|pk|box|case|carton|ctn|bundle|satz|packung|karton|boite|paquet|lot"
    r"|juego|caja|s|bag)"
)
_PIECES = (
    r"(?:pcs?|pce|pieces?|pk|packs?|ct|count|stueck|stk|teilig|tlg|piezas?|uds?|unidades"
    r"|er[\s-]?(?:pack|set)|(?:er|'s)(?=\s*(?:[;,)]|$))|boxes|bags|bottles|jars|tins|pkgs?|packets)"
)
_HAN_PIECES = "[个只件片支包瓶盒条张粒枚套双把根袋罐卷本]"

_COLOUR_WORDS = "|".join(sorted((w for w in COLOURS if w.isascii()), key=len, reverse=True))

_INCH_MARK = re.compile(r"(?<=\d)\s?(?:\"|''|′′|”)")
_TIMES = re.compile(r"\s?[×*✕]\s?(?=\d)")
_THOUSANDS = re.compile(r"(?<![\d.,])([1-9]\d{0,2}),(\d{3})(?![\d,])")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_EAST_ASIAN = rf"[{HAN}\u3040-\u30ff\uac00-\ud7af]"
_SCRIPT_BOUNDARY = re.compile(rf"(?<=[a-z\d])(?={_EAST_ASIAN})|(?<={_EAST_ASIAN})(?=[a-z\d])")
_GLUED_COLOUR = re.compile(
    rf"(?<=\d)\s?({_LENGTH}|{_LIQUID_OR_WEIGHT}|pcs)(?=(?:{_COLOUR_WORDS})(?![a-z\d]))"
)
_GLUED_MEASURE = re.compile(
    r"(?<=\d)(?:(mm(?!2(?!\d))|[cd]m|[mk]g|[mcd]l|m?ah|[kmg]?hz|[kmgt]b|k?w|k?v|kva|[mk]?a"
    r"|bar|mpa|rpm|lm|nm|pcs)(?=\d)|(?=(?:dn|pn|sn|nw|ip)\d))"
)
_NUMBER_SIGN = re.compile(rf"(?<=\d)\s?#\s*(?={_EAST_ASIAN})")
_POUND_SIGN = re.compile(r"(?<=\d)\s?#(?!\w)")
_WEIGHED_PAPER = re.compile(
    r"\b(?:(?<!sand )(?<!abrasive )(?<!emery )paper(?! clips?\b)|bond|kraft)\b"
    r"|#\s?(?:(?:cover|card|index|tag|grocery|white|brown) )?(?:bags?|stock)\b(?! of\b)"
    r"|\b(?:bags?|stock) \d+\s?#"
)
"""What is weighed in "20#": pounds. Behind other numbers "#" marks the number itself."""
_MIXED_FRACTION = re.compile(r"(?<![\w./])(\d{1,3})[ -](\d{1,2})/(2|3|4|8|16|32)(?![\w/.])")
_DIGIT = re.compile(r"\d")

_THREAD = re.compile(r"\bm(\d{1,3}(?:\.\d+)?)((?:\s?x\s?\d+(?:\.\d+)?){0,2})(?:\s?mm)?(?!\w)")
_COUNT_OF_MEASURE = re.compile(
    rf"(?<![\w.])(\d{{1,5}})\s?[x-]\s?(?=\d+(?:\.\d+)?\s?{_LIQUID_OR_WEIGHT}\b)"
)
_AREA = re.compile(
    rf"(?<![\w.])({_NUMBER})\s?({_LENGTH})?\s*x\s*({_NUMBER})\s?({_LENGTH})?"
    rf"(?:\s*x\s*({_NUMBER})\s?({_LENGTH})?)?(?![a-z\d])"
)
_CABLE_WITH_EARTH = re.compile(r"(?<![\w.])(\d{1,2})g(?=\d)")
_DIAMETER_SIGN = re.compile(r"[φ⌀∅]\s?(?=\d)")
_NOMINAL = re.compile(r"\b(?:dn|nw|o)[\s.-]?(\d{1,4}(?:\.\d+)?(?:/\d{1,4})?)(?![\w.]\w|\w)")
_MEASURED = re.compile(rf"(?<![\w.])({_NUMBER})(?:\s?-?({_MEASURE})|(in))(?![a-z\d])")
_PACK_OF = re.compile(
    rf"\b{_PACK}\s?(?:(?:of|von|zu|mit|de|x)\b|/)\s?(\d{{1,5}})(?![\w.])"
    r"|\b(?:set|pack|pk)\s(\d{1,5})(?![\w.])"
)
_PIECES_OF = re.compile(rf"(?<![\w.])(\d{{1,5}})[\s-]?(?:{_PIECES}(?!\w)|\s?{_HAN_PIECES}[装入]?)")
_PER_PACK = re.compile(
    r"(?<![\w./])(\d{1,5})\s?(?:(?:reams?|rolls?|sheets?|pads?|pcs?|ea|ct|st|stk|boxes|bags)\s?)?/\s?"
    r"(?:cases?|cs|cartons?|ctns?|packs?|packets?|pk|pkg|box|bx|crates?|bags?|bundles?|reams?|rm"
    r"|sleeves?|rolls?|ktn|karton|vpe|ve|caja|boite)(?!\w)"
)
_TIMES_AT_END = re.compile(r"(?<![\w.])(?:x\s?|c/\s?(?=\d\d))(\d{1,3})(?=\s*(?:[;,)]|$))")
_PAPER = re.compile(r"\b(?:din[\s-]?)?(a[0-8]|b[45]|c[456])\b")
_SIZE = re.compile(
    r"\b(?:size|sz|gr|groesse|taille|talla)[.\s]*(\d{1,3}(?:\.\d)?|x{0,4}[sl]|m)\b"
    r"|(?<!\w)(\d{2}(?:\.\d)?|x{0,4}[sl]|m)\s?码"
)
_LETTER_SIZE = re.compile(
    rf"(?<![\w-])(?:(x{{1,4}}[sl])|([2-6])x([sl])"
    rf"|([sml])(?=\s*(?:;|$)|\s(?:{_COLOUR_WORDS})(?!\w)))(?!\w)"
)
_HAN_COLOUR = re.compile(f"({'|'.join(HAN_COLOURS)})色")
_HAN_SIZE = re.compile("|".join(HAN_SIZES))
_DECIMAL_NUMBER = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")


def cut_dimensions(folded: str) -> tuple[str, set[str]]:
    """Return the text without its dimensions, and the dimensions; the text comes from `fold`.

    >>> text, dimensions = cut_dimensions("hex bolt m8 x 40, box of 100")
    >>> text.split(), sorted(dimensions)
    (['hex', 'bolt', ','], ['100pk', 'm8x40'])
    """
    text = folded if folded.isascii() else _SCRIPT_BOUNDARY.sub(" ", folded)
    dimensions: set[str] = set()
    if not _DIGIT.search(text):
        return _read_rules(_RULES_WITHOUT_DIGITS, text, dimensions), dimensions
    text = cut_behind_numbers(_read_rules(_RULES, _spelled_out(text), dimensions))
    if "." in text:
        text = _cut(_DECIMAL_NUMBER, _read_number, text, dimensions)
    return text, dimensions


def _read_rules(rules: tuple[_Rule, ...], text: str, dimensions: set[str]) -> str:
    """Add what the rules find to the dimensions, and return the text without it."""
    for signs, pattern, read in rules:
        for sign in signs:
            if sign in text:
                text = _cut(pattern, read, text, dimensions)
                break
    return text


def pack_size(dimensions: set[str]) -> int | None:
    """Return how many pieces a package holds; None when no count is named, or several are.

    >>> pack_size({"12pk", "red"}), pack_size({"12pk", "6pk"})
    (12, None)
    """
    packs = [int(dimension[:-2]) for dimension in dimensions if dimension.endswith("pk")]
    return packs[0] if len(packs) == 1 else None


def _spelled_out(text: str) -> str:
    if '"' in text or "''" in text or not text.isascii():
        text = _INCH_MARK.sub("in ", text.replace("⁄", "/"))
        text = _DIAMETER_SIGN.sub(" o", text)
    if "*" in text or not text.isascii():
        text = _TIMES.sub("x", text)
    if "#" in text:
        text = _NUMBER_SIGN.sub(" 号", text)
        text = _POUND_SIGN.sub("lb " if _WEIGHED_PAPER.search(text) else " ", text)
    if "/" in text:
        text = _MIXED_FRACTION.sub(_mixed, text)
    if "," in text:
        text = _DECIMAL_COMMA.sub(".", _THOUSANDS.sub(r"\1\2", text))
    if "g" in text:
        text = _CABLE_WITH_EARTH.sub(r"\1x", text)
    text = _GLUED_MEASURE.sub(r"\1 ", _GLUED_COLOUR.sub(r"\1 ", text))
    return cut_before_numbers(text)


def _mixed(found: re.Match[str]) -> str:
    """ "8 1/2" as a decimal number, where the fraction is less than one."""
    part = int(found[2]) / int(found[3])
    return _plain(int(found[1]) + part) if part < 1 else found[0]


def _cut(
    pattern: re.Pattern[str],
    read: Callable[[re.Match[str]], str],
    text: str,
    dimensions: set[str],
) -> str:
    def replace(found: re.Match[str]) -> str:
        dimensions.add(read(found))
        return " "

    return pattern.sub(replace, text)


def _decimal(text: str) -> float:
    whole, _, divisor = text.partition("/")
    return float(whole) / (float(divisor) or 1.0) if divisor else float(whole)


def _plain(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _read_thread(found: re.Match[str]) -> str:
    return f"m{found[1]}{''.join(found[2].split())}"


def _read_pack(found: re.Match[str]) -> str:
    count = int(found[found.lastindex or 1])
    if count < 2:
        return ""
    return f"{count}pk"


def _read_area(found: re.Match[str]) -> str:
    numbers = [_decimal(number) for number in found.group(1, 3, 5) if number]
    units = [unit for unit in found.group(2, 4, 6) if unit]
    if not units:
        return "x".join(map(_plain, numbers))
    base, factor = _MEASURES[units[-1]]
    if base == "mm2":
        return "x".join(map(_plain, numbers))
    return "x".join(_plain(number * factor) for number in numbers) + base


def _read_nominal(found: re.Match[str]) -> str:
    return f"{found[1] if '/' in found[1] else _plain(float(found[1]))}mm"


def _read_measure(found: re.Match[str]) -> str:
    base, factor = _MEASURES[found[2] or found[3]]
    return f"{_plain(_decimal(found[1]) * factor)}{base}"


def _read_paper(found: re.Match[str]) -> str:
    return found[1]


def _read_size(found: re.Match[str]) -> str:
    size = found[1] or found[2]
    return f"size{size}" if size[0].isdecimal() else size


def _read_letter_size(found: re.Match[str]) -> str:
    if found[2]:
        return "x" * int(found[2]) + found[3]
    return found[1] or found[4]


def _read_han_colour(found: re.Match[str]) -> str:
    return HAN_COLOURS[found[1]]


def _read_han_size(found: re.Match[str]) -> str:
    return HAN_SIZES[found[0]]


def _read_number(found: re.Match[str]) -> str:
    return _plain(float(found[0]))


_ANYTHING = ("",)
_RULES: tuple[_Rule, ...] = (
    (("m",), _THREAD, _read_thread),
    (("x", "-"), _COUNT_OF_MEASURE, _read_pack),
    (("/",), _PER_PACK, _read_pack),
    (("x",), _AREA, _read_area),
    (_ANYTHING, _MEASURED, _read_measure),
    (("dn", "nw", "o"), _NOMINAL, _read_nominal),
    (_ANYTHING, _PACK_OF, _read_pack),
    (_ANYTHING, _PIECES_OF, _read_pack),
    (("x", "c/"), _TIMES_AT_END, _read_pack),
    (_ANYTHING, _PAPER, _read_paper),
    (("size", "sz", "gr", "taille", "talla", "码"), _SIZE, _read_size),
    (_ANYTHING, _LETTER_SIZE, _read_letter_size),
    (("色",), _HAN_COLOUR, _read_han_colour),
    (("号", "码"), _HAN_SIZE, _read_han_size),
)
"""Read in this order; what one rule takes, the next does not see. A text without any of the signs
of a rule, which are cheap to look for, has nothing for it."""
_RULES_WITHOUT_DIGITS = tuple(
    rule for rule in _RULES if rule[1] in (_SIZE, _LETTER_SIZE, _HAN_COLOUR, _HAN_SIZE)
)
