"""Streams by another author than the one whose histories train the models.

Markets, ways to write an order, slips, delays, duplicates and look-alikes are thought up afresh
here and share nothing with `ordertwin_training.history` but the plain shape of a base order, so
that a model that has learned the quirks of its own generator is found out.
"""

from benchmarks.orders.second_author.demand import invented_base
from benchmarks.orders.second_author.ledger import Rates, inject
from benchmarks.orders.second_author.market import MARKETS, Market

__all__ = ["MARKETS", "Market", "Rates", "inject", "invented_base"]
