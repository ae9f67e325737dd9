"""The markets: who buys what from whom, and which fields anybody there ever fills in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ordertwin_models.order import OrderKind

Quantities = Literal["one", "handful", "cases", "any"]
Precision = Literal["second", "minute", "day"]

PARTY_FIELDS = frozenset({"phone", "email", "contact", "tax_id"})
CODES = frozenset({"sku", "gtin", "customer_sku"})
PLACES = frozenset({"ship_to", "bill_to"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One company's order book.

    locales: Faker locales with the share of customers; the first one's language is spoken.
    goods: key of `words.GOODS`; `items` how many of them are sold.
    buyers: customers per 1,000 orders; `dominance` how much the largest outweigh the rest (0 not
    at all, 1.5 one of them orders half of everything).
    consumers, guests: share of buyers that are people; share of orders without any account.
    basket, basket_sigma, basket_most: lines of an order, a log-normal law.
    per_day: orders a day.
    absent: fields that nobody fills in; `patchy` the chance that one desk fills in a field.
    desks: ways in with their weights, see `desk.DESKS`.
    references: habits of the customers' numbers with weights, see `buyers.REFERENCES`.
    free_text: share of typing desks that write goods as they were said, without codes.
    unpriced: share of orders whose prices nobody wrote down.
    standing, scheduled, contracts: share of orders that begin a plan: the same basket at a rhythm;
    deliveries of one item ordered in one sitting; call-offs from a contract.
    haste: multiplies the delay of duplicates.
    care: multiplies slips, 0 none.
    """

    name: str
    locales: Mapping[str, float]
    language: str
    currency: str
    goods: str
    items: int = 700
    buyers: int = 160
    dominance: float = 0.7
    consumers: float = 0.05
    guests: float = 0.0
    basket: float = 4.0
    basket_sigma: float = 0.9
    basket_most: int = 60
    quantities: Quantities = "handful"
    per_day: float = 60.0
    precision: Precision = "second"
    kind: OrderKind = OrderKind.SALES
    absent: frozenset[str] = frozenset()
    patchy: Mapping[str, float] = field(default_factory=dict)
    desks: Mapping[str, float] = field(
        default_factory=lambda: {
            "edi": 2.0, "portal": 2.0, "mail": 2.0, "phone": 1.5, "rep": 1.0, "scan": 0.7,
        }
    )  # fmt: skip
    references: Mapping[str, float] = field(
        default_factory=lambda: {"counter": 5.0, "year": 1.5, "words": 0.8, "small": 0.6, "none": 1}
    )
    free_text: float = 0.3
    unpriced: float = 0.02
    standing: float = 0.01
    scheduled: float = 0.003
    contracts: float = 0.004
    haste: float = 1.0
    care: float = 1.0


_ALL = (
    Market(
        name="distributor-us",
        locales={"en_US": 0.9, "en_CA": 0.1},
        language="en",
        currency="USD",
        goods="hardware",
        quantities="cases",
    ),
    Market(
        name="no-phones-gb",
        locales={"en_GB": 1.0},
        language="en",
        currency="GBP",
        goods="stationery",
        absent=PARTY_FIELDS,
        precision="minute",
    ),
    Market(
        name="no-references-nl",
        locales={"nl_NL": 0.8, "nl_BE": 0.2},
        language="nl",
        currency="EUR",
        goods="garden",
        absent=frozenset({"reference", "tax_id", "customer_sku"}),
        references={"none": 1.0},
    ),
    Market(
        name="no-codes-it",
        locales={"it_IT": 1.0},
        language="it",
        currency="EUR",
        goods="food-it",
        absent=CODES | {"specification"},
        desks={"phone": 3.0, "mail": 3.0, "rep": 2.0, "portal": 1.0},
        free_text=0.8,
        care=1.4,
    ),
    Market(
        name="guest-shop-fr",
        locales={"fr_FR": 1.0},
        language="fr",
        currency="EUR",
        goods="fashion-fr",
        buyers=600,
        dominance=0.1,
        consumers=1.0,
        guests=0.6,
        basket=4.5,
        basket_sigma=0.5,
        basket_most=12,
        quantities="one",
        per_day=240.0,
        absent=frozenset({"reference", "tax_id", "gtin", "customer_sku", "requested", "company"})
        | {"entered_by", "customer_id"},
        desks={"shop": 6.0, "marketplace": 2.0, "phone": 0.5},
        references={"none": 1.0},
        standing=0.0,
        scheduled=0.0,
        contracts=0.0,
        haste=0.2,
    ),
    Market(
        name="parts-pl",
        locales={"pl_PL": 0.9, "cs_CZ": 0.1},
        language="pl",
        currency="PLN",
        goods="parts-pl",
        basket=2.5,
        patchy={"customer_id": 0.6, "sku": 0.7, "reference": 0.6},
        quantities="cases",
    ),
    Market(
        name="purchasing-us",
        locales={"en_US": 0.6, "en_GB": 0.2, "de_DE": 0.2},
        language="en",
        currency="USD",
        goods="materials",
        items=350,
        buyers=30,
        dominance=1.3,
        basket=1.3,
        basket_sigma=0.5,
        basket_most=8,
        quantities="any",
        per_day=25.0,
        precision="day",
        kind=OrderKind.PURCHASE,
        absent=PARTY_FIELDS | {"customer_sku", "gtin", "line_id", "source", "bill_to"},
        patchy={"sku": 0.5, "reference": 0.4, "entered_by": 0.6, "ship_to": 0.7},
        desks={"buyer": 1.0},
        free_text=0.35,
        unpriced=0.25,
        standing=0.01,
        scheduled=0.03,
        contracts=0.01,
    ),
    Market(
        name="grocer-pt",
        locales={"pt_BR": 0.8, "pt_PT": 0.2},
        language="pt",
        currency="BRL",
        goods="grocer-pt",
        items=1400,
        buyers=50,
        basket=70.0,
        basket_sigma=0.9,
        basket_most=450,
        quantities="cases",
        per_day=40.0,
        absent=frozenset({"email", "contact", "customer_sku", "gtin"}),
        precision="minute",
        standing=0.015,
    ),
    Market(
        name="medical-zh",
        locales={"zh_CN": 1.0},
        language="zh",
        currency="CNY",
        goods="medical-zh",
        absent=frozenset({"email", "tax_id"}),
        quantities="cases",
        free_text=0.4,
    ),
    Market(
        name="coffee-de",
        locales={"de_DE": 0.8, "de_AT": 0.2},
        language="de",
        currency="EUR",
        goods="coffee-de",
        items=250,
        buyers=90,
        desks={"phone": 3.0, "mail": 2.0, "shop": 2.0},
        absent=frozenset({"gtin", "customer_sku", "company"}),
        patchy={"reference": 0.3, "sku": 0.6},
        free_text=0.6,
        standing=0.04,
        care=1.2,
    ),
)

MARKETS: Mapping[str, Market] = {market.name: market for market in _ALL}
"""By name. Each is a blind spot that some real company has."""
