"""Certificates for tests: an authority, and what it certifies."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HERE = x509.SubjectAlternativeName(
    [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
)


@dataclass
class Authority:
    """Certifies names; its own certificate is in `file`."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate
    file: Path

    @classmethod
    def made_in(cls, folder: Path, name: str = "authority") -> Authority:
        key = generate_private_key(SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = (
            _builder(subject, subject, key, days=10)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, SHA256())
        )
        file = folder / f"{name}.pem"
        file.write_bytes(certificate.public_bytes(Encoding.PEM))
        return cls(key, certificate, file)

    def certify(
        self,
        folder: Path,
        name: str,
        *others: x509.GeneralName,
        days: int = 1,
        common_name: str = "",
    ) -> tuple[Path, Path]:
        """Files with a certificate of 127.0.0.1, and of others if they are given, and its key;
        negative days have passed."""
        key = generate_private_key(SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name or name)])
        certificate = (
            _builder(subject, self.certificate.subject, key, days=days)
            .add_extension(x509.SubjectAlternativeName([*HERE, *others]), critical=False)
            .sign(self.key, SHA256())
        )
        chain, secret = folder / f"{name}.pem", folder / f"{name}.key"
        chain.write_bytes(certificate.public_bytes(Encoding.PEM))
        secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return chain, secret


def _builder(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, *, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
    )
