"""One import writes an organisation's facts at a time."""

from datetime import datetime

from django.db import connection

from teams.models import Organisation

WRITING = "sales.import"
"""Names the advisory lock of whoever writes an organisation's facts."""

IMPORTED_UNTIL = """
SELECT LEAST(clock_timestamp(), min(a.xact_start))
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.pid <> pg_backend_pid()
  AND l.classid::bigint = hashtext(%s)::bigint & 4294967295 AND l.objid = %s"""


def one_writer(organisation: Organisation) -> None:
    """Wait for whoever writes; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), %s::int)", [WRITING, organisation.pk]
        )


def imported_until(organisation: Organisation) -> datetime:
    """The newest instant of which everything imported is there to read.

    What an open import writes is recorded as of when it began, and seen by others only once it is
    committed.
    """
    with connection.cursor() as cursor:
        cursor.execute(IMPORTED_UNTIL, [WRITING, organisation.pk])
        found: datetime = cursor.fetchone()[0]
        return found
