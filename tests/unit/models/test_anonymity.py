"""Orders that people learn from: nobody is in them, and they differ as they did."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from tests.conformance.stores.entries import a_full_order

from ordertwin_models.anonymity.pair import anonymised_pair
from ordertwin_models.anonymity.stand_ins import StandIns
from ordertwin_models.document import order_to_document
from ordertwin_models.normalise.note import markers
from ordertwin_models.normalise.order import normalise
from ordertwin_models.order import Order, OrderLine, Party, PostalAddress

KEY = b"k" * 32
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def an_order(**changes: Any) -> Order:
    return Order(**{"order_id": "SO-1", "ordered_at": AT} | changes)


def both(existing: Order, **changes: Any) -> tuple[Order, Order]:
    """The existing order and one that differs from it, anonymised, in this order."""
    incoming, before = anonymised_pair(replace(existing, **changes), existing, KEY)
    return before, incoming


def names(one: str, other: str) -> tuple[str, str]:
    before, incoming = both(
        an_order(customer=Party(name=one)),
        customer=Party(name=other),
    )
    return before.customer.name, incoming.customer.name


@pytest.mark.parametrize(
    ("right", "wrong", "slips"),
    [
        ("Nordwind Handels GmbH", "Nordwnd Handels GmbH", 1),
        ("Nordwind Handels GmbH", "Norwdind Handels GmbH", 1),
        ("Nordwind Handels GmbH", "Nordwwind Handels GmbH", 1),
        ("Atelier Lumiere", "Atelier Lumière", 1),
        ("Schmidt", "Schmitt", 1),
        ("宏达汽配", "宏大汽配", 1),
    ],
)
def test_a_slip_in_a_name_stays_a_slip_of_its_size(right: str, wrong: str, slips: int) -> None:
    one, other = names(right, wrong)
    assert OSA.distance(one, other) == slips
    assert not {word for word in right.split() if len(word) > 7} & set(one.split())


def test_what_is_left_out_or_turned_around_is_so_afterwards() -> None:
    one, other = names("Nordwind Handels GmbH", "HANDELS NORDWIND")
    first, second, form = one.split()
    assert form == "GmbH"
    assert second == "Handels"
    assert other == f"{second} {first}".upper()


def test_numbers_keep_their_slips_zeros_and_prefixes() -> None:
    before, incoming = both(
        an_order(customer_reference="PO-4711"), customer_reference="PO 004171", order_id="SO-2"
    )
    assert before.customer_reference.startswith("PO-")
    assert incoming.customer_reference.startswith("PO 00")
    was, now = before.customer_reference[3:], incoming.customer_reference[5:]
    assert was != "4711"
    assert sorted(was) == sorted(now)
    assert OSA.distance(was, now) == 1


def test_a_single_digit_stays_beside_others_but_is_no_name() -> None:
    before, incoming = both(
        an_order(customer_reference="PO-4711 Rev 1", customer=Party(party_id="C-7")),
        customer_reference="PO-4711 Rev 2",
        revision="2",
    )
    assert before.customer_reference[-6:] == " Rev 1"
    assert (incoming.customer_reference[-6:], incoming.revision) == (" Rev 2", "2")
    assert incoming.customer.party_id != "C-7"


def test_a_phone_number_written_in_another_way_is_the_same_number() -> None:
    at = PostalAddress(region_code="DE")
    before, incoming = both(
        an_order(customer=Party(phone="+49 351 4711-88"), ship_to=at),
        customer=Party(phone="0351/471188"),
    )
    assert normalise(before).phone == normalise(incoming).phone
    assert before.customer.phone[:4] == "+49 "
    assert incoming.customer.phone[0] == "0"
    assert "4711" not in before.customer.phone


def test_mailboxes_lead_nowhere_and_go_with_the_name() -> None:
    person = Party(contact_name="Anna Berg", email="anna.berg@nordwind.de")
    before, incoming = both(an_order(customer=person), customer=replace(person, email="x@y.fr"))
    mailbox, domain = before.customer.email.split("@")
    assert mailbox == before.customer.contact_name.replace(" ", ".").lower()
    assert domain.endswith(".de.example")
    assert incoming.customer.email.endswith(".fr.example")


def test_a_note_says_what_it_says_about_the_order_and_names_nobody() -> None:
    person = Party(name="May Trading Ltd", contact_name="Mr Will Smith")
    note = "CONFIRMING phone order, do not duplicate! Call Will or May on 0171 5551234"
    before, _ = both(an_order(note=note, customer=person))
    assert markers(before.note) == markers(note)
    assert before.note.startswith("CONFIRMING phone order, do not duplicate! Call ")
    for name in ("Will", "May", "5551234"):
        assert name not in before.note
    assert before.customer.contact_name.split()[1] in before.note


def test_a_name_is_replaced_in_products_and_sources_but_goods_stay() -> None:
    line = OrderLine(
        sku="M8-40", name="Mug blue, print Lumiere", specification="red, for Anna", customer_sku="A"
    )
    customer = Party(name="Atelier Lumiere", contact_name="Anna Roux")
    before, _ = both(an_order(lines=(line,), customer=customer, source="edi-lumiere"))
    made = before.lines[0]
    assert (made.sku, made.name[:16]) == ("M8-40", "Mug blue, print ")
    assert "umiere" not in made.name + before.source
    assert made.specification.startswith("red, for ")
    assert "Anna" not in made.specification


def test_chinese_names_are_replaced_where_words_do_not_stand_apart() -> None:
    line = OrderLine(name="LED面板灯宏达定制", specification="白色 600x600")
    person = Party(name="上海宏达贸易有限公司", contact_name="王小明先生")
    note = "已电话下单,请勿重复。联系王小明"
    before, incoming = both(
        an_order(customer=person, lines=(line,), note=note),
        customer=Party(name="上海宏大贸易有限公司", contact_name="王晓明"),
    )
    assert before.customer.name.endswith("贸易有限公司")
    assert OSA.distance(before.customer.name, incoming.customer.name) == 1
    assert before.customer.contact_name.endswith("先生")
    assert before.note == f"已电话下单,请勿重复。联系{before.customer.contact_name[:3]}"
    assert (before.lines[0].name[:6], before.lines[0].name[-2:]) == ("LED面板灯", "定制")
    assert "宏达" not in before.lines[0].name
    assert before.lines[0].specification == "白色 600x600"


def test_goods_say_the_same_in_the_name_and_in_the_specification() -> None:
    line = OrderLine(name="Bath towel", specification="white, 70 x 140 cm, for Anna, call 5550123")
    spoken = OrderLine(name="white bath towels 70 x 140 cm")
    before, incoming = both(an_order(lines=(line,)), lines=(spoken,))
    assert before.lines[0].specification.startswith("white, 70 x 140 cm, for ")
    assert incoming.lines[0].name == spoken.name
    assert "Anna" not in before.lines[0].specification
    assert "5550123" not in before.lines[0].specification


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("Trophy engraved Frau Dana Weber 2026", ("Dana", "Weber")),
        ("Nameplate Mr. Okafor, brass", ("Okafor",)),
        ("铭牌 王小明先生", ("王小明",)),
        ("Poster, proof to dana.weber@example.org", ("dana", "weber@", "example.org")),
        ("Door sign 0172 555-01 99, white", ("0172", "555-01")),
        ("Stamp +49 (30) 5550199", ("5550199", "+49")),
        ("Label customer 4711223", ("4711223",)),
    ],
)
def test_products_name_nobody_and_nothing_that_leads_to_somebody(
    said: str, gone: tuple[str, ...]
) -> None:
    before, incoming = both(
        an_order(lines=(OrderLine(name=said, sku="T-1"),)), note=f"for {said} again"
    )
    for word in gone:
        assert word not in before.lines[0].name
        assert word not in incoming.note
    assert before.lines[0].name.split()[0] == said.split()[0]
    assert before.lines[0].name == incoming.lines[0].name


@pytest.mark.parametrize(
    "name",
    ["Hex bolt M8 x 40, EN 10025-2", "MS Kugelhahn 1/2", "Cable 0,75 mm² 100 m", "Toner 1234567"],
)
def test_what_goods_are_called_stays(name: str) -> None:
    lines = (OrderLine(name=name, sku="HP-1234567"), OrderLine(sku="EN10025"))
    before, _ = both(an_order(lines=lines))
    assert before.lines[0].name == unicodedata.normalize("NFKC", name)


def test_times_move_by_the_same_whole_weeks() -> None:
    existing = an_order(
        requested_delivery_date=date(2026, 3, 9),
        lines=(OrderLine(requested_date=date(2026, 3, 10)),),
    )
    before, incoming = both(existing, ordered_at=AT.replace(hour=15))
    assert incoming.ordered_at - before.ordered_at == AT.replace(hour=15) - AT
    moved = AT - before.ordered_at
    assert moved.days % 7 == 0 < moved.days
    assert before.requested_delivery_date == date(2026, 3, 9) - moved
    assert before.lines[0].requested_date == date(2026, 3, 10) - moved


def test_nothing_about_who_and_where_is_left_of_a_full_order() -> None:
    order = a_full_order()
    before, incoming = anonymised_pair(order, order, KEY)
    assert before == incoming
    assert not before.attributes
    old, new = (str(order_to_document(each)) for each in (order, before))
    for field in fields(Party):
        value = getattr(order.customer, field.name)
        assert len(value) < 5 or (value in old and value not in new), field.name
    for name in ("Müller", "Königsbrücker", order.note, order.ship_to.locality):
        assert not name or name not in new


def test_every_digit_of_a_place_is_replaced_and_all_ten_stay_apart() -> None:
    place = PostalAddress(postal_code="S9 1EW", address_lines=("6 Main Street", "Sheffield S9 1EW"))
    before, _ = both(an_order(ship_to=place))
    code = before.ship_to.postal_code
    assert code[1] != "9"
    assert code[3] != "1"
    assert before.ship_to.address_lines[1].endswith(code)
    assert before.ship_to.address_lines[0] != "6 Main Street"
    stand_ins = StandIns(KEY)
    assert len({stand_ins.number(digit, shortest=1) for digit in "0123456789"}) == 10


def test_another_key_gives_other_names() -> None:
    assert StandIns(KEY).word("Nordwind") != StandIns(b"j" * 32).word("Nordwind")
    with pytest.raises(ValueError, match="32 bytes"):
        StandIns(b"short")


@pytest.mark.parametrize(
    ("party", "reference"),
    [
        (Party(contact_name="张小明"), "张小明-0912"),
        (Party(contact_name="张伟"), "PO 张伟"),
        (Party(name="BMW AG", party_id="BMW01"), "BMW-4711"),
        (Party(contact_name="Kai Berg"), "Kai 12"),
    ],
)
def test_short_names_are_replaced_in_references_and_numbers_too(
    party: Party, reference: str
) -> None:
    order = an_order(customer=party, customer_reference=reference, order_number=reference)
    before, _ = both(order)
    said = f"{before.customer_reference} {before.order_number} {before.customer.party_id}"
    assert not any(name in said for name in ("张", "小明", "伟", "BMW", "Kai"))


@pytest.mark.parametrize(
    "phone",
    [
        "+49 30 1234567 ext 12",
        "+44 20 7946 0018 x5",
        "400-820-1234转8001",
        "０３０１２３４５６７",
        "+49 30 1234567 (Herr Müller)",
    ],
)
def test_a_phone_is_replaced_however_it_is_written(phone: str) -> None:
    before, _ = both(an_order(customer=Party(phone=phone)))
    written = unicodedata.normalize("NFKC", phone)
    assert len(before.customer.phone) == len(written)
    shared = sum(a == b for a, b in zip(written, before.customer.phone, strict=True) if a.isdigit())
    assert shared <= sum(map(str.isdigit, written)) / 2
    assert "Müller" not in before.customer.phone


WORDS = st.text(alphabet="abcdemnrstü", min_size=1, max_size=9)
NUMBERS = st.from_regex(r"[0-9]{1,7}", fullmatch=True)


@given(st.lists(WORDS, min_size=2, max_size=12), st.lists(NUMBERS, min_size=2, max_size=12))
def test_equal_stays_equal_and_different_stays_different(
    texts: list[str], numbers: list[str]
) -> None:
    stand_ins = StandIns(KEY)
    made = [stand_ins.word(text) for text in texts]
    several = {text for text in texts if len(text) > 1}
    assert len({stand_ins.word(text) for text in several}) == len(several)
    assert made == [stand_ins.word(text) for text in texts]
    counted = [stand_ins.number(number) for number in numbers]
    assert len(set(counted)) == len(set(numbers))
