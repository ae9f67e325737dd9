"""The kinds of business a generated base can be: how many goods, what baskets, whose habits.

Plain data; `generated` draws from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ordertwin_models.order import OrderKind

Quantities = Literal["single", "few", "packs", "rounds", "weights", "bulk"]
Specification = Literal[
    "none", "thread", "volume", "size", "dosage", "pack", "dimension", "weight", "grade"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """Numbers are typical values, around which each world is drawn.

    goods: which words the catalogue is made of.
    specifications: what distinguishes variants.
    items: size of the catalogue; `fame` is the Zipf exponent of its items.
    customers: per 1,000 orders; `dominance` is the Zipf exponent of their orders.
    basket, basket_spread, longest_basket: lines of an order, median, log spread, most.
    quantities: the law of quantities, see `generated`.
    price, price_spread: of an item, median in whole money and log spread.
    loyalty: share of lines that come from the customer's own usual items.
    guests: share of orders by people who never come back.
    companies: share of customers that are companies.
    standing: fixed baskets at a fixed rhythm, per ordinary order.
    coloured: share of goods that come in colours.
    leads: days until the goods are wanted, one of them for each order.
    tours: whether every customer is served on its days of the week only.
    schedules: share of orders that begin a series of deliveries of one item.
    siblings: share of orders followed within minutes by another purchase of other things.
    office_hours: whether nobody orders at night and on Sundays.
    """

    goods: str
    specifications: tuple[Specification, ...]
    items: int = 1500
    fame: float = 0.8
    customers: int = 200
    dominance: float = 0.8
    basket: float = 5.0
    basket_spread: float = 0.9
    longest_basket: int = 120
    quantities: Quantities = "few"
    price: float = 8.0
    price_spread: float = 1.0
    loyalty: float = 0.5
    guests: float = 0.03
    companies: float = 0.95
    standing: float = 0.03
    coloured: float = 0.25
    leads: tuple[int, ...] = (1, 2, 3, 5, 7, 10, 14, 21, 45)
    tours: bool = False
    schedules: float = 0.02
    siblings: float = 0.05
    kind: OrderKind = OrderKind.SALES
    office_hours: bool = True


BUSINESSES: Mapping[str, Business] = {
    "gifts": Business(
        goods="gifts",
        specifications=("none", "pack", "dimension"),
        items=3000,
        basket=14,
        longest_basket=400,
        quantities="packs",
        price=2.5,
        guests=0.08,
        siblings=0.07,
    ),
    "industrial": Business(
        goods="industrial",
        coloured=0.05,
        specifications=("thread", "dimension", "pack", "grade"),
        items=4000,
        basket=3.5,
        basket_spread=0.8,
        quantities="bulk",
        price=4,
        price_spread=1.5,
    ),
    "shop": Business(
        goods="fashion",
        specifications=("size",),
        items=1200,
        customers=700,
        dominance=0.2,
        basket=1.8,
        basket_spread=0.6,
        longest_basket=12,
        quantities="single",
        price=35,
        price_spread=0.7,
        loyalty=0.05,
        guests=0.4,
        companies=0.03,
        standing=0.0,
        schedules=0.0,
        siblings=0.02,
        office_hours=False,
    ),
    "purchasing": Business(
        goods="pharma",
        coloured=0.0,
        specifications=("dosage", "pack"),
        items=250,
        fame=1.0,
        customers=25,
        dominance=1.3,
        basket=1.2,
        basket_spread=0.4,
        longest_basket=15,
        quantities="bulk",
        price=20,
        price_spread=1.4,
        loyalty=0.7,
        guests=0.0,
        standing=0.0,
        schedules=0.08,
        siblings=0.1,
        kind=OrderKind.PURCHASE,
    ),
    "food": Business(
        goods="food",
        specifications=("volume", "weight", "pack", "none"),
        items=700,
        customers=80,
        basket=9,
        basket_spread=0.6,
        quantities="weights",
        price=4,
        loyalty=0.8,
        guests=0.0,
        standing=0.3,
        coloured=0.0,
        siblings=0.04,
    ),
    "office": Business(
        goods="office",
        specifications=("pack", "dimension", "none"),
        items=1500,
        customers=250,
        basket=3,
        quantities="few",
        price=12,
        price_spread=1.3,
        standing=0.05,
        guests=0.05,
    ),
    "chemicals": Business(
        goods="chemicals",
        specifications=("weight", "volume", "none"),
        items=200,
        customers=60,
        dominance=1.0,
        basket=1.4,
        basket_spread=0.5,
        longest_basket=12,
        quantities="weights",
        price=3,
        loyalty=0.8,
        guests=0.0,
        standing=0.06,
        coloured=0.0,
        schedules=0.05,
    ),
    "spare-parts": Business(
        goods="industrial",
        coloured=0.05,
        specifications=("dimension", "thread", "none", "grade"),
        items=6000,
        fame=0.5,
        customers=350,
        basket=1.7,
        basket_spread=0.7,
        longest_basket=40,
        quantities="few",
        price=40,
        price_spread=1.6,
        loyalty=0.2,
        guests=0.1,
        companies=0.8,
    ),
    "marketplace": Business(
        goods="gifts",
        specifications=("none", "dimension", "pack"),
        items=800,
        fame=1.0,
        customers=600,
        dominance=0.3,
        basket=1.3,
        basket_spread=0.5,
        longest_basket=8,
        quantities="single",
        price=15,
        loyalty=0.1,
        guests=0.6,
        companies=0.1,
        standing=0.0,
        schedules=0.0,
        office_hours=False,
    ),
    "vendors": Business(
        goods="office",
        specifications=("pack", "none", "none", "dimension"),
        items=2500,
        fame=0.6,
        customers=60,
        dominance=1.2,
        basket=2.0,
        basket_spread=0.9,
        longest_basket=60,
        quantities="bulk",
        price=60,
        price_spread=1.8,
        loyalty=0.4,
        guests=0.0,
        schedules=0.05,
        siblings=0.08,
        kind=OrderKind.PURCHASE,
    ),
    "trading": Business(
        goods="industrial",
        specifications=("weight", "dimension", "thread", "grade", "pack"),
        items=80,
        fame=0.5,
        customers=180,
        dominance=0.5,
        basket=3.2,
        basket_spread=0.5,
        longest_basket=20,
        quantities="rounds",
        price=30,
        price_spread=1.4,
        loyalty=0.3,
        standing=0.02,
        leads=(1, 2, 3, 10),
    ),
    "provisions": Business(
        goods="food",
        specifications=("volume", "weight", "pack"),
        items=170,
        fame=0.6,
        customers=60,
        dominance=0.5,
        basket=11,
        basket_spread=0.6,
        longest_basket=90,
        quantities="rounds",
        price=6,
        loyalty=0.5,
        guests=0.01,
        standing=0.1,
        coloured=0.0,
        leads=(1,),
    ),
}
"""The businesses by name."""
