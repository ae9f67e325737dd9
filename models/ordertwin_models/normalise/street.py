"""Street lines of an address: street, house number and unit, wherever they are written.

A postal line among them ("10115 Berlin", "Oak Park, IL 60302") is taken out and handed back.
Addresses in Chinese characters are `chinese_address`'s business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ordertwin_models.normalise.text import CACHE_SIZE, fold, vocabulary, words

STREET_WORDS = {
    word: short
    for short, spellings in {
        "st": "street strasse str st saint sainte sankt ste",
        "ave": "avenue ave av avenida avda avd",
        "rd": "road rd",
        "blvd": "boulevard blvd bld boul bd bvd",
        "dr": "drive dr drv",
        "ln": "lane ln",
        "sq": "square sq",
        "pl": "place platz plaza plz pl pza praca piazza",
        "ct": "court ct",
        "ter": "terrace ter terr",
        "hwy": "highway hwy",
        "pkwy": "parkway pkwy pky",
        "cres": "crescent cres",
        "cl": "close",
        "way": "way weg",
        "rte": "route rte",
        "n": "north nord norte",
        "s": "south sued sud sur",
        "e": "east ost est este",
        "w": "west ouest oeste",
        "ne": "northeast",
        "nw": "northwest",
        "se": "southeast",
        "sw": "southwest",
        "ind": "industrial ind",
        "est": "estate",
        "pk": "park",
        "mt": "mount",
    }.items()
    for word in spellings.split()
}
_KINDS_OF_STREET = frozenset(
    {"st", "ave", "rd", "blvd", "dr", "ln", "sq", "pl", "ct", "ter", "hwy", "pkwy", "cres", "rte"}
)
_COMPOUND_STREET = re.compile(r"(?<=[^\W\d_]{3})(?:strasse|str)$")
_COMPOUND_SQUARE = re.compile(r"(?<=[^\W\d_]{3})(?:platz|pl)$")
_NOISE = vocabulary(
    "de del du des la le les l d el los las do da dos das der dem den am an im the of"
)

_POST_BOX = re.compile(
    r"\b(?:p\.?\s?o\.?\s?box|post\s?box|postfach|apartado|boite postale|bp)\b\W*(\d+)"
)
_UNIT = re.compile(
    r"(?:\b(?:apartment|apt|suite|ste|unit|flat|room|rm|floor|fl|stock|etage|whg|wohnung|top|piso"
    r"|appt|shop|bldg|building|level|lot|dock|gate)\b\.?|#)"
    r"\s*(?:no\.?\s*)?#?\s*([a-z]?-?\d+[a-z]?|[a-z])\b"
)
_FLOOR_FIRST = re.compile(r"\b(\d+)(?:st|nd|rd|th|\.)\s*(?:floor|fl|og|etage|stock)\b")
_NUMBER = re.compile(
    r"(?<![\w.])(?:nr|no|n)?[.o ]{0,2}"
    r"(\d{1,6}(?:\s?(?:bis|ter|quater))?(?:(?:\s?[a-h])(?=\s*(?:,|$))|[a-h])?"
    r"(?:\s?[-/+]\s?\d{1,5}[a-h]?|\s?[-/]\s?[a-h])*)(?![\w])"
)
_POSTAL_THEN_CITY = re.compile(
    r"[,\n]\s*(?:[a-z]{1,3}-)?"
    r"(?P<postal>\d{2}-\d{3}|\d{4}-\d{3}|\d{5}-?\d{3}|\d{4} ?[a-z]{2}|\d{3} \d{2}|\d{4,6})"
    r"[,\s]+(?P<city>[^\W\d][^\d\n,(/]*)(?:[(/] ?[a-z]{2}\)?)?$"
)
_CITY_THEN_POSTAL = re.compile(
    r"[,\n]\s*(?P<city>[^\W\d][^\d\n,]*?),?\s+(?:[a-z]{2}\s+)?(?P<postal>\d{5}(?:-\d{4})?)$"
)
_CITY_THEN_BRITISH = re.compile(
    r"[,\n]\s*(?P<city>[^\W\d][^\d\n,]*)[,\s]+(?P<postal>[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2})$"
)
_RANGE = re.compile(r"(\d{2,})-(\d+)")


@dataclass(frozen=True, slots=True)
class StreetLines:
    """What the street lines say; `postal_code` and `locality` only when they stand there.

    `point` is what else the lines say: a building, a ward, a dock, a floor.
    """

    street: str
    house_number: str
    postal_code: str = ""
    locality: str = ""
    point: str = ""


@lru_cache(CACHE_SIZE)
def parse(lines: str, known: tuple[str, ...], complete: bool) -> StreetLines:
    """Return the parts of street lines, which are separated by line breaks.

    `known` are the parts of the address that the order states apart (folded), which lines only
    repeat; `complete` says that postal code and locality are among them.

    >>> parse("ACME Warehouse\\n500 Main Street, Suite 200", (), False)
    StreetLines(street='main st', house_number='500', postal_code='', locality='', \
point='acme warehouse unit 200')
    >>> parse("Luisenstraße 48, 44087 Münster", (), False)
    StreetLines(street='luisenstr', house_number='48', postal_code='44087', locality='muenster', \
point='')
    """
    stated_apart = {word for part in known for word in words(part)}
    folded = (fold(line) for line in lines.split("\n"))
    text = "\n".join(line for line in folded if not stated_apart.issuperset(words(line)))
    postal = city = ""
    if not complete:
        text, postal, city = _without_postal_line(text)
    text, units = _without_units(text)
    if box := _POST_BOX.search(text):
        return StreetLines("po box", box[1], postal, city)
    text, number, others = _without_house_number(text)
    kept = [word for word in words(text) if word not in _NOISE]
    while len(kept) > 1 and kept[-1] in stated_apart:
        kept.pop()
    street, point = " ".join(map(_short, kept)), " ".join([*words(others), *units])
    return StreetLines(street, number, postal, city, point)


def _without_postal_line(text: str) -> tuple[str, str, str]:
    """A postal line counts only when something numbered is left, or it may be the street."""
    for pattern in (_POSTAL_THEN_CITY, _CITY_THEN_POSTAL, _CITY_THEN_BRITISH):
        found = pattern.search(text)
        if found and any(map(str.isdigit, text[: found.start()])):
            return text[: found.start()], found["postal"], found["city"].strip()
    return text, "", ""


def _without_units(text: str) -> tuple[str, list[str]]:
    units = [f"unit {found}" for found in _FLOOR_FIRST.findall(text)]
    text = _FLOOR_FIRST.sub(" ", text)
    units += [f"unit {found}" for found in _UNIT.findall(text)]
    return _UNIT.sub(" ", text), units


def _without_house_number(text: str) -> tuple[str, str, str]:
    """The line that has a number, without it, the number, and the other lines; all lines, and no
    others, when none has. Of several the first one that names a street counts."""
    lines = text.split("\n")
    numbered = [
        (place, found) for place, line in enumerate(lines) if (found := _NUMBER.search(line))
    ]
    if not numbered:
        return text, "", ""
    place, found = next((each for each in numbered if _names_a_street(each[1].string)), numbered[0])
    line, others = lines[place], " ".join((*lines[:place], *lines[place + 1 :]))
    number = _first_of_range("".join(found[1].split())).lstrip("0") or "0"
    return f"{line[: found.start()]} {line[found.end() :]}", number, others


def _names_a_street(line: str) -> bool:
    return any(
        STREET_WORDS.get(word) in _KINDS_OF_STREET or bool(_COMPOUND_STREET.search(word))
        for word in words(line)
    )


def _first_of_range(number: str) -> str:
    """ "1333-45" and "12-14" begin at their first number; "9-8" is a block and a house."""
    found = _RANGE.fullmatch(number)
    if not found:
        return number
    first, last = found[1], found[2]
    return first if int(first[: -len(last)] + last) > int(first) else number


def _short(word: str) -> str:
    short = STREET_WORDS.get(word)
    return short or _COMPOUND_SQUARE.sub("pl", _COMPOUND_STREET.sub("str", word))
