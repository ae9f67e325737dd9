"""What a model file must pass before it may answer: its size, a signature if one is asked for, and
then all that `ordertwin_models.artefact` checks. Nothing in it is ever run."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ordertwin_models import artefact
from ordertwin_models.errors import ArtefactInvalid
from ordertwin_models.model import DuplicateModel
from ordertwin_server.faults import ModelRefused, StartFailed
from ordertwin_server.model_slot import bytes_in, model_in, released_model, released_models

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from ordertwin_server.settings import Settings

_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)
_GZIP = b"\x1f\x8b"
NO_MODEL = "none"


@dataclass(frozen=True, slots=True, eq=False)
class ModelFile:
    """A model that was read and found good, with the bytes it was read from."""

    model: DuplicateModel
    text: bytes
    card: str = ""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file."""
        return sha256(self.text).digest()


@dataclass(frozen=True, slots=True)
class Installed:
    """The models that are there without being published: the one that the server was started with,
    None for rules, and all that came with it, by version."""

    base: ModelFile | None = None
    released: dict[str, ModelFile] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> Installed:
        """As the settings want it. Raises `ArtefactInvalid` when the model file is no good."""
        released = {each.model.version: each for each in _released()}
        if settings.model == NO_MODEL:
            return cls(None, released)
        path = Path(settings.model) if settings.model else released_model()
        if path is None:
            return cls(None, released)
        text = bytes_in(path)
        return cls(ModelFile(model_in(path, text), text, _card_beside(path)), released)

    def find(self, version: str) -> ModelFile | None:
        """The installed model of this version."""
        if self.base is not None and self.base.model.version == version:
            return self.base
        return self.released.get(version)


def _released() -> list[ModelFile]:
    found = []
    for path in released_models():
        text = path.read_bytes()
        try:
            found.append(ModelFile(artefact.loads(text), text, _card_beside(path)))
        except ArtefactInvalid:
            # A release for an earlier schema answers no more, and cannot be put back.
            continue
    return found


def _card_beside(path: Path) -> str:
    card = path.with_name("card.md")
    return card.read_text("utf-8") if card.is_file() else ""


class Signers:
    """The public keys whose owners may hand in models.

    >>> from ordertwin_server.model_checks import Signers
    >>> Signers.none().required
    False
    """

    def __init__(self, keys: Sequence[Ed25519PublicKey], *, required: bool) -> None:
        self._keys = tuple(keys)
        self.required = required

    @classmethod
    def none(cls) -> Signers:
        """Signatures are kept, and not asked for."""
        return cls((), required=False)

    @classmethod
    def in_file(cls, path: str) -> Signers:
        """The keys in a PEM file, one after the other; an empty path means none are asked for.

        Raises `StartFailed` when it cannot be read or holds no Ed25519 key.
        """
        if not path:
            return cls.none()
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key

        try:
            keys = [load_pem_public_key(found) for found in _PEM.findall(Path(path).read_bytes())]
        except (OSError, ValueError) as error:
            raise StartFailed(
                f"The keys of model signers cannot be read from {path} ({error})."
            ) from None
        if not keys or not all(isinstance(key, Ed25519PublicKey) for key in keys):
            raise StartFailed(
                f"{path} must hold Ed25519 public keys in PEM, as `ordertwin model sign` makes "
                "beside the private key."
            )
        return cls([key for key in keys if isinstance(key, Ed25519PublicKey)], required=True)

    def signer_of(self, text: bytes, signature: bytes) -> str:
        """Id of the key that signed a model file; empty when nobody has to.

        Raises `ModelRefused` when somebody had to, and none of these did.
        """
        if not self.required:
            return ""
        if not signature:
            raise ModelRefused(
                "It is not signed, and this server takes signed ones only; sign it with "
                "`ordertwin model sign`."
            )
        from cryptography.exceptions import InvalidSignature

        from ordertwin_server.access.heads import key_id_of

        for key in self._keys:
            try:
                key.verify(signature, text)
            except InvalidSignature:
                continue
            return key_id_of(key)
        raise ModelRefused(
            "It was changed after it was signed, or signed by somebody whom this server does not "
            "trust; have one of its signers sign it."
        )


@dataclass(frozen=True, slots=True)
class ModelChecks:
    """Decides whether a model may answer. What came with the server needs no signature."""

    installed: Installed
    signers: Signers

    def check(self, text: bytes, signature: bytes) -> tuple[DuplicateModel, str]:
        """The model in a file and the id of its signer; `ModelRefused` says what is wrong."""
        if len(text) > artefact.MAX_BYTES:
            raise ModelRefused(f"It is larger than {artefact.MAX_BYTES} bytes.")
        base = self.installed.base
        mine = [*self.installed.released.values(), *([base] if base else [])]
        known = next((each.model for each in mine if each.text == text), None)
        if known is not None:
            return known, ""
        signer = self.signers.signer_of(text, signature)
        try:
            return artefact.loads(text), signer
        except ArtefactInvalid as error:
            raise ModelRefused(str(error)) from error


def uncompressed(content: bytes) -> bytes:
    """A model file that may have come compressed; `ModelRefused` when it is cut off or too large.

    >>> import gzip
    >>> uncompressed(gzip.compress(b'{"format"')), uncompressed(b'{"format"')
    (b'{"format"', b'{"format"')
    """
    if not content.startswith(_GZIP):
        return content
    stream = zlib.decompressobj(wbits=31)
    try:
        text = stream.decompress(content, artefact.MAX_BYTES + 1)
    except zlib.error:
        raise ModelRefused("Its compression is damaged; send it again.") from None
    if len(text) <= artefact.MAX_BYTES and not stream.eof:
        raise ModelRefused("It was cut off on its way; send it again.")
    return text
