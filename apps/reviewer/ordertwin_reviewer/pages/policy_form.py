"""The usual changes of a policy by form: a rule with its thresholds, an entry in a list.

They are written into the text, which keeps its comments and stays what is tried and put into force.
A change that the text takes in another way than meant is not made.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, TypeVar

Shape = TypeVar("Shape")
SECTIONS = ("allow", "deny")
KEYS = ("customers", "sources", "references")
_HEADER = re.compile(r"^\s*\[")
_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#[^\n]*')


class NotWritten(Exception):
    """The text is not changed; the message, in English, says what is missing, and is empty when the
    text is JSON, broken, or written in another style."""


def with_rule(
    document: str, name: str, when: Mapping[str, Any], limits: Mapping[str, float]
) -> str:
    """The document with one more rule, after those that are there.

    >>> print(with_rule('version = "a"', "EDI", {"channels": ["EDI"]}, {"review": 0.5}))
    version = "a"
    <BLANKLINE>
    [[rules]]
    name = "EDI"
    when = { channels = ["EDI"] }
    thresholds = { review = 0.5 }
    <BLANKLINE>
    """
    content = _content(document)
    rules = _shaped(content.get("rules", []), list)
    rule = {"name": name, "when": dict(when), "thresholds": dict(limits)}
    written = "\n[[rules]]\n" + "".join(f"{key} = {_value(said)}\n" for key, said in rule.items())
    meant = content | {"rules": [*rules, rule]}
    return _checked(document.rstrip("\n") + "\n" + written, meant)


def with_entry(document: str, section: str, key: str, entry: str) -> str:
    """The document with an entry in one of its lists; as it is when the entry is there.

    >>> with_entry('version = "a"\\n[allow]  # ours\\nsources = ["x"]\\n', "allow", "sources", "y")
    'version = "a"\\n[allow]  # ours\\nsources = ["x", "y"]\\n'
    """
    content = _content(document)
    lists = _shaped(content.get(section, {}), dict)
    entries = _shaped(lists.get(key, []), list)
    if entry in entries:
        return document
    meant = content | {section: lists | {key: [*entries, entry]}}
    return _checked(_inserted(document, section, key, entry), meant)


def _inserted(document: str, section: str, key: str, entry: str) -> str:
    lines = document.rstrip("\n").split("\n")
    header = re.compile(rf"^\s*\[\s*{section}\s*\]")
    first = next((place for place, line in enumerate(lines) if header.match(line)), None)
    if first is None:
        return "\n".join([*lines, "", f"[{section}]", f"{key} = [{_value(entry)}]", ""])
    for place in range(first + 1, len(lines)):
        if _HEADER.match(lines[place]):
            break
        if re.match(rf"^\s*{key}\s*=\s*\[", lines[place]):
            before = "\n".join(lines[:place]) + "\n"
            return before + _longer("\n".join(lines[place:]), entry) + "\n"
    lines.insert(first + 1, f"{key} = [{_value(entry)}]")
    return "\n".join(lines) + "\n"


def _longer(text: str, entry: str) -> str:
    """Text that begins with a list, with an entry more at the end of the list."""
    bare = _STRING_OR_COMMENT.sub(lambda found: "x" * len(found[0]), text)
    end = bare.find("]")
    last = len(bare[:end].rstrip())
    comma = "" if bare[last - 1] in "[," else ","
    space = "" if bare[last - 1] == "[" else " "
    return f"{text[:last]}{comma}{space}{_value(entry)}{text[last:]}"


def _content(document: str) -> dict[str, Any]:
    try:
        return tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise NotWritten from error


def _shaped(value: object, shape: type[Shape]) -> Shape:
    if not isinstance(value, shape):
        raise NotWritten
    return value


def _checked(text: str, meant: Mapping[str, Any]) -> str:
    if _content(text) != meant:
        raise NotWritten
    return text


def _value(value: Any) -> str:
    """A value as TOML writes it.

    >>> _value({"channels": ["EDI"], "value_at_least": 20000.0, "attended": True})
    '{ channels = ["EDI"], value_at_least = 20000.0, attended = true }'
    """
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
