"""What is not taken is sent again, later and later, and at last given up."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from jobs.models import Job
from teams.announcing import SEND, announce, ping, send_again
from teams.models import WebhookMessage
from teams.posting import LONG, PAUSES
from teams.webhooks import switch_off, switch_on
from tests.teams.webhooks.receiving import listener, run_due, time_passes

pytestmark = pytest.mark.usefixtures("to_private")
IMPORT = "import.finished"
NOBODY = "http://127.0.0.1:1024/"
"""Nobody listens there."""


def told() -> WebhookMessage:
    return WebhookMessage.objects.latest("pk")


def test_the_next_attempt_brings_the_same_message(acme, receiver):
    _endpoint, secret = listener(acme, receiver.url)
    receiver.answers = [500, 200]
    announce(acme, IMPORT, {})

    run_due()
    waiting = told()
    time_passes()
    run_due()

    first, second = receiver.heard
    assert first.verified(secret) == second.verified(secret)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert (waiting.state, told().state) == ("waiting", "delivered")
    assert [attempt.status for attempt in told().attempts.all()] == [500, 200]


def test_pauses_grow_and_then_it_is_given_up(acme, receiver):
    listener(acme, receiver.url)
    receiver.answers = [503]
    announce(acme, IMPORT, {})
    pauses = []

    for _attempt in PAUSES:
        before = timezone.now()
        run_due()
        pauses.append(told().next_at - before)
        time_passes()
    run_due()

    close = timedelta(seconds=20)
    assert all(abs(got - said) < close for got, said in zip(pauses, PAUSES, strict=True))
    assert len(receiver.heard) == len(PAUSES) + 1
    assert told().state == "given_up"
    assert not Job.objects.waiting().filter(task=SEND).exists()


def test_an_endpoint_that_took_nothing_is_switched_off(acme, receiver):
    endpoint, _secret = listener(acme, receiver.url)
    receiver.answers = [500]
    announce(acme, IMPORT, {})

    for pause in (*PAUSES, timedelta()):
        run_due()
        time_passes(pause)

    endpoint.refresh_from_db()
    assert endpoint.off_because == "failing"
    assert told().attempts.count() == len(PAUSES) + 1
    announce(acme, IMPORT, {})
    assert WebhookMessage.objects.count() == 1


def test_one_that_took_something_meanwhile_stays_on(acme, receiver):
    endpoint, _secret = listener(acme, receiver.url)
    receiver.answers = [500, 200, 500]
    announce(acme, IMPORT, {})
    first = told()
    run_due()
    time_passes(LONG)
    announce(acme, IMPORT, {})
    WebhookMessage.objects.filter(pk=first.pk).update(tries=len(PAUSES), next_at=timezone.now())

    run_due()

    endpoint.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, told().state) == ("given_up", "delivered")
    assert endpoint.off_because == ""


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(acme, receiver, status):
    def elsewhere(handler) -> None:
        handler.send_response(status)
        handler.send_header("Location", receiver.url)
        handler.end_headers()

    listener(acme, receiver.url)
    receiver.answers = [elsewhere]

    announce(acme, IMPORT, {})
    run_due()

    assert len(receiver.heard) == 1
    assert (told().state, told().attempts.get().status) == ("waiting", status)


def test_410_gone_switches_the_endpoint_off(acme, receiver):
    endpoint, _secret = listener(acme, receiver.url)
    receiver.answers = [410]

    announce(acme, IMPORT, {})
    announce(acme, IMPORT, {})
    run_due()

    endpoint.refresh_from_db()
    assert endpoint.off_because == "gone"
    assert len(receiver.heard) == 1
    assert set(WebhookMessage.objects.values_list("state", flat=True)) == {"given_up"}


def test_a_test_is_sent_once_and_switches_nothing_off(acme):
    endpoint, _secret = listener(acme, NOBODY)

    ping(endpoint)
    run_due()

    endpoint.refresh_from_db()
    assert (told().state, told().attempts.get().error) == ("given_up", "unreachable")
    assert endpoint.switched_off_at is None


def test_while_one_does_not_answer_the_others_are_put_off(acme):
    listener(acme, NOBODY)
    announce(acme, IMPORT, {})
    announce(acme, IMPORT, {})

    run_due()

    first, second = WebhookMessage.objects.order_by("pk")
    assert (first.attempts.count(), first.tries) == (1, 1)
    assert (second.attempts.count(), second.tries, second.state) == (0, 0, "waiting")


def test_a_message_is_sent_again_by_hand(acme, receiver):
    listener(acme, receiver.url)
    announce(acme, IMPORT, {})
    run_due()

    send_again(told())
    run_due()

    first, second = receiver.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert (told().state, told().attempts.count()) == ("delivered", 2)


def test_what_is_switched_off_is_told_nothing(acme, receiver):
    endpoint, _secret = listener(acme, receiver.url)
    announce(acme, IMPORT, {})

    switch_off(endpoint)
    announce(acme, IMPORT, {})
    run_due()

    assert told().state == "given_up"
    assert not receiver.heard
    endpoint.refresh_from_db()
    for refused in (lambda: ping(endpoint), lambda: send_again(told())):
        with pytest.raises(ValidationError):
            refused()


def test_switched_on_again_it_is_told_what_happens_from_then_on(acme, receiver):
    endpoint, _secret = listener(acme, receiver.url)
    switch_off(endpoint)
    announce(acme, IMPORT, {"id": 1})

    switch_on(endpoint)
    announce(acme, IMPORT, {"id": 2})
    run_due()

    assert ['"id":2' in heard.body for heard in receiver.heard] == [True]
