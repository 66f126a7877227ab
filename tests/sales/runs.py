"""Runs made from CSV text, as an admin or a script would make them."""

from typing import Any

from sales.importing.committing import commit
from sales.importing.mapping import from_toml
from sales.importing.planning import plan
from sales.importing.receiving import receive, set_mapping
from sales.models import (
    ImportRun,
    Opportunity,
    OpportunityDetail,
    OpportunityOwner,
    StageEvent,
)
from teams.models import Organisation

FACTS = (OpportunityDetail, OpportunityOwner, StageEvent)
NOT_SAID = {"id", "opportunity_id", "recorded_at", "recorded_by_id", "voided_at", "voided_by_id"}

DEALS = """
kind = "opportunities"
source = "crm"
[dates]
format = "iso"
[columns]
id = "id"
name = "name"
amount = "amount"
owner = "owner"
stage = "stage"
created_at = "created"
closed_at = "closed"
[pipeline]
name = "Sales"
stages = ["First contact", "Qualified", "Proposal"]
[stages]
Won = "won"
Lost = "lost"
Gone = "ignore"
[entered]
"First contact" = "contacted"
"""
DEALS_HEADER = "id,name,amount,owner,stage,created,contacted,closed"

LOG = """
kind = "stage_events"
source = "crm"
[dates]
format = "iso"
[columns]
id = "case"
stage = "activity"
at = "at"
[pipeline]
name = "Sales"
stages = ["First contact", "Qualified", "Proposal"]
[stages]
Won = "won"
Lost = "lost"
"""
LOG_HEADER = "case,activity,at"


def deals(*rows: str) -> str:
    return "\n".join([DEALS_HEADER, *rows])


def log(*rows: str) -> str:
    return "\n".join([LOG_HEADER, *rows])


def planned(
    organisation: Organisation, text: str | bytes, mapping: str = DEALS, **fields: Any
) -> ImportRun:
    """A run that was checked, whether it can be committed or not."""
    said = from_toml(mapping)
    content = text if isinstance(text, bytes) else text.encode()
    run = receive(organisation, kind=said.kind, name="deals.csv", chunks=[content])
    for name, value in fields.items():
        setattr(run, name, value)
    run.save()
    set_mapping(run, said)
    plan(run)
    return run


def imported(
    organisation: Organisation, text: str | bytes, mapping: str = DEALS, **fields: Any
) -> ImportRun:
    run = planned(organisation, text, mapping, **fields)
    commit(run)
    return run


def counts(run: ImportRun) -> tuple[int, int, int]:
    return run.created, run.updated, run.unchanged


def facts(organisation: Organisation) -> set[tuple[Any, ...]]:
    """All that is believed now, without keys and without when it was learned."""
    return {
        (model.__name__, fact["opportunity__external_id"], *sorted(_said(fact).items(), key=str))
        for model in FACTS
        for fact in model.objects.in_force()
        .filter(organisation=organisation)
        .values("opportunity__external_id", *_columns(model))
    }


def _said(fact: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in fact.items()}


def _columns(model: Any) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields if f.attname not in NOT_SAID]


def every_row() -> dict[tuple[str, int], dict[str, Any]]:
    """Each stored fact by table and key, with all its columns."""
    return {(model.__name__, row["id"]): row for model in FACTS for row in model.objects.values()}


def opportunities(organisation: Organisation) -> list[str]:
    found = Opportunity.objects.filter(organisation=organisation)
    return sorted(found.values_list("external_id", flat=True))
