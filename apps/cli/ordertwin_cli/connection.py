"""A client that is known to reach a server, or a sentence that says what to do.

Which credential it shows is chosen once for all commands, before the command: see `Credentials`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ordertwin_cli.failures import CommandFailed
from ordertwin_client import OrderTwinClient
from ordertwin_client.channel import Metadata, Tls, is_here, metadata_with, open_channel
from ordertwin_client.errors import AccessError, OrderTwinError
from ordertwin_client.requests import DEFAULT_TARGET

if TYPE_CHECKING:
    import grpc

    from ordertwin_client.access import AccessClient
    from ordertwin_client.cases import CaseClient
    from ordertwin_client.customers import CustomerClient
    from ordertwin_client.models import ModelClient
    from ordertwin_client.policies import PolicyClient
    from ordertwin_client.reports import ReportClient
    from ordertwin_client.reviews import ReviewClient
    from ordertwin_client.webhooks import WebhookClient

PATIENCE = 30.0
"""Seconds a command waits for one answer; a person would rather wait than be told to repeat."""
FIRST_KEY = Path("data/admin.key")
"""Where a server that was started here saved its first key."""

ServerOption = Annotated[
    str, typer.Option("--server", metavar="HOST:PORT", help="Server to talk to.")
]
TenantOption = Annotated[str, typer.Option("--tenant", help="Tenant whose orders are meant.")]


@dataclass(frozen=True, slots=True)
class Credentials:
    """The file with the API key to show, and whom to trust; None for neither. `options` are the
    words that say the same to another process."""

    key_file: Path | None = None
    tls: Tls | None = None
    options: tuple[str, ...] = ()


NOTHING = Credentials()
CREDENTIALS: ContextVar[Credentials] = ContextVar("CREDENTIALS", default=NOTHING)
"""What the options before the command said."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A channel that answers, and what calls on it carry."""

    channel: grpc.Channel
    metadata: Metadata | None
    key: str


@contextmanager
def connected(
    server: str = DEFAULT_TARGET, *, within: float = 3.0, spare_key: str = ""
) -> Iterator[OrderTwinClient]:
    """A client of the server, once it answers; CommandFailed after `within` seconds.

    Without a credential of one's own, `spare_key` is shown if the server wants one, or else the
    first key of a server that was started here.
    """
    with (
        _answering(server, within=within, spare_key=spare_key, always_show=False) as connection,
        OrderTwinClient(
            server,
            channel=connection.channel,
            timeout=PATIENCE,
            read_timeout=PATIENCE,
            key=connection.key,
        ) as client,
    ):
        yield client


@contextmanager
def administering(server: str = DEFAULT_TARGET) -> Iterator[AccessClient]:
    """A client of the service about access; shows the key of a server started here by default."""
    from ordertwin_client.access import AccessClient

    with _answering(server, within=3.0, spare_key="", always_show=True) as connection:
        yield AccessClient(connection.channel, connection.metadata, timeout=10 * PATIENCE)


def ensure_private(server: str) -> None:
    """Raise CommandFailed when a password would travel in the clear."""
    if CREDENTIALS.get().tls is None and not is_here(server):
        raise CommandFailed(
            f"the password would travel in the clear to {server}; give --tls-ca FILE before the "
            "command"
        )


@contextmanager
def signing_in(server: str = DEFAULT_TARGET) -> Iterator[AccessClient]:
    """A client that shows no credential; CommandFailed rather than a password in the clear."""
    from ordertwin_client.access import AccessClient

    ensure_private(server)
    with open_channel(server, CREDENTIALS.get().tls) as channel:
        _ensure_answering(channel, server, within=3.0)
        yield AccessClient(channel, timeout=PATIENCE)


@contextmanager
def modelling(
    server: str = DEFAULT_TARGET, tenant: str = "default", *, deciding: bool = False
) -> Iterator[ModelClient]:
    """A client of the service about models. Whoever is `deciding` which one answers shows the key
    of a server started here by default; for the rest it is shown only if the server wants one."""
    from ordertwin_client.models import ModelClient

    with _answering(server, within=3.0, spare_key="", always_show=deciding) as connection:
        yield ModelClient(
            connection.channel, connection.metadata, tenant=tenant, timeout=10 * PATIENCE
        )


@contextmanager
def reviewing(server: str = DEFAULT_TARGET) -> Iterator[ReviewClient]:
    """A client of the service about reviews."""
    from ordertwin_client.reviews import ReviewClient

    with _answering(server, within=3.0, spare_key="", always_show=False) as connection:
        yield ReviewClient(connection.channel, connection.metadata, timeout=PATIENCE)


