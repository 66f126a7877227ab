"""The limit for recomputing: DuckDB computing the same snapshots from its own copy of the facts.

Written apart from ``metrics``, for another engine, so that equal results also say both are right.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from django.db import connection

from metrics.statistics import Z
from teams.models import Membership, Organisation, TeamLine

STORIES = """
CREATE TEMP TABLE event AS
SELECT opportunity_id, kind, from_pos, to_pos, reason, "at" AS instant,
       epoch_us("at") * 1000 + seq AS place
FROM sales_stageevent WHERE voided_at IS NULL;
CREATE TEMP TABLE story AS
WITH told AS (
    SELECT *, kind IS DISTINCT FROM lag(kind) OVER (PARTITION BY opportunity_id ORDER BY place)
        AS turns
    FROM event
), story AS (
    SELECT opportunity_id, arg_max(kind, place) AS kind, arg_max(reason, place) AS close_reason,
           max(instant) FILTER (WHERE turns) AS since, max(to_pos) AS max_pos,
           min(instant) FILTER (WHERE kind = 'open' AND to_pos = 1) AS contacted
    FROM told GROUP BY opportunity_id
), victory AS (
    SELECT opportunity_id, min(instant) AS first_won FROM event JOIN story USING (opportunity_id)
    WHERE event.kind = 'won' AND instant >= contacted GROUP BY opportunity_id
)
SELECT * FROM story LEFT JOIN victory USING (opportunity_id)"""

STAGES = """
CREATE TEMP TABLE stage AS
WITH entry AS (
    SELECT opportunity_id, stage, min(instant) AS entered FROM (
        SELECT opportunity_id, instant, unnest(range(
            least(COALESCE(from_pos + 1, to_pos), to_pos), to_pos + (kind <> 'won')::INT)) AS stage
        FROM event WHERE to_pos IS NOT NULL
        UNION ALL SELECT opportunity_id, instant, 0 FROM event WHERE kind = 'won')
    GROUP BY ALL
), advance AS (
    SELECT opportunity_id, stage, min(instant) AS went_on FROM entry JOIN event
    USING (opportunity_id) WHERE instant >= entered AND to_pos > stage AND stage > 0 GROUP BY ALL
)
SELECT c.*, stage, entered, went_on < entered + INTERVAL 90 DAY AS hit
FROM entry LEFT JOIN advance USING (opportunity_id, stage) JOIN counted c USING (opportunity_id)"""
"""Kept as atoms, in no snapshot: computed here too, since we do."""

COUNTED = """
CREATE TEMP TABLE counted AS
SELECT s.*, COALESCE(s.contacted, d.created_at) AS begun,
       CASE WHEN d.currency = 'EUR' THEN d.amount END AS amount,
       CASE WHEN d.deleted THEN 'deleted' WHEN d.is_test THEN 'test'
            WHEN d.merged_into <> '' THEN 'duplicate'
            WHEN s.kind = 'lost' AND s.close_reason = 'disqualified' AND COALESCE(max_pos, 0) < 2
            THEN 'disqualified' ELSE '' END AS reason
FROM story s
LEFT JOIN sales_opportunitydetail d
    ON d.opportunity_id = s.opportunity_id AND d.voided_at IS NULL"""

ATTRIBUTED = """
CREATE TEMP TABLE {name} AS
SELECT c.*, {at} AS instant, o.person_id AS rep, COALESCE(m.team_id, {root}) AS team,
       date_trunc('month', {at} AT TIME ZONE '{zone}')::date AS month
FROM {rows} c
LEFT JOIN sales_opportunityowner o ON o.opportunity_id = c.opportunity_id
    AND o.from_at <= {at} AND (o.to_at IS NULL OR o.to_at > {at})
LEFT JOIN member m ON m.person_id = o.person_id
    AND m.from_at <= {at} AND (m.to_at IS NULL OR m.to_at > {at})
