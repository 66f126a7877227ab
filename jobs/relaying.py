"""From the jobs table to the broker, and back again for what the broker lost."""

import logging
from datetime import datetime

from celery import Celery
from django.db import transaction
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import OperationalError

from jobs.models import Job, JobQuerySet
from jobs.running import bury_worn_out

logger = logging.getLogger(__name__)
BATCH = 100
CROWDED = 1_000
"""With so many messages waiting in the broker, what was sent is waiting, not lost."""
TRIED_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
"""The relay comes again in a second, so it need not wait for a broker that is away."""


def relay(app: Celery, *, now: datetime | None = None) -> int:
    """Send the ids of due jobs to the broker; how many. Several relays may run at once.

    No row is locked while the broker is spoken to: a hung broker must not hang who promises. What
    the broker does not take waits; what a relay claimed before it died is sent again.
    """
    moment = now or timezone.now()
    with app.connection_for_write(transport_options=TRIED_ONCE) as broker:
        unsent = Job.objects.unsent(moment)
        if unsent.exclude(sent_at=None).exists() and _waiting(app, broker) >= CROWDED:
            unsent = unsent.filter(sent_at=None)
        claimed = _claim(unsent, moment)
        sent = _send(app, broker, claimed)
    Job.objects.filter(pk__in=claimed[sent:], sent_at=moment).update(sent_at=None)
    return sent


@transaction.atomic
def _claim(jobs: JobQuerySet, moment: datetime) -> list[int]:
    due = jobs.select_for_update(skip_locked=True).order_by("run_after", "pk")
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    Job.objects.filter(pk__in=ids).update(sent_at=moment)
    return ids


def _send(app: Celery, broker: Connection, ids: list[int]) -> int:
    """How many the broker took, from the front."""
    for number, pk in enumerate(ids):
        try:
            app.send_task("jobs.run", args=[str(pk)], connection=broker, retry=False)
        except (OperationalError, OSError) as error:
            logger.warning("The broker does not take jobs: %s", error)
            return number
    return len(ids)


def _waiting(app: Celery, broker: Connection) -> int:
    """How many messages the broker holds; 0 if it does not say, since sending will show why."""
    queue = app.conf.task_default_queue
    try:
        return int(broker.default_channel.queue_declare(queue).message_count)
    except (OperationalError, *broker.connection_errors):
        return 0


def sweep(*, now: datetime | None = None) -> int:
    """Give up what has no attempts left; the rest of the lost is sent again by ``relay``."""
    return bury_worn_out(now or timezone.now())
