"""Between JSON and messages: what came in an address, a query and a body becomes one request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from ordertwin_client.errors import FieldViolation
from ordertwin_reviewer.contract import Operation
from ordertwin_reviewer.rest.problems import Refused

_PLACE = re.compile(r"(?P<what>.*?) at \w+\.(?P<field>[\w.\[\]]*[\w\]])\.*", re.DOTALL)
_PREFIX = re.compile(r"(?:Failed to parse \S+ field: )+")
_TRUTH = {"true": True, "false": False}
DEPTH = 40
_EXPECTED = (json.JSONDecodeError, json_format.ParseError)
_UNFIT = "The body is nested too deeply, or has a list or number where something else belongs."
LONGEST_TEXT = 500


def json_of(message: Message) -> str:
    """A message as canonical JSON, in one line: names in lowerCamelCase, unset fields left out.

    >>> from ordertwin.v1.order_service_pb2 import ListOrdersRequest
    >>> json_of(ListOrdersRequest(parent="tenants/a", page_size=2))
    '{"parent": "tenants/a", "pageSize": 2}'
    """
    return json_format.MessageToJson(message, indent=None, ensure_ascii=False)


def request_message(
    operation: Operation,
    held: Mapping[str, str],
    query: Iterable[tuple[str, str]],
    body: bytes,
) -> Message:
    """The request of an operation; `held` is what the address says. Raises `Refused`."""
    message = operation.request_type()
    asked = list(query)
    if asked and operation.body == "*":
        raise _invalid("query", "this operation takes everything in its body")
    if body.strip() and not operation.body:
        raise _invalid("body", f"a {operation.verb} takes its fields in the query")
    if asked:
        _parse_query(operation, asked, message)
    if operation.body:
        target = message if operation.body == "*" else getattr(message, operation.body)
        _parse_body(body, target)
    for name, text in held.items():
        _place(message, name, text)
    return message


def _parse_body(body: bytes, message: Message) -> None:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed("The body is not UTF-8.") from None
    text = text.strip() or "{}"
    if not text.startswith("{"):
        # An empty list would pass for an empty object.
        raise _malformed("The body is not one JSON object.")
    try:
        json_format.Parse(text, message, max_recursion_depth=DEPTH)
    except json_format.ParseError as error:
        raise _unparsed(error) from None
    except (ValueError, RecursionError, TypeError, AttributeError):
        raise _malformed("The body is not one JSON object.") from None


def _parse_query(operation: Operation, query: list[tuple[str, str]], message: Message) -> None:
    descriptor = operation.method.input_type
    try:
        json_format.ParseDict(_tree(descriptor, query), message)
    except json_format.ParseError as error:
        raise _unparsed(error, in_query=_culprit(operation, query)) from None


def _culprit(operation: Operation, query: list[tuple[str, str]]) -> str:
    """The first parameter that cannot be read by itself."""
    for pair in query:
        try:
            tree = _tree(operation.method.input_type, [pair])
            json_format.ParseDict(tree, operation.request_type())
        except json_format.ParseError:
            return pair[0]
    return query[0][0]


def _unparsed(error: Exception, in_query: str = "") -> Refused:
    """
    >>> _unparsed(ValueError("Failed to parse a field: Bad time at Request.order.at.")).violations
    (FieldViolation(field='order.at', description='Bad time'),)
    """
    text = _PREFIX.sub("", str(error)).strip()
    found = _PLACE.fullmatch(text)
    if in_query:
        return _invalid(in_query, found["what"] if found else text[:LONGEST_TEXT])
    if not found:
        # The parser passes on what Python says of a body that it did not expect.
        root: BaseException = error
        while root.__cause__ is not None:
            root = root.__cause__
        return _malformed(text[:LONGEST_TEXT] if isinstance(root, _EXPECTED) else _UNFIT)
    return _invalid(found["field"], found["what"].removesuffix(".")[:LONGEST_TEXT])


def _malformed(detail: str) -> Refused:
    return Refused(400, detail, reason="MALFORMED_REQUEST")


def _invalid(field: str, description: str) -> Refused:
    return Refused(
        400,
        f"{field}: {description}",
        reason="INVALID_FIELDS",
        violations=[FieldViolation(field, description)],
    )


def _tree(descriptor: Descriptor, query: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Query parameters as a JSON object; dots go into nested fields, repeats into lists."""
    tree: dict[str, Any] = {}
    for name, text in query:
        branch, at = tree, descriptor
        *outer, last = name.split(".")
        for part in outer:
            field = _field(at, part, name)
            if field.message_type is None or field.is_repeated:
                raise _invalid(name, f"{part} has no fields of its own")
            branch, at = branch.setdefault(field.json_name, {}), field.message_type
            if not isinstance(branch, dict):
                raise _invalid(name, f"{part} is given twice, in two ways")
        field = _field(at, last, name)
        value = _value(field, text, name)
        if field.is_repeated:
            branch.setdefault(field.json_name, []).append(value)
        elif field.json_name in branch:
            raise _invalid(name, "is given twice")
        else:
            branch[field.json_name] = value
    return tree


def _field(descriptor: Descriptor, part: str, name: str) -> FieldDescriptor:
    field = descriptor.fields_by_name.get(part) or descriptor.fields_by_camelcase_name.get(part)
    if field is None:
        raise _invalid(name[:LONGEST_TEXT], f"{descriptor.name} has no such field")
    return field


def _value(field: FieldDescriptor, text: str, name: str) -> Any:
    if field.type != FieldDescriptor.TYPE_BOOL:
        return text
    if text not in _TRUTH:
        raise _invalid(name, "must be true or false")
    return _TRUTH[text]


def _place(message: Message, name: str, text: str) -> None:
    """Put what the address says into its field; a body that says otherwise is refused."""
    *outer, last = name.split(".")
    for part in outer:
        message = getattr(message, part)
    said = getattr(message, last)
    if said and said != text:
        raise _invalid(name, f"the address says {text}, the body says {said}"[:LONGEST_TEXT])
    setattr(message, last, text)
