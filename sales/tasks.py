"""Doors to importing. Each may run more than once; the run's state says what is left to do."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from jobs.running import RunningJob, durable
from sales.connecting.receiving import forget_messages
from sales.connecting.taking_in import take_in
from sales.importing.ageing import is_stale
from sales.importing.committing import NotCommittable, commit
from sales.importing.deciding import plan_again
from sales.importing.fencing import Overtaken, move
from sales.importing.planning import fail, plan
from sales.importing.undoing import NotUndoable, undo
from sales.models import Connection, ImportRun


@durable("sales.plan")
def plan_import(job: RunningJob, *, run: int, language: str = "en") -> None:
    found = ImportRun.objects.select_related("organisation").get(pk=run)
    if found.state == ImportRun.State.PLANNING:
        with translation.override(language):
            plan(found, progress=job.progress)


@durable("sales.commit")
def commit_import(job: RunningJob, *, run: int, language: str = "en") -> None:
    """Goes on where an earlier attempt stopped. What is half written is not given up."""
    found = ImportRun.objects.select_related("organisation").get(pk=run)
    if found.state != ImportRun.State.COMMITTING:
        return
    with translation.override(language), suppress(Overtaken):
        if not (found.cursor or found.people_placed) and is_stale(found):
            plan_again(found)
            return
        try:
            commit(found, progress=job.progress)
        except (NotCommittable, ValidationError) as error:
            if found.cursor:
                raise
            fail(found, " ".join(getattr(error, "messages", [str(error)])))


@durable("sales.undo")
def undo_import(job: RunningJob, *, run: int, language: str = "en") -> None:
    found = ImportRun.objects.select_related("organisation").get(pk=run)
    if found.state != ImportRun.State.UNDOING:
        return
    with translation.override(language):
        try:
            undo(found)
        except NotUndoable as error:
            committed = ImportRun.State.COMMITTED
            move(found, [ImportRun.State.UNDOING], committed, failure=str(error))


@durable("sales.take_in")
def take_in_messages(job: RunningJob, *, connection: int) -> None:
    """Until none waits; each lot is a transaction of its own."""
    found = Connection.objects.select_related("organisation").get(pk=connection)
    done = 0
    while taken := take_in(found):
        done += taken
        job.progress(done, done + found.messages.waiting().count())


@durable("sales.forget_messages")
def forget(job: RunningJob) -> None:
    forget_messages(timezone.now())
