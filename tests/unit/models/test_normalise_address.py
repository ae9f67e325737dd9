"""Addresses of many countries come down to the same few parts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertwin_models.normalise import NormalisedAddress
from ordertwin_models.normalise.address import (
    normalise_address,
    normalise_locality,
    normalise_postal_code,
    normalise_region,
)
from ordertwin_models.order import PostalAddress


def at(*lines: str, **fields: Any) -> NormalisedAddress:
    return normalise_address(PostalAddress(address_lines=lines, **fields))


@pytest.mark.parametrize(
    ("line", "street", "number"),
    [
        ("221 E. 51st Street", "e 51st st", "221"),
        ("221 East 51st St.", "e 51st st", "221"),
        ("Luisenstr. 48", "luisenstr", "48"),
        ("Luisenstraße 48", "luisenstr", "48"),
        ("Obere Strasse 57 a", "obere st", "57a"),
        ("2, rue du Commerce", "rue commerce", "2"),
        ("12 bis avenue de l'Europe", "ave leurope", "12bis"),
        ("Rua do Paço, 67", "rua paco", "67"),
        ("R. do Paço 67", "rua paco", "67"),
        ("12, r. Haute", "rue haute", "12"),
        ("Erling Skakkes gate 78", "erling skakkes gt", "78"),
        ("Erling Skakkes gt. 78", "erling skakkes gt", "78"),
        ("Boulevard Tirou, 255", "blvd tirou", "255"),
        ("Avda. de la Constitución 2222", "ave constitucion", "2222"),
        ("9-8 Sekimai Musashino-shi", "sekimai musashino shi", "9-8"),
        ("1333-45 W. Argyle", "w argyle", "1333"),
        ("P.O. Box 78934", "po box", "78934"),
        ("Postfach 1234", "po box", "1234"),
        ("Am Markt", "markt", ""),
        ("", "", ""),
    ],
)
def test_street_and_house_number_are_found_wherever_they_stand(
    line: str, street: str, number: str
) -> None:
    found = at(line)
    assert (found.street, found.house_number) == (street, number)


def test_only_a_room_that_stands_alone_is_a_unit() -> None:
    assert at("Studio 7, Byrne Islands").point == at("Office 7", "5 High Street").point == "unit 7"
    main = at("Main Office", "25 King Street")
    assert (main.street, main.house_number, main.point) == ("king st", "25", "main office")
    assert at("Studio 54 West Street").house_number == "54"
    assert at("Bureau d'etudes", "5 rue Haute").point == "bureau d etudes"


@pytest.mark.parametrize(
    "lines",
    [("12 High Street", "Flat 3"), ("Flat 3, 12 High Street",), ("12 High St. Apt 3",),
     ("12 High St #3",), ("ACME Ltd", "12 High St, Unit 3")],
)  # fmt: skip
def test_a_unit_is_a_point_beside_the_street(lines: tuple[str, ...]) -> None:
    found = at(*lines)
    assert (found.street, found.house_number) == ("high st", "12")
    assert found.point.removeprefix("acme ltd ") == "unit 3"


@pytest.mark.parametrize(
    "lines",
    [
        ("Hauptstr. 5", "10115 Berlin"),
        ("Hauptstr. 5, D-10115 Berlin",),
        ("Hauptstr. 5", "10115 Berlin", "Germany"),
    ],
)
def test_a_postal_line_among_the_street_lines_is_understood(lines: tuple[str, ...]) -> None:
    stated = at("Hauptstraße 5", postal_code="10115", locality="Berlin")
    found = at(*lines)
    assert (found.street, found.house_number, found.postal_code, found.locality) == (
        stated.street, stated.house_number, stated.postal_code, stated.locality,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "postal_code", "locality"),
    [
        ("27 Washington, Oak Park, IL 60302-1234", "60302", "oak pk"),
        ("34 Marsh Walk, Emilyhaven, OX58 9JP", "ox589jp", "emilyhaven"),
        ("Sarastraat 9, 5907 JO Hasselt", "5907jo", "hasselt"),
        ("ul. Moniuszki 78/87, 51-655 Legnica", "51655", "legnica"),
        ("Borgo Pier 32, 33018 Tarvisio (UD)", "33018", "tarvisio"),
    ],
)
def test_postal_lines_of_other_countries_too(line: str, postal_code: str, locality: str) -> None:
    assert (at(line).postal_code, at(line).locality) == (postal_code, locality)


def test_a_street_that_looks_like_a_postal_line_stays_a_street() -> None:
    assert at("ACME", "1349 N California Ave").house_number == "1349"


@pytest.mark.parametrize(
    ("line", "postal_code", "locality"),
    [
        ("Erling Skakkes gate 78, STAVERN, 4110", "4110", "stavern"),
        ("Åkergatan 24, Bräcke, S-844 67", "84467", "braecke"),
        ("Åkergatan 24, Bräcke S-844 67", "84467", "braecke"),
        ("FAUNTLEROY CIRCUS, LONDON, EC2 5NT", "ec25nt", "london"),
    ],
)
def test_town_and_code_at_the_end_of_a_line_are_the_same_as_apart(
    line: str, postal_code: str, locality: str
) -> None:
    found = at(line)
    assert (found.postal_code, found.locality) == (postal_code, locality)
    assert found.street == at(line.split(",")[0]).street


def test_a_line_that_ends_with_what_is_stated_apart_is_the_same_without() -> None:
    apart = {"postal_code": "4110", "locality": "Stavern"}
    street = "Erling Skakkes gate 78"
    assert at(f"{street}, STAVERN, N-4110", **apart) == at(street, **apart)


def test_a_number_behind_a_street_is_no_code() -> None:
    assert at("Zona Industrial, Lote 5, Rua X, 1200").postal_code == ""


@pytest.mark.parametrize(
    ("line", "number", "point"),
    [
        ("5 Main, Suite, 1200", "5", "suite 1200"),
        ("Oak Way 5, Hall, 4000", "5", "hall 4000"),
        ("Oak Way 5, Halle C, 4000", "5", "halle c 4000"),
        ("Oak Way 5, Loading Dock, 4000", "5", "loading dock 4000"),
        ("Oak Way 5, Room, 1200", "5", "room 1200"),
    ],
)
def test_a_room_behind_a_street_is_no_town(line: str, number: str, point: str) -> None:
    found = at(line)
    assert (found.postal_code, found.locality) == ("", "")
    assert (found.house_number, found.point) == (number, point)


def test_towns_called_hall_are_towns() -> None:
    assert at("Oak Way 5, Hall in Tirol, 6060").locality == "hall in tirol"
    assert at("Oak Way 5, Bad Hall, 4540").locality == "bad hall"


def test_an_initial_in_a_line_without_a_house_number_is_a_person() -> None:
    found = at("R. Smith", "12 Oak Street")
    assert (found.street, found.house_number, found.point) == ("oak st", "12", "r smith")
    for line in ("R. Smith, 12 Oak Street", "R. Smith, Flat 4, 12 Oak Street"):
        assert (at(line).street, at(line).house_number) == ("oak st", "12")


@pytest.mark.parametrize("lines", [("12 Harbour Road, Gate 4",), ("Gate 4", "12 Harbour Road"),
                                   ("Works gate 4, 12 Harbour Road",), ("Dock Gate 20",),
                                   ("Terminal 2, Gate 4",), ("Visitor gate 1",),
                                   ("Truck gate 2",), ("Stadium Gate 4",), ("Lorry Gate 3",),
                                   ("Staff gate 2", "12 Harbour Road"),
                                   ("Customer Gate 1",), ("Goods gate 5",)])  # fmt: skip
def test_a_gate_of_works_or_airports_is_a_point(lines: tuple[str, ...]) -> None:
    assert "unit" in at(*lines).point


def test_lines_that_repeat_what_is_stated_apart_add_nothing() -> None:
    plain = at("27 Washington", postal_code="60302", locality="Oak Park")
    assert at("27 Washington Oak Park 60302", postal_code="60302", locality="Oak Park") == plain
    assert at("Oak Park 60302", "27 Washington", postal_code="60302", locality="Oak Park") == plain


@pytest.mark.parametrize(
    "lines",
    [
        "浙江省杭州市余杭区文一西路969号",
        "杭州市余杭区文一西路969号",
        "浙江杭州市余杭区文一西路９６９號",
        "中国浙江省杭州市余杭区仓前街道文一西路969号",
        "浙江省杭州市余杭区文一西路969号 311121",
    ],
)
def test_a_chinese_address_is_the_same_with_and_without_province(lines: str) -> None:
    found = at(lines)
    assert (found.locality, found.street, found.house_number) == ("杭州", "文一西路", "969")


def test_a_chinese_address_may_be_cut_into_fields() -> None:
    cut = at("文一西路969号", administrative_area="浙江省", locality="杭州市", sublocality="余杭区")
    assert cut == at("浙江省杭州市余杭区文一西路969号")


@pytest.mark.parametrize(
    "address",
    [
        at("上海市浦东新区张江路5号"),
        at("上海浦东新区张江镇张江路5号"),
        at("张江路5号", administrative_area="上海市", locality="市辖区", sublocality="浦东新区"),
        at("浦东新区张江路5号", locality="上海"),
    ],
)
def test_a_municipality_is_its_own_city(address: NormalisedAddress) -> None:
    assert (address.locality, address.street, address.house_number) == ("上海", "张江路", "5")


def test_building_and_room_are_kept_as_the_point() -> None:
    places = [at(f"文一西路969号{point}") for point in ("3幢501室", "3号楼501", "3幢502室", "")]
    assert {place.street for place in places} == {"文一西路"}
    assert [place.point for place in places] == ["3 501", "3 501", "3 502", ""]


@pytest.mark.parametrize(
    ("written", "street", "number", "point"),
    [
        ("500 Main Street, Ward 3 East", "main st", "500", "ward 3 east"),
        ("Acme Warehouse, 12 High St", "high st", "12", "acme warehouse"),
        ("Werk 2, Industriestr. 5", "industriestr", "5", "werk 2"),
        ("Via Roma, 12 Interno 3", "via roma", "12", "interno 3"),
        ("12, rue de la Paix, Bâtiment C", "rue paix", "12", "batiment c"),
        ("Calle Mayor, 12, Nave 04", "calle mayor", "12", "nave 4"),
        ("Wengerstrasse, Parzelle 859", "wengerstr", "859", "parzelle"),
        ("High Street, Ward East", "high st ward e", "", ""),
        ("25 Broadway, Dept 7", "broadway", "25", "dept 7"),
        ("12 Acacia Grove, Headingley", "acacia grove", "12", "headingley"),
        ("Am Markt 3, Praxis Dr. Schmidt", "markt", "3", "praxis dr schmidt"),
        ("Keizersgracht 12, St. Jan", "keizersgracht", "12", "st jan"),
        ("Zona Industrial, Lote 5", "zona ind", "5", "lote"),
    ],
)
def test_a_point_may_share_the_line_of_the_street(
    written: str, street: str, number: str, point: str
) -> None:
    place = at(written)
    assert (place.street, place.house_number, place.point) == (street, number, point)


def test_countries_are_known_by_code_and_by_name() -> None:
    names = ("DE", "de", "Germany", "Deutschland", "德国")
    assert {normalise_region(name) for name in names} == {"de"}
    assert normalise_region("Freedonia") == "freedonia"


def test_postal_codes_lose_what_spreadsheets_and_habits_add() -> None:
    assert normalise_postal_code("D-01067", "de") == normalise_postal_code("1067", "de")
    assert normalise_postal_code("60302-1234", "us") == normalise_postal_code("60302", "us")
    assert normalise_postal_code("wa1 1dp", "gb") == normalise_postal_code("WA11DP", "gb")


def test_a_saint_is_a_saint_however_abbreviated() -> None:
    assert normalise_locality("St. Denis") == normalise_locality("Saint-Denis") == "st denis"


def test_people_or_departments_are_recipients_beside_the_organisation() -> None:
    place = normalise_address(
        PostalAddress(organization="ACME Ltd.", recipients=("Mr John Smith",))
    )
    assert (place.recipient, place.organization) == ("john smith", "acme")


def test_lines_beside_the_street_tell_the_point_of_delivery() -> None:
    assert at("2594 Main St", "3 West Annex").point == "3 west annex"
    factory = at("Werk 4, Halle 2", "Hauptstr. 5")
    assert (factory.street, factory.house_number, factory.point) == (
        "hauptstr",
        "5",
        "werk 4 halle 2",
    )
    assert at("Ward 12", "500 Main Street").point == "ward 12"
    assert at("Hauptstr. 5", "Berlin", locality="Berlin").point == ""


def test_a_country_alone_is_no_address() -> None:
    assert normalise_address(PostalAddress(region_code="DE")).is_empty
    assert not at("Hauptstr. 5").is_empty


@given(st.lists(st.text(max_size=40), max_size=3), st.text(max_size=20), st.text(max_size=20))
def test_any_text_can_stand_in_an_address(lines: list[str], locality: str, postal: str) -> None:
    found = at(*lines, locality=locality, postal_code=postal, region_code=postal)
    assert found == at(*lines, locality=locality, postal_code=postal, region_code=postal)
