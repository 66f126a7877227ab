"""The plan of an import: every row checked and compared, nothing written to the facts."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from sales.importing.announcing import announce_end
from sales.importing.arriving import arrivals_of
from sales.importing.fencing import Overtaken, move, save
from sales.importing.kinds import handling_of
from sales.importing.kinds.handling import Batch, Counts, added
from sales.importing.locking import imported_until
from sales.importing.mapping import from_toml
from sales.importing.pipelines import stage_change
from sales.importing.problems import Problem, UnreadableFile
from sales.importing.staging import Progress, clear, stage
from sales.models import ImportRun

BATCH = 10_000
"""Staged rows compared, and written, in one transaction."""

PLANNABLE = (ImportRun.State.UPLOADED, ImportRun.State.PLANNING, ImportRun.State.PLANNED)
SAMPLE = 12

ENDS = """
SELECT max(id) FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS batch
    FROM {table} WHERE run_id = %s AND id > %s) numbered
GROUP BY batch ORDER BY batch"""


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
    counts, now, asof = (0, 0, 0), timezone.now(), imported_until(run.organisation)
    sample: list[dict[str, Any]] = []
    if batch:
        counts, sample = _previewed(run, progress, now, batch)
    change = stage_change(run.organisation, from_toml(run.toml))
    created, updated, unchanged = counts
    save(
        run,
        state=ImportRun.State.PLANNED,
        planned_at=asof,
        sample=sample,
        stages_replaced=list(change.before) if change else [],
        created=created,
        updated=updated,
        unchanged=unchanged,
    )


def _previewed(
    run: ImportRun, progress: Progress, now: datetime, batch: int
) -> tuple[Counts, list[dict[str, Any]]]:
    mapping, handling = from_toml(run.toml), handling_of(run)
    counts = (0, 0, 0)
    sample: list[dict[str, Any]] = []
    ranges = batches(run, size=batch)
    for number, (after, until) in enumerate(ranges, start=1):
        compared = Batch(run=run, mapping=mapping, after=after, until=until, now=now)
        with transaction.atomic():
            handling.compare(compared)
            counts = added(counts, handling.count(compared))
            if len(sample) < SAMPLE:
                sample += handling.sample(SAMPLE - len(sample))
        progress(run.rows_total * number // len(ranges), run.rows_total)
    return counts, sample


def fail(run: ImportRun, reason: str = "", *, problems: Iterable[Problem] = ()) -> None:
    """Nothing of the file can be taken; say why. Raises Overtaken."""
    with transaction.atomic():
        kept = [problem.kept() for problem in problems]
        save(run, state=ImportRun.State.FAILED, failure=reason, problems=kept)
        clear(run)
        announce_end(run)


def batches(run: ImportRun, *, start: int = 0, size: int = BATCH) -> list[tuple[int, int]]:
    """Half-open ranges ``(after, until]`` of staged ids, from ``start`` on."""
    table = handling_of(run).staged[0]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(ENDS.format(table=table), [size, run.pk, start])
        ends = [row[0] for row in cursor]
    return list(zip([start, *ends], ends, strict=False))
