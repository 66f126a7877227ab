"""Numbers derived from facts. Every table here may be dropped and rebuilt.

Atoms and snapshots come from queries over facts that foreign keys guard already; to have the
database look up the team and person of each derived row again takes as long as deriving it. So
their keys are not constraints.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from teams.access import TeamScoped
from teams.models import Organisation, Person, Team
from teams.recorded import BEGINNING


class Stale(models.Model):
    """A fact's subject whose atoms are to be derived again; ``subject`` is the number of its
    declaration.

    Append-only and not unique, so that marking never waits for a recompute that runs: the
    recompute deletes the marks it saw, and one that arrives meanwhile stays for the next.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    subject = models.SmallIntegerField()
    entity = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "id"], name="stale_of_organisation")]

    def __str__(self) -> str:
        return str(self.entity)


class Counted(models.Model):
    """How far an organisation's stored numbers have come.

    ``definitions`` are those all of them are of, blank if some are of others; ``matured_until`` is
    the instant until which they count what matures with time.
    """

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="counted"
    )
    definitions = models.CharField(max_length=64, blank=True)
    matured_until = models.DateTimeField(default=BEGINNING)

    def __str__(self) -> str:
        return str(self.organisation_id)


class AtomQuerySet(TeamScoped):
    person_field = "rep"


class Atom(models.Model):
    """One counted thing of one metric, as known now: the row behind a number.

    ``kind`` is the number of its declaration in ``metrics.atoms``; ``value`` is a whole number of
    the smallest unit (microseconds, minor currency units); ``month`` counts local months from year
    0 (year * 12 + month - 1) in the organisation's zone. ``stage`` is the position where each
    stage of ``pipeline`` counts apart, else 0. Whose it is was decided at ``placed_at``, null where
    that is ``at``; ``clock`` is the calendar whose hours time it, null for every hour.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.SmallIntegerField()
    entity = models.BigIntegerField()
    rep = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="+", db_index=False, db_constraint=False
    )
    team = models.ForeignKey(
        Team, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True)
    month = models.IntegerField()
    in_den = models.BooleanField()
    in_num = models.BooleanField()
    value = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    matures_at = models.DateTimeField(null=True)
    flag = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    pipeline = models.BigIntegerField(default=0)
    stage = models.SmallIntegerField(default=0)
    clock = models.BigIntegerField(null=True)

    objects: ClassVar[Any] = AtomQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organisation", "kind", "entity", "stage"],
                name="atom_is_unique_in_its_kind",
            ),
            models.CheckConstraint(
                name="atom_is_counted_or_has_a_reason",
                condition=Q(in_den=True, reason="") | Q(in_den=False, in_num=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "kind", "month", "team", "at", "entity"],
                name="atom_rows_behind_a_number",
            ),
            models.Index(
                fields=["organisation", "at", "entity"],
                condition=Q(flag="waiting"),
                name="atom_waits",
            ),
            models.Index(
                fields=["organisation", "matures_at"],
                condition=Q(matures_at__isnull=False),
                name="atom_matures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.entity}"


class Snapshot(models.Model):
    """A metric's sufficient statistics for one scope and period; its number is made from them.

    ``rep`` null is the whole team with all below it. A rep's row is per team they were in; the row
    under the root team is the rep's whole own.
    """

    class Grain(models.TextChoices):
        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")
        YEAR = "year", _("Year")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="snapshots", db_index=False, db_constraint=False
    )
    metric = models.SlugField(max_length=60, db_index=False)
    version = models.PositiveSmallIntegerField()
    grain = models.CharField(max_length=7, choices=Grain)
    start = models.DateField()
    team = models.ForeignKey(
        Team, models.CASCADE, related_name="snapshots", db_index=False, db_constraint=False
    )
    rep = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        related_name="snapshots",
        db_index=False,
        db_constraint=False,
    )
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    n = models.BigIntegerField()
    pending = models.BigIntegerField(default=0)
    excluded = models.BigIntegerField(default=0)
    total = models.DecimalField(max_digits=30, decimal_places=0, null=True)
    median = models.FloatField(null=True)
    p25 = models.FloatField(null=True)
    p75 = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    computed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["team", "metric", "grain", "start", "rep"],
                name="snapshot_is_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="snapshot_numerator_within_denominator",
                condition=Q(numerator__gte=0, denominator__gte=models.F("numerator")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "grain", "start"],
                condition=Q(rep=None),
                name="snapshot_periods_of_a_team",
            ),
            models.Index(
                fields=["organisation", "metric", "grain", "start"],
                name="snapshot_of_a_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.grain} {self.start}"
