"""What an order says about itself: EDI function codes, and marker phrases in its note.

Phrases are looked up word by word, in English, Chinese, German, French, Spanish, Italian,
Portuguese, Dutch, Polish and Japanese. One that is denied, asked for or only possible ("not a
repeat", "send a copy", "if cancelled") does not count. They speak of orders: a change of addresses,
drivers or invoices says nothing about another order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ordertwin_models.normalise.note_phrases import chosen_phrases, unsaid_around
from ordertwin_models.normalise.text import CACHE_SIZE, HAN_CHARACTER, code, fold, words
from ordertwin_models.normalise.values import Marker, MessageFunction

_EDIFACT = {
    "1": MessageFunction.CANCEL,
    "2": MessageFunction.CHANGE,
    "3": MessageFunction.CHANGE,
    "4": MessageFunction.CHANGE,
    "5": MessageFunction.CHANGE,
    "6": MessageFunction.CONFIRMATION,
    "7": MessageFunction.DUPLICATE,
    "9": MessageFunction.ORIGINAL,
    "31": MessageFunction.COPY,
    "42": MessageFunction.CONFIRMATION,
}
_X12 = {
    "00": MessageFunction.ORIGINAL,
    "01": MessageFunction.CANCEL,
    "02": MessageFunction.CHANGE,
    "03": MessageFunction.CHANGE,
    "04": MessageFunction.CHANGE,
    "05": MessageFunction.CHANGE,
    "06": MessageFunction.CONFIRMATION,
    "07": MessageFunction.DUPLICATE,
    "18": MessageFunction.DUPLICATE,
    "22": MessageFunction.COPY,
}
_DOCUMENTS = {
    "220": MessageFunction.ORIGINAL,
    "230": MessageFunction.CHANGE,
    "850": MessageFunction.ORIGINAL,
    "860": MessageFunction.CHANGE,
    "orders": MessageFunction.ORIGINAL,
    "ordchg": MessageFunction.CHANGE,
}
_FUNCTIONS = {
    **_DOCUMENTS,
    **_EDIFACT,
    **_X12,
    **{function.value.lower(): function for function in MessageFunction},
    "replace": MessageFunction.CHANGE,
    "cancellation": MessageFunction.CANCEL,
}


def message_function(code: str) -> MessageFunction:
    """Return what an EDIFACT (BGM 1225), X12 (BEG01) or spelled-out function code means.

    >>> message_function("7"), message_function("06"), message_function("")
    (<MessageFunction.DUPLICATE: 'DUPLICATE'>, <MessageFunction.CONFIRMATION: 'CONFIRMATION'>, \
<MessageFunction.NONE: 'NONE'>)
    """
    return _FUNCTIONS.get(fold(code), MessageFunction.NONE) if code else MessageFunction.NONE


_PHRASES: Mapping[Marker, str] = {
    Marker.CONFIRMING: """
        confirming | confirmation of | confirmation only | in confirmation | confirms
        | confirmed order | do not duplicate | dont duplicate | avoid duplication | not duplicate
        | do not ship twice | do not enter twice | already placed | already ordered
        | already phoned | previously placed | verbal order | phone order | telephone order
        | phoned in | as discussed by phone | per phone call | as agreed by phone | written order
        | hard copy to follow | bestaetigung der | zur bestaetigung | bestaetigt hiermit
        | hiermit bestaetigen | nicht doppelt | keine doppelbestellung | telefonische bestellung
        | telefonisch bestellt | bereits bestellt | schon bestellt | schriftliche bestellung
        | confirme | confirmant | commande deja passee | ne pas dupliquer | pas de doublon
        | commande telephonique | deja commande | confirmacion | confirmando | no duplicar
        | pedido telefonico | ya pedido | 确认单 | 补单 | 补录 | 补发订单 | 请勿重复 | 勿重复
        | 不要重复 | 已电话下单 | 电话已下 | 口头订单 | 电话订单 | 书面确认 | conferma ordine
        | a conferma | confermiamo | gia ordinato | non duplicare | ordine telefonico
        | confirmacao | confirmamos | ja pedido | nao duplicar | pedido por telefone | bevestiging
        | ter bevestiging | reeds besteld | niet dubbel | telefonische bestelling | potwierdzenie
        | potwierdzamy | juz zamowione | nie dublowac | zamowienie telefoniczne | 確認書
        | 電話注文 | 電話で注文 | 注文済 | 二重注文 | nachgereicht | zusage am telefon
        | telefonische zusage | cover verbal | cover our verbal | covering po | per our call
        | do not ship again | do not reship | laut telefonat | gemaess telefonat
        | suite a notre appel | commande orale | come da telefonata | segun llamada
        | segun lo hablado | conforme conversado | zgodnie z rozmowa | after the fact po
        | after the fact order | after the fact purchase order | wie telefonisch bestellt
        | telefonisch voraus bestellt | 采购单后补 | 订单后补 | 补采购单 | 刚才电话下的
        | 昨天电话下的 | お電話で注文 | 口頭注文
        """,
    Marker.COPY: """
        copy | copies | duplicate | duplicate order | resend | resent | re send | re sent
        | sent again | sending again | second copy | retransmission | retransmitted | resubmitted
        | resubmission | resubmit | kopie | duplikat | nochmals gesendet | erneut gesendet
        | doppelt | copie | duplicata | renvoi | renvoyee | copia | duplicado | reenvio
        | reenviado | 副本 | 复印件 | 重发 | 重新发送 | 再次发送 | 抄送 | duplicato | reinvio
        | reinviato | duplicaat | opnieuw verzonden | nogmaals | kopia | ponownie wyslane | 控え
        | 再送 | duplicat/o/a/i/e | duplicad/o/a | herhaald verzonden | payment failed
        | ordering again | no confirmation received | zahlung fehlgeschlagen
        | erneuter versuch | neuer versuch | nochmal bestellt | keine bestaetigung erhalten
        | paiement refuse | deuxieme tentative | pas recu de confirmation | pago fallido
        | pago rechazado | segundo intento | betaling mislukt | tweede poging | pagamento fallito
        | secondo tentativo | 支付失败 | 未收到确认 | 決済エラー | 支付失败重拍 | 支付失败重新下单
        | 没收到确认再下 | zweite bestellung wegen fehler
        """,
    Marker.REVISED: """
        revised | revision | rev | amended | amendment | amends | change order | changed order
        | order change | corrected | correction | updated order | update to | supersedes
        | superseding | this replaces po | new version | please change | geaendert | aenderung
        | bestellaenderung | auftragsaenderung | korrigiert | korrektur | aktualisierte bestellung
        | modifie | modifiee | modification | corrigee | rectificatif | avenant | modificado
        | modificacion | corregido | enmienda | 修订 | 修改 | 更正 | 变更 | 更新版 | 改单
        | corrected quantities | quantities corrected | quantity corrected | quantities changed
        | quantity changed | changed quantities | replaces the previous version
        | replaces previous version | modificato | modifica | modifiche | correzione | corretto
        | aggiornato | rettifica | alterado | alteracao | correcao | corrigido | revisado
        | atualizado | retificacao | gewijzigd | wijziging | gecorrigeerd | correctie | aangepast
        | herzien | zmiana | zmienione | zmieniono | korekta | poprawione | poprawka
        | aktualizacja | 変更 | 訂正 | 改訂 | 修正 | cancel my previous | cancel the previous
        | cancel previous | cancel my last | cancel the last | cancel my earlier
        | cancel the order before | cancel the one before | this one counts | wrong size
        | vorige bestellung stornieren | vorherige bestellung stornieren
        | letzte bestellung stornieren | falsche groesse | annulez ma commande
        | annuler ma commande | annuler la commande precedente | mauvaise taille
        | cancelar el anterior | cancelar mi pedido | cancelad mi pedido
        | cancelar el pedido anterior | anulad mi pedido | anular mi pedido | anular el anterior
        | anular el pedido anterior | talla equivocada | annullare l ordine precedente
        | annullate il mio ordine | cancelar o anterior | cancelar o pedido anterior
        | vorige bestelling annuleren | anulowac poprzednie | andrad order | orderandring
        | stryk foregaende | 前一单取消 | 取消前一单 | 上一单取消 | 取消上一单 | 前单作废
        | 上一单作废 | 以此为准 | 以这单为准 | 前の注文は取り消し | 前の注文を取り消し
        | gecorrigeerd/e | korrigiert/e/er/es | corrige/s/es | corrett/o/a/i/e
        | corregid/o/a/os/as | corrigid/o/a/os/as | poprawion/e/y/a/o | zaktualizowan/e/y/a/o
        | mengenaenderung | change qty | qty change | quantity change | change quantity
        | please amend | new delivery date | delivery date changed | liefertermin auf
        | liefertermin verschoben | neuer liefertermin | reporter la livraison | cambio de fecha
        | cambio de cantidad | nieuwe leverdatum | 改交期 | 交期改 | 数量改 | 納期変更 | 数量変更
        | wrong account | wrong branch | falsche filiale | falsches konto | mauvais compte
        | cuenta equivocada | 开错公司 | 客户选错 | geaenderte bestellung | geaenderte menge
        | geaenderte mengen | geaenderter auftrag | ueberarbeitete bestellung
        | ueberarbeitete anforderung | gewijzigde bestelling | gewijzigde aantallen
        | aangepaste bestelling | aangepaste aantallen | commande modifiee | commande mise a jour
        | quantites modifiees | pedido modificado | cantidades modificadas | pedido actualizado
        | ordine modificato | ordine aggiornato | quantita modificate | pedido alterado
        | pedido atualizado | quantidades alteradas | zmienione zamowienie | delivery date moved
        | move delivery date | liefertermin geaendert | nouvelle date de livraison
        | nueva fecha de entrega | nuova data di consegna | 改交货期 | 交期改为 | 交期改到
        | 数量改为 | 数量改成 | 数量变更
        """,
    Marker.REPEAT: """
        standing order | standing | repeat order | repeat | repeating | recurring | subscription
        | weekly order | monthly order | daily order | biweekly | as usual | the usual
        | usual order | same as last | same as before | same again | as last time | reorder
        | re order | auto order | automatic order | replenishment | kanban | regular order
        | call off | dauerauftrag | dauerbestellung | wie immer | wie ueblich | wie gehabt
        | nachbestellung | abruf | woechentliche bestellung | monatliche bestellung
        | comme d habitude | comme dhabitude | commande recurrente | commande hebdomadaire
        | commande mensuelle | abonnement | reassort | como siempre | pedido recurrente
        | pedido semanal | pedido mensual | suscripcion | reposicion | 照旧 | 照常 | 老样子
        | 同上次 | 和上次一样 | 定期订单 | 常规订单 | 周期订单 | 每周订单 | 每月订单 | 订阅 | 返单
        | 翻单 | ordine ricorrente | come al solito | come sempre | riordino | settimanale
        | pedido recorrente | como sempre | reposicao | semanal | mensal | vaste bestelling
        | zoals altijd | zoals gewoonlijk | herhaalorder | wekelijkse bestelling
        | stale zamowienie | jak zwykle | jak zawsze | zamowienie cykliczne | 定期 | いつもの
        | 通常通り | リピート | commande habituelle | pedido habitual | ordine abituale
        | wiederkehrende bestellung
        """,
    Marker.REPLACEMENT: """
        replaces | replacement | replacing | replace | instead of | in place of | in lieu of
        | reissue | re issue | reissued | after cancellation | previous order cancelled
        | earlier order cancelled | cancelled and | cancel and | reentered | re entered
        | lost in transit | damaged in transit | goodwill | warranty replacement | ersatz
        | ersatzlieferung | ersetzt | anstelle | anstatt | storniert | remplace | remplacement
        | en remplacement | annule et remplace | reemplaza | reemplazo | sustituye | sustitucion
        | en lugar de | 替换 | 代替 | 取代 | 换货 | 补发 | 重新下单 | 取消后重下 | sostituisce
        | sostituzione | in sostituzione | al posto di | annullato | substitui | substituicao
        | em vez de | cancelado | vervangt | vervanging | in plaats van | geannuleerd | zastepuje
        | zamiast | anulowane | wymiana | 差し替え | 交換 | geannuleerd/e | storniert/e/er
        | ersetzt/e | remplac/e/ee/es | commande annulee | commandes annulees | pedido anulado
        | pedido cancelado | ordine annullato | zamowienie anulowane
        """,
    Marker.ADDITION: """
        additional | addition | additions | add on | add to | added items | please add
        | in addition | also add | additional items | further to | supplement | supplementary
        | extra items | forgot | zusaetzlich | zusatz | ergaenzung | nachtrag | bitte hinzufuegen
        | vergessen | supplementaire | en plus | ajout | ajouter | complement | adicional | anadir
        | agregar | complemento | ademas | 追加 | 加单 | 增加 | 另加 | 补充 | 加订 | aggiunta
        | aggiungere | inoltre | dimenticato | adicao | acrescentar | esquecemos | toevoeging
        | toevoegen | aanvulling | vergeten | dodatkowo | dodatek | prosze dodac | uzupelnienie
        | 追加注文 | along with the one before | on top | bitte mitliefern | en plus de
        | adicional al pedido | zusaetzliche bestellung | zusaetzliche positionen
        | ergaenzende bestellung | articles supplementaires | ordine aggiuntivo
        | pedido complementario | zamowienie dodatkowe
        """,
    Marker.PARTIAL: """
        partial | partial order | part 1 | part 2 | part 3 | first part | second part | 1 of 2
        | 2 of 2 | 1 of 3 | 2 of 3 | 3 of 3 | split | split order | split shipment | balance of
        | balance order | rest of | remainder | backorder | back order | teillieferung
        | teilbestellung | teil 1 | teil 2 | restmenge | rest folgt | partiel | partielle
        | livraison partielle | commande partielle | reliquat | parcial | pedido parcial
        | resto del pedido | 部分 | 分批 | 分单 | 拆单 | 余量 | 尾单 | 欠货
        | ordine parziale | parziale | saldo ordine | parte 1 | parte 2 | deellevering
        | balance later | rest to follow | remaining quantity | second delivery | solde a livrer
        | resto mas tarde | 残数
        | gedeeltelijk | restant | deel 1 | deel 2 | czesciowe | czesc 1 | czesc 2 | reszta | 分納
        | 一部
        | partiel/le/s/les | parcial/es | parzial/e/i | gedeeltelijk/e | czesciow/e/a/y/o
        """,
    Marker.GIFT: """
        gift | gifts | gift wrap | gift message | giftwrap | happy birthday | merry christmas
        | with love | present for | geschenk | geschenke | geschenkverpackung | alles gute
        | cadeau | emballage cadeau | joyeux anniversaire | joyeux noel | regalo
        | feliz cumpleanos | feliz navidad | 礼物 | 礼品 | 送礼 | 贺卡 | 生日快乐 | 礼盒包装
        | confezione regalo | buon compleanno | presente | feliz aniversario | cadeautje
        | verjaardag | prezent | wszystkiego najlepszego | ギフト | 贈り物 | お祝い
        """,
}
"""What is said by which phrases; "modificat/o/a" stands for modificato and modificata as well."""


def _with_endings(phrase: str) -> list[str]:
    stem, *endings = phrase.strip().split("/")
    return [stem, *(f"{stem}{ending}" for ending in endings)]


_SURE_SPELLINGS = tuple(
    (" ".join(words(spelling)), marker)
    for marker, phrases in _PHRASES.items()
    for phrase in phrases.split("|")
    for spelling in _with_endings(phrase)
)
_SPELLINGS: tuple[tuple[str, Marker], ...] = (*_SURE_SPELLINGS, *chosen_phrases())
_SURE = frozenset(spelling for spelling, _ in _SURE_SPELLINGS)
"""Phrases that mean the same whatever stands around them, but for `_UNSAYING`."""
_ENDS = ("^", "$")
"""Words for the beginning and the end of a note."""
PHRASE_WORDS = frozenset(word for spelling, _ in _SPELLINGS for word in spelling.split()) - {*_ENDS}
"""Every word of these phrases."""
_UNSAYING = (
    *(" not ", " not a ", " no ", " isnt ", " isnt a ", " send ", " send a ", " send us a "),
    *(" need a ", " kein ", " keine ", " nicht ", " pas ", " pas de ", " no es ", " without "),
    *(" ohne ", " sans ", " sin ", " senza ", " sem ", " zonder ", " bez ", " geen "),
    *(" if ", " falls ", " bei ", " en cas de ", " si ", " in case of "),
    *(" invoice ", " rechnung ", " rechnung im ", " facture "),
)
_AGREED_BEHIND = ("besprochen ", "vereinbart ", "abgesprochen ", "agreed ", "discussed ")
"""What makes of "as last week" a word about a talk."""
_NUMBER_INSTEAD = re.compile(r"(?:the |our )?blanket (?:order |po )?(?:numbers?|no) ")
"""What stands behind "instead of" where a number is to be quoted in place of another."""
_SHORT_WORDS = {"pls": "please", "plz": "please"}
_NUMBERED_WORD = re.compile(
    r"(?<![a-z\d])(?<!\d\.)"
    r"([a-z]{2,8}-\d[a-z\d-]*|(?:[a-z]{1,4}[#-]?)?\d+[a-z]{0,2}(?:-\d+)*(?![a-z\d.]*\d))"
)
"""A word with a number; no part of a date."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_FEWEST_DIGITS = 3
_MOST_NUMBERS = 8
_HAN_UNSAYING = ("不是", "并非", "无需", "不要", "请勿", "勿", "如", "若")
_IN_HAN = tuple(
    (spelling, marker) for spelling, marker in _SPELLINGS if HAN_CHARACTER.match(spelling)
)
"""Phrases that may stand anywhere in a run of Chinese characters."""


