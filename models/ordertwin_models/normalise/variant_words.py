"""Words that tell variants of one product apart: colours and sizes, in five languages."""

from __future__ import annotations

_COLOURS = {
    "red": "red rot rote roter rotes rouge rouges rojo roja rojos rojas 红",
    "blue": "blue blau blaue blauer blaues bleu bleue bleus bleues azul azules 蓝",
    "green": "green gruen gruene gruener gruenes vert verte verts vertes verde verdes 绿",
    "yellow": "yellow gelb gelbe gelber gelbes jaune jaunes amarillo amarilla 黄",
    "white": """white weiss weisse weisser weisses blanc blanche blancs blanches
        blanco blanca blancos blancas 白""",
    "black": """black schwarz schwarze schwarzer schwarzes noir noire noirs noires
        negro negra negros negras 黑""",
    "grey": "grey gray grau graue grauer graues gris grise grises 灰",
    "brown": "brown braun braune brauner braunes brun brune marron marrones 棕",
    "pink": "pink rosa 粉",
    "purple": "purple violet lila violett violette morado morada 紫",
    "orange": "orange naranja 橙",
    "beige": "beige 米",
    "gold": "gold golden goldene dorado dorada 金",
    "silver": "silver silber silberne argent argente plateado plateada 银",
    "turquoise": "turquoise tuerkis turquesa",
    "navy": "navy marineblau",
    "ivory": "ivory elfenbein ivoire marfil",
    "transparent": "transparent transparente clear klar durchsichtig 透明",
}
_SIZES = {
    "s": "small klein kleine petit petite pequeno pequena",
    "m": "medium mittel mittelgross moyen moyenne mediano mediana",
    "l": "large gross grosse grand grande",
}

COLOURS = {word: colour for colour, names in _COLOURS.items() for word in names.split()}
"""Colour word → its English name. A single Chinese character counts only where it stands alone."""

HAN_COLOURS = {word: colour for word, colour in COLOURS.items() if "\u3400" <= word[0] <= "\u9fff"}
"""Chinese colour → its English name, to be followed by 色."""

SIZES = {word: size for size, names in _SIZES.items() for word in names.split()}
"""Size word → letter."""

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
