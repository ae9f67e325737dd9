"""Members known by the certificate of their connection: real certificates and a real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from cryptography import x509
from tests.unit.server.certificate_authority import Authority
from tests.unit.server.running import Running, running, settings_in

from benchmarks.access_matrix import Issuer
from ordertwin.v1.access_pb2 import Caller
from ordertwin.v1.access_service_pb2 import (
    GetCallerRequest,
    ListRolesRequest,
    WithdrawRoleRequest,
)
from ordertwin.v1.order_event_pb2 import WatchOrdersRequest
from ordertwin_client import AccessError, Tls
from ordertwin_client.access import GET_CALLER, LIST_ROLES, WITHDRAW_ROLE, AccessClient
from ordertwin_client.channel import open_channel
from ordertwin_server.access.authenticator import Authenticator
from ordertwin_server.access.client_certificates import CertificateReader, member_map
from ordertwin_server.faults import StartFailed, Unauthenticated
from ordertwin_server.settings import Settings
from ordertwin_stores import open_store
from ordertwin_stores.interface import OrderStore

ERP = x509.DNSName("erp.example")


@contextmanager
def served(folder: Path, authority: Authority, **changes: Any) -> Iterator[Running]:
    chain, key = authority.certify(folder, "server")
    files = {"tls_certificate": str(chain), "tls_key": str(key)}
    settings = settings_in(
        folder, tls_client_ca=str(authority.file), require_auth=True, **files, **changes
    )
    with closing(open_store(settings.store)) as store:
        issuer = Issuer(store)
        issuer.key("erp-1", "auditor")
        issuer.key("boss", "admin")
        issuer.key("erp-1", "clerk", tenant="elsewhere")
        (folder / "clerk.key").write_text(issuer.key("clerk", "clerk"))
    with running(settings) as server:
        yield server


def whoami(server: Running, tls: Tls, key: str = "") -> Caller:
    header = (("authorization", f"Bearer {key}"),) if key else None
    with open_channel(server.address, tls) as channel:
        caller: Caller = AccessClient(channel, header, timeout=10).call(
            GET_CALLER, GetCallerRequest()
        )
    return caller


def test_a_certificate_is_a_member_with_its_roles(tmp_path: Path) -> None:
    authority = Authority.made_in(tmp_path)
    erp = Tls.of(authority.file, *authority.certify(tmp_path, "ERP", ERP))
    other = Tls.of(authority.file, *authority.certify(tmp_path, "other"))
    members = "erp.example=clients/erp-1,far.example=tenants/elsewhere/clients/erp-1"
    with served(tmp_path, authority, tls_client_claim="dns", tls_client_members=members) as server:
        caller = whoami(server, erp)
        assert (caller.tenant, caller.member) == ("default", "clients/erp-1")
        assert list(caller.roles) == ["auditor"]
        with open_channel(server.address, erp) as channel:
            request = ListRolesRequest(parent="tenants/default")
            assert AccessClient(channel, timeout=10).call(LIST_ROLES, request).roles
        far = authority.certify(tmp_path, "far", x509.DNSName("far.example"))
        caller = whoami(server, Tls.of(authority.file, *far))
        assert (caller.tenant, list(caller.roles)) == ("elsewhere", ["clerk"])
        with pytest.raises(AccessError, match="missing"):
            whoami(server, other)


def test_a_key_that_is_shown_counts_before_the_certificate(tmp_path: Path) -> None:
    authority = Authority.made_in(tmp_path)
    erp = Tls.of(authority.file, *authority.certify(tmp_path, "erp-1"))
    with served(tmp_path, authority, tls_client_claim="common-name") as server:
        assert whoami(server, erp).member == "clients/erp-1"
        assert whoami(server, erp, (tmp_path / "clerk.key").read_text()).member == "clients/clerk"
        with pytest.raises(AccessError, match="malformed"):
            whoami(server, erp, "nonsense")


def test_without_a_claim_certificates_name_nobody(tmp_path: Path) -> None:
    authority = Authority.made_in(tmp_path)
    erp = Tls.of(authority.file, *authority.certify(tmp_path, "erp-1"))
    with served(tmp_path, authority) as server, pytest.raises(AccessError, match="missing"):
        whoami(server, erp)


def pem_of(folder: Path, name: str, *others: x509.GeneralName) -> bytes:
    return Authority.made_in(folder).certify(folder, name, *others)[0].read_bytes()


def test_one_claim_counts_and_no_other(tmp_path: Path) -> None:
    uri = x509.UniformResourceIdentifier("spiffe://example/erp")
    pem = pem_of(tmp_path, "erp-1", ERP, uri, x509.RFC822Name("erp@example.org"))
    for claim, value in (
        ("common-name", "erp-1"),
        ("dns", "erp.example"),
        ("uri", "spiffe://example/erp"),
        ("email", "erp@example.org"),
    ):
        for reader in ("common-name", "dns", "uri", "email"):
            found = CertificateReader(reader, {value: "clients/x"}).read(pem)
            assert (found is not None) is (reader == claim)


def test_a_certificate_of_several_members_is_nobodys(tmp_path: Path) -> None:
    members = member_map("erp.example=clients/a,localhost=clients/b")
    with pytest.raises(Unauthenticated, match="several"):
        CertificateReader("dns", members).read(pem_of(tmp_path, "erp", ERP))


@pytest.mark.parametrize("name", ["a/b", "people/anna", "../x", "a b"])
def test_a_strange_name_is_no_client(tmp_path: Path, name: str) -> None:
    authority = Authority.made_in(tmp_path)
    chain, _ = authority.certify(tmp_path, "file", common_name=name)
    assert CertificateReader("common-name", {}).read(chain.read_bytes()) is None


def test_a_connection_does_not_outlive_its_certificate(store: OrderStore, tmp_path: Path) -> None:
    now = [datetime.now(UTC)]
    reader = CertificateReader("common-name", {})
    server = Authenticator(
        store.access, clock=lambda: now[0], local_tenant="default", certificates=reader
    )
    pem = pem_of(tmp_path, "erp-1")
    assert server.identify("", pem).member == "clients/erp-1"
    now[0] += timedelta(days=2)
    with pytest.raises(Unauthenticated, match="expired"):
        server.identify("", pem)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"tls_client_claim": "dns"}, "--tls-client-ca"),
        ({"tls_client_members": "a=clients/a"}, "--tls-client-claim"),
        (
            {"tls_client_claim": "dns", "tls_client_ca": "x", "tls_client_members": "a=b"},
            "--tls-client-members",
        ),
    ],
)
def test_settings_that_do_not_fit_are_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(StartFailed, match=named):
        CertificateReader.of(Settings(**changes))


def test_a_stream_goes_on_by_its_certificate_and_ends_with_its_roles(tmp_path: Path) -> None:
    authority = Authority.made_in(tmp_path)
    erp = Tls.of(authority.file, *authority.certify(tmp_path, "erp-1"))
    boss = Tls.of(authority.file, *authority.certify(tmp_path, "boss"))
    settings = {"tls_client_claim": "common-name", "heartbeat_seconds": 0.5}
    with (
        served(tmp_path, authority, **settings) as server,
        open_channel(server.address, erp) as channel,
        open_channel(server.address, boss) as managing,
    ):
        watch = channel.unary_stream("/ordertwin.v1.OrderService/WatchOrders")
        stream = watch(WatchOrdersRequest(parent="tenants/default").SerializeToString(), timeout=60)
        # Longer than it takes to look again whether the caller may watch.
        for _ in range(6):
            next(stream)
        withdrawal = WithdrawRoleRequest(
            parent="tenants/default", member="clients/erp-1", role="auditor", request_id="w"
        )
        AccessClient(managing, timeout=10).call(WITHDRAW_ROLE, withdrawal)
        with pytest.raises(grpc.RpcError) as ended:
            list(stream)
    assert ended.value.code() is grpc.StatusCode.PERMISSION_DENIED
