"""Sends the events of a stream file to a server, one after another, and judges the answers.

One at a time on purpose: every order is judged with all orders before it in place, as it would have
been on the day, and a replay of the same file gives the same answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ordertwin.v1 import decision_pb2, order_service_pb2
from ordertwin_cli.failures import CommandFailed
from ordertwin_cli.replaying.errors import Errors, error_kind, record_of
from ordertwin_cli.replaying.judge import Answered, Judge
from ordertwin_cli.replaying.plan import Plan, Step
from ordertwin_client import ConflictError, OrderTwinClient
from ordertwin_client import OrderTwinError as CallFailed
from ordertwin_models.decision import Outcome
from ordertwin_models.order import OrderState
from ordertwin_server.convert.enums import OUTCOME, STATE
from ordertwin_server.convert.order_out import order_to_proto
from ordertwin_training.stream import OrderEvent, StatusEvent

DEAD = frozenset(STATE.number(state) for state in OrderState if state.is_dead)


@dataclass(slots=True)
class Tally:
    """What happened besides the verdicts; `sum_error` is the largest gap between a match weight and
    the sum that explains it."""

    orders: int = 0
    status_changes: int = 0
    status_unknown: int = 0
    status_refused: int = 0
    replayed: int = 0
    degraded: int = 0
    truncated: int = 0
    pairs: int = 0
    sum_error: float = 0.0
    outcomes: dict[str, int] = field(default_factory=dict)
    model_versions: set[str] = field(default_factory=set)
    seconds: float = 0.0
    interrupted: bool = False


class Sender:
    """Sends the steps of a plan; several senders may share a tally. Orders that were judged wrongly
    are written to `errors`, when there is such a file."""

    def __init__(
        self,
        client: OrderTwinClient,
        plan: Plan,
        tenant: str,
        tally: Tally | None = None,
        errors: Errors | None = None,
    ) -> None:
        self._client = client
        self._plan = plan
        self._tenant = tenant
        self._errors = errors
        self._names: dict[tuple[str, str], str] = {}
        self._names_by_id: dict[str, set[str]] = {}
        self.tally = tally or Tally()
        self.judge = Judge()

    def send_all(self, progress: Callable[[int], None]) -> None:
        """Send every step; Ctrl-C ends it early, and the tally says so."""
        started = time.perf_counter()
        try:
            for done, step in enumerate(self._plan.steps(), start=1):
                self._send(step)
                progress(done)
        except KeyboardInterrupt:
            self.tally.interrupted = True
        finally:
            self.tally.seconds += time.perf_counter() - started

    def _send(self, step: Step) -> None:
        try:
            if isinstance(step.event, OrderEvent):
                self._send_order(step, step.event)
            else:
                self._send_status(step, step.event)
        except CallFailed as error:
            raise CommandFailed(
                f"{self._plan.path}, line {step.line}: {error} "
                f"({self.tally.orders} orders were sent before; run it again to go on)"
            ) from error

    def _send_order(self, step: Step, event: OrderEvent) -> None:
        response = self._client.score_order(order_to_proto(event.order), request_id=step.request_id)
        self._names[event.order.source, event.order.order_id] = response.order
        self._names_by_id.setdefault(event.order.order_id, set()).add(response.order)
        self._count(response)
        case = self.judge.take(event, answered(response))
        kind = error_kind(case) if case and self._errors else None
        if self._errors and kind:
            self._errors.add(record_of(kind, step.line, event, response, self.judge))

    def _count(self, response: order_service_pb2.ScoreOrderResponse) -> None:
        tally, outcome = self.tally, outcome_of(response)
        tally.orders += 1
        tally.outcomes[outcome] = tally.outcomes.get(outcome, 0) + 1
        tally.replayed += response.replayed
        tally.degraded += response.degraded
        tally.truncated += response.candidates_truncated
        tally.model_versions.add(response.model_version)
        tally.pairs += len(response.matches)
        for match in response.matches:
            tally.sum_error = max(tally.sum_error, sum_error(match))

    def _send_status(self, step: Step, event: StatusEvent) -> None:
        known = self._names.get((event.source, event.order_id)) or self._only_one(event)
        name = known or self._look_up(event)
        if name is None:
            self.tally.status_unknown += 1
            return
        state = STATE.number(event.state)
        try:
            self._client.update_order_status(
                name, state, request_id=step.request_id, reason="replay"
            )
            self.tally.status_changes += 1
        except ConflictError:
            # A held order is judged here, not there: it may have gone another way.
            self.tally.status_refused += 1

    def _only_one(self, event: StatusEvent) -> str | None:
        """The order of this file with the id that a status without a source names, if it is one."""
        named = self._names_by_id.get(event.order_id, set()) if not event.source else set()
        return next(iter(named)) if len(named) == 1 else None

    def _look_up(self, event: StatusEvent) -> str | None:
        found = self._client.list_orders(
            tenant=self._tenant, source=event.source, order_id=event.order_id
        )
        return next((order.name for order in found if order.source == event.source), None)


def answered(response: order_service_pb2.ScoreOrderResponse) -> Answered:
    """What the judge needs of a response. Dead orders are nobody's twin, however alike."""
    return Answered(
        outcome=outcome_of(response),
        probability=max(
            (m.match_probability for m in response.matches if m.order.state not in DEAD),
            default=0.0,
        ),
        named=tuple(match.order.order_id for match in response.matches),
    )


def outcome_of(response: order_service_pb2.ScoreOrderResponse) -> Outcome:
    """The outcome as a core value."""
    return OUTCOME.member(response.outcome) or Outcome.UNIQUE


def sum_error(match: decision_pb2.Match) -> float:
    """How far the reasons are from adding up to the match weight.

    >>> sum_error(decision_pb2.Match(match_weight=3.0, prior_weight=-1.0, contributions=[
    ...     decision_pb2.Contribution(weight=4.0)]))
    0.0
    """
    reasons = sum(contribution.weight for contribution in match.contributions)
    return abs(match.prior_weight + reasons - match.match_weight)
