"""Units of measure: which base unit a unit counts in, and how many of it.

Knows the spellings of ERPs, UN/ECE Recommendation 20 and 21 codes included. Packages count as
their pieces where the unit says how many ("box of 12", "12-pack", "dz").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ordertwin_models.normalise.text import CACHE_SIZE, fold

PACKAGE_WORDS = frozenset(
    "box boxes bx xbx carton cartons ctn ctns cs ct xct case cases pack packs package packages pk pkg pkt"
    " packet packets pac xpk bag bags bundle bundles bdl tray trays set sets kit kits crate crates pallet"
    " pallets plt xpx sleeve sleeves roll rolls display bottle bottles jar jars tin tins can cans"
    " karton kartons kiste kisten packung packungen pack paket pakete ve gebinde beutel rolle dose flasche"
    " boite boites paquet paquets lot caisse bouteille"
    " caja cajas bolsa"
    " 箱 盒 包 袋 捆 卷 托 扎 瓶 罐 打包".split()
)
"""Words for a package of unstated content."""

_PIECES = (
    "pcs pc pce piece pieces ea each unit units un c62 h87 item items no nos count cnt st stk stck stueck"
    " pz pza pzas pezzo pezzi piece pieza piezas ud uds unidad unidades u unite unites p szt ks db"
    " 个 件 只 支 片 张 根 条 把 台 枚 粒 块 颗 本 册 双"
)
_FACTORS: dict[str, dict[str, float]] = {
    "pcs": {
        **dict.fromkeys(_PIECES.split(), 1.0),
        **dict.fromkeys("pr pair pairs npr paar paire paires par pares".split(), 1.0),
        **dict.fromkeys("dz doz dozen dozens dzn dutzend douzaine docena 打".split(), 12.0),
        **dict.fromkeys("gro gross grs".split(), 144.0),
        **dict.fromkeys("score".split(), 20.0),
        **dict.fromkeys("c cen hundred hunderter 百".split(), 100.0),
        **dict.fromkeys("mil thousand tsd tausend 千".split(), 1000.0),
    },
    "g": {
        **dict.fromkeys("mg mgm".split(), 0.001),
        **dict.fromkeys("g gr gm grm gram grams gramm grammes 克".split(), 1.0),
        **dict.fromkeys("kg kgs kgm kilo kilos kilogram kilograms kilogramm 公斤 千克".split(), 1000.0),
        **dict.fromkeys("t to tne tonne tonnes ton tons 吨".split(), 1_000_000.0),
        **dict.fromkeys("oz onz ounce ounces".split(), 28.349523125),
        **dict.fromkeys("lb lbs lbr pound pounds".split(), 453.59237),
        **dict.fromkeys("斤".split(), 500.0),
    },
    "ml": {
        **dict.fromkeys("ml mlt millilitre milliliter millilitres milliliters 毫升".split(), 1.0),
        **dict.fromkeys("cl clt".split(), 10.0),
        **dict.fromkeys("dl dlt".split(), 100.0),
        **dict.fromkeys("l lt ltr ltrs litre liter litres liters 升".split(), 1000.0),
        **dict.fromkeys("hl hlt".split(), 100_000.0),
        **dict.fromkeys("gal gll gallon gallons".split(), 3785.411784),
        **dict.fromkeys("floz oza".split(), 29.5735295625),
    },
    "mm": {
        **dict.fromkeys("mm mmt millimetre millimeter 毫米".split(), 1.0),
        **dict.fromkeys("cm cmt centimetre centimeter 厘米".split(), 10.0),
        **dict.fromkeys("m mtr mtrs metre meter metres meters lfm 米".split(), 1000.0),
        **dict.fromkeys("in inh inch inches".split(), 25.4),
        **dict.fromkeys("ft fot foot feet".split(), 304.8),
        **dict.fromkeys("yd yrd yard yards".split(), 914.4),
    },
}
_UNITS = {name: (base, factor) for base, names in _FACTORS.items() for name, factor in names.items()}

_PACKAGE = "|".join(sorted((re.escape(word) for word in PACKAGE_WORDS), key=len, reverse=True))
_SEVERAL = re.compile(
    rf"(?:(?:{_PACKAGE})[\s./\-]*(?:of|a|zu|mit|de|x|/|\()?[\s./\-]*(?P<after>\d{{1,5}})"
    rf"|(?:1\s*x\s*)?(?P<before>\d{{1,5}})[\s./\-]*(?P<inner>[^\W\d]*?)[\s./\-]*(?:per|pro|par|por|a|er)?[\s./\-]*(?:{_PACKAGE})"
    r"|(?:1\s*x\s*)(?P<times>\d{1,5}))\b"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit counts: `factor` of `base`; `package` when how many it holds is not said."""

    base: str
    factor: float
    package: bool = False


UNKNOWN = Unit("", 1.0)


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
    return _several(name)


def _several(name: str) -> Unit:
    found = _SEVERAL.search(name)
    if not found:
        return Unit(*_UNITS.get(name.split(" ", 1)[0], ("", 1.0)))
    count = int(found["after"] or found["before"] or found["times"])
    base, factor = _UNITS.get(found["inner"] or "pcs", ("pcs", 1.0))
    return Unit(base, count * factor) if count else UNKNOWN
