"""The pipeline a mapping names, and what it would change of its stages."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from sales.importing.mapping import Mapping
from sales.models import Opportunity, Pipeline, PipelineVersion, Stage
from teams.models import Organisation


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
    versions = PipelineVersion.objects.filter(used, pipeline__organisation=organisation)
    return {
        version.pipeline.name: tuple(stage.name for stage in version.stages.all())
        for version in versions.select_related("pipeline")
        .prefetch_related("stages")
        .order_by("number")
    }


def stage_change(organisation: Organisation, mapping: Mapping) -> StageChange | None:
    """What the mapping would change of its pipeline's stages, if that is in use."""
    before = stages_in_use(organisation).get(mapping.pipeline)
    if before is None or before == mapping.pipeline_stages:
        return None
    return StageChange(
        pipeline=mapping.pipeline,
        source=mapping.source,
        before=before,
        after=mapping.pipeline_stages,
    )


@transaction.atomic
def version_for(organisation: Organisation, mapping: Mapping) -> PipelineVersion:
    """The pipeline's version with exactly these stages; another is opened when they changed."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    pipeline, _created = Pipeline.objects.get_or_create(
        organisation=organisation, name=mapping.pipeline
    )
    current = pipeline.versions.order_by("-number").first()
    stages = list(mapping.pipeline_stages)
    if current and list(current.stages.values_list("name", flat=True)) == stages:
        return current
    version = PipelineVersion.objects.create(
        pipeline=pipeline, number=current.number + 1 if current else 1
    )
    Stage.objects.bulk_create(
        Stage(version=version, position=position, name=name)
        for position, name in enumerate(stages, start=1)
    )
    return version
