"""The ways in which one purchase comes into the books twice.

Each function writes the second order at the moment `at`; None means that it does not fit after
all. `prepare_...` functions change the first order before it is written.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ordertwin_models.order import Channel, Order
from ordertwin_training.history.doors import Door
from ordertwin_training.history.identities import Customer, branch_of, sister_account
from ordertwin_training.history.references import evaded, revised
from ordertwin_training.history.sayings import (
    ADDITION_NOTES,
    CONFIRMING_NOTES,
    RETRY_NOTES,
    REVISED_NOTES,
    WRONG_ACCOUNT_NOTES,
)
from ordertwin_training.history.scene import Scene
from ordertwin_training.history.slips import (
    careless,
    careless_lines,
    careless_reference,
    date_by_default,
    date_moved,
    new_lines,
    one_line_more_or_less,
    one_line_of_another_variant,
    other_contact,
    other_note,
    other_recipient,
    repriced,
    some_quantities_changed,
)
from ordertwin_training.history.vocabulary import JUNK_REFERENCES, words
from ordertwin_training.history.world import Draft


def resend(scene: Scene, at: datetime) -> Draft:
    """The same message once more; some senders say so in its function code, some number it anew."""
    changes: dict[str, object] = {}
    if scene.door.channel is Channel.EDI:
        changes["message_function"] = scene.rng.choice(("7", "31", "07", "9", "00", ""))
    if scene.maybe(0.1):
        lines = scene.first.written.lines
        changes["lines"] = tuple(scene.rng.sample(lines, len(lines)))
    is_soon = at - scene.first.written.ordered_at < timedelta(days=1)
    if is_soon and len(scene.meant.lines) >= 4 and scene.maybe(0.15):
        changes["customer_reference"] = scene.fresh_reference(at)
    keeps_date = scene.maybe(0.25)
    return scene.copied(scene.first.written.ordered_at if keeps_date else at, **changes)


def double_submit(scene: Scene, at: datetime) -> Draft:
    """The button pressed twice."""
    return scene.copied(at)


def retry(scene: Scene, at: datetime) -> Draft:
    """Sent again because no answer came in time; now and then something optional got lost."""
    if scene.slip(0.12):
        meant = careless_lines(scene, scene.meant)
        meant = replace(meant, note=scene.saying(RETRY_NOTES, 0.4))
        return scene.rewritten(at, meant, clerk=scene.first.clerk)
    if scene.carries("note") and scene.maybe(0.06):
        return scene.copied(at, note=scene.any_of(RETRY_NOTES))
    lost = {"note": ""} if scene.slip(0.15) else {}
    return scene.copied(at, **lost)


def rekeyed(scene: Scene, at: datetime) -> Draft:
    """Entered a second time by hand, mostly by somebody else."""
    meant = careless_reference(scene, scene.meant) if scene.slip(0.7) else scene.meant
    meant = other_note(scene, careless(scene, meant))
    if scene.maybe(0.12):
        meant = date_by_default(scene, meant, at)
    if scene.maybe(0.4):
        return scene.rewritten(at, meant, door=scene.world.hall.desk(scene.door, scene.rng))
    clerk = scene.first.clerk
    if scene.maybe(0.75):
        clerk = scene.door.other_clerk(clerk, scene.rng)
    return scene.rewritten(at, meant, door=_rekeying_door(scene), clerk=clerk)


def _rekeying_door(scene: Scene) -> Door:
    """The same door with its manners of today: boxes or pieces, words or codes."""
    changes: dict[str, object] = {}
    if scene.slip(0.12):
        changes["sells_packs"] = not scene.door.sells_packs
    if scene.slip(0.12) and "name" in scene.door.carries:
        changes["is_free_text"] = not scene.door.is_free_text
    return replace(scene.door, **changes) if changes else scene.door  # type: ignore[arg-type]


def _door_again(scene: Scene, share: float) -> Door:
    """The door of the first order, or for a `share` of them any other."""
    other = scene.world.hall.another(scene.door, scene.rng) if scene.maybe(share) else None
    return other or scene.door


def cross_channel(scene: Scene, at: datetime) -> Draft | None:
    """The same purchase through another channel, as another desk writes it down."""
    door = scene.world.hall.another(scene.door, scene.rng)
    if door is None:
        return None
    meant = other_note(scene, careless(scene, scene.meant))
    if scene.maybe(0.2):
        meant = other_contact(scene, meant)
    if scene.maybe(0.5):
        meant = replace(meant, customer_reference="")
    elif scene.slip(0.4):
        meant = careless_reference(scene, meant)
    if scene.maybe(0.3):
        meant = one_line_more_or_less(scene, meant)
    if scene.maybe(0.25):
        meant = other_recipient(scene, meant)
    party = meant.customer
    if scene.maybe(0.25):
        party = replace(party, name=party.contact_name or party.name)
    if scene.maybe(0.2):
        party = replace(party, party_id="")
    fate = scene.rng.random()
    if fate < 0.3:
        meant = replace(meant, requested_delivery_date=None)
    elif fate < 0.36:
        meant = date_moved(scene, meant, most=4)
    elif fate < 0.46:
        meant = date_by_default(scene, meant, at)
    return scene.rewritten(at, replace(meant, customer=party), door=door)


def prepare_confirmation(scene: Scene) -> None:
    """The first order is taken by word of mouth, with no reference or a word in its place."""
    reference = ""
    if scene.maybe(0.4):
        reference = scene.rng.choice(words(JUNK_REFERENCES, scene.world.settings.language))
    door = scene.world.hall.spoken(scene.rng) or scene.door
    meant = replace(scene.meant, customer_reference=reference)
    scene.first = scene.rewritten(meant.ordered_at, meant, door=door)


def confirmation(scene: Scene, at: datetime) -> Draft | None:
    """The customer's own paper, with its reference, after the call."""
    door = scene.world.hall.written(scene.rng)
    if door is None:
        return None
    meant = replace(
        careless_lines(scene, scene.meant) if scene.slip(0.5) else scene.meant,
        customer_reference=scene.fresh_reference(at) or f"PO{scene.rng.randrange(10**3, 10**6)}",
        note=scene.saying(CONFIRMING_NOTES, 0.7),
    )
    if meant.note and scene.maybe(0.4):
        day = scene.first.written.ordered_at
        meant = replace(meant, note=f"{meant.note} {day.day}.{day.month}.")
    if scene.maybe(0.25):
        meant = other_recipient(scene, meant)
    if scene.maybe(0.25):
        meant = other_contact(scene, meant)
    if door.channel is Channel.EDI and scene.maybe(0.6):
        meant = replace(meant, message_function=scene.rng.choice(("42", "06")))
    return scene.rewritten(at, meant, door=door)


