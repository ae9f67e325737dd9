"""Published sample companies as base orders, from small files of the same shape."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from benchmarks.orders.bases import adventureworks_base, northwind_base
from benchmarks.orders.second_author import MARKETS, Rates, inject
from ordertwin_training.history import BaseFileInvalid
from ordertwin_training.stream import OrderEvent

NOTHING = Rates(duplicates=0.0, look_alikes=0.0)


def write(folder: Path, name: str, *lines: str) -> None:
    with gzip.open(folder / f"{name}.csv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


@pytest.fixture
def northwind(tmp_path: Path) -> Path:
    write(
        tmp_path, "products",
        "productID,productName,supplierID,categoryID,quantityPerUnit,unitPrice",
        "1,Tea,1,1,10 boxes,18.0",
    )  # fmt: skip
    write(tmp_path, "order_details", "orderID,productID,unitPrice,quantity", "7,1,17.5,12")
    write(
        tmp_path, "customers",
        "customerID,companyName,contactName,address,city,region,postalCode,country,phone",
        "AB,Alfa,Ann,Street 1,Berlin,,10115,Germany,030-1",
    )  # fmt: skip
    write(
        tmp_path, "orders", "orderID,customerID,orderDate,requiredDate",
        "7,AB,1996-07-04 00:00:00.000,1996-08-01 00:00:00.000",
    )  # fmt: skip
    return tmp_path


def test_northwind_orders_keep_their_customers_goods_and_dates(northwind: Path) -> None:
    base = northwind_base(northwind)
    (order,) = base
    assert (order.at.date().isoformat(), order.region) == ("1996-07-04", "DE")
    assert order.lines[0].item.name == "Tea"
    written = inject(MARKETS["distributor-us"], base, 1, NOTHING, base.customers)
    (event,) = [event for event in written if isinstance(event, OrderEvent)]
    assert "Alfa" in (event.order.customer.name, event.order.ship_to.organization)


def test_adventureworks_keeps_the_last_orders(tmp_path: Path) -> None:
    write(
        tmp_path, "products",
        "ProductKey,ProductSKU,ProductName,ModelName,ProductColor,ProductSize,ProductPrice",
        "1,HL-U509,Helmet,Sport,Red,0,34.99",
    )  # fmt: skip
    write(
        tmp_path, "order_lines", "OrderDate,OrderNumber,ProductKey,CustomerKey,OrderQuantity",
        "2017-01-01,SO1,1,11,1", "2017-01-02,SO2,1,12,2",
    )  # fmt: skip
    write(
        tmp_path, "customers", "CustomerKey,FirstName,LastName,EmailAddress",
        "11,ANN,LEE,a@x.example", "12,BOB,RAY,b@x.example",
    )  # fmt: skip
    base = adventureworks_base(tmp_path, limit=1)
    assert [order.customer for order in base] == ["12"]
    assert base.customers["12"].name == "Bob Ray"
    assert base.orders[0].lines[0].item.specification == "Red"


def test_a_missing_or_other_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BaseFileInvalid, match=r"products\.csv\.gz: is not there"):
        northwind_base(tmp_path)
    write(tmp_path, "products", "a,b", "1,2")
    with pytest.raises(BaseFileInvalid, match="has no column productID"):
        northwind_base(tmp_path)
