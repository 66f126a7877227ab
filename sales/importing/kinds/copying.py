"""Rows on their way into a staging table, and what of it is rejected."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

CHUNK = 5_000
"""Rows held in memory at once."""

FIRST_COUNTS = """
WITH again AS (
    SELECT id, line, {said} AS said FROM (
        SELECT *, row_number() OVER (PARTITION BY {by} ORDER BY line) AS place
        FROM {table} WHERE run_id = %(run)s AND {among}) ranked
    WHERE place > 1
), gone AS (
    DELETE FROM {table} WHERE id IN (SELECT id FROM again)
) INSERT INTO sales_rejection (run_id, line, "column", value, code)
SELECT %(run)s, line, %(column)s, left(said, 80), %(code)s FROM again"""

REFUSED = """
WITH wrong AS (
    DELETE FROM {table} s WHERE s.run_id = %(run)s AND {where} RETURNING s.line, {said} AS said
) INSERT INTO sales_rejection (run_id, line, "column", value, code)
SELECT %(run)s, line, %(column)s, left(said, 80), %(code)s FROM wrong"""

IDENTITY = """SELECT i.id FROM {table} i WHERE i.organisation_id = %(organisation)s
        AND i.source = %(source)s AND i.external_id = {told}"""

KNOWN = """(SELECT d.{said} FROM sales_{thing}detail d
    WHERE d.voided_at IS NULL AND d.{thing}_id = ({identity}))"""


def copy_into(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def text_of(at: datetime | None) -> str | None:
    """Half the time of writing a row would be the driver's own way from an instant to text."""
    return at.isoformat() if at else None


class Copied:
    """Good rows into one staging table, each with the cells that ``cells`` makes of it."""

    newest_first = False

    def __init__(
        self, run: int, table: type[Model], columns: str, cells: Callable[[Any], tuple[Any, ...]]
    ) -> None:
        self.run, self.cells = run, cells
        name = table._meta.db_table
        self.statement = f"COPY {name} (run_id, line, {columns}) FROM STDIN"
        self.rows: list[Sequence[Any]] = []

    def add(self, line: int, row: Any) -> None:
        self.rows.append((self.run, line, *self.cells(row)))

    def flush(self) -> None:
        if self.rows:
            copy_into(self.statement, self.rows)
            self.rows.clear()


def reject(statement: str, *, run: int, column: str, code: str, **more: Any) -> None:
    """Run one of the statements above."""
    parameters = {"run": run, "column": column[:200], "code": code, **more}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def looked_up(table: type[Model], told: str) -> str:
    """To be joined: the identity with the id in the CRM that the column ``told`` holds.

    The limit makes it a look-up for each row: of what came in a moment ago the planner knows
    nothing yet, takes it to be little and would compare all rows with all.
    """
    return f"LATERAL ({IDENTITY.format(table=table._meta.db_table, told=told)} LIMIT 1)"


def history_of(table: type[Model], key: str) -> str:
    """To be joined: every fact about what the row ``b`` of the batch is about, voided ones too.

    The offset makes it a look-up for each row, as the limit above does; were it to say which are
    believed, the planner might take an index of those for so small that it reads all of it.
    """
    return f"LATERAL (SELECT * FROM {table._meta.db_table} f WHERE f.{key} = b.{key} OFFSET 0)"


def known(thing: str, said: str, *, told: str = "") -> str:
    """A column of what is believed of the lead or opportunity that a staged row ``s`` names, in the
    column ``told`` if that is not called so itself; null if nothing is."""
    identity = IDENTITY.format(table=f"sales_{thing}", told=f"s.{told or thing}")
    return KNOWN.format(said=said, thing=thing, identity=identity)


def first_counts(table: str, *, by: str, said: str, among: str = "TRUE") -> str:
    """The statement that rejects every row but the first of those alike in ``by``; all are columns
    or conditions of ours."""
    return FIRST_COUNTS.format(table=table, by=by, said=said, among=among)


def refused(table: str, *, where: str, said: str) -> str:
    """The statement that rejects the staged rows ``s`` of which ``where`` is so."""
    return REFUSED.format(table=table, where=where, said=said)
