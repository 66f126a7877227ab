"""Facts about what was done with a lead or an opportunity: appended or voided, never edited."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sales.models.facts import Fact
from sales.models.leads import Lead
from sales.models.opportunities import Opportunity
from teams.models import Organisation, Person
from teams.recorded import RecordedQuerySet


class Activity(models.Model):
    """The identity of a call, an email, a note in one source. What is known of it hangs below."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, db_index=False, related_name="activities"
    )
    source = models.CharField(_("source"), max_length=50)
    external_id = models.CharField(_("id"), max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organisation", "source", "external_id"],
                name="activity_is_unique_in_its_source",
            )
        ]

    def __str__(self) -> str:
        return self.external_id


class ActivityQuerySet(RecordedQuerySet):
    def answering(self) -> Self:
        """What can be the response to a lead that came in before: done by somebody, outwards."""
        return self.filter(
            kind__in=ActivityDetail.ANSWERS,
            direction=ActivityDetail.Direction.OUTBOUND,
            automated=False,
            deleted=False,
        )


class ActivityDetail(Fact):
    """What was done, when, by whom, and on which lead or opportunity.

    ``actor`` is who did it as the CRM says; ``person`` is who that is, if anybody knows.
    """

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        EMAIL = "email", _("Email")
        MESSAGE = "message", _("Message")
        MEETING = "meeting", _("Meeting booked")
        NOTE = "note", _("Note")
        STATUS = "status", _("Status change")

    class Direction(models.TextChoices):
        OUTBOUND = "outbound", _("Outbound")
        INBOUND = "inbound", _("Inbound")

    ANSWERS = (Kind.CALL, Kind.EMAIL, Kind.MESSAGE, Kind.MEETING)
    """A note or a change of status tells the customer nothing."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="details", db_index=False)
    lead = models.ForeignKey(
        Lead, models.CASCADE, null=True, related_name="activities", db_index=False
    )
    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, null=True, related_name="activities", db_index=False
    )
    kind = models.CharField(max_length=7, choices=Kind)
    direction = models.CharField(max_length=8, choices=Direction)
    automated = models.BooleanField(default=False)
    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("done by"), max_length=200, blank=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="activities", db_index=False
    )
    deleted = models.BooleanField(_("deleted in the CRM"), default=False)

    objects: ClassVar[Any] = ActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["activity"],
                condition=Q(voided_at=None),
                name="activity_has_one_detail_in_force",
            ),
            models.CheckConstraint(
                name="activity_is_on_a_lead_or_an_opportunity",
                condition=Q(lead__isnull=False, opportunity=None)
                | Q(lead=None, opportunity__isnull=False),
            ),
            models.CheckConstraint(
                name="activity_kind_is_known",
                condition=Q(kind__in=["call", "email", "message", "meeting", "note", "status"]),
            ),
            models.CheckConstraint(
                name="activity_direction_is_known",
                condition=Q(direction__in=["outbound", "inbound"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["lead", "at"],
                condition=Q(lead__isnull=False),
                name="activities_of_lead",
            ),
            models.Index(
                fields=["opportunity", "at"],
                condition=Q(opportunity__isnull=False),
                name="activities_of_opportunity",
            ),
            models.Index(fields=["activity", "recorded_at"], name="activity_history"),
            models.Index(fields=["person", "at"], name="activities_of_person"),
            models.Index(fields=["recorded_by"], name="activity_of_import"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.direction}"
