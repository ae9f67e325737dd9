"""Numbers that stand for a place in the queue and for texts that reviews are filtered by."""

from __future__ import annotations

from hashlib import blake2b

from ordertwin_models.questions import PRIORITY_MOST

_NUMBER_BITS = 36
_END_BITS = 10
_LAST = 2**62


def waiting_place(priority: int, number: int) -> int:
    """Where a review waits: smaller comes first; of equal priority the older one.

    >>> waiting_place(9, 1) < waiting_place(9, 2) < waiting_place(8, 1)
    True
    """
    return (PRIORITY_MOST - priority) << _NUMBER_BITS | number & (1 << _NUMBER_BITS) - 1


def ended_place(at: int, number: int) -> int:
    """Where a review that ended at this time, in microseconds, is listed: the newest first.

    >>> ended_place(2_000_000, 1) < ended_place(1_000_000, 2)
    True
    """
    return _LAST - (at << _END_BITS) - (number & (1 << _END_BITS) - 1)


def mark_of(text: str) -> int:
    """A text as a signed number of 64 bits, 0 for an empty one: indexes hold no names.

    >>> mark_of(""), mark_of("shop") == mark_of("shop"), mark_of("shop") == mark_of("Shop")
    (0, True, False)
    """
    if not text:
        return 0
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
