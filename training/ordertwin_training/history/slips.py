"""What goes wrong when an order is written a second time: names, references, quantities, lines.

Each function takes a meant order and returns another; none makes an order unrecognisable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ordertwin_models.order import Order, OrderKind, OrderLine
from ordertwin_training.history.noise import foreign_keyboard, misspelt, swapped_digits
from ordertwin_training.history.quantities import other_quantity
from ordertwin_training.history.sayings import CLERKS_NOTES, PLAIN_NOTES
from ordertwin_training.history.scene import Scene
from ordertwin_training.history.seeds import pick
from ordertwin_training.history.vocabulary import JUNK_REFERENCES, words

Slip = Callable[[Scene, Order], Order]
"""One thing that goes wrong; gives the order back as it was where it cannot."""


def careless(scene: Scene, order: Order) -> Order:
    """The order as somebody else keys it: a few slips in party, place, date or lines."""
    return _with_slips(scene, order, _SLIPS, _USUAL_SLIPS)


def careless_lines(scene: Scene, order: Order) -> Order:
    """The order with a slip or two in its lines, if any."""
    return _with_slips(scene, order, _SLIPS_IN_LINES, _USUAL_SLIPS / 2)


def _with_slips(scene: Scene, order: Order, slips: Mapping[Slip, float], usual: float) -> Order:
    """The order after some of the slips; how many depends on the carelessness of the world."""
    carelessness = usual * scene.world.settings.noise
    count = int(scene.rng.expovariate(1 / carelessness)) if carelessness else 0
    for _ in range(min(count, _MOST_SLIPS)):
        order = pick(scene.rng, slips)(scene, order)
    return order


def careless_reference(scene: Scene, order: Order) -> Order:
    """The order with its reference lost, misread or replaced by what the clerk had at hand.

    A purchase order entered twice draws the next number of our own, as often as not.
    """
    reference, fate = order.customer_reference, scene.rng.random()
    if not reference:
        return order
    if order.kind is OrderKind.PURCHASE and scene.maybe(0.6):
        return replace(order, customer_reference=scene.fresh_reference(order.ordered_at))
    language = scene.world.settings.language
    if fate < 0.2:
        reference = ""
    elif fate < 0.4:
        reference = misspelt(reference, scene.rng)
    elif fate < 0.5:
        reference = scene.rng.choice(words(JUNK_REFERENCES, language))
    elif fate < 0.58:
        reference = scene.fresh_reference(order.ordered_at)
    elif fate < 0.68:
        reference = reference.lstrip("PO-#0 ") or reference
    return replace(order, customer_reference=reference)


def one_line_more_or_less(scene: Scene, order: Order) -> Order:
    """The order with one line added, or one left out where enough remain."""
    lines = list(order.lines)
    if len(lines) >= 3 and scene.maybe(0.5):
        lines.pop(scene.rng.randrange(len(lines)))
    else:
        lines += new_lines(scene, 1, order)
    return replace(order, lines=tuple(lines))


def new_lines(scene: Scene, count: int, order: Order) -> list[OrderLine]:
    """Up to `count` lines of goods that the order does not have, in quantities it is used to."""
    known = {line.sku for line in order.lines}
    items = scene.world.catalogue.items
    drawn = scene.rng.sample(range(len(items)), min(count + 2, len(items)))
    fresh = [items[place] for place in drawn if items[place].code not in known][:count]
    amounts = [line.quantity or Decimal(1) for line in order.lines] or [Decimal(1)]
    return [scene.world.line_of(item, scene.rng.choice(amounts), scene.customer) for item in fresh]


def one_line_of_another_variant(scene: Scene, order: Order) -> Order:
    """The order with one line in another size or colour, where any comes in several."""
    places = list(range(len(order.lines)))
    for place in scene.rng.sample(places, len(places)):
        line = variant_of(scene, order.lines[place])
        if line is not None:
            return replace(order, lines=(*order.lines[:place], line, *order.lines[place + 1 :]))
    return order


def variant_of(scene: Scene, line: OrderLine) -> OrderLine | None:
    """As much of the same goods in another size or colour; None where there is no other."""
    item = scene.world.item(line.sku)
    other = scene.world.catalogue.variant(item, scene.rng) if item else None
    if other is None:
        return None
    return scene.world.line_of(other, line.quantity or _ONE, scene.customer)


def some_quantities_changed(scene: Scene, order: Order, share: float) -> Order:
    """The order with other quantities on `share` of its lines, on one at least."""
    if not order.lines:
        return order
    sure = scene.rng.randrange(len(order.lines))
    lines = tuple(
        replace(line, quantity=other_quantity(line.quantity or Decimal(1), scene.rng))
        if place == sure or scene.maybe(share)
        else line
        for place, line in enumerate(order.lines)
    )
    return replace(order, lines=lines)


def _name_misspelt(scene: Scene, order: Order) -> Order:
    return _party(order, name=misspelt(order.customer.name, scene.rng))


def _name_on_another_keyboard(scene: Scene, order: Order) -> Order:
    if scene.customer.region.language not in ("zh", "ja"):
        return _name_misspelt(scene, order)
    return _party(order, name=foreign_keyboard(order.customer.name, scene.rng))


def _name_shortened(scene: Scene, order: Order) -> Order:
    """A company as people call it: by its first words, or without what it does."""
    name = order.customer.name
    if scene.customer.region.language in ("zh", "ja"):
        return _party(order, name=name[: max(4, len(name) - 6)])
    words_of_name = name.split()
    return _party(order, name=" ".join(words_of_name[: scene.rng.choice((1, 2))]) or name)


def other_contact(scene: Scene, order: Order) -> Order:
    """The order from somebody else of the customer's people, or from one whose name is misspelt."""
    contact = order.customer.contact_name
    names = (misspelt(contact, scene.rng), *scene.customer.contacts)
    return _party(order, contact_name=scene.rng.choice(names))


