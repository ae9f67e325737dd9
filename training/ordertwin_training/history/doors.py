"""Doors: the channels through which orders reach the books, each with its own fields and manners.

A door belongs to one world. What it does with an order is said in `writing`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from ordertwin_models.order import Channel
from ordertwin_training.history.seeds import chance, number_of, pick
from ordertwin_training.history.settings import FIELDS, HistorySettings

PEOPLE = frozenset({Channel.PHONE, Channel.EMAIL, Channel.REP, Channel.OTHER})
"""Channels where somebody of ours keys the order."""

Letters = Literal["as is", "upper", "lower"]
LegalForms = Literal["kept", "dropped", "swapped"]

_ROAMING = (0.05, 0.15, 0.3, 0.6)
"""Shares of orders that come through another door than the customer's usual one, by world: where
everybody keeps to one door, a second channel alone would speak for a duplicate."""
_FOR_ANYBODY = frozenset({Channel.WEB, Channel.MARKETPLACE, Channel.POS})
_WIDTHS = (20, 24, 30, 30, 35, 35, 40)
_TAXED = (Decimal(1), Decimal(1), Decimal(1), Decimal(1), Decimal("1.19"), Decimal("1.07"))

_SOURCES: Mapping[Channel, Sequence[str]] = {
    Channel.EDI: ("edi", "as2-gateway", "EDI01"),
    Channel.WEB: ("webshop", "portal", "shopify"),
    Channel.PHONE: ("erp", "callcentre", "crm"),
    Channel.EMAIL: ("erp", "mail-capture", "ocr"),
    Channel.REP: ("field-app", "crm", "erp"),
    Channel.MARKETPLACE: ("amazon", "tmall", "ebay"),
    Channel.POS: ("till", "pos-3"),
    Channel.OTHER: ("import", "erp"),
    Channel.UNKNOWN: ("erp", "import"),
}
_FAVOURED: Mapping[Channel, Mapping[str, float]] = {
    Channel.EDI: {
        "customer_id": 1.5, "customer_sku": 3.0, "gtin": 3.0, "contact_name": 0.3, "phone": 0.3,
        "email": 0.2, "note": 0.4, "line_id": 2.0, "unit": 2.0,
    },
    Channel.WEB: {"email": 2.0, "customer_reference": 0.8, "customer_sku": 0.3},
    Channel.PHONE: {"customer_reference": 0.6, "phone": 1.6, "contact_name": 1.6, "email": 0.4},
    Channel.EMAIL: {"email": 1.6, "contact_name": 1.5},
    Channel.MARKETPLACE: {"customer_id": 0.3, "tax_id": 0.0, "customer_reference": 0.5},
    Channel.POS: {"ship_to": 0.2, "customer_reference": 0.2, "email": 0.4},
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One way in.

    carries: the fields it knows, of `settings.FIELDS`.
    clerks: who enters orders here, people or one interface user.
    letters, legal_forms, short_streets: how it writes names and addresses.
    on_one_line: whether street and point share a line of the address.
    phone_style: which notation, see `noise.dialled`.
    sells_packs: whether quantities are given in boxes where they come out even.
    says_what_packs_hold: whether the unit of boxes tells how many pieces are in one.
    is_free_text: whether lines are words without codes.
    misspelt: share of its lines in words that are misspelt; more where paper is scanned.
    reference_prefix: what it puts before the customer's reference.
    message_function: code of an ordinary message.
    unit_word: what it calls pieces.
    names_people: whether it knows the person who orders, not the company.
    knows_users: whether its clerks are the customers' own people, each with a login.
    has_own_numbers: whether customers have another number here than in the books.
    sends_to_people: whether goods without a recipient go to the person who orders.
    price_factor: what its prices are of the net ones; above 1 where they include tax.
    width: characters that its fields hold of a name or a line of an address; 0 for all.
    """

    channel: Channel
    source: str
    carries: frozenset[str]
    clerks: tuple[str, ...]
    letters: Letters
    legal_forms: LegalForms
    short_streets: bool
    on_one_line: bool
    phone_style: int
    sells_packs: bool
    says_what_packs_hold: bool
    is_free_text: bool
    misspelt: float
    reference_prefix: str
    message_function: str
    unit_word: str
    names_people: bool
    knows_users: bool
    has_own_numbers: bool
    sends_to_people: bool
    price_factor: Decimal
    width: int = 0

    @property
    def has_people(self) -> bool:
        """Whether somebody of ours keys the orders."""
        return self.channel in PEOPLE

    def clerk(self, rng: random.Random) -> str:
        """Who is at the door just now."""
        return rng.choice(self.clerks)

    def other_clerk(self, clerk: str, rng: random.Random) -> str:
        """Another clerk of this door where there is one."""
        return rng.choice([other for other in self.clerks if other != clerk] or [clerk])


