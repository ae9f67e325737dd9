"""Phones and e-mail addresses that reach the same person are equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertwin_models.normalise.contact import (
    normalise_email,
    normalise_phone,
    subscriber_number,
)


@pytest.mark.parametrize(
    "written",
    ["030 1234567", "(030) 123-4567", "+49 30 1234567", "+49 (0)30 1234567", "0049 30 1234567",
     "030/1234567 ext. 12", "０３０－１２３４５６７", "tel 030 1234567 Durchwahl 9"],
)  # fmt: skip
def test_one_german_number_in_many_spellings_is_one_number(written: str) -> None:
    assert normalise_phone(written, "de") == "+49301234567"


@pytest.mark.parametrize("written", ["138 0013 8000", "13800138000", "+86 138-0013-8000"])
def test_a_chinese_mobile_number_is_one_number(written: str) -> None:
    assert normalise_phone(written, "cn") == "+8613800138000"


@pytest.mark.parametrize(
    "written",
    ["312-555-0147", "312-555-0147/0148", "Tel: 312 555 0147 Fax 312 555 0148", "312 555 0147 #3",
     "312 555 0147,3", "312 555 0147; 312 555 0199", "312 555 0147 or 0148", "(312) 555-0147 x12"],
)  # fmt: skip
def test_the_first_of_several_numbers_counts_without_its_extension(written: str) -> None:
    assert normalise_phone(written, "us") == "+13125550147"


@pytest.mark.parametrize(
    ("written", "digits"),
    [("+49 6221/1234", "496221"), ("0049 6221/1234", "496221"), ("06221/1234", "6221")],
)
def test_a_slash_behind_the_area_begins_no_other_number(written: str, digits: str) -> None:
    assert normalise_phone(written, "de") == "+4962211234"
    assert digits in normalise_phone(written, "")


def test_a_local_number_is_the_same_with_and_without_country() -> None:
    assert normalise_phone("8404 502", "us") == normalise_phone("8404502", "") == "8404502"
    assert normalise_phone("555-0147", "us") == "5550147"


def test_without_a_country_the_digits_remain() -> None:
    assert normalise_phone("030 1234567", "") == "0301234567"
    assert normalise_phone("030 1234567", "atlantis") == "0301234567"


@pytest.mark.parametrize("junk", ["", "n/a", "000000", "0000-0000", "999999", "123456789", "12"])
def test_a_number_that_reaches_nobody_is_missing(junk: str) -> None:
    assert normalise_phone(junk, "de") == ""


@pytest.mark.parametrize(
    "written",
    ["0526797442", "+81526797442", "81526797442", "0081526797442"],
)
def test_a_number_with_and_without_its_country_ends_alike(written: str) -> None:
    assert subscriber_number(written) == "26797442"


def test_numbers_of_two_people_of_one_town_do_not_end_alike() -> None:
    assert subscriber_number("+493012345671") != subscriber_number("+493012345672")


def test_a_short_or_missing_number_stays_what_it_is() -> None:
    assert subscriber_number("") == ""
    assert subscriber_number("+4917") == "4917"


@pytest.mark.parametrize(
    "written",
    ["Anna.Smith@Shop.com", " anna.smith@shop.com ", "Anna <anna.smith+orders@shop.com>",
     "mailto:anna.smith@shop.com", "anna.smith@shop.com; bob@shop.com"],
)  # fmt: skip
def test_one_mailbox_in_many_spellings_is_one_mailbox(written: str) -> None:
    assert normalise_email(written) == "anna.smith@shop.com"


@pytest.mark.parametrize("junk", ["", "anna", "anna@", "a@b", "none@none.com", "noreply@shop.com"])
def test_what_is_no_mailbox_is_missing(junk: str) -> None:
    assert normalise_email(junk) == ""


@pytest.mark.parametrize(
    ("one", "other", "region"),
    [
        ("06/12/34/56/78", "06/12/34/56/99", "fr"), ("0470/12/34/56", "0470/12/34/99", "be"),
        ("0664/123/4567", "0664/123/9999", "at"), ("0171 123/4567", "0171 123/9999", "de"),
        ("1-312-555/0147", "1-312-555/0148", "us"), ("+49 7131 1234/5678", "+49 7131 1234/99", ""),
    ],
)  # fmt: skip
def test_slashes_between_the_parts_of_a_number_end_nothing(
    one: str, other: str, region: str
) -> None:
    assert normalise_phone(one, region) != normalise_phone(other, region)


@pytest.mark.parametrize(
    ("spelled", "first", "region"),
    [
        ("030 1234567/8", "030 1234567", "de"), ("0221 471108/15", "0221 471108", "de"),
        ("+1 312 555 0147/0148", "+1 312 555 0147", ""),
    ],
)  # fmt: skip
def test_another_ending_of_a_whole_number_is_another_number(
    spelled: str, first: str, region: str
) -> None:
    assert normalise_phone(spelled, region) == normalise_phone(first, region)


@given(st.text(max_size=60), st.sampled_from(["", "de", "cn", "us", "zz", "not a country"]))
def test_any_text_can_stand_in_a_phone_or_mail_field(text: str, region: str) -> None:
    phone = normalise_phone(text, region)
    assert phone == "" or phone.lstrip("+").isdecimal()
    assert normalise_email(normalise_email(text)) == normalise_email(text)
