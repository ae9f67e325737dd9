"""Signing model files with an Ed25519 key, in the formats that openssl has too."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ordertwin_cli.failures import CommandFailed
from ordertwin_server.access.heads import write_secret


def make_key(path: Path) -> Path:
    """Make a private key that its owner alone may read; returns the file of its public half."""
    if path.exists():
        raise CommandFailed(f"{path} is there already; leave out --new-key, or name another file")
    key = Ed25519PrivateKey.generate()
    write_secret(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = path.with_name(f"{path.stem}.pub{path.suffix}")
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return public


def signature_of(text: bytes, path: Path) -> bytes:
    """The signature of a model file by the key in a PEM file."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        raise CommandFailed(f"there is no key {path}; --new-key makes one") from None
    except (ValueError, TypeError):
        raise CommandFailed(f"{path} holds no private key without a password") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise CommandFailed(f"{path} holds no Ed25519 key")
    return key.sign(text)
