"""Whether a plan still says what committing would do."""

from typing import Any

from django.db import connection

from sales.importing.arriving import arrivals_of
from sales.importing.kinds import handling_of
from sales.importing.kinds.handling import About
from sales.importing.mapping import from_toml
from sales.importing.problems import UnreadableFile
from sales.models import ImportRun

WROTE = """
SELECT EXISTS (
    SELECT FROM {fact} f JOIN {identity} i ON i.id = f.{key}_id
    JOIN {staged} s ON s.run_id = %(run)s AND s.{told} = i.external_id
    WHERE i.source = %(source)s
        AND (f.recorded_by_id = ANY(%(others)s) OR f.voided_by_id = ANY(%(others)s)))"""


def is_stale(run: ImportRun) -> bool:
    """Whether since the run was planned another import wrote or was taken back about the same
    things, or the people and teams that it would bring are others by now."""
    return _others_wrote(run) or _brings_others(run)


def _others_wrote(run: ImportRun) -> bool:
    others = run.organisation.import_runs.exclude(pk=run.pk).filter(wrote_at__gte=run.planned_at)
    numbers = list(others.values_list("pk", flat=True))
    if not numbers:
        return False
    parameters: dict[str, Any] = {
        "others": numbers,
        "run": run.pk,
        "source": from_toml(run.toml).source,
    }
    with connection.cursor() as cursor:
        for about in handling_of(run).about:
            cursor.execute(_wrote(run, about), parameters)
            if cursor.fetchone()[0]:
                return True
    return False


def _wrote(run: ImportRun, about: About) -> str:
    return WROTE.format(
        fact=about.fact._meta.db_table,
        key=about.key,
        identity=about.identity._meta.db_table,
        staged=handling_of(run).staged[0]._meta.db_table,
        told=about.told,
    )


def _brings_others(run: ImportRun) -> bool:
    try:
        return arrivals_of(run, from_toml(run.toml)).kept() != run.arrivals
    except UnreadableFile:
        return True
