"""Every setting of the server, once: default, environment variable, flag and help.

Defaults give way to `ORDERTWIN_*` variables, and those to flags. The environment is read here and
nowhere else. The table in the documentation is written from `SETTINGS`.
"""

from __future__ import annotations

import difflib
import math
import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, get_type_hints

from ordertwin_server.faults import StartFailed
from ordertwin_server.names import NAME_PART

PREFIX = "ORDERTWIN_"
LOG_FORMATS = ("human", "json")
LOG_LEVELS = ("debug", "info", "warning", "error")
MIB = 2**20


def _setting(default: Any, help_text: str, **limits: Any) -> Any:
    return field(default=default, metadata={"help": help_text, **limits})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a server is run.

    >>> Settings().listen, Settings.load({"ORDERTWIN_LISTEN": "127.0.0.1:6000"}).listen
    ('127.0.0.1:50551', '127.0.0.1:6000')
    """

    listen: str = _setting("127.0.0.1:50551", "Address and port to listen on; port 0 picks one.")
    allow_insecure_bind: bool = _setting(
        False,
        "Listen beyond this machine without TLS. Whoever can listen in on the network reads "
        "orders and keys; use it only inside a network that you trust entirely.",
    )
    tls_certificate: str = _setting(
        "", "Certificate chain of the server, PEM; read again when it changes."
    )
    tls_key: str = _setting("", "Key of that certificate, PEM, without a password.")
    tls_client_ca: str = _setting(
        "", "Authorities, PEM; callers then have to show a certificate of one of them as well."
    )
    tls_client_claim: str = _setting(
        "none",
        "What in a caller's certificate names the member, so that no key is needed; `none` for "
        "nothing.",
        choices=("none", "common-name", "dns", "uri", "email"),
    )
    tls_client_members: str = _setting(
        "",
        "Which members these are: `theirs=clients/ours,theirs=tenants/other/clients/ours`; empty "
        "means clients of the same name.",
    )
    require_auth: bool = _setting(
        False,
        "Refuse calls without a credential on this machine too; from beyond it they are refused "
        "in any case.",
    )
    store: str = _setting(
        "sqlite:///data/ordertwin.db",
        "Where orders are kept: a SQLite file, or postgresql://user@host/database.",
    )
    tenant: str = _setting(
        "default",
        "Tenant of calls without a credential, and of the first key; a key knows its own.",
        pattern=re.compile(NAME_PART),
    )
    oidc_issuer: str = _setting(
        "", "Issuer whose OpenID Connect tokens people may show; empty means none."
    )
    oidc_audience: str = _setting("", "Audience that such tokens must be for.")
    oidc_keys: str = _setting("", "Address of the issuer's keys (JWKS), https.")
    oidc_role_claim: str = _setting(
        "roles", "Claim that names a person's roles; dots go into nested ones."
    )
    oidc_roles: str = _setting(
        "", "What the issuer's roles are here: `theirs=ours,theirs=ours`; others count for nothing."
    )
    oidc_tenant_claim: str = _setting(
        "", "Claim that names a person's tenant; empty means `--tenant`."
    )
    session_hours: float = _setting(
        12.0, "How long a session lasts after somebody signed in.", least=0.01, most=720.0
    )
    session_idle_minutes: float = _setting(
        30.0, "A session that is not used for so long ends.", least=1.0, most=43_200.0
    )
    believe_clock: bool = _setting(
        False,
        "Let keys and sessions end by the system's clock, although the store has seen a later "
        "time: after a clock that was ahead.",
    )
    data: str = _setting(
        "",
        "Directory for the first key, the key that signs the operation log and its signed heads; "
        "empty means beside the store.",
    )
    audit_heads: str = _setting(
        "", "File that signed heads are appended to; empty means `audit-heads.jsonl` in `--data`."
    )
    audit_seconds: float = _setting(
        60.0, "How often the operation log's head is signed.", least=0.1, most=86_400.0
    )
    retain_orders_days: int = _setting(
        0,
        "Names, addresses and references of orders that did not change for so long go; 0 keeps "
        "them.",
        least=0,
        most=36_600,
    )
    retain_decisions_days: int = _setting(
        0,
        "What was compared for a decision goes after so long, the outcome stays; 0 keeps it.",
        least=0,
        most=36_600,
    )
    retain_log_days: int = _setting(
        0, "Entries of the operation log go after so long; 0 keeps them.", least=0, most=36_600
    )
    retain_requests_days: int = _setting(
        30, "Calls can be repeated for so long.", least=30, most=36_600
    )
    retain_notes_days: int = _setting(
        400,
        "Notes of when rights and keys were last used go after so long; 0 keeps them.",
        least=0,
        most=36_600,
    )
    retention_hours: float = _setting(
        6.0, "How often the server looks for what is too old.", least=0.001, most=8_784.0
    )
    calls_per_second: int = _setting(
        1000, "Calls that one key may make a second; 0 means any number.", least=0, most=1_000_000
    )
    model: str = _setting(
        "",
        "Model file to answer with where no published one was activated; empty means the released "
        "model, `none` rules alone.",
    )
    model_signers: str = _setting(
        "", "File of Ed25519 public keys, PEM; then models that none of them signed are refused."
    )
    drift_hours: int = _setting(
        24,
        "How often the newest decisions are compared with those before; what drifted is logged. "
        "0 means never.",
        least=0,
        most=8_760,
    )
    metrics_listen: str = _setting(
        "",
        "Address and port where Prometheus finds figures of this server, such as 127.0.0.1:9464; "
        "empty means none. Needs the extra `metrics`.",
    )
    allow_degraded: bool = _setting(
        False, "Start with rules alone when the model file is missing or refused."
    )
    policy: str = _setting(
        "",
        "Policy file, TOML or JSON, which goes before what is in force in the store; empty means "
        "what is in force there, or else the one that comes with OrderTwin. Read again when it "
        "changes, and on SIGHUP.",
    )
    audit_share: float = _setting(
        0.01,
        "Share of orders that pass which people are asked about all the same, by chance, to find "
        "out what is missed; they are not held.",
        least=0.0,
        most=1.0,
    )
    confident_share: float = _setting(
        0.02,
        "Share of sure duplicates that people are asked about, by chance.",
        least=0.0,
        most=1.0,
    )
    blind_share: float = _setting(
        0.1,
        "Share of doubtful orders whose reviewer is not told what the engine thinks.",
        least=0.0,
        most=1.0,
    )
    second_share: float = _setting(
        0.05, "Share of reviews that two people answer, to see if they agree.", least=0.0, most=1.0
    )
    sample_seed: str = _setting(
        "1", "What chance is drawn from; servers of one store need the same."
    )
    review_lease_seconds: float = _setting(
        900.0, "How long a claimed review is kept for its claimant.", least=1.0, most=86_400.0
    )
    scoring_workers: int = _setting(
        0,
        "Orders scored at the same time; 0 means 2 over SQLite and 8 over PostgreSQL, whose "
        "answers have to be waited for. More than the work keeps busy only disturb each other.",
        least=0,
        most=256,
    )
    read_workers: int = _setting(4, "Reads and updates served at the same time.", least=1, most=256)
    max_scoring: int = _setting(
        64, "ScoreOrder calls admitted at once, waiting ones included.", least=1, most=100_000
    )
    max_reads: int = _setting(
        64, "Other calls admitted at once, waiting ones included.", least=1, most=100_000
    )
    max_streams: int = _setting(
        64, "ScoreOrders streams open at the same time.", least=1, most=100_000
    )
    max_watchers: int = _setting(
        5000, "WatchOrders streams open at the same time.", least=1, most=100_000
    )
    heartbeat_seconds: float = _setting(
        15.0,
        "How often a watcher hears from the server when nothing happens.",
        least=0.1,
        most=3600.0,
    )
    deliver_webhooks: bool = _setting(
        True,
        "Post events to webhooks; of several servers on one store let one do it, or each does.",
    )
    webhook_hosts: str = _setting(
        "",
        "Hosts that webhooks may post to although they are not encrypted or not public, with "
        "commas in between; this machine is one of them while its programs need no key.",
    )
    release_turned: bool = _setting(
        False,
        "Let a held order go on by itself when the order it was held against is cancelled, "
        "returned or merged and nothing else speaks against it; without, a person releases it.",
    )
    event_days: float = _setting(
        30.0,
        "How many days events are kept for watchers to go on from; later tokens have expired.",
        least=0.01,
        most=3650.0,
    )
    max_lines: int = _setting(2000, "Lines an order may have.", least=1, most=10_000)
    max_message_bytes: int = _setting(
        MIB, "Size of the largest message taken.", least=64 * 1024, most=64 * MIB
    )
    drain_seconds: float = _setting(
        0.0,
        "How long to report NOT_SERVING but still answer before stopping, so that balancers see it "
        "first.",
        least=0.0,
        most=600.0,
    )
    grace_seconds: float = _setting(
        10.0, "How long calls in progress may take when the server stops.", least=0.0, most=600.0
    )
    reflection: bool = _setting(True, "Describe the contract to tools like grpcurl.")
    log_format: str = _setting("human", "Shape of log lines.", choices=LOG_FORMATS)
    log_level: str = _setting("info", "Least important log lines shown.", choices=LOG_LEVELS)

    @property
    def scoring_threads(self) -> int:
        """As many as asked for; else as many as one interpreter keeps busy between waits."""
        return self.scoring_workers or (8 if self.store.startswith("postgres") else 2)

    @classmethod
    def load(
        cls, environment: Mapping[str, str] | None = None, flags: Mapping[str, Any] | None = None
    ) -> Settings:
        """Settings from defaults, the environment and flags; a flag of None is one not given.

        Raises `StartFailed` that names the variable or flag and what it may be.

        >>> Settings.load({"ORDERTWIN_MAX_LINES": "many"})
        Traceback (most recent call last):
        ordertwin_server.faults.StartFailed: ORDERTWIN_MAX_LINES is 'many'; it must be a whole ...
        """
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for setting in SETTINGS:
            flag = (flags or {}).get(setting.name)
            if flag is not None:
                values[setting.name] = setting.read(setting.flag, str(flag))
            elif setting.variable in environment:
                values[setting.name] = setting.read(setting.variable, environment[setting.variable])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table of settings."""

    name: str
    kind: type
    default: Any
    help: str
    least: float | None = None
    most: float = math.inf
    choices: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return PREFIX + self.name.upper()

    @property
    def flag(self) -> str:
        """Its flag on the command line."""
        return "--" + self.name.replace("_", "-")

    def read(self, source: str, text: str) -> Any:
        """The value in `text`, or `StartFailed` that names `source`."""
        try:
            value = _READERS[self.kind](text.strip())
        except ValueError:
            raise self._refuse(source, text) from None
        if self.choices and value not in self.choices:
            raise self._refuse(source, text)
        if self.pattern and not self.pattern.fullmatch(value):
            raise self._refuse(source, text)
        # Written so that NaN is refused too.
        if self.least is not None and not self.least <= value <= self.most:
            raise self._refuse(source, text)
        return value

    def _refuse(self, source: str, text: str) -> StartFailed:
        return StartFailed(f"{source} is {text!r}; it must be {self.allowed}.")

    @property
    def allowed(self) -> str:
        """What the value may be, in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.pattern:
            return f"text that matches {self.pattern.pattern}"
        words = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
        limits = "" if self.least is None else f" from {self.least:g} to {self.most:g}"
        return words[self.kind] + limits


def _read_bool(text: str) -> bool:
    value = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.casefold() not in value:
        raise ValueError
    return value[text.casefold()]


_READERS: Mapping[type, Any] = {bool: _read_bool, int: int, float: float, str: str}


def _table() -> tuple[Setting, ...]:
    kinds = get_type_hints(Settings)
    return tuple(
        Setting(
            name=each.name,
            kind=kinds[each.name],
            default=None if each.default is MISSING else each.default,
            **each.metadata,
        )
        for each in fields(Settings)
    )


SETTINGS = _table()
"""All settings, in the order they are documented."""


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """A sentence for each `ORDERTWIN_*` variable that looks like a misspelt setting.

    >>> unknown_variables({"ORDERTWIN_LISTNE": "x", "HOME": "/"})
    ['ORDERTWIN_LISTNE is no setting; did you mean ORDERTWIN_LISTEN?']
    """
    environment = os.environ if environment is None else environment
    known = [setting.variable for setting in SETTINGS]
    sentences = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
            if close:
                sentences.append(f"{name} is no setting; did you mean {close[0]}?")
    return sentences
