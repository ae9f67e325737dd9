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
        "gt": "gate gt gata",
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
    | {"gt"}
)
_STREET_BEFORE_NAME = vocabulary("rue via viale corso calle carrer rua ulica ul chemin quai camino")
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
_ROOM = re.compile(
    r"(?:^|(?<=[,\n]))[ \t]*(?:studio|office|oficina|bureau)[ \t]+(?:no\.?[ \t]*)?"
    r"(\d+[a-z]?)(?=[ \t]*(?:,|\n|$))"
)
"""Rooms that bear a name of their own otherwise: "Main Office" is none, nor is "Studio 54 West"."""
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
_CITY_COMMA_POSTAL = re.compile(
    r"[,\n]\s*(?P<city>[^\W\d][^\d\n,]*?)(?:,\s*(?:[a-z]{1,2}-)?|\s+[a-z]-)"
    r"(?P<postal>\d{3} \d{2}|\d{4,6})$"
)
_CITY_THEN_BRITISH = re.compile(
    r"[,\n]\s*(?P<city>[^\W\d][^\d\n,]*)[,\s]+(?P<postal>[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2})$"
)
_COUNTRY_BEFORE_CODE = re.compile(r"\b[a-z]{1,2}-(?=\d)")
_STREET_CALLED_GATE = re.compile(r"(?:^|(?<=[,\n]))([^\d,\n]*[^\W\d_]\s+)(?:gate|gt)\b\.?(?=\s*\d)")
_HAS_GATES = vocabulary(
    "main works dock airport terminal warehouse factory plant yard site security port north south"
    " east west front rear side goods delivery loading entry visitor visitors truck trucks lorry"
    " customer customers stadium staff"
)
_ROOMS = vocabulary("suite dock plot unit room gate floor apartment apt")
_HALLS = vocabulary("hall halle tor")
"""Words that are no town alone, though "Hall in Tirol" and "Bad Hall" are."""
_SHORT_RUA = re.compile(r"(?:^|(?<=[,\n]))\s*r(?:\.\s*|\s+)(?=(?:do|da|dos|das)\b)")
_SHORT_RUE = re.compile(r"(?:^|(?<=[,\n])|(?<=\d\s)|(?<=\d,\s))\s*r\.\s*(?=[^\W\d])")
_PLOT = re.compile(
    r"(?:parzelle|parcela|plot|lote?|lotto|nave|halle?|hall|werk|tor|building|edificio|bloque|block"
    r"|bloc|batiment|hangar|galpao|capannone)\.?"
)
_RANGE = re.compile(r"(\d{2,})-(\d+)")
_LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")


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
    >>> parse("Luisenstraße 48, Tor B-07, 44087 Münster", (), False)
    StreetLines(street='luisenstr', house_number='48', postal_code='44087', locality='muenster', \
point='tor b 7')
    """
    stated_apart = {word for part in known for word in words(part)}
    folded = (_without_repeats(fold(line), stated_apart) for line in lines.split("\n"))
    text = "\n".join(line for line in folded if not stated_apart.issuperset(words(line)))
    postal = city = ""
    if not complete:
        text, postal, city = _without_postal_line(text)
    text, units = _without_units(_with_street_words(text))
    if box := _POST_BOX.search(text):
        return StreetLines("po box", box[1], postal, city)
    text, number, others = _without_house_number(text)
    kept = [word for word in words(text) if word not in _NOISE]
    while len(kept) > 1 and kept[-1] in stated_apart:
        kept.pop()
    others = [
        part
        for part in others
        if not stated_apart.issuperset(words(_COUNTRY_BEFORE_CODE.sub("", part)))
    ]
    return StreetLines(" ".join(map(_short, kept)), number, postal, city, _point(*others, *units))


def _without_repeats(line: str, stated_apart: set[str]) -> str:
    """A line without what it only repeats at its end, behind commas.

    >>> _without_repeats("kai 7, stavern, n-4110", {"stavern", "4110"})
    'kai 7'
    """
    while stated_apart and "," in line:
        before, _, last = line.rpartition(",")
        if not stated_apart.issuperset(words(_COUNTRY_BEFORE_CODE.sub("", last))):
            break
        line = before
    return line


def _point(*parts: str) -> str:
    """Its words, with letters and digits apart and without zeros before a number.

    >>> _point("Dock B12,", "store 07")
    'dock b 12 store 7'
    """
    found = _LETTERS_OR_DIGITS.findall(" ".join(parts).lower())
    return " ".join(word.lstrip("0") or "0" for word in found)


def _with_street_words(text: str) -> str:
    """A Norwegian street that is called gate is no gate of a works, and "R." is a rua or a rue.

    >>> _with_street_words("erling skakkes gate 78"), _with_street_words("harbour road 5 gate 4")
    ('erling skakkes gt 78', 'harbour road 5 gate 4')
    >>> _with_street_words("r. do paco 67"), _with_street_words("12 r. haute")
    ('rua do paco 67', '12 rue haute')
    >>> _with_street_words("r. smith\\n12 oak street")
    'r. smith\\n12 oak street'
    """
    if "gate" in text or "gt" in text:
        found = _STREET_CALLED_GATE.search(text)
        if found and found[1].split()[-1] in _HAS_GATES:
            found = None
        if found and not _NUMBER.search(f"{text[: found.start()]}\n{_after_number(text, found)}"):
            text = f"{text[: found.start()]}{found[1]}gt{text[found.end() :]}"
    if "r." in text or "r d" in text:
        text = "\n".join(map(_with_rua, text.split("\n")))
    return text


def _with_rua(line: str) -> str:
    """A line with "R." written out, where it has a house number and no other street: "R. Smith" is
    a person.

    >>> _with_rua("r. da luz, 6"), _with_rua("r. smith, 12 oak street"), _with_rua("r. smith")
    ('rua da luz, 6', 'r. smith, 12 oak street', 'r. smith')
    """
    if _names_a_street(line) or not _NUMBER.search(_without_units(line)[0]):
        return line
    return _SHORT_RUE.sub("rue ", _SHORT_RUA.sub("rua ", line))


def _after_number(text: str, found: re.Match[str]) -> str:
    """What stands behind the part of a text in which something was found."""
    return text[found.end() :].partition("\n")[2] or text[found.end() :].partition(",")[2]


def _without_postal_line(text: str) -> tuple[str, str, str]:
    """A postal line counts only when something numbered is left, or it may be the street; a
    British code is nothing else."""
    for pattern in (_POSTAL_THEN_CITY, _CITY_THEN_POSTAL, _CITY_COMMA_POSTAL, _CITY_THEN_BRITISH):
        found = pattern.search(text)
        if not found or (pattern is _CITY_COMMA_POSTAL and _is_no_town(found["city"])):
            continue
        before = text[: found.start()]
        if pattern is _CITY_THEN_BRITISH or any(map(str.isdigit, before)):
            return before, found["postal"], found["city"].strip()
    return text, "", ""


def _is_no_town(text: str) -> bool:
    """Whether a street or a room stands where a town may.

    >>> [_is_no_town(text) for text in ("suite", "hall b", "hall in tirol", "oak lane", "bad hall")]
    [True, True, False, True, False]
    """
    said = words(text)
    return (
        _names_a_street(text)
        or not _ROOMS.isdisjoint(said)
        or all(word in _HALLS or len(word) == 1 for word in said)
    )


def _without_units(text: str) -> tuple[str, list[str]]:
    units = [f"unit {found}" for found in _FLOOR_FIRST.findall(text)]
    text = _FLOOR_FIRST.sub(" ", text)
    for pattern in (_ROOM, _UNIT):
        units += [f"unit {found}" for found in pattern.findall(text)]
        text = pattern.sub(" ", text)
    return text, units


def _without_house_number(text: str) -> tuple[str, str, list[str]]:
    """The street without its number, the number, and what else is written; everything, and
    nothing else, when no number is. Of several lines or parts the first that names a street counts.
    """
    line, found, others = _numbered(text.split("\n"))
    if found is None:
        return text, "", []
    parts = line.split(",")
    part, found, around = _numbered(parts)
    if found is None:
        return line, "", others
    street = f"{part[: found.start()]} {part[found.end() :]}"
    place = parts.index(part)
    if around and (of_street := _street_elsewhere(street, part, place, around)) is not None:
        others.append(street)
        street = around.pop(of_street)
    number = _first_of_range("".join(found[1].split())).lstrip("0") or "0"
    return street, number, [*others, *around]


def _street_elsewhere(bare: str, part: str, place: int, around: list[str]) -> int | None:
    """Where the street stands when the part with the number has none: "Via Roma, 12", "12, rue
    Haute", "Via Roma, 12 Interno 3", "Zona Industrial, Lote 5". `bare` is that part without its
    number, `place` where it stood among the others, which are `around`."""
    before = max(place - 1, 0)
    if not bare.strip() or _PLOT.fullmatch(bare.strip()):
        return before
    if _names_a_street(part):
        return None
    return next((at for at, each in enumerate(around) if _surely_names_a_street(each)), None)


def _numbered(parts: list[str]) -> tuple[str, re.Match[str] | None, list[str]]:
    """The part that has the house number, the number in it, and all other parts."""
    numbered = [(part, found) for part in parts if (found := _NUMBER.search(part))]
    if not numbered:
        return "", None, parts
    part, found = next((each for each in numbered if _names_a_street(each[0])), numbered[0])
    place = parts.index(part)
    return part, found, [*parts[:place], *parts[place + 1 :]]


def _names_a_street(line: str) -> bool:
    return any(
        word in _STREET_BEFORE_NAME
        or STREET_WORDS.get(word) in _KINDS_OF_STREET
        or bool(_COMPOUND_STREET.search(word))
        for word in words(line)
    )


def _surely_names_a_street(part: str) -> bool:
    """As `_names_a_street`, but sure: no short word that may as well be a title or a saint."""
    said = words(part)
    return any(word in _STREET_BEFORE_NAME or bool(_COMPOUND_STREET.search(word)) for word in said)


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
