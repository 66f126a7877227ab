"""Making stored rows equal to what a query says, writing only those that differ.

A recompute of everything mostly finds what is there already. Rows that are left alone cost no
index entry, no check and no dead row.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

COMPARE = """
CREATE TEMP TABLE difference ON COMMIT DROP AS
SELECT stored.id AS stored_id, {fresh_columns}
FROM (SELECT id, {columns} FROM {table} WHERE {kept}) stored
FULL JOIN ({fresh}) fresh ON {same}
WHERE ({stored_columns}) IS DISTINCT FROM ({fresh_columns})"""

DELETE = "DELETE FROM {table} WHERE id IN (SELECT stored_id FROM difference)"

INSERT = """
INSERT INTO {table} ({columns}) SELECT {columns} FROM difference WHERE {never_null} IS NOT NULL"""


def compare(
    table: str,
    *,
    columns: Sequence[str],
    kept: str,
    fresh: str,
    same: str,
    parameters: dict[str, Any],
) -> None:
    """Fill the temporary table ``difference``: fresh rows that are not stored, with the id of the
    stored row they replace if there is one, and ids of stored rows that are no more.

    ``kept`` is the condition on the stored rows that ``fresh``, a query, stands for; ``same``
    joins ``stored`` and ``fresh`` by their key.
    """
    sql = COMPARE.format(
        table=table,
        columns=", ".join(columns),
        kept=kept,
        fresh=fresh,
        same=same,
        stored_columns=", ".join(f"stored.{column}" for column in columns),
        fresh_columns=", ".join(f"fresh.{column}" for column in columns),
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS difference")
        cursor.execute(sql, parameters)


def write(table: str, columns: Sequence[str]) -> None:
    """Write what ``compare`` found. The first column is never null."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(DELETE.format(table=table))
        cursor.execute(INSERT.format(table=table, columns=names, never_null=columns[0]))
