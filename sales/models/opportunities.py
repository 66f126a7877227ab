"""Facts about opportunities: appended or voided, never edited.

An opportunity is only an identity; everything said about it (its details, its owners, its stage
events) is a recorded row that a later file voids and replaces.
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sales.importing.amounts import money_text
from sales.models.facts import Fact, one_at_a_time
from sales.models.pipelines import Pipeline, Stage
from teams.access import Seat
from teams.models import Organisation, Person, Team
from teams.recorded import (
    BEGINNING,
    RecordedQuerySet,
    Span,
    SpanQuerySet,
    in_force,
    span_is_forward,
)


class OpportunityQuerySet(models.QuerySet):
    def of_team(self, team: Team, seat: Seat) -> Self:
        """What ``seat`` sees in ``team``: all of it, or only one's own. Under the root also what
        has no owner."""
        if not seat.covers:
            mine = OpportunityOwner.objects.in_force().filter(person=seat.person_id)
            return self.filter(pk__in=mine.values("opportunity"))
        if team.is_root:
            return self.filter(organisation=team.organisation)
        return self.filter(Exists(_happened_in(team)) | Exists(_owned_in(team)))


def _happened_in(team: Team) -> models.QuerySet:
    """Events of one opportunity while its owner was in the team or below, as the tree stood then.

    What the owner did before or after in another team is that team's.
    """
    return StageEvent.objects.in_force().filter(
        _held_at("opportunity__owners__"),
        _held_at("opportunity__owners__person__memberships__"),
        _during("opportunity__owners__person__memberships__team__lines_up__", F("at")),
        opportunity=OuterRef("pk"),
        opportunity__owners__person__memberships__is_primary=True,
        opportunity__owners__person__memberships__team__lines_up__ancestor=team,
    )


def _owned_in(team: Team) -> models.QuerySet:
    """Owners of one opportunity now who are in the team or below now."""
    now = timezone.now()
    return OpportunityOwner.objects.holding_at(now).filter(
        _during("person__memberships__", now),
        opportunity=OuterRef("pk"),
        person__memberships__voided_at=None,
        person__memberships__is_primary=True,
        person__memberships__team__lines_up__ancestor=team,
        person__memberships__team__lines_up__to_at=None,
    )


def _held_at(path: str) -> Q:
    """A recorded span at ``path`` is believed and held when the event happened."""
    return in_force(prefix=path) & _during(path, F("at"))


def _during(path: str, instant: Any) -> Q:
    open_ended = Q(**{f"{path}to_at": None}) | Q(**{f"{path}to_at__gt": instant})
    return open_ended & Q(**{f"{path}from_at__lte": instant})


class Opportunity(models.Model):
    """The identity of a deal in one source. What is known of it hangs below."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, db_index=False, related_name="opportunities"
    )
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="opportunities")
    source = models.CharField(_("source"), max_length=50)
    external_id = models.CharField(_("id"), max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[Any] = OpportunityQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organisation", "source", "external_id"],
                name="opportunity_is_unique_in_its_source",
            )
        ]

    def __str__(self) -> str:
        return self.external_id


class OpportunityDetail(Fact):
    """What an opportunity is called and worth."""

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="details", db_index=False
    )
    name = models.CharField(_("name"), max_length=300, blank=True)
    account = models.CharField(_("account"), max_length=300, blank=True)
    product = models.CharField(_("product"), max_length=300, blank=True)
    amount = models.BigIntegerField(
        _("amount"), null=True, help_text=_("In minor units of the currency.")
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    created_at = models.DateTimeField(_("created in the CRM at"), null=True)
    is_test = models.BooleanField(_("test record"), default=False)
    deleted = models.BooleanField(_("deleted in the CRM"), default=False)
    merged_into = models.CharField(
        _("merged into"),
        max_length=200,
        blank=True,
        db_default="",
        help_text=_("The id of the survivor in the same CRM."),
    )

    objects: ClassVar[Any] = RecordedQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["opportunity"],
                condition=Q(voided_at=None),
                name="opportunity_has_one_detail_in_force",
            ),
            models.CheckConstraint(
                name="opportunity_amount_is_not_negative",
                condition=Q(amount=None) | Q(amount__gte=0),
            ),
            models.CheckConstraint(
                name="opportunity_amount_has_a_currency",
                condition=Q(amount=None) | ~Q(currency=""),
            ),
        ]
        indexes = [
            models.Index(fields=["opportunity", "recorded_at"], name="detail_history"),
            models.Index(fields=["recorded_by"], name="detail_of_import"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.opportunity)

    @property
    def money(self) -> str:
        return money_text(self.amount, self.currency)


class OpportunityOwner(Fact, Span):
    """Who owned an opportunity, and when; nobody or one person at every instant.

    The database refuses spans that overlap, except one kind: beside somebody who owns it from the
    beginning without an end, it does not look at spans that ended. Nearly every opportunity has
    just that one owner, and looking there too makes an import more than a tenth slower. Importing
    holds it instead: an owner from the beginning voids all others or is the first.
    """

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="owners", db_index=False
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="owned", db_index=False)

    objects: ClassVar[Any] = SpanQuerySet.as_manager()

    class Meta:
        constraints = [
            span_is_forward("opportunity_owner_ends_after_it_begins"),
            UniqueConstraint(
                fields=["opportunity", "from_at"],
                condition=Q(voided_at=None),
                name="opportunity_owner_begins_once",
            ),
            UniqueConstraint(
                fields=["opportunity"],
                condition=Q(voided_at=None, to_at=None),
                name="opportunity_has_one_owner_now",
            ),
            one_at_a_time(
                "opportunity_id",
                "opportunity_has_one_owner_at_a_time",
                Q(voided_at=None) & ~Q(from_at=BEGINNING, to_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "opportunity"], name="owner_of_opportunities"),
            models.Index(fields=["opportunity", "recorded_at"], name="owner_history"),
            models.Index(fields=["recorded_by"], name="owner_of_import"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} owns {self.opportunity_id}"


class StageEvent(Fact):
    """One step of an opportunity.

    ``to_pos`` is null for lost and one past the last stage for won; ``from_pos`` is the last open
    position before the event, null where there was none. Of what is only ``seen`` to be so, ``at``
    is when it was seen; since when it is so nobody knows. (``at``, ``seq``) orders the events of an
    opportunity.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="events", db_index=False
    )
    seq = models.IntegerField()
    external_id = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=4, choices=Kind)
    from_pos = models.SmallIntegerField(null=True)
    to_pos = models.SmallIntegerField(null=True)
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    seen = models.BooleanField(default=False, db_default=False)

    objects: ClassVar[Any] = RecordedQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["opportunity", "seq"],
                condition=Q(voided_at=None),
                name="stage_event_seq_is_unique_in_opportunity",
            ),
            models.CheckConstraint(
                name="stage_event_kind_is_known", condition=Q(kind__in=["open", "won", "lost"])
            ),
            models.CheckConstraint(
                name="stage_event_lost_iff_no_position",
                condition=Q(kind="lost", to_pos=None) | (~Q(kind="lost") & Q(to_pos__gte=1)),
            ),
            models.CheckConstraint(
                name="stage_event_open_iff_stage",
                condition=Q(kind="open", stage__isnull=False)
                | (~Q(kind="open") & Q(stage__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["opportunity", "at", "seq"], name="stage_event_history"),
            models.Index(fields=["recorded_by"], name="stage_event_of_import"),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id} {self.kind} {self.to_pos}"
