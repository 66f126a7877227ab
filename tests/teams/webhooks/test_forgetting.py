"""What was told is kept for 30 days."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from teams.announcing import announce
from teams.models import WebhookMessage
from teams.posting import KEPT, forget_messages
from teams.webhooks import renew_secret
from tests.teams.webhooks.receiving import listener, run_due

pytestmark = pytest.mark.usefixtures("to_private")
IMPORT = "import.finished"


def test_after_30_days_a_message_is_forgotten_and_a_former_secret_sooner(acme, receiver):
    endpoint, _secret = listener(acme, receiver.url)
    renew_secret(endpoint)
    for days in (31, 28):
        announce(acme, IMPORT, {})
        newest = WebhookMessage.objects.filter(pk=WebhookMessage.objects.latest("pk").pk)
        newest.update(created_at=timezone.now() - timedelta(days=days))
    run_due()

    assert forget_messages(timezone.now() + timedelta(hours=25)) == 1

    endpoint.refresh_from_db()
    assert WebhookMessage.objects.count() == 1
    assert (endpoint.former_secret, endpoint.former_until) == ("", None)


def test_to_forget_them_no_bodies_are_read(acme, receiver):
    """A day's may be more than there is memory."""
    listener(acme, receiver.url)
    announce(acme, IMPORT, {})
    run_due()

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert forget_messages(timezone.now() + KEPT) == 1

    assert not [query["sql"] for query in asked if '"body"' in query["sql"]]
