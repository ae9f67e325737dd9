"""Who listens to a long computation, and what is kept of it."""

from __future__ import annotations

from ordertwin_training.progress import Notes, Progress


def test_notes_are_kept_in_the_order_they_were_taken() -> None:
    notes = Notes()
    notes.note("first")
    notes.note("second")
    assert notes.taken == ["first", "second"]


def test_notes_keep_nothing_of_stages_and_steps() -> None:
    listener: Progress = (notes := Notes())
    listener.stage("pairs", 10)
    listener.advance(5)
    assert notes.taken == []


def test_every_listener_takes_its_own_notes() -> None:
    one, other = Notes(), Notes()
    one.note("only here")
    assert other.taken == []
