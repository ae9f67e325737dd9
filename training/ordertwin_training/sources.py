"""Where histories to learn from come from: generated worlds, real base orders, stream files.

A source names everything its events follow from, so that its pairs can be kept and the training set
can be made again elsewhere.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable
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

DUPLICATE_RATE, LOOK_ALIKE_RATE = 0.15, 0.12
"""Far above nature, so that there is something to learn from; calibration takes it out again."""

LAST_TRAINING_DAY = date(2011, 9, 1)
"""Online Retail orders from this day on are kept for benchmarks."""


@dataclass(frozen=True, slots=True)
class Source:
    """One history. `recipe` says in words and hashes what the events follow from.

    `events` can be pickled, so that several histories are made at the same time.
    """

    name: str
    recipe: str
    events: Callable[[], Iterable[Event]]
    shares: Shares
    seed: int


def generated_sources(worlds: int, orders: int, seed: int) -> list[Source]:
    """Worlds drawn at random, each with its own business, customers, doors and habits."""
    return [
        _generated(number, orders, seed * 1000 + number, number % HELD_OUT_EVERY == 1)
        for number in range(worlds)
    ]


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


def stream_source(path: Path, seed: int) -> Source:
    """A history in a stream file, with truth: used for everything, cut by groups and time."""
    return Source(
        name=path.name,
        recipe=f"stream file {path.name}, SHA-256 {file_digest(path)}",
        events=partial(read_stream, path),
        shares=ONE_HISTORY,
        seed=seed,
    )


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _generated(number: int, orders: int, seed: int, held_out: bool) -> Source:
    business = _world(seed).business
    return Source(
        name=f"world-{number:02d}",
        recipe=f"generated world, seed {seed}, {orders} base orders, {business}",
        events=partial(_generated_events, orders, seed),
        shares=TO_BE_JUDGED_ON if held_out else TO_LEARN_FROM,
        seed=seed,
    )


def _world(seed: int) -> HistorySettings:
    return dataclasses.replace(
        HistorySettings.randomised(seed),
        duplicate_rate=DUPLICATE_RATE,
        look_alike_rate=LOOK_ALIKE_RATE,
    )


def _generated_events(orders: int, seed: int) -> Iterable[Event]:
    settings = _world(seed)
    return generate(settings, generated_base(settings, orders=orders, seed=seed), seed)


def _retail_events(path: Path, seed: int) -> Iterable[Event]:
    base = online_retail_base(path, end=LAST_TRAINING_DAY, customers="training")
    return generate(_world(seed), base, seed)


def _retail(path: Path, digest: str, number: int, seed: int, shares: Shares) -> Source:
    return Source(
        name=f"online-retail-{number:02d}",
        recipe=f"Online Retail, training customers before {LAST_TRAINING_DAY}, "
        f"SHA-256 {digest}, dressed with seed {seed}",
        events=partial(_retail_events, path, seed),
        shares=shares,
        seed=seed,
    )
