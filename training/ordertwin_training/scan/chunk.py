"""One chunk of consecutive orders: each judged among the orders before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ordertwin_models import artefact
from ordertwin_models.assessment import CANDIDATE_LIMIT, IncomingOrder, assess, prepare
from ordertwin_models.decision import Decision, Match, Outcome
from ordertwin_models.explanation import explain
from ordertwin_models.features import OrderFeatures
from ordertwin_models.model import DuplicateModel
from ordertwin_models.policy import Policy, Standing
from ordertwin_models.preparation import lookups_of
from ordertwin_stores import open_archive
from ordertwin_stores.archive import OrderArchive, PastOrder
from ordertwin_stores.interface import StoredOrder
from ordertwin_training.scan.findings import Chunk, OrderFacts, Pair, facts_of
from ordertwin_training.scan.quality import note_order, note_sharing

REASONS = 4
_MATCHES = 20


@dataclass(frozen=True, slots=True)
class Task:
    """What is scanned and how; `model` is a model file, None for the rules. `now` tells which dates
    lie in the future."""

    store: str
    tenant: str
    model: Path | None
    policy: Policy
    language: str
    now: datetime


class Scanner:
    """Scans chunks of one store. A process has one of its own."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._archive: OrderArchive = open_archive(task.store)
        self._model: DuplicateModel | None = None
        if task.model is not None:
            self._model = artefact.loads(task.model.read_bytes())

    def scan(self, after: int, until: int) -> Chunk:
        """The orders with sequences above `after`, up to `until`."""
        orders = self._archive.past_orders(self._task.tenant, after, until)
        times = sorted(past.stored.order.ordered_at.astimezone(UTC) for past in orders)
        chunk = Chunk(until, len(orders))
        if times:
            chunk.first_at, chunk.last_at = times[0].isoformat(), times[-1].isoformat()
        for past in orders:
            self._scan_one(chunk, past)
        return chunk

    def close(self) -> None:
        """Let go of the store."""
        self._archive.close()

    def _scan_one(self, chunk: Chunk, past: PastOrder) -> None:
        task, order = self._task, past.stored.order
        prepared, features = prepare(order), OrderFeatures.from_bytes(past.features)
        lookups = lookups_of(prepared, features)
        seen = self._archive.candidates_before(task.tenant, lookups, CANDIDATE_LIMIT, past.sequence)
        for dimension, name in (
            ("channel", order.channel.value),
            ("source", order.source),
            ("clerk", order.entered_by),
            ("month", order.ordered_at.astimezone(UTC).strftime("%Y-%m")),
        ):
            chunk.count(dimension, name)
        note_order(chunk.quality, order, prepared, task.now)
        note_sharing(chunk.quality, order, features, seen.candidates, self._archive, task.tenant)
        chunk.truncated += seen.truncated
        value = float(features.header["amount"])
        decision = assess(
            self._model,
            IncomingOrder(features, lookups, (), prepared.terms),
            seen.candidates,
            truncated=seen.truncated,
            at=past.stored.received_at,
            standing=Standing.of(task.policy, order, value=value),
            max_matches=_MATCHES,
        )
        if decision.outcome is Outcome.UNIQUE:
            return
        twins = [match for match in decision.matches if match.relation.is_duplicate]
        if past.stored.state.is_dead or not twins:
            chunk.settled += bool(twins)
            return
        sequences = {candidate.key: candidate.sequence for candidate in seen.candidates}
        chunk.pairs.append(self._pair(past, decision, twins, sequences))

    def _pair(
        self, past: PastOrder, decision: Decision, twins: list[Match], sequences: dict[str, int]
    ) -> Pair:
        keys = [match.order_key for match in decision.matches]
        existing = self._archive.get_orders(self._task.tenant, keys)
        contents = {key: stored.order for key, stored in existing.items()}
        said = explain(decision, past.stored.order, contents, self._task.language)
        best = twins[0]
        words = said.matches[decision.matches.index(best)]
        reasons = [(one.weight, one.text) for one in words.contributions if one.weight > 0]
        return Pair(
            order=_facts(past.sequence, past.stored),
            twin=_facts(sequences[best.order_key], existing[best.order_key]),
            outcome=decision.outcome.value,
            action=decision.action.value,
            probability=best.match_probability,
            relation=best.relation.value,
            rules=decision.policy_rules,
            summary=said.summary,
            reasons=tuple(reasons[:REASONS]),
        )


def _facts(sequence: int, stored: StoredOrder) -> OrderFacts:
    return facts_of(sequence, stored, stored.order.value)