WHERE {at} IS NOT NULL AND {where}"""

DECIDED = "c.kind <> 'open'"
ATTRIBUTIONS = (
    ("closed", "counted", "since", DECIDED),
    ("started", "counted", "contacted", DECIDED),
    ("cohort", "counted", "contacted", "TRUE"),
    ("staged", "stage", "entered", "TRUE"),
)
"""(name, rows, instant, which)"""

SCOPED = """
    SELECT l.ancestor_id AS team_id, NULL::BIGINT AS rep_id, a.* FROM {atoms} a
    JOIN line l ON l.team_id = a.team AND l.from_at <= a.instant
        AND (l.to_at IS NULL OR l.to_at > a.instant)
    UNION ALL SELECT a.team, a.rep, a.* FROM {atoms} a
    WHERE a.rep IS NOT NULL AND a.team <> {root}
    UNION ALL SELECT {root}, a.rep, a.* FROM {atoms} a WHERE a.rep IS NOT NULL"""

RATES = """
INSERT INTO snapshot BY NAME
SELECT '{metric}' AS metric, grain, date_trunc(grain, month)::date AS start, team_id, rep_id,
       sum(hits)::BIGINT AS numerator, sum(every)::BIGINT AS denominator, sum(n)::BIGINT AS n,
       sum(excluded)::BIGINT AS excluded
FROM (SELECT team_id, rep_id, month, {hits} AS hits, {every} AS every, {n} AS n,
             {excluded} AS excluded
      FROM ({scoped}) GROUP BY ALL), (SELECT unnest(['month', 'quarter', 'year']) AS grain)
GROUP BY ALL"""
BY_COUNT = {
    "hits": "count(*) FILTER (WHERE {0} AND kind = 'won')",
    "every": "count(*) FILTER (WHERE {0})",
    "n": "count(*) FILTER (WHERE {0})",
    "excluded": "count(*) FILTER (WHERE NOT ({0}))",
}
BY_VALUE = {
    "hits": "COALESCE(sum(amount) FILTER (WHERE {0} AND kind = 'won'), 0)",
    "every": "COALESCE(sum(amount) FILTER (WHERE {0}), 0)",
    "n": "count(amount) FILTER (WHERE {0})",
    "excluded": "count(*) FILTER (WHERE NOT ({0}) OR amount IS NULL)",
}
IN_TIME = {
    "hits": "count(*) FILTER (WHERE {0} AND matured AND first_won < ripe)",
    "every": "count(*) FILTER (WHERE {0} AND matured)",
    "n": "count(*) FILTER (WHERE {0} AND matured)",
    "excluded": "count(*) FILTER (WHERE NOT ({0}))",
}
RIPE = """
CREATE TEMP VIEW ripening AS
SELECT *, contacted + INTERVAL 180 DAY AS ripe, ripe <= now() AS matured FROM cohort"""

RATE_METRICS = (
    ("win-rate-cohort", "ripening", IN_TIME, "reason IN ('', 'disqualified')"),
    ("win-rate", "closed", BY_COUNT, "reason = ''"),
    ("win-rate-strict", "closed", BY_COUNT, "reason IN ('', 'disqualified')"),
    ("win-rate-value", "closed", BY_VALUE, "reason = ''"),
    ("win-rate-by-start", "started", BY_COUNT, "reason = ''"),
)

MEDIANS = """
INSERT INTO snapshot BY NAME
SELECT 'sales-cycle' AS metric, '{grain}' AS grain, date_trunc('{grain}', month)::date AS start,
       team_id, rep_id, n AS numerator, n AS denominator, n, excluded, total,
       quartiles[1] AS p25, quartiles[2] AS median, quartiles[3] AS p75,
       CASE WHEN lower >= 1 THEN sorted[lower] END AS low,
       CASE WHEN lower >= 1 THEN sorted[n + 1 - lower] END AS high
FROM (SELECT date_trunc('{grain}', month) AS month, team_id, rep_id, count(value) AS n,
             count(*) FILTER (WHERE value IS NULL) AS excluded, sum(value) AS total,
             quantile_cont(value, [0.25, 0.5, 0.75]) AS quartiles,
             list_sort(list(value) FILTER (WHERE value IS NOT NULL)) AS sorted,
             round_even(n / 2 - {half} * sqrt(n), 0)::INT AS lower
      FROM ({scoped}) GROUP BY ALL)"""

CYCLES = """
CREATE TEMP VIEW cycle AS
SELECT *, CASE WHEN reason = '' AND begun <= since THEN epoch_us(since) - epoch_us(begun) END
    AS value
