"""Which orders are one and the same: pairs joined into groups."""

from __future__ import annotations


class Groups:
    """Disjoint sets of orders, named by sequence. A group is led by its earliest order.

    >>> groups = Groups()
    >>> groups.join(9, 4), groups.join(12, 9), groups.join(7, 3)
    (None, None, None)
    >>> groups.leader(12), groups.leader(7), groups.leader(1), len(groups)
    (4, 3, 1, 2)
    """

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def join(self, order: int, twin: int) -> None:
        """The order and its twin are one."""
        first, second = sorted((self.leader(order), self.leader(twin)))
        self._above[first] = self._above[second] = first

    def leader(self, order: int) -> int:
        """The earliest order of the group; the order itself when it is in none."""
        path = []
        above = self._above.get(order, order)
        while above != order:
            path.append(order)
            order, above = above, self._above.get(above, above)
        for each in path:
            self._above[each] = order
        return order

    def __contains__(self, order: int) -> bool:
        return order in self._above

    def __len__(self) -> int:
        return sum(order == above for order, above in self._above.items())

    def sizes(self) -> dict[int, int]:
        """Members of each group, by its leader."""
        sizes: dict[int, int] = {}
        for order in list(self._above):
            leader = self.leader(order)
            sizes[leader] = sizes.get(leader, 0) + 1
        return sizes
