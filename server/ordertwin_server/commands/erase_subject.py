"""EraseSubject: what is known of a person or company goes, from every version of their orders.

A customer who is known under several numbers is erased under all of them, and the numbers leave
their group. Products, quantities, amounts and times stay, so that figures stay; so do decisions,
explained with what remains. The operation log still verifies, but nobody can tell any more which
content it spoke of. The search reads every order of the tenant: it is work for a quiet hour.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ordertwin_models.customers import number_of
from ordertwin_models.errors import EtagMismatch, FieldViolation
from ordertwin_models.order import Order, Party, PostalAddress
from ordertwin_server.commands.access_records import OVERRIDE, override_from, to_body
from ordertwin_server.commands.call import Call, Keys
from ordertwin_server.commands.deeds import Deed, Deeds, put
from ordertwin_stores.access import Put
from ordertwin_stores.codec import order_digest
from ordertwin_stores.interface import Erasure, OrderStore, Remains, RequestRecord

METHOD = "EraseSubject"
TRIES = 5
MAX_PARTY_ID, MAX_EMAIL = 64, 256


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased, and when."""

    key: str
    at: datetime
    orders: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose orders are meant: by customer number, by e-mail address, or by either of both; with
    `follow_numbers` also under the numbers that stand beside the address."""

    party_id: str = ""
    email: str = ""
    follow_numbers: bool = False

    def is_customer_of(self, order: Order, numbers: Collection[str]) -> bool:
        """Whether the order is theirs, whose `numbers`, as they are compared, are all these.

        >>> from datetime import UTC
        >>> order = Order(order_id="1", ordered_at=datetime(2026, 3, 2, tzinfo=UTC),
        ...               customer=Party(email="Anna@Example.org"))
        >>> Subject(email="anna@example.org").is_customer_of(order, ())
        True
        >>> Subject().is_customer_of(order, ())
        False
        """
        written = order.customer.party_id
        by_id = number_of(written) in numbers or (bool(written) and written == self.party_id)
        return by_id or self.has_address(order)

    def has_address(self, order: Order) -> bool:
        """Whether the order has their e-mail address."""
        return bool(self.email) and order.customer.email.casefold() == self.email.casefold()


def remains_of(order: Order) -> Order:
    """The order without anything that tells whose it was.

    >>> from datetime import UTC
    >>> from ordertwin_models.order import OrderLine
    >>> order = Order(order_id="1", ordered_at=datetime(2026, 3, 2, tzinfo=UTC), note="for Anna",
    ...               lines=(OrderLine(sku="M8-40", name="Bolt", specification="engrave ANNA"),))
    >>> erased = remains_of(order)
    >>> erased.note, erased.lines[0].sku, erased.lines[0].specification
    ('', 'M8-40', '')
    """
    return replace(
        order,
        customer=Party(),
        ship_to=PostalAddress(),
        bill_to=PostalAddress(),
        customer_reference="",
        entered_by="",
        note="",
        attributes={},
        lines=tuple(replace(line, customer_sku="", specification="") for line in order.lines),
    )


class EraseSubject:
    """Erases from the orders of one store."""

    def __init__(self, store: OrderStore, deeds: Deeds, keys: Keys) -> None:
        self._store, self._deeds, self._keys = store, deeds, keys

    def __call__(self, call: Call, request_id: str, subject: Subject) -> Receipt:
        """The receipt; the first one again when the request is repeated.

        Raises `InvalidRequest`, `RequestIdReused`, `EtagMismatch` (overrides of the orders, or the
        numbers of the customer, changed again and again meanwhile) or a `StoreError`.
        """
        question = (subject.party_id, subject.email, *["follow"] * subject.follow_numbers)
        deed = Deed(METHOD, request_id, question)
        deed.ensure_valid(_violations(subject))
        earlier = self._deeds.reply_to(call, deed)
        if earlier is not None:
            return _receipt(earlier)
        for again in reversed(range(TRIES)):
            try:
                return self._erase(call, deed, subject)
            except EtagMismatch:
                if not again:
                    raise
        raise AssertionError

    def _erase(self, call: Call, deed: Deed, subject: Subject) -> Receipt:
        (numbers, revision), request_id = self._numbers(call, subject), deed.request_id
        remains = tuple(self._remains(call, subject, numbers))
        at, key = self._deeds.clock(), self._keys()
        reply: dict[str, Any] = {"key": key, "at": at.isoformat(), "orders": len(remains)}
        call.ensure_waiting()
        done = self._store.erase(
            call.tenant,
            Erasure(
                remains=remains,
                request=RequestRecord(METHOD, request_id, deed.fingerprint, json.dumps(reply)),
                audit=call.entry(METHOD, f"erasures/{key}", request_id, f"{len(remains)} orders"),
                at=at,
                customers=tuple(sorted(numbers)),
                customers_seen=revision,
                records=tuple(self._reasons(call, remains)),
            ),
        )
        if done is not None:
            call.trail.outcome = "REPLAYED"
            return _receipt(json.loads(done.reply))
        call.trail.written = True
        return _receipt(reply)

    def _numbers(self, call: Call, subject: Subject) -> tuple[frozenset[str], int]:
        """All numbers of a subject, as they are compared, and the revision of the groups that say
        so."""
        named = {number_of(subject.party_id)}
        if subject.follow_numbers:
            named |= {
                number_of(order.customer.party_id)
                for _, order in self._versions(call)
                if subject.has_address(order)
            }
        named.discard("")
        standing = self._store.customers.standing(call.tenant, sorted(named))
        joined = (member.number for member in standing.members)
        return frozenset([*named, *joined]), standing.revision

    def _versions(self, call: Call) -> Iterator[tuple[str, Order]]:
        """All orders as they are, then as they were."""
        yield from ((each.key, each.order) for each in self._store.iterate_orders(call.tenant))
        yield from self._store.earlier_versions(call.tenant)

    def _remains(self, call: Call, subject: Subject, numbers: Collection[str]) -> list[Remains]:
        """Their orders; of one that is somebody else's now, what it was before."""
        found: dict[str, Remains] = {}
        for stored in self._store.iterate_orders(call.tenant):
            if subject.is_customer_of(stored.order, numbers):
                order = remains_of(stored.order)
                found[stored.key] = Remains(stored.key, order, order_digest(order))
        for key, earlier in self._store.earlier_versions(call.tenant):
            if key not in found and subject.is_customer_of(earlier, numbers):
                order = remains_of(earlier)
                found[key] = Remains(key, order, order_digest(order), current=False)
        return list(found.values())

    def _reasons(self, call: Call, remains: Collection[Remains]) -> Iterator[Put]:
        """Overrides for these orders without what people wrote about them."""
        targets = {f"orders/{each.order_key}" for each in remains}
        for record in self._deeds.access.list(call.tenant, OVERRIDE):
            override = override_from(record.body)
            if override.target in targets and override.reason:
                silent = replace(override, reason="")
                yield put(OVERRIDE, record.name, to_body(silent), record)


def _receipt(reply: Mapping[str, Any]) -> Receipt:
    return Receipt(reply["key"], datetime.fromisoformat(reply["at"]), reply["orders"])


def _violations(subject: Subject) -> list[FieldViolation]:
    broken = []
    if subject.follow_numbers and not subject.email:
        broken.append(FieldViolation("email", "is required to follow the numbers beside it"))
    if not subject.party_id and not subject.email:
        broken.append(FieldViolation("party_id", "or email is required, to say who is meant"))
    if len(subject.party_id) > MAX_PARTY_ID:
        broken.append(FieldViolation("party_id", f"must have at most {MAX_PARTY_ID} characters"))
    if len(subject.email) > MAX_EMAIL:
        broken.append(FieldViolation("email", f"must have at most {MAX_EMAIL} characters"))
    return broken
