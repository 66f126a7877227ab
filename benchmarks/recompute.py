"""Recomputing: everything, and what a thousand changed facts touch, beside DuckDB."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from benchmarks import duck
from benchmarks.data import END, SIZES, Size, load
from benchmarks.measuring import (
    RUNS,
    median_seconds,
    peak_megabytes,
    seconds,
    step,
    table,
)
from metrics.models import Atom, Snapshot
from metrics.opportunity_atoms import OPPORTUNITIES
from metrics.recomputing import mark_stale, recompute_all, recompute_stale
from sales.models import StageEvent
from teams.models import Organisation

FACTS = 1_000

CHOSEN = """
SELECT id, opportunity_id FROM (
    SELECT DISTINCT ON (opportunity_id) id, opportunity_id, kind, at
    FROM sales_stageevent WHERE organisation_id = %(organisation)s AND voided_at IS NULL
      AND at >= %(since)s
    ORDER BY opportunity_id, at DESC, seq DESC) newest
WHERE kind <> 'open' ORDER BY hashint8(id) LIMIT %(facts)s"""

TURN_ROUND = """
INSERT INTO sales_stageevent (organisation_id, opportunity_id, seq, external_id, kind, from_pos,
    to_pos, stage_id, reason, at, recorded_at)
SELECT organisation_id, opportunity_id, seq, external_id,
       CASE kind WHEN 'won' THEN 'lost' ELSE 'won' END, from_pos,
       CASE kind WHEN 'won' THEN NULL ELSE %(won)s END, NULL, '', at, %(now)s
FROM sales_stageevent WHERE id = ANY(%(ids)s)"""


def run(size: Size, folder: Path) -> None:
    sizes = [SIZES["M"], size] if size.name in {"L", "4L"} else [size]
    rows = [_measured(each, folder) for each in sizes]
    table(
        f"Recompute against DuckDB on its own copy; medians of {RUNS}",
        [
            "size", "opportunities", "snapshots", "DuckDB s", "full s", "full / DuckDB",
            "from nothing s", f"{FACTS:,} facts s", "facts / full", "worker MB",
        ],
        rows,
    )  # fmt: skip


def _measured(size: Size, folder: Path) -> list[object]:
    organisation, copy = load(size, folder)
    print(f" {organisation.name}", file=sys.stderr)
    limit = _duck_seconds(organisation, copy)
    first = _from_nothing(organisation)
    full = median_seconds("recompute everything", lambda: recompute_all(organisation))
    _refuse_difference(organisation, copy, folder)
    memory = _peak_megabytes(organisation)
    with _facts_put_back(organisation):
        some = median_seconds(
            "recompute what changed",
            lambda: recompute_stale(organisation),
            before=lambda: _change_facts(organisation),
        )
    snapshots = Snapshot.objects.filter(organisation=organisation).count()
    return [
        size.name, f"{size.opportunities:,}", f"{snapshots:,}", limit, full, full / limit,
        first, some, some / full, memory,
    ]  # fmt: skip


def _duck_seconds(organisation: Organisation, copy: Path) -> float:
    with duck.opened(copy, organisation) as con:
        return median_seconds("DuckDB, the same", lambda: duck.compute(con, organisation))


def _from_nothing(organisation: Organisation) -> float:
    """As after a first import: no atom and no snapshot is there yet."""
    for model in (Atom, Snapshot):
        model.objects.filter(organisation=organisation).delete()
    _vacuum()
    with step("recompute everything from nothing"):
        taken = seconds(lambda: recompute_all(organisation))
    _vacuum()
    return taken


def _vacuum() -> None:
    """What autovacuum does within a minute on a quiet machine."""
    with step("vacuuming"), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE metrics_atom, metrics_snapshot, sales_stageevent")


def _refuse_difference(organisation: Organisation, copy: Path, folder: Path) -> None:
    with step("comparing every snapshot with DuckDB's"), duck.opened(copy, organisation) as con:
        duck.compute(con, organisation)
        ours, theirs = duck.differences(con, organisation, folder)
    if ours or theirs:
        sys.exit(f"{ours} snapshots differ from DuckDB's, {theirs} of DuckDB's from ours.")


def _peak_megabytes(organisation: Organisation) -> int:
    """Of a process that does nothing but recompute everything."""
    words = [sys.executable, "manage.py", "recompute", "--organization", organisation.slug]
    return peak_megabytes("recompute everything", words)


@transaction.atomic
def _change_facts(organisation: Organisation) -> None:
    """Turn a thousand closes of the newest month round, from won to lost and back, in all teams."""
    now = timezone.now()
    since = END - timedelta(days=30)
    parameters = {"organisation": organisation.pk, "since": since, "facts": FACTS, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(CHOSEN, parameters)
        chosen = cursor.fetchall()
        ids = [row[0] for row in chosen]
        cursor.execute("UPDATE sales_stageevent SET voided_at = %s WHERE id = ANY(%s)", [now, ids])
        cursor.execute(TURN_ROUND, {"ids": ids, "now": now, "won": 6})
    mark_stale(organisation, OPPORTUNITIES, [row[1] for row in chosen])


@contextmanager
def _facts_put_back(organisation: Organisation) -> Iterator[None]:
    """Leave the facts as they were, for the next run on the same data."""
    begun = timezone.now()
    yield
    changed = StageEvent.objects.filter(organisation=organisation)
    with transaction.atomic():
        changed.filter(recorded_at__gte=begun).delete()
        changed.filter(voided_at__gte=begun).update(voided_at=None)
