"""What a batch of staged rows would change: the one comparison behind preview and commit.

``compare`` fills temporary tables that live until the end of the transaction; ``committing``
writes what they hold, ``planning`` only counts them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from sales.importing.mapping import Mapping
from sales.models import ImportRun

DETAILS = {
    "name": "''", "account": "''", "product": "''", "amount": "NULL", "currency": "''",
    "created_at": "NULL", "is_test": "FALSE", "deleted": "FALSE",
}  # fmt: skip
"""Columns of a detail, with what an unmapped one begins as."""

BATCH = """
CREATE TEMP TABLE batch ON COMMIT DROP AS
SELECT s.*, o.id AS opportunity_id
FROM sales_stagedopportunity s
LEFT JOIN sales_opportunity o ON o.organisation_id = %(organisation)s
    AND o.source = %(source)s AND o.external_id = s.external_id
WHERE s.run_id = %(run)s AND s.id > %(after)s AND s.id <= %(until)s"""

DETAIL = """
CREATE TEMP TABLE detail_change ON COMMIT DROP AS
SELECT b.id AS staged_id, d.id AS old_id, {columns}
FROM batch b LEFT JOIN sales_opportunitydetail d
    ON d.opportunity_id = b.opportunity_id AND d.voided_at IS NULL
WHERE d.id IS NULL OR ({old}) IS DISTINCT FROM ({new})"""

OWNER = """
CREATE TEMP TABLE owner_change ON COMMIT DROP AS
SELECT b.id AS staged_id, w.id AS old_id, w.person_id AS old_person, w.from_at, b.person_id, b.owner
FROM batch b LEFT JOIN sales_opportunityowner w
    ON w.opportunity_id = b.opportunity_id AND w.voided_at IS NULL AND w.to_at IS NULL
WHERE %(maps_owner)s AND (w.person_id IS DISTINCT FROM b.person_id
    OR (b.person_id IS NULL AND b.owner <> ''))"""

HELD = """
CREATE TEMP TABLE held ON COMMIT DROP AS
SELECT b.id AS staged_id, v.id, v.seq, v.external_id AS slot, v.kind, v.from_pos, v.to_pos,
       v.stage_id, v.reason, v.at
FROM batch b JOIN sales_stageevent v ON v.opportunity_id = b.opportunity_id
WHERE v.voided_at IS NULL"""

SAID = """
CREATE TEMP TABLE said ON COMMIT DROP AS
SELECT b.id AS staged_id, min(e.id) AS id, e.slot, e.kind, e.position, max(e.reason) AS reason,
       e.at, min(e.line) AS line, count(*) AS times
FROM batch b JOIN sales_stagedevent e ON e.run_id = b.run_id AND e.external_id = b.external_id
GROUP BY b.id, e.slot, e.kind, e.position, e.at"""

FATE = """
CREATE TEMP TABLE fate ON COMMIT DROP AS
SELECT s.*, h.id AS held_id,
       h.id IS NOT NULL AND h.kind = s.kind AND h.at = s.at AND h.reason = s.reason
       AND h.to_pos IS NOT DISTINCT FROM s.position AS same
FROM said s LEFT JOIN LATERAL (
    SELECT h.* FROM held h WHERE h.staged_id = s.staged_id
      AND ((h.kind = s.kind AND h.at = s.at AND h.to_pos IS NOT DISTINCT FROM s.position)
           OR (s.slot <> '' AND h.slot = s.slot))
    ORDER BY (h.kind = s.kind AND h.at = s.at AND h.to_pos IS NOT DISTINCT FROM s.position) DESC,
             h.seq
    LIMIT 1) h ON TRUE
