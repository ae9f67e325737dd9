from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ordertwin_models.decision import Relation
from ordertwin_models.order import Channel, Order, OrderState
from ordertwin_models.validation import validate_order
from ordertwin_training.history import WORLDS, HistorySettings, generate, generated_base
from ordertwin_training.history.doors import draw_doors
from ordertwin_training.stream import Event, OrderEvent, StatusEvent, format_event

NOW = datetime(2027, 1, 1, tzinfo=UTC)
BUSY = replace(WORLDS["wholesale-en"], duplicate_rate=0.3, look_alike_rate=0.4, noise=0.8)
DIGEST = """
import hashlib
from dataclasses import replace
from ordertwin_training.history import HistorySettings, generate, generated_base
from ordertwin_training.stream import format_event
settings = replace(HistorySettings.randomised(4), regions={"IT": 1.0, "DE": 1.0})
base = generated_base(settings, orders=60, days=20, seed=4)
text = "".join(map(format_event, generate(settings, base, 4)))
print(hashlib.sha256(text.encode()).hexdigest())
"""


def a_history(settings: HistorySettings, orders: int = 400, seed: int = 1) -> list[Event]:
    base = generated_base(settings, orders=orders, days=60, seed=seed)
    return list(generate(settings, base, seed))


def orders_of(events: list[Event]) -> dict[str, OrderEvent]:
    return {e.order.order_id: e for e in events if isinstance(e, OrderEvent)}


@pytest.fixture(scope="module")
def busy() -> list[Event]:
    return a_history(BUSY, orders=900)


@pytest.mark.parametrize("world", WORLDS)
def test_every_order_of_every_world_may_pass_the_door(world: str) -> None:
    for event in orders_of(a_history(WORLDS[world], orders=120)).values():
        assert validate_order(event.order, now=NOW) == []


@pytest.mark.parametrize("seed", range(6))
def test_every_order_of_a_random_world_may_pass_the_door(seed: int) -> None:
    for event in orders_of(a_history(HistorySettings.randomised(seed), orders=120)).values():
        assert validate_order(event.order, now=NOW) == []


def test_all_relations_are_produced(busy: list[Event]) -> None:
    found = Counter(e.truth.relation for e in orders_of(busy).values() if e.truth)
    assert set(found) == {None, *Relation}


def test_a_counterpart_arrived_before_and_is_another_order(busy: list[Event]) -> None:
    arrived: set[str] = set()
    for order_id, event in orders_of(busy).items():
        if event.truth and event.truth.relation:
            assert event.truth.counterpart in arrived
        arrived.add(order_id)


def test_order_ids_are_unique(busy: list[Event]) -> None:
    assert len(orders_of(busy)) == sum(isinstance(event, OrderEvent) for event in busy)


def test_the_natural_rate_of_duplicates_is_what_was_asked_for() -> None:
    settings = replace(
        WORLDS["wholesale-en"], duplicate_rate=0.05, look_alike_rate=0.0, chain_rate=0.0
    )
    events = orders_of(a_history(settings, orders=800)).values()
    duplicates = sum(bool(e.truth and e.truth.is_duplicate) for e in events)
    assert 0.03 < duplicates / (len(events) - duplicates) < 0.07


def test_nothing_follows_in_a_world_without_followers() -> None:
    settings = replace(WORLDS["consumer-shop-fr"], duplicate_rate=0.0, look_alike_rate=0.0)
    truths = [event.truth for event in orders_of(a_history(settings)).values()]
    assert all(truth is None or truth.relation is None for truth in truths)


def test_equal_arguments_give_equal_bytes_whatever_the_hash_seed() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


def test_other_seeds_give_other_histories() -> None:
    settings = WORLDS["industrial-de"]
    texts = ["".join(map(format_event, a_history(settings, orders=50, seed=s))) for s in (1, 2)]
    assert len({hashlib.sha256(text.encode()).hexdigest() for text in texts}) == 2


def test_a_total_is_the_sum_of_its_lines(busy: list[Event]) -> None:
    checked = 0
    for event in orders_of(busy).values():
        lines = event.order.lines
        if event.order.total_amount is None or any(line.unit_price is None for line in lines):
            continue
        amounts = ((line.quantity or 0) * (line.unit_price or 0) for line in lines)
        assert sum(amounts, Decimal(0)) == event.order.total_amount
        checked += 1
    assert checked > 100


def test_status_changes_follow_the_order_and_are_allowed(busy: list[Event]) -> None:
    states: dict[tuple[str, str], OrderState] = {}
    changes = 0
    for event in busy:
        if isinstance(event, StatusEvent):
            key = (event.source, event.order_id)
            assert states[key].may_become(event.state)
            states[key] = event.state
            changes += 1
        else:
            states[event.order.source, event.order.order_id] = OrderState.RECEIVED
    assert changes > 100


