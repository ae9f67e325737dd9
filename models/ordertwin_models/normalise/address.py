"""Postal addresses of many countries, cut into the few parts that tell two places apart.

Street lines are read by `street`, those in Chinese characters by `chinese_address`; here they meet
country, postal code, town and recipient.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ordertwin_models.normalise import chinese_address, street
from ordertwin_models.normalise.party import normalise_party_name, normalise_person
from ordertwin_models.normalise.street import STREET_WORDS
from ordertwin_models.normalise.text import CACHE_SIZE, HAN_CHARACTER, code, fold, words
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

_COUNTRY_PREFIX = re.compile(r"^[a-z]{1,3}-(?=\d)")
_US_PLUS_FOUR = re.compile(r"^(\d{5})-?\d{4}$")


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
    if HAN_CHARACTER.search(folded := fold(text)):
        return chinese_address.place_name(folded)
    return " ".join(STREET_WORDS.get(word, word) for word in words(folded))


@lru_cache(CACHE_SIZE)
def normalise_address(address: PostalAddress) -> NormalisedAddress:
    """Return the parts of an address that tell two places apart.

    >>> normalise_address(PostalAddress(address_lines=("Obere Straße 57", "D-12209 Berlin")))
    NormalisedAddress(region='', postal_code='12209', locality='berlin', street='obere st', \
house_number='57', point='', organization='', recipient='')
    """
    lines, region = _without_country(address)
    if HAN_CHARACTER.search(lines):
        return _chinese(address, region, lines)
    known = (address.postal_code, address.locality, address.administrative_area)
    found = street.parse(lines, known, bool(address.postal_code and address.locality))
    locality = address.locality or found.locality or address.administrative_area
    return NormalisedAddress(
        region=region,
        postal_code=normalise_postal_code(address.postal_code or found.postal_code, region),
        locality=normalise_locality(locality),
        street=found.street,
        house_number=found.house_number,
        point=found.point,
        organization=normalise_party_name(address.organization).core,
        recipient=_recipient(address),
    )


def _without_country(address: PostalAddress) -> tuple[str, str]:
    """The lines without a country at their end, and the country."""
    lines = [line for line in address.address_lines if line]
    region = normalise_region(address.region_code)
    if len(lines) > 1 and (country := _REGIONS.get("".join(words(lines[-1])))):
        return "\n".join(lines[:-1]), region or country
    return "\n".join(lines), region


def _chinese(address: PostalAddress, region: str, lines: str) -> NormalisedAddress:
    known = (address.administrative_area, address.locality, address.sublocality)
    place = chinese_address.parse(lines, tuple(map(fold, known)))
    return NormalisedAddress(
        region=region,
        postal_code=normalise_postal_code(address.postal_code or place.postal_code, region),
        locality=place.city,
        street=place.street,
        house_number=place.house_number,
        point=place.point,
        organization=normalise_party_name(address.organization).core,
        recipient=_recipient(address),
    )


def _recipient(address: PostalAddress) -> str:
    return " ".join(filter(None, map(_name, address.recipients)))


def _name(recipient: str) -> str:
    """A company without its legal form, as everywhere; a person without titles."""
    company = normalise_party_name(recipient)
    return company.core if company.legal_form else normalise_person(recipient)
