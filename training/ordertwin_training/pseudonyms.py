"""Orders under pseudonyms: who and where is replaced by tokens, what and how much stays.

Every word is replaced by another of its length, and every run of digits by other digits, that
follow from the word and a secret key. So equal words stay equal wherever they stand, words that
change places do so under pseudonyms as well, and spaces, signs and capitals stay. Words that differ
by a letter get tokens that have nothing in common: what is learned from misspelt names is lost.

Whoever has the key can test a guess, so it is to be kept apart or thrown away. Without it products,
quantities, prices, amounts, times and how often a word occurs remain, by which somebody who has the
orders from elsewhere finds them again.
"""

from __future__ import annotations

import hmac

from ordertwin_models.anonymity.fields import replaced_order, runs
from ordertwin_models.normalise.contact import normalise_email, normalise_phone
from ordertwin_models.order import Order

KEY_BYTES = 32
_DIGITS = "0123456789"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_HAN_FIRST, _HAN_LAST = 0x4E00, 0x9FA5
_SUBSCRIBER_DIGITS = 8
MOST_IN_A_TABLE = 100_000
"""So many words or numbers of a length there may be for a table; among them, tokens would often be
the same for two."""


class Pseudonyms:
    """Replaces what tells who and where, with tokens that follow from a key.

    >>> pseudonyms = Pseudonyms(bytes(32))
    >>> pseudonyms.text("Schmidt, PO-4711"), pseudonyms.text("po 4711 SCHMIDT")
    ('Dionhnu, EB-4765', 'eb 4765 DIONHNU')
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < KEY_BYTES:
            raise ValueError(f"A key of pseudonyms has {KEY_BYTES} bytes at least.")
        self._key = key
        self._tables: dict[tuple[str, int], list[int]] = {}

    def text(self, text: str) -> str:
        """The text with every word and number replaced."""
        return "".join(run if kind == "other" else self._run(kind, run) for kind, run in runs(text))

    def order_id(self, text: str) -> str:
        """An id of an order, different for different ones."""
        return self._letters("order", text, 20)

    def email(self, text: str) -> str:
        """An address that is equal for equal mailboxes, with equal domains for equal domains."""
        normal = normalise_email(text)
        if not normal:
            return self.text(text)
        mailbox, _, domain = normal.rpartition("@")
        return f"{self.text(mailbox)}@{self._letters('domain', domain, 12)}.example"

    def phone(self, text: str, region: str) -> str:
        """A number whose last digits are equal for equal last digits, however it was written."""
        digits = normalise_phone(text, region).lstrip("+")
        if not digits:
            return self.text(text)
        area, subscriber = digits[:-_SUBSCRIBER_DIGITS], digits[-_SUBSCRIBER_DIGITS:]
        return self._digits("area", area) + self._digits("subscriber", subscriber)

    def prose(self, text: str) -> str:
        """Sentences, replaced like any text."""
        return self.text(text)

    def specification(self, text: str) -> str:
        """What is said of goods, replaced like any text."""
        return self.text(text)

    def code(self, text: str) -> str:
        """A reference or number, replaced like any text."""
        return self.text(text)

    def order(self, order: Order) -> Order:
        """The order under pseudonyms."""
        return replaced_order(order, self)

    def _run(self, kind: str, run: str) -> str:
        if kind == "number":
            # With and without zeros in front it is often meant to be the same.
            bare = run.lstrip("0")
            return "0" * (len(run) - len(bare)) + self._digits("number", bare)
        if any(_HAN_FIRST <= ord(letter) <= _HAN_LAST for letter in run):
            values = self._values("han", run, len(run))
            return "".join(chr(_HAN_FIRST + v % (_HAN_LAST - _HAN_FIRST)) for v in values)
        token = self._letters("word", run.casefold(), len(run))
        return token.upper() if run.isupper() else token.title() if run.istitle() else token

    def _letters(self, kind: str, text: str, length: int) -> str:
        if len(text) == length and 26**length <= MOST_IN_A_TABLE and set(text) <= set(_LETTERS):
            return self._permuted(_LETTERS, text)
        return "".join(_LETTERS[value % 26] for value in self._values(kind, text, length))

    def _digits(self, kind: str, digits: str) -> str:
        if 10 ** len(digits) <= MOST_IN_A_TABLE and digits.isascii():
            return self._permuted(_DIGITS, digits)
        values = self._values(kind, digits, len(digits))
        found = "".join(str(value % 10) for value in values)
        return found if not found.startswith("0") else f"{values[0] % 9 + 1}{found[1:]}"

    def _permuted(self, alphabet: str, text: str) -> str:
        """Another text of the length, different for different ones: short ones would often meet."""
        size, length = len(alphabet), len(text)
        table = self._tables.get((alphabet, length))
        if table is None:
            table = sorted(
                range(size**length),
                key=lambda number: hmac.digest(
                    self._key, f"table\0{alphabet}\0{length}\0{number}".encode(), "sha256"
                ),
            )
            self._tables[alphabet, length] = table
        number = 0
        for sign in text:
            number = number * size + alphabet.index(sign)
        lowest = size ** (length - 1)
        led = alphabet == _DIGITS and number >= lowest
        number = table[number]
        # What begins with no zero gets nothing that does: going on in the table finds another.
        while led and number < lowest:
            number = table[number]
        found = ""
        for _ in text:
            number, rest = divmod(number, size)
            found = alphabet[rest] + found
        return found

    def _values(self, kind: str, text: str, count: int) -> list[int]:
        """That many numbers of 16 bits that follow from a text."""
        found = b""
        while len(found) < 2 * count:
            message = f"{kind}\0{len(found)}\0{text}".encode()
            found += hmac.digest(self._key, message, "sha256")
        return [int.from_bytes(found[at : at + 2]) for at in range(0, 2 * count, 2)]
