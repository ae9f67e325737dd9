"""Signed heads of the operation log, kept where whoever holds the database cannot rewrite them.

A head says: at this time the log of this tenant had so many entries, the last with this hash. It is
signed with an Ed25519 key, appended to a file and sent with the log lines of the server; collect
one of the two on another machine. A log that does not extend a head it once had was tampered with.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ordertwin_models.errors import OrderTwinError
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.call import Clock
from ordertwin_server.faults import StartFailed
from ordertwin_stores.access import AccessStore
from ordertwin_stores.audit import Head
from ordertwin_stores.retention import Cut

SIGNING_KEY, PUBLIC_KEY, HEADS = (
    "audit-signing-key.pem",
    "audit-public-key.pem",
    "audit-heads.jsonl",
)


_CUT = b"ordertwin audit cut\x00"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head, when it was signed, with which key, and the signature."""

    head: Head
    at: datetime
    key_id: str
    signature: bytes

    def to_json(self) -> str:
        """The head as one line of a file.

        >>> signed = HeadSigner(Ed25519PrivateKey.generate()).sign(
        ...     Head("default", 3, bytes(32)), datetime(2026, 3, 2, tzinfo=UTC))
        >>> SignedHead.from_json(signed.to_json()) == signed
        True
        """
        document = _statement(self.head, self.at, self.key_id)
        return json.dumps(document | {"signature": b64encode(self.signature).decode()})

    @classmethod
    def from_json(cls, line: str) -> SignedHead:
        """A head from its line; ValueError when it is none."""
        try:
            found = json.loads(line)
            return cls(
                Head(str(found["tenant"]), int(found["position"]), bytes.fromhex(found["hash"])),
                datetime.fromisoformat(found["signed_at"]),
                str(found["key_id"]),
                b64decode(found["signature"], validate=True),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"This is no signed head: {line[:80]!r}.") from error


@dataclass(frozen=True, slots=True)
class SignedCut:
    """A statement that the server itself removed a log's entries up to a head.

    Signed as another kind of statement than a head, so that nobody who has old heads can cut a log
    and have it look right.
    """

    signed: SignedHead

    def to_json(self) -> str:
        """The statement as the store keeps it."""
        return self.signed.to_json()

    @classmethod
    def from_json(cls, text: str) -> SignedCut:
        """The statement, read back; ValueError when it is none."""
        return cls(SignedHead.from_json(text))

    def is_genuine(self, key: Ed25519PublicKey) -> bool:
        """Whether the owner of the key stated exactly this."""
        return _is_signed(self.signed, key, _CUT)


def head_before(
    tenant: str, cut: Cut | None, key: Ed25519PublicKey | None
) -> tuple[Head | None, bool]:
    """What a tenant's log begins after, None for a whole log; and whether that can be trusted.

    Without a key nobody can say that it was the server who cut the log.
    """
    if cut is None:
        return None, True
    head = Head(tenant, cut.position, cut.hash)
    try:
        stated = SignedCut.from_json(cut.statement)
    except ValueError:
        return head, False
    return head, key is not None and stated.signed.head == head and stated.is_genuine(key)


def _statement(head: Head, at: datetime, key_id: str) -> dict[str, Any]:
    return {
        "tenant": head.tenant,
        "position": head.position,
        "hash": head.hash.hex(),
        "signed_at": at.astimezone(UTC).isoformat(),
        "key_id": key_id,
    }


def _bytes(head: Head, at: datetime, key_id: str, kind: bytes = b"") -> bytes:
    statement = _statement(head, at, key_id)
    return kind + json.dumps(statement, separators=(",", ":"), sort_keys=True).encode()


