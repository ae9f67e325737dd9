"""An order ready to compare: a row of numbers, an array of lines and a few short texts.

Made once when an order arrives, stored as bytes beside it, and read back for hundreds of candidates
at once without parsing. Hashes are `fingerprint32`; 0 means missing. What an order means within its
tenant (how rare its products are, how often its reference came) is written at arrival, so that a
decision can be recomputed later.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ordertwin_models.basket import DIMENSIONS_KEPT, TOKENS_KEPT
from ordertwin_models.errors import ArtefactInvalid
from ordertwin_models.fingerprint import fingerprint32
from ordertwin_models.normalise import Marker, MessageFunction
from ordertwin_models.normalise.contact import subscriber_number
from ordertwin_models.order import Channel, OrderKind

FORMAT = 6

HASHED = (
    "order_number",
    "reference",
    "reference_raw",
    "revision",
    "blanket",
    "release",
    "quote",
    "company",
    "source",
    "entered_by",
    "customer_id",
    "customer_key",
    "tax_id",
    "phone",
    "email",
    "ship_postal",
    "ship_locality",
    "ship_house",
    "bill_to",
    "currency",
    "products",
    "basket",
    "note",
    "note_but_numbers",
)
"""Header fields held as `fingerprint32`, columns of `hashed`."""

HASHED_AT = {name: column for column, name in enumerate(HASHED)}

HEADER = np.dtype(
    [
        ("ordered_at", "<f8"),
        ("amount", "<f8"),
        ("requested_day", "<i4"),
        ("customer_bits", "<f4"),
        ("reference_count", "<i4"),
        ("customer_reference_count", "<i4"),
        ("orders", "<i4"),
        ("basket_count", "<i4"),
        ("habit_count", "<i4"),
        ("hashed", "<u4", (len(HASHED),)),
        ("markers", "<u2"),
        ("lines", "<u2"),
        ("channel", "u1"),
        ("kind", "u1"),
        ("message_function", "u1"),
        ("date_only", "u1"),
    ]
)
"""One order. `ordered_at` in seconds since 1970 UTC; counts are those at arrival, `orders` that of
all orders of the tenant."""

PACKED_HEADER = struct.Struct(f"<ddif5i{len(HASHED)}I2H4B")
"""The fields of `HEADER` one after the other: an array is made of bytes in a tenth of the time."""

LINE = np.dtype(
    [
        ("sku", "<u4"),
        ("gtin", "<u4"),
        ("customer_sku", "<u4"),
        ("name", "<u4"),
        ("dimensions", "<u4", (DIMENSIONS_KEPT,)),
        ("tokens", "<u4", (TOKENS_KEPT,)),
        ("quantity", "<f4"),
        ("factor", "<f4"),
        ("unit_price", "<f4"),
        ("rarity", "<f4"),
        ("bits", "<f4"),
    ]
)
"""One position of the basket. NaN quantity or price means missing, factor 0 that no unit is
stated, below 0 that it is a package of unknown content."""

TEXTS = (
    "reference",
    "customer_name",
    "contact_name",
    "recipient",
    "organization",
    "street",
    "point",
    "phone",
    "email",
    "note_text",
    "line_ids",
)
"""Short texts kept for fuzzy comparison; `line_ids` joins ids with ASCII record separators."""

CHANNELS = tuple(Channel)
KINDS = tuple(OrderKind)
MESSAGE_FUNCTIONS = tuple(MessageFunction)
MARKERS = tuple(Marker)

_SEPARATOR = "\x1f"
_LINE_SEPARATOR = "\x1e"
_SEPARATOR_BYTE = b"\x1f"
_FORMAT_BYTE = bytes([FORMAT])
_LENGTHS = struct.Struct("<BHI")
"""Format, number of lines, bytes of text: how formats 1 and 2 begin."""
_BEGINNING = struct.Struct("<BHIQI")
"""Format, number of lines, bytes of text; which words of the header are kept, and which words of
every line, from the lowest bit on: most orders leave half of them 0."""
_WORD = np.dtype("<u4")
_HEADER_WORDS = HEADER.itemsize // _WORD.itemsize
_LINE_WORDS = LINE.itemsize // _WORD.itemsize
_WORDS_OF_HEADER = struct.Struct(f"<{_HEADER_WORDS}I")
_WORDS_BEFORE_NOTE = _HEADER_WORDS - 4
"""The note and its numbers stand before two words of flags."""
_HEADER_BITS = [1 << place for place in range(_HEADER_WORDS)]
_ALL_KEPT = (1 << _HEADER_WORDS - 2) - 1, (1 << _LINE_WORDS) - 1
"""Of format 2, which left nothing out."""
_FIRST_WITH_NOTE = 4
_TEXTS_ADDED = tuple(map(TEXTS.index, ("organization", "point", "note_text")))
"""Up to format 4 no text told the organisation or the point at the place of delivery, up to format
5 none the note."""
_FIRST_WITH_POINTS = 5
_STREET, _POINT = TEXTS.index("street"), TEXTS.index("point")
_UNIT = b" unit "
"""Units stood behind the street."""
_TEXTS_BEFORE = tuple(name for place, name in enumerate(TEXTS) if place not in _TEXTS_ADDED)
_HASHED_BEFORE = len(HASHED) - 2
_HEADER_3 = np.dtype([(*f[:2], (_HASHED_BEFORE,)) if f[0] == "hashed" else f for f in HEADER.descr])
"""Up to format 3 no header knew the note."""
_HEADER_1 = np.dtype([field for field in _HEADER_3.descr if field[0] != "orders"])
_LINE_1 = np.dtype([field for field in LINE.descr if field[0] != "factor"])


@dataclass(frozen=True, slots=True, eq=False)
class OrderFeatures:
    """One order: `header` a 0-d `HEADER` record, `lines` (m,) of `LINE`, `texts` as in `TEXTS`."""

    header: np.ndarray[Any, Any]
    lines: np.ndarray[Any, Any]
    texts: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """The stored form, without words that are 0: about 170 bytes plus 44 a line."""
        text = _SEPARATOR.join(self.texts).encode("utf-8", "surrogatepass")
        header = _WORDS_OF_HEADER.unpack(self.header.tobytes())
        lines = np.frombuffer(self.lines.tobytes(), _WORD).reshape(-1, _LINE_WORDS)
        in_lines = np.asarray(lines.any(axis=0))
        in_header = sum([bit for bit, word in zip(_HEADER_BITS, header, strict=True) if word])
        said = [word for word in header if word]
        beginning = _BEGINNING.pack(FORMAT, len(lines), len(text), in_header, _as_bits(in_lines))
        kept = struct.pack(f"<{len(said)}I", *said), lines[:, in_lines].tobytes()
        return b"".join((beginning, *kept, text))

    @classmethod
    def from_bytes(cls, stored: bytes) -> OrderFeatures:
        """The inverse of `to_bytes`; bytes of another format raise `ArtefactInvalid`."""
        batch = FeatureBatch.of([stored])
        texts = tuple(batch.texts[name][0] for name in TEXTS)
        return cls(batch.headers.reshape(()), batch.lines, texts)

    def line_ids(self) -> tuple[str, ...]:
        """Ids of the lines, parallel to `lines`; summed lines are joined by a comma."""
        return split_line_ids(self.texts[-1], len(self.lines))


def join_line_ids(groups: Sequence[Sequence[str]]) -> str:
    """Line ids as one text; the usual 1, 2, 3 ... costs nothing.

    >>> join_line_ids([["1"], ["2"]]), join_line_ids([["10"], ["20", "30"]])
    ('', '10\\x1e20,30')
    """
    ids = [",".join(group) for group in groups]
    usual = all(one == str(i) for i, one in enumerate(ids, 1))
    return "" if usual else _LINE_SEPARATOR.join(one.replace(_SEPARATOR, " ") for one in ids)


def split_line_ids(text: str, count: int) -> tuple[str, ...]:
    """The inverse of `join_line_ids`.

    >>> split_line_ids("", 2), split_line_ids("10\\x1e20,30", 2)
    (('1', '2'), ('10', '20,30'))
    """
    return tuple(text.split(_LINE_SEPARATOR)) if text else tuple(map(str, range(1, count + 1)))


@dataclass(frozen=True, slots=True, eq=False)
class FeatureBatch:
    """Many orders side by side.

    `headers` (n,) of `HEADER`; `lines` (l,) of `LINE`, all orders' lines one after the other;
    `owner` (l,) says whose each line is; `texts` holds one list of n strings for each of `TEXTS`.
    """

    headers: np.ndarray[Any, Any]
    lines: np.ndarray[Any, Any]
    owner: np.ndarray[Any, Any]
    texts: dict[str, list[str]]

    def __len__(self) -> int:
        return len(self.headers)

    @classmethod
    def of(cls, stored: Sequence[bytes]) -> FeatureBatch:
        """Read stored features, of earlier formats too; other bytes raise `ArtefactInvalid`."""
        if any(blob[:1] != _FORMAT_BYTE for blob in stored):
            stored = [_in_this_format(blob) for blob in stored]
        if min(map(len, stored), default=_BEGINNING.size) < _BEGINNING.size:
            raise _damaged()
        header_parts, line_parts, text_parts, counts, header_bits, line_bits = (
            [],
            [],
            [],
            [],
            [],
            [],
        )
        for blob in stored:
            _, count, length, in_header, in_lines = _BEGINNING.unpack_from(blob)
            header_end = _BEGINNING.size + 4 * in_header.bit_count()
            line_end = header_end + 4 * count * in_lines.bit_count()
            if line_end + length != len(blob):
                raise _damaged()
            header_parts.append(blob[_BEGINNING.size : header_end])
            line_parts.append(blob[header_end:line_end])
            text_parts.append(blob[line_end:])
            counts.append(count)
            header_bits.append(in_header)
            line_bits.append(in_lines)
        # All texts are decoded and cut up at once: one order's texts follow the other's.
        text = _SEPARATOR_BYTE.join(text_parts).decode("utf-8", "surrogatepass")
        texts = text.split(_SEPARATOR) if stored else []
        if len(texts) != len(stored) * len(TEXTS):
            raise _damaged()
        columns = {name: texts[at :: len(TEXTS)] for at, name in enumerate(TEXTS)}
        headers = _spread(header_parts, _from_bits(header_bits, _HEADER_WORDS))
        lines = _spread(line_parts, _from_bits(line_bits, _LINE_WORDS).repeat(counts, axis=0))
        owner = np.arange(len(stored)).repeat(counts)
        return cls(headers.view(HEADER).reshape(-1), lines.view(LINE).reshape(-1), owner, columns)


def _as_bits(kept: np.ndarray[Any, Any]) -> int:
    return int.from_bytes(np.packbits(kept, bitorder="little").tobytes(), "little")


def _from_bits(numbers: list[int], words: int) -> np.ndarray[Any, Any]:
    """(n, words) whether each word was kept."""
    octets = np.array(numbers, "<u8").reshape(-1, 1).view(np.uint8)
    return np.unpackbits(octets, axis=1, count=words, bitorder="little").view(bool)


def _spread(parts: list[bytes], kept: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The kept words in their places, 0 in all others."""
    words = np.zeros(kept.shape, _WORD)
    words[kept] = np.frombuffer(b"".join(parts), _WORD)
    return words


