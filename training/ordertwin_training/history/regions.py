"""What differs from country to country: language, money, telephone numbers, addresses, law forms.

Plain data and the functions that read it; nothing here draws customers or orders.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A country as far as an order shows it.

    `places` are (postal code or its start, administrative area, locality, sublocality, telephone
    area code); an empty tuple leaves places to Faker. `street` is a template of `{street}`,
    `{number}`. `digits` is the length of a telephone number without country code and trunk.
    """

    code: str
    locale: str
    language: str
    currency: str
    calling_code: str
    trunk: str
    digits: int
    area_codes: tuple[str, ...]
    street: str
    legal_forms: tuple[str, ...]
    tax_prefix: str
    hours_from_utc: int
    places: tuple[tuple[str, str, str, str, str], ...] = ()


_EN_FORMS = ("Ltd", "Limited", "PLC", "LLP", "& Co. Ltd", "Group Ltd", "")
_US_FORMS = ("Inc.", "LLC", "Corp.", "Co.", "Incorporated", "L.P.", "")
_DE_FORMS = ("GmbH", "GmbH & Co. KG", "AG", "e.K.", "KG", "OHG", "UG (haftungsbeschränkt)", "")
_FR_FORMS = ("SARL", "S.A.", "SAS", "S.A.S.", "EURL", "et Fils", "")
_ES_FORMS = ("S.L.", "S.A.", "SL", "S.L.U.", "Hermanos S.L.", "")
_IT_FORMS = ("S.r.l.", "S.p.A.", "SRL", "s.n.c.", "S.a.s.", "")
_CN_FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "商行", "经营部")
_JP_FORMS = ("株式会社", "有限会社", "合同会社")

# ruff: noqa: E501 (East Asian characters count double)
_CN_PLACES = (
    ("518000", "广东省", "深圳市", "南山区", "755"), ("518100", "广东省", "深圳市", "宝安区", "755"),
    ("510000", "广东省", "广州市", "天河区", "20"), ("528400", "广东省", "中山市", "石岐区", "760"),
    ("200120", "上海市", "上海市", "浦东新区", "21"), ("201100", "上海市", "上海市", "闵行区", "21"),
    ("100080", "北京市", "北京市", "海淀区", "10"), ("100020", "北京市", "北京市", "朝阳区", "10"),
    ("310000", "浙江省", "杭州市", "西湖区", "571"), ("315000", "浙江省", "宁波市", "鄞州区", "574"),
    ("215000", "江苏省", "苏州市", "吴中区", "512"), ("214000", "江苏省", "无锡市", "滨湖区", "510"),
    ("430000", "湖北省", "武汉市", "洪山区", "27"), ("610000", "四川省", "成都市", "武侯区", "28"),
    ("266000", "山东省", "青岛市", "市南区", "532"), ("710000", "陕西省", "西安市", "雁塔区", "29"),
)  # fmt: skip
_JP_PLACES = (
    ("100-00", "東京都", "千代田区", "丸の内", "3"), ("150-00", "東京都", "渋谷区", "道玄坂", "3"),
    ("530-00", "大阪府", "大阪市", "北区梅田", "6"), ("460-00", "愛知県", "名古屋市", "中区栄", "52"),
    ("220-00", "神奈川県", "横浜市", "西区北幸", "45"), ("812-00", "福岡県", "福岡市", "博多区", "92"),
    ("060-00", "北海道", "札幌市", "中央区", "11"), ("980-00", "宮城県", "仙台市", "青葉区", "22"),
)  # fmt: skip


def _region(
    code: str, locale: str, currency: str, phone: str, street: str, forms: tuple[str, ...],
    tax_prefix: str, hours: int, places: tuple[tuple[str, str, str, str, str], ...] = (),
) -> Region:  # fmt: skip
    calling_code, trunk, digits, areas = phone.split("|")
    return Region(
        code, locale, locale[:2], currency, calling_code, trunk, int(digits),
        tuple(areas.split()), street, forms, tax_prefix, hours, places,
    )  # fmt: skip


