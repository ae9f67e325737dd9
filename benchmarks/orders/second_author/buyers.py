"""Who the customers are: names, places, people, numbers. Drawn once per customer with Faker."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from faker import Faker

from benchmarks.orders.second_author.market import Market
from ordertwin_models.order import OrderKind, PostalAddress
from ordertwin_training.history.base import BaseOrder
from ordertwin_training.history.fakes import faker_of

REFERENCES = ("counter", "year", "words", "small", "none")
"""Numbered through; numbered anew each year; whatever comes to mind; 1, 2, 3; nothing at all."""

_WORDS = ("phone", "tel.", "Lager", "stock", "asap", "N/A", "-", "as discussed", "shop", "TBC", "0")
_PREFIXES = ("", "", "", "PO", "PO-", "B", "4500", "EK/", "BST ", "O#")
_LOCALES_OF_REGIONS = {
    "GB": "en_GB", "IE": "en_IE", "US": "en_US", "CA": "en_CA", "AU": "en_AU", "DE": "de_DE",
    "AT": "de_AT", "CH": "de_CH", "FR": "fr_FR", "BE": "nl_BE", "ES": "es_ES", "IT": "it_IT",
    "NL": "nl_NL", "PT": "pt_PT", "BR": "pt_BR", "DK": "da_DK", "SE": "sv_SE", "NO": "no_NO",
    "FI": "fi_FI", "PL": "pl_PL", "MX": "es_MX", "AR": "es_AR", "JP": "ja_JP", "CN": "zh_CN",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A customer out of a real or published file: who, (name, phone, e-mail), and where."""

    name: str
    contact: tuple[str, str, str]
    place: PostalAddress | None = None
    is_company: bool = True


NOBODY: Mapping[str, Known] = {}


@dataclass(slots=True)
class Buyer:
    """One customer. `contacts` are (name, phone, e-mail); `sites` places of delivery."""

    number: str
    name: str
    tax_id: str
    contacts: tuple[tuple[str, str, str], ...]
    bill_to: PostalAddress
    sites: tuple[PostalAddress, ...]
    habit: str
    prefix: str
    is_company: bool
    own_codes: bool
    salt: str
    _last: int = 0
    _year: int = 0
    _codes: dict[str, str] = field(default_factory=dict)

    def reference(self, at: datetime, rng: random.Random) -> str:
        """The number the customer gives the next order; empty when it gives none."""
        match self.habit:
            case "none":
                return ""
            case "words":
                return rng.choice(_WORDS)
            case "year":
                if at.year != self._year:
                    self._year, self._last = at.year, 0
                self._last += 1
                return f"{at.year}/{self._last:03d}"
            case "small":
                self._last += 1
                return str(self._last)
            case _:
                if not self._last:
                    self._last = rng.randrange(1_000, 90_000)
                self._last += rng.randint(1, 4)
                return f"{self.prefix}{self._last}"

    def code_of(self, code: str) -> str:
        """The customer's own code of an article, for customers that have such codes."""
        if not self.own_codes:
            return ""
        if code not in self._codes:
            number = random.Random(f"{self.salt}|{code}").randrange(10_000, 99_999)
            self._codes[code] = f"MAT{number}"
        return self._codes[code]


class People:
    """All customers of a stream, made when first asked for and kept."""

    def __init__(self, market: Market, seed: int, known: Mapping[str, Known] = NOBODY) -> None:
        self._market, self._seed = market, seed
        self._on_file = known
        self._known: dict[str, Buyer] = {}
        self._style = random.Random(f"{seed}|numbers|{market.name}").choice(
            ("{:05d}", "K{:06d}", "C-{:04d}", "D{:07d}")
        )

        self._plants = tuple(_plants(market, seed))

    def of(self, order: BaseOrder) -> Buyer:
        """The customer of a base order."""
        known = self._known.get(order.customer)
        if known is None:
            known = self._known[order.customer] = self._drawn(order)
        return known

    def other(self, buyer: Buyer, rng: random.Random) -> Buyer | None:
        """Some other customer with an account, or None."""
        others = [one for one in self._known.values() if one is not buyer and one.number]
        return rng.choice(others) if others else None

    def _drawn(self, order: BaseOrder) -> Buyer:
        market = self._market
        rng = random.Random(f"{self._seed}|buyer|{order.customer}")
        locale = (
            _LOCALES_OF_REGIONS.get(order.region)
            or rng.choices(list(market.locales), list(market.locales.values()))[0]
        )
        faker = faker_of(locale)
        faker.seed_instance(rng.getrandbits(48))
        on_file = self._on_file.get(order.customer)
        company = order.is_company and rng.random() >= market.consumers
        person = faker.name()
        name = faker.company() if company else person
        if on_file is not None:
            name, company = on_file.name, on_file.is_company
        domain = _ascii(name).lower()[:18] or "mail"
        people = [person, *(faker.name() for _ in range(rng.randint(0, 2) if company else 0))]
        contacts = tuple(
            (one, faker.phone_number(), _mail(one, domain, company, rng)) for one in people
        )
        home = _place(faker, locale, name, company)
        if on_file is not None:
            contacts = (on_file.contact,)
            home = on_file.place or home
        more = rng.choice((0, 0, 1, 2, 6)) if company else rng.choice((0, 0, 0, 1))
        sites = (home, *(_place(faker, locale, name, company) for _ in range(more)))
        if market.kind is OrderKind.PURCHASE:
            sites = self._plants
        return Buyer(
            number="" if order.guest else self._style.format(rng.randrange(10, 99_999)),
            name=name,
            tax_id=f"{locale[-2:]}{rng.randrange(10**8, 10**9)}" if company else "",
            contacts=contacts,
            bill_to=home,
            sites=sites,
            habit=rng.choices(list(market.references), list(market.references.values()))[0]
            if company
            else "none",
            prefix=rng.choice(_PREFIXES),
            is_company=company,
            own_codes=company and rng.random() < 0.3,
            salt=f"{self._seed}|{order.customer}",
        )


def _plants(market: Market, seed: int) -> Iterator[PostalAddress]:
    """Where a company that buys wants its goods: its own works, whoever the vendor is."""
    locale = next(iter(market.locales))
    faker = faker_of(locale)
    faker.seed_instance(f"{seed}|plants|{market.name}")
    name = faker.company()
    yield from (_place(faker, locale, name, company=True) for _ in range(4))


def _place(faker: Faker, locale: str, name: str, company: bool) -> PostalAddress:
    """An address as master data hold it; Chinese ones with province and district."""
    place = PostalAddress(
        region_code=locale[-2:],
        postal_code=faker.postcode(),
        locality=faker.city(),
        address_lines=(faker.street_address().replace("\n", ", ")[:200],),
        organization=name if company else "",
        recipients=() if company else (name,),
    )
    if locale == "zh_CN":
        lines = (f"{faker.street_name()}{faker.building_number()}",)
        area, district = faker.province(), faker.district()
        place = replace(place, administrative_area=area, sublocality=district, address_lines=lines)
    return place


def _mail(person: str, domain: str, company: bool, rng: random.Random) -> str:
    local = ".".join(_ascii(word).lower() for word in person.split()[-2:] if _ascii(word))
    local = local or f"user{rng.randrange(10_000)}"
    if company:
        return f"{local}@{domain}.example"
    return f"{local}{rng.randrange(100)}@{rng.choice(('post', 'mail', 'box'))}.example"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(char for char in plain if char.isalnum())
