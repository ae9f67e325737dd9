"""Phones, e-mail addresses and tax numbers: the parts that reach one and the same party."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from ordertwin_models.normalise.text import CACHE_SIZE, clean, fold, vocabulary

_EXTENSION = re.compile(
    r"\s*(?:ext(?:ension)?|extn|x|durchwahl|dw|poste|转|分机)[.:\s]*\d{1,6}\s*$"
)
_SECOND_NUMBER = re.compile(
    r"(?<=\d)[\s(]*(?:[;,#|&/]*\s*\b(?:tele)?(?:fax|tel|phone|mobile|mobil|mob|cell|handy|gsm|or|oder)\b"
    r"|传真|手机|[;,#|&]).*$"
)
_OTHER_ENDING = re.compile(r"\s?/\s?(?P<ending>\d{1,4})$")
_FEWEST_DIGITS, _FEWEST_DIGITS_ABROAD = 7, 10
_SHORT_ENDING, _FEWEST_BEFORE_A_LONG_ONE, _FEWEST_BEFORE_IT_ABROAD = 2, 10, 11
_ABROAD = ("+", "00")
_NOT_DIGIT = re.compile(r"\D+")
_SHORTEST_PHONE = 5
_PLACEHOLDER_DIGITS = vocabulary("12345 123456 1234567 12345678 123456789 1234567890")
_EMAIL = re.compile(r"([^\s<>\"',;:()@]+)@([^\s<>\"',;:()@]+\.[^\s<>\"',;:()@.]{2,})")
_PLACEHOLDER_MAILBOXES = vocabulary(
    "none noemail nomail no na test noreply no-reply donotreply do-not-reply unknown"
)
_PLACEHOLDER_DOMAINS = vocabulary("test.com none.com noemail.com nomail.com")


@lru_cache(CACHE_SIZE)
def normalise_phone(text: str, region: str) -> str:
    """Return the number in E.164 without extension; only its digits when no country is known,
    or when the number is a local one without its area.

    `region` is a lower-case ISO 3166 code or "". Numbers that reach nobody are missing.

    >>> normalise_phone("(030) 007-4321 ext. 12", "de"), normalise_phone("0049 30 0074321", "")
    ('+49300074321', '+49300074321')
    >>> normalise_phone("Tel. 312-555-0147/0148, fax 312-555-0149", "us")
    '+13125550147'
    >>> normalise_phone("55512345", ""), normalise_phone("000000", "de")
    ('55512345', '')
    """
    spelled = _first_number(fold(text))
    digits = _NOT_DIGIT.sub("", spelled)
    bare = digits.lstrip("0")
    if len(bare) < _SHORTEST_PHONE or len(set(bare)) == 1 or bare in _PLACEHOLDER_DIGITS:
        return ""
    international = spelled.lstrip("( ").startswith("+")
    if not international and digits.startswith("00"):
        digits, international = digits[2:], True
    return _e164(f"+{digits}" if international else digits, region) or digits


def _first_number(spelled: str) -> str:
    """A number without those written behind it, and without extension.

    >>> _first_number("0909 879 0800 #3"), _first_number("312-555-0147/0148")
    ('0909 879 0800', '312-555-0147')
    >>> _first_number("030/12345"), _first_number("06/12/34/56/78")
    ('030/12345', '06/12/34/56/78')
    """
    if not spelled.isdecimal():
        if (found := _SECOND_NUMBER.search(spelled)) and _is_whole(spelled[: found.start()]):
            spelled = spelled[: found.start()]
        spelled = _EXTENSION.sub("", spelled)
        found = _OTHER_ENDING.search(spelled)
        if found and _is_whole(spelled[: found.start()], found["ending"]):
            spelled = spelled[: found.start()]
    return spelled


def _is_whole(spelled: str, ending: str = "") -> bool:
    """Whether a number is long enough to end here, where another one, or only its other `ending`,
    follows. Slashes may stand between the parts of one number, too."""
    abroad = spelled.lstrip("( ").startswith(_ABROAD)
    fewest = _FEWEST_DIGITS_ABROAD if abroad else _FEWEST_DIGITS
    if ending and "/" in spelled:
        return False
    if len(ending) > _SHORT_ENDING:
        fewest = _FEWEST_BEFORE_IT_ABROAD if abroad else _FEWEST_BEFORE_A_LONG_ONE
    return sum(map(str.isdigit, spelled)) >= fewest


_SUBSCRIBER_DIGITS = 8


def subscriber_number(phone: str) -> str:
    """Return the last digits of a normalised phone number, by which two spellings of it meet.

    A number without its country ("0526797442") and the same one with it cannot be brought to one
    form where no country is known, but they end alike, and strangers' numbers do not.

    >>> subscriber_number("+81526797442"), subscriber_number("0526797442")
    ('26797442', '26797442')
    """
    return phone[-_SUBSCRIBER_DIGITS:].lstrip("+0")


_WITHOUT_AREA = (
    phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    phonenumbers.ValidationResult.TOO_SHORT,
)


def _e164(number: str, region: str) -> str:
    """In international form; "" where no country is known, or the number lacks its area."""
    if not region and not number.startswith("+"):
        return ""
    try:
        parsed = phonenumbers.parse(number, region.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    if not number.startswith("+") and not number.startswith("0"):
        length = phonenumbers.is_possible_number_with_reason(parsed)
        if length in _WITHOUT_AREA:
            return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(CACHE_SIZE)
def normalise_email(text: str) -> str:
    """Return the first e-mail address in lower case, without display name and "+tag".

    >>> normalise_email("Anna <Anna.Smith+orders@Shop.COM>"), normalise_email("none@none.com")
    ('anna.smith@shop.com', '')
    """
    found = _EMAIL.search(clean(text)) if "@" in text or "＠" in text else None
    if not found:
        return ""
    mailbox, domain = found[1].removeprefix("mailto:").partition("+")[0], found[2]
    if not mailbox or mailbox in _PLACEHOLDER_MAILBOXES or domain in _PLACEHOLDER_DOMAINS:
        return ""
    return f"{mailbox}@{domain}"
