from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ordertwin_models.decision import Relation
from ordertwin_models.order import Channel, Order, OrderState
from ordertwin_training.company_history import (
    ORDER_COLUMNS,
    PAIR_COLUMNS,
    CompanyHistory,
    HistoryInvalid,
    Verdict,
    read_company_history,
)
from ordertwin_training.stream import BACKGROUND, OrderEvent, StatusEvent, Truth, write_stream

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEADER = (
    "order_id,ordered_at,source,customer_id,customer_name,ship_to_address_lines,sku,quantity,"
    "unit_price,state,state_changed_at"
)
ROWS = [
    'A,2026-03-01T09:30:00Z,erp,C1,Müller & Söhne,"Hof 1|Halle 2",M8,200,0.05,,',
    'A,2026-03-01T09:30:00Z,erp,C1,Müller & Söhne,"Hof 1|Halle 2",M10,50,0.09,,',
    "B,2026-03-02T10:00:00Z,erp,C1,Müller & Söhne,,M8,200,0.05,CANCELLED,2026-03-05T08:00:00Z",
    "C,2026-03-03T10:00:00+01:00,erp,C2,Meier,,M8,20,0.05,,",
]


def a_file(tmp_path: Path, name: str, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def an_orders_file(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    return a_file(tmp_path, "orders.csv", header, *(rows or ROWS))


def a_pairs_file(tmp_path: Path, *rows: str) -> Path:
    header = "incoming_order_id,existing_order_id,verdict,relation,labelled_at,labelled_by"
    return a_file(tmp_path, "pairs.csv", header, *rows)


def orders_of(history: CompanyHistory) -> list[Order]:
    return [event.order for event in history.events if isinstance(event, OrderEvent)]


def truths_of(history: CompanyHistory) -> dict[str, Truth | None]:
    return {e.order.order_id: e.truth for e in history.events if isinstance(e, OrderEvent)}


def problems_of(path: Path, pairs: Path | None = None, mapping: Path | None = None) -> list[str]:
    with pytest.raises(HistoryInvalid) as caught:
        read_company_history(path, pairs, now=NOW, mapping=mapping)
    return [str(problem) for problem in caught.value.problems]


def test_rows_of_one_order_become_its_lines(tmp_path: Path) -> None:
    history = read_company_history(an_orders_file(tmp_path), now=NOW)
    first = orders_of(history)[0]
    assert first.customer.name == "Müller & Söhne"
    assert first.ship_to.address_lines == ("Hof 1", "Halle 2")
    assert [(line.sku, line.quantity) for line in first.lines] == [
        ("M8", Decimal(200)),
        ("M10", Decimal(50)),
    ]


def test_events_come_in_time_order_with_states_in_between(tmp_path: Path) -> None:
    events = read_company_history(an_orders_file(tmp_path), now=NOW).events
    assert [type(event) for event in events] == [OrderEvent, OrderEvent, OrderEvent, StatusEvent]
    assert events[-1] == StatusEvent(
        "erp", "B", OrderState.CANCELLED, datetime(2026, 3, 5, 8, tzinfo=UTC)
    )


def test_verdicts_become_truth_and_the_rest_stays_unknown(tmp_path: Path) -> None:
    pairs = a_pairs_file(tmp_path, "B,A,MATCH,CROSS_CHANNEL,2026-04-01T08:00:00Z,anna")
    history = read_company_history(an_orders_file(tmp_path), pairs, now=NOW)
    assert truths_of(history) == {
        "A": None,
        "B": Truth(Relation.CROSS_CHANNEL, "A"),
        "C": None,
    }
    assert [(p.verdict, p.labelled_by) for p in history.pairs] == [(Verdict.MATCH, "anna")]


def test_the_rest_may_be_known_to_be_unique(tmp_path: Path) -> None:
    pairs = a_pairs_file(tmp_path, "C,A,UNSURE,,,")
    orders = an_orders_file(tmp_path)
    history = read_company_history(orders, pairs, now=NOW, rest_is_unique=True)
    assert truths_of(history) == {"A": BACKGROUND, "B": BACKGROUND, "C": None}


def test_a_pair_given_the_wrong_way_round_is_turned(tmp_path: Path) -> None:
    pairs = a_pairs_file(tmp_path, "A,B,MATCH,SUPERSET,,")
    history = read_company_history(an_orders_file(tmp_path), pairs, now=NOW)
    assert truths_of(history)["B"] == Truth(Relation.PARTIAL, "A")


def test_the_last_verdict_on_a_pair_counts(tmp_path: Path) -> None:
    pairs = a_pairs_file(
        tmp_path,
        "B,A,MATCH,,2026-04-02T08:00:00Z,anna",
        "B,A,DISTINCT,STANDING,2026-04-03T08:00:00Z,ben",
    )
    history = read_company_history(an_orders_file(tmp_path), pairs, now=NOW)
    assert truths_of(history)["B"] == Truth(Relation.STANDING, "A")


def test_verdicts_without_times_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    pairs = a_pairs_file(tmp_path, "B,A,MATCH,,,", "B,A,DISTINCT,,,")
    problems = problems_of(an_orders_file(tmp_path), pairs)
    assert problems[0].endswith(
        "line 3, column verdict: contradicts line 2; the last counts if both have labelled_at"
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("B,Z,MATCH,,,", "column existing_order_id: names order 'Z', which is not among the"),
        ("B,B,MATCH,,,", "names the same order twice"),
        ("B,A,MATSCH,,,", 'did you mean "MATCH"?'),
        ("B,A,,,,", "column verdict: is missing"),
        ("B,A,MATCH,STANDING,,", "is STANDING, which is no duplicate, but the verdict is MATCH"),
        ("B,A,MATCH,,01.04.2026,", "is no time of the form"),
    ],
)
def test_a_wrong_pair_is_named(tmp_path: Path, row: str, problem: str) -> None:
    pairs = a_pairs_file(tmp_path, row)
    assert problem in problems_of(an_orders_file(tmp_path), pairs)[0]


def test_a_broken_line_far_down_is_named_and_nothing_is_taken_over(tmp_path: Path) -> None:
    rows = [f"O{n},2026-03-01T09:30:00Z,erp,C1,x,,M8,{n},1,," for n in range(2, 40_010)]
    rows[40_001 - 2] = "O40001,2026-03-01T09:30:00Z,erp,C1,x,,M8,lots,1,,"
    problems = problems_of(an_orders_file(tmp_path, *rows))
    assert problems == [
        f"{tmp_path / 'orders.csv'}, line 40001, column quantity: 'lots' is no number here; "
        'is "decimal" in the mapping file right?'
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("D,yesterday,erp,C1,x,,M8,1,1,,", "line 2, column ordered_at: 'yesterday' is no time"),
        ("D,2026-03-01T09:30:00,erp,C1,x,,M8,1,1,,", 'set "time_zone" in the mapping file'),
        (",2026-03-01T09:30:00Z,erp,C1,x,,M8,1,1,,", "line 2, column order_id: is missing"),
        ("D,2026-03-01T09:30:00Z,erp,C1,x,,M8,-1,1,,", "line 2, column quantity:"),
        ("D,2029-03-01T09:30:00Z,erp,C1,x,,M8,1,1,,", "line 2, column ordered_at:"),
        ("D,2026-03-01T09:30:00Z,erp,C1,x,,M8,1", "line 2: has 8 cells, but there are 11"),
        ("D,2026-03-01T09:30:00Z,erp,C1,x,,M8,1,1,GONE,", "line 2, column state: is 'GONE'"),
        ("D,2026-03-01T09:30:00Z,erp,C1,x,,M8,1,1,SHIPPED,", "column state_changed_at: is missi"),
        ('D,2026-03-01T09:30:00Z,erp,C1,"x,,M8,1,1,,', "quotation mark that is not closed"),
    ],
)
def test_a_wrong_row_is_named_with_line_column_and_cause(
    tmp_path: Path, row: str, problem: str
) -> None:
    assert problem in problems_of(an_orders_file(tmp_path, row))[0]


