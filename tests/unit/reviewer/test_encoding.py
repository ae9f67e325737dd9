"""Our JSON is the JSON of `json_format`, for every message of the contract and any content."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from ordertwin_reviewer.contract import operations
from ordertwin_reviewer.rest.encoding import json_of

TYPES = sorted(
    {each.request_type for each in operations()} | {each.response_type for each in operations()},
    key=lambda each: each.DESCRIPTOR.full_name,
)
_F = FieldDescriptor
VALUES: dict[int, st.SearchStrategy[Any]] = {
    _F.CPPTYPE_STRING: st.text(max_size=5),
    _F.CPPTYPE_BOOL: st.booleans(),
    _F.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    _F.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    _F.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
    _F.CPPTYPE_UINT64: st.integers(0, 2**64 - 1),
    _F.CPPTYPE_DOUBLE: st.floats(allow_nan=False),
    _F.CPPTYPE_ENUM: st.integers(0, 6),
}


def fill(message: Message, draw: Any, depth: int) -> None:
    """Set some fields of a message to something."""
    if message.DESCRIPTOR.full_name == "google.protobuf.Any":
        return
    if message.DESCRIPTOR.full_name in ("google.protobuf.Timestamp", "google.protobuf.Duration"):
        message.FromSeconds(draw(st.integers(0, 10**9)))  # type: ignore[attr-defined]
        return
    for field in message.DESCRIPTOR.fields:
        if not draw(st.booleans()):
            continue
        kind = field.message_type
        if kind is not None and kind.GetOptions().map_entry:
            getattr(message, field.name)["k"] = draw(st.text(max_size=3))
        elif kind is not None and field.is_repeated:
            if depth:
                fill(getattr(message, field.name).add(), draw, depth - 1)
        elif kind is not None:
            if depth:
                getattr(message, field.name).SetInParent()
                fill(getattr(message, field.name), draw, depth - 1)
        else:
            value = draw(VALUES[field.cpp_type])
            if field.type == _F.TYPE_BYTES:
                value = value.encode()
            if field.is_repeated:
                getattr(message, field.name).append(value)
            else:
                setattr(message, field.name, value)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.DESCRIPTOR.name)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_message_reads_as_json_format_writes_it(kind: type[Message], data: Any) -> None:
    message = kind()
    fill(message, data.draw, 3)
    assert json.loads(json_of(message)) == json_format.MessageToDict(message)
