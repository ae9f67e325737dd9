"""Every relation with its place: how it is written, how long it takes, which orders can have it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ordertwin_models.decision import Relation
from ordertwin_models.order import Channel
from ordertwin_training.history import duplicates, look_alikes
from ordertwin_training.history.scene import Scene
from ordertwin_training.history.world import Draft

Delays = tuple[tuple[float, float, float], ...]
"""Ways to wait: weight, and from how many to how many seconds; drawn evenly on a log scale."""

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_RHYTHMS = (1, 1, 2, 7, 7, 7, 7, 14, 28, 30)
_MACHINES = frozenset({Channel.EDI, Channel.MARKETPLACE})
_BY_WORD_OF_MOUTH = frozenset({Channel.PHONE, Channel.POS})


def _leave(scene: Scene) -> None:
    """Most relations leave the first order as it is."""


def _always(scene: Scene) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """How a relation comes about.

    write: makes the later order; None when it does not fit after all.
    delays: how long after the first order, or after the one before in a series.
    suits: whether the first order can have such a follower.
    prepare: what it changes in the first order before that is written.
    most: followers in a row.
    """

    relation: Relation
    write: Callable[[Scene, datetime], Draft | None]
    delays: Delays
    suits: Callable[[Scene], bool] = _always
    prepare: Callable[[Scene], None] = _leave
    most: int = 1

    @property
    def is_mechanical(self) -> bool:
        """Whether a system or a nervous finger repeats the order, at any hour."""
        return self.relation in (Relation.RESEND, Relation.RETRY, Relation.DOUBLE_SUBMIT)

    def delay(self, scene: Scene) -> timedelta:
        """The time until the next follower."""
        if self.relation is Relation.STANDING:
            return _rhythm(scene)
        scale = scene.world.settings.delay if self.relation.is_duplicate else 1.0
        if self.relation is Relation.DOUBLE_SUBMIT:
            scale = 1.0
        return timedelta(seconds=round(_wait(self.delays, scene.rng) * scale))


def suiting(scene: Scene, *, duplicate: bool) -> dict[Kind, float]:
    """The kinds that fit the scene, with their weights in its world."""
    weights = scene.world.settings.relations
    return {
        kind: weights[relation]
        for relation, kind in KINDS.items()
        if relation.is_duplicate is duplicate and weights.get(relation) and kind.suits(scene)
    }


def _wait(delays: Delays, rng: random.Random) -> float:
    _, least, most = rng.choices(delays, [weight for weight, _, _ in delays])[0]
    return math.exp(rng.uniform(math.log(least), math.log(most)))


def _rhythm(scene: Scene) -> timedelta:
    if not scene.rhythm:
        scene.rhythm = timedelta(days=scene.rng.choice(_RHYTHMS))
    return scene.rhythm + timedelta(seconds=scene.rng.randrange(-5400, 5400))


def _sent_by_a_system(scene: Scene) -> bool:
    return scene.door.channel not in _BY_WORD_OF_MOUTH


def _keyed_by_people(scene: Scene) -> bool:
    return scene.door.channel not in _MACHINES


def _has_two_channels(scene: Scene) -> bool:
    return scene.world.hall.has_two_channels()


def _can_be_confirmed(scene: Scene) -> bool:
    return bool(scene.meant.lines) and scene.world.hall.written(scene.rng) is not None


def _can_be_revised(scene: Scene) -> bool:
    return bool(scene.first.written.customer_reference) or scene.carries("note")


def _has_two_lines(scene: Scene) -> bool:
    return len(scene.meant.lines) >= 2 and scene.carries("lines")


def _has_three_lines(scene: Scene) -> bool:
    return len(scene.meant.lines) >= 3 and scene.carries("lines")


def _stays_recognisable(scene: Scene) -> bool:
    keeps_place = _has_two_lines(scene) and scene.carries("ship_to")
    return (
        keeps_place
        or duplicates.is_recognised_anywhere(scene)
        or duplicates.is_of_seldom_goods(scene)
    )


def _has_long_reference(scene: Scene) -> bool:
    reference = scene.first.written.customer_reference
    return len(reference) >= 4 and any(character.isdigit() for character in reference)


def _comes_back(scene: Scene) -> bool:
    return not scene.base.guest


def _has_contract(scene: Scene) -> bool:
    return scene.customer.is_company and not scene.base.guest and not scene.base.blanket


def _shows_places(scene: Scene) -> bool:
    return scene.carries("ship_to")


def _has_variants(scene: Scene) -> bool:
    items = (scene.world.item(line.sku) for line in scene.meant.lines)
    variant = scene.world.catalogue.variant
    return scene.carries("lines") and any(item and variant(item, scene.rng) for item in items)


def _shows_customers(scene: Scene) -> bool:
    return scene.carries("customer_id", "customer_name", "email", "phone")


_R = Relation
KINDS: Mapping[Relation, Kind] = {
    kind.relation: kind
    for kind in (
        Kind(
            _R.RESEND,
            duplicates.resend,
            ((0.3, _MINUTE, _HOUR), (0.7, _HOUR, 5 * _DAY)),
            _sent_by_a_system,
        ),
        Kind(_R.DOUBLE_SUBMIT, duplicates.double_submit, ((1.0, 0.3, 80),)),
        Kind(_R.RETRY, duplicates.retry, ((1.0, 70, 40 * _MINUTE),), _sent_by_a_system),
        Kind(
            _R.REKEYED,
            duplicates.rekeyed,
            ((0.06, 5, 3 * _MINUTE), (0.28, 3 * _MINUTE, _HOUR), (0.66, _HOUR, 8 * _DAY)),
            _keyed_by_people,
        ),
        Kind(
            _R.CROSS_CHANNEL,
            duplicates.cross_channel,
            ((0.05, 10, 5 * _MINUTE), (0.38, 5 * _MINUTE, 2 * _HOUR), (0.57, 2 * _HOUR, 2 * _DAY)),
            _has_two_channels,
        ),
        Kind(
            _R.CONFIRMATION,
            duplicates.confirmation,
            ((0.5, 10 * _MINUTE, 4 * _HOUR), (0.5, 4 * _HOUR, 5 * _DAY)),
            _can_be_confirmed,
            duplicates.prepare_confirmation,
        ),
        Kind(
            _R.AMENDMENT,
            duplicates.amendment,
            ((0.08, 2, 10 * _MINUTE), (0.92, 10 * _MINUTE, 10 * _DAY)),
            _can_be_revised,
        ),
        Kind(
            _R.SUPERSET,
            duplicates.superset,
            ((0.05, 5, 2 * _MINUTE), (0.48, 2 * _MINUTE, 2 * _HOUR), (0.47, 2 * _HOUR, 2 * _DAY)),
            _has_two_lines,
            duplicates.prepare_superset,
        ),
        Kind(
            _R.PARTIAL,
            duplicates.partial,
            ((0.05, 5, 2 * _MINUTE), (0.48, 2 * _MINUTE, 2 * _HOUR), (0.47, 2 * _HOUR, 2 * _DAY)),
            _has_three_lines,
        ),
        Kind(
            _R.WRONG_CUSTOMER,
            duplicates.wrong_customer,
            ((0.05, 5, _MINUTE), (0.66, _MINUTE, 2 * _HOUR), (0.29, 2 * _HOUR, 3 * _DAY)),
            _stays_recognisable,
        ),
        Kind(
            _R.EVASION,
            duplicates.evasion,
            ((0.08, 2, _MINUTE), (0.37, _MINUTE, _HOUR), (0.55, _HOUR, 7 * _DAY)),
            _has_long_reference,
        ),
        Kind(_R.STANDING, look_alikes.standing, (), _comes_back, most=10),
        Kind(
            _R.BLANKET_RELEASE,
            look_alikes.blanket_release,
            ((0.2, _HOUR, _DAY), (0.8, _DAY, 30 * _DAY)),
            _has_contract,
            look_alikes.prepare_blanket_release,
            most=6,
        ),
        Kind(
            _R.SPLIT,
            look_alikes.split,
            ((0.8, 20, 10 * _MINUTE), (0.2, 10 * _MINUTE, _DAY)),
            _has_two_lines,
            look_alikes.prepare_split,
        ),
        Kind(
            _R.FAN_OUT,
            look_alikes.fan_out,
            ((0.25, 1, 20), (0.57, 20, 20 * _MINUTE), (0.18, 20 * _MINUTE, 2 * _DAY)),
            _shows_places,
            look_alikes.prepare_fan_out,
            most=5,
        ),
        Kind(
            _R.REPLACEMENT,
            look_alikes.replacement,
            ((0.4, 10 * _MINUTE, 4 * _HOUR), (0.6, 4 * _HOUR, 7 * _DAY)),
        ),
        Kind(_R.REORDER, look_alikes.reorder, ((1.0, 3 * _DAY, 60 * _DAY),), _comes_back, most=2),
        Kind(
            _R.VARIANT,
            look_alikes.variant,
            ((0.5, _MINUTE, _HOUR), (0.5, _HOUR, 20 * _DAY)),
            _has_variants,
            look_alikes.prepare_variant,
        ),
        Kind(
            _R.COINCIDENCE,
            look_alikes.coincidence,
            ((0.5, 2 * _MINUTE, _DAY), (0.5, _DAY, 14 * _DAY)),
            _shows_customers,
            look_alikes.prepare_coincidence,
            most=3,
        ),
    )
}
"""One kind for every relation."""
