"""Sending messages to webhooks: signed, tried again, given up; nothing is locked while one waits
for an answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook

from teams.announcing import promise_turn
from teams.egress import Egress, NotSent, usual_egress
from teams.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from teams.sealing import Unreadable, unseal
from teams.webhooks import switch_off

State, Event, Off = WebhookMessage.State, WebhookMessage.Event, WebhookEndpoint.Off

PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""After each failure; after the last attempt a message is given up. A test is sent once."""
REST = timedelta(minutes=1)
"""How long an endpoint that did not answer is left alone: else all that waits for it would keep
every worker waiting, one after the other."""
KEPT = timedelta(days=30)
GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt went: ``status`` of the answer, or ``error``."""

    at: datetime
    milliseconds: int
    status: int | None = None
    error: str = ""
    answer: str = ""

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post_message(pk: int, turn: int, *, egress: Egress | None = None) -> None:
    """Make one attempt, if the message still waits for this one. A failure is recorded, and the
    next attempt promised: an endpoint that is down is no trouble of whoever runs this."""
    due = WebhookMessage.objects.due(timezone.now()).filter(pk=pk, turn=turn)
    message = due.select_related("endpoint").first()
    if message is not None and not _is_held_back(message):
        _record(message, _attempt(message, egress or usual_egress()))


@transaction.atomic
def forget_messages(now: datetime) -> int:
    """Delete what is kept no longer, former secrets too; how many messages."""
    over = WebhookEndpoint.objects.filter(former_until__lt=now)
    over.update(former_secret="", former_until=None)
    old = WebhookMessage.objects.filter(created_at__lt=now - KEPT)
    return int(old.delete()[1].get(WebhookMessage._meta.label, 0))


@transaction.atomic
def _is_held_back(message: WebhookMessage) -> bool:
    """Given up, since its endpoint was switched off as it was written; or put off, without this
    counting as an attempt, since its endpoint rests. A test is sent all the same."""
    endpoint, now = message.endpoint, timezone.now()
    rests_until = None if message.event == Event.PING else endpoint.rests_until
    is_off, rests = endpoint.switched_off_at is not None, rests_until and rests_until > now
    held = _held(message) if is_off or rests else None
    if held and is_off:
        _end(held, State.GIVEN_UP, now)
    elif held and rests_until:
        _put_off(held, until=rests_until)
    return bool(is_off or rests)


def _attempt(message: WebhookMessage, egress: Egress) -> Outcome:
    at, begun = timezone.now(), monotonic()
    status, error, said = None, "", ""
    try:
        headers = _headers(message, at)
        answer = egress.post(message.endpoint.url, headers=headers, body=message.body.encode())
        status, said = answer.status, answer.beginning
    except NotSent as problem:
        error = problem.trouble.value
    except Unreadable:
        error = WebhookAttempt.Error.SEALED.value
    took = round(1_000 * (monotonic() - begun))
    return Outcome(at=at, milliseconds=took, status=status, error=error, answer=said)


def _headers(message: WebhookMessage, at: datetime) -> dict[str, str]:
    """With a signature by each secret that is in force. Raises Unreadable."""
    endpoint = message.endpoint
    sealed = [endpoint.secret]
    if endpoint.former_until and endpoint.former_until > at:
        sealed.append(endpoint.former_secret)
    signed = [Webhook(unseal(each)).sign(message.message_id, at, message.body) for each in sealed]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Daya",
        "webhook-id": message.message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signed),
    }


@transaction.atomic
def _record(message: WebhookMessage, outcome: Outcome) -> None:
    """Of two that made the same attempt, the second only leaves its line in the log."""
    endpoints = WebhookEndpoint.objects.filter(pk=message.endpoint_id)
    endpoint = endpoints.select_for_update(no_key=True).first()
    if endpoint is None or not endpoint.messages.filter(pk=message.pk).exists():
        return
    _log(message, outcome)
    rests_until = outcome.at + REST if outcome.error else None
    if endpoint.rests_until != rests_until:
        endpoints.update(rests_until=rests_until)
    if held := _held(message):
        _go_on(held, outcome)


def _held(message: WebhookMessage) -> WebhookMessage | None:
    """The same, locked and read again, if it still waits for this attempt."""
    mine = WebhookMessage.objects.waiting().filter(pk=message.pk, turn=message.turn)
    held: WebhookMessage | None = mine.select_for_update().first()
    return held


def _log(message: WebhookMessage, outcome: Outcome) -> None:
    WebhookAttempt.objects.create(
        message=message,
        at=outcome.at,
        status=outcome.status,
        milliseconds=outcome.milliseconds,
        error=outcome.error,
        answer=outcome.answer,
    )


def _go_on(message: WebhookMessage, outcome: Outcome) -> None:
    """Delivered, to be tried again, or given up."""
    now, pauses = timezone.now(), () if message.event == Event.PING else PAUSES
    if outcome.is_delivered:
        _end(message, State.DELIVERED, now)
    elif outcome.status == GONE:
        _end(message, State.GIVEN_UP, now)
        switch_off(message.endpoint, because=Off.GONE, at=now)
    elif message.tries < len(pauses):
        message.tries += 1
        _put_off(message, until=now + pauses[message.tries - 1])
    else:
        _end(message, State.GIVEN_UP, now)
        if _is_failing(message):
            switch_off(message.endpoint, because=Off.FAILING, at=now)


def _put_off(message: WebhookMessage, *, until: datetime) -> None:
    message.next_at, message.turn = until, message.turn + 1
    message.save(update_fields=["next_at", "turn", "tries"])
    promise_turn(message)


def _end(message: WebhookMessage, state: str, now: datetime) -> None:
    message.state, message.next_at, message.ended_at = state, None, now
    message.save(update_fields=["state", "next_at", "ended_at"])


def _is_failing(message: WebhookMessage) -> bool:
    """Whether nothing was delivered during all its attempts; a test has only one."""
    delivered = message.endpoint.messages.delivered_since(message.created_at)
    return message.event != Event.PING and not delivered.exists()
