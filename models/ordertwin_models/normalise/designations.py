"""Designations: letters and digits in one word that say which kind of a thing is meant.

DN200, SN4, Q257A, 2RS and CEM III tell variants apart as dimensions do, and people write them with
a blank as often as without. So the number is cut off from its letters, and a Roman numeral behind
a word for a class becomes a number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ordertwin_models.normalise.text import vocabulary

_LETTER = r"[^\W\d_]"
_MOST_DIGITS = 4
"""More digits than that are no grade but a code, and stay one word."""

_DIMENSIONS_OF_THEIR_OWN = (
    r"m\d{1,3}(?![^\Wx])|(?:din)?a[0-8](?!\w)|b[45](?!\w)|c[456](?!\w)|mm2(?!\w)"
)
"""Threads, square measures and paper formats, which are read with their letter."""
_DIGIT_AMONG_LETTERS = rf"{_LETTER}+\d{_LETTER}{{2}}"
"""A word with a slip of the pen, such as b0lt."""
_LETTERS_FIRST = re.compile(
    rf"(?<!\w)(?!{_DIMENSIONS_OF_THEIR_OWN}|{_DIGIT_AMONG_LETTERS})"
    rf"({_LETTER}+)(?=\d{{1,{_MOST_DIGITS}}}(?!\d))"
)
_DIGITS_FIRST = re.compile(
    rf"(?<![\w.])(?!3d(?!\w))(\d{{1,{_MOST_DIGITS}}}(?:\.\d+)?)({_LETTER}+)(\d{{0,2}})(?!\w)"
)

_NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_ROMAN = {numeral: str(number) for number, numeral in enumerate(_NUMERALS, start=1)}
_CLASS_WORDS = vocabulary(
    """cem class klasse classe clase klasa grade grad grado gradi type typ tipo stage stufe
    phase fase group gruppe groupe grupo gruppo cat category kat kategorie categorie categoria
    schutzklasse mark mk model modell series serie level"""
)
_SURE_NUMERALS = vocabulary("ii iii vii viii xii")
"""Numerals that are no word and no unit, wherever they stand."""


def cut_before_numbers(folded: str) -> str:
    """Part letters from the number that follows them, where they are not one dimension.

    >>> cut_before_numbers("pipe dn200 sn4, mat q257a, bolt m8x40 on a4, b0lt, ab471100")
    'pipe dn 200 sn 4, mat q 257a, bolt m8x40 on a4, b0lt, ab471100'
    """
    return _LETTERS_FIRST.sub(r"\1 ", folded)


def cut_behind_numbers(text: str) -> str:
    """Part a number from the letters behind it, when units of measure are cut out already.

    >>> cut_behind_numbers("mat q 257a, 355j2, 2rs 3d").split()
    ['mat', 'q', '257', 'a', ',', '355', 'j', '2,', '2', 'rs', '3d']
    """
    return _DIGITS_FIRST.sub(r"\1 \2 \3", text)


def roman_numbers(words: Sequence[str]) -> Sequence[str]:
    """The words, with Roman numerals behind a word for a class as numbers.

    >>> roman_numbers(["cem", "iii", "42"]), roman_numbers(["mix", "v", "iv", "set"])
    (['cem', '3', '42'], ['mix', 'v', 'iv', 'set'])
    """
    if _ROMAN.keys().isdisjoint(words):
        return words
    before = ["", *words]
    return [
        _ROMAN[word]
        if word in _SURE_NUMERALS or (word in _ROMAN and former in _CLASS_WORDS)
        else word
        for former, word in zip(before, words, strict=False)
    ]
