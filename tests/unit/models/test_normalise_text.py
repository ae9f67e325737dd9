"""Text: one spelling for what looks the same, and no Unicode that could hurt."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertwin_models.normalise.chinese import SIMPLIFIED
from ordertwin_models.normalise.text import clean, code, fold, words

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("  two   blanks\tand\ntabs ", "two blanks and tabs"),
        ("ＦＵＬＬ　ｗｉｄｔｈ １２３", "full width 123"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("hyphen\u2011en\u2013em\u2014dash", "hyphen-en-em-dash"),
        ("cafe\u0301", "café"),
        ("STRASSE straße", "strasse strasse"),
        ("٣٤٥", "345"),
        ("\u202eright to left\u202c", "right to left"),
        ("❤\ufe0f", "❤"),
        ("null\x00byte", "null byte"),
        ("lone \ud800 surrogate", "lone surrogate"),
    ],
)
def test_clean_text_has_one_spelling(written: str, expected: str) -> None:
    assert clean(written) == expected


def test_folding_also_drops_accents_and_spells_out_umlauts() -> None:
    assert fold("Łódź, Málaga, Tromsø, Köln") == "lodz, malaga, tromso, koeln"


def test_traditional_chinese_reads_as_simplified() -> None:
    assert fold("廣州東區電子貿易") == "广州东区电子贸易"


def test_the_chinese_table_maps_single_characters_and_never_in_a_chain() -> None:
    assert all(len(simple) == 1 for simple in SIMPLIFIED.values())
    assert not {ord(simple) for simple in SIMPLIFIED.values()} & SIMPLIFIED.keys()


def test_words_are_cut_between_chinese_and_latin() -> None:
    assert words("T-shirt 红色Shirt, don't") == ("t", "shirt", "红色", "shirt", "dont")


@pytest.mark.parametrize("written", ["AB 12.3/4", "ab-12_3-4", "ＡＢ12\\34", "A B 1 2 3 4"])
def test_separators_and_width_do_not_change_a_code(written: str) -> None:
    assert code(written) == "ab1234"


def test_leading_zeros_go_only_where_there_are_digits_alone() -> None:
    assert (code("000451"), code("0A451"), code("000")) == ("451", "0a451", "")


@pytest.mark.parametrize("junk", ["", "N/A", "none", "---", "?", "无", "T.B.D."])
def test_a_code_that_says_nothing_is_missing(junk: str) -> None:
    assert code(junk) == ""


@given(ANY_TEXT)
def test_cleaning_and_folding_are_idempotent_over_all_of_unicode(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)
    assert code(code(text)) == code(text)


@given(ANY_TEXT)
def test_clean_text_can_be_encoded_and_has_nothing_invisible(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def test_characters_that_stand_for_phrases_do_not_make_a_field_explode() -> None:
    assert len(clean("\ufdfa" * 256)) <= 4 * 256


@given(ANY_TEXT)
def test_composed_and_decomposed_forms_are_equal(text: str) -> None:
    assert clean(unicodedata.normalize("NFD", text)) == clean(unicodedata.normalize("NFC", text))
