"""Order documents from a file or stdin: one JSON object, a JSON list, or JSON Lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from ordertwin_cli.failures import CommandFailed
from ordertwin_models.document import order_from_document
from ordertwin_models.errors import InvalidOrder
from ordertwin_models.order import Order

STDIN = "-"


def read_orders(path: str) -> list[Order]:
    """All orders in the file (`-` is stdin). CommandFailed names every broken field of the first
    broken order, and where it stands."""
    name = "stdin" if path == STDIN else path
    try:
        text = sys.stdin.read() if path == STDIN else Path(path).read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandFailed(f"{name} is not UTF-8 ({error.reason}); save it as UTF-8") from None
    return [_order(name, place, document) for place, document in _documents(name, text)]


def _documents(name: str, text: str) -> Iterator[tuple[str, Any]]:
    """Each document with the words that say where it stands."""
    if not text.strip():
        raise CommandFailed(f"{name} is empty; it must hold an order, see docs/order-document.md")
    try:
        whole = _parse(text)
    except json.JSONDecodeError as error:
        yield from _json_lines(name, text, error)
        return
    except ValueError as error:
        raise CommandFailed(f"{name}: {error}") from None
    if isinstance(whole, list):
        yield from ((f"order {place}", document) for place, document in enumerate(whole, start=1))
    else:
        yield "order", whole


def _json_lines(name: str, text: str, whole: json.JSONDecodeError) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield f"line {number}", _parse(line)
        except json.JSONDecodeError as error:
            # A document spread over lines breaks at its first line; its own error says more.
            place = whole if number == 1 else error
            at = f"line {place.lineno if place is whole else number}, column {place.colno}"
            raise CommandFailed(f"{name}, {at}: this is not JSON: {place.msg}") from None
        except ValueError as error:
            raise CommandFailed(f"{name}, line {number}: {error}") from None


def _parse(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("this is nested too deeply for an order") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number that an order can hold; leave the field out")


def _order(name: str, place: str, document: Any) -> Order:
    if not isinstance(document, dict):
        raise CommandFailed(
            f"{name}, {place}: an order is a JSON object, see docs/order-document.md"
        )
    try:
        return order_from_document(document)
    except InvalidOrder as error:
        raise CommandFailed(f"{name}, {place}: {error}") from None
