"""The languages OrderTwin speaks: one message catalogue a file.

To add a language, write its catalogue beside `en.py` and name it in `CATALOGUES`; the tests then
say what it lacks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ordertwin_models.language.catalogue import Catalogue
from ordertwin_models.language.en import ENGLISH
from ordertwin_models.language.zh import CHINESE

__all__ = ["CATALOGUES", "Catalogue", "catalogue_for"]

CATALOGUES: Mapping[str, Catalogue] = {catalogue.tag: catalogue for catalogue in (ENGLISH, CHINESE)}
"""Catalogues by primary language tag."""

_END_OF_PRIMARY_TAG = re.compile(r"[-_.]")


def catalogue_for(language: str) -> Catalogue:
    """The catalogue of a language tag, whatever its region or script; English for any other.

    >>> [catalogue_for(tag).tag for tag in ("zh-Hans-CN", "en_GB", "fr", "")]
    ['zh', 'en', 'en', 'en']
    """
    primary = _END_OF_PRIMARY_TAG.split(language.strip(), maxsplit=1)[0].lower()
    return CATALOGUES.get(primary, ENGLISH)
