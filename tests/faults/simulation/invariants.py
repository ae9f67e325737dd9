"""What must hold after a run, whatever went wrong in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.consistency import out_of_step, traces
from tests.faults.findings import Findings
from tests.faults.simulation.world import TENANT, World

from ordertwin.v1.decision_pb2 import OUTCOME_UNIQUE
from ordertwin.v1.order_service_pb2 import ScoreOrderRequest
from ordertwin_server.commands.call import Call
from ordertwin_stores.audit import check_log


def check(world: World) -> Findings:
    """Everything that a run broke; the world ends with it."""
    found = Findings(f"seed {world.seed}")
    found.lost += _lost(world)
    found.doubled += _doubled(world)
    found.failed += _answered_otherwise(world)
    found.failed += world.unexpected
    found.failed += _audit_broken(world)
    world.disk.close()
    found.failed += out_of_step(world.disk.path)
    found.failed += _traces(world)
    return found


def _lost(world: World) -> Iterator[str]:
    """Orders that a server answered for, whether or not that arrived, and that are not there."""
    stored = {each.order.order_id for each in world.disk.store.inner.iterate_orders(TENANT)}
    for intent in world.intents:
        if not intent.is_settled:
            yield f"{intent.request_id} was never answered"
        elif intent.answer is not None and intent.order_id not in stored:
            yield f"{intent.order_id} was answered for and is not there"


def _doubled(world: World) -> Iterator[str]:
    """Orders stored twice, and families of which more than one is unique."""
    orders = world.disk.store.inner.iterate_orders(TENANT)
    for order_id, times in Counter(each.order.order_id for each in orders).items():
        if times > 1:
            yield f"{order_id} is there {times} times"
    unique: dict[int, set[str]] = defaultdict(set)
    for intent in world.intents:
        answer = intent.answer
        if not isinstance(intent.request, ScoreOrderRequest) or answer is None:
            continue
        if answer.outcome == OUTCOME_UNIQUE:
            unique[intent.family].add(intent.order_id)
        elif not answer.matches:
            yield f"{intent.request_id} is not unique, and names no other"
    for family, order_ids in unique.items():
        if len(order_ids) > 1:
            yield f"of family {family} all these are unique: {sorted(order_ids)}"


def _answered_otherwise(world: World) -> Iterator[str]:
    """Requests that are not known any more, or get another answer, when they are repeated."""
    for intent in world.intents:
        if isinstance(intent.request, ScoreOrderRequest) and intent.answer is not None:
            again = world.service.score_order(Call(TENANT, "client"), intent.request)
            if not again.replayed:
                yield f"{intent.request_id}: is not known any more"
            world.compare(intent, again)


def _audit_broken(world: World) -> Iterator[str]:
    entries = world.disk.store.inner.access.entries(TENANT, 0, 1_000_000)
    finding = check_log(TENANT, entries).finding
    if finding is not None:
        yield f"the operation log is broken: {finding}"


def _traces(world: World) -> Iterator[str]:
    """Requests that left more or less than the one trace that is due."""
    for table in ("requests", "audit"):
        found = traces(world.disk.path, table)
        for intent in world.intents:
            due = int(intent.answer is not None)
            if found.get(intent.request_id, 0) != due:
                yield f"{intent.request_id}: {found.get(intent.request_id, 0)} of {due} in {table}"
