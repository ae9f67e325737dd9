"""Who a customer is: name, people, telephone, e-mail, tax number, places, habits of numbering.

Everything follows from the seed and the customer's key, so that a customer is the same person in
every run, and can be forgotten and drawn again. Orders are unknown here.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ordertwin_models.order import PostalAddress
from ordertwin_training.history.fakes import faker_of
from ordertwin_training.history.references import Numbering, draw_numbering
from ordertwin_training.history.regions import Region, region
from ordertwin_training.history.seeds import chance, fraction_of, number_of
from ordertwin_training.history.vocabulary import TRADES

_SYLLABLES = [
    "ba",
    "co",
    "da",
    "el",
    "fi",
    "ga",
    "ha",
    "in",
    "ka",
    "li",
    "mo",
    "na",
    "or",
    "pa",
    "qua",
    "ri",
    "sta",
    "to",
    "ur",
    "va",
    "wex",
    "yo",
    "zen",
    "tri",
]
_BRAND_CHARACTERS = "恒达华宇鑫源宏盛天瑞泰安金博联创新东方海通信诚嘉美德隆兴福顺"
_CONSUMER_MAIL = {
    "CN": ("163.com", "qq.com", "126.com"),
    "DE": ("gmx.de", "web.de", "t-online.de"),
    "FR": ("orange.fr", "free.fr", "laposte.net"),
    "JP": ("yahoo.co.jp", "docomo.ne.jp"),
}
_WORLD_MAIL = ("gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A buyer. `phone` is calling code, area code and subscriber number, separated by spaces.

    `site_count` places can be served; place 0 is the usual one.
    """

    key: str
    number: str
    region: Region
    is_company: bool
    name: str
    contacts: tuple[str, ...]
    phone: str
    email: str
    tax_id: str
    bill_to: PostalAddress
    site_count: int
    numbering: Numbering
    has_own_codes: bool
    lead_days: int
    seed: int

    def site(self, number: int) -> PostalAddress:
        """The place with this number; the usual place is also where bills go, for most."""
        if number % self.site_count == 0 and self.bill_to.address_lines:
            return self.bill_to
        draw = _Draw(self.seed, "site", self.key, number % self.site_count, region=self.region)
        place = draw.address()
        if not self.is_company:
            return replace(place, recipients=(draw.person(),))
        return replace(place, organization=self.name if draw.rng.random() < 0.5 else "")


def draw_customer(
    key: str,
    *,
    seed: int,
    region_code: str,
    is_company: bool,
    numberings: Mapping[str, float],
    most_sites: int = 1,
) -> Customer:
    """The customer with this key; equal arguments give an equal customer."""
    place = region(region_code)
    draw = _Draw(seed, "customer", key, region=place)
    rng = draw.rng
    person = draw.person()
    name = draw.company() if is_company else person
    contacts = (person, draw.person(), draw.person()) if is_company else (person,)
    address = draw.address()
    return Customer(
        key=key,
        number=_customer_number(seed, key),
        region=place,
        is_company=is_company,
        name=name,
        contacts=contacts,
        phone=draw.phone(),
        email=draw.email(person, name if is_company else ""),
        tax_id=draw.tax_id() if is_company and place.tax_prefix else "",
        bill_to=replace(address, organization=name) if is_company else address,
        site_count=1 + int(rng.random() ** 3 * most_sites),
        numbering=draw_numbering(rng, numberings),
        has_own_codes=is_company and rng.random() < 0.2,
        lead_days=rng.choice((1, 1, 2, 3, 5, 7, 14, 30)),
        seed=seed,
    )


def sister_account(customer: Customer) -> Customer:
    """The same company once more under another number, as after a merger or a sloppy clerk."""
    draw = _Draw(customer.seed, "sister", customer.key, region=customer.region)
    changes: dict[str, object] = {
        "key": f"{customer.key}*",
        "number": f"{draw.rng.random():.8f}"[2:],
    }
    if draw.rng.random() < 0.5:
        changes["phone"] = draw.phone()
    if draw.rng.random() < 0.5:
        changes["email"] = draw.email(customer.contacts[-1], customer.name)
    return replace(customer, **changes)  # type: ignore[arg-type]


def branch_of(customer: Customer, number: int) -> Customer:
    """Another branch of the company, with an account, an address and people of its own."""
    draw = _Draw(customer.seed, "branch", customer.key, number, region=customer.region)
    address, person = draw.address(), draw.person()
    name = f"{customer.name} {address.locality}" if draw.rng.random() < 0.5 else customer.name
    own = f"{customer.number}-{number:02d}" if draw.rng.random() < 0.4 else ""
    return replace(
        customer,
        key=f"{customer.key}/{number}",
        number=own or _customer_number(customer.seed, f"{customer.key}/{number}"),
        name=name,
        contacts=(person, *customer.contacts[1:]),
        phone=draw.phone() if draw.rng.random() < 0.7 else customer.phone,
        email=draw.email(person, customer.name) if draw.rng.random() < 0.7 else customer.email,
        bill_to=replace(address, organization=name),
        site_count=1,
    )


def neighbour(customer: Customer, other: Customer) -> Customer:
    """`other`, moved into the building of `customer`, to a flat of its own where one is told."""
    street = customer.bill_to.address_lines[:1]
    moved = replace(
        customer.bill_to,
        address_lines=(*street, *other.bill_to.address_lines[1:]),
        organization=other.bill_to.organization,
        recipients=other.bill_to.recipients,
    )
    return replace(other, bill_to=moved, site_count=1, region=customer.region)


