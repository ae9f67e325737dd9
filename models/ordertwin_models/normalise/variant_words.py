"""Words that tell variants of one product apart: colours and sizes, in nine languages."""

from __future__ import annotations

_COLOURS = {
    "red": """red rot rote roter rotes rouge rouges rojo roja rojos rojas rosso rossa rossi rosse
        vermelho vermelha rood rode czerwony czerwona czerwone 红 赤 レッド""",
    "blue": """blue blau blaue blauer blaues bleu bleue bleus bleues azul azules azuis blu blauw
        blauwe niebieski niebieska niebieskie 蓝 青 ブルー""",
    "green": """green grn gruen gruene gruener gruenes vert verte verts vertes verde verdes verdi
        groen groene zielony zielona zielone 绿 緑 グリーン""",
    "yellow": """yellow yel ylw gelb gelbe gelber gelbes jaune jaunes amarillo amarilla giallo
        gialla amarelo amarela geel gele zolty zolta zolte 黄 イエロー""",
    "white": """white wht weiss weisse weisser weisses blanc blanche blancs blanches
        blanco blanca blancos blancas bianco bianca bianchi bianche branco branca wit witte bialy
        biala biale 白 ホワイト""",
    "black": """black blk blck schwarz schwarze schwarzer schwarzes noir noire noirs noires
        negro negra negros negras nero nera neri nere preto preta pretos pretas zwart zwarte czarny
        czarna czarne 黑 黒 ブラック""",
    "grey": """grey gry gray grau graue grauer graues gris grise grises grigio grigia cinza
        cinzento grijs grijze szary szara szare 灰 グレー""",
    "brown": """brown brn braun braune brauner braunes brun brune marron marrones marrone castanho
        bruin bruine brazowy brazowa brazowe 棕 茶 ブラウン""",
    "pink": "pink pnk rosa roze rozowy rozowa rozowe 粉 ピンク",
    "purple": """purple prpl violet lila violett violette morado morada viola roxo roxa paars paarse
        fioletowy fioletowa 紫 パープル""",
    "orange": "orange orng naranja arancione laranja oranje pomaranczowy 橙 オレンジ",
    "beige": "beige 米 ベージュ",
    "gold": "gold golden goldene dorado dorada oro dourado gouden zloty zlota 金 ゴールド",
    "silver": """silver slvr silber silberne argent argente plateado plateada argento prata zilver
        zilveren srebrny srebrna 银 銀 シルバー""",
    "turquoise": "turquoise tuerkis turquesa",
    "navy": "navy nvy marineblau 紺 绀 ネイビー",
    "ivory": "ivory elfenbein ivoire marfil",
    "olive": "olive oliv oliva oliwkowy",
    "rust": "rust rost rouille",
    "camel": "camel kamel cammello",
    "bordeaux": "bordeaux burgundy weinrot borgogna burdeos bordo 酒红",
    "ecru": "ecru cremeweiss offwhite",
    "sky": "sky himmelblau celeste",
    "khaki": "khaki kaki caqui",
    "mint": "mint minze menthe menta",
    "coral": "coral koralle corail",
    "teal": "teal",
    "charcoal": "charcoal anthracite anthrazit antracite antracita 深灰",
    "taupe": "taupe",
    "copper": "copper kupfer cuivre cobre rame 铜",
    "cyan": "cyan",
    "magenta": "magenta",
    "walnut": "walnut nussbaum noyer nogal noce 胡桃",
    "oak": "oak eiche chene roble rovere 橡木",
    "transparent": "transparent clr transparente clear klar durchsichtig 透明",
}
_SIZES = {
    "s": "small klein kleine petit petite pequeno pequena piccolo piccola maly mala male",
    "m": """medium mittel mittelgross moyen moyenne mediano mediana medio media middel sredni
        srednia""",
    "l": "large gross grosse grand grande groot grote duzy duza duze",
    "aa": "aa",
    "aaa": "aaa",
}

COLOURS = {word: colour for colour, names in _COLOURS.items() for word in names.split()}
"""Colour word → its English name. A single Chinese character counts only where it stands alone."""

HAN_COLOURS = {word: colour for word, colour in COLOURS.items() if "\u3400" <= word[0] <= "\u9fff"}
"""Chinese colour → its English name, to be followed by 色."""

SIZES = {word: size for size, names in _SIZES.items() for word in names.split()}
"""Size word → letter; of batteries, the letters."""

HAN_SIZES = {
    "特大号": "xl",
    "加大码": "xl",
    "大号": "l",
    "大码": "l",
    "中号": "m",
    "中码": "m",
    "小号": "s",
    "小码": "s",
}
"""Chinese size → letter, the longest first."""
