"""Durable promises to run a task, and the slots of the schedule that were taken."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

RESEND_AFTER = timedelta(seconds=10)
MAX_ATTEMPTS = 5
SCHEDULED = "slot:"
"""How keys of jobs begin that the schedule promises."""


class JobQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(state__in=[Job.State.QUEUED, Job.State.FAILED])

    def due(self, now: datetime) -> Self:
        """May be run at ``now``: waiting and due, or running with a lease that ran out.

        While a job runs, another of its key waits: it would only stand in the first one's way. That
        holds for one whose lease ran out too; it has to end first, by another worker.
        """
        running = Job.objects.filter(state=Job.State.RUNNING)
        same_key = running.filter(key=OuterRef("key")).exclude(key="")
        return self.filter(
            Q(~Exists(same_key), state__in=[Job.State.QUEUED, Job.State.FAILED], run_after__lte=now)
            | Q(state=Job.State.RUNNING, lease_until__lt=now)
        )

    def unsent(self, now: datetime) -> Self:
        """Due and not given to the broker lately; what the broker lost is sent again.

        A job whose lease ran out is sent at once.
        """
        return self.due(now).filter(
            Q(sent_at=None)
            | Q(sent_at__lt=now - RESEND_AFTER)
            | Q(state=Job.State.RUNNING, sent_at__lt=F("lease_until"))
        )

    def dead(self) -> Self:
        return self.filter(state=Job.State.DEAD)

    def unfinished(self) -> Self:
        """Promised and not done: waiting, running or given up."""
        return self.exclude(state=Job.State.DONE)

    def scheduled(self) -> Self:
        """Promised by the schedule, not by anybody's doing."""
        return self.filter(key__startswith=SCHEDULED)

    def routine(self) -> Self:
        """Scheduled work without trouble, which nobody looks for."""
        return self.scheduled().exclude(state__in=[Job.State.FAILED, Job.State.DEAD])

    def but_routine(self) -> Self:
        return self.exclude(pk__in=self.routine().values("pk"))

    def finished_before(self, instant: datetime) -> Self:
        return self.filter(state=Job.State.DONE, finished_at__lt=instant)


class Job(models.Model):
    """A promise, made in the transaction that needs it, to run one task to its end.

    Of one ``key`` one job runs at a time, and beside it one waits or is given up. Promising a key
    while one of it waits changes nothing; while one runs it queues another, since the running one
    may have read old facts; one that was given up makes room for the new promise.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        FAILED = "failed", _("Failed, will be tried again")
        DEAD = "dead", _("Given up")
        DONE = "done", _("Done")

    task = models.CharField(_("task"), max_length=100)
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.QUEUED)
    run_after = models.DateTimeField(_("run after"), default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(_("error"), blank=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager] = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=["queued", "failed", "dead"]) & ~Q(key=""),
                name="job_of_a_key_waits_or_is_dead_once",
            ),
            UniqueConstraint(
                fields=["key"],
                condition=Q(state="running") & ~Q(key=""),
                name="job_of_a_key_runs_once",
            ),
            models.CheckConstraint(
                name="job_state_is_known",
                condition=Q(state__in=["queued", "running", "failed", "dead", "done"]),
            ),
            models.CheckConstraint(
                name="job_is_leased_iff_running",
                condition=Q(state="running", lease__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(lease=None, lease_until=None)),
            ),
            models.CheckConstraint(
                name="job_is_finished_iff_over",
                condition=Q(state__in=["dead", "done"], finished_at__isnull=False)
                | (~Q(state__in=["dead", "done"]) & Q(finished_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["run_after"], condition=Q(state__in=["queued", "failed"]), name="job_due"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="running"), name="job_lease_ends"
            ),
            models.Index(fields=["state", "-id"], name="job_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"

    @property
    def percent(self) -> int | None:
        """How far it is, 0 to 100; None while nobody has said."""
        return 100 * self.progress_done // self.progress_total if self.progress_total else None


class SlotRun(models.Model):
    """A slot of the schedule that was taken. Whoever inserts the row makes the job."""

    name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(F("name"), F("at"), name="slot_is_taken_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
