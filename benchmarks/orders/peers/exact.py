"""What ERPs ship: this customer used this very reference before."""

from __future__ import annotations

from benchmarks.orders.records import LabelledStream, Scored
from ordertwin_cli.replaying.judge import ExactReferenceRule


class ExactReference:
    """Equality of customer and reference, nothing else; all or nothing."""

    name = "exact reference"
    threshold = 0.5

    def learn(self, stream: LabelledStream) -> None:
        """There is nothing to learn."""

    def score(self, stream: LabelledStream) -> list[Scored]:
        """1 for every earlier order of the customer with the reference."""
        rule = ExactReferenceRule()
        places: dict[str, int] = {}
        pairs = []
        for place, event in enumerate(stream.orders):
            earlier = rule.earlier(event.order)
            pairs += [Scored(place, places[order_id], 1.0) for order_id in earlier]
            places[event.order.order_id] = place
        return pairs
