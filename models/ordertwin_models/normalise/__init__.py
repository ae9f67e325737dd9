"""Orders as they are meant: `normalise` folds away how they were written.

One file a subject: text, party names, contact data, addresses, references, products and units,
notes. `order` puts them together, `values` holds what comes out.
"""

from ordertwin_models.normalise.order import normalise
from ordertwin_models.normalise.values import (
    Marker,
    MessageFunction,
    NormalisedAddress,
    NormalisedLine,
    NormalisedOrder,
    PartyName,
    Reference,
)

__all__ = [
    "Marker",
    "MessageFunction",
    "NormalisedAddress",
    "NormalisedLine",
    "NormalisedOrder",
    "PartyName",
    "Reference",
    "normalise",
]
