"""Who a caller is by the certificate of their connection.

One claim of the certificate counts: its common name, or its alternative names of one kind. A map
says which member each value is; without a map, the value is the name of a client. Only
certificates of the authorities in `--tls-client-ca` get this far, and gRPC has seen that the caller
holds the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from ordertwin_server.faults import StartFailed, Unauthenticated
from ordertwin_server.names import NAME_PART
from ordertwin_server.settings import Settings

_MEMBER = re.compile(
    rf"(?:tenants/(?P<tenant>{NAME_PART})/)?"
    r"(?P<member>(?:clients|people)/[A-Za-z0-9][A-Za-z0-9._-]{0,63})"
)


@dataclass(frozen=True, slots=True)
class Certified:
    """Whom a certificate names, in which tenant (empty for that of the server), until when."""

    member: str
    tenant: str
    expires_at: datetime


class CertificateReader:
    """Reads the one `claim` that counts. `members` maps its values; empty for clients by name."""

    def __init__(self, claim: str, members: Mapping[str, str]) -> None:
        self._values = _CLAIMS[claim]
        self._members = {theirs: _found(ours) for theirs, ours in members.items()}

    @classmethod
    def of(cls, settings: Settings) -> CertificateReader | None:
        """The reader that the settings describe, None when certificates name nobody."""
        if settings.tls_client_claim == "none":
            if settings.tls_client_members:
                raise StartFailed("--tls-client-members needs --tls-client-claim as well.")
            return None
        if not settings.tls_client_ca:
            raise StartFailed("--tls-client-claim needs --tls-client-ca as well.")
        return cls(settings.tls_client_claim, member_map(settings.tls_client_members))

    def read(self, pem: bytes) -> Certified | None:
        """Whom the certificate names, None for nobody; `Unauthenticated` for several members."""
        certificate = x509.load_pem_x509_certificate(pem)
        try:
            values = self._values(certificate)
        except ValueError:
            raise Unauthenticated("a certificate that cannot be read") from None
        found = {named for value in values if (named := self._named(value)) is not None}
        if len(found) > 1:
            raise Unauthenticated("a certificate of several members")
        for tenant, member in found:
            return Certified(member, tenant, certificate.not_valid_after_utc)
        return None

    def _named(self, value: str) -> tuple[str, str] | None:
        if self._members:
            return self._members.get(value)
        found = _MEMBER.fullmatch(f"clients/{value}")
        return ("", found["member"]) if found else None


def member_map(text: str) -> dict[str, str]:
    """What a certificate says, and the member that it means.

    >>> member_map("erp.example=clients/erp-1, far.example=tenants/far/clients/erp")
    {'erp.example': 'clients/erp-1', 'far.example': 'tenants/far/clients/erp'}
    """
    pairs = [part.rpartition("=") for part in text.split(",") if part.strip()]
    members = {theirs.strip(): ours.strip() for theirs, _, ours in pairs}
    if len(members) < len(pairs) or not all(
        theirs and _MEMBER.fullmatch(ours) for theirs, ours in members.items()
    ):
        raise StartFailed(
            "--tls-client-members must look like erp.example=clients/erp-1, each name once."
        )
    return members


def _found(ours: str) -> tuple[str, str]:
    found = _MEMBER.fullmatch(ours)
    assert found is not None
    return found["tenant"] or "", found["member"]


def _common_names(certificate: x509.Certificate) -> list[str]:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return [str(name.value) for name in names]


def _alternatives(kind: type[x509.GeneralName]) -> Callable[[x509.Certificate], list[str]]:
    def values(certificate: x509.Certificate) -> list[str]:
        try:
            named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except x509.ExtensionNotFound:
            return []
        return [str(name.value) for name in named.value if isinstance(name, kind)]

    return values


_CLAIMS: Mapping[str, Callable[[x509.Certificate], list[str]]] = {
    "common-name": _common_names,
    "dns": _alternatives(x509.DNSName),
    "uri": _alternatives(x509.UniformResourceIdentifier),
    "email": _alternatives(x509.RFC822Name),
}
