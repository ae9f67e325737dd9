"""The server as a process: signals, exit codes, and one clear line when it cannot start."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from ordertwin_models.errors import OrderTwinError
from ordertwin_server import call_log
from ordertwin_server.app import Ready, Stop, serve
from ordertwin_server.log_stream import say
from ordertwin_server.settings import Settings, unknown_variables

SECONDS_TO_CLOSE = 5.0
SWITCH_INTERVAL = 0.0005
MOST_FILES = 10_240
OBJECTS_BETWEEN_COLLECTIONS = 50_000
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
HANG_UP: signal.Signals | None = getattr(signal, "SIGHUP", None)
EXIT_FAILED = 1
EXIT_INTERRUPTED = 130


def announce(ready: Ready) -> None:
    """Say in the log where the server listens and with what it works."""
    call_log.LOGGER.info(
        "OrderTwin listens on %s; Ctrl-C stops it.",
        ready.address,
        extra={"fields": {"store": ready.store, "model": ready.model_version}},
    )
    if ready.metrics:
        call_log.LOGGER.info("Prometheus finds figures at http://%s/metrics.", ready.metrics)
    if ready.first_key is not None and ready.first_key.path is not None:
        call_log.LOGGER.info("The first admin key is in %s.", ready.first_key.path)


def run(settings: Settings, announce: Callable[[Ready], None] = announce) -> int:
    """Serve until Ctrl-C or SIGTERM and return the exit code.

    A second Ctrl-C, or calls that do not end in time, end the process at once.
    """
    call_log.set_up(settings.log_format, settings.log_level)
    allow_many_connections()
    for sentence in unknown_variables():
        call_log.LOGGER.warning(sentence)
    # Worker threads give the event loop its turn ten times as often as by default.
    sys.setswitchinterval(SWITCH_INTERVAL)
    # What a call makes is freed as it ends; the collector of cycles would mostly walk over caches.
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        reason = asyncio.run(_serve(settings, announce))
    except OrderTwinError as error:
        say(f"OrderTwin cannot start: {error}")
        return EXIT_FAILED
    if reason:
        say(f"OrderTwin stopped because of a fault: {reason}")
        return EXIT_FAILED
    say("OrderTwin stopped; everything it acknowledged is stored.")
    return 0


def allow_many_connections() -> None:
    """Take all descriptors that this user may have, and give none back: each connection takes one,
    and thousands may watch."""
    if sys.platform != "win32":
        import resource

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        # macOS allows itself no more than this, whatever it says.
        wanted = MOST_FILES if most == resource.RLIM_INFINITY else most
        if now == resource.RLIM_INFINITY or now >= wanted:
            return
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


async def _serve(settings: Settings, announce: Callable[[Ready], None]) -> str:
    patience = settings.drain_seconds + settings.grace_seconds + SECONDS_TO_CLOSE
    give_up = threading.Timer(patience, _give_up)
    give_up.daemon = True
    stop = Stop(on_request=give_up.start)
    with _signals(stop):
        await serve(settings, stop, announce)
    give_up.cancel()
    return stop.reason


@contextmanager
def _signals(stop: Stop) -> Iterator[None]:
    """The first signal asks to stop, the second ends the process; SIGHUP has files read again."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        if stop.requested:
            os._exit(EXIT_INTERRUPTED)
        stop.request()

    former = {number: signal.signal(number, on_signal) for number in STOP_SIGNALS}
    if HANG_UP is not None:
        former[HANG_UP] = signal.signal(HANG_UP, lambda *_: stop.ask_to_reload())
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _give_up() -> None:
    say("OrderTwin stopped although some calls had not ended; what it acknowledged is stored.")
    os._exit(EXIT_FAILED)
