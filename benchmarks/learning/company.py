"""A company whose duplicates are not those of the released model's world.

A wholesaler for service firms. What looks like a duplicate elsewhere is daily business here, and
the other way round:

    late paper     at the end of the month paper orders are scanned once more, weeks after the goods
                   were ordered, under the number of the delivery note
    two offices    site and head office both order, days apart, each for its own address
    vans           technicians of one firm order the same basket on the same day, on one account
    shifts         an interface orders the same basket for the morning and for the evening, always
                   under the number of the frame contract
    refills        the same quantities again after weeks, by the portal
    import         (from a certain day on) orders of the web shop arrive once more through a market
                   place, which settles them weeks later, under another account, name and number

All that is written by the desks of the second author.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from benchmarks.orders.second_author import copies, neighbours
from benchmarks.orders.second_author.demand import OPENING, invented_base
from benchmarks.orders.second_author.desk import Want, Wish
from benchmarks.orders.second_author.ledger import in_order_of_arrival
from benchmarks.orders.second_author.market import Market
from benchmarks.orders.second_author.scene import Entry, Scene
from ordertwin_models.decision import Relation
from ordertwin_training.history.base import BaseOrder
from ordertwin_training.stream import BACKGROUND, Event, Truth

SERVICE_WHOLESALE = Market(
    name="service-wholesale",
    locales={"en_GB": 0.8, "en_IE": 0.2},
    language="en",
    currency="GBP",
    goods="hardware",
    items=900,
    buyers=60,
    basket=4.5,
    basket_sigma=0.6,
    basket_most=20,
    quantities="handful",
    per_day=120.0,
    desks={"edi": 2.0, "portal": 2.0, "mail": 1.5, "phone": 1.5, "scan": 0.6, "shop": 1.0,
           "marketplace": 0.15},
    references={"counter": 4.0, "year": 1.0, "none": 2.0},
    free_text=0.1,
    standing=0.0,
    scheduled=0.0,
    contracts=0.0,
)  # fmt: skip

NEW_KIND = Relation.WRONG_CUSTOMER
"""What the import through the market place is called in the truth; nothing else is called so."""

_SHARES = {
    "late paper": 0.020, "two offices": 0.015, "vans": 0.015, "shifts": 0.015, "refills": 0.03,
    "usual": 0.02, "usual look-alike": 0.02,
}  # fmt: skip
_USUAL = (Relation.RESEND, Relation.DOUBLE_SUBMIT, Relation.REKEYED, Relation.AMENDMENT)
_USUAL_LOOK_ALIKES = (Relation.SPLIT, Relation.REORDER, Relation.VARIANT, Relation.FAN_OUT)
_DAY, _HOUR = 86_400.0, 3600.0


def company_stream(
    orders: int,
    seed: int,
    per_day: float = SERVICE_WHOLESALE.per_day,
    import_from: datetime | None = None,
    imported: float = 0.0,
) -> list[Event]:
    """About `orders` orders and what follows them. From `import_from` on, a share of all orders
    comes once more through the market place.

    >>> events = company_stream(60, seed=3)
    >>> events == company_stream(60, seed=3)
    True
    """
    market = replace(SERVICE_WHOLESALE, per_day=per_day)
    base = invented_base(market, orders=orders, seed=seed)
    scene = Scene(market, base.catalogue, seed)
    entries = [
        entry
        for place, order in enumerate(base)
        for entry in _entries(scene, order, place, import_from, imported)
    ]
    return in_order_of_arrival(entries, scene.statuses, market)


def opening() -> datetime:
    """When the company's book begins."""
    return OPENING


def _entries(
    scene: Scene, order: BaseOrder, place: int, import_from: datetime | None, imported: float
) -> Iterator[Entry]:
    rng = random.Random(f"{scene.seed}|company|{place}")
    wish = _wish(order, scene, rng)
    dice = rng.random()
    if import_from is not None and order.at >= import_from and rng.random() < imported:
        yield from _import(wish, scene, rng)
        return
    match _kind(dice):
        case "late paper":
            yield from _late_paper(wish, scene, rng)
        case "two offices":
            yield from _two_offices(wish, scene, rng)
        case "vans":
            yield from _vans(wish, scene, rng)
        case "shifts":
            yield from _shifts(wish, scene, rng)
        case "refills":
            yield from _refills(wish, scene, rng)
        case "usual":
            yield from _usual(wish, scene, rng)
        case "usual look-alike":
            yield from _usual_look_alike(wish, scene, rng)
        case _:
            yield scene.write(wish, scene.desk(rng), rng, BACKGROUND)


def _kind(dice: float) -> str:
    """What happens to an order, drawn by a number from 0 to 1."""
    for kind, share in _SHARES.items():
        if dice < share:
            return kind
        dice -= share
    return ""


