"""The OpenAPI 3.1 document, made from the contract: its operations, messages and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import Any

from google.api.field_behavior_pb2 import OUTPUT_ONLY, REQUIRED, field_behavior
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from ordertwin_reviewer.contract import Operation, operations
from ordertwin_reviewer.rest.comments import comments

_F = FieldDescriptor
_SCALARS: dict[int, dict[str, Any]] = {
    _F.TYPE_BOOL: {"type": "boolean"},
    _F.TYPE_STRING: {"type": "string"},
    _F.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    _F.TYPE_DOUBLE: {"type": "number", "format": "double"},
    _F.TYPE_FLOAT: {"type": "number", "format": "float"},
    _F.TYPE_INT32: {"type": "integer", "format": "int32"},
    _F.TYPE_UINT32: {"type": "integer", "minimum": 0},
    # JSON numbers are not exact beyond 2**53, so these are text, as protobuf has it.
    _F.TYPE_INT64: {"type": "string", "pattern": "^-?[0-9]+$"},
    _F.TYPE_UINT64: {"type": "string", "pattern": "^[0-9]+$"},
}
_WELL_KNOWN: dict[str, dict[str, Any]] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?s$"},
    "google.protobuf.FieldMask": {"type": "string"},
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Value": {},
    "google.protobuf.Any": {"type": "object"},
    "google.protobuf.Empty": {"type": "object"},
}
_WILDCARD = re.compile(r"(\w+)/\*")
_VARIABLE = re.compile(r"\{[a-z_.]+(?:=([^}]+))?\}")
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Why a call failed (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "requestId"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, as a sentence."},
        "code": {"type": "string", "description": "Name of the gRPC status."},
        "requestId": {"type": "string"},
        "reason": {"type": "string", "description": "Name of an `ErrorReason`."},
        "domain": {"type": "string"},
        "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
        "retryAfter": {"type": "number", "description": "Seconds to wait before the next try."},
        "violations": {
            "type": "array",
            "description": "Every broken field.",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "description": {"type": "string"}},
            },
        },
    },
}


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    maker = _Maker()
    paths: dict[str, Any] = {}
    for operation in operations():
        address = _address(operation.template)
        paths.setdefault(address, {})[operation.verb.lower()] = maker.operation(operation)
    services = dict.fromkeys(each.method.containing_service for each in operations())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "OrderTwin",
            "version": version("ordertwin"),
            "description": "Tells an ERP, at the moment an order is entered, whether that order "
            "is already there. The same operations as over gRPC, with the same rights and errors.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}, {}],
        "tags": [
            {"name": each.name, "description": comments().get(each.full_name, "")}
            for each in services
        ],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM, **dict(sorted(maker.schemas().items()))},
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key, or a token of the identity provider.",
                }
            },
        },
    }


class _Maker:
    """Makes operations, and keeps what they refer to."""

    def __init__(self) -> None:
        self._met: dict[str, Descriptor | EnumDescriptor] = {}

    def operation(self, operation: Operation) -> dict[str, Any]:
        method = operation.method
        said = comments().get(method.full_name, "")
        made: dict[str, Any] = {
            "operationId": method.name,
            "tags": [method.containing_service.name],
            "summary": said.split("\n\n")[0],
            "parameters": [*_in_address(operation), *self._in_query(operation)],
            "responses": {"200": self._answer(operation), "default": _failure()},
        }
        if "\n\n" in said:
            made["description"] = said
        if operation.body:
            schema = self._body(operation)
            made["requestBody"] = {
                "required": True,
                "content": {"application/json": {"schema": schema}},
            }
        return made

    def _body(self, operation: Operation) -> dict[str, Any]:
        descriptor = operation.method.input_type
        if operation.body != "*":
            return self._value(descriptor.fields_by_name[operation.body])
        held = {name.split(".")[0] for name, _ in operation.variables}
        return self._object(descriptor, without=held)

    def _in_query(self, operation: Operation) -> Iterator[dict[str, Any]]:
        if operation.body == "*":
            return
        held = {operation.body, *(name for name, _ in operation.variables)}
        for field in operation.method.input_type.fields:
            if field.name in held:
                continue
            yield {
                "name": field.json_name,
                "in": "query",
                "required": _has(field, REQUIRED),
                "description": comments().get(field.full_name, ""),
                "schema": self._field(field),
            }

    def _answer(self, operation: Operation) -> dict[str, Any]:
        kind = "text/event-stream" if operation.streams else "application/json"
        reference = self._reference(operation.method.output_type)
        what = "A stream of events, each with" if operation.streams else "The answer:"
        said = comments().get(operation.method.output_type.full_name, "").split("\n\n")[0]
        return {
            "description": f"{what} {said[:1].lower()}{said[1:]}",
            "headers": {"X-Request-Id": {"schema": {"type": "string"}}},
            "content": {kind: {"schema": reference}},
        }

    def schemas(self) -> dict[str, Any]:
        """Everything that was referred to, and what that refers to."""
        made: dict[str, Any] = {}
        while missing := [name for name in self._met if name not in made]:
            for name in missing:
                met = self._met[name]
                made[name] = _enum(met) if isinstance(met, EnumDescriptor) else self._object(met)
        return made

    def _object(self, descriptor: Descriptor, without: set[str] | None = None) -> dict[str, Any]:
        fields = [field for field in descriptor.fields if field.name not in (without or set())]
        made: dict[str, Any] = {
            "type": "object",
            "description": comments().get(descriptor.full_name, ""),
            "properties": {field.json_name: self._described(field) for field in fields},
        }
        required = [field.json_name for field in fields if _has(field, REQUIRED)]
        if required:
            made["required"] = required
        return made

    def _described(self, field: FieldDescriptor) -> dict[str, Any]:
        made = dict(self._field(field))
        said = comments().get(field.full_name)
        if said:
            made["description"] = said
        if _has(field, OUTPUT_ONLY):
            made["readOnly"] = True
        return made

    def _field(self, field: FieldDescriptor) -> dict[str, Any]:
        kind = field.message_type
        if kind is not None and kind.GetOptions().map_entry:
            value = self._value(kind.fields_by_name["value"])
            return {"type": "object", "additionalProperties": value}
        if field.is_repeated:
            return {"type": "array", "items": self._value(field)}
        return self._value(field)

    def _value(self, field: FieldDescriptor) -> dict[str, Any]:
        if field.message_type is not None:
            return self._reference(field.message_type)
        if field.enum_type is not None:
            return self._reference(field.enum_type)
        return _SCALARS[field.type]

    def _reference(self, met: Descriptor | EnumDescriptor) -> dict[str, Any]:
        if met.full_name in _WELL_KNOWN:
            return _WELL_KNOWN[met.full_name]
        name = met.full_name.removeprefix("ordertwin.v1.")
        self._met[name] = met
        return {"$ref": f"#/components/schemas/{name}"}


def _enum(enum: EnumDescriptor) -> dict[str, Any]:
    lines = [comments().get(enum.full_name, "")]
    for value in enum.values:
        said = comments().get(f"{enum.full_name}.{value.name}", "")
        lines.append(f"- `{value.name}`: {said}")
    return {
        "type": "string",
        "enum": [value.name for value in enum.values],
        "description": "\n".join(lines),
    }


def _failure() -> dict[str, Any]:
    return {
        "description": "The call failed.",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }


def _address(template: str) -> str:
    """
    >>> _address("/v1/{name=tenants/*/orders/*}:updateStatus")
    '/v1/tenants/{tenant}/orders/{order}:updateStatus'
    """
    opened = _VARIABLE.sub(lambda found: found[1] or "*", template)
    return _WILDCARD.sub(lambda found: f"{found[1]}/{{{_one_of(found[1])}}}", opened)


def _in_address(operation: Operation) -> Iterator[dict[str, Any]]:
    for name, pattern in operation.variables:
        field = operation.method.input_type.fields_by_name[name.split(".")[0]]
        for collection in _WILDCARD.findall(pattern):
            part = _one_of(collection)
            schema: dict[str, Any] = {"type": "string"}
            if part == "tenant":
                schema["default"] = "default"
            yield {
                "name": part,
                "in": "path",
                "required": True,
                "description": comments().get(field.full_name, ""),
                "schema": schema,
            }


def _one_of(collection: str) -> str:
    return collection.removesuffix("s")


def _has(field: FieldDescriptor, behaviour: int) -> bool:
    options: Any = field.GetOptions()
    return behaviour in options.Extensions[field_behavior]
