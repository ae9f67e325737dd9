"""A company's customer master: what it says, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordertwin_training.company_history import HistoryInvalid, HistoryMapping, load_mapping
from ordertwin_training.company_history.customers import (
    CUSTOMER_COLUMNS,
    CustomerMaster,
    SameCustomers,
    read_customers,
)

HEADER = "customer_id,same_as,name\n"


def read(
    tmp_path: Path, text: str, name: str = "customers.csv", mapping: str = "", most: int = 100
) -> CustomerMaster:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    columns = HistoryMapping()
    if mapping:
        (tmp_path / "mapping.toml").write_text(mapping, "utf-8")
        columns = load_mapping(tmp_path / "mapping.toml", CUSTOMER_COLUMNS)
    return read_customers(path, columns, most)


def test_rows_say_which_numbers_are_the_same(tmp_path: Path) -> None:
    master = read(tmp_path, HEADER + "C-1,,Nordwind\nC-2,C-1|C-9,Nord\nC-3,c 3,\n")
    assert master == CustomerMaster(
        3,
        (
            SameCustomers(3, "C-2", "C-1", "Nord", "Nordwind"),
            SameCustomers(3, "C-2", "C-9", "Nord", ""),
        ),
    )


def test_a_mapping_names_the_columns_of_an_export(tmp_path: Path) -> None:
    mapping = 'ignore = ["ORT"]\n[columns]\ncustomer_id = "KUNNR"\nmerged_into = "MASTER"\n'
    master = read(tmp_path, "KUNNR;MASTER;ORT\n17;4;Ulm\n", mapping=mapping)
    assert master.links == (SameCustomers(2, "17", "4"),)


def test_json_lines_are_read_too(tmp_path: Path) -> None:
    text = '{"customer_id": 17, "merged_into": 4}\n{"customer_id": 4}\n'
    master = read(tmp_path, text, "customers.jsonl")
    assert (master.customers, master.links) == (2, (SameCustomers(1, "17", "4"),))


def test_groups_are_counted_through_chains_and_circles() -> None:
    pairs = [("A", "B"), ("C", "D"), ("b", "C"), ("D", "A"), ("X", "Y")]
    links = tuple(SameCustomers(line, *pair) for line, pair in enumerate(pairs))
    assert CustomerMaster(9, links).sizes() == {"A": 4, "X": 2}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",C-1,", "line 2, column customer_id: is missing"),
        ("n/a,C-1,", "line 2, column customer_id: is 'n/a', which names no customer"),
        (f"C-1,{'x' * 65},", "line 2, column same_as: has more than 64 characters"),
        (f"C-1,,{'x' * 257}", "line 2, column name: has more than 256 characters"),
        ("C-1", "line 2: has 1 cells, but there are 3 columns"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(HistoryInvalid) as refused:
        read(tmp_path, f"{HEADER}{row}\n")
    assert said in str(refused.value)


def test_a_number_that_stands_for_nobody_is_found_before_anything_is_sent(tmp_path: Path) -> None:
    rows = "".join(f"C-{n},CASH,\n" for n in range(4))
    with pytest.raises(HistoryInvalid) as refused:
        read(tmp_path, HEADER + rows, most=3)
    assert "line 2, column same_as: 'C-0' would have 5 numbers" in str(refused.value)
