"""LinkCustomers, SeparateCustomer, ListCustomers: customers who are known under several numbers.

"The same as" goes both ways and from one to the next, so numbers form groups, whatever chains or
circles a customer master has. Stored orders keep their numbers: separating undoes joining.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ordertwin_models.customers import number_of
from ordertwin_models.errors import EtagMismatch, FieldViolation, NotFound
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.deeds import Deed, Deeds
from ordertwin_server.commands.paging import Seals, page_size
from ordertwin_server.commands.settling import reason_violations
from ordertwin_server.customer_book import CustomerBook
from ordertwin_stores.customers import CustomerChange, Joined, Member, Standing
from ordertwin_stores.interface import OrderStore, RequestRecord

MAX_LINKS = 1_000
MAX_NUMBERS = 100
"""Numbers that one customer may have: each costs every order of the customer a few look-ups."""
MAX_ID, MAX_NAME = 64, 256
SHOWN = 20
"""Groups that an answer shows after a change."""
TRIES = 50
TARGET = "customers"


@dataclass(frozen=True, slots=True)
class Link:
    """A number that means the same customer as another one, which stays."""

    customer_id: str
    same_as: str
    name: str = ""
    same_as_name: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """How many links joined numbers, how many said what was known, and the groups now."""

    linked: int
    known: int
    groups: tuple[tuple[Joined, ...], ...]


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Groups, and the token of the next page; empty on the last one."""

    groups: tuple[tuple[Joined, ...], ...]
    next_token: str


class JoinCustomers:
    """The customers of one store."""

    def __init__(self, store: OrderStore, deeds: Deeds, book: CustomerBook) -> None:
        self._store, self._deeds, self._book = store, deeds, book
        self._seals = Seals(store.access.secret)

    def link(self, call: Call, request_id: str, links: Sequence[Link], reason: str) -> Linked:
        """Join numbers, all or none.

        Raises `InvalidRequest` or `RequestIdReused`.
        """
        question = ([_words(link) for link in links], reason)
        deed = Deed("LinkCustomers", request_id, question)
        deed.ensure_valid([*_links_violations(links), *reason_violations(reason)])
        numbers = [number_of(each) for link in links for each in (link.customer_id, link.same_as)]

        def made(standing: Standing) -> tuple[_Groups, dict[str, int]]:
            groups = _Groups(standing)
            linked = sum([groups.join(link) for link in links])
            deed.ensure_valid(groups.violations(links))
            return groups, {"linked": linked, "known": len(links) - linked}

        reply = self._do(call, deed, numbers, made, reason, "{linked} linked")
        groups = self._groups(call, self._store.customers.standing(call.tenant, numbers))
        return Linked(reply["linked"], reply["known"], groups)

    def separate(
        self, call: Call, request_id: str, customer_id: str, reason: str
    ) -> tuple[Joined, ...]:
        """Take a number out of its group; what is left of the group.

        Raises `InvalidRequest`, `NotFound` when it is in none, or `RequestIdReused`.
        """
        deed = Deed("SeparateCustomer", request_id, (customer_id, reason))
        deed.ensure_valid([*_id_violations("customer_id", customer_id), *reason_violations(reason)])
        number = number_of(customer_id)

        def made(standing: Standing) -> tuple[_Groups, dict[str, int]]:
            groups = _Groups(standing)
            if not groups.separate(number):
                raise NotFound("joined customer number", customer_id)
            rest = [one.group for one in standing.members if one.number != number]
            return groups, {"group": rest[0] if rest else 0}

        reply = self._do(call, deed, [number], made, reason, "separated")
        return self._group(call, reply["group"])

    def list(self, call: Call, customer_id: str, size: int, token: str) -> CustomerPage:
        """A page of groups; raises as other lists do."""
        size, seal = page_size(size), self._seals.of(call.tenant, "customers", customer_id)
        after = seal.position_in(token) or 0
        if customer_id:
            standing = self._store.customers.standing(call.tenant, [number_of(customer_id)])
            return CustomerPage(self._groups(call, standing), "")
        rows = self._store.customers.list(call.tenant, size + 1, after)
        groups = tuple(_by_group(rows).values())
        further = seal.token(groups[size - 1][0].member.group) if len(groups) > size else ""
        return CustomerPage(groups[:size], further)

    def _do(
        self,
        call: Call,
        deed: Deed,
        numbers: Sequence[str],
        made: Callable[[Standing], tuple[_Groups, dict[str, int]]],
        reason: str,
        outcome: str,
    ) -> Any:
        """The reply, once the change is durable and known here."""
        reply = self._deeds.reply_to(call, deed)
        for again in reversed(range(TRIES)):
            if reply is not None:
                break
            standing = self._store.customers.standing(call.tenant, numbers)
            groups, wanted = made(standing)
            left, joined = groups.changes()
            at = self._deeds.clock()
            change = CustomerChange(
                expected=standing.revision,
                left=left,
                joined=joined,
                request=RequestRecord(
                    deed.method, deed.request_id, deed.fingerprint, json.dumps(wanted)
                ),
                audit=call.entry(deed.method, TARGET, deed.request_id, outcome.format_map(wanted)),
                at=at,
                reason=reason,
            )
            call.ensure_waiting()
            try:
                earlier = self._store.customers.change(call.tenant, change)
            except EtagMismatch:
                if not again:
                    raise
                continue
            call.trail.written = earlier is None
            if earlier is not None:
                call.trail.outcome = "REPLAYED"
            reply = wanted if earlier is None else json.loads(earlier)
        self._book.refresh()
        return reply

    def _groups(self, call: Call, standing: Standing) -> tuple[tuple[Joined, ...], ...]:
        wanted = sorted({member.group for member in standing.members})
        return tuple(filter(None, [self._group(call, group) for group in wanted[:SHOWN]]))

    def _group(self, call: Call, group: int) -> tuple[Joined, ...]:
        rows = self._store.customers.list(call.tenant, 1, group - 1) if group else ()
        return _by_group(rows).get(group, ())


