"""Doors to recomputing."""

from jobs.running import RunningJob, durable
from metrics.marking import sweep_marks, sweep_matured
from metrics.models import Stale
from metrics.publishing import publish_definitions
from metrics.recomputing import mature, recompute_all, recompute_stale
from teams.models import Organisation

PAUSE_SECONDS = 10
"""Five attempts span minutes, for what a database suffers from often passes by itself; the first
ones come soon enough for numbers to be fresh within the promised minute."""


@durable("metrics.recompute", pause_seconds=PAUSE_SECONDS)
def recompute(job: RunningJob, *, organisation: int) -> None:
    """Use up an organisation's marks, a batch at a time."""
    subject = Organisation.objects.get(pk=organisation)
    done = 0
    while used := recompute_stale(subject):
        done += used
        left = Stale.objects.filter(organisation=subject).count()
        job.progress(done, done + left)


@durable("metrics.recompute_all", pause_seconds=PAUSE_SECONDS)
def recompute_everything(job: RunningJob, *, organisation: int) -> None:
    recompute_all(Organisation.objects.get(pk=organisation))


@durable("metrics.mature")
def count_matured(job: RunningJob, *, organisation: int) -> None:
    mature(Organisation.objects.get(pk=organisation))


@durable("metrics.sweep")
def sweep(job: RunningJob) -> None:
    """Should a promise ever have been missed, a definition have changed, a window have run out."""
    publish_definitions()
    sweep_matured()
    sweep_marks()
