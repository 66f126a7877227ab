"""Facts from the CRM and the files they came in."""

from sales.models.imports import (
    ImportRun,
    MappingProfile,
    Rejection,
    StagedEvent,
    StagedOpportunity,
)
from sales.models.opportunities import (
    Opportunity,
    OpportunityDetail,
    OpportunityOwner,
    OpportunityQuerySet,
    StageEvent,
)
from sales.models.pipelines import Pipeline, PipelineVersion, Stage

__all__ = [
    "ImportRun",
    "MappingProfile",
    "Opportunity",
    "OpportunityDetail",
    "OpportunityOwner",
    "OpportunityQuerySet",
    "Pipeline",
    "PipelineVersion",
    "Rejection",
    "Stage",
    "StageEvent",
    "StagedEvent",
    "StagedOpportunity",
]
