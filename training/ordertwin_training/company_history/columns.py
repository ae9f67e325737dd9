"""The columns of a company's own files, as data that documentation can print.

One row of the orders file is one order line; the fields of the order are repeated on each of its
rows. The columns follow from the fields of the order document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ordertwin_models.decision import Relation
from ordertwin_models.order import OrderState
from ordertwin_models.order_fields import ORDER_FIELDS, Field, Kind


class Verdict(StrEnum):
    """A person's answer on a pair."""

    MATCH = "MATCH"
    DISTINCT = "DISTINCT"
    UNSURE = "UNSURE"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `path` is the field of the order document, `lines[].…` for fields of a line."""

    name: str
    kind: Kind
    meaning: str
    path: str = ""
    required: bool = False
    choices: type[StrEnum] | None = None

    @property
    def is_of_line(self) -> bool:
        """Whether the column differs from line to line of one order."""
        return self.path.startswith("lines[].")


_PARTY_NAMES = {
    "party_id": "customer_id",
    "name": "customer_name",
    "contact_name": "contact_name",
    "phone": "phone",
    "email": "email",
    "tax_id": "tax_id",
}
_LINE_NAMES = {"name": "product_name", "requested_date": "line_requested_date"}


def _columns() -> Iterator[Column]:
    for field in ORDER_FIELDS:
        if field.kind in (Kind.OBJECT, Kind.OBJECTS):
            for part in field.parts:
                yield _part(field, part)
        elif field.kind is not Kind.MAP:
            yield Column(
                field.name, field.kind, field.meaning, field.name, field.required, field.choices
            )
    yield Column("state", Kind.CHOICE, "Where the order stands today.", choices=OrderState)
    yield Column("state_changed_at", Kind.TIME, "Since when it stands there.")


def _part(owner: Field, part: Field) -> Column:
    if owner.kind is Kind.OBJECTS:
        name, path = _LINE_NAMES.get(part.name, part.name), f"lines[].{part.name}"
    elif owner.name == "customer":
        name, path = _PARTY_NAMES[part.name], f"customer.{part.name}"
    else:
        name, path = f"{owner.name}_{part.name}", f"{owner.name}.{part.name}"
    separated = ' Several are separated by "|".' if part.kind is Kind.TEXTS else ""
    return Column(name, part.kind, part.meaning + separated, path)


ORDER_COLUMNS = tuple(_columns())
"""Columns of the orders file."""

PAIR_COLUMNS = (
    Column("incoming_order_id", Kind.TEXT, "The later order.", required=True),
    Column("existing_order_id", Kind.TEXT, "The earlier order.", required=True),
    Column("verdict", Kind.CHOICE, "What a person decided.", required=True, choices=Verdict),
    Column("relation", Kind.CHOICE, "What the later order is to the earlier.", choices=Relation),
    Column("labelled_at", Kind.TIME, "When it was decided; the last verdict on a pair counts."),
    Column("labelled_by", Kind.TEXT, "Who decided."),
)
"""Columns of the file of confirmed pairs."""
