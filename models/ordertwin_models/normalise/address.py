"""Postal addresses of many countries, cut into the few parts that tell two places apart.

Street words are reduced to one short form, the house number and unit are found wherever they are
written, and a postal line that slipped into the street lines is taken out of them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ordertwin_models.normalise import chinese_address
from ordertwin_models.normalise.party import normalise_party_name, normalise_person
from ordertwin_models.normalise.text import CACHE_SIZE, HAN, code, fold, words
from ordertwin_models.normalise.values import NormalisedAddress
from ordertwin_models.order import PostalAddress

_COUNTRIES = {
    "at": "austria oesterreich aut",
    "au": "australia aus",
    "be": "belgium belgique belgie bel",
    "br": "brazil brasil bra",
    "ca": "canada can",
    "ch": "switzerland schweiz suisse svizzera che",
    "cn": "china chn prc 中国 中华人民共和国",
    "de": "germany deutschland allemagne alemania deu d 德国",
    "dk": "denmark danmark dnk",
    "es": "spain espana espagne esp 西班牙",
    "fi": "finland suomi fin",
    "fr": "france frankreich francia fra 法国",
    "gb": "uk unitedkingdom greatbritain england scotland wales gbr 英国",
    "hk": "hongkong hkg 香港 中国香港",
    "ie": "ireland eire irl",
    "it": "italy italia italien italie ita 意大利",
    "jp": "japan jpn 日本",
    "kr": "southkorea korea kor 韩国",
    "mx": "mexico mex",
    "nl": "netherlands nederland niederlande holland nld",
    "no": "norway norge nor",
    "pl": "poland polska polen pol",
    "pt": "portugal prt",
    "se": "sweden sverige swe",
    "sg": "singapore sgp 新加坡",
    "tw": "taiwan twn 台湾 中国台湾",
    "us": "usa unitedstates unitedstatesofamerica america 美国",
}
_REGIONS = {name: region for region, names in _COUNTRIES.items() for name in names.split()}

_STREET_WORDS = {
    word: short
    for short, spellings in {
        "st": "street strasse str st saint sankt ste",
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
_COMPOUND_STREET = re.compile(r"(?<=[^\W\d_]{3})(?:strasse|str)$")
_COMPOUND_SQUARE = re.compile(r"(?<=[^\W\d_]{3})(?:platz|pl)$")
_NOISE = frozenset("de del du des la le les l d el los las do da dos das der dem den am an im the of".split())

_POST_BOX = re.compile(r"\b(?:p\.?\s?o\.?\s?box|post\s?box|postfach|apartado|boite postale|bp)\b\W*(\d+)")
_UNIT = re.compile(
    r"(?:\b(?:apartment|apt|suite|ste|unit|flat|room|rm|floor|fl|stock|etage|whg|wohnung|top|piso|appt|shop"
    r"|bldg|building|level|lot|dock|gate)\b\.?|#)\s*(?:no\.?\s*)?#?\s*([a-z]?-?\d+[a-z]?|[a-z])\b"
)
_FLOOR_FIRST = re.compile(r"\b(\d+)(?:st|nd|rd|th|\.)\s*(?:floor|fl|og|etage|stock)\b")
_NUMBER = re.compile(
    r"(?<![\w.])(?:nr|no|n)?[.o ]{0,2}(\d{1,6}(?:\s?(?:bis|ter|quater))?(?:(?:\s?[a-h])(?=\s*(?:,|$))|[a-h])?"
    r"(?:\s?[-/+]\s?\d{1,5}[a-h]?|\s?[-/]\s?[a-h])*)(?![\w])"
)
_POSTAL_THEN_CITY = re.compile(r"[,\n]\s*(?:[a-z]{1,3}-)?(?P<postal>\d{4,6}|\d{3} \d{2})\s+(?P<city>[^\W\d][^\d\n,]*)$")
_CITY_THEN_POSTAL = re.compile(
    r"[,\n]\s*(?P<city>[^\W\d][^\d\n,]*?),?\s+(?:(?P<state>[a-z]{2})\s+)?(?P<postal>\d{5}(?:-\d{4})?)$"
)
_COUNTRY_PREFIX = re.compile(r"^[a-z]{1,3}-(?=\d)")
_US_PLUS_FOUR = re.compile(r"^(\d{5})-?\d{4}$")
_HAN = re.compile(f"[{HAN}]")


@lru_cache(CACHE_SIZE)
def normalise_region(text: str) -> str:
    """Return the lower-case ISO 3166 code of a country; an unknown name comes back folded.

    >>> normalise_region("DE"), normalise_region("United Kingdom"), normalise_region("中国")
    ('de', 'gb', 'cn')
    """
    name = "".join(words(text))
    return _REGIONS.get(name, name)


@lru_cache(CACHE_SIZE)
def normalise_postal_code(text: str, region: str) -> str:
    """Return a postal code without country letters, blanks, "+4" and zeros lost by spreadsheets.

    >>> normalise_postal_code("D-01067", "de"), normalise_postal_code("60302-1234", "us")
    ('1067', '60302')
    >>> normalise_postal_code("wa1 1dp", "gb")
    'wa11dp'
    """
    postal = _COUNTRY_PREFIX.sub("", fold(text))
    if region in ("us", "") and (found := _US_PLUS_FOUR.match(postal)):
        postal = found[1]
    return code(postal)


@lru_cache(CACHE_SIZE)
def normalise_locality(text: str) -> str:
    """Return the name of a town, without 市 and with "St." spelled as everywhere.

    >>> normalise_locality("杭州市"), normalise_locality("Saint-Denis")
    ('杭州', 'st denis')
    """
    if _HAN.search(folded := fold(text)):
        return chinese_address.place_name(folded)
    return " ".join(_STREET_WORDS.get(word, word) for word in words(folded))


def normalise_address(address: PostalAddress) -> NormalisedAddress:
    """Return the parts of an address that tell two places apart.

    >>> normalise_address(PostalAddress(address_lines=("Obere Straße 57", "D-12209 Berlin")))
    NormalisedAddress(region='', postal_code='12209', locality='berlin', street='obere st', \
house_number='57', recipient='')
    """
    region = normalise_region(address.region_code)
    lines = "\n".join(line for line in address.address_lines if line)
    if _HAN.search(lines):
        return _chinese(address, region, lines)
    street, number, postal, city = _street(
        lines, address.postal_code, address.locality, address.administrative_area
    )
    locality = normalise_locality(address.locality or city or address.administrative_area)
    return NormalisedAddress(
        region=region,
        postal_code=normalise_postal_code(address.postal_code or postal, region),
        locality=locality,
        street=street,
        house_number=number,
        recipient=_recipient(address),
    )


def _chinese(address: PostalAddress, region: str, lines: str) -> NormalisedAddress:
    known = (address.administrative_area, address.locality, address.sublocality)
    place = chinese_address.parse(lines, tuple(map(fold, known)))
    return NormalisedAddress(
        region=region,
        postal_code=normalise_postal_code(address.postal_code, region),
        locality=place.city,
        street=place.street,
        house_number=place.house_number,
        recipient=_recipient(address),
    )


def _recipient(address: PostalAddress) -> str:
    if address.organization:
        return normalise_party_name(address.organization).core
    return " ".join(filter(None, map(normalise_person, address.recipients)))


@lru_cache(CACHE_SIZE)
def _street(lines: str, postal_code: str, locality: str, area: str) -> tuple[str, str, str, str]:
    """Street words, house number, and postal code and town where they stand among the lines."""
    text = "\n".join(fold(line) for line in lines.split("\n"))
    postal = city = ""
    if not (postal_code and locality):
        text, postal, city = _without_postal_line(text)
    text, units = _without_units(text)
    if box := _POST_BOX.search(text):
        return "po box", box[1], postal, city
    text, number = _without_house_number(text)
    kept = [word for word in words(text) if word not in _NOISE]
    stated_apart = {*words(postal_code), *words(locality), *words(area)}
    while len(kept) > 1 and kept[-1] in stated_apart:
        kept.pop()
    return " ".join([*map(_short, kept), *units]), number, postal, city


def _without_house_number(text: str) -> tuple[str, str]:
    """The line that has a number, without it, and the number; all lines when none has."""
    for line in text.split("\n"):
        if found := _NUMBER.search(line):
            number = "".join(found[1].split())
            return f"{line[: found.start()]} {line[found.end() :]}", number
    return text, ""


def _without_postal_line(text: str) -> tuple[str, str, str]:
    found = _POSTAL_THEN_CITY.search(text) or _CITY_THEN_POSTAL.search(text)
    if not found:
        return text, "", ""
    return text[: found.start()], found["postal"], found["city"].strip()


def _without_units(text: str) -> tuple[str, list[str]]:
    units = [f"unit {found}" for found in _FLOOR_FIRST.findall(text)]
    text = _FLOOR_FIRST.sub(" ", text)
    units += [f"unit {found}" for found in _UNIT.findall(text)]
    return _UNIT.sub(" ", text), units


def _short(word: str) -> str:
    short = _STREET_WORDS.get(word)
    return short or _COMPOUND_SQUARE.sub("pl", _COMPOUND_STREET.sub("str", word))
