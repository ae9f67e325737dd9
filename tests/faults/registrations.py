"""Clients that register orders, and repeat each with the same request id until it is answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ordertwin.v1 import order_pb2
from ordertwin_client import OrderTwinClient, UnavailableError

CLIENTS = 8


@dataclass(slots=True)
class Registrations:
    """Orders to register, handed out to threads; what was acknowledged, and how often tried."""

    orders: list[order_pb2.Order]
    acknowledged: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    unexpected: list[str] = field(default_factory=list)
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def are_done(self) -> bool:
        """Whether everything was acknowledged."""
        return len(self.acknowledged) + len(self.unexpected) >= len(self.orders)

    def register_all(self, server: Callable[[], OrderTwinClient]) -> None:
        """Take orders until there are none; an order is asked about until there is an answer."""
        while (order := self._take()) is not None:
            while not self._try(server(), order):
                self.repeated += 1
                time.sleep(0.05)

    def _take(self) -> order_pb2.Order | None:
        with self._lock:
            self._next += 1
            return self.orders[self._next - 1] if self._next <= len(self.orders) else None

    def _try(self, caller: OrderTwinClient, order: order_pb2.Order) -> bool:
        try:
            answer = caller.score_order(order, request_id=f"register {order.order_id}")
        except UnavailableError:
            return False
        except Exception as error:
            self.unexpected.append(f"{order.order_id}: {error!r}")
            return True
        self.acknowledged[order.order_id] = answer.order
        return True

    def begin(self, server: Callable[[], OrderTwinClient]) -> list[threading.Thread]:
        """Threads that register everything, each time through the server there is then."""
        threads = [
            threading.Thread(target=self.register_all, args=(server,), daemon=True)
            for _ in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        return threads
