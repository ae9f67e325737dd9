"""Making one order of two: a proposal line by line, what has to be chosen, and the result.

    propose(first, second, relation) ─► Proposal ─► merged_order(proposal, ...) ─► Order

Pure. The first order is the one that is there already: it gives what the result does not take from
a choice. Nothing is lost, because the two orders stay as they are.
"""

from ordertwin_models.merging.fields import Conflict, FieldName, conflicts_between
from ordertwin_models.merging.proposal import (
    Choice,
    MergedLine,
    Part,
    Proposal,
    Take,
    obstacles_to,
    propose,
)
from ordertwin_models.merging.result import merged_order
from ordertwin_models.merging.words import explained

__all__ = [
    "Choice",
    "Conflict",
    "FieldName",
    "MergedLine",
    "Part",
    "Proposal",
    "Take",
    "conflicts_between",
    "explained",
    "merged_order",
    "obstacles_to",
    "propose",
]
