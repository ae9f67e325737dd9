"""Every operation of the contract that has an address, found in the descriptors themselves.

A service that joins the contract appears here, in JSON and in the OpenAPI document by itself.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from google.api.annotations_pb2 import http
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

import ordertwin.v1

_VARIABLE = re.compile(r"\{([a-z_.]+)(?:=([^}]+))?\}")
_VERBS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One RPC at one address. `body` is `*` for the whole request, or empty for none."""

    method: MethodDescriptor
    verb: str
    template: str
    body: str

    @property
    def path(self) -> str:
        """The gRPC method, `/package.Service/Method`."""
        return f"/{self.method.containing_service.full_name}/{self.method.name}"

    @property
    def streams(self) -> bool:
        """Whether it answers with a stream."""
        return bool(self.method.server_streaming)

    @property
    def request_type(self) -> type[Message]:
        """What it is asked with."""
        return _message_class(self.method.input_type)

    @property
    def response_type(self) -> type[Message]:
        """What it answers with, or each element of the stream."""
        return _message_class(self.method.output_type)

    @property
    def variables(self) -> tuple[tuple[str, str], ...]:
        """Fields of the request that the address holds, with their patterns."""
        return tuple((name, pattern or "*") for name, pattern in _VARIABLE.findall(self.template))

    @property
    def expression(self) -> re.Pattern[str]:
        """What an address of this operation looks like, a group for each variable."""
        made, end = "", 0
        for found in _VARIABLE.finditer(self.template):
            made += re.escape(self.template[end : found.start()])
            pattern = re.escape(found[2] or "*").replace(r"\*", "[^/:]+")
            made += f"(?P<{found[1]}>{pattern})"
            end = found.end()
        return re.compile(made + re.escape(self.template[end:]))


@cache
def services() -> tuple[ServiceDescriptor, ...]:
    """Every service of `ordertwin.v1`."""
    found = []
    for module in pkgutil.iter_modules(ordertwin.v1.__path__):
        if module.name.endswith("_service_pb2"):
            made = importlib.import_module(f"{ordertwin.v1.__name__}.{module.name}")
            found += made.DESCRIPTOR.services_by_name.values()
    return tuple(sorted(found, key=lambda service: service.full_name))


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation with an address, service by service.

    >>> [op.template for op in operations() if op.method.name == "ScoreOrder"]
    ['/v1/orders:score']
    """
    return tuple(
        operation
        for service in services()
        for method in service.methods
        if not method.client_streaming
        for operation in _operations_of(method)
    )


def _operations_of(method: MethodDescriptor) -> Iterator[Operation]:
    options: Any = method.GetOptions()
    if not options.HasExtension(http):
        return
    first = options.Extensions[http]
    for rule in (first, *first.additional_bindings):
        verb = rule.WhichOneof("pattern")
        if verb in _VERBS:
            yield Operation(method, verb.upper(), getattr(rule, verb), rule.body)


class Directory:
    """Finds the operation at an address.

    >>> found = Directory(operations()).find("GET", "/v1/tenants/default/orders/7")
    >>> found[0].method.name, found[1]
    ('GetOrder', {'name': 'tenants/default/orders/7'})
    """

    def __init__(self, known: tuple[Operation, ...]) -> None:
        self._known = [(operation, operation.expression) for operation in known]

    def find(self, verb: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation and what the address says, None when there is none."""
        for operation, expression in self._known:
            if operation.verb == verb and (found := expression.fullmatch(path)):
                return operation, {name: unquote(text) for name, text in found.groupdict().items()}
        return None

    def verbs(self, path: str) -> list[str]:
        """What may be done at an address."""
        return sorted(
            {operation.verb for operation, expression in self._known if expression.fullmatch(path)}
        )


@cache
def operation_of(method: str) -> Operation:
    """The operation of an RPC by its name alone; KeyError when there is none."""
    for operation in operations():
        if operation.method.name == method:
            return operation
    raise KeyError(method)


@cache
def _message_class(descriptor: Any) -> type[Message]:
    made: type[Message] = GetMessageClass(descriptor)
    return made
