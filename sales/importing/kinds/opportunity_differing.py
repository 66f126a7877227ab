"""What a batch of staged opportunities would change: the one comparison behind preview and commit.

``compare`` fills temporary tables that live until the end of the transaction.
"""

from typing import Any

from django.db import connection

from sales.importing.kinds.copying import history_of, looked_up
from sales.importing.kinds.details import COUNT, compare_details
from sales.importing.kinds.handling import Batch, Counts
from sales.importing.mapping import Mapping
from sales.importing.stories import CLOSED, NOT_BEGUN, SEEN, entered_slot
from sales.importing.vocabulary import STAGE_EVENTS
from sales.models import Opportunity, OpportunityDetail, OpportunityOwner, StageEvent

DETAILS = {
    "name": "''", "account": "''", "product": "''", "amount": "NULL", "currency": "''",
    "created_at": "NULL", "is_test": "FALSE", "deleted": "FALSE",
    "merged_into": "''",
}  # fmt: skip
"""Columns of a detail, with what an unmapped one begins as."""

BATCH = f"""
CREATE TEMP TABLE batch ON COMMIT DROP AS
SELECT s.*, COALESCE(s.person_id, placed.person) AS owner_id, o.id AS opportunity_id
FROM sales_stagedopportunity s
LEFT JOIN unnest(%(names)s::text[], %(people)s::bigint[]) AS placed (name, person)
    ON s.person_id IS NULL AND placed.name = s.owner
LEFT JOIN {looked_up(Opportunity, "s.external_id")} o ON TRUE
WHERE s.run_id = %(run)s AND s.id > %(after)s AND s.id <= %(until)s"""

OWNER = f"""
CREATE TEMP TABLE owner_change ON COMMIT DROP AS
SELECT b.id AS staged_id, w.id AS old_id, w.person_id AS old_person, w.from_at
FROM batch b LEFT JOIN {history_of(OpportunityOwner, "opportunity_id")} w
    ON w.voided_at IS NULL AND w.to_at IS NULL
WHERE %(maps_owner)s AND (w.person_id IS DISTINCT FROM b.owner_id
    OR (b.owner_id IS NULL AND b.owner <> ''))"""

HELD = f"""
CREATE TEMP TABLE held ON COMMIT DROP AS
SELECT b.id AS staged_id, v.id, v.seq, v.external_id AS slot, v.kind, v.from_pos, v.to_pos,
       v.stage_id, stage.name AS stage, v.reason, v.at, v.seen,
       row_number() OVER (PARTITION BY b.id ORDER BY v.at DESC, v.seq DESC) = 1 AS is_newest
FROM batch b JOIN {history_of(StageEvent, "opportunity_id")} v ON v.voided_at IS NULL
LEFT JOIN sales_stage stage ON stage.id = v.stage_id"""

SAID = """
CREATE TEMP TABLE said ON COMMIT DROP AS
SELECT b.id AS staged_id, {said},
       CASE WHEN e.kind = 'open' THEN (%(stages)s::text[])[e.position] END AS stage
FROM batch b JOIN sales_stagedevent e ON e.run_id = b.run_id AND e.external_id = b.external_id"""

SAID_BY_ROWS = SAID.format(
    said="e.id, e.slot, e.kind, e.position, e.reason, e.at, TRUE AS gives_details, 1 AS times"
)
SAID_BY_LOG = (
    SAID.format(
        said="min(e.id) AS id, e.slot, e.kind, e.position, max(e.reason) AS reason, e.at, "
        "bool_or(e.line = b.line) AS gives_details, count(*) AS times"
    )
    + " GROUP BY b.id, e.slot, e.kind, e.position, e.at"
)
"""A row twice in a log says one thing."""

ALIKE = "h.kind = s.kind AND h.at = s.at AND h.stage IS NOT DISTINCT FROM s.stage"
"""By the stage's name: an event keeps the position its stage had in the pipeline of its time."""

SAME_SLOT = f"""s.slot <> '' AND h.slot = s.slot
    AND (%(is_log)s OR s.slot <> '{CLOSED}' OR h.is_newest)"""
"""A close that was followed by something is history; another close is another event then."""

