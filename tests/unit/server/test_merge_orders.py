"""Merging over gRPC: preview, choices, the result among candidates, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import grpc
import pytest
from tests.unit.server.access_world import world
from tests.unit.server.builders import a_line, an_order, resent
from tests.unit.server.running import running, settings_in

from ordertwin.v1.decision_pb2 import (
    ACTION_ATTACH,
    ACTION_LINK,
    ACTION_MERGE,
    ACTION_SUPERSEDE,
    OUTCOME_DUPLICATE,
    OUTCOME_UNIQUE,
)
from ordertwin.v1.order_merge_pb2 import (
    LINE_TAKE_LARGER,
    LINE_TAKE_SUM,
    FieldChoice,
    LineChoice,
    MergeOrdersResponse,
)
from ordertwin.v1.order_pb2 import (
    ORDER_OUTCOME_CREDITED_AS_DUPLICATE,
    ORDER_STATE_ACCEPTED,
    ORDER_STATE_CANCELLED,
    ORDER_STATE_HELD,
    ORDER_STATE_MERGED,
    ORDER_STATE_RECEIVED,
    ORDER_STATE_REJECTED_DUPLICATE,
    ORDER_STATE_SHIPPED,
)
from ordertwin.v1.review_pb2 import ANSWER_MATCH, VERDICT_SOURCE_RELEASE, Verdict
from ordertwin.v1.review_service_pb2 import ListVerdictsRequest
from ordertwin_client import (
    AccessError,
    ConflictError,
    InvalidOrderError,
    NotFoundError,
    OrderTwinClient,
)
from ordertwin_client.reviews import ReviewClient
from ordertwin_models.order import Order
from ordertwin_server.convert.order_out import order_to_proto

WIDER = replace(
    resent(an_order(), "SO-2"),
    lines=(*an_order().lines[:2], a_line("M10-60", "100", "0.31"), a_line("M12-80", "5", "0.90")),
    total_amount=Decimal("75.30"),
)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[OrderTwinClient]:
    with (
        running(settings_in(tmp_path)) as server,
        OrderTwinClient(server.address, timeout=10) as made,
    ):
        yield made


def ask(client: OrderTwinClient, order: Order) -> str:
    return client.score_order(order_to_proto(order)).order


def both(client: OrderTwinClient, second: Order = WIDER) -> tuple[str, str]:
    return ask(client, an_order()), ask(client, second)


def quantities(merged: MergeOrdersResponse) -> list[str]:
    return [f"{each.line.sku} {each.line.quantity.value}" for each in merged.lines]


def test_a_preview_shows_the_result_and_changes_nothing(client: OrderTwinClient) -> None:
    first, second = both(client)
    seen = client.merge_orders(first, second, validate_only=True, language_code="zh")
    assert (seen.merge, seen.order.name, list(seen.obstacles)) == ("", "", [])
    assert "M10-60 100" in quantities(seen)
    assert any("数量" in line.text for line in seen.lines)
    assert client.get_order(first).state == ORDER_STATE_RECEIVED


def test_the_merged_order_takes_the_place_of_both(client: OrderTwinClient) -> None:
    first, second = both(client)
    merged = client.merge_orders(first, second, reason="one purchase")
    assert client.get_order(first).state == client.get_order(second).state == ORDER_STATE_MERGED
    stored = client.get_order(merged.order.name)
    assert stored == merged.order
    assert stored.state == ORDER_STATE_RECEIVED
    answer = client.score_order(order_to_proto(resent(WIDER, "SO-3")), validate_only=True)
    assert answer.outcome == OUTCOME_DUPLICATE
    assert [match.order.name for match in answer.matches] == [merged.order.name]


def test_undoing_gives_both_back(client: OrderTwinClient) -> None:
    first, second = both(client)
    before = [client.get_order(name) for name in (first, second)]
    merged = client.merge_orders(first, second)
    undone = client.unmerge_orders(merged.merge)
    assert undone.order.state == ORDER_STATE_CANCELLED
    assert [order.name for order in undone.restored] == [first, second]
    after = [client.get_order(name) for name in (first, second)]
    for order in (*before, *after):
        order.etag = ""
        order.ClearField("updated_at")
    assert after == before
    answer = client.score_order(order_to_proto(resent(an_order(), "SO-3")), validate_only=True)
    assert first in [match.order.name for match in answer.matches]
    with pytest.raises(ConflictError, match="NOT_UNDOABLE"):
        client.unmerge_orders(merged.merge)


def verdicts(client: OrderTwinClient, address: str) -> list[Verdict]:
    """Everything that was said, the oldest first."""
    with grpc.insecure_channel(address) as channel:
        request = ListVerdictsRequest(parent="tenants/default")
        return list(ReviewClient(channel, timeout=10).verdicts(request))


def test_a_merge_says_that_both_were_one_purchase_until_it_is_undone(tmp_path: Path) -> None:
    with (
        running(settings_in(tmp_path)) as server,
        OrderTwinClient(server.address, timeout=10) as client,
    ):
        first, second = both(client)
        merged = client.merge_orders(second, first, reason="one purchase")
        (said,) = verdicts(client, server.address)
        assert (said.order, said.counterpart) == (second, first)
        assert (said.answer, said.source) == (ANSWER_MATCH, VERDICT_SOURCE_RELEASE)
        assert (said.reason, said.settled) == ("one purchase", True)
        assert said.match_probability > 0
        client.unmerge_orders(merged.merge, reason="two after all")
        (said,) = verdicts(client, server.address)
        assert (said.settled, said.end_reason) == (False, "two after all")
        again = client.merge_orders(first, second)
        assert [each.settled for each in verdicts(client, server.address)] == [False, True]
        assert again.merge != merged.merge


def test_a_merge_that_adds_quantities_up_says_nothing(tmp_path: Path) -> None:
    with (
        running(settings_in(tmp_path)) as server,
        OrderTwinClient(server.address, timeout=10) as client,
    ):
        first, second = both(client)
        shown = client.merge_orders(first, second, validate_only=True)
        line = next(each.parts[0] for each in shown.lines if len(each.parts) > 1)
        choice = LineChoice(order=line.order, line_id=line.line_id, take=LINE_TAKE_SUM)
        client.merge_orders(first, second, line_choices=[choice])
        assert verdicts(client, server.address) == []


def test_settling_a_pair_says_that_it_is_one_and_overrules_what_was_said(tmp_path: Path) -> None:
    with (
        running(settings_in(tmp_path)) as server,
        OrderTwinClient(server.address, timeout=10) as client,
    ):
        first, second = both(client)
        client.update_order_status(second, ORDER_STATE_ACCEPTED, reason="two vans")
        client.resolve_order(second, ACTION_LINK, first, reason="no, the same")
        before, after = verdicts(client, server.address)
        assert (before.settled, after.settled) == (False, True)
        assert (after.answer, after.counterpart) == (ANSWER_MATCH, first)


def test_what_was_said_of_the_earlier_order_is_overruled_too(tmp_path: Path) -> None:
    with (
        running(settings_in(tmp_path)) as server,
        OrderTwinClient(server.address, timeout=10) as client,
    ):
        first, second = both(client)
        client.update_order_status(
            first, ORDER_STATE_RECEIVED, outcome=ORDER_OUTCOME_CREDITED_AS_DUPLICATE,
            counterpart=second,
        )  # fmt: skip
        client.merge_orders(first, second, reason="one purchase after all")
        before, after = verdicts(client, server.address)
        assert (before.order, before.counterpart) == (first, second)
        assert (before.settled, after.settled) == (False, True)


def test_a_line_is_taken_as_somebody_wants(client: OrderTwinClient) -> None:
    first, second = both(client)
    choice = LineChoice(order=second, line_id="M10-60", take=LINE_TAKE_SUM)
    merged = client.merge_orders(first, second, line_choices=[choice])
    assert "M10-60 180" in quantities(merged)
    wrong = LineChoice(order=second, line_id="nowhere", take=LINE_TAKE_LARGER)
    with pytest.raises(ConflictError):
        client.merge_orders(first, second, line_choices=[wrong])


def test_what_the_orders_disagree_about_has_to_be_chosen(client: OrderTwinClient) -> None:
    first, second = both(client, replace(WIDER, company="Süd"))
    third = ask(client, replace(resent(an_order(), "SO-3"), company="Nord"))
    with pytest.raises(InvalidOrderError, match="Which company sells"):
        client.merge_orders(second, third)
    choice = FieldChoice(field="company", order=third)
    merged = client.merge_orders(second, third, field_choices=[choice])
    assert merged.order.company == "Nord"
    assert [each.chosen_order for each in merged.conflicts] == [third]
    assert client.get_order(first).state == ORDER_STATE_RECEIVED


def test_a_repeated_merge_is_the_same_one(client: OrderTwinClient) -> None:
    first, second = both(client)
    etags = (client.get_order(first).etag, client.get_order(second).etag)
    merged = client.merge_orders(first, second, etags=etags, request_id="m-1")
    again = client.merge_orders(first, second, etags=etags, request_id="m-1")
    assert again == merged
    with pytest.raises(ConflictError, match="REQUEST_ID_REUSED"):
        client.merge_orders(first, second, etags=etags, request_id="m-1", reason="other")


def test_who_saw_another_version_merges_nothing(client: OrderTwinClient) -> None:
    first, second = both(client)
    etags = (client.get_order(first).etag, client.get_order(second).etag)
    client.update_order_status(first, ORDER_STATE_ACCEPTED)
    with pytest.raises(ConflictError, match="ETAG_MISMATCH"):
        client.merge_orders(first, second, etags=etags)
    assert client.get_order(second).state == ORDER_STATE_HELD


def test_a_shipped_order_cannot_be_merged_away(client: OrderTwinClient) -> None:
    first, second = both(client)
    client.update_order_status(first, ORDER_STATE_SHIPPED)
    preview = client.merge_orders(first, second, validate_only=True)
    assert preview.obstacles
    with pytest.raises(ConflictError, match="NOT_MERGEABLE"):
        client.merge_orders(first, second)


def test_a_merge_that_is_not_there_is_not_undone(client: OrderTwinClient) -> None:
    with pytest.raises(NotFoundError):
        client.unmerge_orders("tenants/default/merges/nothing")


def test_an_id_that_is_taken_is_refused(client: OrderTwinClient) -> None:
    first, second = both(client)
    with pytest.raises(ConflictError, match="ORDER_ID_TAKEN"):
        client.merge_orders(first, second, order_id="SO-1")


@pytest.mark.parametrize("action", [ACTION_LINK, ACTION_ATTACH])
def test_a_duplicate_leaves_for_the_order_that_was_there(
    client: OrderTwinClient, action: int
) -> None:
    first, second = both(client)
    settled = client.resolve_order(second, action, first)
    assert settled.order.state == ORDER_STATE_REJECTED_DUPLICATE
    assert settled.existing_order.state == ORDER_STATE_RECEIVED


def test_who_is_like_an_attached_order_is_held_against_the_one_it_stands_for(
    client: OrderTwinClient,
) -> None:
    """A phone order without a reference; its written confirmation brings one, and comes again."""
    by_phone = replace(an_order(), customer_reference="", source="phone")
    confirmation = replace(
        resent(an_order(), "SO-2", minutes=3000),
        customer_reference="PO-99001",
        lines=(a_line("CONFIRMED", "1", "63.8"),),
    )
    first, second = ask(client, by_phone), ask(client, confirmation)
    later = resent(confirmation, "SO-3", minutes=10)

    def told() -> int:
        return client.score_order(order_to_proto(later), validate_only=True).outcome

    client.resolve_order(second, ACTION_LINK, first)
    assert told() == OUTCOME_UNIQUE
    third = ask(client, replace(confirmation, order_id="SO-4"))
    client.resolve_order(third, ACTION_ATTACH, first)
    assert told() == OUTCOME_DUPLICATE
    client.update_order_status(first, ORDER_STATE_CANCELLED)
    assert told() == OUTCOME_UNIQUE


def test_an_order_takes_the_place_of_another(client: OrderTwinClient) -> None:
    first, second = both(client)
    settled = client.resolve_order(second, ACTION_SUPERSEDE, first, reason="new prices")
    assert settled.order.state == ORDER_STATE_RECEIVED
    assert settled.existing_order.state == ORDER_STATE_CANCELLED


def test_only_some_actions_settle_a_pair_this_way(client: OrderTwinClient) -> None:
    first, second = both(client)
    with pytest.raises(InvalidOrderError, match="LINK, ATTACH, SUPERSEDE"):
        client.resolve_order(second, ACTION_MERGE, first)
    with pytest.raises(InvalidOrderError, match="another order"):
        client.resolve_order(second, ACTION_LINK, second)


def test_who_entered_an_order_does_not_merge_it(tmp_path: Path) -> None:
    with world(tmp_path) as it, it.orders("erp") as erp, it.orders("reviewer") as reviewer:
        first, second = ask(erp, an_order()), ask(erp, WIDER)
        with pytest.raises(AccessError, match="PERMISSION_DENIED"):
            erp.merge_orders(first, second)
        assert reviewer.merge_orders(first, second).merge
