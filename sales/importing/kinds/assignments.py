"""Lead assignments: in each row that a lead was given to somebody, or back to nobody, and when."""

from collections.abc import Iterable
from collections.abc import Set as AnySet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from sales.importing.checking import Checker, Step
from sales.importing.kinds.copying import (
    Copied,
    first_counts,
    history_of,
    known,
    looked_up,
    refused,
    reject,
    text_of,
)
from sales.importing.kinds.details import void
from sales.importing.kinds.handling import About, Batch, Counts, Handling, outcomes_by
from sales.importing.kinds.leads import announce
from sales.importing.mapping import Mapping
from sales.models import ImportRun, Lead, LeadAssignment, LeadDetail, StagedAssignment

TABLE = StagedAssignment._meta.db_table
COUNT_VALUES = f"ANALYZE {TABLE} (run_id, id, external_id, lead)"
REJECT_REPEATED = first_counts(
    TABLE, by="external_id", said="external_id", among="external_id <> ''"
)
REJECT_AT_ONCE = first_counts(TABLE, by="lead, at", said="lead")
REJECT_UNKNOWN = refused(TABLE, where=f"{known('lead', 'lead_id')} IS NULL", said="s.lead")

DROP = "DROP TABLE IF EXISTS batch, held, fate, replaced, moved"

BATCH = f"""
CREATE TEMP TABLE batch ON COMMIT DROP AS
SELECT s.*, COALESCE(s.person_id, placed.person) AS holder_id, l.id AS lead_id
FROM sales_stagedassignment s
JOIN {looked_up(Lead, "s.lead")} l ON TRUE
LEFT JOIN unnest(%(names)s::text[], %(people)s::bigint[]) AS placed (name, person)
    ON s.person_id IS NULL AND placed.name = s.owner
WHERE s.run_id = %(run)s AND s.id > %(after)s AND s.id <= %(until)s"""

HELD = f"""
CREATE TEMP TABLE held ON COMMIT DROP AS
SELECT h.id, h.lead_id, h.external_id AS slot, h.person_id, h.from_at, h.to_at
FROM (SELECT DISTINCT lead_id FROM batch) b
JOIN {history_of(LeadAssignment, "lead_id")} h ON h.voided_at IS NULL"""

KNOW = "ANALYZE batch (id, lead_id), held (lead_id)"

SAME_SLOT = "b.external_id <> '' AND h.slot = b.external_id"
FATE = f"""
CREATE TEMP TABLE fate ON COMMIT DROP AS
SELECT DISTINCT ON (b.id) b.id AS staged_id, b.lead_id, b.external_id AS slot, b.holder_id, b.at,
       h.id AS held_id,
       COALESCE(h.from_at = b.at AND h.person_id IS NOT DISTINCT FROM b.holder_id
           AND NOT (b.holder_id IS NULL AND b.owner <> '')
           AND (b.external_id = '' OR h.slot = b.external_id), FALSE) AS same
FROM batch b LEFT JOIN held h ON h.lead_id = b.lead_id AND (({SAME_SLOT}) OR h.from_at = b.at)
ORDER BY b.id, COALESCE({SAME_SLOT}, FALSE) DESC"""
"""An assignment is known already, corrects the one of the same id or instant, or is new."""

REPLACED = """
CREATE TEMP TABLE replaced ON COMMIT DROP AS
SELECT held_id AS id FROM fate WHERE held_id IS NOT NULL AND NOT same
UNION SELECT h.id FROM held h JOIN fate f ON f.lead_id = h.lead_id AND f.at = h.from_at
WHERE NOT f.same"""

MOVED = """
CREATE TEMP TABLE moved ON COMMIT DROP AS
SELECT * FROM (
    SELECT every.*, lead(at) OVER (PARTITION BY lead_id ORDER BY at) AS until
    FROM (SELECT h.id AS held_id, h.lead_id, h.slot, h.person_id, h.from_at AS at, h.to_at
          FROM held h WHERE h.id NOT IN (SELECT id FROM replaced)
          UNION ALL
          SELECT NULL, f.lead_id, f.slot, f.holder_id, f.at, NULL FROM fate f WHERE NOT f.same
         ) every
    WHERE lead_id IN (SELECT lead_id FROM fate WHERE NOT same)) target
WHERE held_id IS NULL OR until IS DISTINCT FROM to_at"""
"""Each holds until the next, so that a new one also ends the one before it."""

COUNT = """
SELECT count(*) FILTER (WHERE NOT same AND held_id IS NULL),
       count(*) FILTER (WHERE NOT same AND held_id IS NOT NULL), count(*) FILTER (WHERE same)
FROM fate"""

