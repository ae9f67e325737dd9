"""The ways in: what a desk or an interface makes of what a customer wants."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from benchmarks.orders.second_author import pen
from benchmarks.orders.second_author.buyers import Buyer
from benchmarks.orders.second_author.market import Market
from benchmarks.orders.second_author.words import PHRASES
from ordertwin_models.order import Channel, Order, OrderKind, OrderLine, Party, PostalAddress
from ordertwin_training.history.base import Item

FIELDS = (
    "order_number", "reference", "company", "source", "entered_by", "requested", "customer_id",
    "customer_name", "contact", "phone", "email", "tax_id", "ship_to", "bill_to", "line_id", "sku",
    "gtin", "customer_sku", "specification", "unit", "price", "total", "note",
)  # fmt: skip
"""What a desk may fill in or not; goods always have a name, or nobody could pick them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of desk. `typed` by a person, `spoken` if nothing came in writing; `usual` is the
    chance that it carries a field at all, where nothing else is said."""

    channel: Channel
    typed: bool
    spoken: bool
    usual: float
    lacks: frozenset[str] = frozenset()


DESKS: Mapping[str, Kind] = {
    "edi": Kind(Channel.EDI, False, False, 0.9, frozenset({"note", "contact", "phone", "email"})),
    "portal": Kind(Channel.WEB, False, False, 0.85, frozenset({"gtin", "customer_sku"})),
    "shop": Kind(Channel.WEB, False, False, 0.9, frozenset({"gtin", "customer_sku"})),
    "marketplace": Kind(
        Channel.MARKETPLACE, False, False, 0.8, frozenset({"customer_id", "phone", "note"})
    ),
    "mail": Kind(Channel.EMAIL, True, False, 0.75),
    "phone": Kind(Channel.PHONE, True, True, 0.7, frozenset({"gtin", "customer_sku", "email"})),
    "rep": Kind(Channel.REP, True, True, 0.75, frozenset({"gtin", "email"})),
    "scan": Kind(Channel.OTHER, False, False, 0.8, frozenset({"contact", "email"})),
    "buyer": Kind(Channel.UNKNOWN, True, False, 0.95),
}


@dataclass(frozen=True, slots=True)
class Want:
    """So much of an item; `due` when every line has its own date."""

    item: Item
    quantity: Decimal
    price: Decimal
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a customer wants, before it is written down. `shown_as` is the account it goes to."""

    buyer: Buyer
    at: datetime
    wants: tuple[Want, ...]
    site: PostalAddress
    contact: int = 0
    reference: str = ""
    requested: date | None = None
    note: str = ""
    revision: str = ""
    blanket: str = ""
    release: str = ""
    quote: str = ""
    function: str = ""
    shown_as: Buyer | None = None
    kind: OrderKind = OrderKind.SALES


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk of one market, with its own habits."""

    name: str
    kind: Kind
    fields: frozenset[str]
    clerks: tuple[str, ...]
    free_text: bool
    capitals: bool
    cut: int
    step: int
    gross: Decimal
    packs: bool

    def write(self, wish: Wish, key: str, market: Market, rng: random.Random) -> Order:
        """The order as it stands in the order book. `key` is its id."""
        party = self._party(wish, market, rng)
        lines = tuple(
            self._line(want, place, wish.buyer, market, rng)
            for place, want in enumerate(wish.wants, start=1)
        )
        priced = rng.random() >= market.unpriced
        if not priced:
            lines = tuple(replace(line, unit_price=None) for line in lines)
        total = sum((want.quantity * want.price for want in wish.wants), Decimal(0)) * self.gross
        has = self.fields.__contains__
        note = wish.note
        if not note and rng.random() < 0.12:
            note = rng.choice(PHRASES[market.language].plain)
        return Order(
            order_id=key,
            order_number=key if has("order_number") else "",
            customer_reference=self._reference(wish.reference, rng) if has("reference") else "",
            revision=wish.revision if has("reference") else "",
            blanket_reference=wish.blanket,
            release_number=wish.release,
            quote_reference=wish.quote,
            company=f"{market.name[:4].upper()}01" if has("company") else "",
            kind=wish.kind,
            channel=self.kind.channel,
            source=self.name if has("source") else "",
            message_function=wish.function if self.name == "edi" else "",
            entered_by=rng.choice(self.clerks) if has("entered_by") else "",
            ordered_at=_rounded(wish.at, market),
            requested_delivery_date=wish.requested if has("requested") else None,
            customer=party,
            ship_to=self._place(wish.site, market, rng) if has("ship_to") else PostalAddress(),
            bill_to=(wish.shown_as or wish.buyer).bill_to if has("bill_to") else PostalAddress(),
            lines=lines,
            currency_code=market.currency,
            total_amount=total.quantize(Decimal("0.01")) if has("total") and priced else None,
            note=note if has("note") else "",
        )

    def _party(self, wish: Wish, market: Market, rng: random.Random) -> Party:
        account = wish.shown_as or wish.buyer
        name, phone, mail = wish.buyer.contacts[wish.contact % len(wish.buyer.contacts)]
        has = self.fields.__contains__
        title = account.name
        if self.kind.typed:
            if rng.random() < 0.2:
                title = pen.without_legal_form(title)
            if rng.random() < 0.08 * market.care:
                title = pen.slip(title, rng)
            phone = pen.rephrased_phone(phone, rng)
        return Party(
            party_id=account.number if has("customer_id") else "",
            name=self._text(title, rng) if has("customer_name") else "",
            contact_name=self._text(name, rng) if has("contact") else "",
            phone=phone if has("phone") else "",
            email=mail if has("email") else "",
            tax_id=account.tax_id if has("tax_id") else "",
        )

    def _place(self, place: PostalAddress, market: Market, rng: random.Random) -> PostalAddress:
        if self.kind.typed and rng.random() < 0.5:
            place = pen.retold_place(place, market.language, rng, market.care)
        return replace(
            place,
            locality=self._text(place.locality, rng),
            address_lines=tuple(self._text(line, rng) for line in place.address_lines),
        )

    def _line(
        self, want: Want, place: int, buyer: Buyer, market: Market, rng: random.Random
    ) -> OrderLine:
        has, item = self.fields.__contains__, want.item
        spoken = self.free_text and rng.random() < 0.9
        name, size = item.name, item.specification
        if spoken:
            name, size = _as_said(item, market, rng), ""
        elif not has("specification"):
            name, size = f"{name} {size}".strip(), ""
        quantity, unit, price = want.quantity, item.unit, want.price
        if self.packs and item.pack > 1 and quantity % item.pack == 0:
            quantity, unit = quantity / item.pack, f"box of {item.pack}"
            price = (price * item.pack).quantize(Decimal("0.01"))
        return OrderLine(
            line_id=str(place * self.step) if has("line_id") else "",
            sku=item.code if has("sku") and not spoken else "",
            gtin=_gtin(item.code) if has("gtin") and not spoken else "",
            customer_sku=buyer.code_of(item.code) if has("customer_sku") and not spoken else "",
            name=self._text(name, rng),
            specification=self._text(size, rng),
            quantity=quantity,
            unit=unit if has("unit") else "",
            unit_price=price if has("price") else None,
            requested_date=want.due,
        )

    def _reference(self, reference: str, rng: random.Random) -> str:
        if self.kind.spoken and rng.random() < 0.5:
            return ""
        if self.kind.typed and rng.random() < 0.04:
            return pen.slip(reference, rng)
        return reference

    def _text(self, text: str, rng: random.Random) -> str:
        if self.name == "scan":
            text = pen.scanned(text, rng)
        if self.capitals:
            text = pen.plain_capitals(text)
        return text[: self.cut].rstrip() if self.cut else text


def furnish(market: Market, seed: int) -> Mapping[str, Desk]:
    """The desks of a market by name, each with habits drawn once."""
    desks = {}
    for name in market.desks:
        rng = random.Random(f"{seed}|desk|{market.name}|{name}")
        kind = DESKS[name]
        fields = frozenset(
            one
            for one in FIELDS
            if one not in market.absent | kind.lacks
            and rng.random() < market.patchy.get(one, kind.usual)
        )
        if not fields & {"customer_id", "customer_name", "email"}:
            fields |= {"customer_name"}
        packs = rng.random() < 0.2
        fields |= {"unit"} if packs else set()
        desks[name] = Desk(
            name=name,
            kind=kind,
            fields=fields,
            clerks=tuple(f"{name[:2]}{rng.randrange(10, 99)}" for _ in range(4))
            if kind.typed
            else (f"{name}-user",),
            free_text=kind.typed and rng.random() < market.free_text,
            capitals=not kind.typed and rng.random() < 0.3,
            cut=rng.choice((0, 0, 20, 30, 35)) if not kind.typed else 0,
            step=rng.choice((1, 1, 10)),
            gross=rng.choice((Decimal(1), Decimal(1), Decimal("1.19"), Decimal("1.08"))),
            packs=packs,
        )
    return desks


def pick_desk(
    desks: Mapping[str, Desk], market: Market, rng: random.Random, besides: Sequence[str] = ()
) -> Desk:
    """A desk by the market's weights, another than `besides` where there is one."""
    left = {n: w for n, w in market.desks.items() if n not in besides} or dict(market.desks)
    return desks[rng.choices(list(left), list(left.values()))[0]]


def _as_said(item: Item, market: Market, rng: random.Random) -> str:
    """Goods in one breath: size in front or behind, a word shortened, a slip now and then."""
    words = item.name.split()
    if len(words) > 1 and rng.random() < 0.25:
        words = words[::-1] if len(words) == 2 else [*words[1:], words[0]]
    if rng.random() < 0.2 and len(words[0]) > 6:
        words[0] = words[0][:5] + "."
    said = " ".join(words)
    if rng.random() < 0.12 * market.care:
        said = pen.slip(said, rng)
    size = item.specification.replace(" ", "") if rng.random() < 0.4 else item.specification
    parts = (size, said) if rng.random() < 0.3 else (said, size)
    return " ".join(part for part in parts if part)


def _gtin(code: str) -> str:
    """A valid GTIN-13 that follows from the code."""
    body = f"{590}{random.Random(code).randrange(10**9):09d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-weighted % 10}"


def _rounded(at: datetime, market: Market) -> datetime:
    match market.precision:
        case "day":
            return at.replace(hour=0, minute=0, second=0, microsecond=0)
        case "minute":
            return at.replace(second=0, microsecond=0)
        case _:
            return at.replace(microsecond=0)
