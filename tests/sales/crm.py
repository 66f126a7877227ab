"""Files as a CRM exports them, their way in, and what is believed afterwards."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Q

from sales.importing.committing import commit
from sales.importing.mapping import Mapping, Owners
from sales.importing.planning import plan
from sales.importing.receiving import receive, set_mapping, store
from sales.models import (
    ActivityDetail,
    ImportRun,
    LeadAssignment,
    LeadDetail,
    Opportunity,
    OpportunityDetail,
    OpportunityOwner,
    StageEvent,
)
from teams.models import Organisation
from tests.world import STAGES

COLUMNS = {
    "Id": "id", "Name": "name", "Account": "account", "Product": "product", "Amount": "amount",
    "Currency": "currency", "Owner": "owner", "Stage": "stage", "Created": "created_at",
    "Closed": "closed_at", "Reason": "loss_reason", "Test": "is_test", "Deleted": "deleted",
    "Merged into": "merged_into",
    "At": "at", "Event": "event_id",
}  # fmt: skip
MEANINGS = {
    "Won": "won", "Lost": "lost", "Unfit": "lost/disqualified", "Backlog": "before_first_contact",
    "Template": "ignore",
}  # fmt: skip
FACTS = (
    OpportunityDetail, OpportunityOwner, StageEvent, LeadDetail, LeadAssignment, ActivityDetail,
)  # fmt: skip


def mapping_for(header: str, **said: Any) -> Mapping:
    """A mapping of the columns that are there; “Contacted” and “Proposed” are entries of stages."""
    names = header.split(",")
    is_log = "At" in names
    entered = {"First contact": "Contacted", "Proposal": "Proposed"}
    usual = Mapping(
        kind="stage_events" if is_log else "opportunities",
        columns={COLUMNS[name]: name for name in names if name in COLUMNS},
        entered={} if is_log else {k: v for k, v in entered.items() if v in names},
        pipeline_stages=STAGES,
        stages=MEANINGS,
    )
    return replace(usual, **said)


def received(
    organisation: Organisation,
    header: str,
    *rows: str,
    teams: str = "",
    valid_only: bool = False,
    **said: Any,
) -> ImportRun:
    """A run whose file is stored and mapped. ``teams`` is an owners file: rep,region,team."""
    if teams:
        said["owners"] = Owners(file="teams.csv", owner="rep", teams=("region", "team"))
    mapping = mapping_for(header, **said)
    text = "\n".join([header, *rows]) + "\n"
    run = receive(organisation, kind=mapping.kind, name="export.csv", chunks=[text.encode()])
    run.owners_file = store([teams.encode()])[0] if teams else ""
    run.valid_only = valid_only
    run.save()
    set_mapping(run, mapping)
    return run


def planned(organisation: Organisation, header: str, *rows: str, **said: Any) -> ImportRun:
    run = received(organisation, header, *rows, **said)
    plan(run)
    return run


def imported(organisation: Organisation, header: str, *rows: str, **said: Any) -> ImportRun:
    run = planned(organisation, header, *rows, **said)
    assert run.state == ImportRun.State.PLANNED, run.reasons
    commit(run)
    return run


def counts(run: ImportRun) -> dict[str, int]:
    """What happened to the rows; what happened to none is left out."""
    names = ("created", "updated", "unchanged", "ignored", "rejected")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def rejections(run: ImportRun) -> list[tuple[int, str, str, str]]:
    return list(run.rejections.values_list("line", "column", "value", "code"))


def story(organisation: Organisation, external_id: str) -> list[tuple[str, str, str]]:
    """(kind or stage, local time, reason) of the events believed now, in order."""
    events = StageEvent.objects.in_force().filter(
        opportunity__organisation=organisation, opportunity__external_id=external_id
    )
    return [
        (
            event.stage.name if event.stage else event.kind,
            local(organisation, event.at),
            event.reason,
        )
        for event in events.select_related("stage").order_by("at", "seq")
    ]


def steps(organisation: Organisation, external_id: str) -> list[str]:
    """Only the stages and outcomes of ``story``."""
    return [name for name, _at, _reason in story(organisation, external_id)]


def local(organisation: Organisation, at: datetime) -> str:
    return at.astimezone(organisation.zone).strftime("%Y-%m-%d %H:%M")


def detail(organisation: Organisation, external_id: str) -> OpportunityDetail:
    return OpportunityDetail.objects.in_force().get(
        opportunity__organisation=organisation, opportunity__external_id=external_id
    )


def believed(organisation: Organisation, as_of: datetime | None = None) -> list[tuple[Any, ...]]:
    """Every fact believed, now or at an instant: what it says, not when and by whom."""
    apart = {"id", "recorded_at", "voided_at", "recorded_by_id", "voided_by_id"}
    found = []
    for model in FACTS:
        facts = model.objects.filter(organisation=organisation)
        known = facts.filter(known_at(as_of)) if as_of else facts.in_force()
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in apart]
        rows = known.order_by().values_list(*names)
        found += sorted(((model.__name__, *row) for row in rows), key=repr)
    return found


def known_at(as_of: datetime) -> Q:
    """What was believed at ``as_of``; a row voided exactly then is no longer believed."""
    return Q(recorded_at__lte=as_of) & (Q(voided_at=None) | Q(voided_at__gt=as_of))


def written(organisation: Organisation) -> dict[tuple[str, int], dict[str, Any]]:
    """Every fact ever written, all its columns, by its key."""
    return {
        (model.__name__, row["id"]): row
        for model in FACTS
        for row in model.objects.filter(organisation=organisation).values()
    }


def opportunities_of(organisation: Organisation) -> list[str]:
    found = Opportunity.objects.filter(organisation=organisation)
    return sorted(found.values_list("external_id", flat=True))


def path_of(folder: Path, content: bytes | str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
