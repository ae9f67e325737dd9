"""Customer references: the number itself, its revision, and whether it is one at all.

People type "VERBAL" or a date where a purchase-order number should be. Such values are marked as
junk instead of being thrown away. A person's name cannot be told from a project name, so it stays.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from ordertwin_models.normalise.text import CACHE_SIZE, fold, vocabulary, words
from ordertwin_models.normalise.values import Reference

UNNUMBERED = "rev"
"""What is called a revision and bears no number."""
_NUMBERED_REVISION = re.compile(
    r"[\s\-/._,(#]*"
    r"(?:(?<![a-z])(?:revision|revised|rev|amendment|amended|amend|version|change|changed|chg"
    r"|corrected|correction|corr|korrigiert|korrektur|korr|geaendert|aenderung|aend|modifiee?"
    r"|corrigee?|modificad[oa]|corregid[oa]|modificat[oa]|corrett[oa]|alterad[oa]|corrigid[oa]"
    r"|gewijzigd|wijziging)"
    r"|(?<=[\s\-/._])(?:ver|r|v)|修订版?|修改版?|变更|更正|改|第(?=\d+版))"
    r"[\s\-/._:#]*(?P<revision>\d{1,3}|[a-z])?\s*版?\)?$"
)
_SHORT_SUFFIX = re.compile(r"(?P<body>.*\d{3}(?:[-/][a-h])?)\s*[-/]\s*(?P<revision>[1-9]|[a-h])$")
_LETTER = re.compile(
    r"(?P<body>(?:.*[^a-z\d])?[a-z]{0,4}(?:\d{5,}|\d{3,}\s*[-/]\s*[1-9][\s\-/._]*|\d{5,}\s+))"
    r"(?P<revision>[a-h])$"
)
_DAY_IN_SIX = re.compile(
    r"(?<!\d)(?:\d\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])|(?:[0-2]\d|3[01])(?:0\d|1[0-2])\d\d)$"
)
_LETTERED_REVISION = re.compile(
    r"(?P<body>.*\d{4}(?:[\-/.]\d{1,3})?)(?:r|[\s\-/._]+[as])(?P<revision>[1-9])$"
)
_SUFFIXES = _LETTERED_REVISION, _SHORT_SUFFIX, _LETTER
_YEAR_AT_END = re.compile(r"(?<!\d)(?:19|20)\d\d(?:\s*[-/]\s*[1-9])?[\s\-/._]*$")
_LEADING_ZEROS = re.compile(r"^(\D*)0+(?=\d)")
_REVISION_WORD = re.compile(
    r"^(?:revision|rev|version|ver|amendment|amend|change|r|v|修订|变更)(?=\d|.$)"
)
_OF_SOMEBODY = (
    r"(?:your|yr|our|my|ihr|ihre|ihrer|unser|unsere|mein|meine|votre|notre|su|nuestro|vuestro|tu"
    r"|vostro|nostro|seu|nosso|uw|onze)"
)
_NUMBER_WORD = r"(?:number|num|nummer|numero|nro|no|nr|n|编号|单号|番号|号)"
# Bounded: a number word may belong to the order word before it or to the one behind.
_ONLY_SAYS_ORDER = re.compile(
    rf"^(?:{_OF_SOMEBODY}?{_NUMBER_WORD}?{_OF_SOMEBODY}?"
    r"(?:purchaseorder|customerorder|custpo|custorder|yourref|ourref|order|bestellung|bestell|best"
    r"|bestelling|commande|cde|pedido|ordine|zamowienie|采购订单|采购单|订单|注文|po|ref)"
    rf"{_NUMBER_WORD}?){{1,4}}(?=\d)"
)
_NUMBER_WORD_FIRST = re.compile(
    r"^(?:(?:nr|num|numero|nummer|nro)[\s.:#°]+|(?:no|n)[.:#°][\s.:#°]*)(?=[a-z]{0,5}[\s#/-]*\d)"
)
_SOMEBODYS_FIRST = re.compile(
    rf"^{_OF_SOMEBODY}\s+(?:(?:order|ref|reference|bestellung|commande|pedido|ordine)?[\s.:#]+)?"
    r"(?=(?!po\b|order|ref)[a-z]{1,5}[\s#/-]*\d)"
)
_HURRY_BEHIND = re.compile(
    r"(?<=\d)(?:\s*[(]|[\s,;-]+[(]?)"
    r"(?:(?:very )?urgent|urgente|rush|asap|priority|express|eilt|eilig|dringend|spoed|pilne"
    r"|(?:by |per )?(?:phone|telephone|telefon|e-?mail|fax)|please|pls|thanks|加急|急)[\s!.)]*$"
)
_DATE_BEHIND = re.compile(
    r"(?<=\d{3})[\s,(]+(?:dated|dtd|vom|dd\.?)\s+\d{1,2}[-/.]\d{1,2}(?:[-/.](?:\d{4}|\d\d)?)?\)?$"
)

_SPOKEN_WORDS = vocabulary(
    """verbal verbally oral phone phoned telephone telephonic telephonisch telefonisch tel telefon
    telefono muendlich per via tbc tbd tba test dummy"""
)
_EMPTY_WORDS = _SPOKEN_WORDS | vocabulary(
    """verbale telephonique call called email mail fax faxed web website online internet whatsapp
    wechat text sms walk walkin counter n na nil none null no non nan kein keine ohne sans sin tbn
    unknown unbekannt pending follow later advise tests testing sample samples stock urgent asap
    misc various as by from the order orders po ref reference number nr a to be confirmed with
    applicable available given required discussed agreed instruction instructions request requested
    conversation our your my today yesterday tomorrow idem ditto dito same usual comme d habitude
    hab habituel wie immer gehabt como siempre come sempre chef par lager lagerbestellung
    nachbestellung almacen magazzino voorraad estoque pendiente numero confirmer confirmar
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag
    freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes
    miercoles jueves viernes sabado domingo lunedi martedi mercoledi giovedi venerdi domenica"""
)
_EMPTY_HAN = re.compile(
    r"^(?:无|暂无|没有|未知|未定|待定|待补|待确认|口头|口头订单|口头下单|电话|电话订单|电话下单"
    r"|来电|微信|微信订单|邮件|传真|测试|样品|现货|同上|照旧|老样子|后补|补单|加急|订单|なし|无し|在库分?|备货|库存)+$"
)
_DATE_PATTERNS = (
    re.compile(r"(?P<y>(?:19|20)\d\d)[-/. 年]\s?(?P<m>\d{1,2})[-/. 月]\s?(?P<d>\d{1,2})日?"),
    re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)"),
    re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>(?:19|20)?\d\d)"),
    re.compile(r"(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>(?:19|20)?\d\d)"),
    re.compile(r"(?P<m>\d{1,2})月(?P<d>\d{1,2})日?"),
)
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|mai|okt|dez|maerz|enero|janvier"
    r"|january|february|march|april|june|july|august|september|october|november|december)"
)
_SPOKEN_DATE = re.compile(
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?[\s.\-]*{_MONTH}|{_MONTH}[\s.\-]*\d{{1,2}}(?:st|nd|rd|th)?)"
    r"[\s.,\-]*(?:\d{2}|\d{4})?"
)
_DATE_WORDS = re.compile(r"^(?:dated?|order(?:ed)?(?: of)?|po|vom|du|del|on)\s+")


@lru_cache(CACHE_SIZE)
def normalise_reference(text: str) -> Reference:
    """Return the core of a reference, its revision, and whether it identifies nothing.

    Blanks, punctuation, case and zeros before the number do not matter, and every way to say
    "order number" is "po". A single digit or letter after a dash counts as a revision, and so does
    a letter behind five digits, unless what is before it ends in a year or is a day. A revision of
    what has one already follows it after a dot.

    >>> normalise_reference("PO-00123.REV2")
    Reference(core='po123', revision='2', junk=False)
    >>> normalise_reference("wo 45001/a"), normalise_reference("WO-2024-7").core
    (Reference(core='wo45001', revision='a', junk=False), 'wo20247')
    >>> normalise_reference("741720-1 B"), normalise_reference("93615-1 REV.1").revision
    (Reference(core='741720', revision='1.b', junk=False), '1.1')
    >>> normalise_reference("your order 25/8783").core, normalise_reference("Nr. PO-00245").core
    ('po258783', 'po245')
    >>> normalise_reference("per phone"), normalise_reference("12.03.2024").junk
    (Reference(core='perphone', revision='', junk=True), True)
    """
    folded = _without_words_around(fold(text))
    body, revision = _split_revision(folded)
    core = "".join(words(body))
    if not core:
        return Reference(core="".join(words(folded)), junk=bool(folded))
    junk = _identifies_nothing(body, core)
    whole = _ONLY_SAYS_ORDER.sub("po", core)
    return Reference(without_zeros(whole), revision, junk, whole)


def without_zeros(core: str) -> str:
    """A reference without the zeros that fill its number up.

    >>> without_zeros("po00562"), without_zeros("0562"), without_zeros("po2024007")
    ('po562', '562', 'po2024007')
    """
    return _LEADING_ZEROS.sub(r"\1", core)


def _without_words_around(folded: str) -> str:
    """A number without what only introduces it, says how it hurries, or when it was written.

    >>> _without_words_around("nr. po-00245"), _without_words_around("25/8783 (urgent)")
    ('po-00245', '25/8783')
    >>> _without_words_around("po-00245 dated 12/3"), _without_words_around("our ref wo-4711")
    ('po-00245', 'wo-4711')
    """
    if folded.isdecimal() or not (" " in folded or "." in folded or "(" in folded):
        return folded
    bare = _SOMEBODYS_FIRST.sub("", _NUMBER_WORD_FIRST.sub("", folded))
    return _HURRY_BEHIND.sub("", _DATE_BEHIND.sub("", bare))


def normalise_revision(text: str) -> str:
    """Return the bare number or letter of a revision; revision 0 is the original, hence none.

    >>> normalise_revision("Rev. 02"), normalise_revision("A"), normalise_revision("0")
    ('2', 'a', '')
    """
    return _REVISION_WORD.sub("", "".join(words(text))).lstrip("0")


def _may_be_a_day(body: str) -> bool:
    return _is_date(_DATE_WORDS.sub("", body)) or _DAY_IN_SIX.search(body) is not None


def chained(*revisions: str) -> str:
    """Revisions of each other, the first one first.

    >>> chained("a", "1"), chained("", "1")
    ('a.1', '1')
    """
    return ".".join(filter(None, revisions))


def _split_revision(folded: str) -> tuple[str, str]:
    found = _NUMBERED_REVISION.search(folded)
    if found and found.start() > 0 and any(map(str.isdigit, folded[: found.start()])):
        body, revision = _without_suffix(folded[: found.start()])
        return body, chained(revision, normalise_revision(found["revision"] or UNNUMBERED))
    return _without_suffix(folded)


def _without_suffix(folded: str) -> tuple[str, str]:
    for pattern in _SUFFIXES:
        found = pattern.fullmatch(folded)
        if not found or _YEAR_AT_END.search(found["body"]):
            continue
        body, revision = _without_suffix(found["body"].rstrip(" -/._"))
        if pattern is not _LETTER or not _may_be_a_day(body):
            return body, chained(revision, found["revision"])
    return folded, ""


def _identifies_nothing(body: str, core: str) -> bool:
    if len(core) < 2 or len(set(core)) == 1:
        return True
    digits = sum(map(str.isdigit, core))
    spoken = words(body)
    if digits <= 3 and not _SPOKEN_WORDS.isdisjoint(spoken):
        return True
    if not digits:
        return _EMPTY_HAN.match(core) is not None or _EMPTY_WORDS.issuperset(spoken)
    return _is_date(_DATE_WORDS.sub("", body))


def _is_date(text: str) -> bool:
    if _SPOKEN_DATE.fullmatch(text):
        return True
    return any(
        _is_real(found.groupdict())
        for found in (p.fullmatch(text) for p in _DATE_PATTERNS)
        if found
    )


def _is_real(parts: dict[str, str]) -> bool:
    year = int(parts.get("y", "2000"))
    try:
        date(year + 2000 if year < 100 else year, int(parts["m"]), int(parts["d"]))
    except ValueError:
        return False
    return True
