"""However many messages wait for one receiver, it keeps neither the workers nor the jobs busy."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import connection
from django.utils import timezone

from jobs.models import Job
from jobs.running import run_now
from teams.announcing import SEND, announce, send_again
from teams.models import WebhookMessage
from teams.posting import LONG, REST, SLOW, post_due
from tests.teams.webhooks.receiving import listener, run_due, time_passes

pytestmark = pytest.mark.usefixtures("to_private")
IMPORT = "import.finished"
NOBODY = "http://127.0.0.1:1024/"
MANY = 20


def told(organisation, times: int) -> None:
    for number in range(times):
        announce(organisation, IMPORT, {"id": number})


@pytest.mark.django_db(transaction=True)
def test_a_receiver_keeps_one_worker_waiting_at_most(acme, receiver):
    others = []

    def another_worker_comes(handler) -> None:
        announce(acme, IMPORT, {})
        others.extend(run_now(job.pk) for job in Job.objects.waiting().filter(task=SEND))
        connection.close()
        handler.send_response(200)
        handler.end_headers()

    listener(acme, receiver.url)
    receiver.answers = [another_worker_comes, 200]
    told(acme, 2)

    run_due()

    assert others == [False]


def test_what_waits_is_sent_in_its_order(acme, receiver):
    listener(acme, receiver.url)
    told(acme, MANY)

    run_due()

    bodies = list(WebhookMessage.objects.order_by("pk").values_list("body", flat=True))
    assert [heard.body for heard in receiver.heard] == bodies


def test_while_one_does_not_answer_one_job_waits_for_it(acme):
    listener(acme, NOBODY)
    told(acme, MANY)

    for _minute in range(3):
        run_due()
        time_passes()

    assert Job.objects.filter(task=SEND).count() <= 4
    assert WebhookMessage.objects.waiting().count() == MANY


def test_a_slow_one_is_left_alone_longer_than_it_took(acme, receiver):
    def slow(handler) -> None:
        Event().wait(SLOW.total_seconds())
        handler.send_response(200)
        handler.end_headers()

    endpoint, _secret = listener(acme, receiver.url)
    receiver.answers = [slow]
    told(acme, 2)

    run_due()

    endpoint.refresh_from_db()
    (job,) = Job.objects.waiting().filter(task=SEND)
    assert len(receiver.heard) == 1
    assert job.run_after == endpoint.rests_until
    assert endpoint.rests_until > timezone.now() + 4 * SLOW


def test_one_that_takes_nothing_is_switched_off_though_much_waits(acme):
    endpoint, _secret = listener(acme, NOBODY)
    told(acme, MANY)
    run_due()
    time_passes(LONG)

    run_due()

    endpoint.refresh_from_db()
    assert endpoint.off_because == "failing"
    assert not WebhookMessage.objects.waiting().exists()


def test_a_message_is_told_at_once_while_another_waits_for_tomorrow(acme, receiver):
    listener(acme, receiver.url)
    receiver.answers = [500, 200]
    told(acme, 1)
    run_due()

    told(acme, 1)
    run_due()

    assert len(receiver.heard) == 2


def test_by_hand_it_is_sent_though_its_receiver_rests(acme, receiver):
    listener(acme, receiver.url)
    told(acme, 1)
    run_due()
    acme.webhooks.update(rests_until=timezone.now() + REST)

    send_again(WebhookMessage.objects.get())
    run_due()

    assert len(receiver.heard) == 2


def test_what_was_written_as_its_webhook_was_switched_off_is_given_up(acme, receiver):
    endpoint, _secret = listener(acme, receiver.url)
    told(acme, 1)
    now = timezone.now()
    acme.webhooks.update(switched_off_at=now - timedelta(seconds=1), off_because="by_hand")

    post_due(endpoint.pk)

    assert WebhookMessage.objects.get().state == "given_up"
    assert not receiver.heard
