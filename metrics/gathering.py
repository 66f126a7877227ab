"""From atoms to statistics per scope and period: one statement, whatever is asked.

Snapshots gather from stored atoms; as-of readings and ranges of days gather from the atoms'
queries. Both go through ``statement``, so they cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from metrics.atoms import COLUMNS, PLACED, ROOT, Atoms, derived
from metrics.declared import Metric
from metrics.measures import Statistics
from metrics.periods import ALL, MONTH, QUARTER, RANGE, YEAR, Period
from teams.models import Organisation
from teams.tree import LINES_SQL

START = {
    MONTH: "part.month",
    QUARTER: "part.month - ((part.month - %(fiscal)s) %% 3)",
    YEAR: "part.month - ((part.month - %(fiscal)s) %% 12)",
    RANGE: "0",
    ALL: "0",
}
"""The index of the first month of the period an atom of a month lies in."""

STORED = f"""SELECT {", ".join(COLUMNS)} FROM metrics_atom
    WHERE organisation_id = %(organisation)s AND kind = %(kind)s"""

KNOWN_LINES = f"SELECT team_id, ancestor_id, from_at, to_at FROM ({LINES_SQL}) known_line"

STORED_LINES = """SELECT l.team_id, l.ancestor_id, l.from_at, l.to_at FROM teams_teamline l
    JOIN teams_team t ON t.id = l.team_id WHERE t.organisation_id = %(organisation)s"""


GROUPED = f"""GROUP BY a.team_id, a.rep_id, 3, 4,
    width_bucket({PLACED}, (SELECT instants FROM turn))"""
"""Parts are summed between the instants at which the tree changed, never across one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to gather, for periods of each grain. ``as_of`` None reads stored atoms; an instant
    derives them as known then. ``where`` picks atoms ``a``, ``periods`` a ``grain`` and ``start``,
    ``scope`` a ``scope`` and ``scope_rep``."""

    organisation: Organisation
    metric: Metric
    grains: Sequence[str]
    where: str = "TRUE"
    periods: str = "TRUE"
    params: dict[str, Any] = field(default_factory=dict)
    scope: str = "TRUE"
    as_of: datetime | None = None
    now: datetime

    def parameters(self) -> dict[str, Any]:
        return {
            **basis(self.organisation, self.as_of or self.now),
            "kind": self.metric.atoms.number,
            "also": list(self.metric.measure.also),
            "fiscal": self.organisation.fiscal_year_start - 1,
            **self.params,
        }


def basis(organisation: Organisation, as_of: datetime) -> dict[str, Any]:
    """The parameters every atoms query takes."""
    return {
        "organisation": organisation.pk,
        "zone": organisation.timezone,
        "currency": organisation.currency,
        "target": timedelta(minutes=organisation.response_minutes),
        "as_of": as_of,
    }


def lines_source(as_of: datetime | None) -> str:
    return STORED_LINES if as_of is None else KNOWN_LINES


def atoms_source(atoms: Atoms, as_of: datetime | None) -> str:
    return f"{STORED} AND {atoms.only}" if as_of is None else derived([atoms])


def scoped(question: Question, *, part: str = "", beside: str = "NULL") -> str:
    """The opening of every query: atoms summed or as they are, under every scope they count in.

    ``part`` replaces what the measure takes of each single atom; ``beside`` is one expression more
    by which parts are told apart. Everything counts in the root, also what a team did while it
    stood nowhere, so that the organisation always adds up.
    """
    measure = question.metric.measure
    grouped = measure.grouped and not part
    starts = ", ".join(f"('{grain}', {START[grain]})" for grain in question.grains)
    return f"""
WITH atom AS ({atoms_source(question.metric.atoms, question.as_of)}),
line AS ({lines_source(question.as_of)}),
turn AS (SELECT array_agg(instant ORDER BY instant) AS instants
         FROM (SELECT '-infinity'::timestamptz AS instant UNION SELECT from_at FROM line
               UNION SELECT to_at FROM line WHERE to_at IS NOT NULL) instants),
part AS (
    SELECT a.team_id, a.rep_id, a.month, {beside} AS beside,
           {f"min({PLACED})" if grouped else PLACED} AS at, {part or measure.part}
    FROM atom a WHERE {question.where} {GROUPED if grouped else ""}
), dated AS (
    SELECT grain, start, part.*
    FROM part CROSS JOIN LATERAL (VALUES {starts}) period (grain, start)
    WHERE {question.periods}
), scoped AS (
    SELECT line.ancestor_id AS scope, NULL::bigint AS scope_rep, dated.*
    FROM dated JOIN line ON line.team_id = dated.team_id AND line.ancestor_id <> {ROOT}
        AND line.from_at <= dated.at AND (line.to_at IS NULL OR dated.at < line.to_at)
    UNION ALL
    SELECT {ROOT}, NULL, dated.* FROM dated
    UNION ALL
    SELECT dated.team_id, dated.rep_id, dated.* FROM dated
    WHERE dated.rep_id IS NOT NULL AND dated.team_id <> {ROOT}
    UNION ALL
    SELECT {ROOT}, dated.rep_id, dated.* FROM dated WHERE dated.rep_id IS NOT NULL
)"""


def statement(question: Question, *, beside: str = "NULL") -> str:
    """The query: one row per (team_id, rep_id, grain, start, beside), then the statistics in order.

    ``rep_id`` null is a whole team with all below it as the tree stood at each atom; a rep's rows
    are per leaf team, and under the root for the rep's whole own.
    """
    measure = question.metric.measure
    return f"""{scoped(question, beside=beside)}, gathered AS (
    SELECT scope, scope_rep, grain, start, beside, {measure.gathered}
    FROM scoped WHERE {question.scope} GROUP BY scope, scope_rep, grain, start, beside
), ranked AS MATERIALIZED (SELECT gathered.*{measure.ranked} FROM gathered)
SELECT scope, scope_rep, grain, start, beside, {measure.whole} FROM ranked"""


def sorted_values(question: Question) -> dict[int, list[int]]:
    """Ascending values of the counted atoms by start month index, for one scope of a median."""
    sql = (
        f"{scoped(question)} SELECT start, array_agg(value ORDER BY value) FROM scoped "
        f"WHERE value IS NOT NULL AND {question.scope} GROUP BY start"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, question.parameters())
        return dict(cursor.fetchall())


def gather(question: Question) -> dict[tuple[int, int | None, int], Statistics]:
    """Statistics by (team id, rep id or None, start month index), for a question of one grain.
    Absent: nothing was there."""
    with connection.cursor() as cursor:
        cursor.execute(statement(question), question.parameters())
        return {
            (team, rep, start): question.metric.measure.statistics(found)
            for team, rep, _grain, start, _beside, *found in cursor
        }


def within(period: Period, organisation: Organisation) -> tuple[str, dict[str, Any]]:
    """The condition and parameters for atoms of one period."""
    if period.grain == ALL:
        return "TRUE", {}
    if period.grain == RANGE:
        start, end = period.bounds(organisation.zone)
        return "a.at >= %(start)s AND a.at < %(end)s", {"start": start, "end": end}
    first, end_month = period.months
    return "a.month >= %(first)s AND a.month < %(end)s", {"first": first, "end": end_month}


def starts(period: Period) -> int:
    """The key under which ``gather`` returns this period."""
    return 0 if period.grain in (RANGE, ALL) else period.months[0]
