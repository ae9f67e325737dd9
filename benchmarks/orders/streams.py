"""The streams of a run: where their base orders come from, who dressed them, and what a system that
needs labels may learn from in the same world."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from benchmarks.orders.bases import PublishedBase, adventureworks_base, northwind_base
from benchmarks.orders.second_author import MARKETS, Market, Rates, inject, invented_base
from benchmarks.orders.second_author.ledger import ENRICHED, NATURAL
from ordertwin_training.history import (
    WORLDS,
    BaseFileInvalid,
    BaseOrders,
    HistorySettings,
    generate,
    generated_base,
    online_retail_base,
)
from ordertwin_training.stream import Event

SEED = 20_111
"""Far from every seed that training draws from."""
MARKET_SEED = 70_003
TEACHER_SEED = 40_507
"""What systems with labels learn from is drawn with another seed than what they are asked."""
TRAINING_ENDS = date(2011, 9, 1)
"""The first day of Online Retail that training does not see."""
WORLDS_ASKED = (
    "wholesale-en", "industrial-de", "consumer-shop-fr", "food-es", "industrial-zh",
    "spare-parts-ja",
)  # fmt: skip
"""Worlds of the training's generator: other customers, goods and habits than any it has drawn."""
TEACHING = Rates(duplicates=0.15, look_alikes=0.12)
"""Labels are dear; a teacher's stream is rich in them."""
_FEWEST = 10

