"""Tables that grew: the database's planner knows nothing of rows that came in a moment ago, and a
recompute right after a first import would compare all rows with all. Autovacuum tells it later."""

from collections.abc import Iterable

from django.db import connection

GROWN = """
SELECT relname FROM pg_class
WHERE oid = ANY (%s::regclass[])
    AND pg_relation_size(oid)
        > 4 * GREATEST(relpages, 8) * current_setting('block_size')::bigint"""
"""To the fourfold since the database looked last: a table that grows by batches is looked at a few
times in all."""


def look_at_grown(tables: Iterable[str]) -> None:
    """Let the planner look at those of the tables that grew much."""
    with connection.cursor() as cursor:
        cursor.execute(GROWN, [list(tables)])
        if grown := [name for (name,) in cursor]:
            cursor.execute(f"ANALYZE {', '.join(grown)}")
