"""The ways in which two different purchases look like one.

As in `duplicates`, each function writes the later order, and None means that it does not fit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ordertwin_models.order import Order, PostalAddress
from ordertwin_training.history.identities import branch_of, draw_customer, neighbour
from ordertwin_training.history.sayings import (
    GIFT_NOTES,
    LOAD_NOTES,
    MORE_NOTES,
    REPEATING_NOTES,
    REPLACING_NOTES,
    REST_NOTES,
    SAME_FOR_EACH_NOTES,
)
from ordertwin_training.history.scene import Scene
from ordertwin_training.history.slips import (
    new_lines,
    some_quantities_changed,
    variant_of,
    wanted_later,
)
from ordertwin_training.history.vocabulary import (
    DEPARTMENTS,
    POINTS,
    WORDS_AS_REFERENCE,
    words,
)
from ordertwin_training.history.world import Draft, party_of

_WITHOUT_POINTS = frozenset({"ja"})
"""Languages in whose addresses points are not told from streets."""


def standing(scene: Scene, at: datetime) -> Draft:
    """The usual basket once more, a rhythm later."""
    meant = _next_purchase(scene, at)
    if scene.maybe(0.12):
        meant = some_quantities_changed(scene, meant, 0.0)
    return scene.rewritten(at, replace(meant, note=scene.saying(REPEATING_NOTES, 0.2)))


def prepare_blanket_release(scene: Scene) -> None:
    """The first order is the first call-off against a contract."""
    blanket = f"{scene.rng.choice(('BPO-', 'FC', '46', 'RV'))}{scene.rng.randrange(10**4, 10**6)}"
    meant = replace(scene.meant, blanket_reference=blanket, release_number="1")
    scene.first = scene.rewritten(meant.ordered_at, meant, door=scene.door)


def blanket_release(scene: Scene, at: datetime) -> Draft:
    """The next call-off: a new release number, often the same quantity; or the rest of one."""
    if _can_wait(scene) and scene.maybe(0.12):
        return _rest_for_later(scene, at)
    meant = _next_purchase(scene, at)
    if scene.maybe(0.5):
        meant = some_quantities_changed(scene, meant, 0.3)
    return scene.rewritten(
        at,
        replace(
            meant,
            customer_reference=scene.meant.customer_reference,
            release_number=str(scene.round + 2),
        ),
    )


def prepare_split(scene: Scene) -> None:
    """The first order is only a part of the purchase; the base order keeps the whole.

    Where parts are told apart by a number in the note, that of the first is 1.
    """
    lines = scene.meant.lines
    part = scene.rng.randint(1, len(lines) - 1)
    meant = replace(scene.meant, lines=lines[:part])
    if scene.carries("note") and scene.maybe(0.15):
        meant = replace(meant, note=scene.numbered(LOAD_NOTES, 1))
    scene.first = scene.rewritten(meant.ordered_at, meant, door=scene.door, clerk=scene.first.clerk)


def split(scene: Scene, at: datetime) -> Draft | None:
    """The rest of the purchase, or a part of it, under the same reference.

    Or as much again: the next load, the rest for a later day, or more of the same on top.
    """
    if scene.is_numbered(LOAD_NOTES):
        return _next_load(scene, at)
    if _can_wait(scene) and scene.maybe(0.2):
        return _rest_for_later(scene, at)
    if scene.carries("note") and scene.maybe(0.15):
        return _more_of_the_same(scene, at)
    taken = len(scene.meant.lines)
    currency = scene.customer.region.currency
    rest = [scene.world.line(line, scene.customer, currency) for line in scene.base.lines[taken:]]
    meant = replace(scene.meant, lines=tuple(rest))
    if scene.maybe(0.25):
        meant = replace(meant, customer_reference=scene.fresh_reference(at))
    if scene.maybe(0.2):
        meant = replace(meant, ship_to=scene.customer.site(scene.base.site + 1))
    return scene.rewritten(at, meant, clerk=scene.first.clerk) if rest else None


def _next_load(scene: Scene, at: datetime) -> Draft:
    meant = replace(scene.meant, note=scene.numbered(LOAD_NOTES, scene.round + 2))
    if scene.maybe(0.5):
        meant = some_quantities_changed(scene, meant, 0.3)
    return scene.rewritten(at, meant)


def _can_wait(scene: Scene) -> bool:
    wanted = scene.meant.requested_delivery_date
    return wanted is not None and scene.carries("requested_date")


def _rest_for_later(scene: Scene, at: datetime) -> Draft:
    """The same lines under the same number, as much or less of each, for another day."""
    later = timedelta(days=scene.rng.choice((2, 7, 7, 14, 28)))
    meant = replace(wanted_later(scene.meant, later), note=scene.saying(REST_NOTES, 0.6))
    parts = [line for line in meant.lines if len(meant.lines) < 3 or scene.maybe(0.85)]
    meant = replace(meant, lines=tuple(parts or meant.lines))
    if scene.maybe(0.6):
        meant = some_quantities_changed(scene, meant, 0.5)
    return scene.rewritten(at, meant, clerk=scene.first.clerk)


def _more_of_the_same(scene: Scene, at: datetime) -> Draft:
    """A few of the lines again, in other quantities, and the note says so."""
    lines = scene.rng.sample(
        scene.meant.lines, scene.rng.randint(1, min(3, len(scene.meant.lines)))
    )
    meant = replace(scene.meant, lines=tuple(lines), note=scene.saying(MORE_NOTES, 1.0))
    meant = some_quantities_changed(scene, meant, 0.8)
    if scene.maybe(0.5):
        meant = replace(meant, customer_reference=scene.fresh_reference(at))
    return scene.rewritten(at, meant)


def prepare_fan_out(scene: Scene) -> None:
    """The goods go to a department or a point of a large customer, of which there are several at
    one place."""
    if not (scene.customer.is_company and scene.meant.ship_to.address_lines and scene.maybe(0.45)):
        return
    known = scene.meant.ship_to
    if scene.maybe(0.5) or scene.customer.region.language in _WITHOUT_POINTS:
        place = replace(known, recipients=(scene.any_of(DEPARTMENTS),))
    else:
        place = _at_point(known, scene.any_of(POINTS))
    meant = replace(scene.meant, ship_to=place)
    scene.first = scene.rewritten(meant.ordered_at, meant, door=scene.door, clerk=scene.first.clerk)


def _at_point(place: PostalAddress, point: str) -> PostalAddress:
    return replace(place, address_lines=(place.address_lines[0], point))


def _another_in_turn(scene: Scene, table: dict[str, tuple[str, ...]], known: str) -> str | None:
    """Where the next of a round of deliveries goes, each to its own; None when all had theirs."""
    others = [place for place in words(table, scene.world.settings.language) if place != known]
    return others[scene.round] if scene.round < len(others) else None


def _next_place(scene: Scene) -> PostalAddress | None:
    known = scene.meant.ship_to
    if scene.customer.is_company and known.recipients:
        department = _another_in_turn(scene, DEPARTMENTS, known.recipients[0])
        return replace(known, recipients=(department,)) if department else None
    shows_points = scene.customer.region.language not in _WITHOUT_POINTS
    if scene.customer.is_company and known.address_lines[1:] and shows_points:
        point = _another_in_turn(scene, POINTS, known.address_lines[1])
        return _at_point(known, point) if point else None
    place = scene.customer.site(scene.base.site + scene.round + 1)
    if place != known:
        return place
    friend = scene.world.customer(
        f"{scene.customer.key} friend {scene.round}", scene.customer.region.code, False, True
    )
    return replace(friend.bill_to, recipients=(scene.rng.choice(scene.customer.contacts),))


def fan_out(scene: Scene, at: datetime) -> Draft | None:
    """The same goods for another place: a chain's next store or department, the next aunt."""
    if scene.customer.is_company and not scene.meant.ship_to.recipients and scene.maybe(0.25):
        return _for_branch(scene, at)
    place = _next_place(scene)
    if not place:
        return None
    meant = replace(scene.meant, ship_to=place)
    if scene.maybe(0.5):
        meant = replace(meant, customer_reference=scene.fresh_reference(at))
    if scene.maybe(0.2):
        meant = some_quantities_changed(scene, meant, 0.2)
    if scene.customer.is_company:
        meant = replace(meant, note=scene.saying(SAME_FOR_EACH_NOTES, 0.15))
    else:
        meant = replace(meant, note=scene.saying(GIFT_NOTES, 0.4))
    return scene.rewritten(at, meant, clerk=scene.first.clerk)


