"""Webhooks of an organisation: made, changed, switched off and on, signed anew, removed."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from teams.models import Organisation, Person, WebhookEndpoint, WebhookMessage
from teams.sealing import seal, signing_secret

BESIDE = timedelta(hours=24)
"""How long a former secret signs beside the new one."""
MOST = 20
"""Webhooks of an organisation: each is told everything apart."""


@transaction.atomic
def add_webhook(
    organisation: Organisation,
    *,
    url: str,
    events: Iterable[str],
    description: str = "",
    by: Person | None = None,
) -> tuple[WebhookEndpoint, str]:
    """The webhook, and its secret, which nobody can read again. The form has checked the rest.
    Raises ValidationError where there are as many as there may be."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if organisation.webhooks.count() >= MOST:
        raise ValidationError(
            _("There are %(most)s webhooks already. Remove one first.") % {"most": MOST}
        )
    secret = signing_secret()
    made = WebhookEndpoint.objects.create(
        organisation=organisation,
        url=url,
        description=description,
        events=sorted(set(events)),
        secret=seal(secret),
        created_by=by,
    )
    return made, secret


def change_webhook(
    endpoint: WebhookEndpoint, *, url: str, events: Iterable[str], description: str
) -> None:
    """What waits is sent to the new address."""
    endpoint.url, endpoint.events, endpoint.description = url, sorted(set(events)), description
    endpoint.rests_until = endpoint.failing_since = None
    endpoint.save(update_fields=["url", "events", "description", "rests_until", "failing_since"])


@transaction.atomic
def renew_secret(endpoint: WebhookEndpoint) -> str:
    """Another secret, which nobody can read again. The one of before signs beside it for a day."""
    secret, held = signing_secret(), locked(endpoint)
    held.former_secret, held.former_until = held.secret, timezone.now() + BESIDE
    held.secret = seal(secret)
    held.save(update_fields=["secret", "former_secret", "former_until"])
    return secret


@transaction.atomic
def switch_off(
    endpoint: WebhookEndpoint,
    *,
    because: str = WebhookEndpoint.Off.BY_HAND,
    at: datetime | None = None,
) -> None:
    """Nothing is sent any more, and what waits is given up. A second time changes nothing."""
    held, now = locked(endpoint), at or timezone.now()
    if held.switched_off_at:
        return
    held.switched_off_at, held.off_because = now, because
    held.save(update_fields=["switched_off_at", "off_because"])
    give_up_waiting(held, now)


def give_up_waiting(endpoint: WebhookEndpoint, now: datetime) -> None:
    """Of an endpoint that is locked."""
    waiting = endpoint.messages.waiting()
    waiting.update(state=WebhookMessage.State.GIVEN_UP, next_at=None, ended_at=now)


@transaction.atomic
def switch_on(endpoint: WebhookEndpoint) -> None:
    """From now on it is told again; what happened meanwhile it is not."""
    held = locked(endpoint)
    held.switched_off_at, held.off_because = None, ""
    held.rests_until = held.failing_since = None
    held.save(update_fields=["switched_off_at", "off_because", "rests_until", "failing_since"])


@transaction.atomic
def remove_webhook(endpoint: WebhookEndpoint) -> None:
    """With all it was told. A second time changes nothing."""
    with suppress(WebhookEndpoint.DoesNotExist):
        locked(endpoint).delete()


def locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """The same, read again; until the transaction ends nobody else changes it or its messages.

    Who locks messages locks their endpoint first, so that no two wait for each other.
    """
    found: WebhookEndpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(
        pk=endpoint.pk
    )
    return found