def test_a_header_field_that_differs_within_an_order_is_named(tmp_path: Path) -> None:
    rows = [ROWS[0], ROWS[1].replace("C1", "C2")]
    assert problems_of(an_orders_file(tmp_path, *rows))[0].endswith(
        "line 3, column customer_id: is 'C2', but 'C1' on line 2, same order"
    )


def test_an_unknown_column_is_named_with_the_closest_known_one(tmp_path: Path) -> None:
    path = an_orders_file(tmp_path, header=HEADER.replace("customer_name", "custmer_name"))
    assert (
        'column custmer_name: is not one of our columns; did you mean "customer_name"?'
        in (problems_of(path)[0])
    )


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = an_orders_file(tmp_path, header=HEADER.replace("order_id", "quote_reference"))
    assert 'line 1: there is no column "order_id"' in problems_of(path)[0]


def test_at_most_twenty_problems_are_told(tmp_path: Path) -> None:
    rows = [f"O{n},2026-03-01T09:30:00Z,erp,C1,x,,M8,many,1,," for n in range(100)]
    assert len(problems_of(an_orders_file(tmp_path, *rows))) == 20


MAPPING = """
encoding = "cp1252"
delimiter = ";"
decimal = ","
time_format = "%d.%m.%Y %H:%M"
date_format = "%d.%m.%Y"
time_zone = "Europe/Berlin"
ignore = ["*"]
[columns]
order_id = "VBELN"
ordered_at = "Erfasst"
customer_name = "Kunde"
sku = "MATNR"
quantity = "Menge"
channel = "Weg"
requested_delivery_date = "Wunsch"
[constants]
currency_code = "EUR"
[values.channel]
Fax = "EMAIL"
"""


