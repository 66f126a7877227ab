"""The embedded database has the tables of the code that uses it, without anybody asking."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

LOCK = 4_242_001


def bring_up_to_date() -> bool:
    """Apply what migrations are missing; whether any were. Two processes may call this at once.

    What is cached has tables of its own, made where they are not there yet.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if missing:
                call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return bool(missing)
