"""The methods of OrderService that settle pairs, as gRPC handlers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import grpc

from ordertwin.v1 import order_merge_pb2 as pb
from ordertwin_server.commands.call import Clock, Keys
from ordertwin_server.commands.merge_orders import MergeOrders, UnmergeOrders
from ordertwin_server.commands.resolve_order import ResolveOrder
from ordertwin_server.customer_book import SameCustomerOf
from ordertwin_server.door import Door, Workers
from ordertwin_server.endpoints.orders import SERVICE
from ordertwin_server.services.merging import MergeService
from ordertwin_stores.interface import OrderStore


def merge_methods(
    store: OrderStore,
    door: Door,
    workers: Workers,
    *,
    clock: Clock,
    keys: Keys,
    max_lines: int,
    same_customer: SameCustomerOf,
) -> Mapping[str, grpc.RpcMethodHandler[bytes, bytes]]:
    """Handlers by name."""
    service = MergeService(
        MergeOrders(
            store, clock=clock, keys=keys, max_lines=max_lines, same_customer=same_customer
        ),
        UnmergeOrders(store, clock=clock),
        ResolveOrder(store, clock=clock, keys=keys),
    )
    unary = partial(door.unary, SERVICE)
    pool = workers.reads
    return {
        "MergeOrders": unary("MergeOrders", pb.MergeOrdersRequest, service.merge_orders, pool),
        "UnmergeOrders": unary(
            "UnmergeOrders", pb.UnmergeOrdersRequest, service.unmerge_orders, pool
        ),
        "ResolveOrder": unary("ResolveOrder", pb.ResolveOrderRequest, service.resolve_order, pool),
    }
