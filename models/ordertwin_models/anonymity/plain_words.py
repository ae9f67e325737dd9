"""Words that identify nobody and may stay: what orders, streets and companies are called anyway."""

from __future__ import annotations

import re

from ordertwin_models.normalise.note import PHRASE_WORDS
from ordertwin_models.normalise.party import FORMS_AND_TITLES
from ordertwin_models.normalise.street import STREET_WORDS
from ordertwin_models.normalise.text import vocabulary
from ordertwin_models.normalise.units import PACKAGE_WORDS, UNIT_WORDS
from ordertwin_models.normalise.variant_words import COLOURS, HAN_COLOURS, HAN_SIZES, SIZES

STRUCTURAL = (
    FORMS_AND_TITLES
    | frozenset(STREET_WORDS)
    | vocabulary(
        """handel handels trading trade traders industries industrie engineering technik systems
        services solutions products produkte supplies supply import export group gruppe holding
        store stores shop markt market c o box floor suite unit building dock gate hall halle tor
        warehouse lager attn po com net org example de uk fr es it nl eu
        cn"""
    )
)
"""Legal forms, titles, kinds of streets and trades: they stay wherever they stand."""

ROLES = vocabulary(
    """orders order info sales purchasing procurement purchase einkauf bestellung bestellungen buero
    office mail inbox rep contact kontakt accounts admin service shop web edi api erp import batch
    desk phone telesales counter warehouse lager achats commandes compras pedidos"""
)
"""What stands in the place of a person's name and is none."""

_OF_NOTES = vocabulary(
    """a about above address after again against all also always an and another any are as ask at
    back be because been before below between both box but by branch call can cannot
    cancel change check
    colour color
    come confirm could customer date day days deliver delivered delivery do does done each earlier
    email enter entered ever fax first following for from goods had has have he her here
    his hold house how
    if in
    instead into invoice is it item items its keep last late later leave less line lines list made
    mail make many month more morning most must my needed needs never new next no not note now
    number of off office on once one only open or order ordered orders other our out over pack
    packed packing pallet pallets part per phone phoned pick pickup place please price prices put
    quantity quote received rest right said same second see send sent separate ship shipment
    shipped shipping should sign site size so some soon stock still stop than that the their them
    then there
    these they this to today together tomorrow too total twice two under until up urgent us use
    usual very via want wants was we week weeks were what when where which who will with without
    work would write wrong yes yesterday you your
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
    aber alle als am an andere auch auf aus bei bestellt bestellung bis bitte brauchen da das dem
    den der des die diese doch dort ein eine einen er erst es etwas fuer geliefert haben heute hier
    ich ihr im immer in ist ja jetzt kein keine kunde kunden letzte liefern lieferung lieferadresse
    mehr menge mit morgen nach neu neue nicht noch nur oder ohne per preis rechnung schon sie sind
    so sofort telefonisch um und uns unser vom von vor war wenn wie wieder wird wir woche wurde zu
    zum zur zusammen zweite zwei montag dienstag mittwoch donnerstag freitag samstag sonntag
    avec au aux avant bon ce cette client commande dans de demain deux du elle en encore est et
    facture il je jour la le les livraison livrer merci mon ne nos notre nous ou par pas plus pour
    prix que qui sans semaine son sur tout un une urgent vos votre vous
    al antes cliente con del dos el en entrega es esta favor gracias hoy la las los mas no nuestro
    para pedido por precio que se sin su un una urgente y"""
)
PLAIN = (
    STRUCTURAL
    | PHRASE_WORDS
    | PACKAGE_WORDS
    | UNIT_WORDS
    | frozenset(COLOURS)
    | frozenset(SIZES)
    | _OF_NOTES
)
"""What may stay in a note or a specification, unless it is somebody's name in the same orders."""

HAN_PIECES = re.compile(
    r"股份有限公司|有限责任公司|有限公司|集团|公司|株式会社|贸易|科技|实业|商贸|电子|机械|商行|超市"
    r"|确认单|确认|补单|补录|请勿重复|勿重复|不要重复|电话|下单|口头|书面|订单|副本|重发|修订|修改|更正"
    r"|变更|照旧|照常|同上次|定期|每周|每月|替换|代替|取消|追加|加单|增加|补充|部分|分批|分单|礼物|礼品"
    r"|尽快|送货|发货|交货|请|麻烦|谢谢|急|先生|女士|小姐|经理|省|市|自治区|新区|区|县|镇|乡|街道|街|路"
    r"|大道|道|巷|弄|号楼|号|栋|幢|座|单元|楼|层|室|仓库|仓|门|转|分机"
)
"""What may stay in names in Chinese, where words do not stand apart."""
HAN_PROSE = re.compile(
    "|".join(f"{colour}色" for colour in HAN_COLOURS)
    + "|"
    + "|".join(HAN_SIZES)
    + "|联系|我们|你们|订购|商品|数量|价格|规格|型号|颜色|尺寸|到|和|的|在|是|不|"
    + HAN_PIECES.pattern
)
"""What may stay in sentences as well."""
