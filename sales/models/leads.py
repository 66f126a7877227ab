"""Facts about leads: appended or voided, never edited.

A lead is only an identity; what is said about it (its details, and who held it when) is a recorded
row that a later file voids and replaces.
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sales.models.facts import Fact, one_at_a_time
from teams.access import Seat
from teams.models import Organisation, Person, Team
from teams.recorded import RecordedQuerySet, Span, SpanQuerySet, in_force, span_is_forward


class LeadQuerySet(models.QuerySet):
    def of_team(self, team: Team, seat: Seat) -> Self:
        """What ``seat`` sees in ``team``: all of it, or only what was once one's own. Under the
        root also what nobody held."""
        if not seat.covers:
            mine = LeadAssignment.objects.in_force().filter(person=seat.person_id)
            return self.filter(pk__in=mine.values("lead"))
        if team.is_root:
            return self.filter(organisation=team.organisation)
        return self.filter(Exists(_held_in(team)))


def _held_in(team: Team) -> models.QuerySet:
    """Assignments of one lead to somebody who was in the team or below for some of their time, as
    the tree stood then."""
    seat, line = "person__memberships__", "person__memberships__team__lines_up__"
    return LeadAssignment.objects.in_force().filter(
        in_force(prefix=seat),
        _overlap("", seat),
        _overlap(seat, line),
        _overlap("", line),
        lead=OuterRef("pk"),
        person__memberships__is_primary=True,
        person__memberships__team__lines_up__ancestor=team,
    )


def _overlap(one: str, other: str) -> Q:
    """Two spans have an instant in common; three of which each two have, all have one."""
    return _begins_before_end(one, other) & _begins_before_end(other, one)


def _begins_before_end(one: str, other: str) -> Q:
    endless = Q(**{f"{other}to_at": None})
    return endless | Q(**{f"{other}to_at__gt": F(f"{one}from_at")})


class Lead(models.Model):
    """The identity of a lead in one source. What is known of it hangs below."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, db_index=False, related_name="leads"
    )
    source = models.CharField(_("source"), max_length=50)
    external_id = models.CharField(_("id"), max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[Any] = LeadQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organisation", "source", "external_id"],
                name="lead_is_unique_in_its_source",
            )
        ]

    def __str__(self) -> str:
        return self.external_id


class LeadDetail(Fact):
    """When a lead came in, whether it wants an answer, and what became of it.

    ``merged_into`` is the survivor's id and ``opportunity`` that of what it was converted to, both
    in the same source and as told: the other may come in later.
    """

    class LeftOut(models.TextChoices):
        SPAM = "spam", _("Spam")
        DUPLICATE = "duplicate", _("Duplicate")
        TEST = "test", _("Test record")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="details", db_index=False)
    name = models.CharField(_("name"), max_length=300, blank=True)
    account = models.CharField(_("account"), max_length=300, blank=True)
    origin = models.CharField(_("origin"), max_length=200, blank=True)
    inbound_at = models.DateTimeField(_("came in at"))
    needs_response = models.BooleanField(_("needs a response"), default=True)
    left_out = models.CharField(_("left out as"), max_length=9, choices=LeftOut, blank=True)
    merged_into = models.CharField(_("merged into"), max_length=200, blank=True)
    deleted = models.BooleanField(_("deleted in the CRM"), default=False)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closing_reason = models.CharField(_("reason of closing"), max_length=200, blank=True)
    opportunity = models.CharField(_("converted to"), max_length=200, blank=True)

    objects: ClassVar[Any] = RecordedQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["lead"],
                condition=Q(voided_at=None),
                name="lead_has_one_detail_in_force",
            ),
            models.CheckConstraint(
                name="lead_left_out_is_known",
                condition=Q(left_out__in=["", "spam", "duplicate", "test"]),
            ),
            models.CheckConstraint(
                name="lead_closes_after_it_came_in",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("inbound_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["lead", "recorded_at"], name="lead_detail_history"),
            models.Index(fields=["organisation", "inbound_at"], name="leads_as_they_came_in"),
            models.Index(
                fields=["organisation", "opportunity"],
                condition=~Q(opportunity=""),
                name="leads_converted_to",
            ),
            models.Index(fields=["recorded_by"], name="lead_detail_of_import"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.lead)


class LeadAssignment(Fact, Span):
    """A lead was given to somebody, or back to nobody, at ``from_at``.

    They hold it until the next assignment, which ``to_at`` repeats so that who held a lead at an
    instant can be asked like every other span.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="assignments", db_index=False)
    external_id = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="held_leads", db_index=False
    )

    objects: ClassVar[Any] = SpanQuerySet.as_manager()

    class Meta:
        constraints = [
            span_is_forward("lead_assignment_ends_after_it_begins"),
            UniqueConstraint(
                fields=["lead", "from_at"],
                condition=Q(voided_at=None),
                name="lead_is_assigned_once_at_an_instant",
            ),
            one_at_a_time("lead_id", "lead_has_one_holder_at_a_time", Q(voided_at=None)),
        ]
        indexes = [
            models.Index(fields=["person", "lead"], name="holder_of_leads"),
            models.Index(fields=["lead", "recorded_at"], name="lead_assignment_history"),
            models.Index(fields=["recorded_by"], name="lead_assignment_of_import"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} holds {self.lead_id}"
