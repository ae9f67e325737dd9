"""Verdicts out of a store, with the comparison vectors that were in force when they were given.

Read beside a running server, in bounded steps, without changing anything. A pair that was shown has
its vector in the decision; one that somebody found by hand, or that was compared by an older
version, is compared anew as it stood then, among the candidates of that decision.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from ordertwin_models import artefact
from ordertwin_models.comparison import COMPARISON_NAMES, Pairs, vectors
from ordertwin_models.decision import Decision
from ordertwin_models.features import OrderFeatures
from ordertwin_models.model import DuplicateModel
from ordertwin_models.order import Order
from ordertwin_stores import open_archive
from ordertwin_stores.archive import OrderArchive
from ordertwin_stores.customers import same_customer_at
from ordertwin_stores.model_versions import ModelState
from ordertwin_stores.reviews import SeenOrder, StoredVerdict, relation_of
from ordertwin_training.retraining.trigger import Seen
from ordertwin_training.retraining.verdicts import (
    Answer,
    OrderFacts,
    Origin,
    Progress,
    Verdict,
    vector_of,
)

AT_ONCE = 500
VERSIONS_LOOKED_AT = 200


def read_store(
    address: str, tenant: str, progress: Progress = lambda done: None
) -> tuple[list[Verdict], DuplicateModel | None]:
    """All verdicts of a tenant, and the model that answers there; None for the released one.

    `StoreUnusable` when there is no store. Pairs of which one order was erased or changed beyond
    comparison are left out: nothing is known of them any more.
    """
    archive = open_archive(address)
    try:
        found: list[Verdict] = []
        for page in _pages(archive, tenant):
            found += _verdicts(archive, tenant, page)
            progress(page[-1].position)
        return found, _active(archive, tenant)
    finally:
        archive.close()


def new_verdicts(address: str, tenant: str, after: int) -> Seen:
    """What came in behind a position: settled verdicts, and how far they contradict what was shown.

    Blind verdicts and those on a batch were shown nothing.
    """
    archive = open_archive(address)
    try:
        count, last, shown, contradicting = 0, after, 0, 0
        for page in _pages(archive, tenant, after):
            last = page[-1].position
            for stored in page:
                if not stored.settled or stored.ended is not None:
                    continue
                count += 1
                said = stored.said
                if said.probability is not None and not said.blind:
                    shown += 1
                    contradicting += (said.probability >= 0.5) != (said.answer.value == "MATCH")
        return Seen(count, last, shown, contradicting)
    finally:
        archive.close()


def standing_of(address: str, tenant: str) -> tuple[str, str]:
    """Names of the model version that answers there, and of the one that would be next: in shadow,
    or else the newest candidate; empty for none."""
    archive = open_archive(address)
    try:
        versions = archive.models.list(tenant, VERSIONS_LOOKED_AT, None)
    finally:
        archive.close()
    by_state = {one.state: one.version for one in reversed(versions)}
    challenger = by_state.get(ModelState.SHADOW) or by_state.get(ModelState.CANDIDATE, "")
    return by_state.get(ModelState.ACTIVE, ""), challenger


def facts_of(order: Order) -> OrderFacts:
    """What segments are made of, from an order."""
    return OrderFacts(
        customer=order.customer.party_id or order.customer.name,
        customer_group=order.company,
        channel=order.channel.value,
        source=order.source,
        language=script_of(line.name or line.specification for line in order.lines),
        lines=len(order.lines),
        value=float(order.value or 0.0),
    )


def script_of(texts: Iterator[str] | Sequence[str]) -> str:
    """The commonest script, as far as it tells languages apart; empty when there are no letters.

    >>> script_of(["Hex bolt M8"]), script_of(["六角螺栓 M8"]), script_of(["8 x 40"])
    ('LATIN', 'CJK', 'LATIN')
    """
    letters = Counter(
        unicodedata.name(letter, "").split(" ")[0].split("-")[0]
        for text in texts
        for letter in text[:80]
        if letter.isalpha()
    )
    return max(letters, key=lambda name: (letters[name], name), default="")


def _pages(archive: OrderArchive, tenant: str, after: int = 0) -> Iterator[Sequence[StoredVerdict]]:
    while page := archive.verdicts.verdicts(tenant, after, AT_ONCE):
        yield page
        after = page[-1].position


def _verdicts(
    archive: OrderArchive, tenant: str, page: Sequence[StoredVerdict]
) -> Iterator[Verdict]:
    decisions = archive.verdicts.decisions(tenant, [one.said.decision_key for one in page])
    wanted = [(one.said.order_key, one.said.seen_at) for one in page]
    seen = archive.verdicts.seen_orders(tenant, wanted)
    for stored, order in zip(page, seen, strict=True):
        decision = decisions.get(stored.said.decision_key)
        if decision is None or order is None:
            continue
        for counterpart in _counterparts(stored, decision):
            vector = _vector(archive, tenant, stored, decision, order, counterpart)
            if vector is not None:
                yield _verdict(stored, decision, order.order, counterpart, vector)


def _counterparts(stored: StoredVerdict, decision: Decision) -> list[str]:
    """Whom a verdict is about: an order that is no duplicate is none of any that was shown."""
    if stored.said.counterpart_key:
        return [stored.said.counterpart_key]
    if stored.said.answer.value != Answer.DISTINCT.value:
        return []
    return [match.order_key for match in decision.matches if not match.state.is_dead]


def _verdict(
    stored: StoredVerdict,
    decision: Decision,
    order: Order,
    counterpart: str,
    vector: tuple[float, ...],
) -> Verdict:
    said = stored.said
    shown = {match.order_key: match.match_probability for match in decision.matches}
    return Verdict(
        order=said.order_key,
        counterpart=counterpart,
        answer=Answer(said.answer.value),
        relation=relation_of(said.relation),
        reviewer=said.reviewer,
        at=stored.at,
        origin=Origin(said.source.value),
        inclusion=said.inclusion,
        blind=said.blind,
        withdrawn=stored.ended is not None,
        settled=stored.settled or said.answer.value == Answer.UNSURE.value,
        proposed=counterpart in shown,
        model_version=said.model_version,
        probability=shown.get(counterpart, said.probability),
        facts=facts_of(order),
        vector=vector,
    )


def _vector(
    archive: OrderArchive,
    tenant: str,
    stored: StoredVerdict,
    decision: Decision,
    order: SeenOrder,
    counterpart: str,
) -> tuple[float, ...] | None:
    """The vector that was stored; else of today's comparison of both orders as they stood then."""
    match = next((one for one in decision.matches if one.order_key == counterpart), None)
    if match is not None and match.vector.keys() == set(COMPARISON_NAMES):
        return vector_of(match.vector)
    if order.features is None:
        return None
    keys = [counterpart, *(one.order_key for one in decision.matches)]
    then = archive.decision_history.as_seen(tenant, list(dict.fromkeys(keys)), stored.said.seen_at)
    if counterpart not in then:
        return None
    candidates = [then[counterpart], *(one for key, one in then.items() if key != counterpart)]
    customer = order.order.customer.party_id
    same = same_customer_at(archive.customers, tenant, customer, decision.customers)
    matrix = vectors(Pairs(OrderFeatures.from_bytes(order.features), candidates, same))
    return tuple(matrix[0].tolist())


def _active(archive: OrderArchive, tenant: str) -> DuplicateModel | None:
    live = archive.models.live().get(tenant)
    if live is None or live.active is None:
        return None
    return artefact.loads(archive.models.artefact(tenant, live.active.version).model)
