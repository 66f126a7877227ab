"""Undoing an import: what it appended is voided, what it voided is appended again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from sales.importing.announcing import announce_end
from sales.importing.kinds import handling_of
from sales.importing.kinds.handling import Handling
from sales.importing.locking import one_writer
from sales.importing.pipelines import take_back_versions
from sales.models import ImportRun

BATCH = 5_000

TOUCHED = """DROP TABLE IF EXISTS undone;
CREATE TEMP TABLE undone ON COMMIT DROP AS SELECT about FROM ({}) every;
ANALYZE undone"""
BY_RUN = """SELECT {key} AS about FROM {table}
    WHERE recorded_by_id = %(run)s OR voided_by_id = %(run)s"""

SAID = """
SELECT about, recorded_by_id AS run_id, recorded_at AS at
FROM {table} JOIN undone ON about = {key}
UNION ALL SELECT about, voided_by_id, voided_at
FROM {table} JOIN undone ON about = {key}"""
LATER = """
WITH first AS (SELECT about, run_id, min(at) AS at FROM ({said}) said GROUP BY 1, 2)
SELECT later.file_name FROM first mine JOIN first other USING (about)
JOIN sales_importrun later ON later.id = other.run_id
WHERE mine.run_id = %(run)s AND other.run_id <> %(run)s AND other.at >= mine.at
    AND later.state IN ('committing', 'committed', 'undoing')
ORDER BY other.at DESC LIMIT 1"""
"""The newest import in force that said something about the same thing after this one did.

An import says all it says of a thing at one instant. What the undoing of another brings back keeps
whose it is and is recorded again, so only the first instant tells the order.
"""

VOID = """
UPDATE {table} SET voided_at = %(now)s, voided_by_id = %(run)s
WHERE recorded_by_id = %(run)s AND voided_at IS NULL"""

AGAIN = """
INSERT INTO {table} ({columns}, recorded_at) SELECT {columns}, %(now)s FROM {table}
WHERE voided_by_id = %(run)s AND recorded_by_id IS DISTINCT FROM %(run)s"""


class NotUndoable(Exception):
    """The run cannot be undone; the message says why."""


@transaction.atomic
def undo(run: ImportRun) -> None:
    """Take back a whole import. Raises NotUndoable when a later one built on it."""
    one_writer(run.organisation)
    run = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if run.state not in {ImportRun.State.COMMITTED, ImportRun.State.UNDOING}:
        raise NotUndoable(_("Only a finished import can be undone."))
    handling = handling_of(run)
    touched = _touched(run, handling)
    _refuse_later(run, handling)
    now = timezone.now()
    for model in handling.facts:
        _take_back(run, model, now)
    take_back_versions(run, now)
    for start in range(0, len(touched), BATCH):
        handling.announce(run.organisation, touched[start : start + BATCH])
    run.state, run.undone_at, run.wrote_at = ImportRun.State.UNDONE, now, now
    run.save(update_fields=["state", "undone_at", "wrote_at"])
    announce_end(run)


def _touched(run: ImportRun, handling: Handling) -> list[int]:
    """The things of which the run recorded or voided anything."""
    parts = _of_each(BY_RUN, handling.facts, handling.key)
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED.format(" UNION ".join(parts)), {"run": run.pk})
        cursor.execute("SELECT about FROM undone ORDER BY 1")
        return [row[0] for row in cursor]


def _of_each(statement: str, facts: Iterable[type[Model]], key: str) -> list[str]:
    return [statement.format(table=fact._meta.db_table, key=f"{key}_id") for fact in facts]


def _refuse_later(run: ImportRun, handling: Handling) -> None:
    said = _of_each(SAID, (*handling.facts, *handling.built_on), handling.key)
    with connection.cursor() as cursor:
        cursor.execute(LATER.format(said=" UNION ALL ".join(said)), {"run": run.pk})
        found = cursor.fetchone()
    if found:
        raise NotUndoable(
            _("“%(file)s” was imported later and changed the same rows. Undo it first.")
            % {"file": found[0]}
        )


def _take_back(run: ImportRun, model: type[Model], now: datetime) -> None:
    parameters: dict[str, Any] = {"run": run.pk, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(VOID.format(table=model._meta.db_table), parameters)
        cursor.execute(
            AGAIN.format(table=model._meta.db_table, columns=_columns(model)), parameters
        )


def _columns(model: type[Model]) -> str:
    """The fact's columns, without the key and those that say since when it is believed."""
    own = {"id", "recorded_at", "voided_at", "voided_by_id"}
    named = [str(field.column) for field in model._meta.concrete_fields]
    return ", ".join(column for column in named if column not in own)
