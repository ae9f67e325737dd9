"""Chinese addresses: city, road and number out of a line without blanks.

Works without a gazetteer: places end in 省, 市, 区, 县 ..., roads in 路, 街, 道 ..., numbers in 号.
What the order says about province, city and district in fields of their own is used where given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ordertwin_models.normalise.text import CACHE_SIZE, HAN, fold

_MUNICIPALITIES = "北京|上海|天津|重庆"
_PROVINCES = (
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州"
    "|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_COUNTRY = re.compile(r"^(?:中国|中华人民共和国)")
_PROVINCE = re.compile(
    rf"^(?:{_PROVINCES})(?:省|回族自治区|壮族自治区|维吾尔自治区|自治区|特别行政区)?(?=.)"
)
_MUNICIPALITY = re.compile(rf"^({_MUNICIPALITIES})市?(?:市辖区|县)?(?=.)")
_CITY = re.compile(r"^([^市区县省路街道号\d]{2,7}?)(?:市|自治州|地区|盟)")
_DISTRICT = re.compile(
    r"^[^市区县路街道号\d]{1,7}?(?:新区|自治县|自治旗|开发区|区|县|市(?!场)|旗)(?=.)"
)
_TOWNSHIP = re.compile(r"^[^路街道号\d]{1,6}?(?:街道(?:办事处)?|镇|乡|苏木)(?=.)")
_NUMBER = re.compile(r"(\d+(?:-\d+)?[a-z]?)号(?!楼|院|门|库|仓)")
_COUNTERS = re.compile(r"(?<=[\da-z])(?:号楼|单元|[号幢栋座楼层室阶])")
_WORDS_OF_POINT = re.compile(r"[a-z]+|\d+|[^\W\da-z_]+")
_PERSON_AND_PHONE = re.compile(rf"(?:[{HAN}]{{2,3}}收?)?\d{{7,}}$")
_SUFFIX = re.compile(
    r"(?<=..)(?:省|市辖区|市|特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区)$"
)
_POSTAL_FIRST = re.compile(r"^(\d{3,6})[\s,]*(?=[^\d\s])(?!号)")
_POSTAL_LAST = re.compile(r"[\s,](\d{6})$")
_BLANKS = re.compile(r"[\s,,。、;]+")


@dataclass(frozen=True, slots=True)
class ChinesePlace:
    """What `parse` finds; "" where the address does not say."""

    city: str
    street: str
    house_number: str
    postal_code: str = ""
    point: str = ""


def place_name(folded: str) -> str:
    """Return the name of a province or city without what kind of place it is.

    >>> place_name("浙江省"), place_name("杭州市"), place_name("市辖区")
    ('浙江', '杭州', '')
    """
    return "" if folded in ("市辖区", "县") else _SUFFIX.sub("", folded)


@lru_cache(CACHE_SIZE)
def parse(lines: str, known: tuple[str, str, str]) -> ChinesePlace:
    """Return city, street, house number and the point behind it of address lines.

    `known` is what the order states apart: province, city, district (folded, "" when missing).

    >>> parse("浙江省杭州市余杭区文一西路969号3幢501室", ("", "", ""))
    ChinesePlace(city='杭州', street='文一西路', house_number='969', postal_code='', point='3 501')
    >>> parse("文一西路969号科技园B座02层东仓库", ("", "", "")).point
    '科技园 b 2 东仓库'
    >>> parse("文一西路９６９号", ("浙江省", "杭州市", "余杭区")).city
    '杭州'
    """
    rest, postal = _without_postal_code(fold(lines))
    rest, city = _without_places(_BLANKS.sub("", rest), known)
    found = _NUMBER.search(rest)
    if not found:
        return ChinesePlace(city, rest, "", postal)
    behind = _PERSON_AND_PHONE.sub("", rest[found.end() :])
    written = _WORDS_OF_POINT.findall(_COUNTERS.sub(" ", behind))
    point = " ".join(word.lstrip("0") or "0" for word in written)
    return ChinesePlace(city, rest[: found.start()], found[1], postal, point)


def _without_postal_code(text: str) -> tuple[str, str]:
    found = _POSTAL_FIRST.search(text) or _POSTAL_LAST.search(text)
    if not found:
        return text, ""
    return f"{text[: found.start()]}{text[found.end() :]}", found[1]


def _without_places(rest: str, known: tuple[str, str, str]) -> tuple[str, str]:
    province, city, _ = map(place_name, known)
    rest = _COUNTRY.sub("", rest)
    rest, stated = _without_province(rest)
    city = city or stated or (province if province in _MUNICIPALITIES.split("|") else "")
    for stem in filter(None, (province, city)):
        for spelling in (f"{stem}省", f"{stem}市", stem):
            if rest.startswith(spelling) and len(rest) > len(spelling):
                rest = rest.removeprefix(spelling)
                break
    if found := _CITY.match(rest):
        rest, city = rest[found.end() :], city or found[1]
    if known[2] and rest.startswith(known[2]):
        rest = rest.removeprefix(known[2])
    else:
        rest = _DISTRICT.sub("", rest)
    return _TOWNSHIP.sub("", rest), city or province


def _without_province(rest: str) -> tuple[str, str]:
    if found := _MUNICIPALITY.match(rest):
        return rest[found.end() :], found[1]
    return _PROVINCE.sub("", rest), ""