def a_german_file(tmp_path: Path, encoding: str = "cp1252") -> Path:
    return a_file(
        tmp_path,
        "auftraege.csv",
        "VBELN;Erfasst;Kunde;MATNR;Menge;Weg;Wunsch;Werk",
        "4711;01.07.2025 09:30;Müller;M8;1.234,5;Fax;15.07.2025;1000",
        encoding=encoding,
    )


def test_a_mapping_file_translates_names_formats_and_values(tmp_path: Path) -> None:
    mapping = a_file(tmp_path, "mapping.toml", MAPPING)
    history = read_company_history(a_german_file(tmp_path), now=NOW, mapping=mapping)
    order = orders_of(history)[0]
    assert order.customer.name == "Müller"
    assert order.lines[0].quantity == Decimal("1234.5")
    assert order.ordered_at.isoformat() == "2025-07-01T09:30:00+02:00"
    assert order.requested_delivery_date == date(2025, 7, 15)
    assert (order.channel, order.currency_code) == (Channel.EMAIL, "EUR")


def test_another_encoding_is_named_with_a_hint(tmp_path: Path) -> None:
    mapping = a_file(tmp_path, "mapping.toml", MAPPING.replace('encoding = "cp1252"', ""))
    problem = problems_of(a_german_file(tmp_path), mapping=mapping)[0]
    assert 'line 2: is not utf-8; set "encoding" in the mapping file, for example "cp1252"' in (
        problem
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_understood(tmp_path: Path, encoding: str) -> None:
    path = a_file(tmp_path, "orders.csv", HEADER, *ROWS, encoding=encoding)
    assert len(orders_of(read_company_history(path, now=NOW))) == 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('decmal = ","', '"decmal" is not a setting; did you mean "decimal"?'),
        ('decimal = ";"', '"decimal" must be "." or ","'),
        ('time_zone = "Mars/North"', "is not known here"),
        ('encoding = "klingon"', "there is no klingon"),
        ('[columns]\nquantty = "Menge"', '[columns] "quantty" is not ours; did you mean "quant'),
        ("ignore = 7", '"ignore" must be a list of texts'),
        ("= 3", "is not TOML"),
    ],
)
def test_a_wrong_mapping_file_is_named(tmp_path: Path, text: str, problem: str) -> None:
    mapping = a_file(tmp_path, "mapping.toml", text)
    assert problem in problems_of(an_orders_file(tmp_path), mapping=mapping)[0]


