"""The CRMs whose payloads are understood, and the mappings a connection to one begins with."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sales.connecting.changes import Reader
from sales.connecting.hubspot import HUBSPOT
from sales.connecting.salesforce import SALESFORCE
from sales.importing.mapping import Mapping, from_toml
from sales.importing.pipelines import last_mapping, stage_change
from sales.importing.vocabulary import (
    ACTIVITIES,
    LEAD_ASSIGNMENTS,
    LEADS,
    STAGE_EVENTS,
    TARGETS,
    WITH_STAGES,
)
from sales.models import Connection
from teams.models import Organisation

READERS: dict[str, Reader] = {
    Connection.Format.HUBSPOT: HUBSPOT,
    Connection.Format.SALESFORCE: SALESFORCE,
}
ORDER = (STAGE_EVENTS, LEADS, LEAD_ASSIGNMENTS, ACTIVITIES)
"""What is named before what names it."""

DEFAULTS = Path(__file__).parent / "defaults"


def drafts(organisation: Organisation, sender: str, source: str) -> Iterator[Mapping]:
    """The mappings to begin with, by the pipeline that files from the same source made. Where there
    are none, a pipeline in use with other stages is another CRM's."""
    made = READERS[sender].kinds.values()
    for kind in (kind for kind in ORDER if any(kind in kinds for kinds in made)):
        text = (DEFAULTS / f"{sender}_{kind}.toml").read_text(encoding="utf-8")
        mapping = replace(from_toml(text), source=source)
        named = str(Connection.Format(sender).label)
        yield _as_before(organisation, mapping, named) if kind in WITH_STAGES else mapping


def _as_before(organisation: Organisation, mapping: Mapping, named: str) -> Mapping:
    before = last_mapping(organisation, mapping.source)
    if before is None:
        clash = stage_change(organisation, mapping)
        return replace(mapping, pipeline=named) if clash else mapping
    known = {*TARGETS, *before.pipeline_stages}
    kept = {value: target for value, target in mapping.stages.items() if target in known}
    return replace(
        mapping,
        pipeline=before.pipeline,
        pipeline_stages=before.pipeline_stages,
        stages={**kept, **before.stages},
        disqualified_reasons=before.disqualified_reasons,
    )