def _in_this_format(stored: bytes) -> bytes:
    """Features of an earlier format in today's."""
    if stored[:1] == _FORMAT_BYTE:
        return stored
    if stored[:1] == b"\x01":
        return _from_first_format(stored)
    if stored[:1] == b"\x02" and len(stored) >= _LENGTHS.size:
        _, count, length = _LENGTHS.unpack_from(stored)
        in_header, in_lines = _ALL_KEPT
        rest = stored[_LENGTHS.size :]
    elif stored[:1] in (b"\x03", b"\x04", b"\x05") and len(stored) >= _BEGINNING.size:
        _, count, length, in_header, in_lines = _BEGINNING.unpack_from(stored)
        rest = stored[_BEGINNING.size :]
    else:
        raise _damaged()
    if stored[0] < _FIRST_WITH_NOTE:
        in_header = _without_note(in_header)
    numbers, texts = rest[: len(rest) - length], rest[len(rest) - length :].split(_SEPARATOR_BYTE)
    for place in _TEXTS_ADDED if stored[0] < _FIRST_WITH_POINTS else _TEXTS_ADDED[-1:]:
        texts.insert(place, b"")
    street, unit, number = texts[_STREET].partition(_UNIT)
    if unit:
        texts[_STREET], texts[_POINT] = street, unit[1:] + number
    text = _SEPARATOR_BYTE.join(texts)
    return _BEGINNING.pack(FORMAT, count, len(text), in_header, in_lines) + numbers + text


