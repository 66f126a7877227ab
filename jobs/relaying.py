"""From the jobs table to the broker, and back again for what the broker lost."""

import logging
from datetime import datetime

from celery import Celery
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from jobs.models import Job
from jobs.running import bury_worn_out

logger = logging.getLogger(__name__)
BATCH = 100


def relay(app: Celery, *, now: datetime | None = None) -> int:
    """Send the ids of due jobs to the broker; how many. Several relays may run at once.

    A row counts as sent only when the broker took it; while the broker is away rows wait.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        ids = list(
            Job.objects.unsent(moment)
            .select_for_update(skip_locked=True)
            .order_by("run_after", "pk")
            .values_list("pk", flat=True)[:BATCH]
        )
        sent = _send(app, ids)
        Job.objects.filter(pk__in=sent).update(sent_at=moment)
    return len(sent)


def _send(app: Celery, ids: list[int]) -> list[int]:
    sent: list[int] = []
    for pk in ids:
        try:
            app.send_task("jobs.run", args=[str(pk)], retry=False)
        except (OperationalError, OSError) as error:
            logger.warning("The broker did not take job %s: %s", pk, error)
            break
        sent.append(pk)
    return sent


def sweep(*, now: datetime | None = None) -> int:
    """Give up what has no attempts left; the rest of the lost is sent again by ``relay``."""
    return bury_worn_out(now or timezone.now())
