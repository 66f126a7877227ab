"""The plan of an import: every row checked and compared, nothing written to the facts."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from sales.importing.arriving import arrivals_of
from sales.importing.differing import Counts, compare, count
from sales.importing.fencing import Overtaken, move, save
from sales.importing.locking import imported_until
from sales.importing.mapping import STAGE_EVENTS, from_toml
from sales.importing.pipelines import stage_change
from sales.importing.problems import Problem, UnreadableFile
from sales.importing.staging import Progress, clear, stage
from sales.models import ImportRun

BATCH = 10_000
"""Opportunities compared, and written, in one transaction."""

PLANNABLE = (ImportRun.State.UPLOADED, ImportRun.State.PLANNING, ImportRun.State.PLANNED)
SAMPLE = 12

ENDS = """
SELECT max(id) FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS batch
    FROM sales_stagedopportunity WHERE run_id = %s AND id > %s) numbered
GROUP BY batch ORDER BY batch"""

SAMPLED = """
SELECT b.external_id, COALESCE(NULLIF(b.name, ''), b.account), b.amount, b.currency,
       b.owner, CASE WHEN d.staged_id IS NOT NULL THEN 'created'
                     WHEN c.staged_id IS NOT NULL THEN 'updated' ELSE 'unchanged' END,
       (SELECT json_agg(json_build_object('kind', s.kind, 'position', s.position, 'at', s.at)
                        ORDER BY s.id)
        FROM said s WHERE s.staged_id = b.id AND (s.kind <> 'open' OR s.position IS NOT NULL)
            AND NOT (s.at IS NULL AND EXISTS (
                SELECT 1 FROM said o WHERE o.staged_id = s.staged_id AND o.at IS NOT NULL
                    AND o.kind = s.kind AND o.position = s.position)))
FROM batch b LEFT JOIN changed c ON c.staged_id = b.id
LEFT JOIN detail_change d ON d.staged_id = b.id AND d.old_id IS NULL
ORDER BY (c.staged_id IS NULL), b.id LIMIT %s"""
"""Changed ones first. Where a stage stands with its date, that it is the current one goes
without saying."""


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def plan(
    run: ImportRun, *, progress: Progress = silent, preview: bool = True, batch: int = BATCH
) -> None:
    """Check the file and count what committing would do. The facts stay as they are.

    A file that cannot be read fails the run with its reason. Without ``preview`` nothing is
    counted, for whom commits at once and learns the counts from that. Where another worker or a
    person's decision takes the run over meanwhile, that stands.
    """
    if not move(run, PLANNABLE, ImportRun.State.PLANNING):
        return
    with suppress(Overtaken):
        try:
            stage(run, progress)
            save(run, arrivals=arrivals_of(run, from_toml(run.toml)).kept())
        except UnreadableFile as error:
            fail(run, problems=error.problems)
        else:
            _count(run, progress, batch if preview else None)


def _count(run: ImportRun, progress: Progress, batch: int | None) -> None:
    counts, now, asof = Counts(), timezone.now(), imported_until(run.organisation)
    sample: list[dict[str, object]] = []
    if batch:
        counts, sample = _previewed(run, progress, now, batch)
    change = stage_change(run.organisation, from_toml(run.toml))
    save(
        run,
        state=ImportRun.State.PLANNED,
        planned_at=asof,
        sample=sample,
        stages_replaced=list(change.before) if change else [],
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
    )


def _previewed(
    run: ImportRun, progress: Progress, now: datetime, batch: int
) -> tuple[Counts, list[dict[str, object]]]:
    mapping = from_toml(run.toml)
    counts = Counts()
    sample: list[dict[str, object]] = []
    ranges = batches(run, size=batch)
    for number, (after, until) in enumerate(ranges, start=1):
        with transaction.atomic():
            compare(run, mapping, after=after, until=until, now=now, placed={})
            count(counts, events=mapping.kind == STAGE_EVENTS)
            if len(sample) < SAMPLE:
                sample += _sample(SAMPLE - len(sample))
        progress(run.rows_total * number // len(ranges), run.rows_total)
    return counts, sample


def fail(run: ImportRun, reason: str = "", *, problems: Iterable[Problem] = ()) -> None:
    """Nothing of the file can be taken; say why. Raises Overtaken."""
    with transaction.atomic():
        kept = [problem.kept() for problem in problems]
        save(run, state=ImportRun.State.FAILED, failure=reason, problems=kept)
        clear(run)


def batches(run: ImportRun, *, start: int = 0, size: int = BATCH) -> list[tuple[int, int]]:
    """Half-open ranges ``(after, until]`` of staged ids, from ``start`` on."""
    with connection.cursor() as cursor:
        cursor.execute(ENDS, [size, run.pk, start])
        ends = [row[0] for row in cursor]
    return list(zip([start, *ends], ends, strict=False))


def _sample(limit: int) -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute(SAMPLED, [limit])
        names = ("id", "name", "amount", "currency", "owner", "outcome", "events")
        return [dict(zip(names, row, strict=True)) for row in cursor]
