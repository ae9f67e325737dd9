"""Orders under other numbers of one customer, laid out as if there were one number."""

from __future__ import annotations

import numpy as np

from ordertwin_models.customers import SameCustomer
from ordertwin_models.features import HASHED_AT, FeatureBatch, OrderFeatures
from ordertwin_models.fingerprint import fingerprint32


def take_for_one(same: SameCustomer, order: OrderFeatures, batch: FeatureBatch) -> None:
    """Give the orders of the batch that are under another number of the same customer the number
    of the incoming order, in place. Nothing changes for a customer with one number."""
    if not same.numbers or not len(batch):
        return
    theirs, mine = batch.headers["hashed"], order.header["hashed"]
    for field, known in (("customer_id", same.numbers), ("customer_key", same.keys)):
        column = HASHED_AT[field]
        of_same = np.isin(theirs[:, column], [fingerprint32(each) for each in known])
        theirs[of_same, column] = mine[column]
