"""Whether a plan still says what committing would do."""

from django.db import connection

from sales.importing.arriving import arrivals_of
from sales.importing.mapping import from_toml
from sales.importing.problems import UnreadableFile
from sales.models import ImportRun, OpportunityDetail, OpportunityOwner, StageEvent

BY_OTHERS = """SELECT opportunity_id FROM {table}
    WHERE recorded_by_id = ANY(%(others)s) OR voided_by_id = ANY(%(others)s)"""
TOUCHED_BY_OTHERS = " UNION ALL ".join(
    BY_OTHERS.format(table=model._meta.db_table)
    for model in (OpportunityDetail, OpportunityOwner, StageEvent)
)
SAME_OPPORTUNITIES = """
WITH touched AS ({touched})
SELECT EXISTS (
    SELECT FROM touched JOIN sales_opportunity o ON o.id = touched.opportunity_id
    JOIN sales_stagedopportunity s ON s.run_id = %(run)s AND s.external_id = o.external_id
    WHERE o.source = %(source)s)"""


def is_stale(run: ImportRun) -> bool:
    """Whether since the run was planned another import wrote or was taken back about the same
    opportunities, or the people and teams that it would bring are others by now."""
    return _others_wrote(run) or _brings_others(run)


def _others_wrote(run: ImportRun) -> bool:
    others = run.organisation.import_runs.exclude(pk=run.pk).filter(wrote_at__gte=run.planned_at)
    numbers = list(others.values_list("pk", flat=True))
    if not numbers:
        return False
    source = from_toml(run.toml).source
    with connection.cursor() as cursor:
        cursor.execute(
            SAME_OPPORTUNITIES.format(touched=TOUCHED_BY_OTHERS),
            {"others": numbers, "run": run.pk, "source": source},
        )
        found: bool = cursor.fetchone()[0]
        return found


def _brings_others(run: ImportRun) -> bool:
    try:
        return arrivals_of(run, from_toml(run.toml)).kept() != run.arrivals
    except UnreadableFile:
        return True