def amendment(scene: Scene, at: datetime) -> Draft:
    """A revision of the same purchase: most of it equal, a few lines changed.

    Some customers just send the same number again; where that is none, the note must say it.
    """
    reference, revision = scene.meant.customer_reference, ""
    running = scene.customer.numbering.is_running
    if not running or scene.maybe(0.65):
        reference, revision = revised(reference, scene.rng)
    shows_revision = bool(reference) and scene.carries("customer_reference")
    meant = replace(
        some_quantities_changed(scene, scene.meant, scene.rng.choice((0.0, 0.1, 0.3))),
        customer_reference=reference,
        revision=revision if reference else "",
        note=scene.saying(REVISED_NOTES, 0.45 if shows_revision else 1.0),
    )
    if scene.maybe(0.12) and (shows_revision or scene.carries("note")):
        meant = _changed_lines_alone(scene, meant)
    elif scene.carries("note") and scene.maybe(0.15):
        meant = one_line_of_another_variant(scene, meant)
        meant = replace(meant, note=scene.saying(REVISED_NOTES, 1.0))
    elif len(meant.lines) > 1 and scene.maybe(0.25):
        meant = one_line_more_or_less(scene, meant)
    if scene.maybe(0.4):
        meant = date_moved(scene, meant)
    if scene.maybe(0.1):
        meant = replace(meant, ship_to=scene.customer.site(scene.base.site + 1))
    if scene.maybe(0.1):
        meant = repriced(scene, meant)
    if scene.door.channel is Channel.EDI and scene.maybe(0.5):
        meant = replace(meant, message_function=scene.rng.choice(("4", "5", "04", "05")))
    return scene.rewritten(at, meant, door=_door_again(scene, 0.15))


def _changed_lines_alone(scene: Scene, meant: Order) -> Order:
    """Of a revision only what it changes, as some customers send it."""
    pairs = zip(meant.lines, scene.meant.lines, strict=True)
    changed = tuple(line for line, former in pairs if line != former)
    note = meant.note if meant.revision else scene.any_of(REVISED_NOTES)
    return replace(meant, lines=changed or meant.lines, note=note)


