"""Where in the text of a policy a key stands, so that a problem can be shown at its line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_PART = r'(?:"[^"]*"|\'[^\']*\'|[A-Za-z0-9_-]+)'
_PATH = rf"{_PART}(?:\s*\.\s*{_PART})*"
_LIST = re.compile(rf"\s*\[\[\s*({_PATH})\s*\]\]")
_TABLE = re.compile(rf"\s*\[\s*({_PATH})\s*\]\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_PATH})\s*=")


def line_of(text: str, path: str) -> int:
    """The line, from 1, of what `path` names in a TOML text, or else of what is around it; 0 when
    none of it is there.

    >>> text = 'version = "1"\\n[[rules]]\\nname = "A"\\nwhen = {channels = ["EDI"]}\\n'
    >>> line_of(text, "rules[0].name"), line_of(text, "rules[0].when.channels"), line_of(text, "x")
    (3, 4, 0)
    """
    best, where = -1, 0
    for line, found in _places(text):
        if len(found) > best and (path == found or path.startswith((f"{found}.", f"{found}["))):
            best, where = len(found), line
    return where


def _places(text: str) -> Iterator[tuple[int, str]]:
    """Lines and the paths of what begins there."""
    table = ""
    lists: Counter[str] = Counter()
    for line, content in enumerate(text.splitlines(), start=1):
        if entry := _LIST.match(content):
            name = _plain(entry[1])
            table = f"{name}[{lists[name]}]"
            lists[name] += 1
            yield line, table
        elif header := _TABLE.match(content):
            table = _plain(header[1])
            parent = table.partition(".")[0]
            if lists[parent]:
                # A table below a list belongs to its newest entry: `[rules.when]`.
                table = f"{parent}[{lists[parent] - 1}]{table.removeprefix(parent)}"
            yield line, table
        elif key := _KEY.match(content):
            name = _plain(key[1])
            yield line, f"{table}.{name}" if table else name


def _plain(path: str) -> str:
    """A path without quotes and spaces around its parts."""
    return ".".join(part.strip("\"'") for part in re.findall(_PART, path))
