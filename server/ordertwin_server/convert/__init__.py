"""Between messages of `ordertwin.v1` and values of the core, both ways.

What cannot be read becomes a violation with its path, never an exception; whether what was read
obeys the rules is `ordertwin_models.validation`'s business.
"""

from ordertwin_server.convert.decision_out import decision_to_proto, response_to_proto
from ordertwin_server.convert.order_in import order_from_proto
from ordertwin_server.convert.order_out import order_to_proto, stored_order_to_proto

__all__ = [
    "decision_to_proto",
    "order_from_proto",
    "order_to_proto",
    "response_to_proto",
    "stored_order_to_proto",
]
