"""What only looks like a duplicate: one function for each kind of look-alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from benchmarks.orders.second_author import copies
from benchmarks.orders.second_author.desk import Desk, Want, Wish
from benchmarks.orders.second_author.scene import Entry, Scene
from benchmarks.orders.second_author.words import PHRASES
from ordertwin_models.decision import Relation
from ordertwin_models.order import OrderState
from ordertwin_training.stream import StatusEvent, Truth


def possible(relation: Relation, wish: Wish, scene: Scene) -> bool:
    """Whether there can be such a neighbour, and be told from a duplicate."""
    market, account = scene.market, bool(wish.buyer.number)
    match relation:
        case Relation.FAN_OUT:
            return "ship_to" not in market.absent and len(wish.wants) <= 40
        case Relation.STANDING | Relation.BLANKET_RELEASE:
            return account and market.consumers < 0.5
        case Relation.REORDER:
            return account
        case Relation.SPLIT:
            return len(wish.wants) > 1
        case Relation.VARIANT:
            rng = random.Random(1)
            return any(scene.catalogue.variant(want.item, rng) for want in wish.wants[:5])
        case Relation.COINCIDENCE:
            return len(wish.wants) <= 3
        case _:
            return True


def opening(relation: Relation, wish: Wish, scene: Scene, rng: random.Random) -> tuple[Wish, Desk]:
    """The first order, before its neighbours."""
    if relation is Relation.SPLIT:
        half = max(1, len(wish.wants) // 2)
        quote = f"Q{rng.randrange(10_000)}" if rng.random() < 0.3 else ""
        return replace(wish, wants=wish.wants[:half], quote=quote), scene.desk(rng)
    if relation is Relation.BLANKET_RELEASE:
        contract = f"RV-{rng.randrange(1000, 9999)}"
        return replace(wish, blanket=contract, release="1"), scene.desk(rng)
    if relation is Relation.FAN_OUT:
        desk = next((d for d in (scene.desk(rng) for _ in range(8)) if "ship_to" in d.fields), None)
        return wish, desk or scene.desk(rng)
    return wish, scene.desk(rng)


def neighbours(
    relation: Relation, first: Entry, wished: Wish, scene: Scene, rng: random.Random
) -> Iterator[Entry]:
    """The look-alikes of `first`, each with its truth."""
    yield from _MAKERS[relation](first, wished, scene, rng)


def _standing(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    rhythm, before = rng.choice((1, 7, 7, 14)), first
    for turn in range(1, rng.randint(3, 6)):
        at = first.at + timedelta(days=rhythm * turn, minutes=rng.gauss(0, 30))
        due = wished.requested and wished.requested + timedelta(days=rhythm * turn)
        wish = replace(first.wish, at=at, reference=wished.buyer.reference(at, rng), requested=due)
        before = standing(wish, before, scene, rng, first=turn == 1)
        yield before


def standing(wish: Wish, before: Entry, scene: Scene, rng: random.Random, *, first: bool) -> Entry:
    """The next order of a plan, through the same door.

    Before there was a rhythm, nobody can tell the first repeat within days from a duplicate, unless
    it has a number of its own; what it is stays open.
    """
    made = scene.write(wish, before.desk, rng, Truth(Relation.STANDING, before.order.order_id))
    sudden = made.at - before.at < timedelta(days=3)
    own_number = len(made.order.customer_reference) > 2 and wish.buyer.habit != "words"
    return replace(made, truth=None) if first and sudden and not own_number else made


def _blanket(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    at, before = first.at, first
    for turn in range(2, rng.randint(3, 6)):
        at += timedelta(days=rng.choice((0.3, 1, 3, 7, 10)), minutes=rng.gauss(0, 90))
        wants = tuple(
            _requantified(want, rng) if rng.random() < 0.3 else want for want in first.wish.wants
        )
        wish = replace(
            first.wish, at=max(at, before.at), wants=wants, release=str(turn),
            requested=(at + timedelta(days=6)).date(),
        )  # fmt: skip
        truth = Truth(Relation.BLANKET_RELEASE, before.order.order_id)
        before = scene.write(wish, first.desk, rng, truth)
        yield before


def _split(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    """The rest of the list, under the same number: other warehouse, other category, other buyer."""
    rest = wished.wants[len(first.wish.wants) :]
    at = first.at + timedelta(seconds=rng.choice((rng.uniform(3, 60), rng.uniform(60, 1500))))
    wish = replace(first.wish, at=at, wants=rest)
    if rng.random() < 0.3 and first.wish.requested:
        wish = replace(wish, requested=first.wish.requested + timedelta(days=3))
    yield scene.write(wish, first.desk, rng, Truth(Relation.SPLIT, first.order.order_id))


def _fan_out(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    """The same for every branch, or a present for everyone."""
    if "ship_to" not in first.desk.fields:
        return
    places = [site for site in wished.buyer.sites if site != wished.site]
    stranger = scene.people.other(wished.buyer, rng)
    places += [replace(stranger.bill_to, organization="")] if stranger and not places else []
    at = first.at
    for number, place in enumerate(places[:4], start=2):
        at += timedelta(seconds=rng.uniform(10, 400))
        reference = wished.reference
        if reference and rng.random() < 0.4:
            reference = f"{reference}-{number:02d}"
        wish = replace(wished, at=at, site=place, reference=reference)
        yield scene.write(wish, first.desk, rng, Truth(Relation.FAN_OUT, first.order.order_id))


def _replacement(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    """Cancelled or sent back, then ordered once more; now and then even twice."""
    returned = rng.random() < 0.3
    wait = rng.uniform(2, 8) * 86_400 if returned else 60 * 10 ** rng.uniform(0.3, 3.5)
    at = first.at + timedelta(seconds=wait)
    state = OrderState.RETURNED if returned else OrderState.CANCELLED
    scene.statuses.append(StatusEvent("", first.order.order_id, state, at))
    at += timedelta(seconds=60 * 10 ** rng.uniform(0.2, 3.3))
    wants = tuple(_requantified(want, rng) if rng.random() < 0.1 else want for want in wished.wants)
    note = rng.choice(PHRASES[scene.market.language].replacing) if rng.random() < 0.3 else ""
    reference = wished.reference if rng.random() < 0.6 else wished.buyer.reference(at, rng)
    wish = replace(wished, at=at, wants=wants, note=note, reference=reference)
    desk = first.desk if rng.random() < 0.7 else scene.desk(rng)
    second = scene.write(wish, desk, rng, Truth(Relation.REPLACEMENT, first.order.order_id))
    yield second
    if rng.random() < 0.2:
        once_more = copies.copy(Relation.DOUBLE_SUBMIT, second, wish, scene, rng)
        if once_more is not None:
            yield once_more


def _reorder(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    """Bought again when it is used up."""
    at = first.at + timedelta(days=min(90.0, max(4.0, rng.lognormvariate(2.8, 0.7))))
    wants = [
        _requantified(want, rng) if rng.random() < 0.58 else want
        for want in wished.wants
        if rng.random() < 0.7
    ] or [_requantified(wished.wants[0], rng)]
    if rng.random() < 0.13:
        wants = [replace(w, price=(w.price * Decimal("1.04")).quantize(w.price)) for w in wants]
    wish = replace(
        wished, at=at, wants=tuple(wants), reference=wished.buyer.reference(at, rng),
        requested=(at + timedelta(days=4)).date(),
    )  # fmt: skip
    desk = first.desk if rng.random() < 0.7 else scene.desk(rng)
    yield scene.write(wish, desk, rng, Truth(Relation.REORDER, first.order.order_id))


def _variant(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    """The other size, the other colour."""
    at = first.at + timedelta(seconds=60 * 10 ** rng.uniform(0, 3.4))
    wants = [
        replace(want, item=other, price=other.price)
        for want in wished.wants
        if (other := scene.catalogue.variant(want.item, rng)) is not None
    ]
    had = {want.item.code for want in wished.wants}
    wants = [want for want in wants if want.item.code not in had]
    if not wants:
        return
    wish = replace(wished, at=at, wants=tuple(wants), reference=wished.buyer.reference(at, rng))
    yield scene.write(wish, first.desk, rng, Truth(Relation.VARIANT, first.order.order_id))


def _coincidence(first: Entry, wished: Wish, scene: Scene, rng: random.Random) -> Iterator[Entry]:
    """Somebody else wants the same on the same day, perhaps in the same house.

    One line may be equal in full; of more lines one differs in quantity at least, or a second
    account could not be told from a wrong one.
    """
    other = scene.people.other(wished.buyer, rng)
    if other is None:
        return
    at = first.at + timedelta(seconds=60 * 10 ** rng.uniform(0, 3.3))
    site = other.bill_to
    if rng.random() < 0.3:
        unit = f"{rng.choice(('Unit', 'No.', '#'))} {rng.randint(2, 60)}"
        site = replace(
            wished.site,
            address_lines=(*wished.site.address_lines, unit),
            organization=other.name if other.is_company else "",
            recipients=() if other.is_company else (other.name,),
        )
    wants = list(wished.wants)
    if len(wants) > 1:
        place = rng.randrange(len(wants))
        wants[place] = _requantified(wants[place], rng)
    requested = wished.requested and wished.requested + timedelta(days=rng.choice((0, 1, 2, 4)))
    wish = replace(
        wished, buyer=other, at=at, site=site, contact=0, reference=other.reference(at, rng),
        requested=requested, wants=tuple(wants),
    )  # fmt: skip
    yield scene.write(wish, scene.desk(rng), rng, Truth(Relation.COINCIDENCE, first.order.order_id))


_MAKERS: Mapping[Relation, Callable[[Entry, Wish, Scene, random.Random], Iterator[Entry]]] = {
    Relation.STANDING: _standing,
    Relation.BLANKET_RELEASE: _blanket,
    Relation.SPLIT: _split,
    Relation.FAN_OUT: _fan_out,
    Relation.REPLACEMENT: _replacement,
    Relation.REORDER: _reorder,
    Relation.VARIANT: _variant,
    Relation.COINCIDENCE: _coincidence,
}


def _requantified(want: Want, rng: random.Random) -> Want:
    factor = Decimal(rng.choice(("0.5", "2", "3", "0.25", "1.5")))
    quantity = max(Decimal(1), (want.quantity * factor).quantize(Decimal(1)))
    return replace(want, quantity=quantity + (quantity == want.quantity))
