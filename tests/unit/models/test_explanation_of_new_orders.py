"""What a clerk reads about new orders, look-alikes of others or not, word for word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import log2, log10

import pytest
from tests.unit.models.explained_cases import EXISTING, SEEN, Case, aligned, weekly

from ordertwin_models.decision import Action, Outcome, Relation
from ordertwin_models.order import OrderState
from ordertwin_models.policy import (
    COUNTERPART_DEAD,
)

CASES = [
    Case(
        name="nothing alike",
        outcome=Outcome.UNIQUE,
        action=Action.ACCEPT,
        rules=(),
        seen={},
        english="New order: no existing order looks like this one. Accept it.",
        chinese="新订单：没有与之相像的已有订单。可以接收。",
    ),
    Case(
        name="weekly standing order",
        outcome=Outcome.UNIQUE,
        action=Action.ACCEPT,
        rules=(),
        probability=0.05,
        relation=Relation.STANDING,
        later=timedelta(days=7),
        seen={**SEEN, "basket_rhythm": weekly(7, 7), "basket_repeats": (log2(10), -2.0)},
        english=(
            "New order, though it resembles order SO-1001 (standing order, 7 days earlier): this "
            "customer orders this basket about every 7 days. Accept it."
        ),
        chinese=(
            "新订单。有相似的订单 SO-1001（定期订单，早 7 天），但该客户大约每 7 天订一次这组商品"
            "。可以接收。"
        ),
    ),
    Case(
        name="next call-off",
        outcome=Outcome.UNIQUE,
        action=Action.ACCEPT,
        rules=(),
        probability=0.02,
        relation=Relation.BLANKET_RELEASE,
        later=timedelta(days=30),
        seen={**SEEN, "release": (0.0, -5.0), "delivery_date": (-13.0, -1.0)},
        incoming=replace(EXISTING, blanket_reference="BL-7", release_number="4"),
        english=(
            "New order, though it resembles order SO-1001 (another call-off, 1 month earlier): "
            "another release of the same blanket order, delivery wanted 30 days apart. Accept it."
        ),
        chinese=(
            "新订单。有相似的订单 SO-1001（框架订单的另一批次，早 1 个月），但属于同一框架订单的"
            "不同批次，要求的交货日期相差 30 天。可以接收。"
        ),
    ),
    Case(
        name="second half of a split purchase",
        outcome=Outcome.UNIQUE,
        action=Action.ACCEPT,
        rules=(),
        probability=0.03,
        relation=Relation.SPLIT,
        later=timedelta(minutes=4),
        seen={
            **SEEN,
            "incoming_lines_shared": (0.0, -4.0),
            "existing_lines_shared": (0.0, -4.0),
        },
        lines=aligned(0, mine=5, theirs=12),
        english=(
            "New order, though it resembles order SO-1001 (another part of one purchase, 4 "
            "minutes earlier): none of the 5 lines is in the existing order. Accept it."
        ),
        chinese=(
            "新订单。有相似的订单 SO-1001（同一次采购的另一部分，早 4 分钟），但本单的商品在已有"
            "订单中一行也没有。可以接收。"
        ),
    ),
    Case(
        name="same goods for another branch",
        outcome=Outcome.UNIQUE,
        action=Action.ACCEPT,
        rules=(),
        probability=0.2,
        relation=Relation.FAN_OUT,
        later=timedelta(minutes=1),
        seen={**SEEN, "customer_ship_to": (0.1, -4.0), "recipient": (0.3, -1.0)},
        english=(
            "New order, though it resembles order SO-1001 (same goods for another place, 1 "
            "minute earlier): delivery goes to another address. Accept it."
        ),
        chinese=(
            "新订单。有相似的订单 SO-1001（同样的商品送往别处，早 1 分钟），但送货地址不同。可以"
            "接收。"
        ),
    ),
    Case(
        name="entered again after a cancellation",
        outcome=Outcome.UNIQUE,
        action=Action.ACCEPT,
        rules=(COUNTERPART_DEAD,),
        relation=Relation.REPLACEMENT,
        later=timedelta(hours=20),
        state=OrderState.CANCELLED,
        seen={**SEEN, "stage": (4.0, -2.0)},
        english=(
            "New order. It looks the same as order SO-1001 (20 hours earlier), but that order "
            "was cancelled. Accept it."
        ),
        chinese="新订单。有看来相同的订单 SO-1001（早 20 小时），但那张订单已取消。可以接收。",
    ),
    Case(
        name="bought again later",
        outcome=Outcome.UNIQUE,
        action=Action.ACCEPT,
        rules=(),
        probability=0.02,
        relation=Relation.REORDER,
        later=timedelta(days=95),
        seen={**SEEN, "quantities": (0.2, -2.0), "time_gap": (log10(95 * 86400), -4.0)},
        lines=aligned(12, quantities_changed=9),
        english=(
            "New order, though it resembles order SO-1001 (bought before, 3 months earlier): "
            "only 3 of 12 quantities are the same. Accept it."
        ),
        chinese=(
            "新订单。有相似的订单 SO-1001（以前的订购，早 3 个月），但数量在 12 行中只有 3 行相同"
            "。可以接收。"
        ),
    ),
    Case(
        name="other size",
        outcome=Outcome.UNIQUE,
        action=Action.ACCEPT,
        rules=(),
        probability=0.02,
        relation=Relation.VARIANT,
        later=timedelta(days=1),
        seen={**SEEN, "variants": (1 / 12, -3.0)},
        lines=aligned(11, mine=1, theirs=1),
        english=(
            "New order, though it resembles order SO-1001 (another variant, 1 day earlier): 1 "
            "line differs only in size, colour, type or item number. Accept it."
        ),
        chinese=(
            "新订单。有相似的订单 SO-1001（另一种规格，早 1 天），但有 1 行只是尺寸、颜色、型号或商"
            "品编号不同。可以接收。"
        ),
    ),
    Case(
        name="alike by chance",
        outcome=Outcome.UNIQUE,
        action=Action.ACCEPT,
        rules=(),
        probability=0.02,
        relation=Relation.COINCIDENCE,
        later=timedelta(hours=1),
        seen={"customer": (0.0, -0.2), "incoming_lines_shared": (1.0, 1.0)},
        lines=aligned(1),
        english=(
            "New order. It resembles order SO-1001 (1 hour earlier), but not closely enough to "
            "be the same. Accept it."
        ),
        chinese="新订单。有相似的订单 SO-1001（早 1 小时），但还不足以认定为同一张订单。可以接收。",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_summary_reads_well_in_english(case: Case) -> None:
    assert case.summary("en") == case.english


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_summary_reads_well_in_chinese(case: Case) -> None:
    assert case.summary("zh") == case.chinese
