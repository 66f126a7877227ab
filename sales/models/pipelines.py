"""Pipelines and their ordered, versioned stages."""

from typing import Any, ClassVar, NamedTuple, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models import Organisation


class PipelineQuerySet(models.QuerySet):
    def with_stages(self) -> Self:
        """That have a version which was not taken back."""
        versions = PipelineVersion.objects.in_force().filter(pipeline=OuterRef("pk"))
        return self.filter(Exists(versions))


class StageNames(NamedTuple):
    """By position: ``present`` are those of the present version; ``ever`` also those that only an
    earlier one has, by the name they had last."""

    present: dict[int, str]
    ever: dict[int, str]


class Pipeline(models.Model):
    """A named way to a sale. Its stages are versioned; events keep the position they had."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="pipelines")
    name = models.CharField(_("name"), max_length=100)

    objects: ClassVar[Any] = PipelineQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organisation", "name"], name="pipeline_name_is_unique_in_organisation"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> "PipelineVersion":
        return self.versions.in_force().latest("number")

    def stage_names(self) -> dict[int, str]:
        """By position, of the present version."""
        newest = self.versions.in_force().order_by("-number").values("pk")[:1]
        stages = Stage.objects.filter(version__in=newest).order_by("position")
        return dict(stages.values_list("position", "name"))

    def stage_names_ever(self) -> StageNames:
        """A version that was taken back names only what no other does. One query."""
        stages = Stage.objects.filter(version__pipeline=self).order_by(
            F("version__undone_at").asc(nulls_last=True), "version__number", "position"
        )
        ever: dict[int, str] = {}
        present: dict[int, str] = {}
        last = None
        for number, undone_at, position, name in stages.values_list(
            "version__number", "version__undone_at", "position", "name"
        ):
            ever[position] = name
            if undone_at is None:
                present = present if number == last else {}
                present[position], last = name, number
        return StageNames(present, ever)


class PipelineVersionQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """Not taken back with the import that made it."""
        return self.filter(undone_at=None)


class PipelineVersion(models.Model):
    """One order of stages. A pipeline whose stages change gets another version.

    One that was taken back stays for what was known while it held.
    """

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        "sales.ImportRun", models.SET_NULL, null=True, blank=True, related_name="pipeline_versions"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = PipelineVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["pipeline", "number"], name="pipeline_version_number_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pipeline} v{self.number}"


class Stage(models.Model):
    """A step, counted from 1 (first contact). Won stands one past the last; lost nowhere."""

    version = models.ForeignKey(PipelineVersion, models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["position"]
        constraints = [
            UniqueConstraint(
                fields=["version", "position"], name="stage_position_is_unique_in_version"
            ),
            UniqueConstraint(fields=["version", "name"], name="stage_name_is_unique_in_version"),
            models.CheckConstraint(name="stage_position_from_one", condition=Q(position__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name
