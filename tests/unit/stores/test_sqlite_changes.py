"""Remembering what came in lately."""

from __future__ import annotations

from ordertwin_stores.sqlite.changes import Changes


def after(changes: Changes, *registrations: tuple[int, ...]) -> list[int]:
    numbers = []
    for keys in registrations:
        number = changes.take()
        changes.remember(number, 1, keys)
        numbers.append(number)
    return numbers


def test_only_later_changes_of_the_same_key_and_tenant_count() -> None:
    changes = Changes(last=0)
    first, second = after(changes, (1, 2), (2, 3))
    assert not changes.untouched_since(0, 1, [1])
    assert changes.untouched_since(first, 1, [1])
    assert not changes.untouched_since(first, 1, [9, 2])
    assert changes.untouched_since(second, 1, [1, 2, 3])
    assert changes.untouched_since(0, 2, [1, 2, 3])
    assert changes.untouched_since(0, 1, [])


def test_whoever_looked_before_what_is_kept_must_look_again() -> None:
    changes = Changes(last=10, kept=2)
    numbers = after(changes, (1,), (2,), (3,))
    assert not changes.untouched_since(10, 1, [99])
    assert changes.untouched_since(numbers[0], 1, [99])
    assert not changes.untouched_since(numbers[0], 1, [2])
    assert not changes.untouched_since(9, 1, [])


def test_a_key_taken_again_is_not_forgotten_with_its_first_taking() -> None:
    changes = Changes(last=0, kept=2)
    numbers = after(changes, (1,), (2,), (1,))
    assert not changes.untouched_since(numbers[1], 1, [1])


def test_forgetting_makes_everybody_look_again() -> None:
    changes = Changes(last=0)
    (number,) = after(changes, (1,))
    changes.forget()
    assert not changes.untouched_since(number - 1, 1, [99])
    assert changes.untouched_since(number, 1, [1])


def test_numbers_are_published_only_when_committed() -> None:
    changes = Changes(last=5)
    assert (changes.take(), changes.published) == (6, 5)
    changes.publish()
    assert changes.published == changes.last == 6
