"""Catalogues of generated businesses: items with names, codes, specifications and prices."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from ordertwin_training.history.base import Catalogue, Item
from ordertwin_training.history.businesses import Business
from ordertwin_training.history.seeds import spread
from ordertwin_training.history.vocabulary import COLOURS, goods

_GRADES = (
    ("DN50", "DN80", "DN100", "DN150", "DN200"),
    ("PN6", "PN10", "PN16", "PN25"),
    ("IP44", "IP54", "IP65", "IP67"),
    ("SN4", "SN8", "SN16"),
    ("class I", "class II", "class III"),
    ("B500A", "B500B", "B550B"),
    ("6204-2RS", "6205-2RS", "6206-2RS"),
    ("1.5kW 380V", "2.2kW 380V", "4kW 380V", "1.5kW 220V"),
)
_DOZENS = ("6", "10", "12", "20", "24", "50", "72", "100")


def _thread(rng: random.Random) -> list[str]:
    diameter = rng.choice((3, 4, 5, 6, 8, 10, 12, 16, 20))
    return [f"M{diameter}x{length}" for length in rng.sample((10, 16, 20, 25, 30, 40, 50, 80), 4)]


def _dimension(rng: random.Random) -> list[str]:
    width = rng.choice((10, 15, 20, 25, 40, 60))
    return [
        f"{width}x{depth}{rng.choice(('mm', 'cm'))}" for depth in rng.sample((20, 30, 50, 75), 3)
    ]


def _grade(rng: random.Random) -> list[str]:
    grades = rng.choice(_GRADES)
    return rng.sample(grades, min(3, len(grades)))


def _sizes(rng: random.Random) -> list[str]:
    return rng.choice((["S", "M", "L", "XL"], ["38", "39", "40", "41", "42"], ["small", "large"]))


def _dosage(rng: random.Random) -> list[str]:
    return [
        f"{dose}mg, {rng.choice((30, 60, 100))}'s" for dose in rng.sample((10, 50, 100, 300), 2)
    ]


_SPECIFICATIONS: Mapping[str, Callable[[random.Random], list[str]]] = {
    "none": lambda rng: [""],
    "thread": _thread,
    "dimension": _dimension,
    "grade": _grade,
    "size": _sizes,
    "dosage": _dosage,
    "volume": lambda rng: rng.sample(["250 ml", "330ml", "500 ml", "750ml", "1 l", "5 L"], 2),
    "weight": lambda rng: rng.sample(["250 g", "500g", "1 kg", "5kg", "25 kg"], 2),
    "pack": lambda rng: [f"pack of {n}" for n in rng.sample(_DOZENS, 2)],
}


def draw_catalogue(business: Business, size: int, language: str, rng: random.Random) -> Catalogue:
    """About `size` items, in families of variants, in the language of the world."""
    code = _code_style(rng)
    items: list[Item] = []
    taken: set[tuple[str, str]] = set()
    while len(items) < size:
        family = _draw_family(business, language, rng)
        while (named := (family[0].name, family[0].specification)) in taken:
            number = rng.randrange(100, 999)
            family = [replace(item, name=f"{item.name} {number}") for item in family]
        taken.add(named)
        for variant, item in enumerate(family):
            items.append(replace(item, code=code(len(items), variant), family=str(len(taken))))
    return Catalogue(tuple(items[:size]))


def _draw_family(business: Business, language: str, rng: random.Random) -> list[Item]:
    nouns, modifiers = goods(business.goods, language)
    words = [*rng.sample(modifiers, rng.choice((0, 1, 1, 1, 2))), rng.choice(nouns)]
    if language in ("fr", "es"):
        words.reverse()
    name = ("" if language in ("zh", "ja") and not nouns[0].isascii() else " ").join(words)
    colours = [""]
    if rng.random() < business.coloured:
        colours = rng.sample(COLOURS.get(language, COLOURS["en"]), 3)
    price = Decimal(f"{max(0.02, spread(rng, business.price, business.price_spread)):.2f}")
    specifications = _SPECIFICATIONS[rng.choice(business.specifications)](rng)
    unit = _unit(business, rng) if specifications == [""] else "pcs"
    pack = int(rng.choice((1, 1, 1, *_DOZENS[:5])))
    return [
        Item(
            code="",
            name=name,
            specification=" ".join(filter(None, (colour, text))),
            unit=unit,
            pack=pack,
            price=(price * (100 + 7 * step) / 100).quantize(Decimal("0.01")),
        )
        for colour in colours
        for step, text in enumerate(specifications)
    ]


def _unit(business: Business, rng: random.Random) -> str:
    if business.quantities == "weights":
        return rng.choice(("kg", "kg", "l", "pcs", "pcs"))
    return "m" if business.goods == "industrial" and rng.random() < 0.05 else "pcs"


def _code_style(rng: random.Random) -> Callable[[int, int], str]:
    start = rng.randrange(1000, 50_000)
    prefix = "".join(rng.choices("ABCDEFGHKLMNPRSTVWX", k=2))
    styles: tuple[Callable[[int, int], str], ...] = (
        lambda number, variant: f"{start + number}",
        lambda number, variant: (
            f"{start + number - variant}{'ABCDEFGHIJKLMNOPQRSTU'[variant % 21]}"
        ),
        lambda number, variant: f"{prefix}-{start + number - variant:05d}-{variant + 1:02d}",
        lambda number, variant: f"{start + number:08d}",
        lambda number, variant: f"{prefix}{(start + number) * 37 % 1_000_000:06d}",
        lambda number, variant: f"{(start + number) % 1000:03d}.{start + number:06d}",
    )
    return rng.choice(styles)
