"""Relations that reviewers named correct the names, and never make them worse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.training import toy_verdicts as toy

from ordertwin_models.decision import Relation
from ordertwin_training.retraining.own_pairs import own_pairs
from ordertwin_training.retraining.relations import Names, retrained_names
from ordertwin_training.retraining.sides import sides_of
from ordertwin_training.retraining.verdicts import Answer, Verdict

RELATIONS = [relation for relation in Relation if relation.is_duplicate]
CHAMPION = toy.champion().relation_model


def house_name(verdict: Verdict) -> Verdict:
    """This company calls a copy that came soon a double submit, a later one a resend."""
    if verdict.answer is not Answer.MATCH:
        return verdict
    soon = verdict.vector[toy.GAP] < 4.0
    return replace(verdict, relation=Relation.DOUBLE_SUBMIT if soon else Relation.REKEYED)


def names_of(verdicts: list[Verdict]) -> Names:
    own, _ = own_pairs(verdicts)
    return retrained_names(CHAMPION, sides_of(own, seed=1), own, toy.memory().lessons, seed=1)


def test_a_company_that_names_otherwise_is_learned_from() -> None:
    found = names_of(toy.verdicts(500, house_name))
    assert found.learned
    assert found.right > found.champion
    assert found.reason.startswith(f"{found.right} of {found.judged} later pairs")


def test_the_same_names_give_the_same_tables() -> None:
    verdicts = toy.verdicts(400, house_name)
    first, second = names_of(verdicts).model, names_of(verdicts[::-1]).model
    assert first is not None
    assert second is not None
    for one, other in zip(first.tables, second.tables, strict=True):
        assert np.array_equal(one.values, other.values)


def test_names_given_by_chance_change_nothing() -> None:
    chance = np.random.default_rng(3)

    def any_name(verdict: Verdict) -> Verdict:
        named = RELATIONS[int(chance.integers(len(RELATIONS)))]
        return replace(verdict, relation=named if verdict.answer is Answer.MATCH else None)

    found = names_of(toy.verdicts(400, any_name))
    assert found.learned is False
    assert found.model is CHAMPION


@pytest.mark.parametrize("count", [40, 400])
def test_without_enough_names_the_champions_stay(count: int) -> None:
    found = names_of(toy.verdicts(count))
    assert (found.model, found.judged) == (CHAMPION, 0)
    assert "too few" in found.reason
