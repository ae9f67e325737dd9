"""Base orders and customers from Northwind and AdventureWorks, two published sample companies.

Both are read from a folder of `.csv.gz` files; nothing of them is kept in the repository.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from benchmarks.orders.second_author.buyers import Known
from ordertwin_models.order import PostalAddress
from ordertwin_training.history import BaseFileInvalid, BaseLine, BaseOrder, Catalogue, Item

_REGIONS = {
    "USA": "US", "UK": "GB", "Germany": "DE", "Austria": "AT", "Switzerland": "CH", "France": "FR",
    "Belgium": "BE", "Spain": "ES", "Italy": "IT", "Portugal": "PT", "Brazil": "BR", "Mexico": "MX",
    "Argentina": "AR", "Venezuela": "VE", "Canada": "CA", "Denmark": "DK", "Sweden": "SE",
    "Norway": "NO", "Finland": "FI", "Poland": "PL", "Ireland": "IE",
}  # fmt: skip


@dataclass(frozen=True)
class PublishedBase:
    """Base orders in time order, with the customers that are on file. Repeats may be anything."""

    orders: tuple[BaseOrder, ...]
    catalogue: Catalogue
    customers: Mapping[str, Known]
    repeats_are_known: bool = False

    def __iter__(self) -> Iterator[BaseOrder]:
        return iter(self.orders)

    def __len__(self) -> int:
        return len(self.orders)


def northwind_base(folder: Path) -> PublishedBase:
    """All 830 orders, with companies, contacts, addresses and phones as they are on file.

    Raises BaseFileInvalid, naming the file, when one is missing or has another shape.
    """
    items = {
        row["productID"]: Item(
            code=f"NW{int(row['productID']):03d}",
            name=row["productName"],
            specification=row["quantityPerUnit"],
            price=Decimal(row["unitPrice"]),
            family=f"{row['supplierID']}-{row['categoryID']}",
        )
        for row in _rows(folder, "products", ("productID", "productName", "quantityPerUnit"))
    }
    lines: defaultdict[str, list[BaseLine]] = defaultdict(list)
    for row in _rows(folder, "order_details", ("orderID", "productID", "quantity")):
        item, price = items[row["productID"]], Decimal(row["unitPrice"])
        lines[row["orderID"]].append(BaseLine(item, Decimal(row["quantity"]), price))
    customers, regions = {}, {}
    for row in _rows(folder, "customers", ("customerID", "companyName", "phone")):
        region = regions[row["customerID"]] = _REGIONS.get(row["country"], "US")
        customers[row["customerID"]] = Known(
            name=row["companyName"],
            contact=(row["contactName"], row["phone"], ""),
            place=PostalAddress(
                region_code=region,
                postal_code=row["postalCode"],
                administrative_area=row["region"],
                locality=row["city"],
                address_lines=(row["address"],),
                organization=row["companyName"],
            ),
        )
    orders = [
        BaseOrder(
            customer=row["customerID"],
            at=_office_time(row["orderDate"][:10], row["orderID"]),
            lines=tuple(lines[row["orderID"]]),
            region=regions.get(row["customerID"], "US"),
            requested=datetime.fromisoformat(row["requiredDate"]).date(),
        )
        for row in _rows(folder, "orders", ("orderID", "customerID", "orderDate", "requiredDate"))
        if lines[row["orderID"]]
    ]
    return _base(orders, tuple(items.values()), customers)


def adventureworks_base(folder: Path, *, limit: int) -> PublishedBase:
    """The last `limit` internet orders, consumers with name and e-mail, goods with size and colour.

    Raises BaseFileInvalid, naming the file, when one is missing or has another shape.
    """
    items = {
        row["ProductKey"]: Item(
            code=row["ProductSKU"],
            name=row["ProductName"],
            specification=" ".join(
                value for value in (row["ProductSize"], row["ProductColor"]) if value not in "0NA"
            ),
            price=Decimal(row["ProductPrice"]).quantize(Decimal("0.01")),
            family=row["ModelName"],
        )
        for row in _rows(folder, "products", ("ProductKey", "ProductSKU", "ProductPrice"))
    }
    lines: defaultdict[str, list[BaseLine]] = defaultdict(list)
    heads: dict[str, tuple[str, str]] = {}
    for row in _rows(folder, "order_lines", ("OrderDate", "OrderNumber", "ProductKey")):
        item, number = items[row["ProductKey"]], row["OrderNumber"]
        lines[number].append(BaseLine(item, Decimal(row["OrderQuantity"]), item.price))
        heads[number] = row["OrderDate"], row["CustomerKey"]
    chosen = sorted(heads, key=lambda number: (heads[number][0], number))[-limit:]
    wanted = {heads[number][1] for number in chosen}
    customers = {}
    for row in _rows(folder, "customers", ("CustomerKey", "FirstName", "EmailAddress")):
        if row["CustomerKey"] in wanted:
            name = f"{row['FirstName']} {row['LastName']}".title()
            contact = (name, "", row["EmailAddress"])
            customers[row["CustomerKey"]] = Known(name, contact, is_company=False)
    orders = [
        BaseOrder(
            customer=heads[number][1],
            at=_office_time(heads[number][0], number),
            lines=tuple(lines[number]),
            region="US",
            is_company=False,
        )
        for number in chosen
    ]
    return _base(orders, tuple(items.values()), customers)


def _base(
    orders: list[BaseOrder], items: tuple[Item, ...], customers: Mapping[str, Known]
) -> PublishedBase:
    return PublishedBase(
        tuple(sorted(orders, key=lambda order: order.at)), Catalogue(items), customers
    )


def _rows(folder: Path, name: str, needed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    path = folder / f"{name}.csv.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [column for column in needed if column not in (rows.fieldnames or ())]
            if missing:
                raise BaseFileInvalid(f"{path}: has no column {', '.join(missing)}.")
            yield from rows
    except FileNotFoundError:
        raise BaseFileInvalid(
            f"{path}: is not there; name the folder that holds {name}.csv.gz."
        ) from None
    except (OSError, UnicodeDecodeError, InvalidOperation) as error:
        raise BaseFileInvalid(f"{path}: cannot be read ({error}).") from error


def _office_time(day: str, number: str) -> datetime:
    """A moment of the day; the files have dates only."""
    seconds = random.Random(f"time of day|{number}").gauss(12.5 * 3600, 3 * 3600)
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return start + timedelta(seconds=int(min(max(seconds, 3600), 85_000)))
