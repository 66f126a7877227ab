"""A message reaches who listens, signed, once, and with the change it tells of."""

import pytest
from django.db import transaction
from standardwebhooks import WebhookVerificationError

from jobs.models import Job
from teams.announcing import SEND, announce, ping
from teams.models import WebhookMessage
from teams.webhooks import renew_secret
from tests.teams.webhooks.receiving import listener, run_due

pytestmark = pytest.mark.usefixtures("to_private")
IMPORT, SNAPSHOTS = "import.finished", "snapshots.changed"


def test_a_message_arrives_signed(acme, receiver):
    _endpoint, secret = listener(acme, receiver.url)

    announce(acme, IMPORT, {"id": 7, "name": "Zoë’s"})
    run_due()

    message, (heard,) = WebhookMessage.objects.get(), receiver.heard
    said = heard.verified(secret)
    assert (said["type"], said["data"]) == (IMPORT, {"id": 7, "name": "Zoë’s"})
    assert said["timestamp"].endswith("+00:00")
    assert heard.path == "/hook?kind=daya"
    assert heard.headers["webhook-id"] == message.message_id
    assert heard.headers["Content-Type"] == "application/json"
    assert heard.body == message.body
    assert message.state == "delivered"
    assert message.attempts.get().status == 200


def test_another_secret_does_not_verify_it(acme, stranger, receiver):
    listener(acme, receiver.url)
    _other, others = listener(stranger.organisation, receiver.url)

    announce(acme, IMPORT, {})
    run_due()

    with pytest.raises(WebhookVerificationError):
        receiver.heard[0].verified(others)


def test_after_a_change_of_the_secret_both_verify_it(acme, receiver):
    endpoint, former = listener(acme, receiver.url)
    secret = renew_secret(endpoint)

    announce(acme, IMPORT, {})
    run_due()

    for each in (former, secret):
        assert receiver.heard[0].verified(each)["type"] == IMPORT


def test_after_a_day_the_former_secret_does_not(acme, receiver):
    endpoint, former = listener(acme, receiver.url)
    renew_secret(endpoint)
    acme.webhooks.update(former_until=endpoint.created_at)

    announce(acme, IMPORT, {})
    run_due()

    with pytest.raises(WebhookVerificationError):
        receiver.heard[0].verified(former)


def test_what_is_rolled_back_is_not_told(acme, receiver):
    listener(acme, receiver.url)

    with transaction.atomic():
        announce(acme, IMPORT, {})
        transaction.set_rollback(True)
    run_due()

    assert not receiver.heard
    assert not WebhookMessage.objects.exists()


def test_where_nobody_listens_nothing_is_kept(acme, receiver):
    listener(acme, receiver.url, SNAPSHOTS)

    announce(acme, IMPORT, {})

    assert not WebhookMessage.objects.exists()
    assert not Job.objects.filter(task=SEND).exists()


def test_organisations_do_not_hear_each_other(acme, stranger, receiver):
    listener(stranger.organisation, receiver.url)

    announce(acme, IMPORT, {})
    run_due()

    assert not receiver.heard


def test_each_endpoint_is_told(acme, receiver):
    listener(acme, receiver.url)
    listener(acme, receiver.url)

    announce(acme, IMPORT, {})
    run_due()

    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 2


def test_a_test_goes_to_one_endpoint(acme, receiver):
    endpoint, secret = listener(acme, receiver.url)
    listener(acme, receiver.url)

    ping(endpoint)
    run_due()

    (heard,) = receiver.heard
    assert heard.verified(secret)["type"] == "ping"
    assert heard.verified(secret)["data"] == {"organisation": "acme"}


def test_a_job_holds_no_more_than_numbers(acme, receiver):
    listener(acme, receiver.url)

    announce(acme, IMPORT, {"name": "Zoë"})

    assert {type(value) for value in Job.objects.get(task=SEND).args.values()} == {int}
