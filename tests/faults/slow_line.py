"""A line to PostgreSQL that is slow and breaks after a commit, before anybody heard of it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from threading import Thread
from time import sleep

from config.embedded.postgres import PORT, SUPERUSER
from tests.faults.installation import Installation

DELAY = 0.005
"""Seconds for each piece, either way."""
COMMITTED = b"COMMIT\0"
"""How PostgreSQL says that it is done."""


class SlowLine:
    """Of what was committed every so often nobody hears: the line breaks instead."""

    def __init__(self, server: str, *, breaks_every: int) -> None:
        self.server, self.breaks_every = server, breaks_every
        self.commits, self.broken = count(1), 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        host, port = self.listener.getsockname()
        return f"postgres://{SUPERUSER}@{host}:{port}/daya"

    def mend(self) -> None:
        """It stays slow."""
        self.breaks_every = 0

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.server)
                for ends in ((client, server, False), (server, client, True)):
                    Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, from_server: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                sleep(DELAY)
                if from_server and COMMITTED in piece and self._breaks():
                    break
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _breaks(self) -> bool:
        broken = bool(self.breaks_every) and next(self.commits) % self.breaks_every == 0
        self.broken += broken
        return broken


@contextmanager
def slow_line(installation: Installation, *, breaks_every: int) -> Iterator[SlowLine]:
    server = installation.home.sockets / f".s.PGSQL.{PORT}"
    line = SlowLine(str(server), breaks_every=breaks_every)
    try:
        yield line
    finally:
        line.close()
