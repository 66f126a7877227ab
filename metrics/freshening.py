"""Doing here and now the recomputing that waits for a worker, for commands that read numbers."""

from jobs.models import Job
from jobs.running import run_now
from metrics.publishing import publish_definitions
from metrics.recomputing import mature, recompute_stale
from teams.models import Organisation


def bring_up_to_date(organisation: Organisation) -> None:
    """Leave no mark and no waiting recompute of the organisation; one that runs is waited for."""
    publish_definitions()
    waiting = Job.objects.waiting().filter(
        task__in=["metrics.recompute", "metrics.recompute_all"],
        args__organisation=organisation.pk,
    )
    for pk in list(waiting.values_list("pk", flat=True)):
        run_now(pk)
    while recompute_stale(organisation):
        pass
    mature(organisation)
