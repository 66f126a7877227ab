"""Kinds whose every row says all there is to say of one thing: an identity and its detail."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from sales.importing.kinds.copying import looked_up
from sales.importing.kinds.details import (
    COUNT,
    append_details,
    compare_details,
    make_identities,
    void_details,
)
from sales.importing.kinds.handling import Batch, Counts, outcomes_by

DROP = "DROP TABLE IF EXISTS batch, detail_change"

BATCH = """
CREATE TEMP TABLE batch ON COMMIT DROP AS
SELECT s.*, i.id AS {key}{found}
FROM {staged} s {joins}
LEFT JOIN {identity} i ON TRUE
WHERE s.run_id = %(run)s AND s.id > %(after)s AND s.id <= %(until)s"""

KNOW = "ANALYZE batch (id, {key})"

SAMPLE = """
SELECT b.external_id, CASE WHEN c.staged_id IS NULL THEN 'unchanged'
                           WHEN c.old_id IS NULL THEN 'created' ELSE 'updated' END,
       json_build_object({shown})
FROM batch b LEFT JOIN detail_change c ON c.staged_id = b.id
ORDER BY (c.staged_id IS NULL), b.id LIMIT %s"""
"""Changed ones first."""

OUTCOMES = """
SELECT b.line, CASE WHEN c.staged_id IS NULL THEN 'unchanged'
                    WHEN c.old_id IS NULL THEN 'created' ELSE 'updated' END
FROM batch b LEFT JOIN detail_change c ON c.staged_id = b.id"""

CHANGED = "SELECT b.{key} FROM detail_change c JOIN batch b ON b.id = c.staged_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """``columns``: of a detail, with what an unmapped one begins as; ``fields``: the field of the
    mapping that each is filled from, where it has another name; one filled from ``always`` is
    never kept.
    ``found``: columns of the batch that are looked up, by ``joins``. ``shown``: what a sample shows
    of a row, by name.
    """

    identity: type[Model]
    detail: type[Model]
    staged: type[Model]
    key: str
    columns: AnyMapping[str, str]
    fields: AnyMapping[str, str]
    shown: AnyMapping[str, str]
    found: AnyMapping[str, str]
    joins: str = ""

    def compare(self, batch: Batch) -> None:
        column = f"{self.key}_id"
        filled = BATCH.format(
            key=column,
            found="".join(f", {value} AS {name}" for name, value in self.found.items()),
            staged=self.staged._meta.db_table,
            joins=self.joins,
            identity=looked_up(self.identity, "s.external_id"),
        )
        said = batch.mapping.columns
        mapped = {
            name for name in self.columns
            if (field := self.fields.get(name, name)) in said or field == ALWAYS
        }  # fmt: skip
        details = compare_details(self.detail, column, self.columns, mapped)
        with connection.cursor() as cursor:
            for statement in (DROP, filled, KNOW.format(key=column), details):
                cursor.execute(statement, batch.told())

    def count(self, batch: Batch) -> Counts:
        with connection.cursor() as cursor:
            cursor.execute(COUNT.format(changed="detail_change"))
            created, updated, unchanged = map(int, cursor.fetchone())
            return created, updated, unchanged

    def sample(self, limit: int) -> list[dict[str, Any]]:
        shown = ", ".join(f"'{name}', {value}" for name, value in self.shown.items())
        with connection.cursor() as cursor:
            cursor.execute(SAMPLE.format(shown=shown), [limit])
            names = ("id", "outcome", "shown")
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def outcomes(self, batch: Batch) -> dict[int, str]:
        return outcomes_by(OUTCOMES)

    def write(self, batch: Batch) -> list[int]:
        column = f"{self.key}_id"
        statements = (
            make_identities(self.identity, column, {}),
            void_details(self.detail),
            append_details(self.detail, column, self.columns),
        )
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, batch.told())
            cursor.execute(CHANGED.format(key=column))
            return [row[0] for row in cursor]


ALWAYS = "*"
