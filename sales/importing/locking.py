"""One import writes an organisation's facts at a time."""

from django.db import connection

from teams.models import Organisation


def one_writer(organisation: Organisation) -> None:
    """Wait for whoever writes; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('sales.import'), %s::int)", [organisation.pk]
        )
