"""How an order comes to be there twice: one function for each kind of duplicate.

`opening` shapes the first order so that the accident can happen, `copy` lets it happen.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from benchmarks.orders.second_author import pen
from benchmarks.orders.second_author.desk import Desk, Want, Wish
from benchmarks.orders.second_author.scene import Entry, Scene
from benchmarks.orders.second_author.words import PHRASES
from ordertwin_models.decision import Relation
from ordertwin_training.stream import Truth

MACHINES = ("edi", "portal", "shop", "marketplace", "scan", "buyer")
SPOKEN = ("phone", "rep")
TYPED = ("phone", "rep", "mail", "buyer")
MEANINGLESS = ("", "0", "-")

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0


def possible(relation: Relation, wish: Wish, scene: Scene) -> bool:
    """Whether this accident can befall such an order here, and be told by anyone afterwards."""
    market, lines = scene.market, len(wish.wants)
    referenced = "reference" not in market.absent and len(wish.reference.strip(".-")) > 1
    match relation:
        case Relation.RESEND:
            return scene.has_desk(*MACHINES)
        case Relation.RETRY:
            return scene.has_desk("edi", "portal", "shop", "marketplace", "rep")
        case Relation.REKEYED:
            return scene.has_desk(*TYPED) and (lines > 1 or referenced)
        case Relation.CROSS_CHANNEL:
            return len(market.desks) > 1 and (lines > 1 or not wish.buyer.is_company)
        case Relation.CONFIRMATION:
            return scene.has_desk(*SPOKEN) and len(market.desks) > 1 and bool(wish.reference)
        case Relation.AMENDMENT:
            return lines > 1 or referenced
        case Relation.SUPERSET:
            return lines > 1
        case Relation.PARTIAL:
            return lines >= 4
        case Relation.WRONG_CUSTOMER:
            return lines >= 3 and bool(wish.buyer.number) and "customer_id" not in market.absent
        case Relation.EVASION:
            return referenced and wish.buyer.habit in ("counter", "year")
        case _:
            return True


def opening(relation: Relation, wish: Wish, scene: Scene, rng: random.Random) -> tuple[Wish, Desk]:
    """The first of the two, and where it comes in."""
    match relation:
        case Relation.RESEND:
            return wish, scene.desk(rng, MACHINES)
        case Relation.RETRY:
            return wish, scene.desk(rng, ("edi", "portal", "shop", "marketplace", "rep"))
        case Relation.CONFIRMATION:
            return replace(wish, reference=""), scene.desk(rng, SPOKEN)
        case Relation.EVASION:
            return wish, _with_reference(scene, rng)
        case _:
            return wish, scene.desk(rng)


def copy(
    relation: Relation, first: Entry, wished: Wish, scene: Scene, rng: random.Random
) -> Entry | None:
    """The duplicate of `first`; `wished` is what the customer had in mind before `opening`."""
    make = _MAKERS[relation]
    made = make(first, wished, scene, rng)
    if made is None or made.at < first.at:
        return None
    return replace(made, truth=Truth(relation, first.order.order_id))


def _resend(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Entry:
    """The message comes once more; some senders keep the date of the document, few say so."""
    wait = rng.choice(
        (
            rng.expovariate(1 / (25 * _MINUTE)),
            _DAY * rng.uniform(0.9, 1.1),
            _DAY * rng.uniform(1, 5),
        )
    )
    at = first.at + timedelta(seconds=5 + wait * scene.market.haste)
    entry = scene.again(first, _clock(at, first), Relation.RESEND)
    order = entry.order
    changed: dict[str, object] = {}
    if rng.random() < 0.2:
        changed["ordered_at"] = first.order.ordered_at
    if first.desk.name == "edi" and rng.random() < 0.3:
        changed["message_function"] = rng.choice(("7", "31"))
    if rng.random() < 0.2:
        lines = list(order.lines)
        rng.shuffle(lines)
        changed["lines"] = tuple(lines)
    return replace(entry, at=at, order=replace(order, **changed))  # type: ignore[arg-type]


def _double_submit(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Entry:
    at = first.at + timedelta(seconds=min(90.0, rng.lognormvariate(1.5, 1.0)))
    return replace(scene.again(first, _clock(at, first), Relation.DOUBLE_SUBMIT), at=at)


def _retry(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Entry:
    at = first.at + timedelta(seconds=min(45 * _MINUTE, rng.lognormvariate(5.2, 1.1)))
    return replace(scene.again(first, _clock(at, first), Relation.RETRY), at=at)


def _rekeyed(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Entry:
    """A second clerk finds the same paper on the desk."""
    at = first.at + _wait(rng, 18 * _HOUR, 1.3, 9 * _DAY, scene)
    care = scene.market.care
    reference = wished.reference
    if rng.random() < 0.5 * care:
        reference = pen.retyped_reference(reference, rng)
    elif rng.random() < 0.25 and len(wished.wants) > 1:
        reference = ""
    wants = _typed_again(list(wished.wants), rng, care)
    if len(wants) > 3 and rng.random() < 0.1:
        wants.pop(rng.randrange(len(wants)))
    if rng.random() < 0.3:
        rng.shuffle(wants)
    requested = first.wish.requested
    if requested and rng.random() < 0.2:
        requested += timedelta(days=rng.choice((-1, 1, 2, 7)))
    wish = replace(
        wished, at=at, wants=tuple(wants), reference=reference, requested=requested,
        contact=wished.contact + (rng.random() < 0.2),
    )  # fmt: skip
    desk = first.desk if first.desk.kind.typed and rng.random() < 0.5 else scene.desk(rng, TYPED)
    return scene.write(wish, desk, rng)


def _cross_channel(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Entry:
    """Told on the phone and ordered in the portal; by the branch and by head office."""
    at = first.at + _between(rng, 3 * _MINUTE, 2 * _DAY, scene)
    wants = list(wished.wants)
    if rng.random() < 0.2:
        wants.append(_extra(wants, scene, rng))
    elif len(wants) > 3 and rng.random() < 0.25:
        wants.pop(rng.randrange(len(wants)))
    reference = wished.reference if rng.random() < 0.45 else ""
    wish = replace(
        wished,
        at=at,
        wants=tuple(wants),
        reference=reference,
        contact=wished.contact + (rng.random() < 0.6),
        requested=wished.requested if rng.random() < 0.6 else None,
    )
    return scene.write(wish, scene.desk(rng, besides=(first.desk.name,)), rng)


def _confirmation(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Entry:
    at = first.at + _between(rng, 20 * _MINUTE, 4 * _DAY, scene)
    says = rng.random() < 0.7
    note = rng.choice(PHRASES[scene.market.language].confirming) if says else ""
    wish = replace(wished, at=at, note=note, function=rng.choice(("42", "06", "")))
    if len(wished.wants) > 2 and rng.random() < 0.15:
        wants = _typed_again(list(wished.wants), rng, scene.market.care)
        wish = replace(wish, wants=tuple(wants))
    desk = scene.desk(rng, ("edi", "portal", "mail", "scan"), besides=(first.desk.name,))
    return scene.write(wish, desk, rng)


def _amendment(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Entry | None:
    """The same purchase order once more, with some of it changed.

    Where neither number nor note says so, nobody could tell a small order's change from another
    order.
    """
    at = first.at + _wait(rng, 8 * _HOUR, 1.4, 7 * _DAY, scene)
    wants = list(wished.wants)
    for place in rng.sample(range(len(wants)), min(len(wants), rng.choice((1, 1, 1, 2, 3)))):
        if len(wants) > 3 or rng.random() < 0.7:
            factor = Decimal(rng.choice(("0.5", "1.5", "2", "3", "1.2")))
            quantity = max(Decimal(1), (wants[place].quantity * factor).quantize(Decimal(1)))
            wants[place] = replace(wants[place], quantity=quantity)
    if len(wants) > 2 and rng.random() < 0.25:
        wants.pop(rng.randrange(len(wants)))
    elif rng.random() < 0.2:
        wants.append(_extra(wants, scene, rng))
    reference, revision, note = wished.reference, "", ""
    if reference:
        match rng.randrange(5):
            case 0:
                reference += rng.choice((" Rev 2", "/2", "-B", ".1", " rev.A", "_v2"))
            case 1:
                revision = rng.choice(("1", "2", "A", "Rev B"))
            case _:
                pass
    if rng.random() < (0.5 if reference else 0.8):
        note = rng.choice(PHRASES[scene.market.language].revised)
    requested = wished.requested
    if requested and rng.random() < 0.3:
        requested += timedelta(days=rng.choice((2, 5, 7)))
    wish = replace(
        wished, at=at, wants=tuple(wants), reference=reference, revision=revision, note=note,
        requested=requested, function=rng.choice(("", "4", "5")),
    )  # fmt: skip
    desk = first.desk if rng.random() < 0.7 else scene.desk(rng)
    made = scene.write(wish, desk, rng)
    said = made.order.note or (made.order.customer_reference and first.order.customer_reference)
    kept = sum(want in wants for want in wished.wants)
    return made if said or kept >= max(3, 2 * len(wished.wants) // 3) else None


def _superset(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Entry:
    """Something was forgotten, so the whole list comes once more."""
    at = first.at + _between(rng, 4 * _MINUTE, 2 * _DAY, scene)
    wants = list(wished.wants)
    for _ in range(rng.randint(1, max(1, len(wants) // 2))):
        wants.insert(rng.randint(0, len(wants)), _extra(wants, scene, rng))
    note = rng.choice(PHRASES[scene.market.language].added) if rng.random() < 0.35 else ""
    reference = wished.reference if rng.random() < 0.6 else ""
    wish = replace(wished, at=at, wants=tuple(wants), note=note, reference=reference)
    desk = first.desk if rng.random() < 0.6 else scene.desk(rng)
    return scene.write(wish, desk, rng)


def _partial(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Entry:
    """Most of the list again, some of it left away, now and then with something new."""
    at = first.at + _between(rng, 4 * _MINUTE, 2 * _DAY, scene)
    kept = max(2, round(len(wished.wants) * rng.uniform(0.55, 0.85)))
    wants = [wished.wants[at] for at in sorted(rng.sample(range(len(wished.wants)), kept))]
    if rng.random() < 0.4:
        wants.append(_extra(list(wished.wants), scene, rng))
    reference = wished.reference if rng.random() < 0.6 else ""
    wish = replace(wished, at=at, wants=tuple(wants), reference=reference)
    desk = first.desk if rng.random() < 0.5 else scene.desk(rng)
    return scene.write(wish, desk, rng)


def _wrong_customer(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Entry | None:
    """Another account was picked; the goods may even go to that one's address."""
    other = scene.people.other(wished.buyer, rng)
    if other is None:
        return None
    at = first.at + _between(rng, _MINUTE, _DAY, scene)
    site = other.bill_to if rng.random() < 0.4 else wished.site
    reference = wished.reference if rng.random() < 0.6 else ""
    wish = replace(wished, at=at, shown_as=other, site=site, reference=reference)
    return scene.write(wish, first.desk if rng.random() < 0.6 else scene.desk(rng, TYPED), rng)


