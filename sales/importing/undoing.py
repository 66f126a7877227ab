"""Undoing an import: what it appended is voided, what it voided is appended again."""

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sales.models import ImportRun, OpportunityDetail, OpportunityOwner, StageEvent
from sales.signals import opportunities_changed

FACTS = (OpportunityDetail, OpportunityOwner, StageEvent)
BATCH = 5_000


class NotUndoable(Exception):
    """The run cannot be undone; the message says why."""


@transaction.atomic
def undo(run: ImportRun) -> None:
    """Take back a whole import. Raises NotUndoable when a later one built on its rows."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state not in {ImportRun.State.COMMITTED, ImportRun.State.UNDOING}:
        raise NotUndoable(_("Only a finished import can be undone."))
    _refuse_later(run)
    touched: set[int] = set()
    for model in FACTS:
        touched |= _take_back(run, model._meta.db_table, _columns(model))
    ids = sorted(touched)
    for start in range(0, len(ids), BATCH):
        opportunities_changed.send(
            sender=ImportRun,
            organisation=run.organisation,
            opportunities=ids[start : start + BATCH],
        )
    run.state, run.undone_at = ImportRun.State.UNDONE, timezone.now()
    run.save(update_fields=["state", "undone_at"])


def _refuse_later(run: ImportRun) -> None:
    for model in FACTS:
        built_on = (
            model.objects.filter(recorded_by=run, voided_by__isnull=False)
            .exclude(voided_by=run)
            .exclude(voided_by__state=ImportRun.State.UNDONE)
            .select_related("voided_by")
            .first()
        )
        if built_on is not None:
            raise NotUndoable(
                _("“%(file)s” was imported later and changed the same rows. Undo it first.")
                % {"file": built_on.voided_by.file_name}
            )


def _columns(model: type[OpportunityDetail | OpportunityOwner | StageEvent]) -> str:
    """The fact's columns, without the key and those that say since when it is believed."""
    own = {"id", "recorded_at", "voided_at", "voided_by_id"}
    return ", ".join(f.column for f in model._meta.concrete_fields if f.column not in own)


def _take_back(run: ImportRun, table: str, columns: str) -> set[int]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET voided_at = %s, voided_by_id = %s"
            " WHERE recorded_by_id = %s AND voided_at IS NULL RETURNING opportunity_id",
            [now, run.pk, run.pk],
        )
        touched = {row[0] for row in cursor}
        cursor.execute(
            f"INSERT INTO {table} ({columns}, recorded_at) SELECT {columns}, %s FROM {table}"
            " WHERE voided_by_id = %s AND recorded_by_id IS DISTINCT FROM %s"
            " RETURNING opportunity_id",
            [now, run.pk, run.pk],
        )
        return touched | {row[0] for row in cursor}
