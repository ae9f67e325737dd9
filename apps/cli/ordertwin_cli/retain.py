"""`ordertwin retain`: forget what is too old in a store, without waiting for its server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ordertwin_cli.backup import StoreOption

Days = Annotated[int | None, typer.Option(min=0, help="Days; 0 keeps all.")]


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(retain)


def retain(
    orders: Days = None,
    decisions: Days = None,
    log: Days = None,
    notes: Days = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Where the key that signs the operation log is, as for the server."),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Forget what is older than so many days, as a server with these settings does by itself.

    What is not given is as the `ORDERTWIN_RETAIN_*_DAYS` variables say. A SQLite store must have no
    server on it.

    Example: `ordertwin retain --orders 1095 --log 3650 --store sqlite:///data/ordertwin.db`
    """
    from contextlib import closing

    from ordertwin_cli.direct_access import entry_of
    from ordertwin_server.access.heads import HEADS, HeadExport, signer_in
    from ordertwin_server.commands.retention import Retention
    from ordertwin_server.identity import utc_now
    from ordertwin_server.security import ages_of, data_folder
    from ordertwin_server.settings import Settings
    from ordertwin_stores import open_store

    given = {"orders": orders, "decisions": decisions, "log": log, "notes": notes}
    flags = {f"retain_{name}_days": days for name, days in given.items()}
    settings = Settings.load(flags=flags | {"store": store, "data": data})
    ages, folder = ages_of(settings), data_folder(settings)
    with closing(open_store(settings.store)) as opened:
        for tenant in opened.access.tenants():
            opened.access.note(tenant, [(utc_now(), entry_of("Retain"))])
        path = folder / HEADS if folder else None
        heads = HeadExport(opened.access, signer_in(folder), path, utc_now)
        forgotten = Retention(opened, heads, utc_now, ages).sweep()
        heads.export()
    for name, count in forgotten.items():
        print(f"{name}: {count} forgotten")
    if not forgotten:
        print("Nothing is too old.")
