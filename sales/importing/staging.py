"""The good rows of a file into staging tables, the bad ones into rejections. Streamed."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from sales.importing.checking import Checker, Surroundings
from sales.importing.dates import DIGIT, ISO_LIKE, formats_of
from sales.importing.fencing import save
from sales.importing.kinds import handling_of
from sales.importing.kinds.copying import CHUNK, copy_into
from sales.importing.kinds.handling import Rows
from sales.importing.mapping import Mapping, from_toml
from sales.importing.owners import owners_of
from sales.importing.problems import Problem, unreadable
from sales.importing.reading import Table, open_table
from sales.models import ImportRun, Rejection

SAID_BY_DATABASE = ("closed_before_inbound", "activity_before_lead")
"""Codes of what is wrong with an instant beside what is known of the lead."""

DISTINCT_DATES = 20_000
Progress = Callable[[int, int], None]
"""Called with rows done and rows in all; 0 in all where nobody knows."""

COPY_REJECTIONS = """COPY sales_rejection (run_id, line, "column", value, code)
    FROM STDIN"""


class Rejections:
    """Rows with errors on their way into their table."""

    def __init__(self, run: int) -> None:
        self.run = run
        self.rows: list[tuple[Any, ...]] = []

    def add(self, problem: Problem) -> None:
        place = (problem.line, problem.column[:200], problem.shown)
        self.rows.append((self.run, *place, problem.code))

    def flush(self) -> None:
        if self.rows:
            copy_into(COPY_REJECTIONS, self.rows)
            self.rows.clear()


def stage(run: ImportRun, progress: Progress) -> None:
    """Check every row of the run's file. Starts afresh each time. Raises UnreadableFile, and
    Overtaken where another worker does the same by now."""
    mapping = from_toml(run.toml)
    handling = handling_of(run)
    path = stored(run.file)
    with open_table(path, mapping.layout) as table:
        refuse_unstated_dates(mapping, table)
    with transaction.atomic(), open_table(path, mapping.layout) as table:
        clear(run)
        rows = handling.rows(run)
        checker = handling.checker(mapping, table.header, surroundings(run, mapping))
        count, ignored = stage_rows(checker, table, rows, Rejections(run.pk), progress)
        if not count:
            raise unreadable("no_rows")
        with connection.cursor() as cursor:
            cursor.execute(handling.know)
        handling.settle(run, mapping)
        handling.settle_kept(run, mapping, 0, None)
        _say_as_written(run, mapping, path)
        save(
            run,
            rows_total=count,
            ignored=ignored,
            newest_first=rows.newest_first,
            rejected=rejected_rows(run),
        )


def _say_as_written(run: ImportRun, mapping: Mapping, path: Path) -> None:
    """What the database found wrong with an instant is told as it stands in the file."""
    found = {each.line: each for each in run.rejections.filter(code__in=SAID_BY_DATABASE)}
    if not found:
        return
    with open_table(path, mapping.layout) as table:
        for line, cells in table.rows():
            if line in found and not isinstance(cells, Problem):
                each = found[line]
                text = cells[table.header.index(each.column)].strip()
                each.value = Problem(line, each.column, text, each.code).shown
    Rejection.objects.bulk_update(found.values(), ["value"], batch_size=500)


def surroundings(run: ImportRun, mapping: Mapping) -> Surroundings:
    """What checking knows of the run's organisation. Raises UnreadableFile, see ``owners_of``."""
    return Surroundings(
        zone=run.organisation.zone,
        currency=run.organisation.currency,
        now=timezone.now(),
        owners=owners_of(run, mapping),
    )


def rejected_rows(run: ImportRun) -> int:
    return run.rejections.order_by().values("line").distinct().count()


class Lines(Protocol):
    """Rows on their way in. ``share`` is how much of them was read, 0 to 1."""

    @property
    def share(self) -> float: ...

    def rows(self) -> Iterable[tuple[int, list[str] | Problem]]: ...


def stage_rows(
    checker: Checker[Any], table: Lines, rows: Rows, rejections: Rejections, progress: Progress
) -> tuple[int, int]:
    """How many rows there are, and how many of them are left out."""
    count = ignored = 0
    for count, (line, cells) in enumerate(table.rows(), start=1):
        if isinstance(cells, Problem):
            rejections.add(cells)
        else:
            row, problems = checker.check(line, cells)
            for problem in problems:
                rejections.add(problem)
            if row.ignored:
                ignored += 1
            elif not problems:
                rows.add(line, row)
        if count % CHUNK == 0:
            rows.flush()
            rejections.flush()
            progress(count, round(count / table.share))
    rows.flush()
    rejections.flush()
    return count, ignored


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


def clear(run: ImportRun, *, rejections: bool = True) -> None:
    """Forget what was staged of a run, and what was rejected."""
    forgotten: list[type[Model]] = [*handling_of(run).staged]
    if rejections:
        forgotten.append(Rejection)
    for model in forgotten:
        rows = model._default_manager.filter(run=run)
        rows._raw_delete(rows.db)


def stored(name: str) -> Path:
    """The path of a stored file."""
    return Path(default_storage.path(name))
