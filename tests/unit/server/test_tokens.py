"""People who come with a token of an OpenID Connect provider; the provider is a server here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.unit.server.builders import an_order
from tests.unit.server.running import running, settings_in

from ordertwin_client import AccessError, OrderTwinClient
from ordertwin_server.access.tokens import KEYS_ASKED_AGAIN, KEYS_KEPT, KeySet, TokenReader
from ordertwin_server.convert import order_to_proto
from ordertwin_server.faults import StartFailed, Unauthenticated
from ordertwin_server.settings import Settings

ISSUER, AUDIENCE = "https://login.example", "ordertwin"


class Provider:
    """Signs tokens, and serves its public keys."""

    def __init__(self) -> None:
        self.keys: dict[str, RSAPrivateKey] = {}
        self.asked = 0
        self.rotate("k1")
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                body = provider.key_set()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def rotate(self, key_id: str) -> None:
        self.keys = {key_id: generate_private_key(65537, 2048)}

    def key_set(self) -> bytes:
        listed = [
            json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {"kid": key_id}
            for key_id, key in self.keys.items()
        ]
        return json.dumps(
            {"keys": [each | {"alg": "RS256", "use": "sig"} for each in listed]}
        ).encode()

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = datetime.now(UTC)
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "anna",
            "exp": now + timedelta(hours=1),
            "roles": ["order-desk"],
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def token(self, **changes: Any) -> str:
        ((key_id, key),) = self.keys.items()
        return jwt.encode(self.claims(**changes), key, "RS256", headers={"kid": key_id})

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


def settings_of(provider: Provider, **changes: Any) -> dict[str, Any]:
    return {
        "oidc_issuer": ISSUER,
        "oidc_audience": AUDIENCE,
        "oidc_keys": provider.url,
        "oidc_roles": "order-desk=clerk,auditors=auditor",
        **changes,
    }


@pytest.fixture
def reader(provider: Provider) -> TokenReader:
    made = TokenReader.of(Settings(**settings_of(provider)))
    assert made is not None
    return made


def test_a_person_with_a_good_token_does_what_their_role_permits(
    provider: Provider, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, require_auth=True, **settings_of(provider))
    with running(settings) as server:
        with OrderTwinClient(server.address, timeout=10, key=provider.token()) as clerk:
            assert clerk.score_order(order_to_proto(an_order())).order
        nobody = provider.token(roles=["visitors"], sub="bob")
        with (
            OrderTwinClient(server.address, timeout=10, key=nobody) as visitor,
            pytest.raises(AccessError, match="PERMISSION_DENIED"),
        ):
            list(visitor.list_orders())


def test_a_person_is_named_by_a_digest_and_keeps_it(
    provider: Provider, reader: TokenReader
) -> None:
    anna, again = reader.read(provider.token()), reader.read(provider.token(email="anna@x.example"))
    assert anna.member == again.member
    assert anna.member != reader.read(provider.token(sub="bob")).member
    assert anna.member.startswith("people/")
    assert "anna" not in anna.member
    assert anna.roles == ("clerk",)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"exp": datetime.now(UTC) - timedelta(minutes=2)}, "expired"),
        ({"nbf": datetime.now(UTC) + timedelta(hours=1)}, "not a token"),
        ({"iss": "https://evil.example"}, "not a token"),
        ({"aud": "another-program"}, "not a token"),
        ({"aud": None}, "not a token"),
        ({"exp": None}, "not a token"),
        ({"sub": None}, "not a token"),
        ({"exp": "soon"}, "not a token"),
    ],
)
def test_a_token_of_another_time_place_or_purpose_is_refused(
    provider: Provider, reader: TokenReader, changes: dict[str, Any], problem: str
) -> None:
    key_id, key = next(iter(provider.keys.items()))
    bad = provider.claims(**changes)
    if bad.get("exp") == "soon":
        body = base64.urlsafe_b64encode(json.dumps({"exp": "soon"}).encode()).decode().rstrip("=")
        head, _, tail = provider.token().split(".")
        token = f"{head}.{body}.{tail}"
    else:
        token = jwt.encode(bad, key, "RS256", headers={"kid": key_id})
    with pytest.raises(Unauthenticated, match=problem):
        reader.read(token)


def test_clocks_may_differ_by_less_than_a_minute(provider: Provider, reader: TokenReader) -> None:
    late = datetime.now(UTC) - timedelta(seconds=30)
    assert reader.read(provider.token(exp=late)).roles == ("clerk",)


def test_nobody_chooses_how_their_token_is_checked(provider: Provider, reader: TokenReader) -> None:
    key_id, key = next(iter(provider.keys.items()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims, headers = provider.claims(), {"kid": key_id}
    unsigned = jwt.encode(claims, None, "none", headers=headers)
    # Signing with the public key as a shared secret: the library refuses to, so by hand.
    head = {"alg": "HS256", "typ": "JWT", "kid": key_id}
    body = json.loads(json.dumps(claims, default=lambda at: int(at.timestamp())))
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, body)
    ]
    signature = hmac.digest(public, b".".join(parts), hashlib.sha256)
    confused = b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()
    other = generate_private_key(65537, 2048)
    forged = jwt.encode(claims, other, "RS256", headers=headers)
    strange = jwt.encode(claims, key, "RS256", headers={"kid": "k9"})
    nameless = jwt.encode(claims, key, "RS256")
    critical = jwt.encode(claims, key, "RS256", headers=headers | {"crit": ["x"], "x": 1})
    for token in (
        unsigned,
        confused,
        forged,
        strange,
        nameless,
        critical,
        "a.b.c",
        "",
        "x" * 9_000,
    ):
        with pytest.raises(Unauthenticated):
            reader.read(token)


def test_new_keys_of_the_provider_are_found_and_it_is_not_asked_too_often() -> None:
    now, asked = [0.0], [0]
    key_sets = [{"keys": []}, {"keys": []}]

    def fetch(url: str) -> bytes:
        asked[0] += 1
        if asked[0] == 3:
            raise OSError("down")
        return json.dumps(key_sets[min(asked[0] - 1, 1)]).encode()

    jwk = json.loads(
        jwt.algorithms.RSAAlgorithm.to_jwk(generate_private_key(65537, 2048).public_key())
    )
    key_sets[1] = {"keys": [jwk | {"kid": "k2", "alg": "RS256"}]}
    keys = KeySet("https://login.example/keys", fetch, lambda: now[0])
    for _ in range(100):
        assert keys.key("k2") is None
    assert asked[0] == 1
    now[0] += KEYS_ASKED_AGAIN + 1
    assert keys.key("k2") is not None
    now[0] += KEYS_KEPT + 1
    assert keys.key("k2") is not None, "the former keys stay while the provider is down"
    assert asked[0] == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"oidc_audience": ""}, "--oidc-audience"),
        ({"oidc_keys": "http://login.example/keys"}, "https"),
        ({"oidc_keys": "file:///etc/passwd"}, "https"),
        ({"oidc_roles": "clerk"}, "theirs=ours"),
    ],
)
def test_settings_that_would_be_unsafe_are_refused(
    provider: Provider, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(StartFailed, match=words):
        TokenReader.of(Settings(**settings_of(provider, **changes)))


def test_a_tenant_can_come_with_the_token(provider: Provider) -> None:
    reader = TokenReader.of(Settings(**settings_of(provider, oidc_tenant_claim="org")))
    assert reader is not None
    assert reader.read(provider.token(org="elsewhere")).tenant == "elsewhere"
    for org in (None, "", "a/b", "x" * 200):
        with pytest.raises(Unauthenticated, match="tenant"):
            reader.read(provider.token(org=org))
