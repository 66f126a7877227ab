"""How long deals take to be decided, won or lost, with those still open counted as running."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from metrics.declared import MICROSECONDS_IN_DAY, WIN_RATE_COHORT, in_pipeline
from metrics.gathering import scoped
from metrics.periods import Period
from metrics.reading import Scope, condition_of, question_of
from metrics.statistics import quantile, survival

SQL = """{scoped} SELECT COALESCE(decided, running), decided IS NOT NULL FROM scoped
WHERE {scope} AND COALESCE(decided, running) >= 0"""

PART = """CASE WHEN a.in_den THEN a.value END AS decided,
    CASE WHEN a.in_den AND a.value IS NULL THEN
        (EXTRACT(EPOCH FROM %(as_of)s - a.at) * 1000000)::bigint END AS running"""
"""Microseconds from first contact to the decision, or so far."""


def median_decision(
    scope: Scope, period: Period, *, pipeline: int | None = None, as_of: datetime | None = None
) -> float | None:
    """Kaplan-Meier median in days over deals first contacted in the period; None if not reached.

    A deal won or lost has its event at the close in force; an open one is censored at ``as_of``.
    """
    condition, chosen = condition_of([scope.team.pk], scope.whose)
    organisation = scope.team.organisation
    known = as_of or timezone.now()
    cohort = in_pipeline(WIN_RATE_COHORT, pipeline)
    question = question_of(organisation, cohort, period, condition, chosen, as_of)
    sql = SQL.format(scoped=scoped(question, part=PART), scope=condition)
    with connection.cursor() as cursor:
        cursor.execute(sql, question.parameters() | {"as_of": known})
        durations = cursor.fetchall()
    median = quantile(survival(durations), 0.5)
    return None if median is None else median / MICROSECONDS_IN_DAY