WHERE s.at IS NOT NULL"""
"""A dated event is known already, corrects the one its slot held, or is new."""

TARGET = """
CREATE TEMP TABLE target ON COMMIT DROP AS
WITH base AS (SELECT staged_id, max(seq) AS seq FROM held GROUP BY staged_id),
dated AS (
    SELECT h.staged_id, h.id AS held_id, h.seq, h.slot, h.kind, h.from_pos, h.to_pos, h.reason,
           h.at
    FROM held h
    WHERE h.id NOT IN (SELECT held_id FROM fate WHERE held_id IS NOT NULL AND NOT same)
    UNION ALL
    SELECT f.staged_id, NULL,
           (COALESCE(base.seq, 0)
            + row_number() OVER (PARTITION BY f.staged_id ORDER BY f.id))::int,
           f.slot, f.kind, NULL, f.position, f.reason, f.at
    FROM fate f LEFT JOIN base USING (staged_id) WHERE NOT f.same
), newest AS (
    SELECT DISTINCT ON (staged_id) * FROM dated ORDER BY staged_id, at DESC, seq DESC
), seen AS (
    SELECT s.staged_id, NULL::bigint, (COALESCE(top.seq, 0) + 1)::int, s.slot, s.kind,
           NULL::smallint, s.position, s.reason, %(now)s::timestamptz
    FROM said s LEFT JOIN newest ON newest.staged_id = s.staged_id
    LEFT JOIN (SELECT staged_id, max(seq) AS seq FROM dated GROUP BY 1) top
        ON top.staged_id = s.staged_id
    WHERE s.at IS NULL AND NOT (newest.kind IS NOT DISTINCT FROM 'open'
                                AND newest.to_pos IS NOT DISTINCT FROM s.position)
), every AS (SELECT * FROM dated UNION ALL SELECT * FROM seen)
SELECT every.*, (opened[array_upper(opened, 1)])::smallint AS came_from FROM (
    SELECT every.*, array_agg(to_pos) FILTER (WHERE kind = 'open') OVER (
        PARTITION BY staged_id ORDER BY at, seq
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS opened
    FROM every) every"""
"""The whole story of each opportunity as it shall be; ``came_from`` is the last open position."""

MOVED = """
CREATE TEMP TABLE moved ON COMMIT DROP AS
SELECT * FROM target WHERE held_id IS NULL OR from_pos IS DISTINCT FROM came_from"""

CHANGED = """
CREATE TEMP TABLE changed ON COMMIT DROP AS
SELECT staged_id FROM detail_change UNION SELECT staged_id FROM owner_change
UNION SELECT staged_id FROM moved"""

DROP = (
    "DROP TABLE IF EXISTS batch, detail_change, owner_change, held, said, fate, target, moved, "
    "changed"
)

COUNT = """
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new AND is_changed),
       count(*) FILTER (WHERE NOT is_new AND NOT is_changed)
FROM (SELECT d.staged_id IS NOT NULL AS is_new, c.staged_id IS NOT NULL AS is_changed
      FROM batch b LEFT JOIN changed c ON c.staged_id = b.id
      LEFT JOIN detail_change d ON d.staged_id = b.id AND d.old_id IS NULL) counted"""

COUNT_EVENTS = """
SELECT COALESCE(sum(times) FILTER (WHERE NOT same AND held_id IS NULL), 0),
       COALESCE(sum(times) FILTER (WHERE NOT same AND held_id IS NOT NULL), 0),
       COALESCE(sum(times) FILTER (WHERE same), 0) FROM fate"""


@dataclass(slots=True)
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def add(self, created: int, updated: int, unchanged: int) -> None:
        self.created += created
        self.updated += updated
        self.unchanged += unchanged


def compare(run: ImportRun, mapping: Mapping, *, after: int, until: int, now: datetime) -> None:
    """Fill the temporary tables for staged rows ``(after, until]``."""
    parameters = {
        "organisation": run.organisation_id,
        "source": mapping.source,
        "run": run.pk,
        "after": after,
        "until": until,
        "now": now,
        "maps_owner": "owner" in mapping.columns,
    }
    with connection.cursor() as cursor:
        cursor.execute(DROP)
        for statement in (BATCH, _detail(mapping), OWNER, HELD, SAID):
            cursor.execute(statement, parameters)
        cursor.execute("CREATE INDEX ON held (staged_id); ANALYZE batch, held, said")
        for statement in (FATE, TARGET, MOVED, CHANGED):
            cursor.execute(statement, parameters)


def _detail(mapping: Mapping) -> str:
    """A column that is not mapped keeps what it was."""
    mapped = set(mapping.columns) | ({"currency"} if "amount" in mapping.columns else set())
    fresh = {
        name: f"b.{name}" if name in mapped else f"COALESCE(d.{name}, {initial})"
        for name, initial in DETAILS.items()
    }
    return DETAIL.format(
        columns=", ".join(f"{value} AS {name}" for name, value in fresh.items()),
        old=", ".join(f"d.{name}" for name in fresh),
        new=", ".join(fresh.values()),
    )


def count(counts: Counts, *, events: bool) -> None:
    """Add what ``compare`` found: opportunities, or in a log its rows."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_EVENTS if events else COUNT)
        row: Any = cursor.fetchone()
    counts.add(*map(int, row))
