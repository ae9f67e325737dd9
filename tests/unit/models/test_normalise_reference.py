"""References: evasions fold together, revisions come apart, junk is known as junk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertwin_models.normalise.reference import (
    normalise_reference,
    normalise_revision,
)


@pytest.mark.parametrize(
    "evasion",
    ["PO-00123", "po 123", "P.O. 0123", "PO#123", "po_123", "PO–123", "ＰＯ１２３", "Po.000123."],
)
def test_blanks_dots_zeros_and_case_do_not_make_another_reference(evasion: str) -> None:
    assert normalise_reference(evasion).core == "po123"


@pytest.mark.parametrize(
    ("written", "core", "revision"),
    [
        ("PO-00123.REV2", "po123", "2"),
        ("PO123 Rev. A", "po123", "a"),
        ("PO123 (rev 03)", "po123", "3"),
        ("PO123 revised", "po123", "rev"),
        ("4500012345 v2", "4500012345", "2"),
        ("4500012345-R1", "4500012345", "1"),
        ("45001-1", "45001", "1"),
        ("45001/B", "45001", "b"),
        ("采购单2024001 修订2", "po2024001", "2"),
        ("PO123 amendment 1", "po123", "1"),
        ("25/4326 korr.", "254326", "rev"),
        ("C3417-02-A1", "c341702", "1"),
        ("C7368-04 S1", "c736804", "1"),
        ("0001586R1", "1586", "1"),
        ("GY23 BJM amended", "gy23bjm", "rev"),
        ("262292B", "262292", "b"),
        ("PO 741720-1 B", "po741720", "1.b"),
        ("741720-1-B", "741720", "1.b"),
        ("#93615-1 REV.1", "93615", "1.1"),
        ("#93615-1 REV.2", "93615", "1.2"),
        ("450002082/A/1", "450002082", "a.1"),
        ("EK-4506/A Rev B", "ek4506", "a.b"),
    ],
)
def test_a_revision_is_kept_apart(written: str, core: str, revision: str) -> None:
    reference = normalise_reference(written)
    assert (reference.core, reference.revision, reference.junk) == (core, revision, False)


@pytest.mark.parametrize(
    "written",
    [
        *("2024-7", "PO-2024-7", "AB12V3", "12-34-56", "45001-12", "2024-7-3", "PO2024B"),
        *("20240512A", "PO 20240512A", "250509B", "3f9a1234e", "WO1000A", "RAL 7016 C", "2024-7B"),
        *("2025-S001", "24-A123", "Halle 3/A2", "BAU-2024-A1", "PO 7 A101", "500 A4"),
    ],
)
def test_a_number_after_a_year_or_inside_a_code_is_no_revision(written: str) -> None:
    assert normalise_reference(written).revision == ""


@pytest.mark.parametrize(
    "junk",
    [
        "VERBAL", "verbal - John", "N/A", "n.a.", "TBC", "to be confirmed", "NONE", "none given",
        "test", "test 1", "per phone", "As per email", "phone order 5/6", "tel", "ohne", "sans",
        "2026-03-12", "12.03.2026", "12/3/26", "20260312", "March 12", "12 mar 2026", "3月12日",
        "无", "口头", "电话下单", "待补", "xxx", "000", "---", "?", "X", "0", "stock",
        "sample order", "Lager", "Montag", "lunedì", "なし", "在庫分", "备货",
    ],
)  # fmt: skip
def test_what_is_no_reference_is_junk_but_kept_for_display(junk: str) -> None:
    reference = normalise_reference(junk)
    assert reference.junk
    assert reference.core or not any(map(str.isalnum, junk))


@pytest.mark.parametrize(
    "real", ["SMITH", "PO-1", "20261399", "verbal 471199", "1/2", "12A", "20240512A"]
)
def test_unusual_references_are_not_called_junk(real: str) -> None:
    assert not normalise_reference(real).junk


def test_a_missing_reference_is_missing_and_not_junk() -> None:
    assert normalise_reference("  ") == normalise_reference("")
    assert (normalise_reference("").core, normalise_reference("").junk) == ("", False)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Rev. 02", "2"),
        ("A", "a"),
        ("0", ""),
        ("00", ""),
        ("version 3", "3"),
        ("", ""),
        ("R1", "1"),
    ],
)
def test_an_explicit_revision_is_reduced_to_its_number(written: str, expected: str) -> None:
    assert normalise_revision(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "PO 4711",
        "P.O. No. 4711",
        "Order 4711",
        "订单号4711",
        "PO#4711",
        "Your ref PO-4711",
    ],
)
def test_every_way_to_say_order_number_is_the_same(written: str) -> None:
    assert normalise_reference(written).core == "po4711"


@pytest.mark.parametrize(
    ("written", "core"),
    [
        ("Nr. PO-00245", "po245"),
        ("Nr. 25/8783", "258783"),
        ("25/8783 (urgent)", "258783"),
        ("25/8783 - EILT!", "258783"),
        ("25/8783 per phone", "258783"),
        ("PO-00245 dated 12/3", "po245"),
        ("your order 25/8783", "po258783"),
        ("Best.Nr. 4500271", "po4500271"),
        ("Ihre Bestellung 4500271", "po4500271"),
        ("N° commande 4500271", "po4500271"),
        ("Cde 4500271", "po4500271"),
        ("Ordine n. 4500271", "po4500271"),
        ("注文番号 4500271", "po4500271"),
        ("Our ref WO-4711", "wo4711"),
    ],
)
def test_words_around_a_number_are_no_part_of_it(written: str, core: str) -> None:
    assert normalise_reference(written).core == core


def test_letters_behind_a_slash_stay_a_part_of_the_number() -> None:
    cores = [normalise_reference(f"45001 / {site}").core for site in ("NY", "LA")]
    assert cores == ["45001ny", "45001la"]


@pytest.mark.parametrize("words", ["npo", "№po", "nopo", "PO No. "])
def test_many_words_for_an_order_are_read_in_no_time(words: str) -> None:
    assert normalise_reference(words * 400).core


@pytest.mark.parametrize(
    "written",
    ["NO-4711", "SU-4711", "N-4711", "4711 teil 2", "4711 (part b)", "4711/NW", "Halle 7 Nord"],
)
def test_what_may_tell_two_references_apart_stays(written: str) -> None:
    kept = "".join(filter(str.isalnum, written.lower()))
    assert normalise_reference(written).core == kept


def test_the_zeros_that_fill_up_a_number_are_told() -> None:
    assert normalise_reference("PO-00562").whole == "po00562"
    assert normalise_reference("PO-00562") == normalise_reference("PO 562")


def test_a_customers_own_prefix_is_part_of_the_number() -> None:
    assert normalise_reference("WO-4711").core == "wo4711"
    assert normalise_reference("4711").core == "4711"
    assert normalise_reference("PO-AB4711").core == "poab4711"


@given(st.text(max_size=64))
def test_any_text_has_a_reference_without_blanks(text: str) -> None:
    core = normalise_reference(text).core
    assert core == "".join(core.split())
