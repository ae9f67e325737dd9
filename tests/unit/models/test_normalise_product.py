"""Products: the words of a name, and what tells variants apart."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertwin_models.normalise.dimensions import _RULES
from ordertwin_models.normalise.product import normalise_gtin, product_text
from ordertwin_models.normalise.text import vocabulary
from ordertwin_models.normalise.units import Unit, parse_unit


@pytest.mark.parametrize(
    ("name", "tokens", "dimensions"),
    [
        ("WHITE HANGING HEART T-LIGHT HOLDER", "hanging heart tlight holder", "white"),
        ("PACK OF 72 RETROSPOT CAKE CASES", "retrospot cake case", "72pk"),
        ("SET/2 RED RETROSPOT TEA TOWELS ", "retrospot tea towel", "2pk red"),
        ("S/3 PINK SQUARE PLANTERS ROSES", "square planter rose", "3pk pink"),
        ("POLYESTER FILLER PAD 60x40cm", "polyester filler pad", "600x400mm"),
        ("POLYESTER FILLER PAD 30CMx30CM", "polyester filler pad", "300x300mm"),
        ("PURPLE GEMSTONE NECKLACE 45CM", "gemstone necklace", "450mm purple"),
        ("NUMBER TILE VINTAGE FONT 8", "number tile vintage font", "8"),
        ("6PC WOOD PLATE SET DISPOSABLE", "wood plate set disposable", "6pk"),
        ("3D SHEET OF DOG STICKERS", "3d sheet dog sticker", ""),
        ("24 - 12 oz bottles", "bottle", "12oz 24pk"),
        ("12 - 550 ml bottles", "bottle", "12pk 550ml"),
        ("10 boxes x 20 bags", "", "10pk 20pk"),
        ("Sport-100 Helmet, Red", "sport helmet", "100 red"),
        ("Mountain Bike Socks, M", "mountain bike sock", "m"),
        ("Hex bolt M8 x 40 mm", "hex bolt", "m8x40"),
        ("A4 paper, 500 sheets", "paper sheet", "500 a4"),
        ("T-Shirt XL rot Gr. 42", "tshirt", "red size42 xl"),
        ('Monitor 27" 144 Hz', "monitor", "144hz 27in"),
        ('Pipe 1/2" x 3/4"', "pipe", "0.5x0.75in"),
        ("PVC sewer pipe KG DN200 SN4 5 m", "pvc sewer pipe kg sn", "200mm 4 5000mm"),
        ("Steel S355J2 HEB 200", "steel s j heb", "2 200 355"),
        ("Ball bearing 6204-2RS", "ball bearing rs", "2 6204"),
        ("CEM II/B 42,5 R 25 kg", "cem b r", "2 25000g 42.5"),
        ("Earth wire H07V-K 6 mm² green", "earth wire h k", "6mm2 7v green"),
        ("Item AB471100", "item ab471100", ""),
        ("Heavy b0lt", "heavy b0lt", ""),
    ],
)
def test_a_name_is_words_and_dimensions(name: str, tokens: str, dimensions: str) -> None:
    found = product_text(name, "")
    assert (" ".join(found.tokens), " ".join(found.dimensions)) == (tokens, dimensions)


@pytest.mark.parametrize(
    "spellings",
    [
        ("M8x40", "M8 X 40", "m8×40", "M8*40 mm"),
        ("0.5 l", "0,5l", "500 ml", "50 cl", "500毫升"),
        ("1 kg", "1000 g", "1,000 g", "1公斤"),
        ("pack of 12", "12-pack", "12 pcs", "12个装", "Packung/12", "12er Pack", "Pack/12"),
        ("box of 25", "25/case", "25/CS", "25 pcs/ctn", "25er", "25's", "x25", "c/25"),
        ("10 reams/ctn", "10/ctn", "box of 10"),
        ("8 1/2 x 11", "8.5x11", "8-1/2 x 11"),
        ("20 lb paper", "20# paper", "paper 20 #"),
        ("bag 12 lb", "bag 12#", "12# bag", "12# grocery bags"),
        ("65 lb card stock", "65# card stock", "card stock 65#"),
        ("white", "wht"),
        ("black", "BLK"),
        ("yellow", "yel"),
        ("grey", "gry"),
        ("size S", "S码", "S"),
        ("size L", "L码"),
        ("XL", "XL码"),
        (
            "red",
            "Rot",
            "rouge",
            "rojo",
            "红色",
            "红",
            "rosso",
            "vermelho",
            "rood",
            "czerwony",
            "赤",
        ),
        ("black", "nero", "preto", "zwarte", "czarna", "黒"),
        ("white", "bianche", "branco", "wit", "białe", "白"),
        ("blue", "azuis", "blu", "blauw", "niebieski", "青"),
        ("silver", "argento", "prata", "zilver", "srebrny", "銀"),
        ("small", "piccolo", "mały"),
        ("medium", "médio", "sredni"),
        ("grey", "gray", "grau", "灰色"),
        ("60x40cm", "600 x 400 mm", "60cm x 40cm", "60×40厘米"),
        ("XXL", "2XL"),
        ("large", "gross", "大号"),
        ("DIN A4", "a4"),
        ("DN200", "DN 200", "200 mm", "20 cm", "Ø200", "⌀ 200 mm", "NW 200"),
        ("PN16", "PN 16", "pn-16"),
        ("6204-2RS", "6204 2 RS"),
        ("NYM-J 3G1,5", "NYM-J 3x1,5 mm²", "NYM-J 3 x 1.5"),
        ("16 mm²", "16mm2", "16 qmm"),
        ("class III", "class 3", "Klasse III"),
    ],
)
def test_the_same_variant_is_the_same_in_any_spelling(spellings: tuple[str, ...]) -> None:
    assert len({product_text("Ding", spelling).dimensions for spelling in spellings}) == 1
    assert product_text("Ding", spellings[0]).dimensions


@pytest.mark.parametrize(
    ("one", "other"),
    [("M8x40", "M8x50"), ("red mug", "blue mug"), ("500 ml", "1 l"), ("S", "M"),
     ("font 1", "font 2"), ("12 pencils", "36 pencils"), ("红色", "蓝色"),
     ("set of 6", "set of 4"), ("DN200", "DN160"), ("SN4", "SN8"), ("Q257A", "Q335A"),
     ("CEM II", "CEM III"), ("CEM I", "CEM II"), ("class V", "class X"), ("PN16", "PN10"),
     ("IP65", "IP44"), ("6204-2RS", "6205-2RS"), ("S235JR", "S355JR"), ("RAL 9016", "RAL9010"),
     ("AA", "AAA"), ("S码", "M码"), ("S blue", "M blue"), ("25/case", "50/case"),
     ("3G1.5", "5G1.5"), ("1,5mm²", "2,5mm²"), ("160 mm", "DN200")],
)  # fmt: skip
def test_variants_share_their_words_and_differ_in_dimensions(one: str, other: str) -> None:
    first, second = product_text("thing " + one, ""), product_text("thing " + other, "")
    assert first.tokens == second.tokens
    assert first.dimensions != second.dimensions


@pytest.mark.parametrize(
    "spellings",
    [
        ("Wood screw 8# brass", "Wood screw #8 brass", "Wood screw 8 brass"),
        ("2# pencil", "No. 2 pencil", "#2 pencil", "pencil 2#"),
        ("10# 槽钢", "10号槽钢", "10#槽钢"),
        ("45# 圆钢", "45号圆钢", "45＃圆钢"),
        ("Wood screw 8#, bag", "Wood screw #8, bag"),
        ("Wood screw 8# bag of 50", "Wood screw #8 bag of 50"),
        ("abrasive paper 80#", "abrasive paper #80"),
        ("paper clips 2#", "paper clips #2"),
        ("电池 5#", "电池 #5"),
    ],
)
def test_a_number_sign_behind_a_number_means_pounds_of_paper_only(
    spellings: tuple[str, ...],
) -> None:
    assert len({product_text(name, "").dimensions for name in spellings}) == 1


@pytest.mark.parametrize("name", ["80's disco lamp", "Lamp 80's style", "Filter 3er BMW",
                                  "3er BMW Filter", "Wheel c/2", "50's rock CD"])  # fmt: skip
def test_decades_models_and_grades_are_no_packs(name: str) -> None:
    assert product_text(name, "").pack is None
    assert product_text(name, "red").pack is None


@pytest.mark.parametrize("name", ["Plasters 24's", "Plasters 24er, blue", "Plasters 24's, white",
                                  "Plasters 24er Pack blue", "Plasters (24's)", "Plasters c/24",
                                  "Plasters x24"])  # fmt: skip
def test_a_short_count_at_the_end_of_a_name_is_a_pack(name: str) -> None:
    assert product_text(name, "").pack == 24
    assert product_text(name, "sterile").pack == 24


def test_a_number_sign_before_chinese_is_the_word_for_number() -> None:
    assert product_text("10# 槽钢", "") == product_text("10号槽钢", "")


def test_chinese_words_are_pairs_of_characters() -> None:
    found = product_text("不锈钢螺栓 M8*50", "红色 12个装")
    assert found.tokens == ("不锈", "锈钢", "钢螺", "螺栓")
    assert found.dimensions == ("12pk", "m8x50", "red")


def test_specification_and_name_are_read_together_without_repeats() -> None:
    assert product_text("Red mug", "mug, red, 0.3 l") == product_text("Mug red 0,3 l", "")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("4006381333931", "04006381333931"),
        ("4 006381-333931", "04006381333931"),
        ("04006381333931", "04006381333931"),
        ("036000291452", "00036000291452"),
        ("96385074", "00000096385074"),
        ("4006381333932", ""),
        ("12345", ""),
        ("0000000000000", ""),
        ("n/a", ""),
        ("", ""),
    ],
)
def test_a_gtin_counts_only_with_a_right_check_digit(written: str, expected: str) -> None:
    assert normalise_gtin(written) == expected


@pytest.mark.parametrize(
    ("written", "base", "factor"),
    [
        ("pcs", "pcs", 1), ("Stück", "pcs", 1), ("EA", "pcs", 1), ("C62", "pcs", 1),
        ("个", "pcs", 1),
        ("dz", "pcs", 12), ("Dutzend", "pcs", 12), ("gross", "pcs", 144), ("pair", "pcs", 1),
        ("box of 12", "pcs", 12), ("12-pack", "pcs", 12), ("BOX/12", "pcs", 12),
        ("ctn (24)", "pcs", 24), ("12 pcs/box", "pcs", 12), ("12个/箱", "pcs", 12),
        ("1x12", "pcs", 12), ("12 per case", "pcs", 12),
        ("KGM", "g", 1000), ("lb", "g", 453.59237), ("10 kg bag", "g", 10_000), ("吨", "g", 1e6),
        ("LTR", "ml", 1000), ("m", "mm", 1000), ("英尺", "", 1), ("hour", "", 1), ("", "", 1),
        ("box of 0", "", 1), ("x0", "", 1),
        ("12er", "pcs", 12), ("24's", "pcs", 24), ("x12", "pcs", 12), ("c/12", "pcs", 12),
        ("PER 100", "", 1), ("per 1000", "", 1), ("/100", "", 1), ("/ 100", "", 1),
        ("100 ST", "pcs", 100), ("24s", "pcs", 24),
        ("KPC", "pcs", 1000), ("千只", "pcs", 1000), ("对", "pcs", 1), ("5 kg", "g", 5000),
        ("Ktn. 24", "pcs", 24),
    ],
)  # fmt: skip
def test_a_unit_is_so_many_of_a_base_unit(written: str, base: str, factor: float) -> None:
    assert parse_unit(written) == Unit(base, factor)


@pytest.mark.parametrize("package", [
    "box", "Karton", "CT", "箱", "case", "pack", "Ktn.", "Geb.", "PAK", "KAR", "RO", "cx", "cj",
    "fardo", "lata", "blister", "colis", "套", "一箱",
])  # fmt: skip
def test_a_package_of_unstated_content_says_so(package: str) -> None:
    assert parse_unit(package) == Unit("", 1.0, package=True)


@given(st.text(max_size=80), st.text(max_size=40))
def test_any_text_can_be_a_product_or_a_unit(name: str, specification: str) -> None:
    found = product_text(name, specification)
    assert list(found.dimensions) == sorted(set(found.dimensions))
    assert len(found.tokens) == len(set(found.tokens))
    assert parse_unit(name).factor > 0


@given(st.text("0123456789.,/x×*-\"' mMcklgopsSetz", max_size=60))
def test_any_heap_of_numbers_and_units_can_be_read(text: str) -> None:
    product_text(text, text)
    assert parse_unit(text).factor > 0


def test_long_runs_of_digits_do_not_take_long_or_overflow() -> None:
    assert product_text("9" * 5000 + " ml", "x".join(["1"] * 500)).tokens is not None


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("Ribbon 25mmred", "Ribbon 25 mm red"),
        ("Acryl 500mlblau", "Acryl 500 ml blau"),
        ("Garn 2,5 mmnero", "Garn 2,5 mm nero"),
    ],
)
def test_a_colour_glued_to_a_measure_is_seen(glued: str, apart: str) -> None:
    found = product_text(glued, "")
    assert found.dimensions == product_text(apart, "").dimensions
    assert len(found.dimensions) == 2


def test_a_word_that_only_begins_like_a_colour_is_no_colour() -> None:
    assert product_text("Cable 25 mm redundant", "").dimensions == ("25mm",)


def test_a_rule_finds_nothing_in_a_text_without_its_signs() -> None:
    rng = random.Random(5)
    pieces = sorted(
        vocabulary(
            """m8 x 40 12-500 ml 3x0,5l size 42 sz. 7 gr 38 groesse taille talla xl 41码 红色 大号
            小码 0.75 a4 b5 set of 6 100 pcs 25/case 12/cs x12 c/6 ; m s - . : mm kg
            pk/6 gross × * \" '' 4'' dn dn50 o20"""
        )
    )
    found = set()
    for _ in range(3000):
        text = rng.choice(("", " ")).join(rng.choices(pieces, k=rng.randint(1, 6)))
        for signs, pattern, read in _RULES:
            if pattern.search(text):
                found.add(pattern)
                assert any(sign in text for sign in signs), (pattern, text, read)
    assert len(found) == len(_RULES)


