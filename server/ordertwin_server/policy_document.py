"""The text of a policy, TOML or JSON, and the policy in it: checked alike wherever it is from."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any, NoReturn

from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_models.policy import Policy, PolicyInvalid, line_of, policy_from_document

MAX_CHARACTERS = 262_144
FIELD = "document"
_LINE = re.compile(r"line (\d+)")


class UnreadableDocument(ValueError):
    """The text is no TOML or no JSON; says what is wrong, to go after the name of the text."""


def content_of(text: str, *, as_json: bool) -> dict[str, Any]:
    """What a parser makes of the text; raises `UnreadableDocument`."""
    try:
        if not as_json:
            return tomllib.loads(text)
        document = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise UnreadableDocument("is nested too deeply for a policy.") from None
    except ValueError as error:
        raise UnreadableDocument(f"is no {'JSON' if as_json else 'TOML'}: {error}.") from None
    if not isinstance(document, dict):
        raise UnreadableDocument("must hold one JSON object.")
    return document


def policy_handed_in(text: str) -> Policy:
    """The policy in a document that somebody hands in, which may not be larger than a page takes.

    Raises `InvalidRequest` as `policy_in` does.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidRequest(
            [FieldViolation(FIELD, f"must have at most {MAX_CHARACTERS} characters")]
        )
    return policy_in(text)


def policy_in(text: str) -> Policy:
    """The policy in a document; JSON when it begins with a brace.

    Raises `InvalidRequest` that names every broken key below `document`, with its line.

    >>> policy_in('format = "ordertwin-policy/1"\\nversion = "1"\\n[thresholds]\\nreview = 2\\n')
    Traceback (most recent call last):
    ordertwin_models.errors.InvalidRequest: document.thresholds.review: line 4: is 2; it must be a \
number above 0 to 1
    """
    if not text.strip():
        raise InvalidRequest([FieldViolation(FIELD, "is required")])
    try:
        return policy_from_document(content_of(text, as_json=text.lstrip().startswith("{")))
    except UnreadableDocument as error:
        line = _LINE.search(str(error))
        where = f"line {line[1]}: " if line else ""
        raise InvalidRequest([FieldViolation(FIELD, f"{where}{error}")]) from None
    except PolicyInvalid as error:
        raise InvalidRequest([_in_document(text, each) for each in error.violations]) from None


def _in_document(text: str, violation: FieldViolation) -> FieldViolation:
    line = line_of(text, violation.field)
    where = f"line {line}: " if line else ""
    return FieldViolation(f"{FIELD}.{violation.field}", f"{where}{violation.description}")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number a policy can hold")
