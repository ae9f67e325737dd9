"""What a person sees when a server has started: the sample on an empty store, and what to type."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path

from rich.console import Console

from ordertwin_cli.connection import connected
from ordertwin_cli.failures import CommandFailed
from ordertwin_cli.sample_stream import send_sample
from ordertwin_client import OrderTwinError as CallFailed
from ordertwin_server.access.first_key import FirstKey
from ordertwin_server.app import Ready
from ordertwin_server.call_log import LOGGER

TRY_THIS = (
    '{"order_id": "MY-1", "ordered_at": "2025-03-11T15:40:00Z", "channel": "EMAIL", '
    '"customer": {"name": "Atelier Lumiere", "phone": "04 72 55 01 43"}, '
    '"ship_to": {"region_code": "FR", "locality": "Lyon"}, "lines": ['
    '{"name": "LED panels 600x600 mm 40 W, warm white", "quantity": "12"}, '
    '{"name": "cable H07RN-F 3x1.5, rolls of 50 m", "quantity": "2"}]}'
)
"""An order that a newcomer can hand in at once; it resembles one of the sample."""


class Welcome:
    """Called when the server is ready, in its loop; so the work is done in a thread of its own."""

    def __init__(self, held: int, page: str = "") -> None:
        self._held = held
        self._page = page
        self._console = Console(soft_wrap=True, highlight=False)

    def __call__(self, ready: Ready) -> None:
        """Begin to show it."""
        threading.Thread(target=self._show, args=(ready,), name="welcome", daemon=True).start()

    def _show(self, ready: Ready) -> None:
        if self._held:
            self._console.print(f"{ready.store} holds {self._held} orders; they are kept.\n")
        else:
            self._show_sample(ready)
        self._console.print(f"[bold]OrderTwin listens on {ready.address}.[/bold] Ctrl-C stops it.")
        if self._page:
            # Once more: what the page said of itself is far above, before the sample.
            self._console.print(
                f"[bold]The review page is at http://{self._page}[/bold]: "
                "what is held waits there for a person."
            )
        self._console.print(next_steps(ready.address), markup=False)
        if ready.first_key is not None:
            self._console.print(first_key_note(ready.first_key), markup=False)

    def _show_sample(self, ready: Ready) -> None:
        level = LOGGER.level
        # One log line for every call would drown the sample.
        LOGGER.setLevel(logging.WARNING)
        try:
            key = ready.first_key.text if ready.first_key else ""
            with connected(ready.address, spare_key=key) as client:
                count = send_sample(client, self._console)
        except (CallFailed, CommandFailed) as error:
            print(f"The sample orders could not be scored: {error}", file=sys.stderr)
            return
        finally:
            LOGGER.setLevel(level)
        self._console.print(
            f"These were {count} sample orders, scored over gRPC by model {ready.model_version} "
            f"and kept in {ready.store}.\n"
        )


def next_steps(address: str) -> str:
    """Commands to type next, ready to be copied."""
    command, server = _program(), f"--server {address}"
    return f"""
Next, in another terminal, ask about an order of your own:

  echo '{TRY_THIS}' | {command} score - {server}

or:

  {command} score FILE {server}    orders in a file, see docs/order-document.md
  {command} status {server}        how the server is, and what waits for a person
  {command} --help                                 everything else
"""


def first_key_note(first: FirstKey) -> str:
    """The first admin key, shown this once."""
    where = f"kept in {first.path}, readable by you alone" if first.path else "kept nowhere"
    return (
        f"The first admin key, shown this once and {where}:\n\n  {first.text}\n\n"
        "Programs on this machine need none until the server runs with --require-auth; see "
        "docs/security.md.\n"
    )


def _program() -> str:
    """The command as this person typed it."""
    program = Path(sys.argv[0])
    if program.name != "ordertwin":
        return "ordertwin"
    if program.is_relative_to(Path.cwd()):
        program = program.relative_to(Path.cwd())
    return str(program)