def _misdialled(scene: Scene, order: Order) -> Order:
    return _party(order, phone=order.customer.phone[:-1] + scene.rng.choice("0123456789"))


def _mail_misspelt(scene: Scene, order: Order) -> Order:
    return _party(order, email=misspelt(order.customer.email, scene.rng))


def _tax_number_lost(scene: Scene, order: Order) -> Order:
    return _party(order, tax_id="")


def _postal_code_misspelt(scene: Scene, order: Order) -> Order:
    return _place(order, postal_code=misspelt(order.ship_to.postal_code, scene.rng))


def _street_misspelt(scene: Scene, order: Order) -> Order:
    lines = order.ship_to.address_lines
    return _place(order, address_lines=tuple(misspelt(line, scene.rng) for line in lines))


def date_moved(scene: Scene, order: Order, most: int = 14) -> Order:
    """The order wanted on another day, up to `most` days later or a few earlier."""
    days = scene.rng.choice([move for move in _MOVES if abs(move) <= most])
    return wanted_later(order, timedelta(days=days))


def wanted_later(order: Order, by: timedelta) -> Order:
    """The order for so many days later, where a day is wanted."""
    wanted = order.requested_delivery_date
    return replace(order, requested_delivery_date=wanted and wanted + by)


def date_by_default(scene: Scene, order: Order, at: datetime) -> Order:
    """The order of `at` wanted as soon as the first one was: forms propose a day of their own."""
    return wanted_later(order, at.date() - order.ordered_at.date())


def _date_mistaken(scene: Scene, order: Order) -> Order:
    return date_moved(scene, order, most=2)


def _note_lost(scene: Scene, order: Order) -> Order:
    return replace(order, note="")


def other_note(scene: Scene, order: Order) -> Order:
    """The order as somebody else notes what matters about it: something else, or nothing."""
    if not scene.carries("note") or scene.maybe(0.5):
        return order
    note = scene.any_of(scene.rng.choice((PLAIN_NOTES, PLAIN_NOTES, CLERKS_NOTES)))
    return replace(order, note=note if scene.maybe(0.7) else "")