def _by_first_word() -> Mapping[str, Sequence[tuple[str, Marker]]]:
    found: dict[str, list[tuple[str, Marker]]] = {}
    for spelling, marker in dict.fromkeys(_SPELLINGS):
        if not HAN_CHARACTER.match(spelling):
            found.setdefault(spelling.split(" ", 1)[0], []).append((f" {spelling} ", marker))
    return found


_BY_FIRST_WORD = _by_first_word()


@lru_cache(CACHE_SIZE)
def markers(note: str) -> frozenset[Marker]:
    """Return what the note says about the order's relation to other orders.

    >>> sorted(markers("CONFIRMING ORDER - do not duplicate"))
    [<Marker.CONFIRMING: 'CONFIRMING'>]
    >>> sorted(markers("not a repeat; 追加两箱"))
    [<Marker.ADDITION: 'ADDITION'>]
    """
    begin, end = _ENDS
    said = [begin, *(_SHORT_WORDS.get(word, word) for word in words(note)), end]
    text = f" {' '.join(said)} "
    possible = [phrase for word in dict.fromkeys(said) for phrase in _BY_FIRST_WORD.get(word, ())]
    if HAN_CHARACTER.search(text):
        possible += _IN_HAN
    return frozenset(marker for phrase, marker in possible if _says(text, phrase))


