"""The teams of an organisation, and which was under which, when."""

from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Count, F, Func, Q, UniqueConstraint, Value
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from teams.models.organisations import Organisation, check_one_line
from teams.recorded import Span, span_is_forward


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

    def closed(self) -> Self:
        """The last one first."""
        return self.exclude(closed_at=None).order_by("-closed_at", "name")


class Team(models.Model):
    """A node of the tree. The root team is the organisation itself."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="teams")
    slug = models.SlugField(_("short name"), max_length=80)
    name = models.CharField(_("name"), max_length=200, validators=[check_one_line])
    is_root = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    calendar = models.ForeignKey(
        "teams.BusinessCalendar",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="teams",
        verbose_name=_("working hours"),
        help_text=_("Of everybody in it and below who has no other; from the team above if none."),
    )

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
            models.CheckConstraint(
                name="only_a_closed_team_is_merged_into_another",
                condition=Q(merged_into=None)
                | (Q(closed_at__isnull=False) & ~Q(merged_into=F("pk"))),
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
