"""A history as the server would have lived through it: one row for each order that arrived.

Orders are prepared and featurised in the order of the stream, with the term counts of that moment,
so that training sees exactly what serving sees. Knows nothing of labels or classifiers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.candidate import Lookup
from ordertwin_models.features import OrderFeatures
from ordertwin_models.order import OrderState
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_training.stream import Event, OrderEvent, StatusEvent, Truth

NEVER = 2**62
"""Event number of something that did not happen."""


@dataclass(slots=True)
class Arrival:
    """One order as it arrived, and what became of it.

    `event` is its place in the stream, `until` that of the event that replaced it by a changed
    version. `timeline` holds (event, state, at) of each status change. `amends` says that the
    natural key was there before: such an order is decided by a rule, not by the model.
    """

    order_id: str
    source: str
    at: datetime
    event: int
    customer: str
    products: int
    positions: int
    truth: Truth | None
    features: OrderFeatures
    stored: bytes
    lookups: tuple[Lookup, ...]
    blocking_keys: tuple[int, ...]
    terms: tuple[int, ...]
    amends: bool
    until: int = NEVER
    timeline: list[tuple[int, OrderState, datetime]] = field(default_factory=list)

    def state_before(self, event: int) -> tuple[OrderState, datetime]:
        """State at the moment of an event, and since when."""
        state, since = OrderState.RECEIVED, self.at
        for changed, new_state, at in self.timeline:
            if changed > event:
                break
            state, since = new_state, at
        return state, since


def arrivals_of(events: Iterable[Event]) -> list[Arrival]:
    """Every order of the stream, in order of arrival; a status of an unknown order is skipped."""
    arrivals: list[Arrival] = []
    latest: dict[tuple[str, str], Arrival] = {}
    counts: Counter[int] = Counter()
    for number, event in enumerate(events):
        if isinstance(event, StatusEvent):
            known = latest.get((event.source, event.order_id))
            if known is not None:
                known.timeline.append((number, event.state, event.at))
            continue
        arrival = _arrive(event, number, TermFrequencies(len(latest), counts))
        counts.update(arrival.terms)
        natural_key = (arrival.source, arrival.order_id)
        replaced = latest.get(natural_key)
        if replaced is not None:
            arrival.amends = True
            replaced.until = number
        latest[natural_key] = arrival
        arrivals.append(arrival)
    return arrivals


def arrival_frame(arrivals: Iterable[Arrival]) -> pd.DataFrame:
    """The arrivals as recordlinkage wants records: a frame, labelled by place of arrival."""
    return pd.DataFrame({"arrival": pd.Series(list(arrivals), dtype=object)})


def _arrive(event: OrderEvent, number: int, frequencies: TermFrequencies) -> Arrival:
    prepared = prepare(event.order)
    incoming = featurise(prepared, frequencies)
    return Arrival(
        order_id=event.order.order_id,
        source=event.order.source,
        at=event.order.ordered_at,
        event=number,
        customer=prepared.customer_key,
        products=prepared.products,
        positions=len(prepared.positions),
        truth=event.truth,
        features=incoming.features,
        stored=incoming.features.to_bytes(),
        lookups=incoming.lookups,
        blocking_keys=incoming.blocking_keys,
        terms=incoming.terms,
        amends=False,
    )
