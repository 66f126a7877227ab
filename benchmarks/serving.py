"""A web server with two workers, and clients that ask it for pages and keep the time."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

from benchmarks.measuring import PROJECT
from config.management.commands.demo import gunicorn

READY_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An address with the session that may see it."""

    name: str
    port: int
    path: str
    session: str

    def ask(self) -> float:
        """Milliseconds from connecting until the whole page is here. It must be the page."""
        begun = time.perf_counter()
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", self.path, headers={"Cookie": f"sessionid={self.session}"})
            answer = connection.getresponse()
            body = answer.read()
        taken = 1_000 * (time.perf_counter() - begun)
        assert answer.status == 200, (self.path, answer.status)
        assert len(body) > 5_000, self.path
        return taken


@contextmanager
def serving(settings: str = "config.settings") -> Iterator[int]:
    """The server as ``make demo`` runs it, patient with a busy machine; its port."""
    port = _free_port()
    words = [
        "django.core.wsgi:get_wsgi_application()" if word == "config.wsgi" else word
        for word in gunicorn(port)
    ]
    process = subprocess.Popen(
        [*words, "--timeout", "300"],
        cwd=PROJECT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        process.wait()


def times(page: Page, *, clients: int, requests: int) -> list[float]:
    """Milliseconds of each of so many requests, asked by several clients at once."""
    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(lambda _number: page.ask(), range(requests)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Until it has answered something: workers load their code at the first request."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)) as connection:
                connection.request("GET", "/")
                connection.getresponse().read()
                return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"No server answers on port {port}.")
