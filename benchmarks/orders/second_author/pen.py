"""What happens to a text between two pairs of hands: slips, short forms, machines that cut."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace
from decimal import Decimal

from benchmarks.orders.second_author.words import SHORT_FORMS
from ordertwin_models.order import PostalAddress

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_MISREAD = {
    "0": "O", "O": "0", "1": "l", "l": "1", "5": "S", "S": "5", "8": "B", "B": "8", "m": "rn",
    "2": "Z", "6": "b", "ü": "u", "é": "e",
}  # fmt: skip


def slip(text: str, rng: random.Random) -> str:
    """One slip of the finger: a neighbouring key, a letter lost, doubled or swapped.

    >>> slip("", random.Random(1)), len(slip("Hamburg", random.Random(1))) in (6, 7, 8)
    ('', True)
    """
    if not text:
        return text
    place = rng.randrange(len(text))
    char = text[place]
    match rng.randrange(4):
        case 0:
            return text[:place] + _neighbour(char, rng) + text[place + 1 :]
        case 1:
            return text[:place] + text[place + 1 :] if len(text) > 2 else text
        case 2:
            return text[:place] + char + text[place:]
        case _:
            return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def scanned(text: str, rng: random.Random, rate: float = 0.02) -> str:
    """What a text reader makes of it: look-alike characters, here and there."""
    return "".join(
        _MISREAD[char] if char in _MISREAD and rng.random() < rate else char for char in text
    )


def plain_capitals(text: str) -> str:
    """Capitals without accents, as old interfaces want them; other scripts stay.

    >>> plain_capitals("Müller & Söhne")
    'MULLER & SOHNE'
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).upper()


def shortened(text: str, language: str) -> str:
    """With the short forms that clerks of a language use."""
    for long, short in SHORT_FORMS.get(language, ()):
        text = text.replace(long, short)
    return text.strip()


def without_legal_form(name: str) -> str:
    """The name as it is said: nothing after a comma, no last word in capitals or with a dot."""
    said = name.split(",")[0].strip()
    first, _, last = said.rpartition(" ")
    return first if first and (last.isupper() or "." in last) else said


def mistyped_quantity(quantity: Decimal, rng: random.Random) -> Decimal:
    """Another number by a slip: two digits swapped, one too many or too few, the key beside.

    >>> mistyped_quantity(Decimal(7), random.Random(2)) != Decimal(7)
    True
    """
    digits = str(int(quantity))
    if len(digits) > 1 and rng.random() < 0.4 and digits[0] != digits[1] and digits[1] != "0":
        return Decimal(digits[1] + digits[0] + digits[2:])
    if digits.endswith("0") and rng.random() < 0.5:
        return Decimal(digits[:-1])
    if rng.random() < 0.25:
        return Decimal(digits + "0")
    return Decimal(max(1, int(quantity) + rng.choice((1, -1) if int(quantity) > 1 else (1,))))


def retyped_reference(reference: str, rng: random.Random) -> str:
    """A number copied by hand: a slip, the letters in front left away, or a word more."""
    if not reference:
        return reference
    dice = rng.random()
    if dice < 0.3:
        return slip(reference, rng)
    if dice < 0.55:
        return reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ-/ #") or reference
    if dice < 0.75:
        return f"{rng.choice(('PO ', 'Order ', 'Nr. ', 'your '))}{reference}"
    return reference


def disguised_reference(reference: str, rng: random.Random) -> str:
    """Changed just enough to pass a check for equality.

    >>> disguised_reference("4711", random.Random(1)) != "4711"
    True
    """
    middle = len(reference) // 2
    ways = [
        f"{reference}.",
        f"0{reference}",
        f"{reference} .",
        f"{reference[:middle]} {reference[middle:]}",
        f"{reference[:middle]}-{reference[middle:]}",
        f"_{reference}",
    ]
    if reference.lower() != reference:
        ways.append(reference.lower())
    return rng.choice(ways)


def rephrased_phone(phone: str, rng: random.Random) -> str:
    """The same number in another notation, or with a slip."""
    digits = "".join(char for char in phone if char.isdigit() or char == "+")
    if len(digits) < 6:
        return phone
    dice = rng.random()
    if dice < 0.08:
        return slip(digits, rng)
    if dice < 0.5:
        return digits
    return " ".join(digits[at : at + 3] for at in range(0, len(digits), 3))


def retold_place(
    place: PostalAddress, language: str, rng: random.Random, care: float
) -> PostalAddress:
    """The same place as another clerk writes it down."""
    street = " ".join(place.address_lines)
    if rng.random() < 0.4:
        street = shortened(street, language)
    if rng.random() < 0.25 * care:
        street = slip(street, rng)
    town = slip(place.locality, rng) if rng.random() < 0.08 * care else place.locality
    return replace(
        place,
        postal_code="" if rng.random() < 0.1 else place.postal_code,
        administrative_area="" if rng.random() < 0.4 else place.administrative_area,
        sublocality="" if rng.random() < 0.3 else place.sublocality,
        locality=town,
        address_lines=(street,),
        region_code="" if rng.random() < 0.2 else place.region_code,
        organization=without_legal_form(place.organization)
        if rng.random() < 0.3
        else place.organization,
    )


def _neighbour(char: str, rng: random.Random) -> str:
    for row in _ROWS:
        at = row.find(char.lower())
        if at >= 0:
            other = row[min(len(row) - 1, max(0, at + rng.choice((-1, 1))))]
            return other.upper() if char.isupper() else other
    return char
