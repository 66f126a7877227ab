"""Opportunities: in a file with a row for each, and in a log of their stage events."""

from typing import Any

from django.db import connection

from sales.importing.kinds.details import append_details, make_identities, void, void_details
from sales.importing.kinds.handling import About, Batch, Counts, Handling, outcomes_by
from sales.importing.kinds.opportunity_differing import (
    DETAILS,
    OUTCOMES,
    OUTCOMES_OF_LOG,
    compare,
    count_opportunities,
    count_rows_of_log,
)
from sales.importing.kinds.opportunity_rows import OpportunityChecker
from sales.importing.kinds.opportunity_staging import COUNT_VALUES, OpportunityRows, settle
from sales.importing.mapping import CORRECTION
from sales.importing.vocabulary import STAGE_EVENTS
from sales.models import (
    ActivityDetail,
    ImportRun,
    Opportunity,
    OpportunityDetail,
    OpportunityOwner,
    StagedEvent,
    StagedOpportunity,
    StageEvent,
)
from sales.signals import opportunities_changed
from teams.models import Organisation
from teams.recorded import BEGINNING

KEY = "opportunity_id"

OWNER_ENDS = """
INSERT INTO sales_opportunityowner (organisation_id, opportunity_id, person_id, from_at, to_at,
    recorded_at, recorded_by_id)
SELECT %(organisation)s, b.opportunity_id, c.old_person, c.from_at, %(now)s, %(now)s, %(run)s
FROM owner_change c JOIN batch b ON b.id = c.staged_id
WHERE c.old_id IS NOT NULL AND c.from_at < %(now)s AND NOT %(correcting)s"""

OWNER_BEGINS = """
INSERT INTO sales_opportunityowner (organisation_id, opportunity_id, person_id, from_at,
    recorded_at, recorded_by_id)
SELECT %(organisation)s, b.opportunity_id, b.owner_id,
       CASE WHEN %(correcting)s OR (
                SELECT w.id FROM sales_opportunityowner w
                WHERE w.opportunity_id = b.opportunity_id AND w.voided_at IS NULL LIMIT 1) IS NULL
            THEN %(beginning)s ELSE %(now)s END, %(now)s, %(run)s
FROM owner_change c JOIN batch b ON b.id = c.staged_id WHERE b.owner_id IS NOT NULL"""

EVENTS = """
INSERT INTO sales_stageevent (organisation_id, opportunity_id, seq, external_id, kind, from_pos,
    to_pos, stage_id, reason, at, seen, recorded_at, recorded_by_id)
SELECT %(organisation)s, b.opportunity_id, m.seq, m.slot, m.kind, m.came_from, m.to_pos,
       COALESCE(h.stage_id, stage.id), m.reason, m.at, m.seen, %(now)s, %(run)s
FROM moved m JOIN batch b ON b.id = m.staged_id LEFT JOIN held h ON h.id = m.held_id
LEFT JOIN sales_stage stage ON stage.version_id = %(version)s AND stage.position = m.to_pos
    AND m.kind = 'open'"""

VOID_OWNERS = void(OpportunityOwner, "SELECT old_id FROM owner_change WHERE old_id IS NOT NULL")
VOID_EARLIER_OWNERS = void(
    OpportunityOwner,
    "SELECT w.id FROM owner_change c JOIN batch b ON b.id = c.staged_id"
    " JOIN sales_opportunityowner w ON w.opportunity_id = b.opportunity_id"
    " WHERE w.voided_at IS NULL AND %(correcting)s",
)
VOID_EVENTS = void(
    StageEvent,
    "SELECT held_id FROM moved WHERE held_id IS NOT NULL"
    " UNION SELECT held_id FROM fate WHERE held_id IS NOT NULL AND NOT same"
    " UNION SELECT held_id FROM gone",
)

STATEMENTS = (
    make_identities(Opportunity, KEY, {"pipeline_id": "%(pipeline)s"}),
    *(void_details(OpportunityDetail), append_details(OpportunityDetail, KEY, DETAILS)),
    *(VOID_OWNERS, VOID_EARLIER_OWNERS, OWNER_ENDS, OWNER_BEGINS),
    *(VOID_EVENTS, EVENTS),
)
"""In this order: what is appended takes the place of what was voided before it."""

CHANGED = "SELECT b.opportunity_id FROM changed c JOIN batch b ON b.id = c.staged_id"

SAMPLED = """
SELECT b.external_id, COALESCE(NULLIF(b.name, ''), b.account), b.amount, b.currency,
       b.owner, CASE WHEN d.staged_id IS NOT NULL THEN 'created'
                     WHEN c.staged_id IS NOT NULL THEN 'updated' ELSE 'unchanged' END,
       (SELECT json_agg(json_build_object('kind', s.kind, 'position', s.position, 'at', s.at)
                        ORDER BY s.id)
        FROM said s WHERE s.staged_id = b.id AND (s.kind <> 'open' OR s.position IS NOT NULL)
            AND NOT (s.at IS NULL AND EXISTS (
                SELECT 1 FROM said o WHERE o.staged_id = s.staged_id AND o.at IS NOT NULL
                    AND o.kind = s.kind AND o.position = s.position)))
FROM batch b LEFT JOIN changed c ON c.staged_id = b.id
LEFT JOIN detail_change d ON d.staged_id = b.id AND d.old_id IS NULL
ORDER BY (c.staged_id IS NULL), b.id LIMIT %s"""
"""Changed ones first. Where a stage stands with its date, that it is the current one goes
without saying."""


def count(batch: Batch) -> Counts:
    """Opportunities, or in a log its rows."""
    is_log = batch.mapping.kind == STAGE_EVENTS
    return count_rows_of_log() if is_log else count_opportunities()


def sample(limit: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(SAMPLED, [limit])
        names = ("id", "name", "amount", "currency", "owner", "outcome", "events")
        return [dict(zip(names, row, strict=True)) for row in cursor]


def outcomes(batch: Batch) -> dict[int, str]:
    is_log = batch.mapping.kind == STAGE_EVENTS
    return outcomes_by(OUTCOMES_OF_LOG if is_log else OUTCOMES, batch.told())


def write(batch: Batch) -> list[int]:
    """Void and append what ``compare`` found; the ids of changed opportunities."""
    assert batch.version is not None  # noqa: S101  # Who commits opens one for kinds with stages.
    parameters = {
        **batch.told(),
        "pipeline": batch.version.pipeline_id,
        "version": batch.version.pk,
        "beginning": BEGINNING,
        "correcting": batch.mapping.owner_change == CORRECTION,
    }
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, parameters)
        cursor.execute(CHANGED)
        return [row[0] for row in cursor]


def announce(organisation: Organisation, changed: list[int]) -> None:
    opportunities_changed.send(sender=ImportRun, organisation=organisation, opportunities=changed)


FACTS = (OpportunityDetail, OpportunityOwner, StageEvent)
HANDLING = Handling(
    staged=(StagedOpportunity, StagedEvent),
    facts=FACTS,
    key="opportunity",
    built_on=(ActivityDetail,),
    about=tuple(About(fact=fact, key="opportunity", told="external_id") for fact in FACTS),
    checker=OpportunityChecker,
    rows=OpportunityRows,
    know=COUNT_VALUES,
    settle=settle,
    compare=compare,
    count=count,
    sample=sample,
    outcomes=outcomes,
    write=write,
    announce=announce,
)
