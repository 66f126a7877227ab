"""The good rows of a file into staging tables, the bad ones into rejections. Streamed."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from sales.importing.checking import Checker, Row, Surroundings
from sales.importing.dates import DIGIT, ISO_LIKE, formats_of
from sales.importing.fencing import save
from sales.importing.mapping import OPPORTUNITIES, Mapping, from_toml
from sales.importing.owners import owners_of
from sales.importing.problems import Problem, unreadable
from sales.importing.reading import Table, open_table
from sales.models import ImportRun, Rejection, StagedEvent, StagedOpportunity

CHUNK = 5_000
DISTINCT_DATES = 20_000
Progress = Callable[[int, int], None]
"""Called with rows done and rows in all; 0 in all where nobody knows."""

COPY_OPPORTUNITIES = """COPY sales_stagedopportunity (run_id, line, said_at, external_id, name,
    account, product, amount, currency, created_at, is_test, deleted, merged_into, owner,
    person_id)
    FROM STDIN"""
COPY_EVENTS = """COPY sales_stagedevent (run_id, line, external_id, slot, kind, position, reason,
    at) FROM STDIN"""
COPY_REJECTIONS = """COPY sales_rejection (run_id, line, "column", value, code)
    FROM STDIN"""

REPEATED = """WITH again AS (
    SELECT id, external_id, line FROM (
        SELECT id, external_id, line,
               row_number() OVER (PARTITION BY external_id ORDER BY {order}) AS place
        FROM sales_stagedopportunity WHERE run_id = %(run)s) ranked
    WHERE place > 1
), gone AS (
    DELETE FROM sales_stagedopportunity WHERE id IN (SELECT id FROM again)
)"""

REJECT_REPEATED = f"""{REPEATED.format(order="line")}, events AS (
    DELETE FROM sales_stagedevent e USING again
    WHERE e.run_id = %(run)s AND e.external_id = again.external_id AND e.line = again.line
) INSERT INTO sales_rejection (run_id, line, "column", value, code)
SELECT %(run)s, line, %(column)s, left(external_id, 80), 'duplicate_id' FROM again"""
"""In a file with a row for each opportunity the first row of an id counts."""

FORGET_REPEATED = f"""{REPEATED.format(order="said_at DESC, line DESC")}
SELECT count(*) FROM again"""
"""In a log the newest row of an opportunity says what it is called and worth."""


COUNT_VALUES = """ANALYZE sales_stagedopportunity (run_id, id, external_id),
    sales_stagedevent (run_id, external_id)"""
"""For the planner, of the columns that are joined only."""


@dataclass(slots=True)
class Buffer:
    """Rows on their way into the tables."""

    run: int
    is_log: bool
    opportunities: list[Sequence[Any]] = field(default_factory=list)
    events: list[Sequence[Any]] = field(default_factory=list)
    rejections: list[Sequence[Any]] = field(default_factory=list)
    ignored: int = 0
    last: tuple[str, datetime | None] = ("", None)
    before: tuple[str, datetime | None] = ("", None)
    later_than_before: Counter[bool] = field(default_factory=Counter)

    @property
    def newest_first(self) -> bool:
        """Whether the rows of a log go back in time; those of one opportunity decide, if any."""
        for same in (True, False):
            if self.later_than_before[same]:
                return self.later_than_before[same] < 0
        return False

    def add(self, line: int, row: Row) -> None:
        if row.ignored:
            self.ignored += 1
            return
        said_at = row.events[0].at if self.is_log else None
        self._follow(row.external_id, said_at)
        if not self._said_newer(row.external_id, said_at):
            self.opportunities.append(
                (
                    *(self.run, line, _text(said_at), row.external_id, row.name, row.account),
                    *(row.product, row.amount, row.currency),
                    *(_text(row.created and row.created.at), row.is_test, row.deleted),
                    *(row.merged_into, row.owner, row.person),
                )
            )
        self.events += [
            (
                *(self.run, line, row.external_id, event.slot, event.kind),
                *(event.position, event.reason, _text(event.at)),
            )
            for event in row.events
        ]

    def _follow(self, external_id: str, said_at: datetime | None) -> None:
        """Count, apart for rows of one opportunity, how often time goes on less how often back."""
        before_id, before_at = self.before
        self.before = external_id, said_at
        if said_at and before_at and said_at != before_at:
            self.later_than_before[external_id == before_id] += 1 if said_at > before_at else -1

    def _said_newer(self, external_id: str, said_at: datetime | None) -> bool:
        """Whether the row before was a newer one of the same opportunity: most logs need then
        but few rows in the table of opportunities."""
        last_id, last_at = self.last
        self.last = external_id, said_at
        if said_at is None or last_at is None or last_id != external_id:
            return False
        if said_at < last_at:
            self.last = external_id, last_at
            return True
        if self.opportunities:
            self.opportunities.pop()
        return False

    def reject(self, problem: Problem) -> None:
        self.rejections.append(
            (
                *(self.run, problem.line, problem.column[:200], problem.shown),
                problem.code,
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


def _text(at: datetime | None) -> str | None:
    """Half the time of writing a row would be the driver's own way from an instant to text."""
    return at.isoformat() if at else None


