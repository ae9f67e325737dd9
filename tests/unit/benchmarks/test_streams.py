"""The streams of a run: different worlds, and teachers that are not asked themselves."""

from __future__ import annotations

import pytest

from benchmarks.orders.streams import Wanted, chosen, other_teacher, streams_of
from ordertwin_training.history import BaseFileInvalid
from ordertwin_training.stream import OrderEvent


def test_without_files_both_authors_are_heard() -> None:
    names = [stream.name for stream in streams_of(Wanted(size=160))]
    assert len(names) == len(set(names))
    assert {name.split()[0] for name in names} == {"generated", "second"}


def test_a_teacher_teaches_the_same_world_with_other_orders() -> None:
    stream = next(iter(streams_of(Wanted(size=160))))
    asked = {e.order.customer for e in stream.events() if isinstance(e, OrderEvent)}
    taught = {e.order.customer for e in stream.teacher() if isinstance(e, OrderEvent)}
    assert not asked & taught


def test_natural_streams_have_fewer_duplicates() -> None:
    def duplicates(natural: bool) -> int:
        *_, stream = streams_of(Wanted(size=2000, natural=natural))
        orders = [event for event in stream.events() if isinstance(event, OrderEvent)]
        return sum(bool(order.truth and order.truth.is_duplicate) for order in orders)

    assert duplicates(natural=True) < duplicates(natural=False)


def test_the_other_world_is_never_the_same_one() -> None:
    streams = {stream.name: stream for stream in streams_of(Wanted(size=160))}
    assert all(other_teacher(streams, name).name != name for name in streams)


def test_streams_are_chosen_by_parts_of_their_names() -> None:
    wanted = Wanted(size=160)
    assert set(chosen(wanted, "purchasing, industrial-de")) == {
        "generated industrial-de",
        "second author purchasing-us",
    }
    with pytest.raises(BaseFileInvalid, match="there are: generated wholesale-en"):
        chosen(wanted, "nowhere")
