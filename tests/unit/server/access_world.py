"""A server that asks for keys, and clients of it with roles, for tests about access."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from tests.unit.server.running import Running, running, settings_in

from benchmarks.access_matrix import Issuer
from ordertwin.v1 import access_service_pb2 as pb
from ordertwin.v1 import session_service_pb2
from ordertwin_client import OrderTwinClient
from ordertwin_client.access import LIST_AUDIT_EVENTS, AccessClient
from ordertwin_client.requests import Rpc
from ordertwin_server.settings import Settings
from ordertwin_stores import open_store

PARENT = "tenants/default"


@dataclass
class World:
    """A running server and the keys of its clients by name."""

    server: Running
    settings: Settings
    keys: dict[str, str]

    @contextmanager
    def orders(self, client: str) -> Iterator[OrderTwinClient]:
        """What a client does with orders."""
        with OrderTwinClient(self.server.address, timeout=10, key=self.keys[client]) as made:
            yield made

    @contextmanager
    def access(self, client: str) -> Iterator[AccessClient]:
        """What a client does with access."""
        header = (("authorization", f"Bearer {self.keys[client]}"),) if client else None
        with grpc.insecure_channel(self.server.address) as channel:
            yield AccessClient(channel, header, timeout=10)

    def ask(self, client: str, rpc: Rpc[Any], /, **fields: Any) -> Any:
        """One call about access or sessions; changes get a request id of their own."""
        name = f"{rpc.name}Request"
        request = getattr(pb, name, None) or getattr(session_service_pb2, name)
        names = request.DESCRIPTOR.fields_by_name
        if "parent" in names:
            fields.setdefault("parent", PARENT)
        if "request_id" in names and rpc is not LIST_AUDIT_EVENTS:
            fields.setdefault("request_id", str(uuid.uuid4()))
        with self.access(client) as access:
            return access.call(rpc, request(**fields))


@contextmanager
def world(folder: Path, *, closed: bool = True, **settings: Any) -> Iterator[World]:
    """A server with a client for every role: erp (clerk), desk (clerk), boss and chief (admin),
    reviewer, scientist, auditor; and far, far-boss, far-auditor of another tenant."""
    made = settings_in(folder, require_auth=closed, **settings)
    with closing(open_store(made.store)) as store:
        issuer = Issuer(store)
        keys = {
            "erp": issuer.key("erp", "clerk"),
            "desk": issuer.key("desk", "clerk"),
            "boss": issuer.key("boss", "admin"),
            "chief": issuer.key("chief", "admin"),
            "reviewer": issuer.key("reviewer", "reviewer"),
            "scientist": issuer.key("scientist", "data-scientist"),
            "auditor": issuer.key("auditor", "auditor"),
            "far": issuer.key("far", "clerk", tenant="elsewhere"),
            "far-boss": issuer.key("far-boss", "admin", tenant="elsewhere"),
            "far-auditor": issuer.key("far-auditor", "auditor", tenant="elsewhere"),
        }
    with running(made) as server:
        yield World(server, made, keys)
