"""The plan of an import: every row checked and compared, nothing written to the facts."""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from sales.importing.differing import Counts, compare, count
from sales.importing.mapping import STAGE_EVENTS, from_toml
from sales.importing.owners import people_by_name
from sales.importing.problems import UnreadableFile
from sales.importing.staging import Progress, clear, stage
from sales.models import ImportRun, StagedOpportunity

BATCH = 5_000
SAMPLE = 12

RESOLVE = """UPDATE sales_stagedopportunity s SET person_id = known.person
FROM unnest(%(names)s::text[], %(people)s::bigint[]) AS known (name, person)
WHERE s.run_id = %(run)s AND lower(s.owner) = known.name
  AND s.person_id IS DISTINCT FROM known.person"""

SAMPLED = """SELECT b.external_id, COALESCE(NULLIF(b.name, ''), b.account), b.amount, b.currency,
       b.owner, CASE WHEN d.staged_id IS NOT NULL THEN 'created'
                     WHEN c.staged_id IS NOT NULL THEN 'updated' ELSE 'unchanged' END,
       (SELECT json_agg(json_build_object('kind', s.kind, 'position', s.position, 'at', s.at)
                        ORDER BY s.id) FROM said s WHERE s.staged_id = b.id)
FROM batch b LEFT JOIN changed c ON c.staged_id = b.id
LEFT JOIN detail_change d ON d.staged_id = b.id AND d.old_id IS NULL
ORDER BY (c.staged_id IS NULL), b.id LIMIT %s"""


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def plan(run: ImportRun, *, progress: Progress = silent) -> None:
    """Check the file and count what committing would do. The facts stay as they are.

    A file that cannot be read fails the run with its reason.
    """
    try:
        stage(run, progress)
    except UnreadableFile as error:
        fail(run, str(error.problem))
        return
    mapping = from_toml(run.toml)
    resolve_owners(run)
    counts = Counts()
    now = timezone.now()
    sample: list[dict[str, object]] = []
    for after, until in batches(run):
        with transaction.atomic():
            compare(run, mapping, after=after, until=until, now=now)
            count(counts, events=mapping.kind == STAGE_EVENTS)
            if len(sample) < SAMPLE:
                sample += _sample(SAMPLE - len(sample))
        progress(until - after, 0)
    _finish(run, counts, sample, now)


def _finish(run: ImportRun, counts: Counts, sample: list[dict[str, object]], now: datetime) -> None:
    run.state, run.planned_at, run.sample = ImportRun.State.PLANNED, now, sample
    run.created, run.updated, run.unchanged = counts.created, counts.updated, counts.unchanged
    run.save(update_fields=["state", "planned_at", "sample", "created", "updated", "unchanged"])


def fail(run: ImportRun, reason: str) -> None:
    """Nothing of the file can be taken; say why."""
    with transaction.atomic():
        clear(run)
        run.state, run.failure = ImportRun.State.FAILED, reason
        run.save(update_fields=["state", "failure"])


def resolve_owners(run: ImportRun) -> None:
    """Write person ids beside the owners' names; unknown ones stay empty."""
    known = people_by_name(run.organisation)
    with connection.cursor() as cursor:
        cursor.execute(
            RESOLVE, {"run": run.pk, "names": list(known), "people": list(known.values())}
        )


def batches(run: ImportRun, start: int = 0) -> list[tuple[int, int]]:
    """Half-open ranges ``(after, until]`` of staged ids, from ``start`` on."""
    staged = StagedOpportunity.objects.filter(run=run, pk__gt=start).order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(id) FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS batch"
            " FROM sales_stagedopportunity WHERE run_id = %s AND id > %s) s"
            " GROUP BY batch ORDER BY batch",
            [BATCH, run.pk, start],
        )
        ends = [row[0] for row in cursor]
    first = staged.values_list("pk", flat=True).first()
    return list(zip([(first or 1) - 1, *ends], ends, strict=False))


def _sample(limit: int) -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute(SAMPLED, [limit])
        names = ("id", "name", "amount", "currency", "owner", "outcome", "events")
        return [dict(zip(names, row, strict=True)) for row in cursor]
