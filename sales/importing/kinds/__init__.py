"""The kinds of files that can be imported, each in a module of its own."""

from sales.importing.kinds import opportunities
from sales.importing.kinds.handling import Handling
from sales.importing.vocabulary import OPPORTUNITIES, STAGE_EVENTS
from sales.models import ImportRun

HANDLING = {
    OPPORTUNITIES: opportunities.HANDLING,
    STAGE_EVENTS: opportunities.HANDLING,
}


def handling_of(run: ImportRun) -> Handling:
    return HANDLING[run.kind]
