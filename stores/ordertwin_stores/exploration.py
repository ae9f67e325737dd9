"""Looking into a SQLite store by hand with sqlite-utils: read-only, also beside a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ordertwin_models.errors import StoreUnusable
from ordertwin_stores.codec import inflate
from ordertwin_stores.sqlite import library
from ordertwin_stores.sqlite.migrations import open_database

if TYPE_CHECKING:
    from sqlite_utils import Database


def explore(path: str) -> Database:
    """The database at `path` for sqlite-utils queries, with a function `document(blob)` that shows
    `order_contents.content` and `decisions.body` as JSON.

    Raises `StoreUnusable` when there is no such database.
    """
    if not Path(path).is_file():
        raise StoreUnusable(f"There is no database {path}.")
    try:
        connection = library.connect(path, library.WRITE_AHEAD, reader=True)
    except library.Error as error:
        raise library.unusable(path, error) from error
    connection.create_function("document", 1, _document, deterministic=True)
    return open_database(connection)


def _document(packed: bytes | None) -> str | None:
    return None if packed is None else inflate(packed).decode("utf-8", "replace")
