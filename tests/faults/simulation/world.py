"""One run: clients, a network that loses and repeats, a server that crashes, a clock that jumps.

Everything that happens is drawn from one seed. After a while no new faults come, and the run goes
on until every client has an answer; then `invariants.check` looks at what is on disk.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults.simulation.disk import COMMITTING, WRITES, Disk, Fault
from tests.faults.simulation.intents import FAMILIES, Intent, intents
from tests.faults.simulation.turns import Actor, pause
from tests.unit.server.builders import NOON

from ordertwin.v1.order_service_pb2 import ScoreOrderRequest
from ordertwin_models.errors import StoreOutcomeUnknown
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.read_decision import ReadDecision
from ordertwin_server.commands.read_orders import ReadOrders
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_server.commands.turns import Turns
from ordertwin_server.commands.update_status import UpdateStatus
from ordertwin_server.errors import tell
from ordertwin_server.identity import TimeOrderedKeys
from ordertwin_server.model_slot import ModelSlot
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_server.services.orders import OrderService

TENANT = "default"
AT_ONCE = 8
"""Calls under way at the same time, at most."""

STEPS_WITH_FAULTS = 250
MOST_STEPS = 20_000
RETRYABLE = {"UNAVAILABLE", "DEADLINE_EXCEEDED"}


class Clock:
    """Goes on a little whenever it is read, and is put forward and back."""

    def __init__(self) -> None:
        self.now = NOON + timedelta(hours=8)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=7)
        return self.now


@dataclass(slots=True)
class Delivery:
    """A request on its way: it arrives in `delay` steps."""

    intent: Intent
    delay: int


@dataclass(slots=True)
class Running:
    """A call that the server works on."""

    intent: Intent
    actor: Actor


@dataclass
class World:
    """The state of a run. `happened` counts what went wrong, `unexpected` what never may."""

    seed: int
    folder: Path
    happened: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.clock = Clock()
        self.disk = Disk(self.folder)
        self.intents = intents(self.rng)
        self.steps = 0
        self._running: list[Running] = []
        begin = [self.rng.randint(0, 100) for _ in range(FAMILIES)]
        self._on_their_way = [
            Delivery(i, begin[i.family or 0] + self.rng.randint(0, 20)) for i in self.intents
        ]
        self.serve()

    @property
    def is_calm(self) -> bool:
        """Whether faults have ended."""
        return self.steps > STEPS_WITH_FAULTS

    def serve(self) -> None:
        """Start a server over the store as it is."""
        store: Any = self.disk.store
        score = ScoreOrder(
            store,
            ModelSlot(None),
            PolicySlot(),
            clock=self.clock,
            keys=TimeOrderedKeys(self.clock, self.rng.randbytes),
            max_lines=2000,
            turns=Turns(wait=lambda line: pause("in line")),
        )
        self.service = OrderService(
            score=score,
            orders=ReadOrders(store),
            status=UpdateStatus(store, clock=self.clock),
            decisions=ReadDecision(store),
            max_lines=2000,
        )

    def run(self) -> None:
        """Until every client has an answer and nothing is under way."""
        while self._running or self._on_their_way:
            self.steps += 1
            if self.steps > MOST_STEPS:
                self.unexpected.append("the run does not come to an end")
                return
            if not self.is_calm:
                self._meddle()
            for delivery in self._on_their_way:
                delivery.delay -= 1
            self._step()

    def _meddle(self) -> None:
        chance = self.rng.random()
        if chance < 0.01:
            self._crash("crash")
        elif chance < 0.05 and self.disk.armed is None:
            self.disk.armed = self.rng.choice(list(Fault))
        elif chance < 0.07:
            self.clock.now += timedelta(minutes=self.rng.randint(-120, 120))
            self.happened["clock put"] += 1

    def _step(self) -> None:
        due = [d for d in self._on_their_way if d.delay <= 0 and self._may_go(d.intent)]
        if due and len(self._running) < AT_ONCE and self.rng.random() < 0.5:
            self._arrive(self.rng.choice(due))
        elif self._running:
            at_a_write = [r for r in self._running if r.actor.stop in WRITES]
            if any(r.actor.stop == COMMITTING for r in self._running):
                # Whoever wants to write now would wait for the one that commits.
                self._advance(self.rng.choice([r for r in self._running if r not in at_a_write]))
            elif len(at_a_write) > 1 and self.disk.is_writable and self.rng.random() < 0.5:
                self._advance_together(at_a_write)
            else:
                self._advance(self.rng.choice(self._running))

    def _may_go(self, intent: Intent) -> bool:
        return intent.after is None or intent.after.is_settled

    def _arrive(self, delivery: Delivery) -> None:
        self._on_their_way.remove(delivery)
        intent, rng = delivery.intent, self.rng
        intent.sent += 1
        if not self.is_calm and rng.random() < 0.1:
            self.happened["request doubled"] += 1
            self._on_their_way.append(Delivery(intent, rng.randint(0, 40)))
        # Whether the caller still waits is asked right before the write.
        waits = self.is_calm or rng.random() > 0.05
        call = Call(TENANT, "client", waiting=lambda: waits)
        self._running.append(Running(intent, Actor(partial(self._answer, call, intent))))

    def _answer(self, call: Call, intent: Intent) -> Any:
        if isinstance(intent.request, ScoreOrderRequest):
            return self.service.score_order(call, intent.request)
        intent.request.name = intent.after.answer.order  # type: ignore
        return self.service.update_order_status(call, intent.request)

    def _advance(self, running: Running) -> None:
        running.actor.advance()
        self._see_to([running])

    def _advance_together(self, several: list[Running]) -> None:
        """Let calls write in one commit, in an order that the seed chose."""
        chosen = self.rng.sample(several, self.rng.randint(2, len(several)))
        with self.disk.held() as writer:
            for place, running in enumerate(chosen, start=1):
                running.actor.release()
                while writer.waiting < place and running.actor.stop in WRITES:
                    time.sleep(0)
        for running in chosen:
            running.actor.await_stop()
        self.disk.is_alone = True
        self.happened["written together"] += 1
        self._see_to(chosen)

    def _see_to(self, advanced: list[Running]) -> None:
        """Take the answers of those that ended; end the server when nobody knows what is stored."""
        is_fatal = False
        for running in advanced:
            if running.actor.stop is None:
                self._running.remove(running)
                is_fatal |= isinstance(running.actor.outcome, StoreOutcomeUnknown)
                self._end(running.intent, running.actor.outcome)
        if is_fatal:
            self._crash("stopped on an unknown outcome")

    def _end(self, intent: Intent, outcome: Any) -> None:
        if isinstance(outcome, BaseException):
            told = tell(outcome)
            self.happened[told.code.name] += 1
            if told.code.name in RETRYABLE:
                self._again(intent)
            elif not self._may_be_refused(intent, told.code.name):
                self.unexpected.append(f"{intent.request_id}: {outcome!r}")
                intent.is_settled = True
            else:
                intent.refusal, intent.is_settled = told.code.name, True
            return
        if intent.answer is None:
            intent.answer = outcome
        self.compare(intent, outcome)
        if not self.is_calm and self.rng.random() < 0.15:
            self.happened["answer lost"] += 1
            self._again(intent)
        else:
            intent.is_settled = True

    def _may_be_refused(self, intent: Intent, code: str) -> bool:
        """An order may have gone where it cannot come from; a question is never refused."""
        return intent.family is None and code == "FAILED_PRECONDITION"

    def compare(self, intent: Intent, outcome: Any) -> None:
        """Note when a question is answered otherwise than it was at first."""
        if not isinstance(intent.request, ScoreOrderRequest):
            return
        first, again = type(outcome)(), type(outcome)()
        first.CopyFrom(intent.answer)
        again.CopyFrom(outcome)
        first.replayed = again.replayed = False
        if first != again:
            self.unexpected.append(f"{intent.request_id}: was answered in two ways")

    def _again(self, intent: Intent) -> None:
        self._on_their_way.append(Delivery(intent, self.rng.randint(0, 40)))

    def _crash(self, why: str) -> None:
        """Every call ends without an answer, and a new server starts over the same files."""
        self.happened[why] += 1
        for running in self._running:
            running.actor.crash()
            self._again(running.intent)
        self._running.clear()
        self.disk.crash()
        self.serve()
