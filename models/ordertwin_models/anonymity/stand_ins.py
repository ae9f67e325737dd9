"""Stand-ins for names and numbers: the same for the same word, and alike for words that are alike.

A word that is seen first gets an invented one of its length. A word that differs from one seen
before by a slip or two gets the stand-in of that one with the same slip: a letter that is missing,
doubled or swapped there is missing, doubled or swapped here. So whoever compares two orders still
sees what differs, and how much.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Callable

from rapidfuzz.distance import OSA, Levenshtein

KEY_BYTES = 32
_CONSONANTS, _VOWELS = "bdfgklmnprstvw", "aeiou"
_LETTERS = "abdefgiklmnoprstuvwz"
_DIGITS = "123456789"
_HAN = (
    "安柏川达德东方丰冠光广海瀚恒宏华辉汇嘉建江金锦经景凯康科兰乐立丽林隆茂美明铭宁诺鹏平普启庆仁荣瑞森盛世舒顺思松泰天同拓"
    "万维文希祥欣新鑫兴雅扬阳洋业怡亿益英永优宇裕源远悦云泽展正志中众卓子"
)
_ACCENTED = dict(zip(_VOWELS, "áéíóú", strict=True))
_TRIES = 500
_SHORTEST_ALIKE = 3
_Invent = Callable[[str, int], str]


class StandIns:
    """Stand-ins that follow from a key, for the words of a few orders.

    >>> names = StandIns(bytes(KEY_BYTES))
    >>> names.word("Nordwind"), names.word("NORDWIND"), names.word("Nordwnd")
    ('Itigefit', 'ITIGEFIT', 'Itigeit')
    >>> names.number("4711"), names.number("004712")
    ('6821', '006822')
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < KEY_BYTES:
            raise ValueError(f"A key of stand-ins has {KEY_BYTES} bytes at least.")
        self._key = key
        self._words: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._characters: dict[str, str] = {}

    def word(self, word: str) -> str:
        """The stand-in of a word in letters, capitals where the word has them."""
        return _capitals_of(word, self._found(self._words, word.lower(), self._invented_word))

    def number(self, number: str, *, shortest: int = 2) -> str:
        """The stand-in of a number; zeros stay, and so does what has fewer digits than
        `shortest`."""
        bare = number.lstrip("0")
        if len(bare) < shortest:
            return number
        zeros = "0" * (len(number) - len(bare))
        return zeros + self._found(self._numbers, bare, self._invented_number)

    def han(self, characters: str) -> str:
        """The stand-in of Chinese characters, one by one."""
        return "".join(map(self._character, characters))

    def _found(self, known: dict[str, str], word: str, invented: _Invent) -> str:
        found = known.get(word)
        if found is None:
            taken = set(known.values())
            found = self._slipped(known, word, taken | {word})
            tries = 0
            while found is None or (found in taken and tries < _TRIES):
                found, tries = invented(word, tries), tries + 1
                if found == word and tries < _TRIES // 2:
                    found = None
            known[word] = found
        return found

    def _slipped(self, known: dict[str, str], word: str, taken: set[str]) -> str | None:
        """The stand-in of the likest word seen before, with the slip that this one has."""
        most = max(1, len(word) // 3)
        if len(word) < _SHORTEST_ALIKE:
            return None
        distances = [
            (distance, other)
            for other in known
            if len(other) >= _SHORTEST_ALIKE
            and (distance := OSA.distance(word, other, score_cutoff=most)) <= most
        ]
        if not distances:
            return None
        _, other = min(distances)
        made = self._with_slip(other, known[other], word)
        return None if not made or made in taken else made

    def _with_slip(self, other: str, stand_in: str, word: str) -> str:
        if len(stand_in) != len(other):
            return ""
        made = []
        for step in Levenshtein.opcodes(other, word):
            if step.tag == "equal":
                made.append(stand_in[step.src_start : step.src_end])
            elif step.tag != "delete":
                for place in range(step.dest_start, step.dest_end):
                    source = step.src_start + place - step.dest_start
                    replaced = stand_in[source] if source < step.src_end else ""
                    was = other[source] if replaced else ""
                    made.append(self._sign(word[place], other, stand_in, was, replaced))
        return "".join(made)

    def _sign(self, sign: str, other: str, stand_in: str, was: str, replaced: str) -> str:
        """What stands for one sign that the other word lacks at this place."""
        if was and _plain(sign) == _plain(was) and replaced in _ACCENTED:
            return _ACCENTED[replaced]
        if sign == "0":
            return sign
        if sign in other and stand_in[other.index(sign)] != replaced:
            return stand_in[other.index(sign)]
        signs = [each for each in (_DIGITS if sign.isdigit() else _LETTERS) if each != replaced]
        return signs[self._value(f"sign\0{sign}\0{replaced}", 1)[0] % len(signs)]

    def _invented_word(self, word: str, tries: int) -> str:
        values = self._value(f"word\0{tries}\0{word}", len(word))
        begins = values[0] & 0x100 != 0
        return "".join(
            signs[value % len(signs)]
            for place, value in enumerate(values)
            for signs in (_VOWELS if (place % 2 == 0) == begins else _CONSONANTS,)
        )

    def _invented_number(self, number: str, tries: int) -> str:
        values = self._value(f"number\0{tries}\0{number}", len(number))
        return "".join(
            was if was == "0" else _DIGITS[value % len(_DIGITS)]
            for was, value in zip(number, values, strict=True)
        )

    def _character(self, character: str) -> str:
        found = self._characters.get(character)
        if found is None:
            taken = set(self._characters.values())
            (value,) = self._value(f"han\0{character}", 1)
            turned = _HAN[value % len(_HAN) :] + _HAN[: value % len(_HAN)]
            free = [each for each in turned if each not in taken and each != character]
            found = free[0] if free else chr(0x4E00 + value % 0x1000)
            self._characters[character] = found
        return found

    def _value(self, text: str, count: int) -> list[int]:
        """That many numbers of 16 bits that follow from the key and a text."""
        found = b""
        while len(found) < 2 * count:
            found += hmac.digest(self._key, f"{len(found)}\0{text}".encode(), "sha256")
        return [int.from_bytes(found[at : at + 2]) for at in range(0, 2 * count, 2)]


def _capitals_of(word: str, stand_in: str) -> str:
    if word.isupper():
        return stand_in.upper()
    if len(word) == len(stand_in):
        return "".join(
            new.upper() if old.isupper() else new for old, new in zip(word, stand_in, strict=True)
        )
    return stand_in.title() if word.istitle() else stand_in


def _plain(sign: str) -> str:
    return unicodedata.normalize("NFD", sign)[0]
