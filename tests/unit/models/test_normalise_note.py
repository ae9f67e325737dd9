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
        ("数量有变,原单作废", {Marker.REVISED}),
        ("以此单为准", {Marker.REVISED}),
        ("加了几样,以这份为准", {Marker.REVISED}),
        ("再发一次", {Marker.COPY}),
        ("schriftl. Bestätigung unserer telefonischen Bestellung", {Marker.CONFIRMING}),
        ("nochmals, Seite 2 fehlte", {Marker.COPY}),
        ("please ignore previous order", {Marker.REVISED}),
        ("disregard earlier PO", {Marker.REVISED}),
        ("ignore last e-mail, use this one", {Marker.REVISED}),
        ("vorherige Bestellung bitte ignorieren", {Marker.REVISED}),
        ("pls change as below", {Marker.REVISED}),
        ("second try, website hung", {Marker.COPY}),
        ("site crashed, trying again", {Marker.COPY}),
        ("as per telecon", {Marker.CONFIRMING}),
        ("as phoned thru this morning", {Marker.CONFIRMING}),
        ("wie eben tel. besprochen", {Marker.CONFIRMING}),
        ("dup of web order?", {Marker.COPY}),
        ("please combine with my other order", {Marker.ADDITION}),
        ("original by post", {Marker.CONFIRMING}),
        ("Original folgt per Post", {Marker.CONFIRMING}),
        ("resending as you only seem to have some of it", {Marker.COPY}),
        ("cancelled by mistake, please re-enter", {Marker.REPLACEMENT}),
        ("wie letzte Woche", {Marker.REPEAT}),
        ("和上周一样", {Marker.REPEAT}),
        ("please use this order instead", {Marker.REVISED}),
        ("Please use this PO instead of our previous PO", {Marker.REVISED, Marker.REPLACEMENT}),
        ("ignore the previous one, use this one instead", {Marker.REVISED}),
        ("disregard my earlier email", {Marker.REVISED}),
        ("please see new quantities", {Marker.REVISED}),
        ("New quantities, sorry", {Marker.REVISED}),
        ("旧单取消", {Marker.REVISED}),
        ("second attempt", {Marker.COPY}),
        ("web site froze", {Marker.COPY}),
        ("dup of our PO 4711", {Marker.COPY}),
        ("order called in this morning", {Marker.CONFIRMING}),
        ("Phoned through this morning", {Marker.CONFIRMING}),
        ("Tel. Bestellung vom 10.3.", {Marker.CONFIRMING}),
        ("原件随后寄出", {Marker.CONFIRMING}),
        ("please re-enter this order", {Marker.REPLACEMENT}),
        ("please rebook it", {Marker.REPLACEMENT}),
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
    "note",
    [
        "ignore previous delivery instructions", "please disregard the doorbell",
        "courier: try again next day", "wie letzte Woche besprochen liefern",
        "last order of the day", "as called for in the drawing", "nochmals vielen Dank",
        "Rechnung im Original folgt per Post", "invoice original by post",
        "bitte um Bestätigung", "please use the rear entrance", "call on arrival", "see page 2",
        "combine shipping where possible", "pls ring the bell", "数量充足", "请以实物为准",
        "please enter by gate 2", "phone 555 0147 through reception", "new address",
        "invoice copies to head office", "deliver to the site, not the website address",
        "Please ignore previous email about the address", "disregard first version",
        "Please advise new quantities of the price breaks", "数量有变请通知", "旧单取消后请通知",
        "数量有变，请提前联系", "Please reenter through gate 2", "please rebook delivery slot",
        "Please call if order cancelled by mistake", "order must not be cancelled by mistake",
        "The site froze last night, mind the ice", "Site crashed car park: use gate B",
        "Second try at the new paint colour", "dup of key", "called in this morning about parking",
        "please leave on second attempt with neighbour", "The driver called through this morning",
        "The driver called in this morning", "original by post please, invoice by email",
        "发票原件随后寄出", "Original folgt nicht", "Tel. Bestellung bitte bei Rückfragen",
        "价格和上周一样", "合同上周已签", "prices as per list, same colour instead",
        "Please use this PO instead of the blanket number on invoices",
        "if out of stock send this one instead", "Preise wie letzte Woche",
        "ne pas tenir compte de la précédente adresse", "courier is trying again tomorrow",
    ],
)  # fmt: skip
def test_harmless_neighbours_of_phrases_stay_silent(note: str) -> None:
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
