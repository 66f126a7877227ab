"""The good rows of a file into staging tables, the bad ones into rejections. Streamed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from sales.importing.checking import Checker, Row, Surroundings
from sales.importing.dates import formats_of
from sales.importing.mapping import OPPORTUNITIES, Mapping, from_toml
from sales.importing.owners import owners_of
from sales.importing.problems import Problem, unreadable
from sales.importing.reading import Table, open_table
from sales.models import ImportRun, Rejection, StagedEvent, StagedOpportunity

CHUNK = 5_000
Progress = Callable[[int, int], None]

COPY_OPPORTUNITIES = """COPY sales_stagedopportunity (run_id, line, external_id, name, account,
    product, amount, currency, created_at, is_test, deleted, owner) FROM STDIN"""
COPY_EVENTS = """COPY sales_stagedevent (run_id, line, external_id, slot, kind, position, reason,
    at) FROM STDIN"""
COPY_REJECTIONS = """COPY sales_rejection (run_id, line, "column", value, code, reason)
    FROM STDIN"""

REPEATED = """WITH again AS (
    SELECT id, external_id, line FROM (
        SELECT id, external_id, line, row_number() OVER (PARTITION BY external_id ORDER BY line, id)
        FROM sales_stagedopportunity WHERE run_id = %(run)s) ranked
    WHERE row_number > 1
), gone AS (
    DELETE FROM sales_stagedopportunity WHERE id IN (SELECT id FROM again)
)"""

REJECT_REPEATED = f"""{REPEATED}, events AS (
    DELETE FROM sales_stagedevent e USING again
    WHERE e.run_id = %(run)s AND e.external_id = again.external_id AND e.line = again.line
) INSERT INTO sales_rejection (run_id, line, "column", value, code, reason)
SELECT %(run)s, line, %(column)s, left(external_id, 200), 'duplicate_id', %(reason)s FROM again"""

FORGET_REPEATED = f"{REPEATED} SELECT count(*) FROM again"


@dataclass(slots=True)
class Buffer:
    """Rows on their way into the tables."""

    run: int
    opportunities: list[Sequence[Any]] = field(default_factory=list)
    events: list[Sequence[Any]] = field(default_factory=list)
    rejections: list[Sequence[Any]] = field(default_factory=list)
    ignored: int = 0
    last_id: str = ""

    def add(self, line: int, row: Row, *, repeats: bool) -> None:
        if row.ignored:
            self.ignored += 1
            return
        if not repeats or row.external_id != self.last_id:
            self.last_id = row.external_id
            self.opportunities.append(
                (
                    *(self.run, line, row.external_id, row.name, row.account, row.product),
                    *(row.amount, row.currency, row.created_at, row.is_test, row.deleted),
                    row.owner,
                )
            )
        for event in row.events:
            self.events.append(
                (
                    *(self.run, line, row.external_id, event.slot, event.kind),
                    *(event.position, event.reason, event.at),
                )
            )

    def reject(self, problem: Problem) -> None:
        self.rejections.append(
            (
                *(self.run, problem.line, problem.column[:200], problem.shown),
                *(problem.code, problem.reason),
            )
        )

    def flush(self) -> None:
        for statement, rows in (
            (COPY_OPPORTUNITIES, self.opportunities),
            (COPY_EVENTS, self.events),
            (COPY_REJECTIONS, self.rejections),
        ):
            if rows:
                with connection.cursor() as cursor, cursor.copy(statement) as copy:
                    for row in rows:
                        copy.write_row(row)
                rows.clear()


def stage(run: ImportRun, progress: Progress) -> None:
    """Check every row of the run's file. Starts afresh each time. Raises UnreadableFile."""
    mapping = from_toml(run.toml)
    path = stored(run.file)
    with open_table(path) as table:
        refuse_ambiguous_dates(mapping, table)
    with transaction.atomic(), open_table(path) as table:
        clear(run)
        around = Surroundings(
            zone=run.organisation.zone,
            currency=run.organisation.currency,
            now=timezone.now(),
            owners=owners_of(run, mapping),
        )
        buffer = Buffer(run.pk)
        run.rows_total = _stage_rows(
            Checker(mapping, table.header, around), table, buffer, progress
        )
        run.ignored = buffer.ignored
        _settle_repeated(run, mapping)
        run.rejected = run.rejections.order_by().values("line").distinct().count()
        run.save(update_fields=["rows_total", "ignored", "rejected"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sales_stagedopportunity, sales_stagedevent")


def _stage_rows(checker: Checker, table: Table, buffer: Buffer, progress: Progress) -> int:
    repeats = checker.mapping.kind != OPPORTUNITIES
    count = 0
    for count, (line, cells) in enumerate(table.rows(), start=1):
        if isinstance(cells, Problem):
            buffer.reject(cells)
            continue
        row, problems = checker.check(line, cells)
        if row is not None:
            buffer.add(line, row, repeats=repeats)
        for problem in problems:
            buffer.reject(problem)
        if count % CHUNK == 0:
            buffer.flush()
            progress(count, 0)
    buffer.flush()
    return count


def _settle_repeated(run: ImportRun, mapping: Mapping) -> None:
    """An id twice in an opportunities file is an error; in a log it is the same opportunity."""
    is_error = mapping.kind == OPPORTUNITIES
    reason = Problem(0, "", "", "duplicate_id").reason
    parameters = {"run": run.pk, "column": mapping.columns["id"], "reason": reason}
    with connection.cursor() as cursor:
        cursor.execute(REJECT_REPEATED if is_error else FORGET_REPEATED, parameters)


def refuse_ambiguous_dates(mapping: Mapping, table: Table) -> None:
    """Without a stated format, look at every date; if days and months can be swapped, ask."""
    if mapping.date_format:
        return
    places = [(c, table.header.index(c)) for c in mapping.date_columns if c in table.header]
    seen: dict[str, set[str]] = {column: set() for column, _ in places}
    for _line, cells in table.rows():
        if isinstance(cells, Problem):
            continue
        for column, place in places:
            if len(seen[column]) < 20_000 and cells[place] not in mapping.null_values:
                seen[column].add(cells[place])
    for column, values in seen.items():
        if "iso" not in formats_of(values) and values:
            raise unreadable("ambiguous_date", column=column, value=min(values))


STAGED = (StagedOpportunity, StagedEvent)


def clear(run: ImportRun, models: Iterable[type[Model]] = (*STAGED, Rejection)) -> None:
    """Forget what was staged of a run, and what was rejected unless only STAGED is named."""
    for model in models:
        rows = model._default_manager.filter(run=run)
        rows._raw_delete(rows.db)  # type: ignore[attr-defined]


def stored(name: str) -> Path:
    """The path of a stored file."""
    from pathlib import Path

    return Path(default_storage.path(name))
