"""The goods of a market, and the base orders' items as another hand would write them."""

from __future__ import annotations

import random
from decimal import Decimal

from benchmarks.orders.second_author.market import Market
from benchmarks.orders.second_author.words import GOODS
from ordertwin_training.history.base import Catalogue, Item


def stock(market: Market, seed: int) -> Catalogue:
    """The assortment of a market; sizes and colours of one article are a family."""
    rng = random.Random(f"{seed}|shelf|{market.name}")
    goods = GOODS[market.goods]
    articles = [(noun, kind) for noun in goods.nouns for kind in goods.kinds]
    rng.shuffle(articles)
    code_of = rng.choice((_digits, _dashed, _dotted))
    items: list[Item] = []
    for number, (noun, kind) in enumerate(articles):
        name = f"{noun} {kind}" if goods.noun_first else f"{kind} {noun}"
        price = Decimal(round(rng.lognormvariate(1.8, 1.1), 2)).quantize(Decimal("0.01"))
        measures = rng.choice(goods.measures)
        sizes = rng.sample(measures, min(len(measures), rng.randint(1, 4)))
        colours = rng.sample(goods.colours, 2) if goods.colours and rng.random() < 0.5 else [""]
        for place, size in enumerate(sizes):
            for shade, colour in enumerate(colours):
                items.append(
                    Item(
                        code=code_of(number, place, shade, rng),
                        name=name,
                        specification=" ".join(filter(None, (size, colour))),
                        unit=goods.unit,
                        pack=rng.choice((1, 1, 1, 6, 10, 12, 24)),
                        price=max(price * (4 + place) / 4, Decimal("0.05")).quantize(
                            Decimal("0.01")
                        ),
                        family=f"{number}",
                    )
                )
        if len(items) >= market.items:
            break
    rng.shuffle(items)
    return Catalogue(tuple(items))


def _digits(number: int, place: int, shade: int, rng: random.Random) -> str:
    return f"{10_000 + number * 17}{place}{shade}"


def _dashed(number: int, place: int, shade: int, rng: random.Random) -> str:
    letters = "".join(rng.choices("ABCDEFGHKLMNPRSTUVW", k=2))
    return f"{letters}-{1000 + number}-{place + 1}{'XYZ'[shade]}"


def _dotted(number: int, place: int, shade: int, rng: random.Random) -> str:
    return f"{number // 40 + 1:02d}.{number % 40:03d}.{place}{shade}"
