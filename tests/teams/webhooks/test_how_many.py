"""An organisation has no more webhooks than it may, however many admins add one at once."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from teams.models import WebhookEndpoint
from teams.webhooks import MOST, remove_webhook
from tests.teams.webhooks.receiving import listener

URL = "https://hooks.example.com/"
AT_ONCE = 8


@pytest.mark.django_db(transaction=True)
def test_of_many_who_add_the_last_one_at_once_one_does(acme):
    for _number in range(MOST - 1):
        listener(acme, URL)
    start, refused = Barrier(AT_ONCE), []

    def add() -> None:
        start.wait(timeout=20)
        try:
            listener(acme, URL)
        except ValidationError as error:
            refused.extend(error.messages)
        finally:
            connection.close()

    threads = [Thread(target=add) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert acme.webhooks.count() == MOST
    assert refused == ["There are 20 webhooks already. Remove one first."] * (AT_ONCE - 1)


def test_removing_what_another_admin_removed_changes_nothing(acme):
    made, _secret = listener(acme, URL)
    remove_webhook(WebhookEndpoint.objects.get(pk=made.pk))

    remove_webhook(made)

    assert not WebhookEndpoint.objects.exists()
