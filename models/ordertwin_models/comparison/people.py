"""How alike two names of a contact person are, where people are seldom called by their full name.

The buyer whom the shop knows as Kimberley Lloyd is K. Lloyd on paper and Ms Lloyd on the telephone;
侯凤兰 is 侯工 or 老侯 to those who know her. Such a name may be hers, and is no other person's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import nan
from typing import NamedTuple

from ordertwin_models.comparison.text import name_similarities
from ordertwin_models.normalise.text import CACHE_SIZE, HAN, vocabulary

MAY_BE_THE_SAME = 0.9
"""Similarity of a shorter name that fits: less than that of equal names."""

_TITLES = vocabulary(
    """mr mrs ms miss mx dr prof sir madam herr frau frl hr fr mag dipl ing med phil jur rer nat
    mme mlle madame mademoiselle monsieur sr sra srta senor senora senorita don dona dra profa lic
    sig ra signor signora signore signorina dott ssa dottore dottoressa arch avv geom rag dhr mevr
    mevrouw mw heer drs ir pan pani panna mgr inz eng enga engo jr attn attention att"""
)
_INITIAL_OR_TITLE = "m"
"""Monsieur, or somebody whose name begins with M."""
_PARTICLES = vocabulary(
    "van von der den de del della di da do dos das du la le el ten ter zu zur zum al bin af av"
)
_SHORT_FORMS = """
robert bob rob bobby bert | william bill will billy liam | richard rick dick richie
| james jim jimmy jamie | john johnny jack jon | jonathan jon | michael mike mick mickey
| thomas tom tommy | charles charlie chuck | edward ed eddie ted ned | theodore ted theo
| david dave | daniel dan danny | joseph joe joey | stephen steve | steven steve
| anthony tony | andrew andy drew | matthew matt | christopher chris | christine chris
| christina chris tina | nicholas nick | gregory greg | kenneth ken kenny | ronald ron
| donald don | timothy tim | samuel sam | samantha sam | benjamin ben | alexander alex sandy
| alexandra alex sandra | frederick fred freddie | lawrence larry | henry harry hank
| patrick pat paddy | patricia pat patty tricia | elizabeth liz beth betty lisa eliza
| margaret maggie meg peggy | katherine kate kathy katie | catherine kate cathy cath
| jennifer jen jenny | susan sue susie | deborah debbie deb | barbara barb | rebecca becky
| victoria vicky | jacqueline jackie | philip phil | phillip phil | peter pete | gerald gerry jerry
| raymond ray | vincent vince | francis frank | franklin frank | leonard len lenny | walter walt
| albert bert | josephine josie jo | joanna jo | judith judy | pamela pam
| cynthia cindy | kimberly kim | kimberley kim"""


def _names_in_full() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for full, *short in map(str.split, _SHORT_FORMS.split("|")):
        for name in (full, *short):
            found[name] = found.get(name, frozenset()) | {full}
    return found


_CALLED = _names_in_full()
"""What those are called in full who are called so; a full name stands for itself."""

_HAN_NAME = re.compile(f"[{HAN}]+")
_HAN_PREFIXES = ("老", "小", "阿")
_HAN_TITLE = re.compile(
    r"(?<=.)(?:副?总经理|副?经理|总工|总监|先生|女士|小姐|太太|同志|老师|主任|师傅|老板|处长|科长|部长"
    r"|厂长|店长|队长|局长|院长|校长|所长|主管|助理|会计|采购|工|总|董|姐|哥|嫂|叔|生)$"
)
_TITLE_OR_NAME = "生"
"""Mr behind a surname, and the end of many a name."""
_COMPOUND_SURNAMES = vocabulary(
    """欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 宇文 长孙 南宫 端木 百里 呼延
    申屠 太史 澹台 轩辕 钟离 濮阳 淳于 独孤"""
)
_LONGEST_HAN_NAME = 4


def contact_similarities(mine: str, theirs: list[str]) -> list[float]:
    """Similarity 0 to 1 of contact persons' names, as they are kept: words in alphabetical order.

    NaN for a name alone and another name with its initial, which say nothing about each other.

    >>> contact_similarities("kimberley lloyd", ["k lloyd", "lloyd", "kimberley lloyd"])
    [0.9, 0.9, 1.0]
    >>> [alike < 0.7 for alike in contact_similarities("kimberley lloyd", ["hans meier"])]
    [True]
    >>> contact_similarities("bob", ["robert smith", "b smith"])
    [0.9, nan]
    >>> contact_similarities("侯凤兰", ["侯工", "老侯", "凤兰"])
    [0.9, 0.9, 0.9]
    """
    if theirs == [mine]:
        return [1.0]
    return [
        alike
        if alike >= MAY_BE_THE_SAME
        else MAY_BE_THE_SAME
        if may_be_the_same(mine, other)
        else nan
        if _cannot_be_told(mine, other)
        else alike
        for alike, other in zip(name_similarities(mine, theirs), theirs, strict=True)
    ]


@lru_cache(CACHE_SIZE)
def may_be_the_same(one: str, other: str) -> bool:
    """Whether one of two different names is the other with something left out or a title more.

    >>> may_be_the_same("j smith", "john robert smith"), may_be_the_same("j smith", "k smith")
    (True, False)
    >>> may_be_the_same("bill smith", "smith william"), may_be_the_same("bill smith", "jim smith")
    (True, False)
    >>> may_be_the_same("rossi sig", "mario rossi"), may_be_the_same("dupont m", "dupont jean")
    (True, True)
    >>> may_be_the_same("欧阳总", "欧阳锋"), may_be_the_same("欧工", "欧阳锋")
    (True, False)
    """
    if _HAN_NAME.match(one):
        return bool(_HAN_NAME.match(other)) and _may_be_the_same_in_chinese(one, other)
    words, other_words = _words(one), _words(other)
    words = _as_called(words, other_words)
    if words.isdisjoint(other_words):
        return False
    return _is_part(words, other_words) or _is_part(other_words, words)


def _as_called(words: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """The words of a name, and those of the other's in place of what short forms make of them."""
    if _CALLED.keys().isdisjoint(words):
        return words
    return frozenset(_same_called(word, others) if word in _CALLED else word for word in words)


