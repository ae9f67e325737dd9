from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ordertwin_models.decision import Relation
from ordertwin_training.history import (
    WORLDS,
    BaseFileInvalid,
    HistorySettings,
    generate,
    generated_base,
    online_retail_base,
)
from ordertwin_training.stream import OrderEvent

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
ROWS = [
    "536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom",
    "536365,71053,WHITE LANTERN,6,2010-12-01 08:26:00,3.39,17850,United Kingdom",
    "536365,85123a,WHITE HANGING HEART,2,2010-12-01 08:27:00,2.55,17850,United Kingdom",
    "C536379,71053,WHITE LANTERN,-1,2010-12-01 09:00:00,3.39,17850,United Kingdom",
    "536370,POST,POSTAGE,3,2010-12-01 09:30:00,18.00,12583,France",
    "536370,85123B,BLUE HANGING HEART,4,2010-12-01 09:30:00,2.55,12583,France",
    "536371,71053,damaged,5,2010-12-01 10:00:00,0.00,,United Kingdom",
    "536372,71053,WHITE LANTERN,1,2011-02-01 10:00:00,4.25,,United Kingdom",
    "536373,85123A,WHITE HANGING HEART,8,2011-02-03 10:00:00,2.55,17850,United Kingdom",
    "536373,71053,WHITE LANTERN,6,2011-02-03 10:00:00,3.39,17850,United Kingdom",
]


def a_retail_file(tmp_path: Path, rows: list[str] = ROWS) -> Path:
    path = tmp_path / "retail.csv.gz"
    path.write_bytes(gzip.compress("\n".join([HEADER, *rows]).encode()))
    return path


def test_invoices_become_orders_without_credits_fees_and_corrections(tmp_path: Path) -> None:
    orders = list(online_retail_base(a_retail_file(tmp_path)))
    assert [(o.customer, o.region, o.guest) for o in orders] == [
        ("17850", "GB", False),
        ("12583", "FR", False),
        ("guest-536372", "GB", True),
        ("17850", "GB", False),
    ]
    assert [(line.item.code, line.quantity) for line in orders[0].lines] == [
        ("85123A", Decimal(8)),
        ("71053", Decimal(6)),
    ]
    assert orders[0].at.isoformat() == "2010-12-01T08:26:00+00:00"


def test_letters_after_five_digits_are_variants(tmp_path: Path) -> None:
    base = online_retail_base(a_retail_file(tmp_path))
    assert {item.family for item in base.catalogue.items if len(item.code) > 5} == {"85123"}


def test_dates_cut_the_file(tmp_path: Path) -> None:
    path = a_retail_file(tmp_path)
    assert len(online_retail_base(path, start=date(2011, 1, 1))) == 2
    assert len(online_retail_base(path, end=date(2011, 1, 1))) == 2
    with pytest.raises(BaseFileInvalid, match="widen the dates"):
        online_retail_base(path, start=date(2012, 1, 1))


def test_customers_are_either_trained_on_or_unseen(tmp_path: Path) -> None:
    rows = [
        f"{536400 + n},71053,WHITE LANTERN,1,2011-02-01 10:00:00,4.25,{13000 + n},United Kingdom"
        for n in range(50)
    ]
    path = a_retail_file(tmp_path, rows)
    trained = {order.customer for order in online_retail_base(path, customers="training")}
    unseen = {order.customer for order in online_retail_base(path, customers="unseen")}
    assert not trained & unseen
    assert len(trained | unseen) == 50
    assert 30 < len(trained) < 48


def test_a_nearly_equal_basket_within_a_week_leaves_truth_open(tmp_path: Path) -> None:
    again = [row.replace("536373", "536374").replace("02-03", "02-07") for row in ROWS[-2:]]
    base = online_retail_base(a_retail_file(tmp_path, [*ROWS, *again]))
    settings = HistorySettings(duplicate_rate=0.0, look_alike_rate=0.0)
    events = [e for e in generate(settings, base, 1) if isinstance(e, OrderEvent)]
    assert [event.truth is None for event in events] == [False, False, False, False, True]


def test_another_file_is_refused_with_its_line(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(BaseFileInvalid, match="line 1: the columns must be InvoiceNo"):
        online_retail_base(other)
    with pytest.raises(BaseFileInvalid, match="line 3: cannot be read"):
        online_retail_base(a_retail_file(tmp_path, [ROWS[0], "1,71053,x,many,2011-01-01,1,1,x"]))


@pytest.mark.parametrize("world", WORLDS)
def test_a_generated_base_is_in_time_order_and_repeatable(world: str) -> None:
    base = generated_base(WORLDS[world], orders=150, days=30, seed=3)
    orders = list(base)
    assert orders == list(base)
    assert orders == sorted(orders, key=lambda order: order.at)
    assert all(order.lines for order in orders)
    assert all(line.quantity > 0 and line.price > 0 for o in orders for line in o.lines)


def test_a_series_names_its_relation() -> None:
    orders = list(generated_base(WORLDS["purchasing-us"], orders=300, days=60, seed=3))
    relations = {order.relation for order in orders if order.series}
    assert relations == {Relation.STANDING, Relation.BLANKET_RELEASE}
    assert {order.relation for order in orders if not order.series} == {None}


def test_purchasing_knows_quantities_from_one_to_tens_of_thousands() -> None:
    orders = list(generated_base(WORLDS["purchasing-us"], orders=1500, seed=3))
    quantities = sorted(line.quantity for order in orders for line in order.lines)
    assert quantities[0] < 10
    assert quantities[-1] > 10_000


def test_a_business_that_is_unknown_is_refused() -> None:
    with pytest.raises(ValueError, match="There is no business 'circus'; known: gifts"):
        generated_base(HistorySettings(business="circus"))
