"""Entries of the operation log for commands that open a store themselves, past its server."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ordertwin_cli.failures import CommandFailed

if TYPE_CHECKING:
    from ordertwin_stores.audit import AuditEntry


def entry_of(action: str, outcome: str = "OK", target: str = "") -> AuditEntry:
    """What a command did, by whom: the user of the machine, for nobody showed a credential.

    >>> entry_of("ExportOrders").origin.startswith("user ")
    True
    """
    from ordertwin_stores.audit import AuditEntry

    return AuditEntry("local", action, target, "", outcome, f"user {_user()}")


def note_reading(store: str, tenant: str, action: str, outcome: str = "OK") -> None:
    """Say in the tenant's log who reads its store, before they do: what is broken off was read too.

    Raises CommandFailed when the log cannot be written; then nothing may be read either.
    """
    from contextlib import closing

    from ordertwin_models.errors import StoreError, StoreUnusable
    from ordertwin_stores.open import open_archive

    try:
        with closing(open_archive(store)) as archive:
            archive.note(tenant, entry_of(action, outcome), datetime.now(UTC))
    except StoreUnusable:
        raise
    except StoreError as error:
        raise CommandFailed(
            f"nothing is read, because the operation log cannot be written: {error}"
        ) from error


def note_copying(store: str, action: str) -> None:
    """Say in the logs of all tenants what is done with the whole store.

    Copies are made when disks fail, and of stores of older versions: that a log takes no entry is
    told on stderr, and stops nobody.
    """
    from contextlib import closing

    from ordertwin_models.errors import StoreError
    from ordertwin_stores.open import open_archive

    try:
        with closing(open_archive(store)) as archive:
            for tenant in archive.tenants():
                archive.note(tenant, entry_of(action), datetime.now(UTC))
    except StoreError as error:
        print(f"ordertwin: this is not in the operation log: {error}", file=sys.stderr)


def _user() -> str:
    """The name that the system has for the user, whatever variables of the environment say."""
    if os.name != "posix":
        from getpass import getuser

        return getuser()
    import pwd

    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