def test_a_replacement_comes_after_its_counterpart_was_cancelled_or_returned(
    busy: list[Event],
) -> None:
    dead: set[str] = set()
    replacements = 0
    for event in busy:
        if isinstance(event, StatusEvent):
            dead |= {event.order_id} if event.state.is_dead else set()
        elif event.truth and event.truth.relation is Relation.REPLACEMENT:
            assert event.truth.counterpart in dead
            replacements += 1
    assert replacements > 5


def pairs_of(events: list[Event], relation: Relation) -> list[tuple[Order, Order]]:
    orders = orders_of(events)
    return [
        (orders[str(e.truth.counterpart)].order, e.order)
        for e in orders.values()
        if e.truth and e.truth.relation is relation
    ]


def test_parts_of_a_split_share_no_line_unless_more_of_it_is_wanted(busy: list[Event]) -> None:
    for first, later in pairs_of(busy, Relation.SPLIT):
        wanted = {line.sku: line.quantity for line in first.lines if line.sku}
        again = [line for line in later.lines if line.sku in wanted]
        other_amounts = any(wanted[line.sku] != line.quantity for line in again)
        other_numbers = re.findall(r"\d+", first.note) != re.findall(r"\d+", later.note)
        other_day = first.requested_delivery_date != later.requested_delivery_date
        assert not again or other_amounts or other_numbers or other_day


def test_a_fan_out_goes_elsewhere(busy: list[Event]) -> None:
    for first, later in pairs_of(busy, Relation.FAN_OUT):
        assert first.ship_to != later.ship_to


def test_a_coincidence_is_somebody_elses(busy: list[Event]) -> None:
    for first, later in pairs_of(busy, Relation.COINCIDENCE):
        assert first.customer != later.customer


def test_a_cross_channel_copy_comes_through_another_channel(busy: list[Event]) -> None:
    first_copies = [p for p in pairs_of(busy, Relation.CROSS_CHANNEL) if p[0].channel]
    assert sum(a.channel is not b.channel for a, b in first_copies) > 0.85 * len(first_copies)


def test_a_double_submit_says_the_same_within_seconds(busy: list[Event]) -> None:
    for first, later in pairs_of(busy, Relation.DOUBLE_SUBMIT):
        is_copy = later.customer.party_id == first.customer.party_id
        if is_copy and (later.ordered_at - first.ordered_at).total_seconds() <= 80:
            assert later.lines == first.lines


def test_evasion_changes_the_reference_and_only_just(busy: list[Event]) -> None:
    for first, later in pairs_of(busy, Relation.EVASION):
        if first.customer_reference and later.customer_reference:
            assert first.customer_reference != later.customer_reference


def test_fields_that_a_world_lacks_never_appear() -> None:
    for event in orders_of(a_history(WORLDS["food-phone-zh"])).values():
        assert all(not line.sku and not line.gtin for line in event.order.lines)
        assert event.order.customer.email == ""


def longest_text(settings: HistorySettings, seed: int) -> int:
    orders = [event.order for event in orders_of(a_history(settings, 60, seed)).values()]
    texts = [order.customer.name for order in orders]
    texts += [line.name for order in orders for line in order.lines]
    texts += [line for order in orders for line in order.ship_to.address_lines]
    return max(map(len, texts))


def test_narrow_doors_cut_off_what_their_fields_do_not_hold() -> None:
    wide = HistorySettings(channels={Channel.EDI: 1.0})
    narrow = replace(wide, narrow=1.0)
    cut = []
    for seed in range(1, 7):
        held = max(door.width for door in draw_doors(narrow, seed))
        assert longest_text(narrow, seed) <= held
        cut.append(longest_text(wide, seed) > held)
    assert any(cut)
    assert not any(door.width for door in draw_doors(wide, 1))


def test_a_world_of_days_knows_no_hours() -> None:
    for event in orders_of(a_history(WORLDS["purchasing-us"])).values():
        assert (event.order.ordered_at.hour, event.order.ordered_at.minute) == (0, 0)


def test_a_world_of_amounts_has_totals_instead_of_lines() -> None:
    for event in orders_of(a_history(WORLDS["amounts-only"])).values():
        assert not event.order.lines
        assert event.order.total_amount is not None


def test_progress_reaches_the_number_of_base_orders() -> None:
    settings, heard = WORLDS["chemicals-fr"], []
    base = generated_base(settings, orders=50, days=20)
    list(generate(settings, base, 1, lambda done, total: heard.append((done, total))))
    assert heard[0] == (1, 50)
    assert heard[-1][0] == sum(1 for _ in base)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"duplicate_rate": 1.5}, "duplicate_rate must lie between 0 and 1"),
        ({"noise": -1.0}, "noise must not be negative"),
        ({"delay": 0.0}, "delay must be positive"),
        ({"fields": {"skus": 1.0}}, "fields has unknown names: skus"),
        ({"channels": {}}, "channels needs a positive weight"),
    ],
)
def test_settings_that_cannot_be_are_refused(change: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        replace(HistorySettings(), **change)  # type: ignore[arg-type]
