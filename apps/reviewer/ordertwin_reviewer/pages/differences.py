"""Where two texts differ, character by character."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Indel

SHORTEST_RUN = 2
"""Equal characters between two changes; fewer are marked too, or the marks would flicker."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether the other text lacks it."""

    text: str
    differs: bool


def differences(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces; capitals make no difference.

    >>> [piece.text for piece in differences("PO-4711", "po 4711")[1] if piece.differs]
    [' ']
    """
    ours, theirs = list[Piece](), list[Piece]()
    blocks = [
        block
        for block in Indel.opcodes(_folded(left), _folded(right)).as_matching_blocks()
        if block.size >= SHORTEST_RUN or block.size == len(left) == len(right)
    ]
    at_left = at_right = 0
    for block in blocks:
        _add(ours, left[at_left : block.a], True)
        _add(theirs, right[at_right : block.b], True)
        _add(ours, left[block.a : block.a + block.size], False)
        _add(theirs, right[block.b : block.b + block.size], False)
        at_left, at_right = block.a + block.size, block.b + block.size
    _add(ours, left[at_left:], True)
    _add(theirs, right[at_right:], True)
    return ours, theirs


def _folded(text: str) -> str:
    """Small letters, each in the place of its capital."""
    return "".join(small if len(small := each.lower()) == 1 else each for each in text)


def _add(pieces: list[Piece], text: str, differs: bool) -> None:
    if text:
        pieces.append(Piece(text, differs))
