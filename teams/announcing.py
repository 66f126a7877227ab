"""Telling whoever an organisation wants told: messages are written with the change they tell of."""

import json
import secrets
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.promising import promise
from teams.models import Organisation, WebhookEndpoint, WebhookMessage
from teams.webhooks import locked

SEND = "teams.send_webhook"
SNAPSHOTS_CHANGED = WebhookEndpoint.Event.SNAPSHOTS_CHANGED
IMPORT_FINISHED = WebhookEndpoint.Event.IMPORT_FINISHED


def is_heard(organisation: Organisation, event: str) -> bool:
    """Whether anybody is to be told; ask where finding out what to tell costs something."""
    heard: bool = organisation.webhooks.listening_to(event).exists()
    return heard


@transaction.atomic
def announce(organisation: Organisation, event: str, data: dict[str, Any]) -> None:
    """Tell each endpoint that listens, once this transaction commits. ``data`` is JSON."""
    listening = list(organisation.webhooks.listening_to(event))
    if listening:
        body = written(event, timezone.now(), data)
        for endpoint in listening:
            _send_off(endpoint, event, body)


@transaction.atomic
def ping(endpoint: WebhookEndpoint) -> None:
    """Send a test, once. Raises ValidationError for an endpoint that is switched off."""
    _refuse_off(endpoint)
    organisation = endpoint.organisation
    data = {"organisation": organisation.slug}
    event = WebhookMessage.Event.PING.value
    _send_off(endpoint, event, written(event, timezone.now(), data))


@transaction.atomic
def send_again(message: WebhookMessage) -> None:
    """Send it at once, with all its attempts, also if it was delivered. Raises ValidationError for
    an endpoint that is switched off."""
    endpoint, now = locked(message.endpoint), timezone.now()
    _refuse_off(endpoint)
    endpoint.rests_until = None
    endpoint.save(update_fields=["rests_until"])
    again = WebhookMessage.objects.select_for_update().get(pk=message.pk)
    again.state, again.next_at, again.ended_at = WebhookMessage.State.WAITING, now, None
    again.turn, again.tries = again.turn + 1, 0
    again.save(update_fields=["state", "next_at", "ended_at", "turn", "tries"])
    promise_to_send(endpoint, at=now)


def promise_to_send(endpoint: WebhookEndpoint, *, at: datetime) -> None:
    """What waits there by then. One job for each endpoint, so that none keeps more than one worker
    waiting for its answers."""
    key, args = f"{SEND}:{endpoint.pk}", {"endpoint": endpoint.pk}
    promise(SEND, key=key, args=args, run_after=at)


def written(event: str, at: datetime, data: dict[str, Any]) -> str:
    """The body, in the form of Standard Webhooks."""
    said = {"type": str(event), "timestamp": at.isoformat(timespec="milliseconds"), "data": data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _send_off(endpoint: WebhookEndpoint, event: str, body: str) -> None:
    now = timezone.now()
    endpoint.messages.create(
        event=event, message_id=f"msg_{secrets.token_hex(16)}", body=body, next_at=now
    )
    promise_to_send(endpoint, at=now)


def _refuse_off(endpoint: WebhookEndpoint) -> None:
    if endpoint.switched_off_at:
        raise ValidationError(_("This webhook is switched off. Switch it on first."))
