"""Worlds by name: businesses, languages and habits that differ as much as real ones do."""

from __future__ import annotations

from collections.abc import Mapping

from ordertwin_models.order import Channel
from ordertwin_training.history.settings import USUAL_FIELDS, HistorySettings

_TRADE = {
    Channel.EDI: 0.3, Channel.WEB: 0.25, Channel.EMAIL: 0.2, Channel.PHONE: 0.15, Channel.REP: 0.1,
}  # fmt: skip
_SPOKEN = {Channel.PHONE: 0.5, Channel.EMAIL: 0.25, Channel.REP: 0.25}
_RETAIL = {Channel.WEB: 0.7, Channel.MARKETPLACE: 0.2, Channel.PHONE: 0.1}


def _lacking(*fields: str) -> dict[str, float]:
    return dict(USUAL_FIELDS) | dict.fromkeys(fields, 0.0)


WORLDS: Mapping[str, HistorySettings] = {
    world.name: world
    for world in (
        HistorySettings(name="online-retail", channels=_TRADE, precision="minute"),
        HistorySettings(name="wholesale-en", channels=_TRADE),
        HistorySettings(
            name="industrial-de",
            business="industrial",
            regions={"DE": 0.85, "AT": 0.1, "CH": 0.05},
            language="de",
            channels=_TRADE,
        ),
        HistorySettings(
            name="industrial-zh",
            business="industrial",
            regions={"CN": 1.0},
            language="zh",
            channels=_TRADE,
            most_sites=6,
        ),
        HistorySettings(
            name="spare-parts-ja",
            business="spare-parts",
            regions={"JP": 1.0},
            language="ja",
            channels=_TRADE,
            precision="minute",
        ),
        HistorySettings(
            name="consumer-shop-fr",
            business="shop",
            regions={"FR": 0.9, "BE": 0.1},
            language="fr",
            channels=_RETAIL,
            fields=_lacking(
                "customer_reference", "tax_id", "gtin", "customer_sku", "requested_date"
            ),
            numberings={"none": 1.0},
            most_sites=1,
        ),
        HistorySettings(
            name="marketplace-us",
            business="marketplace",
            regions={"US": 0.9, "CA": 0.1},
            channels=_RETAIL,
            fields=_lacking("customer_id", "tax_id", "customer_sku", "requested_date"),
            numberings={"none": 0.7, "sequential": 0.3},
        ),
        HistorySettings(
            name="purchasing-us",
            business="purchasing",
            regions={"US": 0.5, "FR": 0.2, "NL": 0.2, "CN": 0.1},
            channels={Channel.UNKNOWN: 1.0},
            fields=_lacking("phone", "email", "contact_name", "customer_sku", "gtin", "line_id"),
            precision="day",
            most_sites=40,
        ),
        HistorySettings(
            name="vendors-nl",
            business="vendors",
            regions={"NL": 0.6, "DE": 0.3, "GB": 0.1},
            channels={Channel.OTHER: 0.6, Channel.EMAIL: 0.4},
            fields=_lacking("ship_to", "bill_to", "phone", "email", "contact_name"),
            precision="minute",
            most_sites=8,
        ),
        HistorySettings(
            name="food-es",
            business="food",
            regions={"ES": 0.9, "PT": 0.1},
            language="es",
            channels=_SPOKEN | {Channel.WEB: 0.4},
            precision="minute",
        ),
        HistorySettings(
            name="food-phone-zh",
            business="food",
            regions={"CN": 1.0},
            language="zh",
            channels=_SPOKEN,
            fields=_lacking("sku", "gtin", "customer_sku", "email", "line_id"),
            free_text=0.7,
            noise=1.5,
        ),
        HistorySettings(
            name="office-free-text-de",
            business="office",
            regions={"DE": 1.0},
            language="de",
            channels=_SPOKEN | {Channel.WEB: 0.3},
            free_text=0.9,
            noise=1.3,
        ),
        HistorySettings(
            name="chemicals-fr",
            business="chemicals",
            regions={"FR": 0.6, "IT": 0.2, "ES": 0.2},
            channels=_TRADE,
            most_sites=10,
        ),
        HistorySettings(
            name="amounts-only",
            business="office",
            channels=_TRADE,
            fields=_lacking("lines", "phone", "email"),
        ),
    )
}
"""Presets by name; `HistorySettings.randomised` draws others."""
