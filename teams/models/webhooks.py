"""Addresses that are told what happens, what they were told, and what they answered."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from teams.egress import LONGEST, Trouble
from teams.models.counting import how_many
from teams.models.organisations import Organisation, check_one_line
from teams.models.people import Person

SOON = timedelta(minutes=1)


class WebhookEndpointQuerySet(models.QuerySet):
    def switched_on(self) -> Self:
        return self.filter(switched_off_at=None)

    def listening_to(self, event: str) -> Self:
        return self.switched_on().filter(events__contains=[event])

    def with_newest(self) -> Self:
        """``newest_at`` and ``newest_state`` of the newest message, null where there is none, and
        how many are ``waiting``."""
        told = WebhookMessage.objects.filter(endpoint=OuterRef("pk"))
        newest = told.order_by("-created_at", "-pk")
        return self.annotate(
            newest_at=Subquery(newest.values("created_at")[:1]),
            newest_state=Subquery(newest.values("state")[:1]),
            waiting=how_many(WebhookMessage.objects.waiting(), "endpoint"),
        )


class WebhookEndpoint(models.Model):
    """Where an organisation wants to be told of what. Secrets are sealed; the former one signs
    beside the other until ``former_until``. One that did not answer, or slowly, rests for a while;
    ``failing_since`` is the first failure since anything was delivered."""

    class Event(models.TextChoices):
        SNAPSHOTS_CHANGED = "snapshots.changed", _("Numbers of teams changed")
        IMPORT_FINISHED = "import.finished", _("An import ended: done, failed or undone")

    class Off(models.TextChoices):
        BY_HAND = "by_hand", _("by an admin")
        GONE = "gone", _("it answered 410 Gone")
        FAILING = "failing", _("nothing could be delivered for more than a day")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="webhooks")
    url = models.CharField(_("address"), max_length=LONGEST)
    description = models.CharField(
        _("what it is for"), max_length=100, blank=True, validators=[check_one_line]
    )
    events = ArrayField(
        models.CharField(max_length=30, choices=Event), verbose_name=_("is told when")
    )
    secret = models.TextField(editable=False)
    former_secret = models.TextField(blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=now, editable=False)
    switched_off_at = models.DateTimeField(null=True, editable=False)
    off_because = models.CharField(max_length=10, choices=Off, blank=True, editable=False)
    rests_until = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="webhook_is_told_of_something_that_is_known",
                condition=Q(events__len__gte=1)
                & Q(events__contained_by=["snapshots.changed", "import.finished"]),
            ),
            models.CheckConstraint(
                name="webhook_is_off_iff_it_says_why",
                condition=Q(switched_off_at=None, off_because="")
                | Q(switched_off_at__isnull=False, off_because__in=["by_hand", "gone", "failing"]),
            ),
            models.CheckConstraint(
                name="webhook_keeps_a_former_secret_iff_it_says_until_when",
                condition=Q(former_secret="", former_until=None)
                | (~Q(former_secret="") & Q(former_until__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.description or urlsplit(self.url).netloc

    @property
    def says(self) -> list[str]:
        """Its events in words."""
        return [str(event.label) for event in self.Event if event.value in self.events]


class WebhookMessageQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(state=WebhookMessage.State.WAITING)

    def due(self, instant: datetime) -> Self:
        return self.waiting().filter(next_at__lte=instant)

    def tests(self) -> Self:
        return self.filter(event=WebhookMessage.Event.PING)


class WebhookMessage(models.Model):
    """What an endpoint is told, as it is sent. ``turn`` numbers its attempts from 1: the one it
    waits for, or the last. ``tries`` are those that failed since it was sent off."""

    class Event(models.TextChoices):
        SNAPSHOTS_CHANGED = "snapshots.changed", _("Numbers changed")
        IMPORT_FINISHED = "import.finished", _("Import ended")
        PING = "ping", _("Test")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        GIVEN_UP = "given_up", _("Given up")

    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, related_name="messages", db_index=False
    )
    event = models.CharField(max_length=30, choices=Event)
    message_id = models.CharField(max_length=40, unique=True)
    body = models.TextField()
    created_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    turn = models.PositiveIntegerField(default=1)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = WebhookMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["endpoint", "-created_at", "-id"], name="webhook_messages_newest_first"
            ),
            models.Index(fields=["created_at"], name="webhook_messages_by_age"),
            models.Index(
                fields=["endpoint", "next_at", "id"],
                condition=Q(state="waiting"),
                name="webhook_messages_due_first",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="webhook_message_waits_for_its_next_attempt_or_has_ended",
                condition=Q(state="waiting", next_at__isnull=False, ended_at=None)
                | Q(state__in=["delivered", "given_up"], next_at=None, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="webhook_message_event_is_known",
                condition=Q(event__in=["snapshots.changed", "import.finished", "ping"]),
            ),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def expected_at(self) -> datetime | None:
        """When its next attempt is made at the earliest; None once it has ended."""
        return self.next_at and max(self.next_at, self.endpoint.rests_until or self.next_at)

    def is_expected(self, instant: datetime) -> bool:
        """Whether it is about to be sent for the first time, or again by hand."""
        soon = self.next_at is not None and abs(self.next_at - instant) < SOON
        return soon and self.tries == 0


class WebhookAttempt(models.Model):
    """One try to deliver a message: the status that was answered, or why none was."""

    class Error(models.TextChoices):
        """As ``egress.Trouble``, and what is wrong before anything is sent."""

        REFUSED = Trouble.REFUSED.value, Trouble.REFUSED.label
        UNRESOLVED = Trouble.UNRESOLVED.value, Trouble.UNRESOLVED.label
        UNREACHABLE = Trouble.UNREACHABLE.value, Trouble.UNREACHABLE.label
        TLS = Trouble.TLS.value, Trouble.TLS.label
        TOO_SLOW = Trouble.TOO_SLOW.value, Trouble.TOO_SLOW.label
        BROKEN = Trouble.BROKEN.value, Trouble.BROKEN.label
        SEALED = "sealed", _("not sent: the secret cannot be read any more; make a new one")

    message = models.ForeignKey(
        WebhookMessage, models.CASCADE, related_name="attempts", db_index=False
    )
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField()
    error = models.CharField(max_length=12, choices=Error, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["message", "at"], name="webhook_attempts_of_a_message")]
        constraints = [
            models.CheckConstraint(
                name="webhook_attempt_was_answered_or_says_why_not",
                condition=Q(status__isnull=False, error="")
                | (Q(status=None, answer="") & ~Q(error="")),
            )
        ]

    def __str__(self) -> str:
        return str(self.status or self.error)
