"""Telling who listens which numbers of teams changed. A person's own numbers are told to nobody."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from metrics.declared import METRICS, Metric
from metrics.measures import STATISTICS, Statistics
from metrics.periods import Period
from teams.announcing import SNAPSHOTS_CHANGED, announce, is_heard
from teams.models import Organisation

MOST = 200
"""Numbers in one message; who wants the others reads them over the API."""

READ_FROM = ("version", *(name for name in STATISTICS if name not in {"pending", "excluded"}))
"""What a number is made of."""
CHANGED = f"""
SELECT COALESCE(fresh.grain, stored.grain), COALESCE(fresh.start, stored.start), team.name,
       team.slug, count(*) OVER (), {", ".join(f"fresh.{name}" for name in STATISTICS)}
FROM difference fresh
LEFT JOIN metrics_snapshot stored ON stored.id = fresh.stored_id
JOIN teams_team team ON team.id = COALESCE(fresh.team_id, stored.team_id)
WHERE fresh.rep_id IS NULL AND stored.rep_id IS NULL
  AND ({", ".join(f"fresh.{name}" for name in READ_FROM)})
      IS DISTINCT FROM ({", ".join(f"stored.{name}" for name in READ_FROM)})
ORDER BY 2 DESC, 1, 4 LIMIT {MOST}"""


class Changed(NamedTuple):
    """A number of a team; a snapshot that is no more has no statistics."""

    grain: str
    start: date
    team: str
    team_slug: str
    statistics: Statistics


@dataclass(slots=True, kw_only=True)
class Changes:
    """What one recompute changed; nothing is looked up where nobody listens."""

    organisation: Organisation
    heard: bool
    count: int = 0
    noted: list[tuple[Metric, Changed]] = field(default_factory=list)

    def note(self, kept: Metric) -> None:
        """Read the temporary table ``difference`` before its rows are written."""
        if not self.heard:
            return
        with connection.cursor() as cursor:
            cursor.execute(CHANGED)
            rows = cursor.fetchall()
        for metric in METRICS:
            if rows and metric.kept and metric.kept_as is kept:
                self.count += rows[0][4]
                self.noted += [(metric, _changed(row)) for row in rows]

    def tell(self) -> None:
        """In one message, those of the newest periods first."""
        if not self.count:
            return
        newest = sorted(self.noted, key=lambda each: each[1].start, reverse=True)[:MOST]
        fiscal = self.organisation.fiscal_year_start
        data = {
            "organisation": self.organisation.slug,
            "count": self.count,
            "more": self.count > len(newest),
            "snapshots": [_told(metric, changed, fiscal) for metric, changed in newest],
        }
        announce(self.organisation, SNAPSHOTS_CHANGED, data)


def changes_of(organisation: Organisation) -> Changes:
    return Changes(organisation=organisation, heard=is_heard(organisation, SNAPSHOTS_CHANGED))


def _changed(row: tuple[Any, ...]) -> Changed:
    grain, start, team, team_slug, _count, *found = row
    statistics = Statistics(*found) if found[0] is not None else Statistics()
    return Changed(grain, start, team, team_slug, statistics)


def _told(metric: Metric, changed: Changed, fiscal: int) -> dict[str, Any]:
    """As the API says numbers."""
    reading = metric.measure.read(changed.statistics)
    return {
        "metric": metric.slug,
        "version": metric.version,
        "unit": metric.unit,
        "team": changed.team,
        "team_slug": changed.team_slug,
        "grain": changed.grain,
        "start": changed.start.isoformat(),
        "period": Period.containing(changed.start, changed.grain, fiscal).code,
        "value": reading.value,
        "n": reading.n,
        "low": reading.low,
        "high": reading.high,
    }
