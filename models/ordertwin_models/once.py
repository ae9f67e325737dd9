"""Values of an object that are worked out when first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - a decorator, like `property`
    """Like `functools.cached_property`, without its lock: before Python 3.12 that lock is one for
    all objects, so that threads which work on different orders would wait for each other.

    >>> class Order:
    ...     @once
    ...     def total(self) -> int:
    ...         print("adding up")
    ...         return 42
    >>> order = Order()
    >>> order.total, order.total
    adding up
    (42, 42)
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Self | T:
        """The value; from then on the object has it itself, and this is no longer asked."""
        if instance is None:
            return self
        value = self._work(instance)
        instance.__dict__[self._name] = value
        return value
