"""A wire to PostgreSQL that can be cut, to see what happens when an answer is lost."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from urllib.parse import urlsplit

Cut = Callable[[bytes], bool]


def never(_: bytes) -> bool:
    return False


class Wire:
    """Passes bytes both ways until it is told to cut; then both sides see a broken connection.

    `asked` and `answered` look at what is about to be passed to and from the server: true means
    that the connection is cut instead, once.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self.asked: Cut = never
        self.answered: Cut = never
        self.cuts = 0
        self._listen(0)
        user = f"{parts.username}@" if parts.username else ""
        place = parts._replace(netloc=f"{user}127.0.0.1:{self.port}")
        # What is encrypted could not be looked at.
        query = f"{place.query}&sslmode=disable" if place.query else "sslmode=disable"
        self.address = place._replace(query=query).geturl()

    def go_down(self) -> None:
        """Break every connection and take no more, as a server that is being restarted."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        self._cut_all()

    def come_back(self) -> None:
        """Take connections again, on the same port."""
        self._listen(self.port)

    def _listen(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = int(self._listener.getsockname()[1])
        self._acceptor = Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._acceptor.start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self._server)
                with self._lock:
                    self._open |= {client, server}
                for source, sink, cut in (
                    (client, server, lambda data: self.asked(data)),
                    (server, client, lambda data: self.answered(data)),
                ):
                    Thread(target=self._pass, args=(source, sink, cut), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, cut: Cut) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if cut(data):
                    self.asked = self.answered = never
                    self.cuts += 1
                    break
                sink.sendall(data)
        self._close(source, sink)

    def _close(self, *ends: socket.socket) -> None:
        with self._lock:
            self._open -= set(ends)
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _cut_all(self) -> None:
        with self._lock:
            ends = list(self._open)
        self._close(*ends)


@contextmanager
def a_wire(address: str) -> Iterator[Wire]:
    """A wire to the server in this address."""
    wire = Wire(address)
    try:
        yield wire
    finally:
        wire.go_down()
