"""What a model learns from beside whole worlds: stores that have hardly begun."""

from __future__ import annotations

from ordertwin_training.sources import HELD_OUT_EVERY, YOUNG_FOR_EACH, generated_sources
from ordertwin_training.split import TO_BE_JUDGED_ON
from ordertwin_training.stream import OrderEvent


def test_young_stores_of_every_size_are_taught_and_judged_on() -> None:
    sources = generated_sources(4, 300, seed=3)
    young = [source for source in sources if source.name.startswith("young")]
    assert len(sources) == 4 + len(young) == 4 + 4 * YOUNG_FOR_EACH
    assert len({source.seed for source in sources}) == len(sources)
    judged = [source for source in young if source.shares is TO_BE_JUDGED_ON]
    assert len(judged) == len(young) // HELD_OUT_EVERY
    sizes = {sum(isinstance(event, OrderEvent) for event in source.events()) for source in young}
    assert min(sizes) < 20
    assert max(sizes) > 60
