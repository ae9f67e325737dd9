"""What people note on orders, by language; see `vocabulary.words`."""

from __future__ import annotations

PLAIN_NOTES = {
    "en": ("Please deliver before noon", "Ring the bell at gate 2", "Call before delivery",
           "Leave with reception", "Urgent please", "No Saturday delivery", "Fragile",
           "as usual please", "Happy birthday Anna!", "Deliver with next route",
           "before {hour}:00 if possible", "for job {number}{hour}", "dock {number}",
           "driver to call on arrival", "machine down", "tail lift needed", "cost centre {number}",
           "short pallets only", "line stop, send what you have", "van {number}", "VIP customer"),
    "de": ("Bitte vor 12 Uhr liefern", "Anlieferung Tor 3", "Bitte avisieren", "Eilt",
           "Lieferung frei Bordstein", "wie immer", "ab {hour} Uhr", "Kommission {number}{hour}",
           "Hebebühne nötig", "Kostenstelle {number}", "Maschine steht", "Fahrer ruft an",
           "keine Teillieferung", "Kran vorhanden"),
    "fr": ("Livrer avant midi", "Quai n°2", "Appeler avant livraison", "Urgent",
           "comme d'habitude", "après {hour}h", "chantier {number}", "hayon nécessaire",
           "machine à l'arrêt", "pas le samedi"),
    "es": ("Entregar antes de las 12", "Llamar antes", "Urgente", "Muelle 3", "lo de siempre",
           "después de las {hour}", "obra {number}", "máquina parada", "dejar en recepción"),
    "zh": ("请上午送货", "送货前请电话联系", "加急", "请放前台", "老样子", "{hour}点后送",
           "项目{number}用", "设备停机", "走物流", "开增值税票", "不要外包装"),
    "ja": ("午前中着希望", "納品前に電話ください", "至急", "いつも通り", "{hour}時以降",
           "現場{number}", "機械停止中", "直送"),
}  # fmt: skip

CONFIRMING_NOTES = {
    "en": ("CONFIRMING ORDER - DO NOT DUPLICATE", "Confirmation of telephone order",
           "confirming verbal order", "Confirms our phone call, please do not ship twice",
           "PO to cover verbal", "written order for {order}, already phoned in"),
    "de": ("Bestätigung unserer telefonischen Bestellung", "schriftliche Bestätigung, nicht "
           "doppelt liefern", "Auftragsbestätigung zum Telefonat"),
    "fr": ("Confirmation de commande téléphonique", "confirmation, ne pas livrer deux fois"),
    "es": ("Confirmación de pedido telefónico", "confirmación, no duplicar"),
    "zh": ("确认单", "补单，请勿重复发货", "电话订单确认", "补下电话订单"),
    "ja": ("電話注文の確認書", "注文確認(重複発送不可)"),
}  # fmt: skip

REVISED_NOTES = {
    "en": ("REVISED ORDER", "Amended PO, replaces previous", "rev. - please update quantities",
           "please cancel my previous order", "cancel the order before, this one counts",
           "replaces my order of just now", "changes to {order}", "qty change on {order}",
           "new delivery date"),
    "de": ("GEÄNDERTE BESTELLUNG", "Änderung, ersetzt vorherige Bestellung",
           "bitte die vorige Bestellung stornieren", "ersetzt meine Bestellung von eben",
           "Änderung zu {order}", "neuer Liefertermin"),
    "fr": ("COMMANDE MODIFIÉE", "annule et remplace", "annulez ma commande précédente",
           "{order} modifiée"),
    "es": ("PEDIDO MODIFICADO", "anula y sustituye el anterior", "cancelad mi pedido anterior",
           "{order} modificado"),
    "zh": ("订单变更", "修改单，以此为准", "前一单取消，以这单为准", "{order}改单", "改交期"),
    "ja": ("注文変更", "訂正版", "前の注文は取り消してください"),
}  # fmt: skip

ADDITION_NOTES = {
    "en": (
        "full list incl. additional items",
        "resent with additions",
        "complete order, see new lines",
    ),
    "de": ("komplette Liste inkl. Ergänzungen", "nochmals mit Zusatzpositionen"),
    "fr": ("liste complète avec ajouts",),
    "es": ("lista completa con añadidos",),
    "zh": ("完整清单，含新增", "加单后重发"),
    "ja": ("追加分を含む全注文",),
}

MORE_NOTES = {
    "en": ("additional order, send it along with the one before", "more of the same, on top",
           "add-on to this morning's order", "ship with {order}"),
    "de": ("zusätzlich zum Auftrag von eben", "Ergänzung, bitte mitliefern",
           "zusätzlich zu {order}"),
    "fr": ("en plus de la commande précédente",),
    "es": ("adicional al pedido de antes", "añadir al envío anterior"),
    "zh": ("追加，跟前面那单一起发", "加单，不够用", "追加，跟{order}一起发"),
    "ja": ("追加注文です、同梱希望",),
}  # fmt: skip