def draw_doors(settings: HistorySettings, seed: int) -> tuple[Door, ...]:
    """The doors of a world: one for each of its channels, two for some."""
    rng = chance(seed, "doors", settings.name)
    staff = tuple(
        f"{first}{last}"
        for first, last in zip(
            rng.choices("abcdefghjklmnrst", k=9),
            rng.choices(("meyer", "jones", "li", "garcia", "sato", "roy", "novak", "west"), k=9),
            strict=True,
        )
    )
    doors: list[Door] = []
    for channel, weight in settings.channels.items():
        copies = 2 if weight > 0.2 and rng.random() < 0.4 else 1 if weight > 0 else 0
        doors += [_draw_door(channel, copy, settings, staff, rng) for copy in range(copies)]
    return tuple(_narrowed(door, settings, seed, place) for place, door in enumerate(doors))


def _narrowed(door: Door, settings: HistorySettings, seed: int, place: int) -> Door:
    rng = chance(seed, "narrow", settings.name, place)
    is_narrow = not door.has_people and rng.random() < settings.narrow
    return replace(door, width=rng.choice(_WIDTHS)) if is_narrow else door


def _draw_door(
    channel: Channel,
    copy: int,
    settings: HistorySettings,
    staff: tuple[str, ...],
    rng: random.Random,
) -> Door:
    favoured = _FAVOURED.get(channel, {})
    carries = {
        name for name in FIELDS if _has(settings.share_of(name), favoured.get(name, 1.0), rng)
    }
    has_people = channel in PEOPLE
    is_free_text = has_people and "name" in carries and rng.random() < settings.free_text
    if not carries & {"sku", "name"}:
        carries.add("sku" if settings.share_of("sku") else "name")
    if "lines" not in carries:
        carries.add("total")
    source = rng.choice(_SOURCES[channel])
    return Door(
        channel=channel,
        source=f"{source}{copy + 1}" if copy else source,
        carries=frozenset(carries),
        clerks=tuple(rng.sample(staff, 4)) if has_people else (f"{channel.value.lower()}-user",),
        letters=rng.choice(("as is", "as is", "upper", "lower" if has_people else "as is")),
        legal_forms=rng.choice(("kept", "kept", "dropped", "swapped")),
        short_streets=rng.random() < 0.4,
        on_one_line=rng.random() < 0.3,
        phone_style=rng.randrange(8),
        sells_packs=rng.random() < 0.2,
        says_what_packs_hold=rng.random() < 0.5,
        is_free_text=is_free_text,
        misspelt=rng.choice((0.01, 0.04, 0.12, 0.3)),
        reference_prefix=rng.choice(("", "", "", "", "PO ", "PO#", "Your ref ")),
        message_function=rng.choice(("", "9", "9", "00", "42")) if channel is Channel.EDI else "",
        unit_word=rng.choice(("pcs", "ea", "EA", "PCE", "each", "Stk", "pc", "")),
        names_people=channel in _FOR_ANYBODY and rng.random() < 0.15,
        knows_users=channel in _FOR_ANYBODY and rng.random() < 0.4,
        has_own_numbers=channel in _FOR_ANYBODY and rng.random() < 0.15,
        sends_to_people=rng.random() < 0.2,
        price_factor=rng.choice(_TAXED) if channel in _FOR_ANYBODY else Decimal(1),
    )


def _has(share: float, favour: float, rng: random.Random) -> bool:
    if share in (0.0, 1.0):
        return share == 1.0
    return rng.random() < min(0.98, share * favour)


class Hall:
    """All doors of a world, and who uses which."""

    def __init__(self, settings: HistorySettings, seed: int) -> None:
        self._seed = seed
        self._roaming = chance(seed, "roaming", settings.name).choice(_ROAMING)
        self.doors = draw_doors(settings, seed)
        per_channel = {
            channel: sum(door.channel is channel for door in self.doors) or 1
            for channel in settings.channels
        }
        self._weights = {
            place: settings.channels[door.channel] / per_channel[door.channel]
            for place, door in enumerate(self.doors)
        }

    def usual(self, customer: str, rng: random.Random) -> Door:
        """The door this customer comes through: mostly the same one, as far as the world goes."""
        if rng.random() < self._roaming:
            return self.doors[pick(rng, self._weights)]
        habit = random.Random(number_of(self._seed, "usual door", customer))
        return self.doors[pick(habit, self._weights)]

    def another(self, door: Door, rng: random.Random) -> Door | None:
        """A door of another channel, or None when the world has no other."""
        others = [other for other in self.doors if other.channel is not door.channel]
        return rng.choice(others) if others else None

    def desk(self, door: Door, rng: random.Random) -> Door:
        """Another door where somebody of ours keys orders, or this one when there is none."""
        desks = [other for other in self.doors if other.has_people and other is not door]
        return rng.choice(desks) if desks else door

    def spoken(self, rng: random.Random) -> Door | None:
        """A door where orders are taken by word of mouth, or None."""
        doors = [door for door in self.doors if door.channel in (Channel.PHONE, Channel.REP)]
        return rng.choice(doors) if doors else None

    def written(self, rng: random.Random) -> Door | None:
        """A door where a customer's own paper arrives with a reference on it, or None."""
        doors = [
            door
            for door in self.doors
            if door.channel in (Channel.EDI, Channel.EMAIL, Channel.WEB, Channel.OTHER)
            and "customer_reference" in door.carries
        ]
        return rng.choice(doors) if doors else None

    def has_two_channels(self) -> bool:
        """Whether an order can come through a door of another channel."""
        return len({door.channel for door in self.doors}) > 1
