"""What a clerk reads about orders that are there already, word for word, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.models.explained_cases import EXISTING, SEEN, Case, aligned

from ordertwin_models.decision import Action, Outcome, Relation
from ordertwin_models.order import Channel
from ordertwin_models.policy import (
    ATTENDED_THRESHOLD,
    REVIEW_THRESHOLD,
    SAME_ORDER_CHANGED,
)

CASES = [
    Case(
        name="what was said of the customer is not said again",
        relation=Relation.REKEYED,
        seen={
            "customer × surprise": (1.0, 3.0),
            "customer": (1.0, 1.0),
            "surprise": (90.0, 2.0),
            "reference": (4.0, 0.5),
        },
        english=(
            "Duplicate: this is order SO-1001 entered a second time by hand, 12 minutes later. "
            "Same customer and so much agrees that it is hardly chance, same customer reference "
            "(PO-4711). Do not enter it, link it to SO-1001."
        ),
        chinese=(
            "重复订单：本单是订单 SO-1001 的重复人工录入，晚 12 分钟。客户相同且相同之处太多，"
            "很难是巧合，客户订单号相同（PO-4711）。请勿录入，关联到订单 SO-1001 即可。"
        ),
    ),
    Case(
        name="EDI message sent again",
        relation=Relation.RESEND,
        later=timedelta(days=2),
        seen={**SEEN, "message_function": (2.0, 1.0)},
        english=(
            "Duplicate: this is order SO-1001 sent a second time, 2 days later. Same 12 lines, "
            "same customer reference (PO-4711), same customer. Do not enter it, link it to "
            "SO-1001."
        ),
        chinese=(
            "重复订单：本单是订单 SO-1001 的再次发送，晚 2 天。12 行商品相同，客户订单号相同（PO-"
            "4711），客户相同。请勿录入，关联到订单 SO-1001 即可。"
        ),
    ),
    Case(
        name="double click",
        relation=Relation.DOUBLE_SUBMIT,
        later=timedelta(seconds=2),
        seen={**SEEN, "entered_by": (1.0, 0.4)},
        english=(
            "Duplicate: this is order SO-1001 submitted twice, 2 seconds later. Same 12 lines, "
            "same customer reference (PO-4711), same customer. Do not enter it, link it to "
            "SO-1001."
        ),
        chinese=(
            "重复订单：本单是订单 SO-1001 的重复提交，晚 2 秒。12 行商品相同，客户订单号相同（PO-"
            "4711），客户相同。请勿录入，关联到订单 SO-1001 即可。"
        ),
    ),
    Case(
        name="client retries at the same moment",
        relation=Relation.RETRY,
        later=timedelta(0),
        seen=SEEN,
        english=(
            "Duplicate: this is order SO-1001 sent again after a failed attempt, at the same "
            "moment. Same 12 lines, same customer reference (PO-4711), same customer. Do not "
            "enter it, link it to SO-1001."
        ),
        chinese=(
            "重复订单：本单是订单 SO-1001 发送失败后的重试，同一时刻。12 行商品相同，客户订单号相"
            "同（PO-4711），客户相同。请勿录入，关联到订单 SO-1001 即可。"
        ),
    ),
    Case(
        name="keyed in twice with a slip",
        outcome=Outcome.REVIEW,
        action=Action.HOLD,
        rules=(REVIEW_THRESHOLD,),
        probability=0.8,
        relation=Relation.REKEYED,
        later=timedelta(days=2),
        seen={**SEEN, "reference": (2.0, 1.5), "customer_ship_to": (0.2, -2.0)},
        incoming=replace(EXISTING, customer_reference="PO-4171"),
        lines=aligned(12, quantities_changed=1),
        english=(
            "Probably a duplicate: this looks like order SO-1001 entered a second time by hand, "
            "2 days later. Same 12 lines (1 quantity different), same customer, customer "
            "references one slip of the pen apart (PO-4171 / PO-4711). Against it: delivery goes "
            "to another address. Hold it for review."
        ),
        chinese=(
            "很可能重复：本单看来是订单 SO-1001 的重复人工录入，晚 2 天。12 行商品相同（其中 1 行"
            "数量不同），客户相同，客户订单号仅有一处笔误之差（PO-4171 / PO-4711）。但送货地址不"
            "同。请先挂起，等待审核。"
        ),
    ),
    Case(
        name="phone and portal",
        outcome=Outcome.REVIEW,
        action=Action.CONFIRM_WITH_CUSTOMER,
        rules=(ATTENDED_THRESHOLD,),
        probability=0.4,
        relation=Relation.CROSS_CHANNEL,
        later=timedelta(hours=3),
        seen={**SEEN, "reference": (0.0, -1.0), "channel": (0.0, 0.8)},
        incoming=replace(EXISTING, channel=Channel.WEB, customer_reference=""),
        lines=aligned(11, mine=1, theirs=1),
        english=(
            "Possibly a duplicate: this could be order SO-1001 coming in by another channel too "
            "(web shop / phone), 3 hours later. 11 of 12 lines are the same, same customer. "
            "Against it: different customer references. Ask the customer before you enter it."
        ),
        chinese=(
            "可能重复：本单或许是订单 SO-1001 从另一渠道的再次下单（网店 / 电话），晚 3 小时。12 "
            "行商品中有 11 行相同，客户相同。但客户订单号不同。录入前请先向客户确认。"
        ),
    ),
    Case(
        name="written confirmation of a phone order",
        action=Action.ATTACH,
        relation=Relation.CONFIRMATION,
        later=timedelta(hours=26),
        seen={**SEEN, "note": (3.0, 6.0)},
        english=(
            "Duplicate: this is the written confirmation of order SO-1001, 26 hours later. The "
            "note calls it a confirmation or a copy, same 12 lines, same customer reference "
            "(PO-4711). Do not enter it, attach its reference to SO-1001."
        ),
        chinese=(
            "重复订单：本单是订单 SO-1001 的书面确认单，晚 26 小时。备注说明这是确认单或副本，12 "
            "行商品相同，客户订单号相同（PO-4711）。请勿录入，把客户订单号补到订单 SO-1001 上。"
        ),
    ),
    Case(
        name="perhaps a confirmation",
        outcome=Outcome.REVIEW,
        action=Action.ATTACH,
        rules=(REVIEW_THRESHOLD,),
        probability=0.3,
        relation=Relation.CONFIRMATION,
        later=timedelta(hours=26),
        seen={**SEEN, "note": (3.0, 6.0)},
        english=(
            "Possibly a duplicate: this could be the written confirmation of order SO-1001, 26 "
            "hours later. The note calls it a confirmation or a copy, same 12 lines, same "
            "customer reference (PO-4711). Check it; if so, do not enter it, attach its "
            "reference to SO-1001."
        ),
        chinese=(
            "可能重复：本单或许是订单 SO-1001 的书面确认单，晚 26 小时。备注说明这是确认单或副本"
            "，12 行商品相同，客户订单号相同（PO-4711）。请先核实；如果属实，请勿录入，把客户订单"
            "号补到订单 SO-1001 上。"
        ),
    ),
    Case(
        name="same order id with other content",
        action=Action.SUPERSEDE,
        rules=(SAME_ORDER_CHANGED,),
        relation=Relation.AMENDMENT,
        confidence=1.0,
        seen=SEEN,
        lines=aligned(11, mine=2, quantities_changed=1),
        english=(
            "This is a changed version of order SO-1001 itself: 1 quantity changed, 2 lines "
            "added. Let it replace SO-1001 after a look at the differences."
        ),
        chinese=(
            "本单就是订单 SO-1001 的变更版：1 处数量有变，增加 2 行。请核对差异后用本单取代订单 S"
            "O-1001。"
        ),
    ),
    Case(
        name="same order id, lines untouched",
        action=Action.SUPERSEDE,
        rules=(SAME_ORDER_CHANGED,),
        relation=Relation.AMENDMENT,
        confidence=1.0,
        seen=SEEN,
        english=(
            "This is a changed version of order SO-1001 itself: the lines are unchanged. Let it "
            "replace SO-1001 after a look at the differences."
        ),
        chinese=(
            "本单就是订单 SO-1001 的变更版：商品行没有变化。请核对差异后用本单取代订单 SO-1001。"
        ),
    ),
    Case(
        name="revised purchase order",
        outcome=Outcome.REVIEW,
        action=Action.SUPERSEDE,
        rules=(REVIEW_THRESHOLD,),
        probability=0.7,
        relation=Relation.AMENDMENT,
        later=timedelta(days=1),
        seen={**SEEN, "revision": (1.0, 0.3), "note": (2.0, 1.2)},
        lines=aligned(11, mine=1, prices_changed=1),
        english=(
            "Probably a duplicate: this looks like a changed version of order SO-1001, 1 day "
            "later. It has all 11 lines of that order, same customer reference (PO-4711), same "
            "customer. Check it; if so, let it replace SO-1001 after a look at the differences."
        ),
        chinese=(
            "很可能重复：本单看来是订单 SO-1001 的修订版，晚 1 天。那张订单的 11 行商品本单全都有"
            "，客户订单号相同（PO-4711），客户相同。请先核实；如果属实，请核对差异后用本单取代订"
            "单 SO-1001。"
        ),
    ),
    Case(
        name="list sent again with additions",
        action=Action.MERGE,
        relation=Relation.SUPERSET,
        later=timedelta(hours=5),
        seen=SEEN,
        lines=aligned(12, mine=3),
        english=(
            "Duplicate: this is order SO-1001 sent again with additions, 5 hours later. It has "
            "all 12 lines of that order, same customer reference (PO-4711), same customer. Merge "
            "it with SO-1001, line by line."
        ),
        chinese=(
            "重复订单：本单是订单 SO-1001 加了商品后的再次发送，晚 5 小时。那张订单的 12 行商品本"
            "单全都有，客户订单号相同（PO-4711），客户相同。请与订单 SO-1001 逐行合并。"
        ),
    ),
    Case(
        name="one line of it sent again",
        action=Action.MERGE,
        relation=Relation.PARTIAL,
        later=timedelta(hours=5),
        seen=SEEN,
        lines=aligned(1, theirs=11),
        english=(
            "Duplicate: this is a part of order SO-1001 sent again, 5 hours later. Same customer "
            "reference (PO-4711), its only line is in that order, same customer. Merge it with "
            "SO-1001, line by line."
        ),
        chinese=(
            "重复订单：本单是订单 SO-1001 中一部分的再次发送，晚 5 小时。客户订单号相同（PO-4711"
            "），本单 1 行商品那张订单全都有，客户相同。请与订单 SO-1001 逐行合并。"
        ),
    ),
    Case(
        name="wrong customer account",
        action=Action.HOLD,
        relation=Relation.WRONG_CUSTOMER,
        later=timedelta(minutes=5),
        seen={
            "incoming_lines_shared": (1.0, 4.0),
            "existing_lines_shared": (1.0, 4.0),
            "shared_information": (7.0, 5.0),
            "customer": (0.1, -2.0),
            "amount": (1.0, 1.0),
        },
        english=(
            "Duplicate: this is order SO-1001 entered again under another customer, 5 minutes "
            "later. Same 12 lines, the common products would hardly come together by chance, "
            "same amount (183.60 GBP). Hold it for review."
        ),
        chinese=(
            "重复订单：本单是订单 SO-1001 在另一客户名下的重复录入，晚 5 分钟。12 行商品相同，共"
            "同的商品很少会碰巧出现在一起，金额相同（183.60 GBP）。请先挂起，等待审核。"
        ),
    ),
    Case(
        name="reference dressed up",
        action=Action.HOLD,
        relation=Relation.EVASION,
        later=timedelta(minutes=40),
        seen=SEEN,
        incoming=replace(EXISTING, customer_reference="P.O. 4711."),
        english=(
            "Duplicate: this is order SO-1001 again, with its reference rewritten, 40 minutes "
            "later. Same 12 lines, same customer reference but written differently (P.O. 4711. / "
            "PO-4711), same customer. Hold it for review."
        ),
        chinese=(
            "重复订单：本单是订单 SO-1001 改写客户订单号后的再次下单，晚 40 分钟。12 行商品相同，"
            "客户订单号相同但写法不同（P.O. 4711. / PO-4711），客户相同。请先挂起，等待审核。"
        ),
    ),
    Case(
        name="rules answer without a model, not everything compared",
        relation=Relation.REKEYED,
        confidence=0.0,
        seen=SEEN,
        degraded=True,
        truncated=True,
        english=(
            "Duplicate: this is order SO-1001 once more, 12 minutes later. Same 12 lines, same "
            "customer reference (PO-4711), same customer. Do not enter it, link it to SO-1001. "
            "Not every similar order could be compared. Judged by simple rules, because no model "
            "is loaded."
        ),
        chinese=(
            "重复订单：本单是订单 SO-1001 的重复，晚 12 分钟。12 行商品相同，客户订单号相同（PO-4"
            "711），客户相同。请勿录入，关联到订单 SO-1001 即可。相似的订单过多，未能全部比较。未"
            "加载模型，本次由简单规则判断。"
        ),
    ),
    Case(
        name="the twin was erased",
        relation=Relation.REKEYED,
        seen=SEEN,
        erased=True,
        english=(
            "Duplicate: this is order key-1 entered a second time by hand. Same 12 lines, same "
            "customer reference (PO-4711), same customer. Do not enter it, link it to key-1."
        ),
        chinese=(
            "重复订单：本单是订单 key-1 的重复人工录入。12 行商品相同，客户订单号相同（PO-4711）"
            "，客户相同。请勿录入，关联到订单 key-1 即可。"
        ),
    ),
    Case(
        name="older message comes in late",
        relation=Relation.RESEND,
        later=-timedelta(hours=2),
        seen=SEEN,
        english=(
            "Duplicate: this is order SO-1001 sent a second time, 2 hours earlier. Same 12 "
            "lines, same customer reference (PO-4711), same customer. Do not enter it, link it "
            "to SO-1001."
        ),
        chinese=(
            "重复订单：本单是订单 SO-1001 的再次发送，早 2 小时。12 行商品相同，客户订单号相同（P"
            "O-4711），客户相同。请勿录入，关联到订单 SO-1001 即可。"
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_summary_reads_well_in_english(case: Case) -> None:
    assert case.summary("en") == case.english


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_summary_reads_well_in_chinese(case: Case) -> None:
    assert case.summary("zh") == case.chinese