def _customer_number(seed: int, key: str) -> str:
    style = int(fraction_of(seed, "customer number style") * 4)
    number = number_of(seed, "customer number", key)
    bare = key.rsplit("-", 1)[-1]
    return (
        bare if bare.isdigit() else str(10_000 + number % 90_000),
        f"C{number % 1_000_000:06d}",
        f"{number % 10_000_000_000:010d}",
        f"K-{number % 100_000:05d}",
    )[style]


class _Draw:
    """Draws of one named stream in the language of one region."""

    def __init__(self, *names: object, region: Region) -> None:
        self.rng: random.Random = chance(*names)
        self.region = region
        self.faker = faker_of(region.locale)
        self.faker.seed_instance(number_of(*names))

    def person(self) -> str:
        first, last = self.faker.first_name(), self.faker.last_name()
        if self.region.language in ("zh", "ja"):
            return f"{last}{first}" if self.region.language == "zh" else f"{last} {first}"
        return f"{first} {last}"

    def company(self) -> str:
        rng, language = self.rng, self.region.language
        form = rng.choice(self.region.legal_forms)
        trade = rng.choice(TRADES.get(language, TRADES["en"]).split(","))
        if language == "zh":
            brand = "".join(rng.sample(_BRAND_CHARACTERS, 2))
            city = rng.choice(self.region.places)[2].removesuffix("市")
            return f"{city}{brand}{trade}{form}" if rng.random() < 0.8 else f"{brand}{trade}{form}"
        if language == "ja":
            core = f"{self.faker.last_name()}{trade}"
            return f"{form}{core}" if rng.random() < 0.5 else f"{core}{form}"
        core = self._company_core(trade)
        if language == "en" and rng.random() < 0.15:
            core = f"The {core}"
        return f"{core} {form}".strip()

    def _company_core(self, trade: str) -> str:
        surname, style = self.faker.last_name(), self.rng.random()
        if style < 0.3:
            return f"{surname} {trade}"
        if style < 0.5:
            return f"{surname} & {self.faker.last_name()}"
        if style < 0.8:
            return f"{self._brand()} {trade}"
        if style < 0.9:
            return f"{trade} {self.faker.city()}"
        return "".join(self.rng.choices("ABCDEFGHKLMNPRSTVW", k=3)) + f" {trade}"

    def _brand(self) -> str:
        return "".join(self.rng.choices(_SYLLABLES, k=self.rng.choice((2, 2, 3)))).capitalize()

    def phone(self) -> str:
        rng, place = self.rng, self.region
        if place.code == "CN" and rng.random() < 0.6:
            return f"86 13{rng.randrange(10)} {rng.randrange(10**7, 10**8)}"
        area = rng.choice(place.area_codes)
        digits = place.digits - len(area)
        power = 10 ** (digits - 1)
        return f"{place.calling_code} {area} {rng.randrange(2 * power, 7 * power)}"

    def email(self, person: str, company: str) -> str:
        first, last = _slug(person.split(" ")[0]), _slug(person.split(" ")[-1])
        first, last = first or self._brand().lower(), last or self._brand().lower()
        local = self.rng.choice((f"{first}.{last}", f"{first[0]}{last}", first, f"{last}.{first}"))
        if not company:
            free = _CONSUMER_MAIL.get(self.region.code, ()) + _WORLD_MAIL
            return (
                f"{local}{self.rng.choice(('', self.rng.randrange(100)))}@{self.rng.choice(free)}"
            )
        domain = _slug("".join(company.split(" ")[:2])) or self._brand().lower()
        top = {"GB": "co.uk", "US": "com", "CN": "com.cn", "JP": "co.jp", "BR": "com.br"}
        local = self.rng.choice((local, local, "info", "orders", "purchasing", "sales"))
        return f"{local}@{domain}.{top.get(self.region.code, self.region.code.lower())}"

    def tax_id(self) -> str:
        digits = 18 if self.region.code == "CN" else 9
        body = self.rng.randrange(10 ** (digits - 3), 10 ** (digits - 2))
        return f"{self.region.tax_prefix}{body}"

    def address(self) -> PostalAddress:
        place = self.region
        postal, area, city, district, _ = self._place()
        street = place.street.format(street=self._street(), number=self._house_number())
        lines: tuple[str, ...] = (street,)
        if self.rng.random() < 0.15:
            lines = (street, self._unit())
        return PostalAddress(
            region_code=place.code,
            postal_code=postal,
            administrative_area=area,
            locality=city,
            sublocality=district,
            address_lines=lines,
        )

    def _place(self) -> tuple[str, str, str, str, str]:
        if not self.region.places:
            state = self.faker.state_abbr() if self.region.code in ("US", "AU") else ""
            return self.faker.postcode(), state, self.faker.city(), "", ""
        postal, area, city, district, phone = self.rng.choice(self.region.places)
        if self.region.code == "JP":
            postal += f"{self.rng.randrange(100):02d}"
        return postal, area, city, district, phone

    def _street(self) -> str:
        if self.region.language == "zh":
            return self.rng.choice(
                ("科技", "人民", "中山", "解放", "建设", "工业", "滨江", "创业", "学院")
            ) + (self.rng.choice(("路", "大道", "街", "东路", "西路", "一路")))
        if self.region.language == "ja":
            return str(self.faker.town())
        return str(self.faker.street_name())

    def _house_number(self) -> str:
        number = 1 + int(self.rng.random() ** 2 * 220)
        if self.region.language == "ja":
            return f"{1 + number % 9}-{1 + number % 25}-{1 + number % 14}"
        return f"{number}{self.rng.choice('ab')}" if self.rng.random() < 0.05 else str(number)

    def _unit(self) -> str:
        number = self.rng.randrange(1, 40)
        texts = {"zh": f"{number}栋{number + 100}室", "ja": f"{number}階", "de": f"Halle {number}"}
        return texts.get(self.region.language, f"Unit {number}")


def _slug(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(c for c in folded.lower() if c.isalnum())
