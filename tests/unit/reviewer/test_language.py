"""Every text of the pages exists in Chinese, with the same places to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

PACKAGE = Path(str(files("ordertwin_reviewer")))
SOURCES = (("templates/*.html", "jinja2.ext:babel_extract"), ("pages/*.py", "python"))
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "words": None}


def texts() -> Iterator[str]:
    """Every English text of templates and code."""
    for pattern, method in SOURCES:
        for path in sorted(PACKAGE.glob(pattern)):
            with path.open("rb") as source:
                for _, message, *_ in extract(method, source, keywords=KEYWORDS):
                    yield message if isinstance(message, str) else message[0]


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    with (PACKAGE / "locale" / "zh.po").open("rb") as source:
        catalogue = read_po(source)
    return {
        each.id if isinstance(each.id, str) else each.id[0]: (
            each.string if isinstance(each.string, str) else each.string[0]
        )
        for each in catalogue
        if each.id
    }


def test_every_text_is_translated(chinese: dict[str, str]) -> None:
    assert {text for text in texts() if not chinese.get(text)} == set()


def test_no_translation_is_left_over(chinese: dict[str, str]) -> None:
    assert chinese.keys() - set(texts()) == set()


def test_translations_have_the_same_places_to_fill_in(chinese: dict[str, str]) -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)s", text))

    assert [text for text, said in chinese.items() if places(text) != places(said)] == []
