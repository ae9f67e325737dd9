"""Encryption: needed beyond this machine, renewed without a restart, and both ways if wanted."""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.unit.server.builders import an_order, another_order
from tests.unit.server.certificate_authority import Authority
from tests.unit.server.running import Running, running, settings_in

from ordertwin_client import OrderTwinClient, Tls, UnavailableError
from ordertwin_server.binding import Address, ensure_allowed
from ordertwin_server.convert import order_to_proto
from ordertwin_server.faults import StartFailed


@contextmanager
def encrypted(folder: Path, authority: Authority, **changes: str) -> Iterator[Running]:
    chain, key = authority.certify(folder, "server")
    files = {"tls_certificate": str(chain), "tls_key": str(key)}
    with running(settings_in(folder, **(files | changes))) as server:
        yield server


def served_number(server: Running) -> int:
    """The serial number of the certificate that a new connection meets."""
    from cryptography import x509

    host, _, port = server.address.rpartition(":")
    text = ssl.get_server_certificate((host, int(port)))
    return x509.load_pem_x509_certificate(text.encode()).serial_number


def test_whoever_trusts_the_authority_can_call(tmp_path: Path) -> None:
    authority = Authority.made_in(tmp_path)
    with (
        encrypted(tmp_path, authority) as server,
        OrderTwinClient(server.address, timeout=10, tls=Tls.of(authority.file)) as client,
    ):
        assert client.score_order(order_to_proto(an_order())).order


def test_whoever_trusts_another_or_speaks_plainly_cannot(tmp_path: Path) -> None:
    authority, other = Authority.made_in(tmp_path), Authority.made_in(tmp_path, "other")
    with encrypted(tmp_path, authority) as server:
        for tls in (None, Tls.of(other.file)):
            with (
                OrderTwinClient(server.address, timeout=1, tls=tls) as client,
                pytest.raises(UnavailableError),
            ):
                client.score_order(order_to_proto(an_order()))


def test_a_renewed_certificate_is_used_without_a_restart_and_without_a_failed_call(
    tmp_path: Path,
) -> None:
    authority = Authority.made_in(tmp_path)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    with (
        encrypted(tmp_path, authority) as server,
        OrderTwinClient(server.address, timeout=10, tls=Tls.of(authority.file)) as client,
    ):
        client.score_order(order_to_proto(an_order()))
        before = served_number(server)
        chain, key = authority.certify(fresh, "server")
        shutil.move(chain, tmp_path / "server.pem")
        # Between the two files the pair does not fit; the former one goes on.
        assert served_number(server) == before
        shutil.move(key, tmp_path / "server.key")
        assert served_number(server) != before
        client.score_order(order_to_proto(another_order()))


def test_callers_show_a_certificate_where_one_is_wanted(tmp_path: Path) -> None:
    authority, callers = Authority.made_in(tmp_path), Authority.made_in(tmp_path, "callers")
    good = Tls.of(authority.file, *callers.certify(tmp_path, "erp"))
    expired = Tls.of(authority.file, *callers.certify(tmp_path, "old", days=-1))
    foreign = Tls.of(authority.file, *authority.certify(tmp_path, "foreign"))
    with encrypted(tmp_path, authority, tls_client_ca=str(callers.file)) as server:
        with OrderTwinClient(server.address, timeout=10, tls=good) as client:
            assert client.score_order(order_to_proto(an_order())).order
        for bad in (Tls.of(authority.file), expired, foreign):
            with (
                OrderTwinClient(server.address, timeout=1, tls=bad) as client,
                pytest.raises(UnavailableError),
            ):
                client.score_order(order_to_proto(an_order()))


def test_beyond_this_machine_encryption_or_a_loud_word_is_needed() -> None:
    everywhere = Address.parse("0.0.0.0:1")
    with pytest.raises(StartFailed, match="not encrypted"):
        ensure_allowed(everywhere, encrypted=False, allow_insecure_bind=False)
    ensure_allowed(everywhere, encrypted=True, allow_insecure_bind=False)
    ensure_allowed(everywhere, encrypted=False, allow_insecure_bind=True)
    ensure_allowed(Address.parse("[::1]:1"), encrypted=False, allow_insecure_bind=False)


@pytest.mark.parametrize("broken", ["missing", "no PEM", "other key", "no key", "only callers"])
def test_broken_certificates_are_named_at_the_start(tmp_path: Path, broken: str) -> None:
    authority = Authority.made_in(tmp_path)
    chain, key = authority.certify(tmp_path, "server")
    files = {"tls_certificate": str(chain), "tls_key": str(key)}
    match broken:
        case "missing":
            chain.unlink()
        case "no PEM":
            chain.write_text("certificate")
        case "other key":
            files["tls_key"] = str(authority.certify(tmp_path, "else")[1])
        case "no key":
            files["tls_key"] = ""
        case "only callers":
            files = {"tls_client_ca": str(authority.file)}
    expected = pytest.raises(StartFailed, match=r"server\.pem|else\.key|--tls-key")
    with expected, running(settings_in(tmp_path, **files)):
        pass


def test_a_key_is_never_sent_in_the_clear_over_a_network() -> None:
    with pytest.raises(ValueError, match="in the clear"):
        OrderTwinClient("orders.example:50551", key="ot_1")
