"""CRMs that send what changes to a connection, signed as they sign."""

import base64
import hmac
import json
import time
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from standardwebhooks import Webhook

from jobs.models import Job
from jobs.running import run_now
from sales.connecting.connecting import connect, give_secret, take_secret
from sales.models import Connection
from teams.models import Organisation

PAYLOADS = Path(__file__).parent / "payloads"
NUMBERS = count(1)
CLIENT_SECRET = "a-client-secret-of-hubspot"


class Sender:
    """What is at the other end of a connection."""

    def __init__(self, connection: Connection, secret: str) -> None:
        self.connection, self.secret = connection, secret
        self.path = f"/api/v1/hooks/{connection.address}/"
        self.client = Client()

    def post(self, body: Any, **headers: str) -> Any:
        """The answer to a signed request; ``headers`` change what is signed or add to it."""
        text = body if isinstance(body, str) else json.dumps(body)
        signed = {**self.signature(text), **headers}
        return self.client.post(self.path, text, "application/json", headers=signed)

    def signature(self, text: str) -> dict[str, str]:
        if self.connection.format == Connection.Format.HUBSPOT:
            return hubspot_signature(self.secret, self.path, text, time.time_ns() // 1_000_000)
        return standard_signature(self.secret, f"msg_{next(NUMBERS)}", text, datetime.now(UTC))

    def send(self, *bodies: Any) -> None:
        """Sent, acknowledged and taken in; a text is the name of a recorded payload."""
        for body in bodies:
            answer = self.post(payload(body) if isinstance(body, str) else body)
            assert answer.status_code == 202, answer.content
        self.take_in()

    def take_in(self) -> None:
        for job in Job.objects.waiting().filter(task="sales.take_in").order_by("pk"):
            assert run_now(job.pk), Job.objects.get(pk=job.pk).error


def sender(organisation: Organisation, format_: str, *, source: str = "crm") -> Sender:
    made = connect(organisation, name=f"Our {format_}", sender=format_, source=source)
    if format_ == Connection.Format.HUBSPOT:
        take_secret(made, CLIENT_SECRET)
        return Sender(made, CLIENT_SECRET)
    return Sender(made, give_secret(made))


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def standard_signature(secret: str, number: str, text: str, at: datetime) -> dict[str, str]:
    return {
        "webhook-id": number,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(number, at, text),
    }


def hubspot_signature(secret: str, path: str, text: str, milliseconds: int) -> dict[str, str]:
    said = f"POST{settings.SITE_URL}{path}{text}{milliseconds}"
    digest = hmac.new(secret.encode(), said.encode(), sha256).digest()
    return {
        "X-HubSpot-Signature-v3": base64.b64encode(digest).decode(),
        "X-HubSpot-Request-Timestamp": str(milliseconds),
    }