def prepare_superset(scene: Scene) -> None:
    """Now and then only the beginning of the first order came through."""
    lines = scene.meant.lines
    if len(lines) >= 4 and scene.maybe(0.25):
        kept = scene.rng.randint(len(lines) // 4, 3 * len(lines) // 4)
        meant = replace(scene.meant, lines=lines[:kept])
        scene.first = scene.rewritten(
            meant.ordered_at, meant, door=scene.door, clerk=scene.first.clerk
        )


def superset(scene: Scene, at: datetime) -> Draft:
    """The list again with additions, or whole after a part of it."""
    cut = scene.base.lines[len(scene.meant.lines) :]
    if cut:
        currency = scene.customer.region.currency
        rest = (scene.world.line(line, scene.customer, currency) for line in cut)
        meant = replace(scene.meant, lines=(*scene.meant.lines, *rest))
        if scene.maybe(0.4):
            meant = replace(meant, customer_reference=scene.fresh_reference(at))
        return scene.rewritten(at, meant)
    most = max(1, round(len(scene.meant.lines) * 0.5))
    added = new_lines(scene, scene.rng.randint(1, most), scene.meant)
    meant = replace(scene.meant, lines=(*scene.meant.lines, *added))
    return scene.rewritten(at, _resent(scene, meant, at), door=_door_again(scene, 0.45))


def partial(scene: Scene, at: datetime) -> Draft:
    """Part of the list again, mostly half of it or more, now and then with something new."""
    lines = list(scene.meant.lines)
    least = max(2, len(lines) // 10) if scene.maybe(0.3) else (len(lines) + 1) // 2
    kept = scene.rng.randint(least, len(lines) - 1)
    chosen = sorted(scene.rng.sample(range(len(lines)), kept))
    fresh = new_lines(scene, 1, scene.meant) if kept > 2 and scene.maybe(0.25) else []
    meant = replace(scene.meant, lines=(*(lines[place] for place in chosen), *fresh))
    return scene.rewritten(at, _resent(scene, meant, at), door=_door_again(scene, 0.45))


def _resent(scene: Scene, meant: Order, at: datetime) -> Order:
    fate = scene.rng.random()
    if fate < 0.2:
        meant = replace(meant, customer_reference="")
    elif fate < 0.35:
        meant = careless_reference(scene, meant)
    elif fate < 0.43:
        meant = replace(meant, customer_reference=scene.fresh_reference(at))
    if scene.maybe(0.1):
        meant = other_contact(scene, meant)
    if scene.maybe(0.25):
        return replace(meant, note=scene.any_of(ADDITION_NOTES))
    return other_note(scene, meant)


def wrong_customer(scene: Scene, at: datetime) -> Draft:
    """The same purchase booked under another account.

    Something of the right one remains, unless the account was picked from a list and brought
    everything that is on file along. Where few lines and no reference could tell, the goods still
    go to the right place, or are such as hardly anybody buys.
    """
    other, is_of_chain = _wrong_account(scene)
    rng, party = scene.rng, scene.meant.customer
    from_a_list = scene.maybe(0.4)

    def known(right: str, wrong: str) -> str:
        return wrong if from_a_list else rng.choice((right, wrong))

    wrong = replace(
        party,
        party_id=other.number,
        name=other.name,
        email=known(party.email, other.email),
        phone=known(party.phone, other.phone),
        contact_name=known(party.contact_name, other.contacts[0]),
        tax_id=other.tax_id,
    )
    meant = replace(scene.meant, customer=wrong, bill_to=other.bill_to)
    has_its_own_place = is_recognised_anywhere(scene) and not is_of_chain
    if has_its_own_place and scene.maybe(0.7 if from_a_list else 0.4):
        meant = replace(meant, ship_to=other.bill_to)
    if scene.maybe(0.2):
        meant = replace(meant, customer_reference="")
    elif scene.maybe(0.3):
        meant = careless_reference(scene, meant)
    if len(meant.lines) > 2 and scene.slip(0.4):
        meant = careless_lines(scene, meant)
    if scene.maybe(0.25):
        meant = repriced(scene, meant)
    if scene.carries("note") and scene.maybe(0.1):
        meant = replace(meant, note=scene.any_of(WRONG_ACCOUNT_NOTES))
    else:
        meant = other_note(scene, meant)
    door = _door_again(scene, 0.35)
    is_same_person = door is scene.door and scene.maybe(0.8 if door.knows_users else 0.4)
    clerk = scene.first.clerk if is_same_person else ""
    return scene.rewritten(at, meant, door=door, clerk=clerk)


def is_of_seldom_goods(scene: Scene) -> bool:
    """Whether hardly anybody else buys what is in the order."""
    lines = scene.first.written.lines
    return bool(lines) and all(map(scene.world.is_seldom_bought, scene.meant.lines))


def is_recognised_anywhere(scene: Scene) -> bool:
    """Whether lines or reference tell the purchase whoever and wherever the customer is."""
    has_reference = scene.customer.numbering.is_running and scene.carries("customer_reference")
    return len(scene.first.written.lines) >= 4 or (has_reference and scene.carries("lines"))


def _wrong_account(scene: Scene) -> tuple[Customer, bool]:
    """The other account, and whether it is that of another branch of the same chain: such a one
    buys the same for itself as well, so that only the right place tells the purchase."""
    recent = scene.world.recent
    strangers = [other for other in recent if other.key != scene.customer.key and other.number]
    if strangers and scene.maybe(0.6):
        return scene.rng.choice(strangers), False
    if scene.customer.is_company and scene.carries("ship_to") and scene.maybe(0.5):
        return branch_of(scene.customer, scene.rng.randint(1, 4)), True
    return sister_account(scene.customer), False


def evasion(scene: Scene, at: datetime) -> Draft:
    """Entered again with the reference changed just enough to pass a check for equality."""
    reference = evaded(scene.meant.customer_reference, scene.rng)
    meant = replace(scene.meant, customer_reference=reference)
    if scene.slip(0.3):
        meant = careless_lines(scene, meant)
    return scene.rewritten(at, meant)
