"""A key by which a word of a line is known in shorthand and with a slip.

Clerks leave out vowels ("CLCLTR"), fingers swap letters ("Roda") and scanners read digits for
letters ("HA1RBAND"). The first consonants stay; a word that is cut off keeps its key only while it
has so many. In a short word they would say too little, a pen is no pin: it keeps all its letters,
in any order behind the first. Longer words may share a key and be different goods, "paper" and
"pepper": what else the lines say has to tell these.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CACHE = 32_768
_CONSONANTS = 4
_SHORT = 4
_STEM = 5
_MISREAD = re.compile(r"(?<=[a-z])[01358](?=[a-z])")
_MEANT = {"0": "o", "1": "i", "3": "e", "5": "s", "8": "b"}
_VOWELS = str.maketrans("", "", "aeiou")
_REPEATED = re.compile(r"(.)\1+")


@lru_cache(_CACHE)
def word_key(word: str) -> str:
    """The key of a folded word; of words of other scripts and of codes, the beginning.

    >>> word_key("calculator"), word_key("clcltr"), word_key("ha1rband"), word_key("hairbnd")
    ('clcl', 'clcl', 'hrbn', 'hrbn')
    >>> word_key("road") == word_key("roda"), word_key("pen") == word_key("pin")
    (True, False)
    >>> word_key("ts6830b"), word_key("螺栓")
    ('ts683', '螺栓')
    """
    if not word.isascii():
        return word[:_STEM]
    if not word.isalpha():
        meant = _MISREAD.sub(lambda found: _MEANT[found[0]], word) if len(word) > _SHORT else word
        if not meant.isalpha():
            return word[:_STEM]
        word = meant
    consonants = word[1:].translate(_VOWELS)
    if len(word) <= _SHORT and len(consonants) < len(word) - 1:
        return word[0] + "".join(sorted(word[1:]))
    return _REPEATED.sub(r"\1", word[0] + consonants)[:_CONSONANTS]