def _evasion(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Entry | None:
    """The system said that the number was used, so the number was bent."""
    if not first.order.customer_reference:
        return None
    at = first.at + _between(rng, 2 * _MINUTE, 5 * _DAY, scene)
    bent = pen.disguised_reference(first.order.customer_reference, rng)
    if rng.random() < 0.5:
        entry = scene.again(first, _clock(at, first), Relation.EVASION, customer_reference=bent)
        return replace(entry, at=at)
    wants = _typed_again(list(wished.wants), rng, 0.5 * scene.market.care)
    written = scene.write(replace(wished, at=at, wants=tuple(wants)), first.desk, rng)
    return replace(written, order=replace(written.order, customer_reference=bent))


_MAKERS: Mapping[Relation, Callable[[Entry, Wish, Scene, random.Random], Entry | None]] = {
    Relation.RESEND: _resend,
    Relation.DOUBLE_SUBMIT: _double_submit,
    Relation.RETRY: _retry,
    Relation.REKEYED: _rekeyed,
    Relation.CROSS_CHANNEL: _cross_channel,
    Relation.CONFIRMATION: _confirmation,
    Relation.AMENDMENT: _amendment,
    Relation.SUPERSET: _superset,
    Relation.PARTIAL: _partial,
    Relation.WRONG_CUSTOMER: _wrong_customer,
    Relation.EVASION: _evasion,
}


def _with_reference(scene: Scene, rng: random.Random) -> Desk:
    for _ in range(8):
        desk = scene.desk(rng)
        if "reference" in desk.fields and not desk.kind.spoken:
            return desk
    return desk


def _typed_again(wants: list[Want], rng: random.Random, care: float) -> list[Want]:
    """Quantities as a tired hand types them; an order of one line would become another order."""
    slips = sum(rng.random() < 0.06 * care for _ in wants[:6]) if len(wants) > 1 else 0
    for place in rng.sample(range(len(wants)), min(slips, len(wants) // 2)):
        quantity = pen.mistyped_quantity(wants[place].quantity, rng)
        wants[place] = replace(wants[place], quantity=quantity)
    if rng.random() < 0.15:
        wants = [replace(want, price=want.item.price) for want in wants]
    return wants


def _extra(wants: list[Want], scene: Scene, rng: random.Random) -> Want:
    had = {want.item.code for want in wants}
    items = scene.catalogue.items
    item = next(
        (one for one in (rng.choice(items) for _ in range(30)) if one.code not in had), items[0]
    )
    return Want(item, rng.choice(wants).quantity, item.price)


def _wait(rng: random.Random, median: float, sigma: float, most: float, scene: Scene) -> timedelta:
    seconds = median * rng.lognormvariate(0, sigma) * scene.market.haste
    return timedelta(seconds=min(max(seconds, 120.0), most))


def _between(rng: random.Random, low: float, high: float, scene: Scene) -> timedelta:
    """Anything from `low` to `high` seconds, every power of ten as likely."""
    ratio = high / low
    return timedelta(seconds=low * ratio ** rng.random() * scene.market.haste)


def _clock(at: datetime, first: Entry) -> datetime:
    """A time as exact as the first order's."""
    shown = first.order.ordered_at
    if (shown.hour, shown.minute, shown.second) == (0, 0, 0) and first.at != shown:
        return at.replace(hour=0, minute=0, second=0, microsecond=0)
    return at.replace(microsecond=0) if shown.second else at.replace(second=0, microsecond=0)
