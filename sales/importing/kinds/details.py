"""Statements about an identity and the one detail of it that is believed.

They need a temporary table ``batch`` with the staged rows and in ``KEY_id`` the identity, null
where there is none yet, and fill ``detail_change``.
"""

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping

from django.db.models import Model

from sales.importing.kinds.copying import history_of

IDENTITIES = """
WITH made AS (
    INSERT INTO {table} (organisation_id, source, external_id, recorded_at{columns})
    SELECT %(organisation)s, %(source)s, b.external_id, %(now)s{values}
    FROM batch b WHERE b.{key} IS NULL
    RETURNING id, external_id
) UPDATE batch b SET {key} = made.id FROM made WHERE made.external_id = b.external_id"""

DETAIL_CHANGE = """
CREATE TEMP TABLE detail_change ON COMMIT DROP AS
SELECT b.id AS staged_id, d.id AS old_id, {columns}
FROM batch b LEFT JOIN {history} d ON d.voided_at IS NULL
WHERE d.id IS NULL OR ({old}) IS DISTINCT FROM ({new})"""

VOID = """
UPDATE {table} SET voided_at = %(now)s, voided_by_id = %(run)s
WHERE id = ANY (ARRAY({ids}))"""
"""An array, so that the planner looks up what it need not know the number of."""

DETAILS = """
INSERT INTO {table} (organisation_id, {key}, {columns}, recorded_at, recorded_by_id)
SELECT %(organisation)s, b.{key}, {values}, %(now)s, %(run)s
FROM detail_change c JOIN batch b ON b.id = c.staged_id"""

COUNT = """
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new AND is_changed),
       count(*) FILTER (WHERE NOT is_new AND NOT is_changed)
FROM (SELECT d.staged_id IS NOT NULL AS is_new, c.staged_id IS NOT NULL AS is_changed
      FROM batch b LEFT JOIN {changed} c ON c.staged_id = b.id
      LEFT JOIN detail_change d ON d.staged_id = b.id AND d.old_id IS NULL) counted"""
"""What has no detail that is believed is new."""


def make_identities(table: type[Model], key: str, more: AnyMapping[str, str]) -> str:
    """``more``: columns of the identity, and what each holds."""
    return IDENTITIES.format(
        table=table._meta.db_table,
        key=key,
        columns="".join(f", {name}" for name in more),
        values="".join(f", {value}" for value in more.values()),
    )


def compare_details(
    table: type[Model], key: str, initial: AnyMapping[str, str], mapped: Iterable[str]
) -> str:
    """``initial``: columns of a detail, with what an unmapped one begins as. One that is not
    mapped keeps what it was."""
    said = set(mapped)
    fresh = {
        name: f"b.{name}" if name in said else f"COALESCE(d.{name}, {begins})"
        for name, begins in initial.items()
    }
    return DETAIL_CHANGE.format(
        history=history_of(table, key),
        columns=", ".join(f"{value} AS {name}" for name, value in fresh.items()),
        old=", ".join(f"d.{name}" for name in fresh),
        new=", ".join(fresh.values()),
    )


def void(table: type[Model], ids: str) -> str:
    """``ids``: a query for what is to be voided, of what is believed."""
    return VOID.format(table=table._meta.db_table, ids=ids)


def void_details(table: type[Model]) -> str:
    return void(table, "SELECT old_id FROM detail_change WHERE old_id IS NOT NULL")


def append_details(table: type[Model], key: str, columns: Iterable[str]) -> str:
    names = list(columns)
    return DETAILS.format(
        table=table._meta.db_table,
        key=key,
        columns=", ".join(names),
        values=", ".join(f"c.{name}" for name in names),
    )