def _wish(order: BaseOrder, scene: Scene, rng: random.Random) -> Wish:
    buyer = scene.people.of(order)
    return Wish(
        buyer=buyer,
        at=order.at,
        wants=tuple(Want(line.item, line.quantity, line.price) for line in order.lines),
        site=buyer.sites[order.site % len(buyer.sites)],
        contact=rng.choice((0, 0, 1)),
        reference=buyer.reference(order.at, rng),
        requested=order.requested,
    )


def _late_paper(wish: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    first = scene.write(wish, scene.desk(rng, ("phone", "mail")), rng, BACKGROUND)
    yield first
    at = wish.at + timedelta(seconds=rng.uniform(9, 35) * _DAY)
    wants = list(wish.wants)
    if len(wants) > 3 and rng.random() < 0.3:
        wants.pop(rng.randrange(len(wants)))
    again = replace(
        wish, at=at, wants=tuple(wants), reference=f"DN{rng.randrange(10_000, 99_999)}",
        requested=None, contact=0,
    )  # fmt: skip
    yield scene.write(again, scene.desk(rng, ("scan",)), rng, _of(Relation.REKEYED, first))


def _two_offices(wish: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    first = scene.write(wish, scene.desk(rng, ("phone", "mail", "portal")), rng, BACKGROUND)
    yield first
    at = wish.at + timedelta(seconds=rng.uniform(0.8, 4) * _DAY)
    others = [site for site in wish.buyer.sites if site != wish.site]
    again = replace(
        wish, at=at, site=rng.choice(others) if others else wish.site, contact=wish.contact + 1,
        reference=wish.buyer.reference(at, rng),
    )  # fmt: skip
    desk = scene.desk(rng, ("mail", "portal"), besides=(first.desk.name,))
    yield scene.write(again, desk, rng, _of(Relation.CROSS_CHANNEL, first))


def _vans(wish: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    desk = scene.desk(rng, ("portal",))
    first = scene.write(replace(wish, reference=""), desk, rng, BACKGROUND)
    yield first
    for van in range(1, rng.randint(2, 4)):
        at = first.at + timedelta(seconds=van * rng.uniform(0.1, 2.5) * _HOUR)
        again = replace(wish, at=at, contact=wish.contact + van, reference="")
        yield scene.write(again, desk, rng, _of(Relation.FAN_OUT, first))


def _shifts(wish: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    desk, frame = scene.desk(rng, ("edi",)), f"FRAME-{wish.buyer.number}"
    first = scene.write(replace(wish, reference=frame), desk, rng, BACKGROUND)
    yield first
    at = first.at + timedelta(seconds=rng.uniform(6, 14) * _HOUR)
    again = replace(wish, at=at, reference=frame)
    yield scene.write(again, desk, rng, _of(Relation.STANDING, first))


def _refills(wish: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    desk = scene.desk(rng, ("portal",))
    first = scene.write(wish, desk, rng, BACKGROUND)
    yield first
    at = first.at + timedelta(seconds=rng.uniform(5, 30) * _DAY)
    again = replace(wish, at=at, reference=wish.buyer.reference(at, rng), requested=None)
    yield scene.write(again, desk, rng, _of(Relation.REORDER, first))


def _import(wish: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    first = scene.write(replace(wish, reference=""), scene.desk(rng, ("shop",)), rng, BACKGROUND)
    yield first
    account = scene.people.other(wish.buyer, rng)
    at = first.at + timedelta(seconds=rng.uniform(9, 30) * _DAY)
    again = replace(
        wish, at=at, shown_as=account, reference=f"MP-{rng.randrange(10**7, 10**8)}", contact=1
    )
    yield scene.write(again, scene.desk(rng, ("marketplace",)), rng, _of(NEW_KIND, first))


def _usual(wish: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    relation = rng.choice(_USUAL)
    if not copies.possible(relation, wish, scene):
        relation = Relation.DOUBLE_SUBMIT
    first_wish, desk = copies.opening(relation, wish, scene, rng)
    first = scene.write(first_wish, desk, rng, BACKGROUND)
    yield first
    made = copies.copy(relation, first, wish, scene, rng)
    if made is not None:
        yield made


def _usual_look_alike(wish: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    relation = rng.choice(_USUAL_LOOK_ALIKES)
    if not neighbours.possible(relation, wish, scene):
        relation = Relation.REORDER
    first_wish, desk = neighbours.opening(relation, wish, scene, rng)
    first = scene.write(first_wish, desk, rng, BACKGROUND)
    yield first
    yield from neighbours.neighbours(relation, first, wish, scene, rng)


def _of(relation: Relation, first: Entry) -> Truth:
    return Truth(relation, first.order.order_id)
