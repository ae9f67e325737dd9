"""Two orders that people may learn from: nobody is in them, and they differ as they did."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import takewhile

from ordertwin_models.anonymity.fields import addressed, replaced_order, runs
from ordertwin_models.anonymity.plain_words import HAN_PIECES, HAN_PROSE, PLAIN, ROLES, STRUCTURAL
from ordertwin_models.anonymity.stand_ins import StandIns
from ordertwin_models.normalise.contact import normalise_phone
from ordertwin_models.normalise.party import FORMS_AND_TITLES
from ordertwin_models.normalise.text import HAN, HAN_CHARACTER, fold, vocabulary
from ordertwin_models.order import Order, OrderLine

_SCRIPTS = re.compile(rf"[{HAN}]+|[^{HAN}]+")
_ANYTHING = re.compile(".+")
_SHORT = 3
"""Letters of a prefix such as "PO" or "SO", which stays in references and numbers."""
_COUNTRY_DIGITS, _LOCAL_DIGITS = 2, 8
_LONG = 5
"""Digits of a number that may be more than a size."""
_TELLING_DIGITS = 5
"""So many of a phone number are it, whatever stands before and after them."""
_OF_PHONES = vocabulary(
    "tel fax phone mobile telefon mobil ext extension x durchwahl dw 电话 手机 转 分机"
)
_MOST_WEEKS = 104
_REACHED = re.compile(r"(?P<mail>[^\s@<>,;]+@[^\s@<>,;]+)|(?<!\w)(?:\+|00?)\d[\d ()/.-]{5,}\d")
"""What somebody is reached by: an address for e-mail, or a phone number with its prefix."""


def anonymised_pair(incoming: Order, existing: Order, key: bytes) -> tuple[Order, Order]:
    """Both orders with invented names, contacts, addresses, references and notes.

    What follows from `key` (32 bytes at least) is the same every time. Products, quantities, units,
    prices and amounts stay; times move back by the same whole weeks, so that weekdays, hours and
    distances stay. Words of a person's or company's name are replaced wherever they stand, also in
    what a product is called; there so are names with a title, phone numbers, addresses for e-mail
    and long numbers that are no product's.

    >>> from datetime import UTC, datetime
    >>> from ordertwin_models.order import Party
    >>> at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    >>> one = Order(order_id="SO-1028", ordered_at=at, customer=Party(name="Nordwind GmbH"))
    >>> other = replace(one, order_id="SO-1029", customer=Party(name="Norwdind GmbH"))
    >>> for order in anonymised_pair(other, one, bytes(32)):
    ...     print(order.order_id, order.customer.name, order.ordered_at.date())
    SO-6012 Itiegfit GmbH 2024-05-27
    SO-6017 Itigefit GmbH 2024-05-27
    """
    replacer = _CaseReplacer(StandIns(key), (incoming, existing))
    weeks = 1 + int.from_bytes(hmac.digest(key, b"weeks", "sha256")[:2]) % _MOST_WEEKS
    back = timedelta(weeks=weeks)
    # The existing one first: it was there first, and the other one has the slips.
    before = replacer.order(existing, back)
    return replacer.order(incoming, back), before


class _CaseReplacer:
    """See `Replacer`."""

    def __init__(self, stand_ins: StandIns, orders: tuple[Order, Order]) -> None:
        self._stand_ins = stand_ins
        people = {word for order in orders for word in (*_people_in(order), *_others_in(order))}
        self._people = frozenset(people - FORMS_AND_TITLES - ROLES)
        companies = {word for order in orders for word in _companies_in(order)}
        self._han_names = {
            part[at : at + 2]
            for word in self._people | companies
            for part in HAN_PIECES.split(word)
            for at in range(len(part) - 1)
            if HAN_CHARACTER.match(part[at]) and HAN_CHARACTER.match(part[at + 1])
        }
        self._names = self._people | companies - STRUCTURAL
        self._structural = (STRUCTURAL | ROLES) - self._people
        self._plain = PLAIN - self._names
        called = _words_in(line.name for order in orders for line in order.lines)
        goods = {word for word in called if not any(part in word for part in self._han_names)}
        self._goods = PLAIN.union(goods) - self._names
        self._codes = [code for order in orders for line in order.lines
                       for code in (line.sku, line.gtin) if code]  # fmt: skip

    def order(self, order: Order, back: timedelta) -> Order:
        day = order.requested_delivery_date
        made = replaced_order(order, self)
        return replace(
            made,
            ordered_at=order.ordered_at - back,
            requested_delivery_date=day and day - back,
            source=self._public(order.source),
            attributes={},
            lines=tuple(self._line(line, back) for line in made.lines),
        )

    def text(self, text: str) -> str:
        return self._replaced(text, self._structural, longest_kept=1, shortest=1)

    def prose(self, text: str) -> str:
        return self._replaced(text, self._goods, longest_kept=1, pieces=HAN_PROSE)

    def specification(self, text: str) -> str:
        """Goods say the same in name or specification, so sizes stay in both."""
        return self._replaced(text, self._goods, longest_kept=1, shortest=_LONG, pieces=HAN_PROSE)

    def code(self, text: str) -> str:
        # A single digit says which part or revision it is, unless there is nothing else.
        alone = sum(map(str.isdigit, text)) == 1
        return self._replaced(text, self._plain, longest_kept=_SHORT, shortest=1 if alone else 2)

    def order_id(self, text: str) -> str:
        return self.code(text)

    def email(self, text: str) -> str:
        mailbox, at, domain = text.rpartition("@")
        if not at:
            return self.text(text)
        host, dot, top = domain.rpartition(".")
        # Under `.example` there is nobody.
        box, place = (self._replaced(part, self._structural, 0) for part in (mailbox, host))
        return f"{box}@{place}{dot}{self.text(top)}.example"

    def phone(self, text: str, region: str) -> str:
        """However the number was written, the same digits stand for the same digits."""
        text = unicodedata.normalize("NFKC", text)
        digits = normalise_phone(text, region).lstrip("+")
        places = [place for place, sign in enumerate(text) if sign.isdecimal()]
        matched, end = _written_as("".join(text[place] for place in places), digits)
        if matched < min(_TELLING_DIGITS, len(digits)) or not digits:
            return self.text(text)
        country = _COUNTRY_DIGITS if len(digits) > _LOCAL_DIGITS else 0
        new = digits[:country] + self._stand_ins.number(digits[country:])
        signs = list(text)
        for place, sign in zip(places[end - matched : end], new[-matched:], strict=True):
            signs[place] = sign
        extension = places[end] if end < len(places) else len(text)
        number = "".join(signs[:extension])
        words = self._replaced(number, _OF_PHONES, longest_kept=0, shortest=len(number) + 1)
        return words + self.text(text[extension:])

    def _line(self, line: OrderLine, back: timedelta) -> OrderLine:
        day = line.requested_date
        return replace(line, name=self._called(line.name), requested_date=day and day - back)

    def _called(self, text: str) -> str:
        """What a product is called, without anybody who is named or can be reached by it."""
        made, done = [], 0
        for found in _REACHED.finditer(text):
            made.append(self._public(text[done : found.start()], longest=_LONG - 1))
            new = self.email if found["mail"] else self._number
            made.append(new(found[0]))
            done = found.end()
        return "".join((*made, self._public(text[done:], longest=_LONG - 1)))

    def _number(self, text: str) -> str:
        return self._replaced(text, frozenset(), longest_kept=0, shortest=1)

    def _public(self, text: str, longest: int | None = None) -> str:
        """A text that says neither who nor where, unless a name stands in it; nor a number of more
        than `longest` digits that is not in the code of a product."""

        def new(kind: str, run: str) -> str:
            if kind == "word":
                return self._word(run, named=fold(run) in self._names, kept=_ANYTHING)
            telling = kind == "number" and longest is not None and len(run) > longest
            if telling and not any(run in code for code in self._codes):
                return self._stand_ins.number(run)
            return run

        return "".join(new(kind, run) for kind, run in runs(text))

    def _replaced(
        self,
        text: str,
        kept: frozenset[str],
        longest_kept: int,
        shortest: int = 2,
        pieces: re.Pattern[str] = HAN_PIECES,
    ) -> str:
        made = []
        for kind, run in runs(text):
            if kind == "number":
                made.append(self._stand_ins.number(run, shortest=shortest))
            elif kind == "word" and self._says_who(run, longest_kept) and fold(run) not in kept:
                made.append(self._word(run, named=True, kept=pieces))
            else:
                made.append(run)
        return "".join(made)

    def _says_who(self, run: str, longest_kept: int) -> bool:
        """Whether a word may be more than a prefix: Chinese names have two characters."""
        han = sum(map(bool, map(HAN_CHARACTER.match, run)))
        return len(run) > longest_kept or han > 1 or fold(run) in self._names

    def _word(self, run: str, *, named: bool, kept: re.Pattern[str]) -> str:
        """A word, with its letters replaced if it is `named`, and its Chinese characters but for
        what is `kept`."""
        return "".join(
            self._han(part, kept)
            if HAN_CHARACTER.match(part)
            else (self._stand_ins.word(part) if named else part)
            for part in _SCRIPTS.findall(run)
        )

    def _han(self, characters: str, kept: re.Pattern[str]) -> str:
        stays = {at for found in kept.finditer(characters) for at in range(*found.span())}
        if kept is not HAN_PIECES:
            # Where words do not stand apart, two characters of a name are taken for it.
            for at in range(len(characters) - 1):
                if characters[at : at + 2] in self._han_names:
                    stays -= {at, at + 1}
        return "".join(
            sign if at in stays else self._stand_ins.han(sign) for at, sign in enumerate(characters)
        )


def _written_as(written: str, digits: str) -> tuple[int, int]:
    """How many of the last digits of a number stand in what was written, and where they end there:
    an extension may follow.

    >>> _written_as("0301234567", "49301234567"), _written_as("03012345670012", "49301234567")
    ((9, 10), (9, 10))
    """
    best = (0, 0)
    for end in range(len(written), 0, -1):
        pairs = zip(reversed(written[:end]), reversed(digits), strict=False)
        matched = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        best = max(best, (matched, end))
    return best


def _people_in(order: Order) -> Iterable[str]:
    customer = order.customer
    mailbox = customer.email.partition("@")[0]
    people = (customer.contact_name, mailbox, order.entered_by, *order.ship_to.recipients)
    return _words_in((*people, *order.bill_to.recipients))


def _others_in(order: Order) -> Iterable[str]:
    """Names of people who are no party to the order, as far as a title or a mailbox tells them."""
    said = [order.note, *(text for line in order.lines for text in (line.name, line.specification))]
    for text in said:
        yield from addressed(text)
        mails = (found["mail"] or "" for found in _REACHED.finditer(text))
        yield from _words_in(mail.rpartition(".")[0] for mail in mails)


def _companies_in(order: Order) -> Iterable[str]:
    organizations = (order.ship_to.organization, order.bill_to.organization)
    return _words_in((order.customer.name, *organizations))


def _words_in(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        yield from (fold(run) for kind, run in runs(text) if kind == "word" and len(run) > 1)
