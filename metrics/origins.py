"""Where leads came from, and how each source was served."""

from datetime import datetime

from django.db import connection

from metrics.atoms import KNOWN
from metrics.declared import Metric
from metrics.gathering import statement
from metrics.measures import Reading
from metrics.periods import Period
from metrics.reading import Scope, condition_of, question_of

ORIGIN = f"""(SELECT d.origin FROM sales_leaddetail d
    WHERE d.lead_id = a.entity AND {KNOWN.format("d")})"""


def by_origin(
    scope: Scope, metric: Metric, period: Period, *, as_of: datetime | None = None
) -> list[tuple[str, Reading]]:
    """The number by source of the lead, the largest first; blank where that is not said."""
    condition, chosen = condition_of([scope.team.pk], scope.whose)
    question = question_of(scope.team.organisation, metric, period, condition, chosen, as_of)
    measure = metric.measure
    with connection.cursor() as cursor:
        cursor.execute(statement(question, beside=ORIGIN), question.parameters())
        found = [
            (origin or "", measure.read(measure.statistics(values)))
            for _team, _rep, _grain, _start, origin, *values in cursor
        ]
    return sorted(found, key=lambda pair: (-_leads(pair[1]), pair[0]))


def _leads(reading: Reading) -> int:
    statistics = reading.statistics
    return statistics.n + statistics.pending + statistics.excluded
