"""A worker may die at any moment, and an answer may take long: nothing is lost, nothing is held."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection
from django.utils import timezone

from jobs.models import Job
from jobs.running import run_now, take
from teams.announcing import SEND, announce
from teams.models import WebhookMessage
from teams.posting import post_due
from teams.webhooks import remove_webhook, renew_secret
from tests.teams.webhooks.receiving import listener, run_due

pytestmark = pytest.mark.usefixtures("to_private")
IMPORT = "import.finished"


def test_what_a_killed_worker_was_sending_is_sent_by_another(acme, receiver):
    listener(acme, receiver.url)
    announce(acme, IMPORT, {})
    job = Job.objects.get(task=SEND)
    assert take(job.pk, timezone.now() - timedelta(minutes=1)) is None
    assert take(job.pk, timezone.now())

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    assert run_now(job.pk)
    assert WebhookMessage.objects.get().state == "delivered"
    assert len(receiver.heard) == 1


def test_killed_after_it_recorded_a_failure_it_does_not_try_twice(acme, receiver):
    endpoint, _secret = listener(acme, receiver.url)
    receiver.answers = [500]
    announce(acme, IMPORT, {})
    post_due(endpoint.pk)

    post_due(endpoint.pk)
    run_due()

    assert len(receiver.heard) == 1
    assert Job.objects.waiting().filter(task=SEND).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_that_make_the_same_attempt_one_counts(acme, receiver):
    endpoint, _secret = listener(acme, receiver.url)
    announce(acme, IMPORT, {})
    message = WebhookMessage.objects.get()

    def another_is_quicker(handler) -> None:
        post_due(endpoint.pk)
        connection.close()
        handler.send_response(500)
        handler.end_headers()

    receiver.answers = [another_is_quicker, 500]

    post_due(endpoint.pk)

    message.refresh_from_db()
    assert (message.turn, message.tries, message.attempts.count()) == (2, 1, 2)
    assert Job.objects.waiting().filter(task=SEND).count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_one_waits_for_an_answer(acme, receiver):
    arrived, go_on = Event(), Event()

    def slow(handler) -> None:
        arrived.set()
        go_on.wait(10)
        handler.send_response(200)
        handler.end_headers()

    endpoint, _secret = listener(acme, receiver.url)
    receiver.answers = [slow]
    announce(acme, IMPORT, {})
    message = WebhookMessage.objects.get()

    def send() -> None:
        post_due(endpoint.pk)
        connection.close()

    sender = Thread(target=send)
    sender.start()
    assert arrived.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '5s'")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'idle in transaction'"
        )
        in_transactions = cursor.fetchone()[0]
    renew_secret(endpoint)
    go_on.set()
    sender.join()

    assert in_transactions == 0
    message.refresh_from_db()
    assert message.state == "delivered"


@pytest.mark.django_db(transaction=True)
def test_a_webhook_may_be_removed_while_it_is_told(acme, receiver):
    endpoint, _secret = listener(acme, receiver.url)
    announce(acme, IMPORT, {})

    def removed(handler) -> None:
        remove_webhook(endpoint)
        connection.close()
        handler.send_response(500)
        handler.end_headers()

    receiver.answers = [removed]

    post_due(endpoint.pk)

    assert len(receiver.heard) == 1
    assert not WebhookMessage.objects.exists()


def test_a_secret_that_cannot_be_read_any_more_is_said_so(acme, receiver, settings):
    listener(acme, receiver.url)
    announce(acme, IMPORT, {})

    settings.SECRET_KEY = "another"
    run_due()

    assert not receiver.heard
    assert WebhookMessage.objects.get().attempts.get().error == "sealed"
