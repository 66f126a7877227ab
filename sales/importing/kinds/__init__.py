"""The kinds of files that can be imported, each in a module of its own."""

from sales.importing.kinds import activities, assignments, leads, opportunities
from sales.importing.kinds.handling import Handling
from sales.importing.vocabulary import (
    ACTIVITIES,
    LEAD_ASSIGNMENTS,
    LEADS,
    OPPORTUNITIES,
    STAGE_EVENTS,
)
from sales.models import ImportRun

HANDLING = {
    OPPORTUNITIES: opportunities.HANDLING,
    STAGE_EVENTS: opportunities.HANDLING,
    LEADS: leads.HANDLING,
    LEAD_ASSIGNMENTS: assignments.HANDLING,
    ACTIVITIES: activities.HANDLING,
}


def handling_of(run: ImportRun) -> Handling:
    return HANDLING[run.kind]
