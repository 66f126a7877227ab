"""Where leads came from, and how each source was served."""

from datetime import datetime

from django.db import connection

from metrics.declared import Metric
from metrics.gathering import scoped
from metrics.measures import Reading
from metrics.periods import Period
from metrics.reading import Scope, condition_of, question_of

ORIGIN = """(SELECT d.origin FROM sales_leaddetail d WHERE d.lead_id = a.entity
    AND d.recorded_at <= %(as_of)s AND (d.voided_at IS NULL OR d.voided_at > %(as_of)s))"""

SQL = """{opening}, gathered AS (
    SELECT beside AS origin, {gathered} FROM scoped WHERE {scope} GROUP BY beside
), ranked AS MATERIALIZED (SELECT gathered.*{ranked} FROM gathered)
SELECT COALESCE(origin, ''), {whole} FROM ranked"""


def by_origin(
    scope: Scope, metric: Metric, period: Period, *, as_of: datetime | None = None
) -> list[tuple[str, Reading]]:
    """The number by source of the lead, the largest first; blank where that is not said."""
    condition, chosen = condition_of([scope.team.pk], scope.whose)
    organisation, measure = scope.team.organisation, metric.measure
    question = question_of(organisation, metric, period, condition, chosen, as_of)
    sql = SQL.format(
        opening=scoped(question, beside=ORIGIN),
        gathered=measure.gathered,
        ranked=measure.ranked,
        whole=measure.whole,
        scope=condition,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, question.parameters())
        found = [(origin, measure.read(measure.statistics(values))) for origin, *values in cursor]
    return sorted(found, key=lambda pair: (-_leads(pair[1]), pair[0]))


def _leads(reading: Reading) -> int:
    statistics = reading.statistics
    return statistics.n + statistics.pending + statistics.excluded
