"""People, and who is what where and when."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import (
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    UniqueConstraint,
    Value,
)
from django.db.models.functions import Lower
from django.utils.crypto import get_random_string
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from teams.models.accounts import User
from teams.models.organisations import Organisation, check_one_line
from teams.models.tree import Team
from teams.recorded import Span, SpanQuerySet, span_is_forward


class PersonQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(deactivated_at=None)

    def in_subtree(self, team: Team, at: datetime) -> Self:
        """People who hold a membership at or below ``team`` at ``at``."""
        memberships = Membership.objects.holding_at(at).filter(
            team__lines_up__ancestor=team, team__lines_up__to_at=None
        )
        return self.filter(pk__in=memberships.values("person"))

    def now_in(self, team: Team) -> Self:
        """Who is in the team or below now; under the root everybody, also those in no team."""
        return self if team.is_root else self.in_subtree(team, now())

    def ever_in(self, team: Team) -> Self:
        """Who is or was in the team or below; under the root anybody of the organisation."""
        if team.is_root:
            return self
        lines = Team.objects.under(team).values("pk")
        held = Membership.objects.in_force().filter(team__in=lines)
        return self.filter(pk__in=held.values("person"))

    def placed_under(self, team: Team) -> Self:
        """Who is or was at or below ``team``, with ``place``: the short name of the team there
        that they are in, or were in last."""
        held = Membership.objects.in_force().filter(
            person=OuterRef("pk"), team__in=Team.objects.under(team).values("pk")
        )
        latest = held.order_by(F("to_at").desc(nulls_first=True), "-is_primary", "-from_at")
        return self.annotate(place=Subquery(latest.values("team__slug")[:1])).exclude(place=None)

    def members_ever(self, team: Team) -> Self:
        """Who is or was in the team itself; under the root anybody of the organisation."""
        if team.is_root:
            return self
        held = Membership.objects.in_force().filter(team=team)
        return self.filter(pk__in=held.values("person"))

    def called(self, text: str) -> Self:
        return self.filter(Q(name__icontains=text) | Q(email__icontains=text))

    def with_places(self, team: Team) -> Self:
        """With ``current``, the memberships at or below ``team`` that hold now, and ``invited``."""
        pending = Invitation.objects.pending(now()).filter(person=OuterRef("pk"))
        held = Membership.objects.holding_at(now()).select_related("team__organisation")
        held = held.filter(team__in=Team.objects.under(team).values("pk"))
        return self.annotate(invited=Exists(pending)).prefetch_related(
            Prefetch("memberships", held, to_attr="current")
        )


class Person(models.Model):
    """Somebody in one organisation, with or without an account.

    People known only from a CRM file have no account until they accept an invitation. One account
    may be a person in several organisations; neither organisation learns of the other.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="people")
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="people", editable=False
    )
    name = models.CharField(_("name"), max_length=200, validators=[check_one_line])
    email = models.EmailField(_("mail address"), blank=True)
    external_id = models.CharField(
        _("id in the CRM"),
        max_length=200,
        blank=True,
        validators=[check_one_line],
        help_text=_("How sales files name this person, if not by name or mail address."),
    )
    calendar = models.ForeignKey(
        "teams.BusinessCalendar",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("working hours"),
        help_text=_("If other than those of the team."),
    )
    created_at = models.DateTimeField(default=now, editable=False)
    deactivated_at = models.DateTimeField(_("deactivated at"), null=True, editable=False)

    objects: ClassVar[models.Manager] = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=~Q(email=""),
                name="person_mail_is_unique_in_organisation",
                violation_error_message=_("Somebody with this mail address is here already."),
            ),
            UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~Q(external_id=""),
                name="person_external_id_is_unique_in_organisation",
                violation_error_message=_("Somebody with this CRM id is here already."),
            ),
            UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(user__isnull=False),
                name="account_is_one_person_in_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    REP = "rep", _("Sales rep")
    MANAGER = "manager", _("Manager")
    ADMIN = "admin", _("Admin")


class MembershipQuerySet(SpanQuerySet):
    def of_user(self, user: User) -> Self:
        """Memberships by which an account may see anything now."""
        return self.holding_at(now()).filter(person__user=user, person__deactivated_at=None)


class Membership(Span):
    """A person in a team, in a role, for a while. Facts count to the primary one."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role)
    is_primary = models.BooleanField(_("primary"), default=True)

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            span_is_forward("membership_ends_after_it_begins"),
            models.CheckConstraint(
                name="membership_role_is_known", condition=Q(role__in=Role.values)
            ),
            ExclusionConstraint(
                name="person_has_one_primary_membership_at_a_time",
                expressions=[
                    (
                        Func("person_id", "person_id", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func("from_at", "to_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_primary=True, voided_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "from_at"],
                condition=Q(voided_at=None),
                name="membership_of_person_in_force",
            ),
            models.Index(
                fields=["team", "role"],
                condition=Q(voided_at=None),
                name="membership_of_team_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role} of {self.team}"


def invitation_nonce() -> str:
    return get_random_string(32)


class InvitationQuerySet(models.QuerySet):
    def pending(self, at: datetime) -> Self:
        """Open at ``at``, and sent to the address the person still has."""
        return self.filter(
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=at,
            email__iexact=F("person__email"),
        )


class Invitation(models.Model):
    """An offer to a person to open an account. The link is signed; the row holds no secret that
    opens it without the installation's key."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("mail address"))
    nonce = models.CharField(max_length=32, default=invitation_nonce, editable=False)
    invited_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="invitations_sent"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager] = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_is_not_both_accepted_and_revoked",
                condition=Q(accepted_at=None) | Q(revoked_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.person}"