def _for_branch(scene: Scene, at: datetime) -> Draft | None:
    """The same goods for another branch, under its account; None where its place is not shown."""
    branch = branch_of(scene.customer, scene.round + 1)
    meant = replace(
        scene.meant,
        customer=party_of(branch, scene.rng),
        ship_to=branch.bill_to,
        bill_to=scene.rng.choice((branch.bill_to, scene.meant.bill_to)),
        note=scene.saying(SAME_FOR_EACH_NOTES, 0.15),
    )
    if scene.maybe(0.5):
        meant = replace(meant, customer_reference=scene.fresh_reference(at))
    draft = scene.rewritten(at, meant, customer=branch)
    return draft if draft.written.ship_to.address_lines else None


def replacement(scene: Scene, at: datetime) -> Draft:
    """Entered again, once, after the first was cancelled or came back; often put right."""
    meant = replace(scene.meant, note=scene.saying(REPLACING_NOTES, 0.3))
    if scene.maybe(0.5):
        meant = some_quantities_changed(scene, meant, 0.05)
    if scene.maybe(0.2) and len(meant.lines) < 40:
        meant = replace(meant, lines=(*meant.lines, *new_lines(scene, 1, meant)))
    if scene.maybe(0.3):
        meant = replace(meant, customer_reference=scene.fresh_reference(at))
    return scene.rewritten(at, meant)


