"""What a person decides about a file on its way in; jobs do the rest."""

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jobs.models import Job
from jobs.promising import promise
from sales.importing.ageing import is_stale
from sales.importing.committing import NotCommittable, begin
from sales.importing.fencing import move
from sales.importing.mapping import Mapping
from sales.importing.receiving import set_mapping
from sales.models import ImportRun, MappingProfile

State = ImportRun.State


class NotPossible(Exception):
    """The run is not in a state for that; the message says why."""


@transaction.atomic
def confirm(run: ImportRun, mapping: Mapping, *, keep_as: str = "") -> None:
    """The mapping is complete: check the file by it. ``keep_as`` names a profile to save.

    Raises NotMappable.
    """
    set_mapping(run, mapping)
    if keep_as:
        MappingProfile.objects.update_or_create(
            organisation=run.organisation,
            kind=run.kind,
            name=keep_as,
            defaults={"toml": run.toml},
        )
    move(run, [State.UPLOADED], State.PLANNING)
    _promise("sales.plan", run)


def accept(run: ImportRun, *, valid_only: bool = False) -> None:
    """Import what was planned; rows with errors only with ``valid_only``. Raises NotCommittable,
    also where the file was planned anew after the attempt that ``run`` holds, and where the plan
    is out of date: then the file is checked again.

    Asking twice changes nothing, unless the work was interrupted without a job: then it goes on.
    """
    if not _accepted(run, valid_only=valid_only):
        raise NotCommittable(
            _(
                "Another import, or a change of people or teams, came between. Nothing was "
                "imported; the file is being checked again."
            )
        )


@transaction.atomic
def _accepted(run: ImportRun, *, valid_only: bool) -> bool:
    seen = run.attempt
    run.refresh_from_db(from_queryset=ImportRun.objects.select_for_update(no_key=True))
    if run.state == State.PLANNED and run.attempt != seen:
        raise NotCommittable(
            _(
                "The file was checked again after you saw what would change. Nothing was "
                "imported; look at what would change now."
            )
        )
    if run.state == State.PLANNED and is_stale(run):
        plan_again(run)
        return False
    if run.state != State.COMMITTING:
        begin(run, valid_only=valid_only)
    _promise("sales.commit", run)
    return True


@transaction.atomic
def plan_again(run: ImportRun) -> None:
    """The plan is out of date: check the file again, and say so."""
    said = {"planned_at": None, "planned_again": True}
    if move(run, [State.PLANNED, State.COMMITTING], State.PLANNING, **said):
        _promise("sales.plan", run)


@transaction.atomic
def take_back(run: ImportRun) -> None:
    """Undo the whole import. Raises NotPossible unless it is imported."""
    if not move(run, [State.COMMITTED], State.UNDOING, failure=""):
        raise NotPossible(_("Only a finished import can be undone."))
    _promise("sales.undo", run)


def job_of(run: ImportRun) -> Job | None:
    """The newest job about this run."""
    return Job.objects.filter(task__startswith="sales.", args__run=run.pk).first()


def _promise(task: str, run: ImportRun) -> None:
    """One job of a kind for each run; asking twice changes nothing.

    The job writes down failures in the language of who asked.
    """
    args = {"run": run.pk, "language": get_language()}
    promise(task, key=f"{task}:{run.pk}", args=args)
