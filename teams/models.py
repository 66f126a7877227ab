"""Organisations, the people in them, their teams, and who is what where and when."""

from datetime import datetime
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, Func, OuterRef, Prefetch, Q, UniqueConstraint, Value
from django.db.models.functions import Lower
from django.utils.crypto import get_random_string
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from teams.recorded import Span, SpanQuerySet, span_is_forward


def check_zone(name: str) -> None:
    """Refuse a time zone that the IANA database does not know."""
    if name not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not a known time zone."), params={"zone": name})


class Organisation(models.Model):
    """The wall nothing crosses."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[check_zone]
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("fiscal year starts in month"), default=1
    )
    created_at = models.DateTimeField(_("created at"), default=now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organisation_currency_is_three_capitals",
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                violation_error_message=_("A currency is three capital letters, such as EUR."),
            ),
            models.CheckConstraint(
                name="organisation_fiscal_year_starts_in_a_month",
                condition=Q(fiscal_year_start__gte=1, fiscal_year_start__lte=12),
                violation_error_message=_("A month is a number from 1 to 12."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def root(self) -> "Team":
        """The team that is the organisation itself."""
        return self.teams.get(is_root=True)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An account that signs in by mail address. What it may see is said by its people's seats."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("runs this installation"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [UniqueConstraint(Lower("email"), name="user_mail_is_unique_in_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class TeamQuerySet(models.QuerySet):
    def under(self, team: "Team") -> Self:
        """The team and everything below it, as the tree stands now."""
        return self.filter(lines_up__ancestor=team, lines_up__to_at=None)

    def with_sizes(self) -> Self:
        """With ``size``, how many people hold a membership in it now."""
        at = now()
        holding = Q(memberships__voided_at=None, memberships__from_at__lte=at) & (
            Q(memberships__to_at=None) | Q(memberships__to_at__gt=at)
        )
        return self.annotate(size=Count("memberships__person", filter=holding, distinct=True))

    def children_of(self, team: "Team") -> Self:
        return self.filter(lines_up__ancestor=team, lines_up__depth=1, lines_up__to_at=None)

    def above(self, team: "Team") -> Self:
        """From the root down to the team itself."""
        return self.filter(lines_down__team=team, lines_down__to_at=None).order_by(
            "-lines_down__depth"
        )

    def open(self) -> Self:
        return self.filter(closed_at=None)


class Team(models.Model):
    """A node of the tree. The root team is the organisation itself."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="teams")
    slug = models.SlugField(_("short name"), max_length=80)
    name = models.CharField(_("name"), max_length=200)
    is_root = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager] = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            UniqueConstraint(
                fields=["organisation", "slug"], name="team_slug_is_unique_in_its_organisation"
            ),
            UniqueConstraint(
                fields=["organisation"],
                condition=Q(is_root=True),
                name="organisation_has_one_root_team",
            ),
            models.CheckConstraint(
                name="root_team_is_never_closed",
                condition=Q(is_root=False) | Q(closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """What stands for this team in URLs: ``organisation/team``."""
        return f"{self.organisation.slug}/{self.slug}"


class TeamPlacement(Span):
    """Which team a team was under, and when."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="placements")
    parent = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="child_placements"
    )

    class Meta:
        constraints = [
            span_is_forward("team_placement_ends_after_it_begins"),
            models.CheckConstraint(
                name="team_is_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("team")),
            ),
            ExclusionConstraint(
                name="team_is_in_one_place_at_a_time",
                expressions=[
                    (
                        Func("team_id", "team_id", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func("from_at", "to_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(voided_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} under {self.parent}"


class TeamLine(models.Model):
    """The closure of the placements in force: who was above whom, how far, and when.

    Derived; rewritten by ``teams.tree.rebuild_lines`` whenever a placement changes.
    """

    team = models.ForeignKey(Team, models.CASCADE, related_name="lines_up")
    ancestor = models.ForeignKey(Team, models.CASCADE, related_name="lines_down")
    depth = models.PositiveSmallIntegerField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["ancestor", "to_at", "team"], name="line_subtree_of_team"),
            models.Index(fields=["team", "to_at", "ancestor"], name="line_ancestors_of_team"),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} under {self.ancestor_id}"


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

    def members_ever(self, team: Team) -> Self:
        """Who is or was in the team itself; under the root anybody of the organisation."""
        if team.is_root:
            return self
        held = Membership.objects.in_force().filter(team=team)
        return self.filter(pk__in=held.values("person"))

    def called(self, text: str) -> Self:
        return self.filter(Q(name__icontains=text) | Q(email__icontains=text))

    def with_places(self) -> Self:
        """With ``current``, the memberships that hold now, and ``invited``."""
        pending = Invitation.objects.pending(now()).filter(person=OuterRef("pk"))
        held = Membership.objects.holding_at(now()).select_related("team__organisation")
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
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("mail address"), blank=True)
    external_id = models.CharField(
        _("id in the CRM"),
        max_length=200,
        blank=True,
        help_text=_("How sales files name this person, if not by name or mail address."),
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

    def place_under(self, team: Team) -> Team:
        """The team at or below ``team`` they are in, or were in last; ``team`` itself if none."""
        held = self.memberships.in_force().filter(team__in=Team.objects.under(team).values("pk"))
        latest = held.select_related("team__organisation").order_by(
            F("to_at").desc(nulls_first=True), "-is_primary", "-from_at"
        )
        found = latest.first()
        return found.team if found else team


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
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


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
