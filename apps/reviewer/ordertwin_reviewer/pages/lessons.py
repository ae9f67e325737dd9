"""What each relation is, and what gives it away: the constant part of every case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ordertwin_reviewer.pages.terms import N_


@dataclass(frozen=True, slots=True)
class Lesson:
    """`what` it is, and where to `look`; English, translated where it is shown."""

    what: str
    look: str


LESSONS: Mapping[str, Lesson] = {
    "RESEND": Lesson(
        N_("A system sent the same message again, often hours or a day later."),
        N_(
            "Everything that the customer wrote agrees: reference, lines, quantities, delivery"
            " date. Only numbers and times of our own are new."
        ),
    ),
    "DOUBLE_SUBMIT": Lesson(
        N_("Somebody pressed the button twice; both orders come within seconds."),
        N_("Look at the time first: same channel, same person, seconds apart, nothing differs."),
    ),
    "RETRY": Lesson(
        N_("A program got no answer and tried again by itself."),
        N_("Same connector, minutes apart, the same content; often several in a row."),
    ),
    "REKEYED": Lesson(
        N_("Somebody typed an order in that was there already."),
        N_(
            "Expect slips: a letter missing in the name, a digit too many in a quantity, lines in"
            " another order. Goods and customer agree, the person who entered it differs."
        ),
    ),
    "CROSS_CHANNEL": Lesson(
        N_("One purchase reached us twice, by two channels: by phone and by e-mail, for example."),
        N_(
            "The channels differ, and each has its own way to write things. Compare goods and"
            " quantities, and mind the hours between the two."
        ),
    ),
    "CONFIRMATION": Lesson(
        N_("The customer confirms in writing what was ordered before."),
        N_(
            "Read the note: words like confirmation, as agreed by phone, do not duplicate. It names"
            " no new goods."
        ),
    ),
    "AMENDMENT": Lesson(
        N_("A revised version of the same purchase order."),
        N_("The reference is the same, with a revision or a change code; some lines differ."),
    ),
    "SUPERSET": Lesson(
        N_("The earlier order comes again, with lines added."),
        N_("Every line of the existing order is there in the same quantity; some are new."),
    ),
    "PARTIAL": Lesson(
        N_("A part of the earlier order comes again as an order of its own."),
        N_("Every line is in the existing order; nothing is new, and no note speaks of a rest."),
    ),
    "WRONG_CUSTOMER": Lesson(
        N_("The same basket was entered under another customer number."),
        N_(
            "Goods, place and contact agree, the customer number does not. Ask which of the two"
            " accounts is the right one."
        ),
    ),
    "EVASION": Lesson(
        N_("The same reference, written differently so that a check lets it pass."),
        N_("A dot, a blank or a letter is added to the reference, and all else is the same."),
    ),
    "STANDING": Lesson(
        N_("A standing order: the customer orders this basket at a steady rhythm."),
        N_(
            "Look at the time between the two, and at the orders before: a week or a month apart,"
            " like every time."
        ),
    ),
    "BLANKET_RELEASE": Lesson(
        N_("A call-off against a blanket order: the same goods on purpose, in parts."),
        N_("Both name the same blanket order, and the numbers of their call-offs differ."),
    ),
    "SPLIT": Lesson(
        N_("One purchase that was entered as several orders."),
        N_("Together they make a whole: the lines do not repeat each other, the reference may."),
    ),
    "FAN_OUT": Lesson(
        N_("The same goods for several places of one customer."),
        N_("Everything agrees but the delivery address, or the branch that receives it."),
    ),
    "REPLACEMENT": Lesson(
        N_("It takes the place of an order that was cancelled or returned."),
        N_("Look at the state of the existing order: it is dead, so nothing goes out twice."),
    ),
    "REORDER": Lesson(
        N_("The customer needed more and bought again."),
        N_(
            "Days lie between the two, the reference is a new one, quantities fit what the customer"
            " usually takes."
        ),
    ),
    "VARIANT": Lesson(
        N_("The same product in another size or colour."),
        N_("Compare article codes and specifications, not only the names of products."),
    ),
    "COINCIDENCE": Lesson(
        N_("Two orders that have nothing to do with each other."),
        N_("What agrees is common: a product that everybody buys, a town, a frequent name."),
    ),
}
"""By the name of the relation; every relation has one."""
