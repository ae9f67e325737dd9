"""Messages that can be read, and say what nobody would say: a field at a time set to a value at or
beyond an edge, so that what comes after decoding is tried too."""

from __future__ import annotations

import random
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

TEXTS = (
    "", " ", "\x00", "\x1b[2J", "\u202e", "\ufeff", "'; DROP TABLE orders; --", "=1+1", "%s%n",
    "<script>alert(1)</script>", "{{7*7}}", "../../etc/passwd", "a" * 300, "é" * 5_000, "🚚" * 70,
    "1e999999999", "-1e-999999999", "NaN", "Infinity", "٣", "0x10", "1_000", "9" * 400,
    "tenants/default", "tenants/elsewhere/orders/o1", "tenants/default/orders/",
    "tenants//orders/x",
    "2026-13-45T99:99:99Z", "EUR", "eur", "€€€", "DE", "zz", "xx-XX-invalid", '"1"', '"-1"',
    '"99999999999999999999"', "AAAAAAAAAAAAAAAAAAAAAA==", "me", "https://[::1]:x/",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 99, 1_000, 1_001, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63), 10**12)
FLOATS = (0.0, -0.0, 1.0, -1.0, 1e308, 5e-324, float("nan"), float("inf"), float("-inf"))
DEEPEST = 4


def set_at_random(message: Message, dice: random.Random, depth: int = 0) -> None:
    """Give one field of the message, or of one inside it, a value that nobody would."""
    field = dice.choice(message.DESCRIPTOR.fields or [None])
    if field is None:
        return
    value: Any = getattr(message, field.name)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        for _ in range(dice.choice((1, 3, 200))):
            value[dice.choice(TEXTS) + str(dice.randrange(9))] = dice.choice(TEXTS)
    elif field.message_type is not None:
        inner = value.add() if field.is_repeated else value
        if not field.is_repeated:
            inner.SetInParent()
        if depth < DEEPEST:
            set_at_random(inner, dice, depth + 1)
    elif field.is_repeated:
        value.extend(_value_of(field, dice) for _ in range(dice.choice((1, 2, 60))))
    else:
        setattr(message, field.name, _value_of(field, dice))


def _value_of(field: Any, dice: random.Random) -> Any:
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_STRING:
        text = dice.choice(TEXTS)
        return text.encode() if field.type == FieldDescriptor.TYPE_BYTES else text
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return dice.random() < 0.5
    if kind in (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT):
        return dice.choice(FLOATS)
    number = dice.choice(NUMBERS)
    if kind in (FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_ENUM):
        return max(-(2**31), min(2**31 - 1, number))
    if kind in (FieldDescriptor.CPPTYPE_UINT32, FieldDescriptor.CPPTYPE_UINT64):
        return abs(number) % 2**32
    return number
