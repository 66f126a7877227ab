"""Facts from the CRM and the files they came in."""

from sales.models.activities import Activity, ActivityDetail
from sales.models.connections import Connection, ConnectionMapping, Message, SentRecord
from sales.models.imports import ImportRun, MappingProfile, Rejection
from sales.models.leads import Lead, LeadAssignment, LeadDetail, LeadQuerySet
from sales.models.opportunities import (
    Opportunity,
    OpportunityDetail,
    OpportunityOwner,
    OpportunityQuerySet,
    StageEvent,
)
from sales.models.pipelines import Pipeline, PipelineVersion, Stage, StageNames
from sales.models.staged import (
    StagedActivity,
    StagedAssignment,
    StagedEvent,
    StagedLead,
    StagedOpportunity,
)

__all__ = [
    "Activity",
    "ActivityDetail",
    "Connection",
    "ConnectionMapping",
    "ImportRun",
    "Lead",
    "LeadAssignment",
    "LeadDetail",
    "LeadQuerySet",
    "MappingProfile",
    "Message",
    "Opportunity",
    "OpportunityDetail",
    "OpportunityOwner",
    "OpportunityQuerySet",
    "Pipeline",
    "PipelineVersion",
    "Rejection",
    "SentRecord",
    "Stage",
    "StageEvent",
    "StageNames",
    "StagedActivity",
    "StagedAssignment",
    "StagedEvent",
    "StagedLead",
    "StagedOpportunity",
]
