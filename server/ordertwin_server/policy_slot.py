"""The policies in force: read from a file or published, checked, exchanged in one step.

A request takes the policy once and keeps it to its end. A file that cannot be read or breaks rules
never replaces a good one: the old policy stays, and the log says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ordertwin_models.policy import Policy, PolicyInvalid, policy_from_document
from ordertwin_server.call_log import LOGGER
from ordertwin_server.faults import PolicyRefused
from ordertwin_server.policy_document import UnreadableDocument, content_of

DEFAULT_FILE = Path(__file__).with_name("default_policy.toml")
MAX_BYTES = 8 * 2**20


class PolicySlot:
    """Holds the policies in use: one of the server, and of a tenant what was put into force there.

    `path` empty means the policy that comes with OrderTwin. A file that was named goes before
    whatever tenants have. Raises `PolicyRefused` when there is no good policy to begin with.

    >>> slot = PolicySlot()
    >>> slot.active.version, slot.of("default").version, slot.has_file
    ('default/1', 'default/1', False)
    """

    def __init__(self, path: str = "") -> None:
        self.has_file = bool(path)
        self._path = Path(path) if path else DEFAULT_FILE
        self._seen = _look(self._path)
        self._text, self._policy = read_file(self._path)
        self._tenants: Mapping[str, Policy] = {}

    @property
    def active(self) -> Policy:
        """The policy of the server."""
        return self._policy

    @property
    def text(self) -> str:
        """The file of the policy of the server, as it was read."""
        return self._text

    @property
    def tenants(self) -> Mapping[str, Policy]:
        """What tenants have of their own."""
        return self._tenants

    def of(self, tenant: str) -> Policy:
        """The policy that a tenant's orders are judged by."""
        return self._policy if self.has_file else self._tenants.get(tenant, self._policy)

    def put(self, tenants: Mapping[str, Policy]) -> None:
        """Put other policies of tenants to use, all in one step."""
        self._tenants = tenants

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
            text, policy = read_file(self._path)
        except PolicyRefused as error:
            LOGGER.error("%s Policy %s stays in force.", error, self._policy.version)
            return False
        self._text = text
        if policy == self._policy:
            return False
        former, self._policy = self._policy, policy
        LOGGER.info("Policy %s is in force; before, it was %s.", policy.version, former.version)
        return True


def read_policy(path: Path) -> Policy:
    """The policy in a file, TOML or JSON by its name.

    Raises `PolicyRefused` that names the file, every broken key, and what to do.
    """
    return read_file(path)[1]


def read_file(path: Path) -> tuple[str, Policy]:
    """The text of a file, and the policy in it. Raises `PolicyRefused` as `read_policy` does."""
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
        as_json = path.suffix.lower() == ".json"
        return text, policy_from_document(content_of(text, as_json=as_json))
    except UnreadableDocument as error:
        raise PolicyRefused(path, str(error)) from None
    except PolicyInvalid as error:
        raise PolicyRefused(path, f"breaks rules: {error}.") from None


def _look(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does; None while it cannot be seen."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
