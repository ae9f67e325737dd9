"""What an order says about itself: EDI function codes, and marker phrases in its note.

Phrases are looked up as they stand, in English, Chinese, German, French and Spanish. A phrase
that is denied or asked for right before ("not a repeat", "send a copy") does not count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ordertwin_models.normalise.text import CACHE_SIZE, HAN, fold, words
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
        | 不要重复 | 已电话下单 | 电话已下 | 口头订单 | 电话订单 | 书面确认
        | conferma ordine | a conferma | confermiamo | gia ordinato | non duplicare
        | ordine telefonico | confirmacao | confirmamos | ja pedido | nao duplicar
        | pedido por telefone | bevestiging | ter bevestiging | reeds besteld | niet dubbel
        | telefonische bestelling | potwierdzenie | potwierdzamy | juz zamowione | nie dublowac
        | zamowienie telefoniczne | 確認書 | 電話注文 | 電話で注文 | 注文済 | 二重注文
        """,
    Marker.COPY: """
        copy | copies | duplicate | duplicate order | resend | resent | re send | re sent
        | sent again | sending again | second copy | retransmission | retransmitted | resubmitted
        | resubmission | resubmit | kopie | duplikat | nochmals gesendet | erneut gesendet
        | doppelt | copie | duplicata | renvoi | renvoyee | copia | duplicado | reenvio
        | reenviado | 副本 | 复印件 | 重发 | 重新发送 | 再次发送 | 抄送
        | duplicato | reinvio | reinviato | duplicaat | opnieuw verzonden | nogmaals | kopia
        | ponownie wyslane | 控え | 再送
        """,
    Marker.REVISED: """
        revised | revision | rev | amended | amendment | amends | change order | changed order
        | order change | corrected | correction | updated order | update to | supersedes
        | superseding | this replaces po | new version | please change | geaendert | aenderung
        | bestellaenderung | auftragsaenderung | korrigiert | korrektur
        | aktualisierte bestellung | modifie | modifiee | modification | corrigee | rectificatif
        | avenant | modificado | modificacion | corregido | enmienda | 修订 | 修改 | 更正 | 变更
        | 更新版 | 改单
        | corrected quantities | quantities corrected | quantity corrected | quantities changed
        | quantity changed | changed quantities | replaces the previous version
        | replaces previous version | modificato | modifica | modifiche | correzione | corretto
        | aggiornato | rettifica | alterado | alteracao | correcao | corrigido | revisado
        | atualizado | retificacao | gewijzigd | wijziging | gecorrigeerd | correctie | aangepast
        | herzien | zmiana | zmienione | zmieniono | korekta | poprawione | poprawka
        | aktualizacja | 変更 | 訂正 | 改訂 | 修正
        | cancel my previous | cancel the previous | cancel previous | cancel my last
        | cancel the last | cancel my earlier | cancel the order before | cancel the one before
        | this one counts | wrong size | vorige bestellung stornieren
        | vorherige bestellung stornieren | letzte bestellung stornieren | falsche groesse
        | annulez ma commande | annuler ma commande | annuler la commande precedente
        | mauvaise taille | cancelar el anterior | cancelar mi pedido | cancelad mi pedido
        | cancelar el pedido anterior | anulad mi pedido | anular mi pedido | anular el anterior
        | anular el pedido anterior | talla equivocada | annullare l ordine precedente
        | annullate il mio ordine | cancelar o anterior | cancelar o pedido anterior
        | vorige bestelling annuleren | anulowac poprzednie | andrad order | orderandring
        | stryk foregaende | 前一单取消 | 取消前一单 | 上一单取消 | 取消上一单 | 前单作废
        | 上一单作废 | 以此为准 | 以这单为准 | 前の注文は取り消し | 前の注文を取り消し
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
        | 同上次 | 和上次一样 | 定期订单 | 常规订单 | 周期订单 | 每周订单 | 每月订单 | 订阅
        | 返单 | 翻单
        | ordine ricorrente | come al solito | come sempre | riordino | settimanale
        | pedido recorrente | como sempre | reposicao | semanal | mensal | vaste bestelling
        | zoals altijd | zoals gewoonlijk | herhaalorder | wekelijkse bestelling
        | stale zamowienie | jak zwykle | jak zawsze | zamowienie cykliczne | 定期 | いつもの
        | 通常通り | リピート
        """,
    Marker.REPLACEMENT: """
        replaces | replacement | replacing | replace | instead of | in place of | in lieu of
        | reissue | re issue | reissued | after cancellation | previous order cancelled
        | earlier order cancelled | cancelled and | cancel and | reentered | re entered
        | lost in transit | damaged in transit | goodwill | warranty replacement | ersatz
        | ersatzlieferung | ersetzt | anstelle | anstatt | storniert | remplace | remplacement
        | en remplacement | annule et remplace | reemplaza | reemplazo | sustituye | sustitucion
        | en lugar de | 替换 | 代替 | 取代 | 换货 | 补发 | 重新下单 | 取消后重下
        | sostituisce | sostituzione | in sostituzione | al posto di | annullato | substitui
        | substituicao | em vez de | cancelado | vervangt | vervanging | in plaats van
        | geannuleerd | zastepuje | zamiast | anulowane | wymiana | 差し替え | 交換
        """,
    Marker.ADDITION: """
        additional | addition | additions | add on | add to | added items | please add
        | in addition | also add | additional items | further to | supplement | supplementary
        | extra items | forgot | zusaetzlich | zusatz | ergaenzung | nachtrag | bitte hinzufuegen
        | vergessen | supplementaire | en plus | ajout | ajouter | complement | adicional
        | anadir | agregar | complemento | ademas | 追加 | 加单 | 增加 | 另加 | 补充 | 加订
        | aggiunta | aggiungere | inoltre | dimenticato | adicao | acrescentar | esquecemos
        | toevoeging | toevoegen | aanvulling | vergeten | dodatkowo | dodatek | prosze dodac
        | uzupelnienie | 追加注文 | along with the one before | on top | bitte mitliefern
        | en plus de | adicional al pedido
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
PHRASE_WORDS = frozenset(word for phrases in _PHRASES.values() for word in words(phrases))
"""Every word of these phrases."""
_UNSAYING = (
    *(" not ", " not a ", " no ", " isnt ", " isnt a ", " send ", " send a ", " send us a "),
    *(" need a ", " kein ", " keine ", " nicht ", " pas ", " pas de ", " no es ", " without "),
    *(" ohne ", " sans ", " sin ", " senza ", " sem ", " zonder ", " bez ", " geen "),
)
_HAN_UNSAYING = ("不是", "并非", "无需")
_HAN_START = re.compile(rf"[{HAN}]")


def _as_searched(phrase: str) -> str:
    return phrase if _HAN_START.match(phrase) else f" {phrase} "


_SEARCHED: tuple[tuple[str, Marker], ...] = tuple(
    (_as_searched(" ".join(words(phrase))), marker)
    for marker, phrases in _PHRASES.items()
    for phrase in phrases.split("|")
)


@lru_cache(CACHE_SIZE)
def markers(note: str) -> frozenset[Marker]:
    """Return what the note says about the order's relation to other orders.

    >>> sorted(markers("CONFIRMING ORDER - do not duplicate"))
    [<Marker.CONFIRMING: 'CONFIRMING'>]
    >>> sorted(markers("not a repeat; 追加两箱"))
    [<Marker.ADDITION: 'ADDITION'>]
    """
    text = f" {' '.join(words(note))} "
    return frozenset(marker for phrase, marker in _SEARCHED if _says(text, phrase))


@lru_cache(CACHE_SIZE)
def note_words(note: str) -> str:
    """The note as it counts when two are compared.

    >>> note_words("Gate 2, before  NOON!")
    'gate 2 before noon'
    """
    return " ".join(words(note))


def _says(text: str, phrase: str) -> bool:
    at = text.find(phrase)
    if at < 0:
        return False
    if phrase[0] == " ":
        return not text[: at + 1].endswith(_UNSAYING)
    return not text[:at].endswith(_HAN_UNSAYING)