@lru_cache(CACHE_SIZE)
def note_words(note: str) -> str:
    """The note as it counts when two are compared.

    >>> note_words("Gate 2, before  NOON!")
    'gate 2 before noon'
    """
    return " ".join(words(note))


@lru_cache(CACHE_SIZE)
def numbers_in(note: str) -> tuple[str, ...]:
    """The numbers in the note that may be those of another order or a customer, as `text.code`
    writes them.

    >>> numbers_in("replaces PO#4711 of 3.4.2026 (a/c L849), room 101")
    ('po4711', 'l849')
    """
    told = (code(word.replace("#", "")) for word in _NUMBERED_WORD.findall(fold(note)))
    found = dict.fromkeys(word for word in told if _may_be_a_number(word))
    return tuple(found)[:_MOST_NUMBERS]


def _may_be_a_number(word: str) -> bool:
    """Whether a word is long enough for a number of ours, and no year."""
    digits = sum(map(str.isdigit, word))
    return digits >= _FEWEST_DIGITS + (word.isdecimal()) and not _YEAR.fullmatch(word)


def _says(text: str, phrase: str) -> bool:
    at = text.find(phrase)
    if at < 0:
        return False
    if phrase[0] != " ":
        sure = phrase in _SURE or not unsaid_around(text[:at], text[at + len(phrase) :])
        return sure and not text[:at].endswith(_HAN_UNSAYING)
    before, behind = text[: at + 1], text[at + len(phrase) :]
    if before.endswith(_UNSAYING) or behind.startswith(_AGREED_BEHIND):
        return False
    if phrase == " instead of " and _NUMBER_INSTEAD.match(behind):
        return False
    return phrase.strip() in _SURE or not unsaid_around(before, behind)
