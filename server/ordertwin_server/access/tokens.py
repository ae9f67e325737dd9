"""Bearer tokens of people, as an OpenID Connect provider signs them.

A token counts when it is signed with one of the provider's keys by an asymmetric algorithm, is from
the issuer and for the audience that the settings name, and is in its time. The person becomes
`people/<id>`, where the id is a digest of issuer and subject, so that no name gets into the
operation log; roles come from a claim through a map.
"""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import jwt

from ordertwin_server.access.authenticator import TOKEN_LEEWAY
from ordertwin_server.call_log import LOGGER
from ordertwin_server.faults import StartFailed, Unauthenticated
from ordertwin_server.names import NAME_PART
from ordertwin_server.settings import Settings

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Asymmetric ones only: with `none` or a shared secret, whoever can check could also sign."""
KEYS_KEPT, KEYS_ASKED_AGAIN = 300.0, 10.0
"""Seconds that the provider's keys are kept, and between two questions for an unknown one."""
SECONDS_TO_ANSWER = 5.0
LARGEST_TOKEN, LARGEST_KEY_SET = 8_192, 1_000_000
ID_DIGITS = 20

_TENANT = re.compile(NAME_PART)

Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a token names: member, roles of ours, tenant if the token says so, and until when."""

    member: str
    roles: tuple[str, ...]
    tenant: str
    expires_at: datetime


def fetched(url: str) -> bytes:
    """The document at a URL."""
    with urllib.request.urlopen(url, timeout=SECONDS_TO_ANSWER) as answer:
        found: bytes = answer.read(LARGEST_KEY_SET)
    return found


class KeySet:
    """The provider's keys by id, fetched when needed. Safe to use from many threads."""

    def __init__(
        self, url: str, fetch: Fetch = fetched, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._url, self._fetch, self._monotonic = url, fetch, monotonic
        self._lock = threading.Lock()
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")

    def key(self, key_id: str) -> jwt.PyJWK | None:
        """The key with this id, None when the provider has none."""
        with self._lock:
            age = self._monotonic() - self._fetched_at
            if age > KEYS_KEPT or (key_id not in self._keys and age > KEYS_ASKED_AGAIN):
                self._renew()
            return self._keys.get(key_id)

    def _renew(self) -> None:
        """Fetch the keys; when that fails the former ones stay for now."""
        self._fetched_at = self._monotonic()
        try:
            listed = jwt.PyJWKSet.from_dict(json.loads(self._fetch(self._url)))
        except (OSError, ValueError, jwt.PyJWTError) as error:
            LOGGER.warning("The provider's keys cannot be fetched: %s.", type(error).__name__)
            return
        self._keys = {key.key_id: key for key in listed.keys if key.key_id}


class TokenReader:
    """Reads tokens of one provider. Raises `Unauthenticated`, never saying more than a word."""

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        keys: KeySet,
        role_claim: str,
        roles: Mapping[str, str],
        tenant_claim: str = "",
    ) -> None:
        self._issuer, self._audience, self._keys = issuer, audience, keys
        self._role_claim, self._roles, self._tenant_claim = role_claim, roles, tenant_claim

    @classmethod
    def of(cls, settings: Settings, fetch: Fetch = fetched) -> TokenReader | None:
        """The reader that the settings describe, None when they name no issuer."""
        if not settings.oidc_issuer:
            return None
        if not settings.oidc_audience or not settings.oidc_keys:
            raise StartFailed("--oidc-issuer needs --oidc-audience and --oidc-keys as well.")
        url = urlsplit(settings.oidc_keys)
        if url.scheme != "https" and url.hostname not in ("127.0.0.1", "::1", "localhost"):
            raise StartFailed("--oidc-keys must be an https address.")
        return cls(
            issuer=settings.oidc_issuer,
            audience=settings.oidc_audience,
            keys=KeySet(settings.oidc_keys, fetch),
            role_claim=settings.oidc_role_claim,
            roles=role_map(settings.oidc_roles),
            tenant_claim=settings.oidc_tenant_claim,
        )

    def read(self, token: str) -> Person:
        """The person that a token names."""
        if len(token) > LARGEST_TOKEN:
            raise Unauthenticated("malformed")
        claims = self._verified(token)
        found: Any = claims
        for part in self._role_claim.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        named = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        tenant = claims.get(self._tenant_claim, "") if self._tenant_claim else ""
        if self._tenant_claim and not _TENANT.fullmatch(str(tenant)):
            raise Unauthenticated("without a tenant")
        subject = f"{self._issuer}\n{claims['sub']}"
        return Person(
            member=f"people/{sha256(subject.encode()).hexdigest()[:ID_DIGITS]}",
            roles=tuple({self._roles[each]: None for each in named if each in self._roles}),
            tenant=str(tenant),
            expires_at=datetime.fromtimestamp(float(claims["exp"]), UTC),
        )

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            key_id = header.get("kid")
            key = self._keys.key(key_id) if isinstance(key_id, str) else None
            if header.get("alg") not in ALGORITHMS:
                raise Unauthenticated("signed by an algorithm that is not accepted")
            if key is None:
                raise Unauthenticated("signed by an unknown key")
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                issuer=self._issuer,
                audience=self._audience,
                leeway=TOKEN_LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("expired") from None
        except (jwt.PyJWTError, ValueError, TypeError):
            raise Unauthenticated("not a token of the provider") from None
        return claims


def role_map(text: str) -> dict[str, str]:
    """What the provider calls a role, and what we call it.

    >>> role_map("order-desk=clerk, ot-admins=admin")
    {'order-desk': 'clerk', 'ot-admins': 'admin'}
    """
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if any(not sign or not theirs.strip() or not ours.strip() for theirs, sign, ours in pairs):
        raise StartFailed("--oidc-roles must look like theirs=ours,theirs=ours.")
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}
