"""Tables that grew: the database's planner knows nothing of rows that came in a moment ago, and a
recompute right after a first import would compare all rows with all. Autovacuum tells it later."""

from collections.abc import Iterable

from django.db import connection

SOME, MANY = 1_000, 20_000

GROWN = """
SELECT c.relname FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.oid = ANY (%s::regclass[])
    AND s.n_mod_since_analyze >= LEAST(GREATEST(c.reltuples, %s), %s)"""
"""Twice as large since the database looked last, or by many rows: those of an organisation that is
new are few among all, and yet it must know of them."""


def look_at(tables: Iterable[str]) -> None:
    """Let the planner look at the tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def look_at_grown(tables: Iterable[str]) -> None:
    """Let it look at those that changed much, by what was committed a second ago or earlier."""
    with connection.cursor() as cursor:
        cursor.execute(GROWN, [list(tables), SOME, MANY])
        grown = [name for (name,) in cursor]
    if grown:
        look_at(grown)
