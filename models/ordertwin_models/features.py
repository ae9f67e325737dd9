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

FORMAT = 2

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
stated."""

TEXTS = (
    "reference",
    "customer_name",
    "contact_name",
    "recipient",
    "street",
    "phone",
    "email",
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
_LENGTHS = struct.Struct("<BHI")
"""Format, number of lines, bytes of text."""
_HEADER_1 = np.dtype([field for field in HEADER.descr if field[0] != "orders"])
_LINE_1 = np.dtype([field for field in LINE.descr if field[0] != "factor"])


@dataclass(frozen=True, slots=True, eq=False)
class OrderFeatures:
    """One order: `header` a 0-d `HEADER` record, `lines` (m,) of `LINE`, `texts` as in `TEXTS`."""

    header: np.ndarray[Any, Any]
    lines: np.ndarray[Any, Any]
    texts: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """The stored form, about 165 bytes plus 80 a line."""
        text = _SEPARATOR.join(self.texts).encode("utf-8", "surrogatepass")
        lengths = _LENGTHS.pack(FORMAT, len(self.lines), len(text))
        return b"".join((lengths, self.header.tobytes(), self.lines.tobytes(), text))

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
        start = _LENGTHS.size + HEADER.itemsize
        if min(map(len, stored), default=start) < start:
            raise _damaged()
        if any(blob[0] != FORMAT for blob in stored):
            return cls.of([_in_this_format(blob) for blob in stored])
        headers = b"".join([blob[_LENGTHS.size : start] for blob in stored])
        counts = [blob[1] | blob[2] << 8 for blob in stored]
        ends = [start + count * LINE.itemsize for count in counts]
        rows = b"".join([blob[start:end] for blob, end in zip(stored, ends, strict=True)])
        # All texts are decoded and cut up at once: one order's texts follow the other's.
        text = _SEPARATOR_BYTE.join([b[end:] for b, end in zip(stored, ends, strict=True)])
        texts = text.decode("utf-8", "surrogatepass").split(_SEPARATOR) if stored else []
        if (len(rows), len(texts)) != (sum(counts) * LINE.itemsize, len(stored) * len(TEXTS)):
            raise _damaged()
        columns = {name: texts[at :: len(TEXTS)] for at, name in enumerate(TEXTS)}
        owner = np.arange(len(stored)).repeat(counts)
        return cls(np.frombuffer(headers, HEADER), np.frombuffer(rows, LINE), owner, columns)


def _in_this_format(stored: bytes) -> bytes:
    """Features of format 1 in today's. It knew no unit factors, and phones with their country."""
    if stored[0] == FORMAT:
        return stored
    if stored[0] != 1:
        raise _damaged()
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
            new[name] = old[name]
    values = dict(zip(TEXTS, texts.split(_SEPARATOR), strict=True))
    values["phone"] = subscriber_number(values["phone"])
    header["hashed"][0, HASHED_AT["phone"]] = fingerprint32(values["phone"])
    return OrderFeatures(header.reshape(()), lines, tuple(values.values())).to_bytes()


def _damaged() -> ArtefactInvalid:
    return ArtefactInvalid("Stored order features are damaged, or were written by another version.")
