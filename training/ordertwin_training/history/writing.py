"""Writing: how a meant order looks once it has come through a door.

The order that is meant is complete and clean; the written one has the fields, the spelling and
the units of the door. Amounts stay those of the lines that were meant.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from ordertwin_models.order import Order, OrderLine, Party, PostalAddress
from ordertwin_training.history.base import Item
from ordertwin_training.history.doors import Door
from ordertwin_training.history.noise import (
    dialled,
    misspelt,
    shortened_goods,
    shortened_street,
)
from ordertwin_training.history.regions import region
from ordertwin_training.history.seeds import number_of
from ordertwin_training.history.settings import HistorySettings

_SWAPPED_FORMS = (
    ("Limited", "Ltd"), ("Ltd", "Limited"), ("PLC", "plc"), ("Inc.", "Incorporated"),
    ("Corp.", "Corporation"), ("GmbH & Co. KG", "GmbH u. Co KG"), ("GmbH", "G.m.b.H."),
    ("S.A.S.", "SAS"), ("S.r.l.", "SRL"), ("S.L.", "SL"), ("S.A.", "SA"), ("SARL", "S.A.R.L."),
    ("B.V.", "BV"), ("Ltda.", "Ltda"), ("有限责任公司", "有限公司"), ("有限公司", "有限责任公司"),
    ("股份有限公司", "股份公司"), ("株式会社", "(株)"), ("有限会社", "(有)"), ("& ", "and "),
)  # fmt: skip
_PACK_WORDS = {"de": "Karton à {n}", "zh": "箱({n})", "fr": "carton de {n}", "es": "caja de {n}"}

_BARE_PACK_WORDS = {"de": "Karton", "zh": "箱", "fr": "carton", "es": "caja", "ja": "箱"}


class Writer:
    """Writes orders of one world."""

    def __init__(self, settings: HistorySettings, items: Mapping[str, Item]) -> None:
        self._settings, self._dropout, self._items = settings, settings.dropout, items

    def write(self, meant: Order, door: Door, clerk: str, rng: random.Random) -> Order:
        """The order as it reads after the door; `order_id` and `order_number` are not its job."""

        def keep(field: str, value: str) -> str:
            carried = field in door.carries and rng.random() >= self._dropout
            return value if carried else ""

        prefix = door.reference_prefix if meant.customer_reference[:1].isdigit() else ""
        asks_date = "requested_date" in door.carries and rng.random() >= self._dropout
        has_bill_to = "bill_to" in door.carries
        return replace(
            meant,
            ordered_at=self.stamp(meant.ordered_at),
            customer_reference=keep("customer_reference", f"{prefix}{meant.customer_reference}"),
            revision=keep("customer_reference", meant.revision),
            company=keep("company", meant.company),
            channel=door.channel,
            source=door.source if "source" in door.carries else "",
            message_function=meant.message_function or door.message_function,
            entered_by=keep("entered_by", clerk),
            requested_delivery_date=meant.requested_delivery_date if asks_date else None,
            customer=_written_party(_known_at(door, meant.customer), door, keep),
            ship_to=self._written_address(_sent_to(meant, door), "ship_to", door, rng),
            bill_to=_as_on_paper(meant.bill_to, door) if has_bill_to else PostalAddress(),
            lines=self._written_lines(meant, door, rng) if "lines" in door.carries else (),
            currency_code=meant.currency_code if door.carries & {"currency", "total"} else "",
            total_amount=_total(meant, door) if "total" in door.carries else None,
            note=meant.note if "note" in door.carries else "",
        )

    def stamp(self, at: datetime) -> datetime:
        """The moment as exactly as this world knows it."""
        if self._settings.precision == "second":
            return at.replace(microsecond=0)
        at = at.replace(second=0, microsecond=0)
        return at if self._settings.precision == "minute" else at.replace(hour=0, minute=0)

    def _written_address(
        self, address: PostalAddress, field: str, door: Door, rng: random.Random
    ) -> PostalAddress:
        if field not in door.carries or rng.random() < self._dropout:
            return PostalAddress()
        return _as_on_paper(address, door)

    def _written_lines(self, meant: Order, door: Door, rng: random.Random) -> tuple[OrderLine, ...]:
        counts = "line_id" in door.carries
        return tuple(
            self._written_line(line, str(number * 10) if counts else "", meant, door, rng)
            for number, line in enumerate(meant.lines, start=1)
        )

    def _written_line(
        self, line: OrderLine, line_id: str, meant: Order, door: Door, rng: random.Random
    ) -> OrderLine:
        carries = door.carries
        quantity, unit, price = self._in_units_of_the_door(line, door)
        if door.is_free_text:
            words = f"{shortened_goods(line.name, rng)} {line.specification}".strip()
            if rng.random() < door.misspelt:
                words = misspelt(words, rng)
            return OrderLine(
                line_id=line_id,
                name=words,
                quantity=quantity,
                unit=unit,
                unit_price=price if rng.random() < 0.5 and "price" in carries else None,
            )
        has_code = "sku" in carries and (not line.name or rng.random() >= self._dropout)
        return OrderLine(
            line_id=line_id,
            sku=line.sku if has_code else "",
            gtin=line.gtin if "gtin" in carries else "",
            customer_sku=line.customer_sku if "customer_sku" in carries else "",
            name=_shown(line.name, door) if "name" in carries or not has_code else "",
            specification=line.specification if "specification" in carries else "",
            quantity=quantity,
            unit=unit,
            unit_price=price if "price" in carries else None,
            requested_date=line.requested_date if "requested_date" in carries else None,
        )

    def _in_units_of_the_door(
        self, line: OrderLine, door: Door
    ) -> tuple[Decimal | None, str, Decimal | None]:
        quantity, price = line.quantity, _taxed(line.unit_price, door)
        unit = line.unit if line.unit != "pcs" else door.unit_word
        unit = unit if "unit" in door.carries or line.unit != "pcs" else ""
        item = self._items.get(line.sku)
        if not door.sells_packs or item is None or item.pack == 1 or quantity is None:
            return quantity, unit, price
        if quantity % item.pack or line.unit != "pcs":
            return quantity, unit, price
        language = self._settings.language
        if door.says_what_packs_hold:
            word = _PACK_WORDS.get(language, "box of {n}").format(n=item.pack)
        else:
            word = _BARE_PACK_WORDS.get(language, "box")
        return quantity / item.pack, word, price * item.pack if price is not None else None


def _sent_to(order: Order, door: Door) -> PostalAddress:
    """The place of delivery, with a person to receive the goods where the door wants one."""
    place, person = order.ship_to, order.customer.contact_name
    if not door.sends_to_people or place.recipients or not person:
        return place
    return replace(place, recipients=(person,))


def _known_at(door: Door, party: Party) -> Party:
    """Who the customer is to this door."""
    if door.names_people and party.contact_name:
        party = replace(party, name=party.contact_name, contact_name="")
    if door.has_own_numbers and party.party_id:
        number = number_of(door.source, party.party_id) % 10**7
        party = replace(party, party_id=f"W{number:07d}")
    return party


def _written_party(party: Party, door: Door, keep: Callable[[str, str], str]) -> Party:
    phone = party.phone
    if phone.count(" ") == 2:
        trunk = _trunk(phone)
        phone = dialled(phone, door.phone_style, trunk)
    return Party(
        party_id=keep("customer_id", party.party_id),
        name=keep("customer_name", _shown(_formed(party.name, door), door)),
        contact_name=keep("contact_name", party.contact_name),
        phone=keep("phone", phone),
        email=keep("email", party.email.upper() if door.letters == "upper" else party.email),
        tax_id=keep("tax_id", party.tax_id),
    )


def _trunk(phone: str) -> str:
    calling_code, area, _ = phone.split(" ")
    is_mobile = calling_code == "86" and len(area) == 3 and area.startswith("13")
    return "" if is_mobile or calling_code in _WITHOUT_TRUNK else "0"


_WITHOUT_TRUNK = frozenset(
    place.calling_code for place in map(region, ("US", "ES", "IT", "DK", "NO", "PT", "SG", "HK"))
)


def _formed(name: str, door: Door) -> str:
    if door.legal_forms == "kept":
        return name
    for form, other in _SWAPPED_FORMS:
        if form in name:
            if door.legal_forms == "swapped":
                return name.replace(form, other)
            return name.replace(form, "").strip(" ,&") or name
    return name


def _shown(text: str, door: Door) -> str:
    """As much of it as the fields of the door hold, in its letters."""
    text = text[: door.width].rstrip() if door.width else text
    if door.letters == "as is":
        return text
    return text.upper() if door.letters == "upper" else text.lower()


def _as_on_paper(address: PostalAddress, door: Door) -> PostalAddress:
    lines = address.address_lines
    if door.short_streets:
        lines = tuple(shortened_street(line) for line in lines)
    is_chinese = address.region_code == "CN"
    if door.on_one_line:
        lines = ("".join(lines) if is_chinese else ", ".join(lines),) if lines else ()
    if is_chinese and door.short_streets:
        address = replace(
            address,
            administrative_area="",
            locality=address.locality.removesuffix("市"),
            sublocality="",
            address_lines=(f"{address.sublocality}{lines[0]}", *lines[1:]) if lines else (),
        )
    else:
        address = replace(address, address_lines=tuple(_shown(line, door) for line in lines))
    if door.letters == "upper":
        address = replace(address, locality=address.locality.upper())
    return replace(address, organization=_shown(address.organization, door))


def _taxed(price: Decimal | None, door: Door) -> Decimal | None:
    if price is None or door.price_factor == 1:
        return price
    return (price * door.price_factor).quantize(price)


def _total(order: Order, door: Door) -> Decimal:
    amounts = (
        line.quantity * (_taxed(line.unit_price, door) or Decimal(0))
        for line in order.lines
        if line.quantity is not None
    )
    step = Decimal(1) if order.currency_code == "JPY" else Decimal("0.01")
    return sum(amounts, Decimal(0)).quantize(step)
