"""The schedule: a table in code, slots that are taken once, missed ones caught up."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from jobs.models import SCHEDULED, SlotRun
from jobs.promising import promise

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A task to promise every so often, counted from a fixed instant."""

    name: str
    every: timedelta
    task: str
    args: dict[str, Any] = field(default_factory=dict)

    def latest(self, now: datetime) -> datetime:
        """The newest slot not after ``now``."""
        return EPOCH + (now - EPOCH) // self.every * self.every


def tick(now: datetime) -> int:
    """Take every slot that is due and not taken, and promise its job; how many were taken.

    Slots missed while nothing ran are caught up by one job, since each task brings its subject up
    to date whole. Two of these at once take each slot once.
    """
    return sum(_take(slot, now) for slot in import_string(settings.JOBS_SCHEDULE))


@transaction.atomic
def _take(slot: Slot, now: datetime) -> bool:
    at = slot.latest(now)
    if SlotRun.objects.filter(name=slot.name, at=at).exists():
        return False
    taken, created = SlotRun.objects.get_or_create(name=slot.name, at=at)
    if created:
        promise(slot.task, key=f"{SCHEDULED}{slot.name}", args=slot.args)
        SlotRun.objects.filter(name=slot.name, at__lt=taken.at).delete()
    return created
