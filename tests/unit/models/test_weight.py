"""Match weight, odds and probability say the same thing in three ways."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertwin_models import weight


@given(st.floats(-40, 40))
def test_a_weight_comes_back_from_odds_and_from_probability(value: float) -> None:
    assert weight.weight_of_odds(weight.odds_of_weight(value)) == pytest.approx(value, abs=1e-9)
    assert weight.weight_of_probability(weight.probability_of_weight(value)) == pytest.approx(
        value, abs=1e-3
    )


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_the_array_version_agrees_with_the_scalar_one(values: list[float]) -> None:
    expected = [weight.probability_of_weight(value) for value in values]
    assert weight.probabilities_of_weights(np.array(values)).tolist() == pytest.approx(expected)


def test_one_unit_doubles_the_odds() -> None:
    assert weight.odds_of_weight(5.0) == 2 * weight.odds_of_weight(4.0)


@pytest.mark.parametrize("certain", [0.0, 1.0, 1.5, -0.1, float("nan")])
def test_certainty_has_no_weight(certain: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        weight.weight_of_probability(certain)