REAL = replace(
    MARKETS["distributor-us"],
    name="real",
    locales={"en_GB": 1.0},
    currency="GBP",
    precision="minute",
)
"""How the second author dresses base orders that are real: every field, every door."""
CONSUMERS = replace(
    MARKETS["guest-shop-fr"], name="consumers", locales={"en_US": 1.0}, language="en",
    currency="USD", guests=0.0,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stream:
    """A history to ask about. `teacher` makes a labelled one of the same world, other orders."""

    name: str
    events: Callable[[], list[Event]]
    teacher: Callable[[], list[Event]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked for: `size` base orders in all, files and folders of real ones.

    `natural` injects duplicates and look-alikes as rarely as life does.
    """

    size: int
    data: Path | None = None
    northwind: Path | None = None
    adventureworks: Path | None = None
    natural: bool = False

    @property
    def rates(self) -> Rates:
        """How often duplicates and look-alikes follow."""
        return NATURAL if self.natural else ENRICHED


def streams_of(wanted: Wanted) -> Iterator[Stream]:
    """The streams of a run. Without files everything is invented, half of it by each author.

    Of a file of Online Retail, the orders from `TRAINING_ENDS` on are asked about, dressed by each
    author in turn, and the customers that training leaves out in the months before.
    """
    if wanted.data is not None:
        yield from _online_retail(wanted, wanted.data)
    if wanted.northwind is not None:
        yield from _published("northwind", northwind_base(wanted.northwind), REAL, wanted)
    if wanted.adventureworks is not None:
        base = adventureworks_base(wanted.adventureworks, limit=max(_FEWEST, wanted.size // 4))
        yield from _published("adventureworks", base, CONSUMERS, wanted)
    if not (wanted.data or wanted.northwind or wanted.adventureworks):
        yield from _invented(wanted)


def chosen(wanted: Wanted, names: str = "") -> dict[str, Stream]:
    """The streams of a run by name; with `names`, only those that hold one of these parts.

    Raises BaseFileInvalid, with the names there are, when none does.
    """
    every = {stream.name: stream for stream in streams_of(wanted)}
    parts = [part.strip() for part in names.split(",") if part.strip()]
    found = {n: s for n, s in every.items() if not parts or any(part in n for part in parts)}
    if not found:
        raise BaseFileInvalid(f"No stream is called like {names}; there are: {', '.join(every)}.")
    return found


def _invented(wanted: Wanted) -> Iterator[Stream]:
    share = max(_FEWEST, wanted.size // 2 // len(WORLDS_ASKED))
    for number, name in enumerate(WORLDS_ASKED):
        settings = _with_rates(WORLDS[name], wanted.rates)
        yield Stream(
            f"generated {name}",
            _generated(settings, share, SEED + number),
            _generated(_with_rates(settings, TEACHING), 2 * share, TEACHER_SEED + number),
        )
    share = max(_FEWEST, wanted.size // 2 // len(MARKETS))
    for name, market in MARKETS.items():
        yield Stream(
            f"second author {name}",
            _market(market, share, MARKET_SEED, wanted.rates),
            _market(market, 2 * share, TEACHER_SEED, TEACHING),
        )


def _online_retail(wanted: Wanted, path: Path) -> Iterator[Stream]:
    unseen = online_retail_base(path, start=TRAINING_ENDS, limit=wanted.size)
    earlier = _earlier(path, "training", limit=2 * wanted.size) or unseen
    strangers = _earlier(path, "unseen", limit=max(_FEWEST, wanted.size // 4))
    world = _with_rates(WORLDS["online-retail"], wanted.rates)
    teacher_world = _with_rates(WORLDS["online-retail"], TEACHING)
    yield Stream(
        "online retail, unseen months",
        lambda: list(generate(world, unseen, SEED)),
        lambda: list(generate(teacher_world, earlier, TEACHER_SEED)),
    )
    yield Stream(
        "online retail, unseen months, second author",
        lambda: inject(REAL, unseen, MARKET_SEED, wanted.rates),
        lambda: inject(REAL, earlier, TEACHER_SEED, TEACHING),
    )
    if strangers is not None:
        yield Stream(
            "online retail, unseen customers, second author",
            lambda: inject(REAL, strangers, MARKET_SEED + 1, wanted.rates),
            lambda: inject(REAL, earlier, TEACHER_SEED, TEACHING),
        )


def _earlier(path: Path, customers: str, limit: int) -> BaseOrders | None:
    """Orders before `TRAINING_ENDS`; None when the file has none."""
    try:
        chosen = "training" if customers == "training" else "unseen"
        return online_retail_base(path, end=TRAINING_ENDS, customers=chosen, limit=limit)  # type: ignore[arg-type]
    except BaseFileInvalid:
        return None


def _published(name: str, base: PublishedBase, market: Market, wanted: Wanted) -> Iterator[Stream]:
    """The sample company under both authors. Its teacher sells the same goods under another
    injection; there are too few orders to keep some apart, so that favours systems with labels."""
    world = _with_rates(WORLDS["wholesale-en"], wanted.rates)
    teacher_world = _with_rates(WORLDS["wholesale-en"], TEACHING)
    yield Stream(
        name,
        lambda: list(generate(world, base, SEED)),
        lambda: list(generate(teacher_world, base, TEACHER_SEED)),
    )
    known = base.customers
    yield Stream(
        f"{name}, second author",
        lambda: inject(market, base, MARKET_SEED, wanted.rates, known),
        lambda: inject(market, base, TEACHER_SEED, TEACHING, known),
    )


def _generated(settings: HistorySettings, orders: int, seed: int) -> Callable[[], list[Event]]:
    def events() -> list[Event]:
        base = generated_base(settings, orders=orders, seed=seed)
        return list(generate(settings, base, seed))

    return events


def _market(market: Market, orders: int, seed: int, rates: Rates) -> Callable[[], list[Event]]:
    return lambda: inject(market, invented_base(market, orders=orders, seed=seed), seed, rates)


def _with_rates(settings: HistorySettings, rates: Rates) -> HistorySettings:
    return replace(settings, duplicate_rate=rates.duplicates, look_alike_rate=rates.look_alikes)


def other_teacher(streams: Mapping[str, Stream], name: str) -> Stream:
    """A stream of another world than `name`: the next one in the list."""
    names = list(streams)
    return streams[names[(names.index(name) + 1) % len(names)]]
