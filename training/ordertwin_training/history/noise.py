"""Slips and shortcuts of people who write: misspelt names, swapped digits, abbreviated goods.

Functions of a text or number and a random stream; they know nothing about orders.
"""

from __future__ import annotations

import random
from decimal import Decimal

from ordertwin_training.history.vocabulary import ROAD_WORDS

_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa",
    "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu",
    "z": "x", "0": "9", "1": "2", "2": "13", "3": "24", "4": "35", "5": "46", "6": "57", "7": "68",
    "8": "79", "9": "80",
}  # fmt: skip
_TRADITIONAL = str.maketrans("贸电设备东广华国业车门龙长马乐书", "貿電設備東廣華國業車門龍長馬樂書")
_FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


def misspelt(text: str, rng: random.Random) -> str:
    """The text with one slip: two letters swapped, one dropped, doubled or hit beside.

    >>> from ordertwin_training.history.seeds import chance
    >>> misspelt("Miller", chance(1)) != "Miller"
    True
    """
    places = [i for i in range(1, len(text)) if text[i].isalnum()]
    if not places:
        return text
    i = rng.choice(places)
    slip = rng.randrange(4)
    if slip == 0 and text[i] != text[i - 1] and text[i - 1].isalnum():
        return text[: i - 1] + text[i] + text[i - 1] + text[i + 1 :]
    if slip == 1 and len(text) > 3:
        return text[:i] + text[i + 1 :]
    beside = _NEIGHBOURS.get(text[i].lower())
    if slip == 2 and beside:
        return text[:i] + rng.choice(beside) + text[i + 1 :]
    return text[:i] + text[i] + text[i:]


def swapped_digits(number: Decimal, rng: random.Random) -> Decimal:
    """The number as a tired clerk keys it: digits swapped, one doubled, missing or beside.

    >>> from ordertwin_training.history.seeds import chance
    >>> swapped_digits(Decimal(36), chance(2)) != 36
    True
    """
    digits = str(number)
    ways = [
        digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in range(len(digits) - 1)
    ]
    ways += [f"{digits}0", f"{digits[0]}{digits}"]
    ways += [digits[:-1] + beside for beside in _NEIGHBOURS.get(digits[-1], "")]
    possible = [way for way in ways if way[0] not in "0." and way[-1] != "." and way != digits]
    slip = Decimal(rng.choice(possible)) if possible else number + 1
    return slip if slip > 0 and slip != number else number + 1


def shortened_goods(name: str, rng: random.Random) -> str:
    """The name of some goods as it is said on the telephone: words dropped or cut, lower case.

    >>> from ordertwin_training.history.seeds import chance
    >>> len(shortened_goods("WHITE HANGING HEART T-LIGHT HOLDER", chance(1))) < 34
    True
    """
    if not name.isascii() and " " not in name:
        return name[rng.randrange(0, 3) :] if len(name) > 6 and rng.random() < 0.5 else name
    words = name.split()
    if len(words) > 2 and rng.random() < 0.7:
        words.pop(rng.randrange(len(words) - 1))
    if words and rng.random() < 0.5:
        place = rng.randrange(len(words))
        words[place] = _cut(words[place], rng)
    if len(words) > 2 and rng.random() < 0.2:
        words.insert(0, words.pop())
    text = " ".join(words)
    return text.lower() if rng.random() < 0.7 else text


def _cut(word: str, rng: random.Random) -> str:
    if len(word) < 5 or not word.isalpha():
        return word
    if rng.random() < 0.5:
        return word[: rng.randrange(3, 5)] + rng.choice((".", ""))
    return word[0] + "".join(letter for letter in word[1:] if letter.lower() not in "aeiou")


def shortened_street(line: str) -> str:
    """The line of an address with street words abbreviated.

    >>> shortened_street("12 Station Road")
    '12 Station Rd'
    """
    for word, short in ROAD_WORDS.items():
        if word in line:
            return line.replace(word, short)
    return line


def foreign_keyboard(text: str, rng: random.Random) -> str:
    """East Asian text in traditional characters, or digits in full width."""
    return text.translate(_TRADITIONAL if rng.random() < 0.5 else _FULL_WIDTH)


def dialled(phone: str, style: int, trunk: str) -> str:
    """A telephone number, given as "44 20 79460123", in one of eight usual notations.

    >>> [dialled("44 20 79460123", style, "0") for style in (0, 1, 3)]
    ['+44 20 7946 0123', '02079460123', '0044 20 79460123']
    """
    calling_code, area, subscriber = phone.split(" ")
    pairs = f"{subscriber[:-4]} {subscriber[-4:]}"
    styles = (
        f"+{calling_code} {area} {pairs}",
        f"{trunk}{area}{subscriber}",
        f"{trunk}{area} {pairs}",
        f"00{calling_code} {area} {subscriber}",
        f"({trunk}{area}) {pairs}",
        f"+{calling_code}{area}{subscriber}",
        f"{trunk}{area}/{subscriber}",
        f"{trunk}{area}-{pairs.replace(' ', '-')}",
    )
    return styles[style % len(styles)]