class _Groups:
    """Groups that are worked on, beginning with what the store has."""

    def __init__(self, standing: Standing) -> None:
        self._before = {one.number: one for one in standing.members}
        self._now: dict[str, Member] = {}
        self._groups: dict[int, set[str]] = {}
        self._highest = standing.highest_group
        for one in standing.members:
            self._put(one)

    def join(self, link: Link) -> bool:
        """Put two numbers into one group; false when they are in one already."""
        merged = self._named(link.customer_id, link.name)
        stays = self._named(link.same_as, link.same_as_name)
        if merged.group and merged.group == stays.group:
            return False
        if not stays.group:
            # The one that stays leads, also those that were merged into the other one before.
            if not merged.group:
                self._highest += 1
            group = merged.group or self._highest
            for one in self._of(group):
                self._put(replace(one, leads=False))
            self._put(replace(stays, group=group, leads=True))
            self._put(replace(merged, group=group, leads=False))
            return True
        for one in self._of(merged.group) if merged.group else [merged]:
            self._put(replace(one, group=stays.group, leads=False))
        return True

    def separate(self, number: str) -> bool:
        """Take a number out; false when it is in no group. One that stays alone leaves too."""
        gone = self._now.get(number)
        if gone is None:
            return False
        self._drop(gone)
        rest = self._of(gone.group)
        if len(rest) == 1:
            self._drop(rest[0])
        elif gone.leads:
            self._put(replace(rest[0], leads=True))
        return True

    def violations(self, links: Sequence[Link]) -> list[FieldViolation]:
        """The links that make a group too large."""
        return [
            FieldViolation(
                f"links[{place}]",
                f"would give one customer more than {MAX_NUMBERS} numbers; is {link.same_as!r}"
                " really one customer?",
            )
            for place, link in enumerate(links)
            if len(self._groups[self._now[number_of(link.same_as)].group]) > MAX_NUMBERS
        ]

    def changes(self) -> tuple[list[str], list[Member]]:
        """Numbers that leave where they were, and those with a new place, in order."""
        before, now = self._before, self._now
        left = sorted(number for number, one in before.items() if now.get(number) != one)
        joined = sorted(number for number, one in now.items() if before.get(number) != one)
        return left, [now[number] for number in joined]

    def _named(self, written: str, name: str) -> Member:
        """The member with this number, by a new name if one is given; in group 0 when in none."""
        number = number_of(written)
        known = self._now.get(number)
        if known is None:
            return Member(0, number, written, name)
        if name and name != known.name:
            known = replace(known, name=name)
            self._put(known)
        return known

    def _of(self, group: int) -> list[Member]:
        return [self._now[number] for number in sorted(self._groups.get(group, ()))]

    def _put(self, one: Member) -> None:
        if one.number in self._now:
            self._drop(self._now[one.number])
        self._now[one.number] = one
        self._groups.setdefault(one.group, set()).add(one.number)

    def _drop(self, one: Member) -> None:
        del self._now[one.number]
        self._groups[one.group].discard(one.number)


def _by_group(rows: Iterable[Joined]) -> Mapping[int, tuple[Joined, ...]]:
    groups: dict[int, tuple[Joined, ...]] = {}
    for row in rows:
        groups[row.member.group] = (*groups.get(row.member.group, ()), row)
    return groups


def _words(link: Link) -> tuple[str, ...]:
    return (link.customer_id, link.same_as, link.name, link.same_as_name)


def _links_violations(links: Sequence[Link]) -> list[FieldViolation]:
    if not 1 <= len(links) <= MAX_LINKS:
        return [FieldViolation("links", f"must be 1 to {MAX_LINKS}")]
    broken = []
    for place, link in enumerate(links):
        path = f"links[{place}]"
        broken += _id_violations(f"{path}.customer_id", link.customer_id)
        broken += _id_violations(f"{path}.same_as", link.same_as)
        number = number_of(link.customer_id)
        if number and number == number_of(link.same_as):
            broken.append(FieldViolation(f"{path}.same_as", "is the same number"))
        for field, name in (("name", link.name), ("same_as_name", link.same_as_name)):
            if len(name) > MAX_NAME:
                broken.append(
                    FieldViolation(f"{path}.{field}", f"must have at most {MAX_NAME} characters")
                )
    return broken


def _id_violations(field: str, customer_id: str) -> list[FieldViolation]:
    if len(customer_id) > MAX_ID:
        return [FieldViolation(field, f"must have at most {MAX_ID} characters")]
    if not number_of(customer_id):
        return [FieldViolation(field, f"must be a customer number; {customer_id!r} is none")]
    return []
