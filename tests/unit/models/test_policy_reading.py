"""Policy files: what may stand in them, and how every mistake is named."""

from __future__ import annotations

from typing import Any

import pytest

from ordertwin_models.order import Channel, OrderState
from ordertwin_models.policy import (
    BurstRule,
    Costs,
    Limits,
    OrderName,
    Policy,
    PolicyInvalid,
    policy_from_document,
)


def a_document(**sections: Any) -> dict[str, Any]:
    return {"format": "ordertwin-policy/1", "version": "2026-03"} | sections


def a_rule(**parts: Any) -> dict[str, Any]:
    return {"name": "STRICT", "thresholds": {"review": 0.3}} | parts


def problems(**sections: Any) -> dict[str, str]:
    with pytest.raises(PolicyInvalid) as refused:
        policy_from_document(a_document(**sections))
    return {one.field: one.description for one in refused.value.violations}


def test_a_policy_that_says_nothing_leaves_everything_to_the_model() -> None:
    assert policy_from_document(a_document()) == Policy(version="2026-03")


def test_everything_that_may_be_said_is_read() -> None:
    policy = policy_from_document(
        a_document(
            thresholds={"review": 0.4, "duplicate": 0.95},
            customer_groups={"key accounts": ["C-1", "C-2"]},
            rules=[
                a_rule(
                    when={
                        "channels": ["EDI"],
                        "customer_groups": ["key accounts"],
                        "customers": ["C-9"],
                        "value_at_least": 1000,
                        "currency": "EUR",
                        "counterpart_states": ["SHIPPED"],
                    },
                    costs={"missed_share": 0.2, "review": 4, "block": 100},
                )
            ],
            allow={"references": ["PO 4711"], "sources": ["tests"]},
            deny={
                "pairs": [[{"source": "erp", "order_id": "A"}, {"source": "erp", "order_id": "B"}]]
            },
            hard_facts={"resent_within_minutes": 30},
            burst={"flagged_orders": 40},
        )
    )
    (rule,) = policy.rules
    assert policy.limits == Limits(review=0.4, duplicate=0.95)
    assert rule.when.channels == {Channel.EDI}
    assert rule.when.customers == {"C-1", "C-2", "C-9"}
    assert rule.when.counterpart_states == {OrderState.SHIPPED}
    assert rule.costs == Costs(missed_share=0.2, review=4.0, block=100.0)
    assert policy.allow.references == {"po4711"}
    assert policy.partners(OrderName("erp", "A")) == {OrderName("erp", "B"): True}
    assert policy.resent_within_minutes == 30.0
    assert policy.burst == BurstRule(orders=40)


@pytest.mark.parametrize(
    ("sections", "path", "says"),
    [
        ({"treshold": {}}, "treshold", "did you mean thresholds?"),
        ({"format": "other/2"}, "format", "this version reads 'ordertwin-policy/1'"),
        ({"version": "no spaces please"}, "version", "1 to 64 letters"),
        ({"version": 7}, "version", "must be text"),
        ({"thresholds": {"revue": 0.4}}, "thresholds.revue", "did you mean review?"),
        ({"thresholds": {"review": 1.5}}, "thresholds.review", "a number above 0 to 1"),
        ({"thresholds": {"review": True}}, "thresholds.review", "a number"),
        ({"thresholds": {"review": float("nan")}}, "thresholds.review", "a number"),
        ({"thresholds": {"review": 0.9, "duplicate": 0.5}}, "thresholds", "must grow"),
        ({"thresholds": [0.4]}, "thresholds", "must be a table"),
        ({"costs": {"review": 5, "block": 90}}, "costs", "missed or missed_share"),
        ({"costs": {"missed": 5, "block": 90}}, "costs.review", "is required"),
        ({"rules": {}}, "rules", "[[rules]]"),
        ({"rules": [{"name": "EMPTY"}]}, "rules[0]", "changes nothing"),
        ({"rules": [a_rule(name="quiet")]}, "rules[0].name", "capital letters"),
        ({"rules": [a_rule(name="BURST")]}, "rules[0].name", "is taken"),
        ({"rules": [a_rule(), a_rule()]}, "rules[1].name", "is taken"),
        ({"rules": [a_rule(when={"channels": ["FAX"]})]}, "rules[0].when.channels", "known: "),
        (
            {"rules": [a_rule(when={"customer_groups": ["vip"]})]},
            "rules[0].when.customer_groups",
            "there is no group 'vip'",
        ),
        (
            {"rules": [a_rule(when={"value_below": 9})]},
            "rules[0].when.currency",
            "is required where a value is compared",
        ),
        ({"allow": {"customers": []}}, "allow.customers", "not empty"),
        ({"allow": {"pairs": [["A", "B"]]}}, "allow.pairs[0]", "must be two orders"),
        (
            {"allow": {"customers": ["C-1"]}, "deny": {"customers": ["C-1"]}},
            "deny.customers",
            "choose one",
        ),
        ({"hard_facts": {"resent_within_minutes": -1}}, "hard_facts.resent_within_minutes", "from"),
        ({"burst": {"share": 0}}, "burst.share", "above 0"),
        ({"burst": {"flagged_orders": 2.5}}, "burst.flagged_orders", "a whole number"),
        ({"burst": {"enabled": "yes"}}, "burst.enabled", "true or false"),
    ],
)
def test_a_mistake_is_named_with_its_path_and_what_to_do(
    sections: dict[str, Any], path: str, says: str
) -> None:
    found = problems(**sections)
    assert says in found[path], found


def test_all_mistakes_are_named_at_once() -> None:
    assert len(problems(thresholds={"review": 2}, allow={"customers": "C-1"}, burst=3)) == 3


def test_bursts_are_off_unless_the_file_speaks_of_them() -> None:
    assert policy_from_document(a_document()).burst is None
    assert policy_from_document(a_document(burst={"enabled": True})).burst == BurstRule()
    assert policy_from_document(a_document(burst={"enabled": False, "share": 0.9})).burst is None
