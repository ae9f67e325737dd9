"""What truth about orders says about pairs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from ordertwin_models.decision import Relation
from ordertwin_models.order import Order, OrderLine, Party
from ordertwin_training.arrivals import Arrival, arrivals_of
from ordertwin_training.labels import Label, Labels
from ordertwin_training.stream import BACKGROUND, OrderEvent, Truth


def a_history(*truths: Truth | None, customers: str = "") -> list[Arrival]:
    """Orders O-0, O-1, … with these truths; customers named by one letter each."""
    events = [
        OrderEvent(
            Order(
                order_id=f"O-{number}",
                ordered_at=datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=number),
                customer=Party(party_id=customers[number] if customers else "A"),
                lines=(OrderLine(sku=f"S-{number}", quantity=Decimal(1)),),
            ),
            truth,
        )
        for number, truth in enumerate(truths)
    ]
    return arrivals_of(events)


def is_(relation: Relation, of: int) -> Truth:
    return Truth(relation, f"O-{of}")


def test_a_duplicate_is_a_twin_of_its_counterpart_with_its_relation() -> None:
    labels = Labels(a_history(BACKGROUND, is_(Relation.REKEYED, 0)))
    assert labels.of_pair(1, 0) == (Label.TWIN, Relation.REKEYED)


def test_the_third_copy_is_a_twin_of_the_first() -> None:
    labels = Labels(a_history(BACKGROUND, is_(Relation.RESEND, 0), is_(Relation.RETRY, 1)))
    assert labels.of_pair(2, 1) == (Label.TWIN, Relation.RETRY)
    assert labels.of_pair(2, 0) == (Label.TWIN, None)


def test_a_look_alike_is_distinct_with_its_relation_also_from_copies_of_its_counterpart() -> None:
    labels = Labels(a_history(BACKGROUND, is_(Relation.RESEND, 0), is_(Relation.STANDING, 0)))
    assert labels.of_pair(2, 0) == (Label.DISTINCT, Relation.STANDING)
    assert labels.of_pair(2, 1) == (Label.DISTINCT, Relation.STANDING)


def test_a_copy_of_a_look_alike_is_distinct_from_what_it_looks_like() -> None:
    labels = Labels(a_history(BACKGROUND, is_(Relation.STANDING, 0), is_(Relation.RESEND, 1)))
    assert labels.of_pair(2, 1) == (Label.TWIN, Relation.RESEND)
    assert labels.of_pair(2, 0) == (Label.DISTINCT, None)


def test_background_pairs_are_reorders_of_one_customer_and_coincidences_of_two() -> None:
    labels = Labels(a_history(BACKGROUND, BACKGROUND, BACKGROUND, customers="AAB"))
    assert labels.of_pair(1, 0) == (Label.DISTINCT, Relation.REORDER)
    assert labels.of_pair(2, 1) == (Label.DISTINCT, Relation.COINCIDENCE)


def test_an_order_of_unknown_truth_teaches_nothing() -> None:
    labels = Labels(a_history(BACKGROUND, None))
    assert labels.of_pair(1, 0) == (Label.UNKNOWN, None)
    assert not labels.is_known(1)


def test_a_pair_with_an_order_of_unknown_truth_may_hide_a_twin() -> None:
    labels = Labels(a_history(None, BACKGROUND, is_(Relation.REKEYED, 1), BACKGROUND))
    assert labels.of_pair(2, 0) == (Label.UNKNOWN, None)
    assert labels.of_pair(3, 0) == (Label.DISTINCT, Relation.REORDER)


def test_a_counterpart_that_never_came_before_is_a_conflict() -> None:
    labels = Labels(a_history(is_(Relation.REKEYED, 1), BACKGROUND))
    assert [str(conflict) for conflict in labels.conflicts] == [
        "order O-0: its counterpart O-1 did not arrive before it"
    ]
    assert not labels.is_known(0)


def test_a_duplicate_of_nothing_is_a_conflict_but_a_look_alike_of_nothing_is_not() -> None:
    labels = Labels(a_history(Truth(Relation.RETRY, None), Truth(Relation.STANDING, None)))
    assert [conflict.order_id for conflict in labels.conflicts] == ["O-0"]
    assert labels.relation(1) is Relation.STANDING
