"""A company's customer master: which customer numbers mean the same customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ordertwin_models.customers import number_of
from ordertwin_models.order_fields import Kind
from ordertwin_training.company_history.columns import Column
from ordertwin_training.company_history.mapping import HistoryMapping
from ordertwin_training.company_history.problems import HistoryInvalid, Problems
from ordertwin_training.company_history.table import Progress, read_rows

CUSTOMER_COLUMNS = (
    Column("customer_id", Kind.TEXT, "A customer number, as orders have it.", required=True),
    Column(
        "same_as",
        Kind.TEXTS,
        'Numbers that mean the same customer; several are separated by "|".',
    ),
    Column("merged_into", Kind.TEXT, "The number that this one was merged into."),
    Column("name", Kind.TEXT, "Name of the customer, for those who read the list."),
)
"""Columns of a customer master."""

MAX_ID, MAX_NAME = 64, 256


@dataclass(frozen=True, slots=True)
class SameCustomers:
    """A line that says of a number that it means the same customer as another one, which stays."""

    line: int
    customer_id: str
    same_as: str
    name: str = ""
    same_as_name: str = ""


@dataclass(frozen=True, slots=True)
class CustomerMaster:
    """What a master says: how many customers it has, and which are the same."""

    customers: int
    links: tuple[SameCustomers, ...]

    def sizes(self) -> dict[str, int]:
        """How many numbers each customer with several has, by one of them.

        >>> master = CustomerMaster(3, (SameCustomers(2, "A", "B"), SameCustomers(3, "B", "C")))
        >>> master.sizes()
        {'A': 3}
        """
        group_of: dict[str, str] = {}
        groups: dict[str, list[str]] = {}
        written: dict[str, str] = {}
        for link in self.links:
            for customer_id in (link.customer_id, link.same_as):
                number = number_of(customer_id)
                if number not in group_of:
                    group_of[number], groups[number] = number, [number]
                    written[number] = customer_id
            one, other = group_of[number_of(link.customer_id)], group_of[number_of(link.same_as)]
            if len(groups[one]) < len(groups[other]):
                one, other = other, one
            if one != other:
                for number in groups[other]:
                    group_of[number] = one
                groups[one] += groups.pop(other)
        return {written[group]: len(members) for group, members in groups.items()}


def read_customers(
    path: Path, mapping: HistoryMapping, most: int, progress: Progress | None = None
) -> CustomerMaster:
    """The master in a CSV, flat JSON Lines or Parquet file.

    Raises HistoryInvalid with every problem found (at most 20): file, line, column, what to do; a
    customer with more than `most` numbers is one.
    """
    problems = Problems(path)
    names: dict[str, str] = {}
    said: list[tuple[int, str, str]] = []
    customers = 0
    for row in read_rows(path, CUSTOMER_COLUMNS, mapping, problems, progress):
        customers += 1
        customer_id = row.cells.get("customer_id", "")
        same = [*_parts(row.cells.get("same_as", "")), *_parts(row.cells.get("merged_into", ""))]
        _check(row.line, "customer_id", customer_id, problems)
        for each in same:
            _check(row.line, "same_as" if "same_as" in row.cells else "merged_into", each, problems)
        if len(row.cells.get("name", "")) > MAX_NAME:
            problems.add(row.line, "name", f"has more than {MAX_NAME} characters")
        if "name" in row.cells:
            names.setdefault(number_of(customer_id), row.cells["name"])
        # A master often says of those that stay that they are the same as themselves.
        said += [
            (row.line, customer_id, each)
            for each in same
            if number_of(each) != number_of(customer_id)
        ]
    problems.stop_if_any()
    master = CustomerMaster(
        customers,
        tuple(
            SameCustomers(
                line, one, other, names.get(number_of(one), ""), names.get(number_of(other), "")
            )
            for line, one, other in said
        ),
    )
    _ensure_plausible(master, most, problems)
    return master


def _parts(text: str) -> Sequence[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _check(line: int, column: str, customer_id: str, problems: Problems) -> None:
    for text in _wrong(customer_id):
        problems.add(line, column, text)


def _wrong(customer_id: str) -> Iterator[str]:
    if not customer_id:
        yield "is missing"
    elif len(customer_id) > MAX_ID:
        yield f"has more than {MAX_ID} characters"
    elif not number_of(customer_id):
        yield f"is {customer_id!r}, which names no customer"


def _ensure_plausible(master: CustomerMaster, most: int, problems: Problems) -> None:
    lines = {
        customer_id: link.line
        for link in reversed(master.links)
        for customer_id in (link.same_as, link.customer_id)
    }
    for customer_id, size in master.sizes().items():
        if size > most:
            problems.add(
                lines[customer_id],
                "same_as",
                f"{customer_id!r} would have {size} numbers, more than the {most} of one customer; "
                "look for a number that stands for nobody, and leave its lines out",
            )
    if problems.found:
        raise HistoryInvalid(problems.found)
