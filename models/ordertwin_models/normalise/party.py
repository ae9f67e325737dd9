"""Names of companies and people: what they are called, apart from their legal form and titles."""

from __future__ import annotations

import re
from functools import lru_cache

from ordertwin_models.normalise.text import CACHE_SIZE, HAN, fold, vocabulary, words
from ordertwin_models.normalise.values import PartyName

_FORMS_BY_CLASS = {
    "ltd": """ltd limited coltd colimited companylimited companyltd cltd pteltd pvtltd pvtlimited
        privatelimited privateltd ptyltd ptylimited pty proprietarylimited hkltd sdnbhd bhd""",
    "inc": "inc incorporated corp corporation coinc cocorp",
    "llc": "llc lc llp lp pllc",
    "plc": "plc publiclimitedcompany",
    "co": "co company cie scoop",
    "gmbh": """gmbh ggmbh mbh gesmbh gesellschaftmitbeschraenkterhaftung gmbhcokg gmbhcokgaa
        gmbhundcokg ug ughaftungsbeschraenkt haftungsbeschraenkt""",
    "ag": "ag aktiengesellschaft agcokg kgaa se",
    "kg": "kg cokg hb ohg gbr ek ekfr eingetragenerkaufmann ev eg",
    "sa": "sa sas sasu soanonyma societeanonyme sociedadanonima sadecv sapidecv sab",
    "sarl": "sarl eurl srl sl slu sprl bvba srldecv spderl lda ltda eireli",
    "spa": "spa snc",
    "bv": "bv nv vof",
    "as": "as asa ab aps oy oyj oyab hf ehf",
    "sro": "sro spzoo ooo zoo doo dooel kft zrt nyrt eood ood ad ооо оао зао пао ао тов",
    "sti": "ltdsti anonimsirketi ltdsirketi limitedsirketi",
    "kk": "kk kabushikikaisha",
    "pt": "pt tbk",
}
_LEGAL_FORMS = {form: name for name, forms in _FORMS_BY_CLASS.items() for form in forms.split()}
_LEADING_FORMS = vocabulary("ooo pt ооо оао зао пао ао тов ab")
_LONGEST_FORM = 6
_CHINESE_FORM = re.compile(
    r"(?P<form>股份有限公司|有限责任公司|集团有限公司|有限公司|总公司|集团公司|公司"
    r"|株式会社|有限会社|合同会社)$"
)
_CHINESE_FORMS = {"股份有限公司": "plc", "株式会社": "kk", "有限会社": "kk", "合同会社": "kk"}
_JAPANESE_PREFIX = re.compile(r"^(?:株式会社|有限会社|合同会社)")
_CITY_SUFFIX = re.compile(rf"^([{HAN}]{{2,3}}?)[省市](?=[{HAN}]{{2}})")

_DOTTED_LETTER = re.compile(r"(?<![^\W_])([^\W\d_])\.(?=[^\W_])")
_FILLERS = vocabulary("the and und et y e of de der die")
_ABBREVIATIONS = {
    "intl": "international",
    "int": "international",
    "mfg": "manufacturing",
    "mfrs": "manufacturers",
    "bros": "brothers",
    "gebr": "brothers",
    "dept": "department",
    "ctr": "center",
    "centre": "center",
    "cntr": "center",
    "svc": "services",
    "svcs": "services",
    "service": "services",
    "assn": "association",
    "assoc": "associates",
    "univ": "university",
    "natl": "national",
    "tech": "technology",
    "grp": "group",
    "whse": "warehouse",
    "dist": "distribution",
    "st": "saint",
    "sch": "school",
}
_TITLES = vocabulary(
    """mr mrs ms miss mx dr prof sir madam herr frau hr fr mme mlle sr sra srta senor senora dhr
    mevr attn attention att zhd zhaenden"""
)
FORMS_AND_TITLES = frozenset(_LEGAL_FORMS) | _FILLERS | _TITLES
"""Words in names that tell no two names apart."""
_CHINESE_TITLES = re.compile(r"(?:先生|女士|小姐|太太|经理|老师|总监|总经理|主任|收)$")


@lru_cache(CACHE_SIZE)
def normalise_party_name(text: str) -> PartyName:
    """Return the name without its legal form, and the class of the legal form.

    >>> normalise_party_name("ACME Trading Co., Ltd.")
    PartyName(core='acme trading', legal_form='ltd')
    >>> normalise_party_name("上海市宏达贸易有限公司")
    PartyName(core='上海宏达贸易', legal_form='ltd')
    """
    folded = fold(text).replace("(株)", "株式会社").replace("(有)", "有限会社")
    found = words(_DOTTED_LETTER.sub(r"\1", folded))
    if not found:
        return PartyName()
    if _is_chinese(found):
        return _chinese_name("".join(found))
    name, legal_form = _without_legal_form(found)
    core = " ".join(_ABBREVIATIONS.get(w, w) for w in name if w not in _FILLERS)
    return PartyName(core or " ".join(found), legal_form)


@lru_cache(CACHE_SIZE)
def normalise_person(text: str) -> str:
    """Return the words of a person's name without titles, in alphabetical order.

    >>> normalise_person("Dr. Anna Müller"), normalise_person("MUELLER, Anna")
    ('anna mueller', 'anna mueller')
    """
    found = tuple(filter(None, (_CHINESE_TITLES.sub("", word) for word in words(text))))
    return " ".join(sorted(word for word in found if word not in _TITLES))


def _is_chinese(found: tuple[str, ...]) -> bool:
    return any("\u3400" <= word[0] <= "\u9fff" for word in found)


def _chinese_name(name: str) -> PartyName:
    found = _CHINESE_FORM.search(name)
    leading = _JAPANESE_PREFIX.match(name)
    if found and found.start() > 0:
        core, form = name[: found.start()], _CHINESE_FORMS.get(found["form"], "ltd")
    elif leading and leading.end() < len(name):
        core, form = name[leading.end() :], "kk"
    else:
        core, form = name, ""
    return PartyName(_CITY_SUFFIX.sub(r"\1", core), form)


def _without_legal_form(found: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    legal_form = ""
    if len(found) > 1 and found[0] in _LEADING_FORMS:
        legal_form, found = _LEGAL_FORMS[found[0]], found[1:]
    while size := _legal_form_size(found):
        legal_form = legal_form or _LEGAL_FORMS["".join(found[-size:])]
        found = found[:-size]
    return found, legal_form


def _legal_form_size(found: tuple[str, ...]) -> int:
    """How many words at the end are a legal form; at least one word stays a name."""
    for size in range(min(_LONGEST_FORM, len(found) - 1), 0, -1):
        if "".join(found[-size:]) in _LEGAL_FORMS:
            return size
    return 0