OUTCOMES = """
SELECT b.line, CASE WHEN f.same THEN 'unchanged' WHEN f.held_id IS NULL THEN 'created'
                    ELSE 'updated' END
FROM batch b JOIN fate f ON f.staged_id = b.id"""

SAMPLE = """
SELECT b.lead, CASE WHEN f.same THEN 'unchanged' WHEN f.held_id IS NULL THEN 'created'
                    ELSE 'updated' END,
       json_build_object('owner', b.owner, 'at', b.at)
FROM batch b JOIN fate f ON f.staged_id = b.id ORDER BY f.same, b.id LIMIT %s"""

VOID = void(
    LeadAssignment,
    "SELECT id FROM replaced UNION SELECT held_id FROM moved WHERE held_id IS NOT NULL",
)
APPEND = """
INSERT INTO sales_leadassignment (organisation_id, lead_id, external_id, person_id, from_at, to_at,
    recorded_at, recorded_by_id)
SELECT %(organisation)s, m.lead_id, m.slot, m.person_id, m.at, m.until, %(now)s, %(run)s
FROM moved m"""
CHANGED = "SELECT DISTINCT lead_id FROM fate WHERE NOT same"


@dataclass(slots=True)
class AssignmentRow:
    external_id: str = ""
    lead: str = ""
    at: datetime | None = None
    owner: str = ""
    person: int | None = None
    ignored: bool = False

    def cells(self) -> tuple[Any, ...]:
        """As they are staged."""
        return self.external_id, self.lead, text_of(self.at), self.owner, self.person


class AssignmentChecker(Checker[AssignmentRow]):
    def empty(self) -> AssignmentRow:
        return AssignmentRow()

    def steps(self) -> Iterable[tuple[Step[AssignmentRow], AnySet[str]]]:
        return (
            (self._identity, {"lead"}),
            (self._when, {"at"}),
            (self._owner, {"owner"}),
        )

    def _identity(self, row: AssignmentRow, cells: list[str]) -> None:
        row.lead = self.fields.required("lead", cells)
        row.external_id = self.fields.text("event_id", cells)

    def _when(self, row: AssignmentRow, cells: list[str]) -> None:
        row.at = self.required_past("at", cells).at

    def _owner(self, row: AssignmentRow, cells: list[str]) -> None:
        row.owner, row.person = self.owner(cells)


def settle(run: ImportRun, mapping: Mapping) -> None:
    """A lead is given to one person at an instant; of an id that stands twice the first counts."""
    columns = mapping.columns
    if "event_id" in columns:
        reject(REJECT_REPEATED, run=run.pk, column=columns["event_id"], code="duplicate_id")
    reject(REJECT_AT_ONCE, run=run.pk, column=columns["lead"], code="assigned_twice")
    where = {"organisation": run.organisation_id, "source": mapping.source}
    reject(REJECT_UNKNOWN, run=run.pk, column=columns["lead"], code="unknown_lead", **where)


def rows(run: ImportRun) -> Copied:
    columns = "external_id, lead, at, owner, person_id"
    return Copied(run.pk, StagedAssignment, columns, AssignmentRow.cells)


def compare(batch: Batch) -> None:
    with connection.cursor() as cursor:
        for statement in (DROP, BATCH, HELD, KNOW, FATE, REPLACED, MOVED):
            cursor.execute(statement, batch.told())


def count(batch: Batch) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        created, updated, unchanged = cursor.fetchone()
        return created, updated, unchanged


def sample(limit: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE, [limit])
        names = ("id", "outcome", "shown")
        return [dict(zip(names, row, strict=True)) for row in cursor]


def outcomes(batch: Batch) -> dict[int, str]:
    return outcomes_by(OUTCOMES)


def write(batch: Batch) -> list[int]:
    with connection.cursor() as cursor:
        for statement in (VOID, APPEND):
            cursor.execute(statement, batch.told())
        cursor.execute(CHANGED)
        return [row[0] for row in cursor]


HANDLING = Handling(
    staged=(StagedAssignment,),
    facts=(LeadAssignment,),
    key="lead",
    about=(
        About(fact=LeadAssignment, key="lead", told="lead"),
        About(fact=LeadDetail, key="lead", told="lead"),
    ),
    checker=AssignmentChecker,
    rows=rows,
    know=COUNT_VALUES,
    settle=settle,
    compare=compare,
    count=count,
    sample=sample,
    outcomes=outcomes,
    write=write,
    announce=announce,
)
