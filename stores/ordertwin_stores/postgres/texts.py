"""Text as PostgreSQL takes it, and back.

Identifiers are compared byte for byte and may hold what PostgreSQL's text cannot: the null
character and lone surrogates. Those and the backslash become a backslash and four digits, so that
two texts are equal exactly when what is stored is equal, and nearly all are stored as they are.
"""

from __future__ import annotations

import re

_SPECIAL = re.compile("[\\\\\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"\\([0-9a-f]{4})")


def to_text(value: str) -> str:
    """A text to store or to compare with stored ones.

    >>> to_text("SO-1"), to_text("a\\0b")
    ('SO-1', 'a\\\\0000b')
    """
    if "\\" not in value and "\x00" not in value and _encodes(value):
        return value
    return _SPECIAL.sub(lambda match: f"\\{ord(match[0]):04x}", value)


def from_text(value: str) -> str:
    """The text that `to_text` was given.

    >>> from_text(to_text("a\\0b\\\\c")) == "a\\0b\\\\c"
    True
    """
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)


def _encodes(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
