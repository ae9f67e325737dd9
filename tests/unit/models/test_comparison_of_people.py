"""Contact persons: initials, surnames, titles, and what other people are called."""

import math

import pytest
from tests.unit.models.detection_world import acme, an_order, vector

from ordertwin_models.comparison.people import MAY_BE_THE_SAME, contact_similarities
from ordertwin_models.normalise.party import normalise_person


def alike(one: str, other: str) -> float:
    mine, theirs = normalise_person(one), normalise_person(other)
    similarity = contact_similarities(mine, [theirs])
    assert similarity == pytest.approx(contact_similarities(theirs, [mine]), abs=1e-6)
    return similarity[0]


@pytest.mark.parametrize(
    ("full", "called"),
    [
        ("Kimberley Lloyd", "K. Lloyd"), ("Kimberley Lloyd", "Lloyd"),
        ("Kimberley Lloyd", "Ms Lloyd"), ("Kimberley Lloyd", "LLOYD, K"),
        ("John Robert Smith", "J. Smith"), ("John Smith", "J.R. Smith"),
        ("Mario Rossi", "Sig. Rossi"), ("Maria Rossi", "Sig.ra Rossi"),
        ("Mario Rossi", "Dott. Ing. M. Rossi"), ("Jean Dupont", "M. Dupont"),
        ("Anne Dupont", "Mme Dupont"), ("Jan Kowalski", "Pan Kowalski"),
        ("Anna Kowalska", "Pani Kowalska"), ("Kees van der Berg", "Dhr. van der Berg"),
        ("Kees van der Berg", "K. Berg"), ("Hans Müller", "Herr Dipl.-Ing. Müller"),
        ("João da Silva", "Eng. J. Silva"), ("Ana García López", "Sra. García"),
        ("Kelly Hall-Cox", "Hall-Cox"),
        ("Robert Smith", "Bob"), ("Robert Smith", "Bob Smith"), ("William Hale", "Bill Hale"),
        ("William Hale", "Will"), ("Stjepan Gfeller", "S. Gfeller"), ("Clifford Owen", "C. Owen"),
        ("Chris Jones", "Christopher Jones"), ("Chris Jones", "Christine Jones"), ("Bob", "Rob"),
        ("侯凤兰", "侯工"), ("侯凤兰", "侯总"), ("侯凤兰", "老侯"), ("侯凤兰", "小侯"),
        ("侯凤兰", "阿侯"), ("侯凤兰", "侯经理"), ("侯凤兰", "侯女士"), ("侯凤兰", "侯师傅"),
        ("侯凤兰", "侯老板"), ("侯鳳蘭", "侯處長"), ("侯凤兰", "侯"), ("董明", "小董"),
        ("欧阳锋", "欧阳工"), ("欧阳锋", "小欧阳"), ("侯工", "侯总"), ("王伟", "王伟主管"),
    ],
)  # fmt: skip
def test_a_shorter_name_that_fits_is_nearly_the_same(full: str, called: str) -> None:
    assert MAY_BE_THE_SAME <= alike(full, called) < 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kimberley Lloyd", "Hans Meier"), ("Kimberley Lloyd", "Ms Meier"),
        ("Kimberley Lloyd", "J. Lloyd"), ("Kimberley Lloyd", "Hans Lloyd"),
        ("Bill Hale", "Jim Hale"), ("Bob", "Bill Smith"),
        ("Mario Rossi", "E. Rossi"), ("Kees van der Berg", "van der Meer"),
        ("Maria da Silva", "Pedro da Costa"), ("Herr Meier", "Herr Lloyd"), ("Ms", "Mr K"),
        ("侯凤兰", "王工"), ("侯凤兰", "老王"), ("侯凤兰", "王伟"), ("欧阳锋", "欧工"),
        ("侯凤兰", "侯氏贸易采购部"), ("王伟", "王芳"), ("Lloyd", "侯"),
    ],
)  # fmt: skip
def test_a_name_that_does_not_fit_is_another(one: str, other: str) -> None:
    assert alike(one, other) < MAY_BE_THE_SAME - 0.05


@pytest.mark.parametrize(
    ("one", "other"), [("S. Gfeller", "Stjepan"), ("C. Owen", "Clifford"), ("L. Thomas", "Lydia")]
)
def test_a_first_name_alone_neither_fits_nor_contradicts_an_initial(one: str, other: str) -> None:
    mine, theirs = normalise_person(one), normalise_person(other)
    assert math.isnan(contact_similarities(mine, [theirs])[0])
    assert math.isnan(contact_similarities(theirs, [mine])[0])


def test_equal_names_are_equal_among_others_too() -> None:
    assert contact_similarities("侯凤兰", ["侯工", "侯凤兰"]) == pytest.approx([0.9, 1.0])
    assert contact_similarities("lloyd", ["lloyd"]) == [1.0]


def test_contact_persons_are_compared_so_and_companies_are_not() -> None:
    full, called = (acme(contact_name=name) for name in ("Kimberley Lloyd", "Ms Lloyd"))
    pair = vector(an_order("A", customer=full), an_order("B", customer=called))
    assert pair["contact_name"] == pytest.approx(MAY_BE_THE_SAME)
    full, called = (acme(name=name) for name in ("Kimberley Lloyd", "Lloyd"))
    pair = vector(an_order("A", customer=full), an_order("B", customer=called))
    assert pair["customer_name"] < 0.7