FATE = f"""
CREATE TEMP TABLE fate ON COMMIT DROP AS
SELECT DISTINCT ON (s.id) s.*, h.id AS held_id,
       COALESCE({ALIKE} AND h.reason = s.reason, FALSE) AS same
FROM said s LEFT JOIN held h ON h.staged_id = s.staged_id AND (({SAME_SLOT})
    OR ({ALIKE} AND NOT (%(is_log)s AND s.slot <> '' AND h.slot <> '' AND h.slot <> s.slot)))
WHERE s.at IS NOT NULL
ORDER BY s.id, COALESCE({SAME_SLOT}, FALSE) DESC, h.seq"""
"""A dated event is known already, corrects the one its slot held, or is new."""

GONE = f"""
CREATE TEMP TABLE gone ON COMMIT DROP AS
SELECT h.staged_id, h.id AS held_id FROM held h
JOIN (SELECT staged_id, min(at) FILTER (WHERE slot = '{CLOSED}') AS closed_at,
             bool_or(slot = '{NOT_BEGUN}') AS not_begun, array_agg(slot) AS slots
      FROM said GROUP BY staged_id) told USING (staged_id)
LEFT JOIN fate f ON f.held_id = h.id
WHERE NOT %(is_log)s AND f.held_id IS NULL AND (
    (h.slot = '{SEEN}' AND h.at >= closed_at)
    OR (not_begun AND h.slot IN ('{SEEN}', '{CLOSED}'))
    OR (h.slot = ANY(%(entered)s) AND NOT h.slot = ANY(slots)))"""
"""What a row for each opportunity no longer says: a date that is empty now, what was only seen to
be so after the close it states now, anything where nothing has begun."""