CLERKS_NOTES = {
    "en": ("as phoned at {hour}:30", "e-mail of {number}/3", "ticket {number}{hour}4",
           "customer says nothing arrived, entered again", "see attachment"),
    "de": ("laut Telefonat {hour}:15 Uhr", "Mail vom {number}.3.", "Vorgang {number}{hour}7",
           "Kunde hat nachgefragt"),
    "fr": ("suite appel de {hour}h30", "mail du {number}/3", "le client a relancé"),
    "es": ("según llamada de las {hour}:15", "correo del {number}/3", "el cliente insiste"),
    "zh": ("客户{hour}点来电", "见{number}号邮件", "客户说没收到，重新下"),
    "ja": ("{hour}時の電話", "{number}日のメール", "お客様より催促"),
}  # fmt: skip
"""What a clerk writes down of how an order came in."""

LOAD_NOTES = {
    "en": ("load {number}, {hour}:00", "floor {number}", "truck {number} at {hour}:30",
           "room {number}"),
    "de": ("Fuhre {number}, {hour} Uhr", "Etage {number}", "Abschnitt {number}"),
    "fr": ("camion {number}, {hour}h00", "étage {number}"),
    "es": ("camión {number}, a las {hour}", "planta {number}"),
    "zh": ("第{number}车，{hour}点", "{number}号楼"),
    "ja": ("{number}便目 {hour}時", "{number}階"),
}  # fmt: skip
"""One of several that are told apart by a number alone."""

REPEATING_NOTES = {
    "en": ("standing order", "weekly order", "repeat as usual", "same again as {order}"),
    "de": ("Dauerauftrag", "Wochenbestellung", "wie {order}"),
    "fr": ("commande permanente", "commande hebdomadaire"),
    "es": ("pedido fijo semanal",),
    "zh": ("每周固定订单", "常规订单"),
    "ja": ("定期注文",),
}

REPLACING_NOTES = {
    "en": (
        "replaces cancelled order",
        "re-entered after cancellation",
        "replacement for damaged goods",
        "replaces {order}, which was cancelled",
    ),
    "de": ("Ersatz für stornierten Auftrag", "Ersatzlieferung", "Ersatz für {order}"),
    "fr": ("remplace commande annulée",),
    "es": ("sustituye pedido anulado",),
    "zh": ("原单已取消，重新下单", "补发"),
    "ja": ("取消分の再注文",),
}

GIFT_NOTES = {
    "en": ("gift", "Gift message: with love", "please no invoice in parcel"),
    "de": ("Geschenk, bitte ohne Rechnung",),
    "fr": ("cadeau, sans facture",),
    "es": ("es un regalo",),
    "zh": ("礼物，请勿放发票",),
    "ja": ("ギフト包装",),
}

REST_NOTES = {
    "en": (
        "balance later",
        "remaining quantity",
        "second delivery of the same order",
        "rest to follow",
        "balance of {order}",
    ),
    "de": ("Restmenge später", "zweite Teillieferung", "Rest folgt", "Restmenge zu {order}"),
    "fr": ("solde à livrer plus tard", "deuxième livraison partielle"),
    "es": ("resto más tarde", "segunda entrega parcial"),
    "zh": ("余量后送", "剩余数量，第二批"),
    "ja": ("残数は後日納入", "分納2回目"),
}

SAME_FOR_EACH_NOTES = {
    "en": (
        "same for each store",
        "same for each unit",
        "all sites get this set",
        "roll-out",
        "as {order}, other site",
        "also for {name}",
    ),
    "de": ("je Filiale das Gleiche", "für jedes Werk gleich", "wie {order}, andere Filiale"),
    "fr": ("idem pour chaque magasin", "même lot pour chaque site"),
    "es": ("lo mismo para cada tienda",),
    "zh": ("各门店同样", "每个工地一份"),
    "ja": ("各店舗同じ内容",),
}

RETRY_NOTES = {
    "en": ("payment failed, ordering again", "second attempt", "no confirmation received"),
    "de": ("Zahlung fehlgeschlagen, neuer Versuch", "keine Bestätigung erhalten"),
    "fr": ("paiement refusé, deuxième tentative",),
    "es": ("pago rechazado, segundo intento",),
    "zh": ("支付失败重拍", "没收到确认，再下一次"),
    "ja": ("決済エラーのため再注文",),
}

WRONG_ACCOUNT_NOTES = {
    "en": ("a/c should be {customer}?", "wrong account, belongs to {customer}", "for {name}",
           "booked on the wrong account", "on behalf of {name}"),
    "de": ("gehört zu Kunde {customer}", "falsches Konto?", "für {name}", "bestellt von {name}"),
    "fr": ("mauvais compte, voir {customer}", "c'est pour {name}"),
    "es": ("cuenta equivocada, es del {customer}", "es para {name}"),
    "zh": ("客户选错，应为{customer}", "抬头开错了？", "给{name}的", "{name}代下"),
    "ja": ("得意先間違い、正しくは{customer}", "{name}様分"),
}  # fmt: skip
