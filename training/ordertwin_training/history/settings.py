"""What a generated world is like: who buys what, through which doors, how carefully.

Plain settings with their meaning; `worlds` holds presets, the rest of the package obeys.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ordertwin_models.decision import Relation
from ordertwin_models.order import Channel
from ordertwin_training.history.businesses import BUSINESSES, Business
from ordertwin_training.history.regions import region
from ordertwin_training.history.seeds import chance, pick, spread
from ordertwin_training.history.vocabulary import COLOURS

FIELDS = (
    "order_number", "customer_reference", "company", "source", "entered_by", "requested_date",
    "customer_id", "customer_name", "contact_name", "phone", "email", "tax_id", "ship_to",
    "bill_to", "lines", "line_id", "sku", "gtin", "customer_sku", "name", "specification", "unit",
    "price", "total", "currency", "note",
)  # fmt: skip
"""The fields that a world may lack, as `HistorySettings.fields` names them."""

USUAL_FIELDS: Mapping[str, float] = {
    "order_number": 0.9, "customer_reference": 0.9, "company": 0.5, "source": 0.9,
    "entered_by": 0.8, "requested_date": 0.5, "customer_id": 0.95, "customer_name": 0.95,
    "contact_name": 0.6, "phone": 0.6, "email": 0.6, "tax_id": 0.3, "ship_to": 0.85,
    "bill_to": 0.5, "lines": 1.0, "line_id": 0.6, "sku": 0.95, "gtin": 0.25, "customer_sku": 0.3,
    "name": 0.9, "specification": 0.6, "unit": 0.6, "price": 0.9, "total": 0.8, "currency": 0.95,
    "note": 0.4,
}  # fmt: skip

USUAL_RELATIONS: Mapping[Relation, float] = {
    Relation.RESEND: 1.0,
    Relation.DOUBLE_SUBMIT: 0.8,
    Relation.RETRY: 0.8,
    Relation.REKEYED: 1.8,
    Relation.CROSS_CHANNEL: 1.5,
    Relation.CONFIRMATION: 1.0,
    Relation.AMENDMENT: 1.7,
    Relation.SUPERSET: 0.7,
    Relation.PARTIAL: 0.6,
    Relation.WRONG_CUSTOMER: 1.7,
    Relation.EVASION: 0.6,
    Relation.STANDING: 0.7,
    Relation.BLANKET_RELEASE: 0.5,
    Relation.SPLIT: 1.4,
    Relation.FAN_OUT: 1.0,
    Relation.REPLACEMENT: 0.9,
    Relation.REORDER: 1.2,
    Relation.VARIANT: 1.0,
    Relation.COINCIDENCE: 1.6,
}

Precision = Literal["second", "minute", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySettings:
    """A world. Shares and rates are between 0 and 1, weights are relative to each other.

    name: shown in reports, part of every random stream's name.
    business: key of `businesses.BUSINESSES`; what a generated base sells.
    regions: ISO country codes with the share of customers there (a real base brings its own).
    language: of goods and notes, an ISO 639-1 code.
    duplicate_rate, look_alike_rate: how many base orders are followed by one, each.
    relations: how often each relation is chosen among those that fit an order.
    chain_rate: share of followers that are duplicated in turn.
    burst_rate: how many base orders come in many times within seconds, a little changed or not: a
        connector that does not hear, people who are all told to enter the same thing.
    fields: for each of FIELDS the share of doors that carry it: 0 never, 1 always.
    dropout: share of single values that are missing although the door carries the field.
    noise: multiplies the rate of slips of the pen; 0 is a world of careful people.
    delay: multiplies the time until a duplicate arrives.
    channels: how orders come in.
    numberings: habits of customers' references, see `references.NUMBERINGS`.
    precision: how exact the time of ordering is.
    lifecycle: share of orders whose later states are reported.
    free_text: share of doors for people (phone, e-mail, rep) that write lines without codes.
    most_sites: ship-to addresses of the largest customers.
    narrow: share of doors whose fields cut off long texts.

    >>> HistorySettings(duplicate_rate=0.001).business
    'gifts'
    """

    name: str = "gifts-gb"
    business: str = "gifts"
    regions: Mapping[str, float] = field(
        default_factory=lambda: {"GB": 0.9, "DE": 0.05, "FR": 0.05}
    )
    language: str = "en"
    duplicate_rate: float = 0.06
    look_alike_rate: float = 0.07
    relations: Mapping[Relation, float] = field(default_factory=lambda: dict(USUAL_RELATIONS))
    chain_rate: float = 0.06
    burst_rate: float = 0.0
    fields: Mapping[str, float] = field(default_factory=lambda: dict(USUAL_FIELDS))
    dropout: float = 0.03
    noise: float = 1.0
    delay: float = 1.0
    channels: Mapping[Channel, float] = field(
        default_factory=lambda: {
            Channel.EDI: 0.3,
            Channel.WEB: 0.25,
            Channel.EMAIL: 0.2,
            Channel.PHONE: 0.15,
            Channel.REP: 0.1,
        }
    )
    numberings: Mapping[str, float] = field(
        default_factory=lambda: (
            {"sequential": 6.0, "yearly": 1.0, "daily": 0.4, "short": 0.5, "junk": 0.7, "none": 1.0}
            | {"dated": 0.3, "project": 0.3, "person": 0.3, "same": 0.2}
        )
    )
    precision: Precision = "second"
    lifecycle: float = 0.3
    free_text: float = 0.35
    most_sites: int = 4
    narrow: float = 0.0

    def __post_init__(self) -> None:
        for name in _SHARES:
            _require(0 <= getattr(self, name) <= 1, f"{name} must lie between 0 and 1")
        _require(self.noise >= 0 and math.isfinite(self.noise), "noise must not be negative")
        _require(self.delay > 0 and math.isfinite(self.delay), "delay must be positive")
        _require(self.most_sites >= 1, "most_sites must be at least 1")
        unknown = ", ".join(sorted(set(self.fields) - set(FIELDS)))
        _require(not unknown, f"fields has unknown names: {unknown}; known: {', '.join(FIELDS)}")
        for name in ("regions", "channels", "numberings", "relations"):
            weights = getattr(self, name).values()
            _require(sum(weights) > 0 and min(weights) >= 0, f"{name} needs a positive weight")

    @classmethod
    def randomised(cls, seed: int) -> HistorySettings:
        """A world drawn from a wide field: any business, country, set of fields and carelessness.

        Rates of duplicates and look-alikes stay usual; `dataclasses.replace` changes them.

        >>> HistorySettings.randomised(3) == HistorySettings.randomised(3)
        True
        """
        rng = chance("world", seed)
        business = rng.choice(tuple(BUSINESSES))
        regions = _draw_regions(rng)
        language = region(next(iter(regions))).language
        return cls(
            name=f"{business}-{next(iter(regions)).lower()}-{seed}",
            business=business,
            regions=regions,
            language=language if language in COLOURS and rng.random() < 0.8 else "en",
            relations={kind: weight * spread(rng, 1, 0.5) for kind, weight in _USUAL_ITEMS},
            chain_rate=rng.uniform(0.02, 0.12),
            fields=_draw_fields(rng),
            dropout=rng.choice((0.0, 0.02, 0.05, 0.12)),
            noise=min(2.5, spread(rng, 1.0, 0.5)),
            delay=min(1.3, spread(rng, 1.0, 0.4)),
            channels=_draw_channels(BUSINESSES[business], rng),
            numberings=_draw_numberings(rng),
            precision=rng.choices(_PRECISIONS, (0.45, 0.35, 0.2))[0],
            lifecycle=rng.uniform(0.0, 0.6),
            free_text=rng.uniform(0.0, 0.8),
            most_sites=rng.choice((1, 2, 4, 8, 40)),
            narrow=rng.choice((0.0, 0.0, 0.15, 0.4)),
        )

    def share_of(self, field_name: str) -> float:
        """The share of doors that carry the field; fields not named are usual."""
        return self.fields.get(field_name, USUAL_FIELDS[field_name])


_SHARES = (
    "duplicate_rate", "look_alike_rate", "chain_rate", "burst_rate", "dropout", "lifecycle",
    "free_text", "narrow",
)  # fmt: skip
_USUAL_ITEMS = tuple(USUAL_RELATIONS.items())
_PRECISIONS: tuple[Precision, ...] = ("second", "minute", "day")
_HOMES = {"GB": 5, "US": 4, "DE": 4, "CN": 4, "FR": 2, "ES": 2, "JP": 2, "IT": 1, "NL": 1} | {
    "BR": 1, "PL": 1, "SE": 1, "AT": 1,
}  # fmt: skip
_GAPS: Sequence[tuple[float, frozenset[str]]] = (
    (0.15, frozenset({"phone"})),
    (0.12, frozenset({"phone", "email", "contact_name"})),
    (0.12, frozenset({"customer_reference"})),
    (0.08, frozenset({"sku", "gtin", "customer_sku"})),
    (0.08, frozenset({"name", "specification"})),
    (0.1, frozenset({"customer_id"})),
    (0.05, frozenset({"customer_name", "contact_name"})),
    (0.1, frozenset({"price", "total"})),
    (0.12, frozenset({"ship_to"})),
    (0.2, frozenset({"ship_to", "bill_to", "phone", "email", "contact_name", "tax_id"})),
    (0.15, frozenset({"requested_date"})),
    (0.15, frozenset({"entered_by"})),
    (0.15, frozenset({"unit"})),
    (0.2, frozenset({"gtin", "customer_sku"})),
    (0.2, frozenset({"note"})),
    (0.02, frozenset({"lines"})),
)
"""Sets of fields that whole companies never record, with the share of companies that do not."""


def _draw_regions(rng: random.Random) -> dict[str, float]:
    home = pick(rng, _HOMES)
    abroad = rng.sample([code for code in _HOMES if code != home], rng.choice((0, 0, 1, 3)))
    return {home: 1.0} | {code: rng.uniform(0.02, 0.2) for code in abroad}


def _draw_fields(rng: random.Random) -> dict[str, float]:
    shares = {}
    for name, usual in USUAL_FIELDS.items():
        fate = rng.random()
        shares[name] = usual if fate < 0.3 else rng.uniform(usual / 2, 1) if fate < 0.7 else 1.0
    shares["lines"] = 1.0
    for share, missing in _GAPS:
        if rng.random() < share:
            shares |= dict.fromkeys(missing, 0.0)
    if not (shares["sku"] or shares["name"]):
        shares["name"] = 1.0
    if not any(shares[name] for name in ("customer_id", "customer_name", "email", "phone")):
        shares["customer_id"] = 1.0 if rng.random() < 0.7 else 0.0
    return shares


def _draw_channels(business: Business, rng: random.Random) -> dict[Channel, float]:
    if rng.random() < 0.15:
        return {rng.choice((Channel.UNKNOWN, Channel.WEB, Channel.EDI, Channel.OTHER)): 1.0}
    trade = (Channel.EDI, Channel.WEB, Channel.EMAIL, Channel.PHONE, Channel.REP, Channel.OTHER)
    retail = (Channel.WEB, Channel.MARKETPLACE, Channel.PHONE, Channel.EMAIL, Channel.POS)
    possible = trade if business.companies > 0.5 else retail
    chosen = rng.sample(possible, rng.randint(2, len(possible)))
    return {channel: rng.uniform(0.1, 1.0) for channel in chosen}


def _draw_numberings(rng: random.Random) -> dict[str, float]:
    weights = {
        "sequential": 5.0,
        "yearly": 1.0,
        "daily": 0.5,
        "short": 0.6,
        "junk": 0.7,
        "none": 1.2,
        "dated": 0.3,
    }
    weights |= {"project": 0.3, "person": 0.3, "same": 0.2}
    return {name: weight * spread(rng, 1.0, 0.8) for name, weight in weights.items()}


def _require(condition: bool, rule: str) -> None:
    if not condition:
        raise ValueError(f"HistorySettings: {rule}.")