def _same_called(word: str, others: frozenset[str]) -> str:
    """The name among others that the same person may be called by; the word where none is."""
    if word in others:
        return word
    names = _CALLED[word]
    fitting = (each for each in sorted(others) if not names.isdisjoint(_CALLED.get(each, ())))
    return next(fitting, word)


@lru_cache(CACHE_SIZE)
def _cannot_be_told(one: str, other: str) -> bool:
    """Whether one is a single name and the other has its initial, beside a name of another kind.

    >>> _cannot_be_told("bob", "b smith"), _cannot_be_told("lloyd", "lydia thomas")
    (True, False)
    """
    words, other_words = _words(one), _words(other)
    if len(words) > len(other_words):
        words, other_words = other_words, words
    if len(words) != 1 or len(other_words) == 1:
        return False
    (name,) = words
    return len(name) > 1 and name[0] in other_words


@lru_cache(CACHE_SIZE)
def _words(name: str) -> frozenset[str]:
    """The words of a name without titles; all of them, when there are titles only."""
    words = frozenset(name.split())
    return words - _TITLES or words


def _is_part(shorter: frozenset[str], longer: frozenset[str]) -> bool:
    """Whether each word of a name stands in another, some as an initial, one at least in full."""
    shared = shorter & longer
    if not any(len(word) > 1 and word not in _PARTICLES for word in shared):
        return False
    free = list(longer - shared)
    for word in shorter - shared:
        fitting = next((each for each in free if _is_initial(word, each)), None)
        if fitting is not None:
            free.remove(fitting)
        elif word != _INITIAL_OR_TITLE and word not in _PARTICLES:
            return False
    return True


def _is_initial(one: str, other: str) -> bool:
    """Whether one word is the first letter of the other."""
    return one[0] == other[0] and (len(one) == 1) != (len(other) == 1)


class _HanName(NamedTuple):
    """`surname` when no more than that is said, else ""; `name` is what is there, untitled."""

    surname: str
    name: str


def _may_be_the_same_in_chinese(one: str, other: str) -> bool:
    mine, theirs = _han_name(one), _han_name(other)
    if mine.name == theirs.name:
        return True
    return _is_part_of(mine, theirs) or _is_part_of(theirs, mine)


def _is_part_of(short: _HanName, full: _HanName) -> bool:
    """Whether it is the surname of a full name, or the name that a surname stands before."""
    surname = "" if full.surname else _surname_of(full.name)
    return bool(surname) and short.name in (surname, full.name.removeprefix(surname))


@lru_cache(CACHE_SIZE)
def _han_name(text: str) -> _HanName:
    full = _without_prefix(text.replace(" ", ""))
    name = _without_prefix(_HAN_TITLE.sub("", full))
    if full.endswith(_TITLE_OR_NAME) and not _is_surname(name):
        name = full
    return _HanName(name if _is_surname(name) else "", name)


def _without_prefix(name: str) -> str:
    """老侯 and 小欧阳 without 老 and 小, where a surname is left."""
    return name[1:] if name.startswith(_HAN_PREFIXES) and _is_surname(name[1:]) else name


def _is_surname(name: str) -> bool:
    return len(name) == 1 or name in _COMPOUND_SURNAMES


def _surname_of(name: str) -> str:
    """The surname of a full name; "" of what is too long for one, such as that of a department."""
    if len(name) > _LONGEST_HAN_NAME:
        return ""
    return name[:2] if name[:2] in _COMPOUND_SURNAMES else name[:1]
