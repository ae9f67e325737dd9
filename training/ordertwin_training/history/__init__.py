"""Seeded histories: orders of invented or real businesses, with duplicates and look-alikes.

>>> settings = WORLDS["wholesale-en"]
>>> base = generated_base(settings, orders=30, seed=1)
>>> events = list(generate(settings, base, seed=1))
>>> events == list(generate(settings, base, seed=1))
True
"""

from ordertwin_training.history.base import BaseLine, BaseOrder, BaseOrders, Catalogue, Item
from ordertwin_training.history.generate import generate
from ordertwin_training.history.generated import generated_base
from ordertwin_training.history.online_retail import BaseFileInvalid, online_retail_base
from ordertwin_training.history.settings import HistorySettings
from ordertwin_training.history.worlds import WORLDS

__all__ = [
    "WORLDS",
    "BaseFileInvalid",
    "BaseLine",
    "BaseOrder",
    "BaseOrders",
    "Catalogue",
    "HistorySettings",
    "Item",
    "generate",
    "generated_base",
    "online_retail_base",
]