def stage(run: ImportRun, progress: Progress) -> None:
    """Check every row of the run's file. Starts afresh each time. Raises UnreadableFile, and
    Overtaken where another worker does the same by now."""
    mapping = from_toml(run.toml)
    path = stored(run.file)
    with open_table(path, mapping.layout) as table:
        refuse_unstated_dates(mapping, table)
    with transaction.atomic(), open_table(path, mapping.layout) as table:
        clear(run)
        around = Surroundings(
            zone=run.organisation.zone,
            currency=run.organisation.currency,
            now=timezone.now(),
            owners=owners_of(run, mapping),
        )
        buffer = Buffer(run.pk, is_log=mapping.kind != OPPORTUNITIES)
        checker = Checker(mapping, table.header, around)
        rows = _stage_rows(checker, table, buffer, progress)
        if not rows:
            raise unreadable("no_rows")
        _count_values()
        _settle_repeated(run, mapping)
        save(
            run,
            rows_total=rows,
            ignored=buffer.ignored,
            newest_first=buffer.newest_first,
            rejected=run.rejections.order_by().values("line").distinct().count(),
        )


def _stage_rows(checker: Checker, table: Table, buffer: Buffer, progress: Progress) -> int:
    count = 0
    for count, (line, cells) in enumerate(table.rows(), start=1):
        if isinstance(cells, Problem):
            buffer.reject(cells)
        else:
            row, problems = checker.check(line, cells)
            if problems:
                for problem in problems:
                    buffer.reject(problem)
            else:
                buffer.add(line, row)
        if count % CHUNK == 0:
            buffer.flush()
            progress(count, round(count / table.share))
    buffer.flush()
    return count


def _count_values() -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNT_VALUES)


def _settle_repeated(run: ImportRun, mapping: Mapping) -> None:
    """An id twice in an opportunities file is an error; in a log it is the same opportunity."""
    is_error = mapping.kind == OPPORTUNITIES
    parameters: dict[str, Any] = {"run": run.pk, "column": mapping.columns["id"][:200]}
    with connection.cursor() as cursor:
        cursor.execute(REJECT_REPEATED if is_error else FORGET_REPEATED, parameters)


def refuse_unstated_dates(mapping: Mapping, table: Table) -> None:
    """Without a stated format a column of dates must be ISO 8601. Raises UnreadableFile.

    It names a column none of whose dates is, and says whether days and months can be swapped in
    it. Other dates among ISO ones, and what has no digit, are errors of their rows.
    """
    if mapping.date_format:
        return
    places = [(c, table.header.index(c)) for c in mapping.date_columns if c in table.header]
    seen: dict[str, set[str]] = {column: set() for column, _ in places}
    for _line, cells in table.rows():
        if isinstance(cells, Problem):
            continue
        for column, place in places:
            value = cells[place].strip()
            if len(seen[column]) < DISTINCT_DATES and DIGIT.search(value):
                seen[column].add(value)
    for column, found in seen.items():
        values = found - mapping.nulls
        if values and not any(ISO_LIKE.match(value) for value in values):
            swappable = {"dmy", "mdy"} <= set(formats_of(values))
            code = "ambiguous_date" if swappable else "unstated_date_format"
            raise unreadable(code, column=column, value=min(values))


STAGED = (StagedOpportunity, StagedEvent)


def clear(run: ImportRun, models: Iterable[type[Model]] = (*STAGED, Rejection)) -> None:
    """Forget what was staged of a run, and what was rejected unless only STAGED is named."""
    for model in models:
        rows = model._default_manager.filter(run=run)
        rows._raw_delete(rows.db)


def stored(name: str) -> Path:
    """The path of a stored file."""
    return Path(default_storage.path(name))
