"""What notes and EDI codes say about an order's relation to others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertwin_models.normalise import Marker, MessageFunction
from ordertwin_models.normalise.note import markers, message_function


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("CONFIRMING ORDER - DO NOT DUPLICATE", {Marker.CONFIRMING}),
        ("Confirmation of our phone order of today", {Marker.CONFIRMING}),
        ("telefonisch bestellt, bitte nicht doppelt liefern", {Marker.CONFIRMING}),
        ("补单，请勿重复", {Marker.CONFIRMING}),
        ("確認單", {Marker.CONFIRMING}),
        ("*** COPY ***", {Marker.COPY}),
        ("resent because of a timeout", {Marker.COPY}),
        ("Rev 2, corrected quantities", {Marker.REVISED}),
        ("Bestelländerung", {Marker.REVISED}),
        ("standing order, as usual", {Marker.REPEAT}),
        ("comme d'habitude", {Marker.REPEAT}),
        ("同上次", {Marker.REPEAT}),
        ("replaces SO-12", {Marker.REPLACEMENT}),
        ("Annule et remplace la commande 12", {Marker.REPLACEMENT}),
        ("please add to SO-12", {Marker.ADDITION}),
        ("追加两箱", {Marker.ADDITION}),
        ("split 1 of 2", {Marker.PARTIAL}),
        ("Gift wrap, happy birthday!", {Marker.GIFT}),
        ("revised copy", {Marker.REVISED, Marker.COPY}),
        ("Conferma ordine telefonico, non duplicare", {Marker.CONFIRMING}),
        ("potwierdzamy zamówienie telefoniczne", {Marker.CONFIRMING}),
        ("二重注文", {Marker.CONFIRMING}),
        ("ponownie wysłane", {Marker.COPY}),
        ("再送", {Marker.COPY}),
        ("gewijzigd: aantallen", {Marker.REVISED}),
        ("Pedido corrigido", {Marker.REVISED}),
        ("quantidades corrigidas", {Marker.REVISED}),
        ("Liefertermin auf 14.4. verschoben", {Marker.REVISED}),
        ("PO to cover verbal of 10.3.", {Marker.CONFIRMING}),
        ("支付失败重拍", {Marker.COPY}),
        ("booked on the wrong account", {Marker.REVISED}),
        ("Gewijzigde bestelling", {Marker.REVISED}),
        ("geänderte Menge", {Marker.REVISED}),
        ("commandes annulées", {Marker.REPLACEMENT}),
        ("修正版", {Marker.REVISED}),
        ("come al solito", {Marker.REPEAT}),
        ("zoals gewoonlijk", {Marker.REPEAT}),
        ("いつもの", {Marker.REPEAT}),
        ("sostituisce SO-12", {Marker.REPLACEMENT}),
        ("in plaats van SO-12", {Marker.REPLACEMENT}),
        ("proszę dodać", {Marker.ADDITION}),
        ("ordine parziale", {Marker.PARTIAL}),
        ("część 1", {Marker.PARTIAL}),
        ("confezione regalo, buon compleanno", {Marker.GIFT}),
        ("ギフト", {Marker.GIFT}),
        ("Please deliver before noon, ring the bell", set()),
        ("", set()),
    ],
)
def test_phrases_in_many_languages_are_understood(note: str, expected: set[Marker]) -> None:
    assert markers(note) == expected


@pytest.mark.parametrize(
    "note",
    ["this is not a duplicate", "not a repeat", "kein Duplikat", "send a copy of the invoice",
     "please send order confirmation", "不是重发", "encopying", "respectful"],
)  # fmt: skip
def test_what_is_denied_asked_for_or_part_of_a_word_does_not_count(note: str) -> None:
    assert markers(note) == frozenset()


@pytest.mark.parametrize(
    ("code", "function"),
    [
        ("9", MessageFunction.ORIGINAL), ("00", MessageFunction.ORIGINAL),
        ("7", MessageFunction.DUPLICATE), ("07", MessageFunction.DUPLICATE),
        ("31", MessageFunction.COPY), ("22", MessageFunction.COPY),
        ("42", MessageFunction.CONFIRMATION), ("06", MessageFunction.CONFIRMATION),
        ("4", MessageFunction.CHANGE), ("05", MessageFunction.CHANGE),
        ("860", MessageFunction.CHANGE),
        ("1", MessageFunction.CANCEL), ("01", MessageFunction.CANCEL),
        (" Duplicate ", MessageFunction.DUPLICATE),
        ("", MessageFunction.NONE), ("77", MessageFunction.NONE), ("x", MessageFunction.NONE),
    ],
)  # fmt: skip
def test_edifact_and_x12_codes_are_understood(code: str, function: MessageFunction) -> None:
    assert message_function(code) is function


@given(st.text(max_size=200))
def test_any_text_can_be_a_note(note: str) -> None:
    assert markers(note) <= set(Marker)
    assert message_function(note) in MessageFunction
