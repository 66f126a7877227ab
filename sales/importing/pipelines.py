"""The pipeline a mapping names, and what it would change of its stages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from sales.importing.mapping import Mapping, from_toml
from sales.importing.vocabulary import WITH_STAGES
from sales.models import (
    ConnectionMapping,
    ImportRun,
    Opportunity,
    Pipeline,
    PipelineVersion,
    Stage,
    StageEvent,
)
from teams.models import Organisation

MOST_KNOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChange:
    """A pipeline in use whose stages a mapping would replace."""

    pipeline: str
    source: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def __str__(self) -> str:
        text = _(
            "Pipeline “%(pipeline)s” gets a new version from source “%(source)s”: stages "
            "%(before)s → %(after)s."
        )
        return text % {
            "pipeline": self.pipeline,
            "source": self.source,
            "before": ", ".join(self.before),
            "after": ", ".join(self.after),
        }


def stages_in_use(organisation: Organisation) -> dict[str, tuple[str, ...]]:
    """The stages, by name, of every pipeline that has opportunities."""
    used = Exists(Opportunity.objects.filter(pipeline=OuterRef("pipeline")))
    versions = PipelineVersion.objects.in_force().filter(used, pipeline__organisation=organisation)
    return {
        version.pipeline.name: tuple(stage.name for stage in version.stages.all())
        for version in versions.select_related("pipeline")
        .prefetch_related("stages")
        .order_by("number")
    }


def stage_change(organisation: Organisation, mapping: Mapping) -> StageChange | None:
    """What the mapping would change of its pipeline's stages, if that is in use."""
    if mapping.kind not in WITH_STAGES:
        return None
    before = stages_in_use(organisation).get(mapping.pipeline)
    if not before or before == mapping.pipeline_stages:
        return None
    return StageChange(
        pipeline=mapping.pipeline,
        source=mapping.source,
        before=before,
        after=mapping.pipeline_stages,
    )


def last_mapping(organisation: Organisation, source: str) -> Mapping | None:
    """How the last import or batch of the source that holds said its stages."""
    runs = organisation.import_runs.filter(
        state=ImportRun.State.COMMITTED, kind__in=WITH_STAGES, source=source
    )
    last = runs.first()
    return from_toml(last.toml) if last else None


def known_pipelines(organisation: Organisation) -> list[Pipeline]:
    """By name, those that have stages and something in them or a connection that writes them;
    where there are none, all that have stages. Two queries."""
    events = StageEvent.objects.in_force().filter(opportunity__pipeline=OuterRef("pk"))
    named = organisation.pipelines.with_stages().order_by("name")
    found: list[Any] = list(named.annotate(is_used=Exists(events))[:MOST_KNOWN])
    open_ones = ConnectionMapping.objects.filter(
        connection__in=organisation.connections.open(), kind__in=WITH_STAGES
    )
    written = {from_toml(text).pipeline for text in open_ones.values_list("toml", flat=True)}
    return [each for each in found if each.is_used or each.name in written] or found


@transaction.atomic
def version_for(run: ImportRun, mapping: Mapping) -> PipelineVersion:
    """The pipeline's version with exactly these stages; another is opened when they changed."""
    organisation = run.organisation.locked()
    pipeline, _created = Pipeline.objects.get_or_create(
        organisation=organisation, name=mapping.pipeline
    )
    current = pipeline.versions.in_force().order_by("-number").first()
    stages = list(mapping.pipeline_stages)
    if current and list(current.stages.values_list("name", flat=True)) == stages:
        return current
    last = pipeline.versions.aggregate(last=Max("number", default=0))["last"]
    version = PipelineVersion.objects.create(pipeline=pipeline, number=last + 1, made_by=run)
    Stage.objects.bulk_create(
        Stage(version=version, position=position, name=name)
        for position, name in enumerate(stages, start=1)
    )
    return version


def take_back_versions(run: ImportRun, now: datetime) -> None:
    """The versions that the run made hold no longer, except where something believed still uses
    their stages."""
    events = StageEvent.objects.in_force().filter(stage__version=OuterRef("pk"))
    run.pipeline_versions.in_force().exclude(Exists(events)).update(undone_at=now)
