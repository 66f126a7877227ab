"""A program that listens: a real server on this machine that keeps what it was sent."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from django.db.models import F
from django.utils import timezone
from standardwebhooks import Webhook

from jobs.models import Job
from jobs.running import run_now
from teams.announcing import SEND
from teams.models import WebhookEndpoint, WebhookMessage
from teams.webhooks import add_webhook

Answering = Callable[[BaseHTTPRequestHandler], None]
"""Writes the answer."""


@dataclass(frozen=True)
class Heard:
    headers: dict[str, str]
    body: str
    path: str

    def verified(self, secret: str) -> Any:
        """What it says, if it is signed with the secret; raises WebhookVerificationError."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """``answers`` are given in turn, the last one for ever: a status, or what writes an answer."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[int | Answering] = field(default_factory=lambda: [200])

    def next_answer(self) -> int | Answering:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            receiver.heard.append(Heard(dict(self.headers.items()), body, self.path))
            answer = receiver.next_answer()
            if callable(answer):
                answer(self)
            else:
                self.send_response(answer)
                self.end_headers()

        def log_message(self, *said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/hook?kind=daya"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield receiver
    server.shutdown()
    server.server_close()


def listener(organisation: Any, url: str, *events: str) -> tuple[WebhookEndpoint, str]:
    """A webhook that is told of everything, or of these; and its secret."""
    return add_webhook(organisation, url=url, events=events or WebhookEndpoint.Event.values)


def run_due() -> None:
    """As the workers do: every message whose time has come."""
    for job in Job.objects.due(timezone.now()).filter(task=SEND).order_by("pk"):
        assert run_now(job.pk)


def time_passes(span: timedelta = timedelta()) -> None:
    """Until the next attempt of everything that waits is due, or as much as is said."""
    now = timezone.now()
    WebhookMessage.objects.waiting().update(next_at=now)
    WebhookEndpoint.objects.update(rests_until=None, failing_since=F("failing_since") - span)
    Job.objects.waiting().filter(task=SEND).update(run_after=now)
