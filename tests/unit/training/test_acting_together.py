"""Comparisons that may act together: each pair can be said in a sentence a clerk understands."""

from __future__ import annotations

from itertools import product

import pytest
from tests.unit.models.explained_cases import EXISTING, SAME_LINES, Case

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_models.decision import Relation
from ordertwin_models.explanation import explain
from ordertwin_models.explanation.levels import COUNTED, SCALES
from ordertwin_models.language import CATALOGUES
from ordertwin_training.fit import ACTING_TOGETHER

every_pair = pytest.mark.parametrize("pair", ACTING_TOGETHER, ids=" × ".join)


def numbers_of(comparison: str) -> list[float | None]:
    """Numbers that bring up every level of a comparison."""
    if comparison in COUNTED:
        return [None, 0.5]
    return [None, *(max(least, -20.0) for least, _ in SCALES[comparison])]


def said(pair: tuple[str, str], language: str) -> set[str]:
    texts = set()
    for values in product(*map(numbers_of, pair)):
        seen = {name: (value, 0.0) for name, value in zip(pair, values, strict=True)}
        together = {" × ".join(pair): (None, 1.0)}
        case = Case(
            name="any",
            relation=Relation.REKEYED,
            seen=seen | together,  # type: ignore[arg-type]
            lines=SAME_LINES,
            english="",
            chinese="",
        )
        match = explain(case.decision(), EXISTING, {"key-1": EXISTING}, language).matches[0]
        texts.add(match.contributions[0].text)
    return texts


def test_every_pair_is_of_two_comparisons_that_exist() -> None:
    assert {name for pair in ACTING_TOGETHER for name in pair} <= set(COMPARISON_NAMES)
    assert len({frozenset(pair) for pair in ACTING_TOGETHER}) == len(ACTING_TOGETHER)


@every_pair
def test_a_pair_joins_two_clauses_by_the_only_and(pair: tuple[str, str]) -> None:
    for text in said(pair, "en"):
        assert text.endswith(", taken together")
        assert text.count(" and ") == 1
        assert "(" not in text


@every_pair
def test_a_pair_can_be_said_in_every_language(pair: tuple[str, str]) -> None:
    for tag in CATALOGUES:
        texts = said(pair, tag)
        assert len(texts) >= max(len(numbers_of(name)) for name in pair) - 1
        assert not any({"{", "}", "#", "|"} & set(text) for text in texts)
