"""What the contract's comments say, read from the protos that ship beside their generated code.

Generated Python code carries no comments, and descriptors made with them would be one more file to
keep fresh. The protos are written in one style (`buf lint` sees to it), so reading them is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

_BLOCK = re.compile(r"(message|enum|service|oneof|rpc)\s+(\w+)")
_FIELD = re.compile(r"(?:repeated |optional )?(?:map<.+>|[\w.]+)\s+(\w+)\s*=\s*\d+")
_VALUE = re.compile(r"([A-Z][A-Z0-9_]*)\s*=\s*\d+")
_TEXT = re.compile(r'"[^"]*"')


@cache
def comments() -> Mapping[str, str]:
    """Comments by the full name of what they stand on.

    >>> comments()["ordertwin.v1.OrderService.GetOrder"], comments()["ordertwin.v1.Order.note"]
    ('Reads one order.', 'Free text of the customer or the clerk.')
    """
    found: dict[str, str] = {}
    for source in files("ordertwin.v1").iterdir():
        if source.name.endswith(".proto"):
            found.update(_comments_in(source.read_text("utf-8")))
    return found


def _comments_in(text: str) -> Iterator[tuple[str, str]]:
    package, said = "", []
    # The names of open braces; None for one that holds options.
    open_blocks: list[str | None] = []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("//"):
            said.append(line.removeprefix("//").strip())
            continue
        code = _TEXT.sub('""', line)
        if code.startswith("package "):
            package = code.removeprefix("package ").rstrip(";")
        name = _name_in(code)
        if name and said:
            path = ".".join([package, *(each for each in open_blocks if each), name])
            yield path, _flowing(said)
        if code:
            said = []
        is_block = _BLOCK.match(code) is not None and not code.startswith("oneof")
        for sign in re.findall(r"[{}]", code):
            if sign == "{":
                open_blocks.append(name if is_block else None)
                is_block = False
            elif open_blocks:
                open_blocks.pop()


def _name_in(code: str) -> str:
    block = _BLOCK.match(code)
    if block:
        return block[2]
    field = _VALUE.match(code) or _FIELD.match(code)
    return field[1] if field else ""


def _flowing(lines: list[str]) -> str:
    """Lines as paragraphs."""
    return "\n\n".join(
        " ".join(paragraph.split()) for paragraph in "\n".join(lines).split("\n\n")
    ).strip()