_NUMBER_FIRST, _NUMBER_LAST = "{number} {street}", "{street} {number}"
_GB_PHONE = "44|0|10|20 121 161 113 131 1865 1223 117"
REGIONS = {
    region.code: region
    for region in (
        _region("GB", "en_GB", "GBP", _GB_PHONE, _NUMBER_FIRST, _EN_FORMS, "GB", 0),
        _region("IE", "en_IE", "EUR", "353|0|9|1 21 61", _NUMBER_FIRST, _EN_FORMS, "IE", 0),
        _region("US", "en_US", "USD", "1||10|212 312 415 617 206 713", _NUMBER_FIRST, _US_FORMS,
                "", -5),
        _region("CA", "en_CA", "CAD", "1||10|416 604 514", _NUMBER_FIRST, _US_FORMS, "", -5),
        _region("AU", "en_AU", "AUD", "61|0|9|2 3 7", _NUMBER_FIRST, ("Pty Ltd", "Ltd", ""),
                "", 10),
        _region("SG", "en_GB", "SGD", "65||8|6", _NUMBER_FIRST, ("Pte Ltd", "Pte. Ltd."), "", 8),
        _region("HK", "en_GB", "HKD", "852||8|2 3", _NUMBER_FIRST, ("Ltd", "Limited"), "", 8),
        _region("DE", "de_DE", "EUR", "49|0|10|30 40 89 69 221 711", _NUMBER_LAST, _DE_FORMS,
                "DE", 1),
        _region("AT", "de_AT", "EUR", "43|0|10|1 316 512", _NUMBER_LAST, _DE_FORMS, "ATU", 1),
        _region("CH", "de_CH", "CHF", "41|0|9|44 31 61", _NUMBER_LAST, ("AG", "GmbH", "SA"),
                "CHE", 1),
        _region("FR", "fr_FR", "EUR", "33|0|9|1 2 3 4 5", "{number}, {street}", _FR_FORMS, "FR", 1),
        _region("BE", "fr_BE", "EUR", "32|0|8|2 3 9", _NUMBER_LAST, ("SPRL", "SA", "NV", "BV"),
                "BE", 1),
        _region("ES", "es_ES", "EUR", "34||9|91 93 96 95", "{street}, {number}", _ES_FORMS, "ES",
                1),
        _region("IT", "it_IT", "EUR", "39||10|02 06 011 051", "{street}, {number}", _IT_FORMS,
                "IT", 1),
        _region("NL", "nl_NL", "EUR", "31|0|9|20 10 30 70", _NUMBER_LAST,
                ("B.V.", "BV", "N.V.", "V.O.F.", ""), "NL", 1),
        _region("PT", "pt_PT", "EUR", "351||9|21 22", "{street}, {number}", ("Lda", "S.A.", ""),
                "PT", 0),
        _region("BR", "pt_BR", "BRL", "55|0|10|11 21 31 41", "{street}, {number}",
                ("Ltda", "Ltda.", "S.A.", "ME", "EIRELI"), "", -3),
        _region("PL", "pl_PL", "PLN", "48||9|22 12 61", _NUMBER_LAST,
                ("Sp. z o.o.", "S.A.", "sp.j."), "PL", 1),
        _region("SE", "sv_SE", "SEK", "46|0|9|8 31 40", _NUMBER_LAST, ("AB", "HB", ""), "SE", 1),
        _region("DK", "da_DK", "DKK", "45||8|3 7 8", _NUMBER_LAST, ("ApS", "A/S"), "DK", 1),
        _region("NO", "no_NO", "NOK", "47||8|2 5", _NUMBER_LAST, ("AS", "ASA"), "NO", 1),
        _region("FI", "fi_FI", "EUR", "358|0|8|9 3", _NUMBER_LAST, ("Oy", "Oyj"), "FI", 2),
        _region("GR", "el_GR", "EUR", "30||10|21 231", _NUMBER_LAST, ("A.E.", "ΕΠΕ"), "EL", 2),
        _region("CY", "el_GR", "EUR", "357||8|22 25", _NUMBER_LAST, ("Ltd",), "CY", 2),
        _region("IL", "en_GB", "ILS", "972|0|8|3 2", _NUMBER_FIRST, ("Ltd", "Ltd."), "", 2),
        _region("CN", "zh_CN", "CNY", "86|0|10|10 21", "{street}{number}号", _CN_FORMS, "91", 8,
                _CN_PLACES),
        _region("JP", "ja_JP", "JPY", "81|0|9|3 6 52 45 92", "{street}{number}", _JP_FORMS, "T", 9,
                _JP_PLACES),
    )
}  # fmt: skip
"""Every country the generator knows, by ISO code."""


def region(code: str) -> Region:
    """The region, or Great Britain when the code is unknown.

    >>> region("DE").currency, region("").code
    ('EUR', 'GB')
    """
    return REGIONS.get(code, REGIONS["GB"])
