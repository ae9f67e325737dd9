"""What is sold, and what people write beside it, in eight languages. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goods:
    """An assortment: `nouns` × `kinds`, each in the sizes of `measures`, some in `colours`."""

    nouns: tuple[str, ...]
    kinds: tuple[str, ...]
    measures: tuple[tuple[str, ...], ...]
    colours: tuple[str, ...] = ()
    unit: str = "pcs"
    noun_first: bool = False


def _split(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


_THREADS = _split("M4x12, M5x16, M6x20, M6x30, M8x25, M8x40, M8x50, M10x60, M12x80")
_PIPES = _split("15 mm, 18 mm, 22 mm, 28 mm, 35 mm")
_BOTTLES = _split("250 ml, 500 ml, 750 ml, 1 l, 5 l")
_BAGS = _split("100 g, 250 g, 500 g, 1 kg, 5 kg, 25 kg")
_CLOTHES = _split("XS, S, M, L, XL, XXL")
_PACKS = _split("10 pcs, 25 pcs, 50 pcs, 100 pcs")
_PAPER = _split("A3, A4, A5, A6")
_DRUMS = _split("20 kg, 60 l, 200 l, 1000 l")

GOODS: Mapping[str, Goods] = {
    "hardware": Goods(
        _split(
            "hex bolt, wood screw, anchor, hinge, door closer, padlock, cable gland, pipe clamp,"
            " elbow, ball valve, union nut, gasket, washer, rivet, bracket, castor, toggle latch,"
            " hose barb, drill bit, cutting disc, thread rod, spring pin, terminal block, relay"
        ),
        _split(
            "zinc plated, stainless A2, stainless A4, brass, black oxide, nylon, heavy duty,"
            " galvanised, chrome, self-locking"
        ),
        (_THREADS, _PIPES, _PACKS),
    ),
    "stationery": Goods(
        _split(
            "copier paper, ring binder, ballpoint pen, highlighter, sticky notes, envelope, folder,"
            " index tabs, stapler, paper clips, desk pad, whiteboard marker, label roll, notebook,"
            " archive box, calculator, laminating pouch, glue stick, hole punch, scissors"
        ),
        _split("recycled, premium, economy, ruled, plain, executive, school, matt, strong"),
        (_PAPER, _PACKS),
        _split("red, blue, black, green, yellow, white"),
    ),
    "materials": Goods(
        _split(
            "carbon steel coil, aluminium billet, PVC resin, copper wire, kraft liner, solvent,"
            " titanium dioxide, glass fibre, epoxy hardener, bearing, servo motor, gearbox,"
            " hydraulic hose, sensor, pallet, stretch film, rapid test kit, syringe, tablets"
        ),
        _split("grade A, grade B, technical, food grade, USP, coated, uncoated, type II, 304, 316"),
        (_DRUMS, _split("0.5 mm, 1.0 mm, 1.5 mm, 2.0 mm"), _PACKS),
        unit="EA",
    ),
    "garden": Goods(
        _split(
            "bloembollen tulp, potgrond, gieter, snoeischaar, tuinslang, plantenbak, graszaad,"
            " mest, hark, spade, kruiwagen, buxus, lavendel, hortensia, vogelhuis, tuinfakkel"
        ),
        _split("biologisch, extra, klein, groot, rustiek, terracotta, verzinkt, gemengd"),
        (_BAGS, _split("12 cm, 17 cm, 23 cm, 40 cm")),
        _split("rood, wit, paars, geel, blauw"),
        unit="stuks",
    ),
    "food-it": Goods(
        _split(
            "pasta di semola, olio extravergine, passata di pomodoro, riso carnaroli, farina,"
            " aceto balsamico, pesto, tonno, olive, mozzarella, prosciutto, caffè, grissini,"
            " biscotti, vino rosso, acqua minerale, polenta, miele, marmellata, ceci"
        ),
        _split("biologico, integrale, classico, DOP, fino, del contadino, senza glutine, premium"),
        (_BAGS, _BOTTLES),
        unit="pz",
        noun_first=True,
    ),
    "fashion-fr": Goods(
        _split(
            "chemise, pantalon, robe, jupe, veste, manteau, pull, écharpe, ceinture, bottines,"
            " baskets, sac à main, bonnet, gants, t-shirt, cardigan, blouson, short"
        ),
        _split("en lin, en coton, en laine, en cuir, rayé, uni, fleuri, oversize, slim, vintage"),
        (_CLOTHES,),
        _split("noir, blanc, rouge, bleu marine, vert, beige, gris"),
        unit="pièce",
        noun_first=True,
    ),
    "parts-pl": Goods(
        _split(
            "łożysko kulkowe, pasek klinowy, uszczelka, śruba, nakrętka, filtr oleju, pompa,"
            " zawór, sprzęgło, wał, tuleja, przekładnia, czujnik, przewód, smar, koło zębate,"
            " amortyzator, cylinder, łańcuch, tarcza"
        ),
        _split("wzmocniony, nierdzewny, gumowy, hartowany, precyzyjny, typ A, typ B, zamiennik"),
        (_THREADS, _PIPES, _split("6203, 6204, 6205, 6305, 6306")),
        unit="szt",
        noun_first=True,
    ),
    "grocer-pt": Goods(
        _split(
            "arroz, feijão, açúcar, leite, manteiga, queijo, presunto, frango, peixe, banana,"
            " maçã, laranja, batata, cebola, tomate, alface, sabão em pó, detergente, papel"
            " higiênico, café torrado, biscoito, macarrão, óleo de soja, farinha, refrigerante,"
            " suco, cerveja, água, iogurte, molho de tomate"
        ),
        _split(
            "tipo 1, integral, light, orgânico, tradicional, congelado, fatiado, da casa, extra"
        ),
        (_BAGS, _BOTTLES),
        unit="un",
        noun_first=True,
    ),
    "medical-zh": Goods(
        _split(
            "一次性注射器, 医用口罩, 检查手套, 输液器, 纱布块, 医用胶带, 酒精棉片, 血压计, 体温计,"
            " 采血管, 留置针, 绷带, 碘伏消毒液, 手术衣, 导尿管, 试剂盒, 轮椅, 雾化器"
        ),
        _split("无菌, 加厚, 成人, 儿童, 灭菌, 普通, 防水, 独立包装"),
        (_split("1ml, 2ml, 5ml, 10ml, 20ml"), _split("小号, 中号, 大号"), _PACKS),
        unit="盒",
    ),
    "coffee-de": Goods(
        _split(
            "Espressobohnen, Filterkaffee, Kakao, Tee Earl Grey, Hafermilch, Rohrzucker,"
            " Pappbecher, Deckel, Rührstäbchen, Servietten, Reinigungstabletten, Entkalker,"
            " Sirup Vanille, Sirup Karamell, Kekse, Milchpulver, Mineralwasser, Spülmittel"
        ),
        _split("Bio, Fairtrade, kräftig, mild, Hausmarke, Großpackung, entkoffeiniert, Premium"),
        (_BAGS, _BOTTLES, _PACKS),
        unit="Stk",
    ),
}


@dataclass(frozen=True, slots=True)
class Phrases:
    """What notes say. `plain` says nothing of another order."""

    plain: tuple[str, ...]
    confirming: tuple[str, ...]
    revised: tuple[str, ...]
    added: tuple[str, ...]
    replacing: tuple[str, ...]


_ENGLISH = Phrases(
    ("Leave at gate 3", "Call before delivery", "Rush please", "Fragile", "No substitutions"),
    ("Confirmation of our telephone order", "CONFIRMING - ALREADY PLACED BY PHONE",
     "written confirmation, pls do not ship twice", "Confirms verbal order of yesterday"),
    ("Changed order, please use this one", "Corrected quantities", "REVISED PO",
     "updated - replaces the previous version"),
    ("Full list incl. the extra items we forgot", "Complete list, with additions"),
    ("Replaces the order we cancelled", "re-order after cancellation", "Goods went back"),
)  # fmt: skip

PHRASES: Mapping[str, Phrases] = {
    "en": _ENGLISH,
    "nl": Phrases(
        ("Bellen voor levering", "Achterom leveren", "Spoed"),
        ("Bevestiging van onze telefonische bestelling", "Reeds telefonisch besteld"),
        ("Gewijzigde bestelling", "Aangepaste aantallen"),
        ("Volledige lijst met aanvulling",),
        ("Vervangt de geannuleerde bestelling",),
    ),
    "it": Phrases(
        ("Consegna al mattino", "Suonare al citofono", "Urgente"),
        ("Conferma ordine telefonico", "come da telefonata, ordine già inserito"),
        ("Ordine modificato", "quantità corrette, sostituisce il precedente"),
        ("Lista completa con aggiunte",),
        ("Sostituisce l'ordine annullato",),
    ),
    "fr": Phrases(
        ("Laisser chez le gardien", "Livrer après 18 h", "Emballage cadeau"),
        ("Confirmation de la commande passée par téléphone",),
        ("Commande modifiée, annule et remplace",),
        ("Liste complète avec les ajouts",),
        ("Remplace la commande annulée",),
    ),
    "pl": Phrases(
        ("Dostawa do godz. 10", "Proszę dzwonić przed dostawą", "Pilne"),
        ("Potwierdzenie zamówienia telefonicznego", "zamówione już telefonicznie"),
        ("Korekta zamówienia", "zmienione ilości"),
        ("Pełna lista z uzupełnieniem",),
        ("W miejsce anulowanego zamówienia",),
    ),
    "pt": Phrases(
        ("Entregar pela manhã", "Doca 2", "Urgente"),
        ("Confirmação do pedido por telefone", "já pedido por telefone"),
        ("Pedido alterado", "quantidades corrigidas"),
        ("Lista completa com acréscimos",),
        ("Substitui o pedido cancelado",),
    ),
    "zh": Phrases(
        ("请尽快发货", "周末不收货", "送货前请电话联系"),
        ("电话订单确认，请勿重复发货", "补下单，昨日已口头订货"),
        ("订单变更，以此为准", "数量更正"),
        ("完整清单，含新增项",),
        ("替换已取消的订单",),
    ),
    "de": Phrases(
        ("Bitte an der Rampe abladen", "Vor Lieferung anrufen", "Eilt"),
        ("Bestätigung unserer telefonischen Bestellung", "schriftlich, bitte nicht doppelt"),
        ("Geänderte Bestellung", "Mengen korrigiert, ersetzt die vorige"),
        ("Komplette Liste mit Ergänzungen",),
        ("Ersatz für stornierte Bestellung",),
    ),
}  # fmt: skip

SHORT_FORMS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (("Street", "St"), ("Road", "Rd"), ("Avenue", "Ave"), ("Lane", "Ln"), ("Drive", "Dr"),
           ("Suite", "Ste"), ("Limited", "Ltd"), ("Company", "Co"), (" and ", " & ")),
    "nl": (("straat", "str."), ("laan", "ln"), ("weg", "wg"), (" en ", " & ")),
    "it": (("Via ", "V. "), ("Piazza ", "P.za "), ("Viale ", "V.le "), ("Corso ", "C.so ")),
    "fr": (("rue", "r."), ("avenue", "av."), ("boulevard", "bd"), ("chemin", "ch."),
           ("Saint", "St")),
    "pl": (("ulica ", "ul. "), ("aleja ", "al. "), ("plac ", "pl. ")),
    "pt": (("Rua ", "R. "), ("Avenida ", "Av. "), ("Praça ", "Pça "), ("Travessa ", "Tv. ")),
    "de": (("straße", "str."), ("Straße", "Str."), ("platz", "pl."), (" und ", " & ")),
    "zh": (("有限公司", ""), ("街道", "街"), ("号", "")),
}  # fmt: skip
"""How a hurried clerk shortens addresses and names."""