FROM closed WHERE kind = 'won'"""

SNAPSHOT = """
CREATE TEMP TABLE snapshot (metric VARCHAR, grain VARCHAR, start DATE, team_id BIGINT,
    rep_id BIGINT, numerator BIGINT, denominator BIGINT, n BIGINT, excluded BIGINT, total HUGEINT,
    median DOUBLE, p25 DOUBLE, p75 DOUBLE, low DOUBLE, high DOUBLE)"""


@contextmanager
def opened(duck: Path, organisation: Organisation) -> Iterator[duckdb.DuckDBPyConnection]:
    """The copy with the tree and the memberships beside the facts; those are small."""
    lines = TeamLine.objects.filter(team__organisation=organisation)
    members = Membership.objects.in_force().filter(
        person__organisation=organisation, is_primary=True
    )
    with duckdb.connect(str(duck), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(
            "CREATE TEMP TABLE line (team_id BIGINT, ancestor_id BIGINT, from_at TIMESTAMPTZ,"
            " to_at TIMESTAMPTZ); CREATE TEMP TABLE member (person_id BIGINT, team_id BIGINT,"
            " from_at TIMESTAMPTZ, to_at TIMESTAMPTZ)"
        )
        for table, rows, first in (("line", lines, "team_id"), ("member", members, "person_id")):
            second = "ancestor_id" if table == "line" else "team_id"
            values = list(rows.values_list(first, second, "from_at", "to_at"))
            con.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", values)
        yield con


def compute(con: duckdb.DuckDBPyConnection, organisation: Organisation) -> None:
    """Fill the temporary table ``snapshot`` from the facts. Everything is computed anew."""
    root = organisation.root.pk
    for name in ("cycle", "ripening"):
        con.execute(f"DROP VIEW IF EXISTS {name}")
    for name in ("event", "story", "counted", "stage", "snapshot", *(a[0] for a in ATTRIBUTIONS)):
        con.execute(f"DROP TABLE IF EXISTS {name}")
    for statement in (SNAPSHOT, STORIES, COUNTED, STAGES):
        con.execute(statement)
    for name, rows, at, where in ATTRIBUTIONS:
        chosen = {"name": name, "rows": rows, "at": at, "where": where}
        con.execute(ATTRIBUTED.format(root=root, zone=organisation.timezone, **chosen))
    for statement in (CYCLES, RIPE):
        con.execute(statement)
    for metric, atoms, sums, counted in RATE_METRICS:
        scoped = SCOPED.format(atoms=atoms, root=root)
        parts = {name: part.format(counted) for name, part in sums.items()}
        con.execute(RATES.format(metric=metric, scoped=scoped, **parts))
    for grain in ("month", "quarter", "year"):
        scoped = SCOPED.format(atoms="cycle", root=root)
        con.execute(MEDIANS.format(grain=grain, scoped=scoped, half=Z / 2))


COMPARED = """metric, grain, start, team_id, rep_id, numerator, denominator, n, excluded, total,
    median, p25, p75, low, high"""

STORED = f"""COPY (SELECT {COMPARED} FROM metrics_snapshot WHERE organisation_id = %(organisation)s)
TO STDOUT (FORMAT csv)"""


def differences(
    con: duckdb.DuckDBPyConnection, organisation: Organisation, folder: Path
) -> tuple[int, int]:
    """How many snapshots only we have, and how many only DuckDB has. Every digit counts."""
    file = folder / "snapshots.csv"
    chosen = {"organisation": organisation.pk}
    with (
        connection.cursor() as cursor,
        cursor.copy(STORED, chosen) as rows,
        open(file, "wb") as into,
    ):
        into.writelines(rows)
    types = dict(con.execute("SELECT name, type FROM pragma_table_info('snapshot')").fetchall())
    columns = ", ".join(f"'{name}': '{type_}'" for name, type_ in types.items())
    ours = f"FROM read_csv('{file}', header = false, columns = {{{columns}}})"
    theirs = f"SELECT {COMPARED} FROM snapshot"
    found = [
        con.execute(f"SELECT count(*) FROM ({one} EXCEPT ALL {other})").fetchall()[0][0]
        for one, other in ((ours, theirs), (theirs, ours))
    ]
    file.unlink()
    return found[0], found[1]
