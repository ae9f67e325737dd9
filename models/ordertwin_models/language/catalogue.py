"""What a message catalogue is: every sentence and label of one language, as data.

A catalogue holds words; which of them apply to a pair of orders is decided elsewhere. Templates are
`str.format` templates: `{name}` is a number or a word, `{name:one form|another form}` a form chosen
by number, with "#" for the number itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ordertwin_models.decision import Action, Relation
from ordertwin_models.order import Channel, OrderState


class Count:
    """A number that picks its plural form when a template asks.

    >>> "{lines:# line|# lines}".format(lines=Count(1, lambda n: n != 1))
    '1 line'
    >>> "{lines:# line|# lines}, {lines}".format(lines=Count(12, lambda n: n != 1))
    '12 lines, 12'
    """

    __slots__ = ("_plural", "number")

    def __init__(self, number: int, plural: Callable[[int], int]) -> None:
        self.number = number
        self._plural = plural

    def __format__(self, forms: str) -> str:
        if not forms:
            return str(self.number)
        options = forms.split("|")
        form = options[min(int(self._plural(self.number)), len(options) - 1)]
        return form.replace("#", str(self.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A unit of time in words: as a span and as a rhythm; `{count}` is the number of units."""

    span: str
    rhythm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One language. `plural` gives the index of the form that goes with a number."""

    tag: str
    plural: Callable[[int], int]
    separator: str
    sentence_space: str

    reasons: Mapping[str, Mapping[str, str]]
    """Comparison → level → clause, starting in lower case and without a full stop."""
    unnamed: str
    """A comparison without words of its own: `{meaning}`, `{value}`."""
    together: str
    """Two comparisons judged together: `{first}`, `{second}`."""
    both: str
    """The same as a part of a sentence."""
    with_value: str
    with_both: str
    respelled: str

    durations: Mapping[str, Duration]
    later: str
    earlier: str
    same_moment: str
    same_day: str
    of_one_day: str
    """The time between two orders of one day, where one is a date without a time, as a clause."""

    heads: Mapping[str, str]
    """Policy rule → first sentence of a summary with `{relation}`, or with `{order}` and what
    happened to it: `{state}`, `{changes}`."""
    no_match: str
    look_alike: str
    look_alike_only: str
    relations: Mapping[Relation, str]
    """Duplicates: a noun phrase with `{order}`. Look-alikes: a label."""
    unknown_duplicate: str
    unknown_order: str
    baskets: Mapping[str, str]
    changes: Mapping[str, str]
    because: str
    but: str
    one_customer: str
    linked_numbers: str
    """Customer numbers that differ and are known to mean one customer, as a sentence and as a
    clause."""
    actions: Mapping[Action, str]
    """What to do, starting in lower case and without a full stop."""
    do: str
    do_if_confirmed: str
    truncated: str
    degraded: str

    counterfactuals: Mapping[str, tuple[str, str]]
    """Comparison → condition under which a twin would be none, and the other way round."""
    would_be_new: str
    would_be_held: str

    states: Mapping[OrderState, str]
    channels: Mapping[Channel, str]
    lines: str
    share_of_lines: str
    release: str
