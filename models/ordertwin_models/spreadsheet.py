"""Text that goes into a table for a spreadsheet, where some beginnings make it a formula."""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_IGNORED = " \xa0\u3000\u200b\ufeff\x00"
"""What may stand in front of a formula without ending it."""


def neutral(text: str) -> str:
    """The text, marked as text where a spreadsheet would take it for a formula.

    >>> neutral("=1+1"), neutral(" @SUM(A1)"), neutral("＝1+1"), neutral("orders/o1")
    ("'=1+1", "' @SUM(A1)", "'＝1+1", 'orders/o1')
    """
    return f"'{text}" if text.lstrip(_IGNORED).startswith(_STARTS) else text