def other_recipient(scene: Scene, order: Order) -> Order:
    """The order for the same place, and somebody else named there, or nobody, or the company."""
    place, party = order.ship_to, order.customer
    if not place.address_lines:
        return order
    named = scene.rng.choice((party.contact_name, scene.rng.choice(scene.customer.contacts), ""))
    company = party.name if scene.maybe(0.4) else ""
    return replace(
        order,
        ship_to=replace(place, recipients=(named,) if named else (), organization=company),
    )


def _point_lost(scene: Scene, order: Order) -> Order:
    return _place(order, address_lines=order.ship_to.address_lines[:1])


def _clerks_note(scene: Scene, order: Order) -> Order:
    return replace(order, note=scene.any_of(CLERKS_NOTES))


def _release_lost(scene: Scene, order: Order) -> Order:
    return replace(order, release_number="")


def _shuffled(scene: Scene, order: Order) -> Order:
    return replace(order, lines=tuple(scene.rng.sample(order.lines, len(order.lines))))


def _line_missed(scene: Scene, order: Order) -> Order:
    if len(order.lines) < 3:
        return order
    missed = scene.rng.randrange(len(order.lines))
    return replace(order, lines=order.lines[:missed] + order.lines[missed + 1 :])


def _line_doubled(scene: Scene, order: Order) -> Order:
    if len(order.lines) < 2:
        return order
    return replace(order, lines=(*order.lines, scene.rng.choice(order.lines)))


def _miscounted(scene: Scene, order: Order) -> Order:
    """A quantity keyed wrongly; people look twice where there is only one."""
    if len(order.lines) < 2 and scene.maybe(0.8):
        return order
    return _one_line(
        scene,
        order,
        lambda line: replace(line, quantity=swapped_digits(line.quantity or _ONE, scene.rng)),
    )


def _code_misspelt(scene: Scene, order: Order) -> Order:
    return _one_line(
        scene, order, lambda line: replace(line, sku=misspelt(line.sku, scene.rng), gtin="")
    )


def repriced(scene: Scene, order: Order) -> Order:
    """The order from another price list."""
    percent = Decimal(scene.rng.choice((90, 95, 98, 103, 110)))
    return replace(
        order,
        lines=tuple(
            replace(line, unit_price=(line.unit_price * percent / 100).quantize(line.unit_price))
            if line.unit_price is not None
            else line
            for line in order.lines
        ),
    )


def _party(order: Order, **changes: str) -> Order:
    return replace(order, customer=replace(order.customer, **changes))


def _place(order: Order, **changes: Any) -> Order:
    return replace(order, ship_to=replace(order.ship_to, **changes))


def _one_line(scene: Scene, order: Order, change: Callable[[OrderLine], OrderLine]) -> Order:
    if not order.lines:
        return order
    place = scene.rng.randrange(len(order.lines))
    changed = change(order.lines[place])
    return replace(order, lines=(*order.lines[:place], changed, *order.lines[place + 1 :]))


_ONE = Decimal(1)
_MOVES = (-7, -2, -1, 1, 1, 2, 3, 4, 5, 7, 7, 14)
_USUAL_SLIPS = 2.0
_MOST_SLIPS = 5
_SLIPS_IN_LINES: Mapping[Slip, float] = {
    _shuffled: 3.0,
    _miscounted: 2.5,
    _line_missed: 1.5,
    repriced: 0.8,
    _code_misspelt: 0.7,
    _line_doubled: 0.6,
}
_SLIPS: Mapping[Slip, float] = {
    **_SLIPS_IN_LINES,
    _name_misspelt: 3.0,
    _name_on_another_keyboard: 1.0,
    _name_shortened: 1.0,
    other_contact: 2.0,
    _misdialled: 1.0,
    _mail_misspelt: 0.8,
    _tax_number_lost: 0.5,
    _postal_code_misspelt: 1.0,
    _street_misspelt: 1.0,
    _date_mistaken: 0.6,
    _note_lost: 2.0,
    _release_lost: 0.5,
    _point_lost: 1.0,
    _clerks_note: 1.5,
    other_recipient: 1.2,
}
"""What may go wrong, and how often compared with the others."""
