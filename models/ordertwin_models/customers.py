"""Customers who are known under several numbers.

Accounts are merged, and customers are entered twice. Orders keep the number that they came with;
which numbers mean the same customer is looked up when an order is compared, so that joining and
separating customers changes no stored order.
"""

from __future__ import annotations

from dataclasses import dataclass

from ordertwin_models.normalise.text import code


@dataclass(frozen=True, slots=True)
class SameCustomer:
    """The other numbers of an order's customer, as `number_of` gives them, and the revision of the
    groups that says so: 0 when there are none.

    >>> SameCustomer(("c2", "c9"), 4).keys
    ('id:c2', 'id:c9')
    """

    numbers: tuple[str, ...] = ()
    revision: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        """What those numbers are as keys of a customer."""
        return tuple([key_of_number(number) for number in self.numbers])


ALONE = SameCustomer()
"""Of a customer who has one number."""


def number_of(customer_id: str) -> str:
    """A customer number as it is compared: without case, blanks and punctuation.

    >>> number_of("C-1004"), number_of(" c1004 ")
    ('c1004', 'c1004')
    """
    return code(customer_id)


def key_of_number(number: str) -> str:
    """The key of the customer with this number."""
    return f"id:{number}"