class HeadSigner:
    """Signs heads, and knows its own signatures."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key()
        self.key_id = key_id_of(self.public_key)

    def to_pem(self) -> bytes:
        """The private key as a PEM file."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def derived(self, purpose: bytes) -> bytes:
        """A key of 32 bytes for another purpose, which tells nothing of this one."""
        raw = self._key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return HKDF(SHA256(), 32, None, purpose).derive(raw)

    def sign(self, head: Head, at: datetime) -> SignedHead:
        """The head, signed now."""
        return SignedHead(head, at, self.key_id, self._key.sign(_bytes(head, at, self.key_id)))

    def sign_cut(self, head: Head, at: datetime) -> SignedCut:
        """A statement that the log is cut there now."""
        signature = self._key.sign(_bytes(head, at, self.key_id, _CUT))
        return SignedCut(SignedHead(head, at, self.key_id, signature))


def key_id_of(key: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a public key."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def is_genuine(signed: SignedHead, key: Ed25519PublicKey) -> bool:
    """Whether the owner of the key signed exactly this."""
    return _is_signed(signed, key, b"")


def _is_signed(signed: SignedHead, key: Ed25519PublicKey, kind: bytes) -> bool:
    try:
        key.verify(signed.signature, _bytes(signed.head, signed.at, signed.key_id, kind))
    except InvalidSignature:
        return False
    return signed.key_id == key_id_of(key)


def public_key_in(path: Path) -> Ed25519PublicKey:
    """The public key in a PEM file; ValueError when there is none."""
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"{path} holds no Ed25519 key.")
    return key


def signer_in(folder: Path | None) -> HeadSigner:
    """The signer whose key lies in a folder, made when there is none; None keeps it in memory."""
    if folder is None:
        return HeadSigner(Ed25519PrivateKey.generate())
    path = folder / SIGNING_KEY
    try:
        if path.exists():
            key = load_pem_private_key(path.read_bytes(), None)
            if not isinstance(key, Ed25519PrivateKey):
                raise StartFailed(f"{path} holds no Ed25519 key; move it away to have one made.")
            return HeadSigner(key)
        signer = HeadSigner(Ed25519PrivateKey.generate())
        text = signer.to_pem()
        write_secret(path, text)
        public = signer.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (folder / PUBLIC_KEY).write_bytes(public)
    except (OSError, ValueError) as error:
        raise StartFailed(
            f"The key that signs the operation log cannot be read or made in {path} ({error}); "
            "mend the file or its directory, or name another one with --data."
        ) from error
    return signer


def write_secret(path: Path, text: bytes) -> None:
    """Write a file that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if os.name == "posix":
            os.fchmod(file.fileno(), 0o600)
        file.write(text)


class HeadExport:
    """Signs the heads of all logs that grew, appends them to a file, and logs them."""

    def __init__(
        self, access: AccessStore, signer: HeadSigner, path: Path | None, clock: Clock
    ) -> None:
        self._access, self._signer, self._path, self._clock = access, signer, path, clock
        self._exported: dict[str, int] = {}

    def signed(self, head: Head) -> SignedHead:
        """A head, signed now."""
        return self._signer.sign(head, self._clock())

    def signed_now(self, tenant: str) -> SignedHead:
        """The head of a tenant's log as it is, signed."""
        return self.signed(self._access.head(tenant))

    def is_genuine(self, signed: SignedHead) -> bool:
        """Whether this server's key signed it."""
        return is_genuine(signed, self._signer.public_key)

    def cut(self, head: Head) -> Cut:
        """What the store needs to cut a log there."""
        stated = self._signer.sign_cut(head, self._clock())
        return Cut(head.position, head.hash, stated.to_json())

    def begins_after(self, tenant: str, cut: Cut | None) -> tuple[Head | None, bool]:
        """What a tenant's log begins after, and whether this server cut it there."""
        return head_before(tenant, cut, self._signer.public_key)

    def export(self) -> None:
        """Export heads that were not exported yet; a failure is logged, and tried again later."""
        try:
            for tenant in self._access.tenants():
                head = self._access.head(tenant)
                if head.position > self._exported.get(tenant, 0):
                    self._append(self.signed(head))
                    self._exported[tenant] = head.position
        except (OSError, OrderTwinError) as error:
            LOGGER.warning("The heads of the operation log cannot be exported: %s", error)

    def _append(self, signed: SignedHead) -> None:
        line = signed.to_json()
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        LOGGER.info("audit head", extra={"fields": json.loads(line)})
