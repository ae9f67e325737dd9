"""More marker phrases, written with choices: what people say in many wordings of one meaning.

"(ignore disregard) [the my] previous order" stands for six phrases: one word out of the round
brackets, at most one out of the square ones. "^" and "$" are the beginning and the end of the note.
What stands around these phrases may unsay them: "price as last week" repeats no order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

from ordertwin_models.normalise.values import Marker

_CHOICE = re.compile(r"\(([^)]+)\)|\[([^\]]+)\]|([^\s()\[\]]+)")
_ORDERS = "(order orders po pos)"
_MESSAGES = "(email mail fax version one copy)"
_END = "($ please sorry thanks thank)"
_CALLED = "(phoned called rung telephoned)"
_OF_BEFORE = "(previous prior earlier last first old)"
_CHOICES: Mapping[Marker, str] = {
    Marker.CONFIRMING: f"""
        (telefonischen telefonischer) (bestellung auftrag auftrags)
        | (unserer ihrer meiner laut gemaess zur) tel (bestellung auftrag auftrags)
        | tel (bestellung auftrag) ($ vom von heute gestern eben)
        | (tel telefonisch) (besprochen durchgegeben aufgegeben vorbestellt) | tel bestellt
        | schriftl (bestellung auftrag) | [as] per [our] telecon | as (phoned telephoned)
        | (as order orders po) {_CALLED} (thru through)
        | (^ we i) {_CALLED} (thru through) [today yesterday] $
        | (^ we i) {_CALLED} (thru through in) this (morning afternoon) $
        | (as order orders po) called in this (morning afternoon) | {_CALLED} (thru through) order
        | {_CALLED} (thru through in) this (morning afternoon) order
        | original (by via) post $ | original (folgt follows) | original (to will) follow
        | original suit par (courrier poste) | original sigue por correo
        | originale segue per posta | origineel volgt per post | (not dont) dup
        | (原件 正本) [随后 稍后] (后寄 寄出 寄上 补寄)
        """,
    Marker.COPY: f"""
        resending | (second 2nd) attempt | another attempt $
        | (second 2nd another) try ($ as because sorry order website webshop site page browser)
        | trying [once] (again more) ($ as because since sorry)
        | (website webshop browser) (crashed hung froze)
        | web (site shop page) (crashed hung froze)
        | (site shop page) (crashed hung froze) [so sorry and] trying [once] (again more)
        | (possible poss) (dup dupe duplication) | (dup dupe dupl) order
        | (dup dupe dupl) of (order orders po so)
        | (dup dupe dupl) of (my our the your this web phone previous earlier last) {_ORDERS}
        | (page seite) [1 2 3 4 5] [was] (missing fehlte fehlt)
        | page [1 2 3 4 5] manquante
        | nochmals (da weil) (seite fax mail) | (nochmal nochmals) (gesendet geschickt gefaxt)
        | (再 重) (发一次 发一遍 发一下 传一次 传一遍) | 网站(崩溃 卡住)
        """,
    Marker.REVISED: f"""
        (ignore disregard) [the my our] {_OF_BEFORE} [purchase] {_ORDERS}
        | (ignore disregard) [the my our] {_OF_BEFORE} [e] (email mail fax) {_END}
        | (ignore disregard) [the my our] {_OF_BEFORE} [e] {_MESSAGES} use this (one order po $)
        | (ignore disregard) [the my our] {_OF_BEFORE} {_MESSAGES} of [the my our this] {_ORDERS}
        | (^ see) new quantities | please use this (one order po version) instead {_END}
        | please use this (one order po version) instead of [the my our] {_OF_BEFORE}
        | (^ use) this one instead {_END} | use this one instead of [the my our] {_OF_BEFORE}
        | (vorherige vorige letzte alte) (bestellung mail fassung)
        [bitte] (ignorieren vernichten loeschen) | (vorherige vorige letzte alte) bestellung
        (gegenstandslos ungueltig hinfaellig) | (ignorez ignorer) (la ma) [derniere] commande
        precedente | ne pas tenir compte (de du) [la ma] (commande mail)
        | ne pas tenir compte (de du) [la ma] (precedente precedent) (commande mail $)
        | (ignorar ignore ignoren) (el mi) pedido anterior | (ignorare ignorate) (lordine il)
        [ordine] precedente | (desconsiderar desconsidere ignorar) o pedido anterior
        | (vorige eerdere) bestelling (negeren vervalt) | zignorowac poprzednie zamowienie
        | (以此单 以本单 以新单 以此份 以这份 以这张 以这个 以本份 以后面这单)为准
        | (原单 原订单 旧单 之前那单 之前的单 前面那单 上一份 前一份)(作废 取消)
        | 数量(有变 有变化 有改动 有调整 变了)
        """,
    Marker.REPEAT: """
        wie (letzte vorige) woche | wie (letzten vorigen) monat | wie (letztes beim) [letzten] mal
        | same as (last previous) (week month) | comme la (semaine fois) derniere
        | comme la derniere fois | como la semana pasada | como la ultima vez
        | come la (settimana volta) scorsa | zoals vorige week | (和 同 跟)(上周 上个月)一样
        """,
    Marker.REPLACEMENT: """
        (cancelled canceled deleted) (by in) (mistake error)
        | please (reenter rebook) [the my our this] (order po)
        | please re (enter book) [the my our this] (order po)
        | please (reenter rebook) (this it) $ | please re (enter book) (this it) $
        | (versehentlich irrtuemlich) (storniert geloescht)
        | annulee par erreur | (cancelado anulado) por error | annullato per errore
        | per ongeluk geannuleerd | (误 错)(取消 删除)
        """,
    Marker.ADDITION: """
        combine with [my our] [other previous last first earlier] order
        | (ship send) together with [my our] [other previous last first earlier] order
        | zusammen mit [der meiner unserer] (anderen vorherigen letzten) bestellung
        | 和(上一单 前一单 之前那单)(一起发 合并)
        """,
}
_UNSAID_BEFORE = re.compile(
    r" (?:on|on a|on the|prices?|preise?|prix|precios?|if(?: \S+){1,3}|not (?:be|get)) $"
    r"|(?:发票|价格|价钱|单价|地址)$"
)
_UNSAID_BEHIND = re.compile(
    r"(?:about|regarding|concerning|concernant|not|nicht)\b"
    r"|\s?(?:后|时|的话)?\s?(?:请|麻烦)?(?:提前|及时|尽快)?(?:通知|联系|告知|致电|来电|打电话)"
    r"|的?(?:价格|价钱|单价|地址)"
)


def unsaid_around(before: str, behind: str) -> bool:
    """Whether what stands before and behind one of these phrases makes something else of it.

    >>> unsaid_around("^ ignore previous email ", "about gate 2 $"), unsaid_around("^ ", "$")
    (True, False)
    >>> unsaid_around("^ please call if order ", "$"), unsaid_around("^ ", "请通知 $")
    (True, True)
    """
    return bool(_UNSAID_BEFORE.search(f" {before}") or _UNSAID_BEHIND.match(behind))


def chosen_phrases() -> Iterator[tuple[str, Marker]]:
    """Each phrase that the choices stand for, and what it says.

    >>> ("disregard our earlier po", Marker.REVISED) in set(chosen_phrases())
    True
    """
    for marker, patterns in _CHOICES.items():
        for pattern in patterns.split("|"):
            for phrase in _each(pattern):
                yield phrase, marker


def _each(pattern: str) -> Iterator[str]:
    """The phrases of one pattern; Chinese parts are written together.

    >>> list(_each("[the] last (po one)")), list(_each("数量(有变 变了)"))
    (['last po', 'last one', 'the last po', 'the last one'], ['数量有变', '数量变了'])
    """
    places = [
        one_of.split() if one_of else ["", *optional.split()] if optional else [word]
        for one_of, optional, word in _CHOICE.findall(pattern)
    ]
    blank = " " if pattern.isascii() else ""
    for parts in product(*places):
        yield blank.join(filter(None, parts))
