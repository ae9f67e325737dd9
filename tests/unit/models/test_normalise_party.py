"""Names of companies and people, as several countries write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertwin_models.normalise import PartyName
from ordertwin_models.normalise.party import normalise_party_name, normalise_person


@pytest.mark.parametrize(
    ("written", "core", "legal_form"),
    [
        ("ACME Trading Co., Ltd.", "acme trading", "ltd"),
        ("Acme Trading Limited", "acme trading", "ltd"),
        ("Müller GmbH & Co. KG", "mueller", "gmbh"),
        ("Mueller G.m.b.H.", "mueller", "gmbh"),
        ("Dupont S.A.", "dupont", "sa"),
        ("Dupont S.à r.l.", "dupont", "sarl"),
        ("Comercial Azteca S. A. de C. V.", "comercial azteca", "sa"),
        ("Initech, Inc.", "initech", "inc"),
        ("Initech LLC", "initech", "llc"),
        ("De Vries B.V.", "vries", "bv"),
        ("Ромашка ООО", "ромашка", "sro"),
        ("ООО Ромашка", "ромашка", "sro"),
        ("ACME Pty. Ltd.", "acme", "ltd"),
        ("上海宏达贸易有限公司", "上海宏达贸易", "ltd"),
        ("上海市宏达贸易有限责任公司", "上海宏达贸易", "ltd"),
        ("廣州天河貿易股份有限公司", "广州天河贸易", "plc"),
        ("株式会社トヨタ", "トヨタ", "kk"),
        ("トヨタ（株）", "トヨタ", "kk"),
        ("Smith Bros Intl", "smith brothers international", ""),
        ("The Body Shop", "body shop", ""),
    ],
)
def test_a_company_has_a_name_and_a_legal_form(written: str, core: str, legal_form: str) -> None:
    assert normalise_party_name(written) == PartyName(core, legal_form)


@pytest.mark.parametrize("only_form", ["Ltd", "GmbH", "有限公司", "Co"])
def test_a_legal_form_alone_stays_the_name(only_form: str) -> None:
    assert normalise_party_name(only_form).core
    assert normalise_party_name(only_form).legal_form == ""


def test_no_name_has_neither_core_nor_form() -> None:
    assert normalise_party_name("  ") == PartyName()


@pytest.mark.parametrize("written", ["Dr. Anna Müller", "MUELLER, Anna", "Frau Anna Mueller"])
def test_a_person_is_known_without_titles_in_any_order(written: str) -> None:
    assert normalise_person(written) == "anna mueller"


def test_a_chinese_title_goes_too() -> None:
    assert normalise_person("王伟先生") == normalise_person("王伟") == "王伟"


@given(st.text(max_size=80))
def test_any_text_can_be_a_name(text: str) -> None:
    core = normalise_party_name(text).core
    assert core == core.strip()
    assert normalise_person(text) == " ".join(sorted(normalise_person(text).split()))
