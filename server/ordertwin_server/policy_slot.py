"""The policy in force: read from its file, checked, and exchanged in one step when it changes.

A request takes the policy once and keeps it to its end. A file that cannot be read or breaks rules
never replaces a good one: the old policy stays, and the log says why.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, NoReturn

from ordertwin_models.policy import Policy, PolicyInvalid, policy_from_document
from ordertwin_server.call_log import LOGGER
from ordertwin_server.faults import PolicyRefused

DEFAULT_FILE = Path(__file__).with_name("default_policy.toml")
MAX_BYTES = 8 * 2**20


class PolicySlot:
    """Holds the policy in force. `path` empty means the one that comes with OrderTwin.

    Raises `PolicyRefused` when there is no good policy to begin with.

    >>> PolicySlot().active.version
    'default/1'
    """

    def __init__(self, path: str = "") -> None:
        self._path = Path(path) if path else DEFAULT_FILE
        self._seen = _look(self._path)
        self._policy = read_policy(self._path)

    @property
    def active(self) -> Policy:
        """The policy in force."""
        return self._policy

    def forget(self) -> None:
        """Read the file at the next `refresh` even if it looks unchanged."""
        self._seen = None

    def refresh(self) -> bool:
        """Read the file again if it changed; whether another policy is in force now."""
        seen = _look(self._path)
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            policy = read_policy(self._path)
        except PolicyRefused as error:
            LOGGER.error("%s Policy %s stays in force.", error, self._policy.version)
            return False
        if policy == self._policy:
            return False
        former, self._policy = self._policy, policy
        LOGGER.info("Policy %s is in force; before, it was %s.", policy.version, former.version)
        return True


def read_policy(path: Path) -> Policy:
    """The policy in a file, TOML or JSON by its name.

    Raises `PolicyRefused` that names the file, every broken key, and what to do.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PolicyRefused(path, f"is larger than {MAX_BYTES} bytes; is it a policy file?")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PolicyRefused(path, f"is not UTF-8 ({error.reason}); save it as UTF-8.") from None
    except FileNotFoundError:
        raise PolicyRefused(path, "is not there; name another file, or leave it out.") from None
    except OSError as error:
        raise PolicyRefused(path, f"cannot be read ({error.strerror}).") from None
    try:
        return policy_from_document(_parse(path, text))
    except PolicyInvalid as error:
        raise PolicyRefused(path, f"breaks rules: {error}.") from None


def _parse(path: Path, text: str) -> Any:
    try:
        if path.suffix.lower() != ".json":
            return tomllib.loads(text)
        document = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise PolicyRefused(path, "is nested too deeply for a policy.") from None
    except ValueError as error:
        kind = "JSON" if path.suffix.lower() == ".json" else "TOML"
        raise PolicyRefused(path, f"is no {kind}: {error}.") from None
    if not isinstance(document, dict):
        raise PolicyRefused(path, "must hold one JSON object.")
    return document


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number a policy can hold")


def _look(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does; None while it cannot be seen."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