def test_a_column_that_the_mapping_wants_must_be_there(tmp_path: Path) -> None:
    mapping = a_file(tmp_path, "mapping.json", json.dumps({"columns": {"sku": "Artikel"}}))
    assert (
        'the mapping wants a column "Artikel" for sku'
        in (problems_of(an_orders_file(tmp_path), mapping=mapping)[0])
    )


def test_json_lines_hold_order_documents_or_stream_events(tmp_path: Path) -> None:
    events = read_company_history(an_orders_file(tmp_path), now=NOW).events
    stream = tmp_path / "stream.jsonl.gz"
    write_stream(stream, events)
    assert read_company_history(stream, now=NOW).events == events
    lines = gzip.decompress(stream.read_bytes()).decode().splitlines()
    orders = [json.loads(line)["order"] for line in lines if '"type":"order"' in line]
    documents = a_file(tmp_path, "orders.jsonl", *map(json.dumps, orders))
    assert orders_of(read_company_history(documents, now=NOW)) == [
        event.order for event in events if isinstance(event, OrderEvent)
    ]


def test_a_wrong_order_document_is_named_with_its_line(tmp_path: Path) -> None:
    good = '{"order_id": "A", "ordered_at": "2026-03-01T09:30:00Z", "total_amount": "3"}'
    path = a_file(tmp_path, "orders.jsonl", good, good, "{", good.replace('"A"', '""'))
    problems = problems_of(path)
    assert "line 2, column order_id: was on line 1 already" in problems[0]
    assert "line 3: is not JSON" in problems[1]
    assert "line 4, column order_id" in problems[2]


def test_flat_json_lines_are_rows_when_there_is_a_mapping(tmp_path: Path) -> None:
    mapping = a_file(tmp_path, "mapping.json", json.dumps({"columns": {"sku": "item"}}))
    row = {"order_id": 7, "ordered_at": "2026-03-01T09:30:00Z", "item": "M8", "quantity": 2.5}
    path = a_file(
        tmp_path, "orders.jsonl", json.dumps(row), json.dumps(row | {"item": "M9", "note": None})
    )
    order = orders_of(read_company_history(path, now=NOW, mapping=mapping))[0]
    assert order.order_id == "7"
    assert [(line.sku, line.quantity) for line in order.lines] == [
        ("M8", Decimal("2.5")),
        ("M9", Decimal("2.5")),
    ]


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    assert problems_of(an_orders_file(tmp_path, "", ""))[0].endswith("holds no order")
    assert "must name the columns" in problems_of(a_file(tmp_path, "none.csv", ""))[0]


def test_a_cut_off_packed_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv.gz"
    packed = gzip.compress("\n".join([HEADER, *ROWS * 500]).encode())
    path.write_bytes(packed[:-200])
    assert "the gzip data end or break here" in problems_of(path)[0]


def test_progress_counts_bytes_to_the_end(tmp_path: Path) -> None:
    path, heard = an_orders_file(tmp_path, *ROWS[3:] * 1500), list[tuple[int, int]]()
    read_company_history(path, now=NOW, progress=lambda done, size: heard.append((done, size)))
    size = path.stat().st_size
    assert heard[-1] == (size, size)
    assert heard == sorted(heard)


def test_the_columns_are_documented() -> None:
    for column in (*ORDER_COLUMNS, *PAIR_COLUMNS):
        assert column.meaning.endswith(".")
    names = [column.name for column in ORDER_COLUMNS]
    assert len(set(names)) == len(names)