def _without_note(in_header: int) -> int:
    """Which words of a header of format 2 or 3 are kept, where there are two more before the last
    ones: nothing else moves, because words that are 0 are not stored."""
    lower = in_header & ((1 << _WORDS_BEFORE_NOTE) - 1)
    return lower | (in_header - lower) << 2


def _from_first_format(stored: bytes) -> bytes:
    """Format 1 knew no unit factors, and phones with their country."""
    try:
        _, count, _ = _LENGTHS.unpack_from(stored)
        old_header = np.frombuffer(stored, _HEADER_1, 1, _LENGTHS.size)
        start = _LENGTHS.size + _HEADER_1.itemsize
        old_lines = np.frombuffer(stored, _LINE_1, count, start)
        texts = stored[start + count * _LINE_1.itemsize :].decode("utf-8", "surrogatepass")
    except (struct.error, ValueError):
        raise _damaged() from None
    header, lines = np.zeros(1, HEADER), np.zeros(count, LINE)
    for new, old in ((header, old_header), (lines, old_lines)):
        for name in old.dtype.names or ():
            if name == "hashed":
                new[name][:, :_HASHED_BEFORE] = old[name]
            else:
                new[name] = old[name]
    values = dict(zip(_TEXTS_BEFORE, texts.split(_SEPARATOR), strict=True))
    values["phone"] = subscriber_number(values["phone"])
    header["hashed"][0, HASHED_AT["phone"]] = fingerprint32(values["phone"])
    texts_now = tuple(values.get(name, "") for name in TEXTS)
    return OrderFeatures(header.reshape(()), lines, texts_now).to_bytes()


def _damaged() -> ArtefactInvalid:
    return ArtefactInvalid("Stored order features are damaged, or were written by another version.")