@contextmanager
def teaching(server: str = DEFAULT_TARGET) -> Iterator[CaseClient]:
    """A client of the service about the case book."""
    from ordertwin_client.cases import CaseClient

    with _answering(server, within=3.0, spare_key="", always_show=False) as connection:
        yield CaseClient(connection.channel, connection.metadata, timeout=PATIENCE)


@contextmanager
def managing_webhooks(server: str = DEFAULT_TARGET) -> Iterator[WebhookClient]:
    """A client about webhooks, with a credential that may administer."""
    from ordertwin_client.webhooks import WebhookClient

    with _answering(server, within=3.0, spare_key="", always_show=True) as connection:
        yield WebhookClient(connection.channel, connection.metadata, timeout=10 * PATIENCE)


@contextmanager
def governing(
    server: str = DEFAULT_TARGET, tenant: str = "default", *, deciding: bool = False
) -> Iterator[PolicyClient]:
    """A client of the service about policies; `deciding` shows the key that may administer."""
    from ordertwin_client.policies import PolicyClient

    with _answering(server, within=3.0, spare_key="", always_show=deciding) as connection:
        yield PolicyClient(
            connection.channel, connection.metadata, tenant=tenant, timeout=10 * PATIENCE
        )


@contextmanager
def reporting(server: str = DEFAULT_TARGET) -> Iterator[ReportClient]:
    """A client of the service about figures."""
    from ordertwin_client.reports import ReportClient

    with _answering(server, within=3.0, spare_key="", always_show=False) as connection:
        yield ReportClient(connection.channel, connection.metadata, timeout=PATIENCE)


def caller_at(server: str) -> str:
    """The member as whom this credential acts at the server, such as `people/tom`."""
    from ordertwin.v1.access_service_pb2 import GetCallerRequest
    from ordertwin_client.access import GET_CALLER, AccessClient

    with _answering(server, within=3.0, spare_key="", always_show=False) as connection:
        door = AccessClient(connection.channel, connection.metadata, timeout=PATIENCE)
        return door.call(GET_CALLER, GetCallerRequest()).member


@contextmanager
def joining_customers(server: str = DEFAULT_TARGET) -> Iterator[CustomerClient]:
    """A client of the service about customers."""
    from ordertwin_client.customers import CustomerClient

    with _answering(server, within=3.0, spare_key="", always_show=False) as connection:
        yield CustomerClient(connection.channel, connection.metadata, timeout=PATIENCE)


@contextmanager
def _answering(
    server: str, *, within: float, spare_key: str, always_show: bool
) -> Iterator[Connection]:
    chosen = CREDENTIALS.get()
    key = key_in(chosen.key_file) if chosen.key_file else ""
    encrypted = chosen.tls is not None
    try:
        metadata = metadata_with(key, server, encrypted=encrypted)
    except ValueError:
        raise CommandFailed(
            f"the key would travel in the clear to {server}; give --tls-ca FILE before the command"
        ) from None
    with open_channel(server, chosen.tls) as channel:
        _ensure_answering(channel, server, within=within)
        if not key and is_here(server):
            spare = spare_key or (key_in(FIRST_KEY) if FIRST_KEY.is_file() else "")
            if spare and (always_show or not _lets_in(channel)):
                key, metadata = spare, metadata_with(spare, server, encrypted=encrypted)
        yield Connection(channel, metadata, key)


def _ensure_answering(channel: grpc.Channel, server: str, *, within: float) -> None:
    import grpc

    try:
        grpc.channel_ready_future(channel).result(timeout=within)
    except grpc.FutureTimeoutError:
        raise CommandFailed(
            f"no server answers at {server}; start one with `ordertwin serve` in another "
            "terminal, or say with --server where it listens"
        ) from None


def _lets_in(channel: grpc.Channel) -> bool:
    """Whether the server answers callers who show nothing."""
    from ordertwin.v1.access_service_pb2 import GetCallerRequest
    from ordertwin_client.access import GET_CALLER, AccessClient

    try:
        AccessClient(channel).call(GET_CALLER, GetCallerRequest())
    except AccessError:
        return False
    except OrderTwinError:
        # Whatever else is wrong is told by the call that the command makes.
        return True
    return True


def key_in(path: Path) -> str:
    """The key in a file; CommandFailed when it is empty."""
    key = path.read_text("utf-8").strip()
    if not key:
        raise CommandFailed(f"{path} is empty; it should hold an API key")
    return key
