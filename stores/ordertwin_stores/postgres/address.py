"""What the address of a PostgreSQL store says: where, in which schema, how many connections.

Everything but our own three parameters is left to libpq, which also knows `PGPASSWORD`,
`~/.pgpass`, service files, several hosts and TLS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from ordertwin_models.errors import StoreUnusable

SCHEMA = "ordertwin"
CONNECTIONS = 8
MOST_CONNECTIONS = 500
ISOLATIONS = ("read committed", "serializable")

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Address:
    """`conninfo` is for libpq; `connections` are for writing, and as many again for reading."""

    conninfo: str
    schema: str = SCHEMA
    connections: int = CONNECTIONS
    isolation: str = ISOLATIONS[0]


def parse(url: str) -> Address:
    """Take our own parameters out of an address; `StoreUnusable` when one of them is wrong.

    >>> address = parse("postgresql://ot@db.example/orders?schema=eu&connections=20&sslmode=require")
    >>> address.conninfo, address.schema, address.connections
    ('postgresql://ot@db.example/orders?sslmode=require', 'eu', 20)
    """
    parts = urlsplit(url)
    parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
    schema = parameters.pop("schema", SCHEMA)
    if not _SCHEMA.fullmatch(schema) or schema.startswith("pg_"):
        raise StoreUnusable(
            f"schema={schema} is no name for a schema; use small letters, digits and underscores."
        )
    connections = parameters.pop("connections", str(CONNECTIONS))
    if not connections.isdecimal() or not 1 <= int(connections) <= MOST_CONNECTIONS:
        raise StoreUnusable(
            f"connections={connections} must be a whole number from 1 to {MOST_CONNECTIONS}."
        )
    isolation = parameters.pop("isolation", ISOLATIONS[0]).replace("_", " ").lower()
    if isolation not in ISOLATIONS:
        raise StoreUnusable(f"isolation={isolation} must be one of {', '.join(ISOLATIONS)}.")
    query = urlencode(parameters, quote_via=quote)
    return Address(urlunsplit(parts._replace(query=query)), schema, int(connections), isolation)
