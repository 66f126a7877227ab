"""Sending messages to webhooks: signed, tried again, given up; nothing is locked while one waits
for an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from standardwebhooks import Webhook

from teams.announcing import promise_to_send
from teams.egress import Egress, NotSent, usual_egress
from teams.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from teams.sealing import Unreadable, unseal
from teams.webhooks import give_up_waiting, locked, switch_off

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
LONG = sum(PAUSES, timedelta())
"""An endpoint that takes nothing for as long as a message is tried is switched off."""
REST = timedelta(minutes=1)
"""How long an endpoint that did not answer is left alone: else all that waits for it would keep a
worker waiting."""
SLOW, TIMES = timedelta(seconds=2), 5
"""One that took so long to answer is left alone so many times as long, for the same reason."""
LOT_SECONDS = 20.0
"""After these others have their turn."""
KEPT = timedelta(days=30)
FORGOTTEN = 500
"""Messages at a time."""
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

    @property
    def rests_until(self) -> datetime | None:
        """How long the endpoint is left alone after it."""
        took = timedelta(milliseconds=self.milliseconds)
        if self.error:
            return self.at + REST
        return self.at + (TIMES + 1) * took if took >= SLOW else None


def post_due(
    pk: int, *, egress: Egress | None = None, progress: Callable[[int], None] | None = None
) -> None:
    """Make every attempt that is due at an endpoint, one after the other, and promise the next. A
    failure is recorded: an endpoint that is down is no trouble of whoever runs this."""
    over, done = monotonic() + LOT_SECONDS, 0
    while monotonic() < over and (message := _next(pk)):
        _record(message, _attempt(message, egress or usual_egress()))
        done += 1
        if progress:
            progress(done)
    _promise_the_next(pk)


def forget_messages(now: datetime) -> int:
    """Delete what is kept no longer, former secrets too; how many messages. Their bodies are long
    and many, so none is read."""
    over = WebhookEndpoint.objects.filter(former_until__lt=now)
    over.update(former_secret="", former_until=None)
    old = WebhookMessage.objects.filter(created_at__lt=now - KEPT).order_by("created_at")
    forgotten = 0
    while some := list(old.values_list("pk", flat=True)[:FORGOTTEN]):
        with transaction.atomic():
            WebhookAttempt.objects.filter(message__in=some).delete()
            found = WebhookMessage.objects.filter(pk__in=some)
            forgotten += found.only("pk").delete()[1].get(WebhookMessage._meta.label, 0)
    return forgotten


def _next(pk: int) -> WebhookMessage | None:
    """Which message to send there now. While an endpoint rests only a test is."""
    endpoint, now = WebhookEndpoint.objects.filter(pk=pk).first(), timezone.now()
    if endpoint is None:
        return None
    if endpoint.switched_off_at:
        _give_up_what_came_too_late(endpoint)
        return None
    due = endpoint.messages.due(now)
    if endpoint.rests_until and endpoint.rests_until > now:
        due = due.tests()
    found: WebhookMessage | None = due.order_by("next_at", "pk").select_related("endpoint").first()
    return found


@transaction.atomic
def _give_up_what_came_too_late(endpoint: WebhookEndpoint) -> None:
    """What was written as its endpoint was switched off, if that is still so."""
    if locked(endpoint).switched_off_at:
        give_up_waiting(endpoint, timezone.now())


@transaction.atomic
def _promise_the_next(pk: int) -> None:
    """Once the first that waits is due and its endpoint rests no longer."""
    endpoint = WebhookEndpoint.objects.filter(pk=pk).first()
    if endpoint is None:
        return
    first = endpoint.messages.waiting().aggregate(at=Min("next_at"))["at"]
    if first:
        promise_to_send(endpoint, at=max(first, endpoint.rests_until or first))


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
    _learn(endpoint, message, outcome)
    if held := _held(message):
        _go_on(held, outcome)


def _learn(endpoint: WebhookEndpoint, message: WebhookMessage, outcome: Outcome) -> None:
    """How the endpoint does: until when it rests, since when it takes nothing."""
    before = (endpoint.rests_until, endpoint.failing_since)
    endpoint.rests_until = outcome.rests_until
    if outcome.is_delivered:
        endpoint.failing_since = None
    elif message.event != Event.PING:
        endpoint.failing_since = endpoint.failing_since or outcome.at
    if before != (endpoint.rests_until, endpoint.failing_since):
        endpoint.save(update_fields=["rests_until", "failing_since"])
    since = endpoint.failing_since
    if since and outcome.at - since >= LONG:
        switch_off(endpoint, because=Off.FAILING, at=timezone.now())


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
        message.next_at = now + pauses[message.tries]
        message.turn, message.tries = message.turn + 1, message.tries + 1
        message.save(update_fields=["next_at", "turn", "tries"])
    else:
        _end(message, State.GIVEN_UP, now)


def _end(message: WebhookMessage, state: str, now: datetime) -> None:
    message.state, message.next_at, message.ended_at = state, None, now
    message.save(update_fields=["state", "next_at", "ended_at"])
