"""Until when what is known can change no more."""

from datetime import datetime

from django.db import connection

RECOMPUTING = "metrics.recompute"
"""Names the advisory locks of recomputes, which write no facts."""

SETTLED = """
SELECT LEAST(clock_timestamp(), min(xact_start)) FROM pg_stat_activity activity
WHERE datname = current_database() AND backend_type = 'client backend'
  AND backend_xid IS NOT NULL AND pid <> pg_backend_pid() AND NOT EXISTS (
    SELECT FROM pg_locks l WHERE l.pid = activity.pid AND l.locktype = 'advisory' AND l.granted
      AND l.classid::bigint = hashtext(%s)::bigint & 4294967295)"""


def settled() -> datetime:
    """The newest instant of which everything known is there to read.

    What an open transaction writes is recorded as of some time after it began, and seen only once
    it is committed: an import, somebody who moves a team. Where several machines write, their
    clocks are taken to agree.
    """
    with connection.cursor() as cursor:
        cursor.execute(SETTLED, [RECOMPUTING])
        found: datetime = cursor.fetchone()[0]
        return found
