"""What a person reads on the terminal: answers whose reasons add up, and models as text."""

from __future__ import annotations

import re

from ordertwin.v1 import decision_pb2
from ordertwin.v1.order_service_pb2 import ScoreOrderResponse
from ordertwin_cli.answer_view import full, headline, reasons
from ordertwin_cli.model_view import curve, summary
from ordertwin_models.rules import rules_model


def answer(*weights: float) -> ScoreOrderResponse:
    contributions = [
        decision_pb2.Contribution(comparison=f"c{place}", weight=weight, text=f"reason {place}")
        for place, weight in enumerate(weights)
    ]
    match = decision_pb2.Match(
        order=decision_pb2.MatchedOrder(order_number="SO-1"),
        match_probability=0.9,
        prior_weight=-5.0,
        match_weight=-5.0 + sum(weights),
        contributions=contributions,
        relation=decision_pb2.RELATION_RESEND,
    )
    return ScoreOrderResponse(
        outcome=decision_pb2.OUTCOME_DUPLICATE, matches=[match], candidates_considered=1
    )


def text_of(response: ScoreOrderResponse) -> str:
    return "\n".join(line.plain for line in full("SO-2", response))


def test_the_headline_names_outcome_relation_twin_and_probability() -> None:
    line = headline("SO-2", answer(4.0)).plain
    assert re.split(r"\s{2,}", line) == ["SO-2", "DUPLICATE", "RESEND of SO-1", "90.0 %"]


def test_an_order_without_matches_says_so() -> None:
    unique = ScoreOrderResponse(outcome=decision_pb2.OUTCOME_UNIQUE)
    assert "like no order before" in headline("SO-2", unique).plain


def test_shown_weights_add_up_with_the_small_ones_put_together() -> None:
    # -5 + 6 + 2.5 - 1 + (0.1 + 0.1 + 0.2) = 2.9
    shown = text_of(answer(6.0, 2.5, -1.0, 0.1, 0.1, 0.2))
    weights = [float(found) for found in re.findall(r"^ +([+-]\d+\.\d)  ", shown, re.MULTILINE)]
    *parts, whole = weights
    assert whole == 2.9
    assert round(sum(parts), 6) == whole
    assert "+0.4  3 smaller reasons" in shown


def test_the_main_reasons_are_as_many_as_asked_for() -> None:
    assert [line.plain.split("  ")[-1] for line in reasons(answer(6.0, 2.5, 1.0), 2)] == [
        "reason 0",
        "reason 1",
    ]


def test_a_curve_has_a_bar_for_every_bin_and_one_for_missing() -> None:
    table = rules_model().tables[0]
    title, *bars = (line.plain for line in curve(table))
    assert title.strip() == table.term
    assert len(bars) == len(table.values)
    assert "missing" in bars[-1]


def test_a_summary_starts_with_the_version() -> None:
    first, *_ = summary(rules_model())
    assert str(first) == "model rules"