@pytest.mark.parametrize("mark", ['"', "''", "′′", "”"])
def test_every_inch_mark_is_one(mark: str) -> None:
    assert product_text(f"Pipe 4{mark}", "").dimensions == ("4in",)


@pytest.mark.parametrize("times", ["x", "×", "*", "✕"])
def test_every_sign_of_multiplication_is_one(times: str) -> None:
    assert product_text(f"Bolt M8 {times} 40", "").dimensions == ("m8x40",)


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("变频器1.5kW380V", "变频器 [1.5kW 380V]"),
        ("变频器【1.5kW380V】", "变频器 1.5 kW, 380 V"),
        ("变频器（1.5kW／380V）", "变频器 1.5kW 380V"),
        ("变频器1.5kW380V50Hz", "变频器 50Hz 380V 1.5kW"),
        ("电池12V7Ah黑色", "电池 12V 7Ah 黑色"),
        ("不锈钢球阀DN25PN16", "不锈钢球阀 DN25 PN16"),
        ("ポンプ1.5kW200V", "ポンプ 1.5 kW 200 V"),
        ("모터1.5kW380V", "모터 1.5kW 380V"),
        ("断路器16A2P", "断路器 16A 2P"),
        ("Akku 18V5Ah", "Akku 18 V 5 Ah"),
        ("USB-Stick 64GB3.0", "USB-Stick 64 GB 3.0"),
        ("Motor 0,75kW400V", "Motor 0.75 kW 400 V"),
    ],
)
def test_measures_and_scripts_glued_together_are_read_apart(glued: str, apart: str) -> None:
    assert product_text(glued, "") == product_text(apart, "")


@pytest.mark.parametrize("square", ["6mm2", "6 mm²", "6平方毫米"])
def test_a_square_measure_is_not_cut_as_if_glued(square: str) -> None:
    assert product_text(f"Ader {square}", "").dimensions == ("6mm2",)
