"""Files about leads, their way in, and what is believed afterwards."""

from typing import Any

from sales.importing.mapping import guess
from sales.models import ActivityDetail, ImportRun, LeadAssignment, LeadDetail
from teams.models import Organisation
from tests.sales import crm
from tests.sales.crm import local

LEADS = "Id,Name,Inbound At,Closed At,Closing Reason"
ASSIGNMENTS = "Lead,Owner,At"
ACTIVITIES = "Id,Activity,At,Lead,Opportunity,By"
AT = "2024-03-04T09:00+01:00"


def said_by(kind: str, header: str) -> dict[str, Any]:
    """A mapping of the kind as its columns' names suggest it."""
    guessed = guess(kind, header.split(","))
    return {
        "kind": kind, "columns": guessed.columns, "pipeline_stages": (), "stages": {}, "entered": {}
    }  # fmt: skip


def kind_of(header: str) -> str:
    names = header.split(",")
    if "Activity" in names:
        return "activities"
    return "leads" if "Inbound At" in names else "lead_assignments"


def received(organisation: Organisation, header: str, *rows: str, **said: Any) -> ImportRun:
    return crm.received(organisation, header, *rows, **said_by(kind_of(header), header), **said)


def planned(organisation: Organisation, header: str, *rows: str, **said: Any) -> ImportRun:
    return crm.planned(organisation, header, *rows, **said_by(kind_of(header), header), **said)


def imported(organisation: Organisation, header: str, *rows: str, **said: Any) -> ImportRun:
    return crm.imported(organisation, header, *rows, **said_by(kind_of(header), header), **said)


def lead(organisation: Organisation, external_id: str) -> LeadDetail:
    return LeadDetail.objects.in_force().get(
        lead__organisation=organisation, lead__external_id=external_id
    )


def holders(organisation: Organisation, external_id: str) -> list[tuple[str, str, str]]:
    """(who, from, until) of the assignments believed now, in local time."""
    found = LeadAssignment.objects.in_force().filter(
        lead__organisation=organisation, lead__external_id=external_id
    )
    return [
        (
            each.person.name if each.person else "nobody",
            local(organisation, each.from_at),
            local(organisation, each.to_at) if each.to_at else "",
        )
        for each in found.select_related("person").order_by("from_at")
    ]


def activity(organisation: Organisation, external_id: str) -> ActivityDetail:
    return ActivityDetail.objects.in_force().get(
        activity__organisation=organisation, activity__external_id=external_id
    )