TOUCHED = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT staged_id FROM fate WHERE NOT same UNION SELECT staged_id FROM gone
UNION SELECT s.staged_id FROM said s LEFT JOIN held h ON h.staged_id = s.staged_id AND h.is_newest
      WHERE s.at IS NULL AND s.position IS NOT NULL
      AND NOT (h.kind IS NOT DISTINCT FROM 'open' AND h.stage IS NOT DISTINCT FROM s.stage)"""

TARGET = """
CREATE TEMP TABLE target ON COMMIT DROP AS
WITH base AS (SELECT staged_id, max(seq) AS seq FROM held GROUP BY staged_id),
dated AS (
    SELECT h.staged_id, h.id AS held_id, h.seq, h.slot, h.kind, h.from_pos, h.to_pos, h.stage,
           h.reason, h.at, h.seen
    FROM held h JOIN touched USING (staged_id)
    WHERE h.id NOT IN (SELECT held_id FROM fate WHERE held_id IS NOT NULL AND NOT same
                       UNION ALL SELECT held_id FROM gone)
    UNION ALL
    SELECT f.staged_id, NULL,
           (COALESCE(base.seq, 0) + row_number() OVER (
                PARTITION BY f.staged_id ORDER BY f.at, f.id * %(way)s))::int,
           f.slot, f.kind, NULL, f.position, f.stage, f.reason, f.at, FALSE
    FROM fate f LEFT JOIN base USING (staged_id) WHERE NOT f.same
), newest AS (
    SELECT DISTINCT ON (staged_id) * FROM dated ORDER BY staged_id, at DESC, seq DESC
), seen AS (
    SELECT s.staged_id, NULL::bigint, (COALESCE(top.seq, 0) + 1)::int, s.slot, s.kind,
           NULL::smallint, s.position, s.stage, s.reason, %(now)s::timestamptz, TRUE
    FROM said s JOIN touched USING (staged_id) LEFT JOIN newest USING (staged_id)
    LEFT JOIN (SELECT staged_id, max(seq) AS seq FROM dated GROUP BY 1) top USING (staged_id)
    WHERE s.at IS NULL AND s.position IS NOT NULL
        AND NOT (newest.kind IS NOT DISTINCT FROM 'open'
                 AND newest.stage IS NOT DISTINCT FROM s.stage)
), every AS (SELECT * FROM dated UNION ALL SELECT * FROM seen)
SELECT every.*, (opened[array_upper(opened, 1)])::smallint AS came_from FROM (
    SELECT every.*, array_agg(to_pos) FILTER (WHERE kind = 'open') OVER (
        PARTITION BY staged_id ORDER BY at, seq
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS opened
    FROM every) every"""
"""The whole story of each touched opportunity as it shall be; ``came_from`` is the last open
position. New events of one instant follow the file's order; a file may begin with the newest."""

MOVED = """
CREATE TEMP TABLE moved ON COMMIT DROP AS
SELECT * FROM target WHERE held_id IS NULL OR from_pos IS DISTINCT FROM came_from"""

CHANGED = """
CREATE TEMP TABLE changed ON COMMIT DROP AS
SELECT staged_id FROM detail_change UNION SELECT staged_id FROM owner_change
UNION SELECT staged_id FROM moved UNION SELECT staged_id FROM gone"""

KNOW_BATCH = "ANALYZE batch (id, opportunity_id, external_id)"
KNOW_CHANGES = "ANALYZE owner_change (staged_id), held (staged_id), said (staged_id)"
"""What the planner must know of; counting every column would take longer than it saves."""

DROP = (
    "DROP TABLE IF EXISTS batch, detail_change, owner_change, held, said, fate, gone, touched, "
    "target, moved, changed"
)

COUNT_EVENTS = """
SELECT COALESCE(sum(times) FILTER (WHERE NOT same AND held_id IS NULL), 0),
       COALESCE(sum(times) FILTER (WHERE NOT same AND held_id IS NOT NULL), 0)
           + count(*) FILTER (WHERE restates),
       COALESCE(sum(times) FILTER (WHERE same), 0) - count(*) FILTER (WHERE restates)
FROM (SELECT fate.*, same AND gives_details
          AND staged_id IN (SELECT staged_id FROM detail_change
                            UNION ALL SELECT staged_id FROM owner_change) AS restates
      FROM fate) fate"""
"""Rows of a log. One whose event is known but which gives new details or another owner counts as
updated."""

OUTCOMES = """
SELECT b.line, CASE WHEN d.staged_id IS NOT NULL THEN 'created'
                    WHEN c.staged_id IS NOT NULL THEN 'updated' ELSE 'unchanged' END
FROM batch b LEFT JOIN changed c ON c.staged_id = b.id
LEFT JOIN detail_change d ON d.staged_id = b.id AND d.old_id IS NULL"""

OUTCOMES_OF_LOG = """
SELECT e.line, CASE WHEN f.same AND NOT (e.line = b.line AND b.id IN (
                             SELECT staged_id FROM detail_change
                             UNION ALL SELECT staged_id FROM owner_change)) THEN 'unchanged'
                    WHEN NOT f.same AND f.held_id IS NULL THEN 'created' ELSE 'updated' END
FROM fate f JOIN batch b ON b.id = f.staged_id
JOIN sales_stagedevent e ON e.run_id = %(run)s AND e.external_id = b.external_id
    AND e.slot = f.slot AND e.kind = f.kind AND e.position IS NOT DISTINCT FROM f.position
    AND e.at = f.at"""
"""A row for each line; several may say one event."""


def compare(batch: Batch) -> None:
    parameters = _told(batch)
    said = SAID_BY_LOG if parameters["is_log"] else SAID_BY_ROWS
    detail = compare_details(OpportunityDetail, "opportunity_id", DETAILS, _mapped(batch.mapping))
    with connection.cursor() as cursor:
        cursor.execute(DROP)
        for statement in (BATCH, KNOW_BATCH, detail, OWNER, HELD, said, KNOW_CHANGES):
            cursor.execute(statement, parameters)
        for statement in (FATE, GONE, TOUCHED, TARGET, MOVED, CHANGED):
            cursor.execute(statement, parameters)


def _told(batch: Batch) -> dict[str, Any]:
    """What the statements take from the run and its mapping."""
    mapping = batch.mapping
    return {
        **batch.told(),
        "maps_owner": "owner" in mapping.columns,
        "stages": list(mapping.pipeline_stages),
        "entered": [entered_slot(stage) for stage in mapping.entered],
        "is_log": mapping.kind == STAGE_EVENTS,
        "way": -1 if batch.run.newest_first else 1,
    }


def _mapped(mapping: Mapping) -> set[str]:
    """The columns of a detail that the file fills; a currency goes with its amount."""
    mapped = set(mapping.columns) - {"currency"}
    return mapped | ({"currency"} if "amount" in mapped else set())


def count_opportunities() -> Counts:
    return _counted(COUNT.format(changed="changed"))


def count_rows_of_log() -> Counts:
    return _counted(COUNT_EVENTS)


def _counted(statement: str) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        created, updated, unchanged = map(int, cursor.fetchone())
        return created, updated, unchanged
