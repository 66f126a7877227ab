"""CRMs that send what changes, and what they sent."""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models import Organisation, Person
from teams.models.counting import how_many
from teams.models.organisations import check_one_line


class ConnectionQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def with_counts(self) -> Self:
        """``waiting`` and ``troubled`` messages, and records that are ``incomplete``."""
        return self.annotate(
            waiting=how_many(Message.objects.waiting(), "connection"),
            troubled=how_many(Message.objects.troubled(), "connection"),
            incomplete=how_many(SentRecord.objects.filter(complete=False), "connection"),
        )


class Connection(models.Model):
    """A CRM that sends its changes to an address of its own, each signed with ``secret``.

    ``secret`` is sealed, see ``teams.sealing``; empty until the CRM's own was filled in.
    """

    class Format(models.TextChoices):
        HUBSPOT = "hubspot", "HubSpot"
        SALESFORCE = "salesforce", "Salesforce"
        DAYA = "daya", _("Another program")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="connections")
    name = models.CharField(_("name"), max_length=100, validators=[check_one_line])
    format = models.CharField(_("what sends"), max_length=10, choices=Format)
    source = models.CharField(_("source"), max_length=50, validators=[check_one_line])
    address = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    secret = models.TextField(blank=True, editable=False)
    created_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    received_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="connection_format_is_known",
                condition=Q(format__in=["hubspot", "salesforce", "daya"]),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ConnectionMapping(models.Model):
    """How a connection's records become facts of one kind: the mapping of a file, whose columns
    are the CRM's fields."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="mappings")
    kind = models.CharField(max_length=20)
    toml = models.TextField(_("mapping"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(
                fields=["connection", "kind"], name="connection_maps_a_kind_of_fact_once"
            )
        ]

    def __str__(self) -> str:
        return self.kind


class MessageQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(state=Message.State.WAITING)

    def troubled(self) -> Self:
        return self.filter(state=Message.State.TROUBLED)


class Message(models.Model):
    """What a connection sent in one request, as it came, until it is 30 days old.

    ``external_id`` tells it from every other; sent again, it is not kept a second time.
    ``complaints`` say what of it could not be read, or why nothing of it could be taken.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be taken in")
        TAKEN = "taken", _("Taken in")
        TROUBLED = "troubled", _("Not all of it taken in")
        SET_ASIDE = "aside", _("Set aside")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="messages")
    external_id = models.CharField(max_length=200)
    body = models.TextField()
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    complaints = models.JSONField(default=list)

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            UniqueConstraint(fields=["connection", "external_id"], name="message_is_kept_once"),
            models.CheckConstraint(
                name="message_state_is_known",
                condition=Q(state__in=["waiting", "taken", "troubled", "aside"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection", "state", "id"],
                condition=Q(state__in=["waiting", "troubled"]),
                name="messages_not_taken_in",
            ),
            models.Index(fields=["received_at"], name="messages_by_age"),
        ]

    def __str__(self) -> str:
        return self.external_id


class SentRecord(models.Model):
    """What a connection has said of one record of the CRM, put together: a change says only what
    changed.

    ``values``: by the CRM's field, its value (text or null) and the milliseconds since 1970 of
    the change that said so. ``complete`` once a fact could be made of it; ``unsaid`` are the
    changes until then: message, milliseconds and values of each.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="records")
    subject = models.CharField(max_length=100)
    external_id = models.CharField(max_length=200)
    values = models.JSONField(default=dict)
    complete = models.BooleanField(default=False)
    unsaid = models.JSONField(default=list)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["connection", "subject", "external_id"], name="record_is_put_together_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["connection"], condition=Q(complete=False), name="records_to_be_completed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.external_id}"
