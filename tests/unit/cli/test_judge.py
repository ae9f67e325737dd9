"""How answers are judged against the truth, and what the exact-reference rule would have said."""

from __future__ import annotations

from datetime import UTC, datetime

from ordertwin_cli.replaying.judge import Answered, Judge
from ordertwin_models.decision import Outcome, Relation
from ordertwin_models.order import Order, Party
from ordertwin_training.stream import BACKGROUND, OrderEvent, Truth


def arrival(
    order_id: str, truth: Truth | None, *, reference: str = "", customer: str = "C-1"
) -> OrderEvent:
    order = Order(
        order_id=order_id,
        ordered_at=datetime(2026, 3, 2, tzinfo=UTC),
        customer_reference=reference,
        customer=Party(party_id=customer),
    )
    return OrderEvent(order, truth)


def repeats(counterpart: str) -> Truth:
    return Truth(Relation.REKEYED, counterpart)


def told(outcome: Outcome, *named: str) -> Answered:
    return Answered(outcome, 0.9 if named else 0.0, named)


def test_a_duplicate_counts_only_when_its_counterpart_is_named() -> None:
    judge = Judge()
    judge.take(arrival("a", BACKGROUND), told(Outcome.UNIQUE))
    right = judge.take(arrival("b", repeats("a")), told(Outcome.REVIEW, "x", "a"))
    wrong = judge.take(arrival("c", repeats("a")), told(Outcome.DUPLICATE, "x"))
    assert right is not None
    assert wrong is not None
    assert (right.flagged, wrong.flagged) == (True, False)


def test_any_copy_of_the_same_purchase_is_a_right_counterpart() -> None:
    judge = Judge()
    judge.take(arrival("a", BACKGROUND), told(Outcome.UNIQUE))
    judge.take(arrival("b", repeats("a")), told(Outcome.DUPLICATE, "a"))
    third = judge.take(arrival("c", repeats("a")), told(Outcome.DUPLICATE, "b"))
    assert third is not None
    assert third.flagged


def test_a_look_alike_does_not_make_its_counterpart_a_copy() -> None:
    judge = Judge()
    judge.take(arrival("b", Truth(Relation.STANDING, "a")), told(Outcome.UNIQUE))
    case = judge.take(arrival("c", repeats("b")), told(Outcome.DUPLICATE, "a"))
    assert case is not None
    assert not case.flagged


def test_orders_of_unknown_truth_are_no_cases_but_the_rule_remembers_them() -> None:
    judge = Judge()
    assert judge.take(arrival("a", None, reference="PO-7"), told(Outcome.UNIQUE)) is None
    case = judge.take(arrival("b", repeats("a"), reference="PO-7"), told(Outcome.UNIQUE))
    assert case is not None
    assert case.flagged_by_exact_reference


def test_the_exact_reference_rule_normalises_nothing_and_knows_customers() -> None:
    judge = Judge()
    judge.take(arrival("a", BACKGROUND, reference="PO-7"), told(Outcome.UNIQUE))
    dotted = judge.take(arrival("b", BACKGROUND, reference="PO 7."), told(Outcome.UNIQUE))
    other = judge.take(
        arrival("c", BACKGROUND, reference="PO-7", customer="C-2"), told(Outcome.UNIQUE)
    )
    none = judge.take(arrival("d", BACKGROUND), told(Outcome.UNIQUE))
    assert [case and case.flagged_by_exact_reference for case in (dotted, other, none)] == [
        False,
        False,
        False,
    ]


def test_the_first_match_is_counted_apart() -> None:
    judge = Judge()
    judge.take(arrival("a", BACKGROUND), told(Outcome.UNIQUE))
    judge.take(arrival("b", repeats("a")), told(Outcome.REVIEW, "x", "a"))
    judge.take(arrival("c", repeats("a")), told(Outcome.REVIEW, "a", "x"))
    assert judge.first_named_right == 1