def reorder(scene: Scene, at: datetime) -> Draft:
    """Bought again, later, in other quantities and with some other goods."""
    meant = _next_purchase(scene, at)
    lines = [line for line in meant.lines if len(meant.lines) < 3 or scene.maybe(0.75)]
    meant = some_quantities_changed(scene, replace(meant, lines=tuple(lines or meant.lines)), 0.58)
    extra = new_lines(scene, scene.rng.randint(0, 1 + len(meant.lines) // 3), meant)
    return scene.rewritten(at, replace(meant, lines=(*meant.lines, *extra)))


def prepare_variant(scene: Scene) -> None:
    """The first order is cut to goods that come in variants."""
    kept = [line for line in scene.meant.lines if variant_of(scene, line) is not None][:6]
    meant = replace(scene.meant, lines=tuple(kept))
    scene.first = scene.rewritten(meant.ordered_at, meant, door=scene.door)


def variant(scene: Scene, at: datetime) -> Draft | None:
    """The same goods in another size or colour."""
    varied = [variant_of(scene, line) for line in scene.meant.lines]
    lines = tuple(line for line in varied if line is not None)
    meant = replace(scene.meant, lines=lines)
    if scene.maybe(0.6):
        meant = replace(meant, customer_reference=scene.fresh_reference(at))
    return scene.rewritten(at, meant) if lines else None


def prepare_coincidence(scene: Scene) -> None:
    """The first order is a starter set or one line of something everybody buys."""
    kit = scene.world.starter_set(scene.rng)
    lines = [scene.world.line_of(item, amount, scene.customer) for item, amount in kit]
    meant = replace(scene.meant, lines=tuple(lines))
    if scene.maybe(0.15):
        meant = replace(meant, customer_reference=scene.any_of(WORDS_AS_REFERENCE))
    scene.first = scene.rewritten(meant.ordered_at, meant, door=scene.door)


def coincidence(scene: Scene, at: datetime) -> Draft:
    """Somebody else buys the same; now and then a neighbour in the same building."""
    key = f"{scene.customer.key} double {scene.round}"
    other = draw_customer(
        key,
        seed=scene.world.seed,
        region_code=scene.customer.region.code,
        is_company=scene.customer.is_company,
        numberings=scene.world.settings.numberings,
    )
    if scene.maybe(0.35):
        other = neighbour(scene.customer, other)
    wanted = at.date() + timedelta(days=scene.rng.choice((1, 2, 3, 5, 7, 14, 30)))
    if scene.maybe(0.4):
        wanted = scene.base.requested or wanted
    base = replace(scene.base, customer=key, at=at, requested=scene.base.requested and wanted)
    meant = scene.world.meant(base, other, scene.rng)
    written = scene.meant.customer_reference
    if written in words(WORDS_AS_REFERENCE, scene.world.settings.language):
        meant = replace(meant, customer_reference=written)
    return scene.rewritten(at, replace(meant, lines=scene.meant.lines), customer=other)


def _next_purchase(scene: Scene, at: datetime) -> Order:
    """The same goods as a purchase of its own: own reference, own delivery date."""
    meant = replace(scene.meant, customer_reference=scene.fresh_reference(at))
    passed = timedelta(days=(at.date() - meant.ordered_at.date()).days)
    return wanted_later(meant, max(passed, timedelta(days=1)))
