"""`ordertwin backup` and `ordertwin restore`: copies of a store, and putting one back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="ADDRESS",
        help="The store that is meant, as for `ordertwin serve`; default: ORDERTWIN_STORE, or "
        "sqlite:///data/ordertwin.db",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    app.command()(backup)
    app.command()(restore)


def backup(
    destination: Annotated[Path, typer.Argument(metavar="DEST", help="File to write; a new one.")],
    store: StoreOption = None,
) -> None:
    """Copy a SQLite store into one file, also while a server uses it.

    The copy is the store as it was at one moment, and has been checked when the command ends well.
    Nothing is overwritten.

    Example: `ordertwin backup backups/2026-11-25.db --store sqlite:////var/lib/ordertwin/orders.db`
    """
    from ordertwin_cli.direct_access import note_copying
    from ordertwin_cli.progress import following
    from ordertwin_stores.sqlite.backup import back_up, ensure_can_copy

    source = _file_of(store)
    ensure_can_copy(source, destination)
    note_copying(str(source), "BackUpStore")
    with following("pages") as report:
        made = back_up(source, destination, report)
    print(f"{made.path}: {made.orders} orders, {_size(made.size)}, checked")


def restore(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="Backup to restore.")],
    store: StoreOption = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Replace the store that is there; it is kept under another name."
        ),
    ] = False,
) -> None:
    """Make a SQLite store of a backup, which stays as it is. Stop the server first.

    The copy is checked before it takes the place of anything. A backup made by an earlier version
    is brought up to date when the server starts; one of a later version is refused.

    Example: `ordertwin restore backups/2026-11-25.db --replace`
    """
    from datetime import UTC, datetime

    from ordertwin_cli.direct_access import note_copying
    from ordertwin_cli.progress import following
    from ordertwin_stores.sqlite import backup as copies

    place = _file_of(store)
    with following("pages") as report:
        made = copies.restore(source, place, replace=replace, at=datetime.now(UTC), progress=report)
    note_copying(str(place), "RestoreStore")
    if made.aside is not None:
        print(f"what was there is kept as {made.aside}")
    print(f"{made.path}: {made.orders} orders, {_size(made.size)}, checked")


def _file_of(store: str | None) -> Path:
    """The file of a SQLite store; CommandFailed, with what to use instead, for any other."""
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_server.settings import Settings
    from ordertwin_stores.open import sqlite_path
    from ordertwin_stores.sqlite.library import MEMORY

    address = Settings.load(flags={"store": store}).store
    if address.lower().startswith(("postgres://", "postgresql://")):
        raise CommandFailed("this is for SQLite stores; use pg_dump and pg_restore with PostgreSQL")
    path = sqlite_path(address)
    if path == MEMORY:
        raise CommandFailed("a store in memory has no file; name another with --store")
    return Path(path).absolute()


def _size(size: int) -> str:
    """A size for people.

    >>> _size(2_500_000)
    '2.5 MB'
    """
    return f"{size / 1e6:,.1f} MB"
