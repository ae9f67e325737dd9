"""Base orders from the public Online Retail file (UCI 352): a year of real wholesale invoices.

Credits, bad-debt entries, fees and corrections are left out and repeated items summed, as the
description of the data set asks. The file has no names and no duplicate labels.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Literal, cast

from ordertwin_models.errors import OrderTwinError
from ordertwin_training.history.base import BaseLine, BaseOrder, Catalogue, Item
from ordertwin_training.history.seeds import fraction_of

COLUMNS = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID",
    "Country",
)  # fmt: skip
TRAINING_SHARE = 0.8

_REGIONS = {
    "United Kingdom": "GB", "Channel Islands": "GB", "EIRE": "IE", "USA": "US", "Canada": "CA",
    "Australia": "AU", "Germany": "DE", "Austria": "AT", "Switzerland": "CH", "France": "FR",
    "Belgium": "BE", "Spain": "ES", "Italy": "IT", "Netherlands": "NL", "Portugal": "PT",
    "Brazil": "BR", "Japan": "JP", "Singapore": "SG", "Hong Kong": "HK", "Norway": "NO",
    "Sweden": "SE", "Denmark": "DK", "Finland": "FI", "Poland": "PL", "Greece": "GR",
    "Israel": "IL", "Cyprus": "CY",
}  # fmt: skip
_GOODS = re.compile(r"\d{5}")


class BaseFileInvalid(OrderTwinError):
    """The file is not the Online Retail file; says where and why."""


@dataclass(frozen=True)
class OnlineRetailBase:
    """The invoices of the file as base orders, in time order."""

    orders: tuple[BaseOrder, ...]
    catalogue: Catalogue
    repeats_are_known: bool = False

    def __iter__(self) -> Iterator[BaseOrder]:
        return iter(self.orders)

    def __len__(self) -> int:
        return len(self.orders)


@dataclass(slots=True)
class _Invoice:
    at: datetime
    customer: str
    country: str
    lines: dict[str, tuple[int, Decimal]]


def online_retail_base(
    path: Path | str,
    *,
    start: date | None = None,
    end: date | None = None,
    customers: Literal["all", "training", "unseen"] = "all",
    limit: int | None = None,
) -> OnlineRetailBase:
    """Read the file (`.csv` or `.csv.gz`), from `start` up to and without `end`.

    `customers` keeps a stable four fifths of them ("training") or the rest ("unseen"), so that a
    benchmark can ask about customers that no model has met. Guests, who have no customer number,
    count as one customer an invoice. `limit` keeps the first so many orders.

    Raises BaseFileInvalid, naming the line, when the file has another shape.
    """
    invoices, names = _read_invoices(Path(path))
    prices = {code: price for i in invoices.values() for code, (_, price) in i.lines.items()}
    popular = sorted(names.items(), key=lambda entry: -entry[1].total())
    items = {code: _item(code, spellings, prices[code]) for code, spellings in popular}
    orders = []
    for number, invoice in sorted(invoices.items(), key=lambda entry: (entry[1].at, entry[0])):
        day = invoice.at.date()
        if (start and day < start) or (end and day >= end):
            continue
        key = invoice.customer or f"guest-{number}"
        training = fraction_of("online-retail customer", key) < TRAINING_SHARE
        if customers != "all" and training != (customers == "training"):
            continue
        orders.append(_base_order(key, invoice, items))
        if limit is not None and len(orders) == limit:
            break
    if not orders:
        raise BaseFileInvalid(f"{path}: no order lies between {start} and {end}; widen the dates.")
    return OnlineRetailBase(tuple(orders), Catalogue(tuple(items.values())))


def _base_order(key: str, invoice: _Invoice, items: dict[str, Item]) -> BaseOrder:
    lines = tuple(
        BaseLine(items[code], Decimal(quantity), price)
        for code, (quantity, price) in invoice.lines.items()
    )
    return BaseOrder(
        customer=key,
        at=invoice.at,
        lines=lines,
        region=_REGIONS.get(invoice.country, "GB"),
        guest=not invoice.customer,
        is_company=bool(invoice.customer) or fraction_of("online-retail company", key) < 0.5,
    )


def _item(code: str, spellings: Counter[str], price: Decimal) -> Item:
    name = spellings.most_common(1)[0][0] if spellings else ""
    family = code[:5] if len(code) > 5 else ""
    return Item(code=code, name=name or f"ITEM {code}", price=price, family=family)


def _read_invoices(path: Path) -> tuple[dict[str, _Invoice], dict[str, Counter[str]]]:
    invoices: dict[str, _Invoice] = {}
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with _open(path) as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text)
        if tuple(next(rows, ())) != COLUMNS:
            raise BaseFileInvalid(f"{path}, line 1: the columns must be {', '.join(COLUMNS)}.")
        for row in rows:
            try:
                _add_row(row, invoices, names)
            except (ValueError, InvalidOperation) as error:
                line = rows.line_num
                raise BaseFileInvalid(f"{path}, line {line}: cannot be read ({error}).") from error
    return invoices, names


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path) if path.suffix == ".gz" else path.open("rb"))


def _add_row(
    row: list[str], invoices: dict[str, _Invoice], names: defaultdict[str, Counter[str]]
) -> None:
    number, code, name, amount, at, unit_price, customer, country = row
    code = code.strip().upper()
    quantity, price = int(amount), Decimal(unit_price)
    if not number[:1].isdigit() or quantity <= 0 or price <= 0 or not _GOODS.match(code):
        return
    invoice = invoices.get(number)
    if invoice is None:
        first = datetime.fromisoformat(at).replace(tzinfo=UTC)
        invoice = invoices[number] = _Invoice(first, customer.strip(), country, {})
    known, known_price = invoice.lines.get(code, (0, price))
    invoice.lines[code] = (known + quantity, known_price)
    names[code].update([" ".join(name.split())] if name.strip() else [])
