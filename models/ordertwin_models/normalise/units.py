"""Units of measure: which base unit a unit counts in, and how many of it.

Knows the spellings of ERPs, UN/ECE Recommendation 20 and 21 codes included. Packages count as
their pieces where the unit says how many ("box of 12", "12-pack", "dz").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ordertwin_models.normalise.text import CACHE_SIZE, fold, vocabulary

PACKAGE_WORDS = vocabulary(
    """box boxes bx xbx carton cartons ctn ctns cs ct xct case cases pack packs package packages pk
    pkg pkt packet packets pac xpk bag bags bundle bundles bdl tray trays set sets kit kits crate
    crates pallet pallets plt xpx sleeve sleeves roll rolls display bottle bottles jar jars tin tins
    can cans karton kartons kart kiste kisten packung packungen paket pakete ve gebinde beutel sack
    saecke rolle rollen dose dosen palette paletten eimer kanister gitterbox ries flasche flaschen
    boite boites paquet paquets lot caisse caisses bouteille sac sacs palettes seau caja cajas bolsa
    bolsas saco sacos botella rollo palet scatola scatole confezione sacco bancale doos zak
    zakken krat kratten ktn ktns krt kar pak pck geb gebd ro rol caixa caixas cx cj fardo fardos
    lata latas bote botes blister blisters colis plaquette plaquettes
    ream reams rm drum drums barrel bucket pail tub spool reel coil skid strip
    箱 盒 包 袋 捆 卷 托 扎 瓶 罐 桶 板 套 组 托盘 打包 ケース 缶"""
)
"""Words for a package of unstated content."""

_PIECES = """pcs pc pce piece pieces ea each unit units un c62 h87 item items no nos count cnt
    st stk stck stueck
    pz pza pzas pezzo pezzi pieza piezas ud uds unidad unidades u unite unites p szt ks
    pr pair pairs npr paa paar paire paires par pares
    个 件 只 支 片 张 根 条 把 台 枚 粒 块 颗 本 册 双 对 副"""
_SPELLINGS: tuple[tuple[str, float, str], ...] = (
    ("pcs", 1.0, _PIECES),
    ("pcs", 12.0, "dz doz dozen dozens dzn dutzend douzaine docena 打"),
    ("pcs", 20.0, "score"),
    ("pcs", 100.0, "c cen hundred 百"),
    ("pcs", 144.0, "gro gross grs"),
    ("pcs", 1000.0, "mil thousand tsd tausend kpc mpc 千"),
    ("g", 0.001, "mg mgm"),
    ("g", 1.0, "g gr gm grm gram grams gramm grammes 克"),
    ("g", 1000.0, "kg kgs kgm kilo kilos kilogram kilograms kilogramm 公斤 千克"),
    ("g", 1_000_000.0, "t to tne tonne tonnes ton tons 吨"),
    ("g", 28.349523125, "oz onz ounce ounces"),
    ("g", 453.59237, "lb lbs lbr pound pounds"),
    ("g", 500.0, "斤"),
    ("ml", 1.0, "ml mlt millilitre milliliter millilitres milliliters 毫升"),
    ("ml", 10.0, "cl clt"),
    ("ml", 100.0, "dl dlt"),
    ("ml", 1000.0, "l lt ltr ltrs litre liter litres liters 升"),
    ("ml", 100_000.0, "hl hlt"),
    ("ml", 3785.411784, "gal gll gallon gallons"),
    ("ml", 29.5735295625, "floz oza"),
    ("mm", 1.0, "mm mmt millimetre millimeter 毫米"),
    ("mm", 10.0, "cm cmt centimetre centimeter 厘米"),
    ("mm", 1000.0, "m mtr mtrs metre meter metres meters lfm 米"),
    ("mm", 25.4, "in inh inch inches"),
    ("mm", 304.8, "ft fot foot feet"),
    ("mm", 914.4, "yd yrd yard yards"),
)
_COUNT_DIGITS = 5
_UNITS = {name: (base, factor) for base, factor, names in _SPELLINGS for name in names.split()}
UNIT_WORDS = frozenset(_UNITS)
"""Every spelling of a unit that is one word."""

_PART = re.compile(r"\d+|[^\W\d_]+")
_COUNT_ALONE = re.compile(r"(?:x ?|c/ ?)(?P<behind>\d{1,5})|(?P<before>\d{1,5})(?:['’]?s|er)")
"""Not "per 100" and "/100", which often say what the price is for, not what one is."""
_COUNT_OF_UNIT = re.compile(rf"(?P<count>\d{{1,{_COUNT_DIGITS}}}) ?(?P<unit>[^\W\d_]+)")
_HAN_COUNTS = {"一": 1.0, "百": 100.0, "千": 1000.0, "万": 10_000.0}


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit counts: `factor` of `base`; `package` when how many it holds is not said."""

    base: str
    factor: float
    package: bool = False


UNKNOWN = Unit("", 1.0)
PACKAGE = "package"
"""The unit of a line that counts packages of unknown content."""


@lru_cache(CACHE_SIZE)
def parse_unit(text: str) -> Unit:
    """Return what one of `text` is in base units: pcs, g, ml or mm; "" when that is not known.

    >>> parse_unit("Stück"), parse_unit("KGM"), parse_unit("box of 12")
    (Unit(base='pcs', factor=1.0, package=False), Unit(base='g', factor=1000.0, package=False), \
Unit(base='pcs', factor=12.0, package=False))
    >>> parse_unit("Karton"), parse_unit("hour")
    (Unit(base='', factor=1.0, package=True), Unit(base='', factor=1.0, package=False))
    """
    name = fold(text).strip(" .")
    if not name:
        return UNKNOWN
    if known := _UNITS.get(name) or _UNITS.get(name.replace(" ", "").replace(".", "")):
        return Unit(*known)
    if name in PACKAGE_WORDS:
        return Unit("", 1.0, package=True)
    if several := _several(name):
        return several
    return _package_of_several(_PART.findall(name)) or Unit(*_first_known(name))


def _several(name: str) -> Unit | None:
    """A count, no word for a package: "x12", "24's", "100 st", "千只"; "一箱" is a box."""
    if found := _COUNT_ALONE.fullmatch(name):
        count, unit = float(found["behind"] or found["before"]), "pcs"
    elif found := _COUNT_OF_UNIT.fullmatch(name):
        count, unit = float(found["count"]), found["unit"]
    elif times := _HAN_COUNTS.get(name[0]):
        count, unit = times, name[1:].strip()
        if times == 1.0 and unit in PACKAGE_WORDS:
            return Unit("", 1.0, package=True)
    else:
        return None
    if not count or unit not in _UNITS:
        return None
    base, factor = _UNITS[unit]
    return Unit(base, count * factor)


def _package_of_several(parts: list[str]) -> Unit | None:
    """ "box of 12", "12 pcs/box", "500g bag", "1x12": one number, and a package around it."""
    if parts[:2] == ["1", "x"]:
        parts = ["box", *parts[2:]]
    numbers = [part for part in parts if part.isdecimal()]
    if len(numbers) != 1 or len(numbers[0]) > _COUNT_DIGITS or not int(numbers[0]):
        return None
    if PACKAGE_WORDS.isdisjoint(parts):
        return None
    content = (part for part in parts[parts.index(numbers[0]) + 1 :] if part in _UNITS)
    base, factor = _UNITS.get(next(content, ""), ("pcs", 1.0))
    return Unit(base, int(numbers[0]) * factor)


def _first_known(name: str) -> tuple[str, float]:
    return _UNITS.get(name.split(" ", 1)[0], (UNKNOWN.base, UNKNOWN.factor))
