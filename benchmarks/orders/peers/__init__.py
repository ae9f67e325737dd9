"""Other systems on the same streams, each as its own documentation recommends.

A system is built from streams it may learn from, and scores the pairs of a stream it has not seen.
To add one, write a class with `name`, `threshold` and these two methods and list it in `lineup`.
"""

from __future__ import annotations

from typing import Protocol

from benchmarks.orders.records import LabelledStream, Scored


class Peer(Protocol):
    """A system under comparison. `threshold` is the score from which it calls a pair the same."""

    name: str
    threshold: float

    def learn(self, stream: LabelledStream) -> None:
        """Learn from a stream with truth; systems that need none do nothing."""

    def score(self, stream: LabelledStream) -> list[Scored]:
        """Score the pairs that the system finds worth scoring."""
