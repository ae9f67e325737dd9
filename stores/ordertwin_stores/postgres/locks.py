"""What a writer locks before it looks: without, two similar orders would not see each other.

A lock is a number, held until the transaction ends. Numbers are taken in ascending order, so that
writers wait for each other but never in a circle. A tenant's gate is passed by every registration
and shut while a past is loaded, whose keys are too many to lock one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from ordertwin_stores.interface import RequestRecord
from ordertwin_stores.postgres.library import Connection, run


@dataclass(frozen=True, slots=True)
class Locks:
    """The locks of one tenant. `salt` keeps tenants and schemas apart; the gate is none of the
    numbers that blocking keys make of it, or who passes it could wait for himself."""

    gate: int
    salt: int

    @classmethod
    def of(cls, schema: str, tenant: str) -> Locks:
        """The locks of a tenant in a schema of this database."""
        return cls(_number("gate", schema, tenant), _number("salt", schema, tenant))

    def pass_gate(self, connection: Connection) -> None:
        """Go on unless a load is in progress, and keep loads out."""
        run(connection, "SELECT pg_advisory_xact_lock_shared(%s)", self.gate)

    def shut_gate(self, connection: Connection) -> None:
        """Wait until nobody registers, and keep everybody out."""
        run(connection, "SELECT pg_advisory_xact_lock(%s)", self.gate)

    def take(self, connection: Connection, numbers: Iterable[int]) -> None:
        """Wait until nobody else holds one of these, then hold them all."""
        run(
            connection,
            "SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS wanted (number)",
            sorted(set(numbers)),
        )

    def of_keys(self, keys: Iterable[int]) -> Iterable[int]:
        """A number for each blocking key."""
        return (key ^ self.salt for key in keys)

    def of_request(self, request: RequestRecord) -> int:
        """The number of a request id."""
        return _number("request", request.method, request.request_id) ^ self.salt

    def of_record(self, kind: str, name: str) -> int:
        """The number of a record about access."""
        return _number("record", kind, name) ^ self.salt

    def of_batches(self, source: str) -> int:
        """The number of the batches of a source."""
        return _number("batches", source) ^ self.salt

    def of_order(self, source: str, order_id: str) -> int:
        """The number of a natural key."""
        return _number("order", source, order_id) ^ self.salt


def _number(*parts: str) -> int:
    """A signed 64-bit number; parts are marked off by their lengths."""
    text = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)
