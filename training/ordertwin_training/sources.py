"""Where histories to learn from come from: generated worlds, real base orders, stream files.

A source names everything its events follow from, so that its pairs can be kept and the training set
can be made again elsewhere.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from ordertwin_training.history import (
    HistorySettings,
    generate,
    generated_base,
    online_retail_base,
)
from ordertwin_training.split import ONE_HISTORY, TO_BE_JUDGED_ON, TO_LEARN_FROM, Shares
from ordertwin_training.stream import Event, read_stream

HELD_OUT_EVERY = 4
"""Of so many generated worlds one is held out whole."""

BURST_RATE, YOUNG_BURST_RATE = 0.001, 0.02
"""Rare: every order of a burst is a duplicate, and many of them would drown all others."""

YOUNG_FOR_EACH = 8
"""Young stores that are taught beside every generated world, each of a world of its own."""

YOUNGEST, OLDEST_OF_YOUNG = 8, 80
"""Base orders of a young store; small ones are as frequent as large ones on a log scale."""

DUPLICATE_RATE, LOOK_ALIKE_RATE = 0.15, 0.12
"""Far above nature, so that there is something to learn from; calibration takes it out again."""

_FEW = 12
"""So many sources of a family are described one by one."""

_YOUNG_SIZES = 7
"""Sizes of young stores, taken in turns; no multiple of `HELD_OUT_EVERY`."""

LAST_TRAINING_DAY = date(2011, 9, 1)
"""Online Retail orders from this day on are kept for benchmarks."""


@dataclass(frozen=True, slots=True)
class Source:
    """One history. `recipe` says in words and hashes what the events follow from, `family` is what
    it has in common with others.

    `events` can be pickled, so that several histories are made at the same time.
    """

    name: str
    family: str
    recipe: str
    events: Callable[[], Iterable[Event]]
    shares: Shares
    seed: int


def generated_sources(worlds: int, orders: int, seed: int) -> list[Source]:
    """Worlds drawn at random, each with its own business, customers, doors and habits.

    Beside them as many young stores times `YOUNG_FOR_EACH`, where hardly anything can be compared
    with what is usual; otherwise a model would learn about them from the first hours of few worlds.
    """
    return [
        _generated(f"world-{number:02d}", orders, seed * 1000 + number, _held_out(number))
        for number in range(worlds)
    ] + [_young(number, seed) for number in range(worlds * YOUNG_FOR_EACH)]


def retail_sources(path: Path, copies: int, seed: int) -> list[Source]:
    """Real base orders (the Online Retail file), dressed up differently in each copy.

    Only the training customers and the months before `LAST_TRAINING_DAY` are used, so that a
    benchmark can ask about customers and months that no model has met. A single copy is learned
    from and judged on; several share customers and baskets, so they are learned from only.
    """
    digest = file_digest(path)
    shares = ONE_HISTORY if copies == 1 else TO_LEARN_FROM
    return [
        _retail(path, digest, number, seed * 1000 + 500 + number, shares)
        for number in range(copies)
    ]


def described(sources: Sequence[Source]) -> list[str]:
    """A line for each source; of a large family its first and last one, and how many it has.

    >>> described(generated_sources(1, 1200, seed=2))[0]
    'world-00: generated world, seed 2000, 1200 base orders, purchasing'
    >>> described(generated_sources(2, 1200, seed=2))[-1][:55]
    '16 from young-000 (generated world, seed 10020000, 8 ba'
    """
    lines = []
    for _, group in itertools.groupby(sources, key=lambda source: source.family):
        members = list(group)
        if len(members) <= _FEW:
            lines += [f"{member.name}: {member.recipe}" for member in members]
        else:
            first, last = members[0], members[-1]
            lines.append(
                f"{len(members):,} from {first.name} ({first.recipe}) "
                f"to {last.name} ({last.recipe})"
            )
    return lines


def stream_source(path: Path, seed: int) -> Source:
    """A history in a stream file, with truth: used for everything, cut by groups and time."""
    return Source(
        name=path.name,
        family="file",
        recipe=f"stream file {path.name}, SHA-256 {file_digest(path)}",
        events=partial(read_stream, path),
        shares=ONE_HISTORY,
        seed=seed,
    )


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _held_out(number: int) -> bool:
    return number % HELD_OUT_EVERY == 1


def _young(number: int, seed: int) -> Source:
    place = number / _YOUNG_SIZES % 1
    orders = round(YOUNGEST * (OLDEST_OF_YOUNG / YOUNGEST) ** place)
    # Far from the seeds of the other worlds, of real base orders and of their copies.
    seed = 10_000_000 + seed * 10_000 + number
    return _generated(f"young-{number:03d}", orders, seed, _held_out(number), YOUNG_BURST_RATE)


def _generated(
    name: str, orders: int, seed: int, held_out: bool, burst_rate: float = BURST_RATE
) -> Source:
    business = _world(seed).business
    return Source(
        name=name,
        family=name.partition("-")[0],
        recipe=f"generated world, seed {seed}, {orders} base orders, {business}",
        events=partial(_generated_events, orders, seed, burst_rate),
        shares=TO_BE_JUDGED_ON if held_out else TO_LEARN_FROM,
        seed=seed,
    )


def _world(seed: int, burst_rate: float = BURST_RATE) -> HistorySettings:
    return dataclasses.replace(
        HistorySettings.randomised(seed),
        duplicate_rate=DUPLICATE_RATE,
        look_alike_rate=LOOK_ALIKE_RATE,
        burst_rate=burst_rate,
    )


def _generated_events(orders: int, seed: int, burst_rate: float) -> Iterable[Event]:
    settings = _world(seed, burst_rate)
    return generate(settings, generated_base(settings, orders=orders, seed=seed), seed)


def _retail_events(path: Path, seed: int) -> Iterable[Event]:
    base = online_retail_base(path, end=LAST_TRAINING_DAY, customers="training")
    return generate(_world(seed), base, seed)


def _retail(path: Path, digest: str, number: int, seed: int, shares: Shares) -> Source:
    return Source(
        name=f"online-retail-{number:02d}",
        family="online-retail",
        recipe=f"Online Retail, training customers before {LAST_TRAINING_DAY}, "
        f"SHA-256 {digest}, dressed with seed {seed}",
        events=partial(_retail_events, path, seed),
        shares=shares,
        seed=seed,
    )
