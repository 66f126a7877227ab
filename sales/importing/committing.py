"""Committing an import: what the plan compared, written batch by batch.

Each batch is one transaction that also moves the run's cursor, so a crash resumes where it
stopped. Facts are voided and appended, never edited.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sales.importing.arriving import arrivals_of, bring
from sales.importing.differing import Counts, compare, count
from sales.importing.fencing import Overtaken, move, save
from sales.importing.locking import one_writer
from sales.importing.mapping import CORRECTION, STAGE_EVENTS, Mapping, from_toml
from sales.importing.owners import people_by_name
from sales.importing.pipelines import stage_change, version_for
from sales.importing.planning import BATCH, batches, silent
from sales.importing.staging import STAGED, Progress, clear
from sales.models import ImportRun, PipelineVersion, StagedOpportunity
from sales.signals import opportunities_changed
from teams.recorded import BEGINNING

OPPORTUNITIES = """
WITH made AS (
    INSERT INTO sales_opportunity (organisation_id, pipeline_id, source, external_id, recorded_at)
    SELECT %(organisation)s, %(pipeline)s, %(source)s, b.external_id, %(now)s
    FROM batch b WHERE b.opportunity_id IS NULL
    RETURNING id, external_id
) UPDATE batch b SET opportunity_id = made.id FROM made WHERE made.external_id = b.external_id"""

VOID = """
UPDATE {table} SET voided_at = %(now)s, voided_by_id = %(run)s
WHERE voided_at IS NULL AND id IN ({ids})"""

DETAILS = """
INSERT INTO sales_opportunitydetail (organisation_id, opportunity_id, name, account, product,
    amount, currency, created_at, is_test, deleted, merged_into, recorded_at, recorded_by_id)
SELECT %(organisation)s, b.opportunity_id, c.name, c.account, c.product, c.amount, c.currency,
       c.created_at, c.is_test, c.deleted, c.merged_into, %(now)s, %(run)s
FROM detail_change c JOIN batch b ON b.id = c.staged_id"""

OWNER_ENDS = """
INSERT INTO sales_opportunityowner (organisation_id, opportunity_id, person_id, from_at, to_at,
    recorded_at, recorded_by_id)
SELECT %(organisation)s, b.opportunity_id, c.old_person, c.from_at, %(now)s, %(now)s, %(run)s
FROM owner_change c JOIN batch b ON b.id = c.staged_id
WHERE c.old_id IS NOT NULL AND c.from_at < %(now)s AND NOT %(correcting)s"""

OWNER_BEGINS = """
INSERT INTO sales_opportunityowner (organisation_id, opportunity_id, person_id, from_at,
    recorded_at, recorded_by_id)
SELECT %(organisation)s, b.opportunity_id, b.owner_id,
       CASE WHEN %(correcting)s OR NOT EXISTS (
                SELECT 1 FROM sales_opportunityowner w WHERE w.opportunity_id = b.opportunity_id
                AND w.voided_at IS NULL)
            THEN %(beginning)s ELSE %(now)s END, %(now)s, %(run)s
FROM owner_change c JOIN batch b ON b.id = c.staged_id WHERE b.owner_id IS NOT NULL"""

EVENTS = """
INSERT INTO sales_stageevent (organisation_id, opportunity_id, seq, external_id, kind, from_pos,
    to_pos, stage_id, reason, at, seen, recorded_at, recorded_by_id)
SELECT %(organisation)s, b.opportunity_id, m.seq, m.slot, m.kind, m.came_from, m.to_pos,
       COALESCE(h.stage_id, stage.id), m.reason, m.at, m.seen, %(now)s, %(run)s
FROM moved m JOIN batch b ON b.id = m.staged_id LEFT JOIN held h ON h.id = m.held_id
LEFT JOIN sales_stage stage ON stage.version_id = %(version)s AND stage.position = m.to_pos
    AND m.kind = 'open'"""

VOID_DETAILS = VOID.format(
    table="sales_opportunitydetail",
    ids="SELECT old_id FROM detail_change WHERE old_id IS NOT NULL",
)
VOID_OWNERS = VOID.format(
    table="sales_opportunityowner",
    ids="SELECT w.id FROM owner_change c JOIN batch b ON b.id = c.staged_id"
    " JOIN sales_opportunityowner w ON w.opportunity_id = b.opportunity_id"
    " WHERE w.id = c.old_id OR %(correcting)s",
)
VOID_EVENTS = VOID.format(
    table="sales_stageevent",
    ids="SELECT held_id FROM moved WHERE held_id IS NOT NULL"
    " UNION SELECT held_id FROM fate WHERE held_id IS NOT NULL AND NOT same"
    " UNION SELECT held_id FROM gone",
)

STATEMENTS = (
    *(OPPORTUNITIES, VOID_DETAILS, DETAILS),
    *(VOID_OWNERS, OWNER_ENDS, OWNER_BEGINS),
    *(VOID_EVENTS, EVENTS),
)
"""In this order: what is appended takes the place of what was voided before it."""

CHANGED = "SELECT b.opportunity_id FROM changed c JOIN batch b ON b.id = c.staged_id"


State = ImportRun.State


class NotCommittable(Exception):
    """The run cannot be committed as it stands; the message says why."""


def commit(run: ImportRun, *, progress: Progress = silent, batch: int = BATCH) -> None:
    """Write a planned run, or go on with one that was accepted or interrupted.

    Raises NotCommittable. Where another worker takes the run over meanwhile, that one goes on.
    """
    if run.state != State.COMMITTING:
        begin(run, valid_only=run.valid_only)
    if not move(run, [State.COMMITTING], State.COMMITTING):
        return
    mapping = from_toml(run.toml)
    with suppress(Overtaken):
        placed = _people(run, mapping)
        if ranges := batches(run, start=run.cursor, size=batch):
            version = _version(run, mapping)
            for after, until in ranges:
                _commit_batch(run, mapping, version, placed, after, until)
                progress(run.rows_done, run.rows_total)
        _finish(run)


def begin(run: ImportRun, *, valid_only: bool) -> None:
    """A plan is accepted: from here on its mapping stands. Raises NotCommittable."""
    if run.rejected and not valid_only:
        raise NotCommittable(
            ngettext(
                "%(count)s row has errors. Mend the file, or choose “import what is valid”.",
                "%(count)s rows have errors. Mend the file, or choose “import what is valid”.",
                run.rejected,
            )
            % {"count": number_format(run.rejected, 0, force_grouping=True)}
        )
    if run.state == State.PLANNED:
        _refuse_unseen_stages(run, from_toml(run.toml))
    if run.rejected and run.rows_valid == 0:
        raise NotCommittable(_("No row of this file can be imported."))
    nothing = dict.fromkeys(("cursor", "rows_done", "created", "updated", "unchanged"), 0)
    said = {"valid_only": valid_only, "people_placed": False}
    if not move(run, [State.PLANNED], State.COMMITTING, **said, **nothing):
        raise NotCommittable(_("This import is not ready to be committed."))


@transaction.atomic
def _version(run: ImportRun, mapping: Mapping) -> PipelineVersion:
    """Once something is written by the plan's stages, the rest follows."""
    run.organisation.locked()
    if not run.cursor:
        _refuse_unseen_stages(run, mapping)
    return version_for(run, mapping)


def _refuse_unseen_stages(run: ImportRun, mapping: Mapping) -> None:
    """Raises NotCommittable where the mapping would replace other stages than the plan said."""
    change = stage_change(run.organisation, mapping)
    if change and list(change.before) != run.stages_replaced:
        raise NotCommittable(
            _(
                "The stages of pipeline “%(pipeline)s” changed since this file was checked. Go "
                "through the mapping again, and the file is checked again."
            )
            % {"pipeline": change.pipeline}
        )


@transaction.atomic
def _people(run: ImportRun, mapping: Mapping) -> dict[str, int]:
    """Bring the owners the owners file names; person id by name of those the rows wait for."""
    save(run, failure="")
    run.organisation.locked()
    if not run.people_placed:
        arrivals = arrivals_of(run, mapping)
        if arrivals.kept() != run.arrivals:
            raise NotCommittable(
                _("People or teams changed since this file was checked. Check it again.")
            )
        bring(run.organisation, arrivals)
        save(run, people_placed=True)
    return _placed(run)


def _placed(run: ImportRun) -> dict[str, int]:
    waiting = StagedOpportunity.objects.filter(run=run, person_id=None).exclude(owner="")
    known = people_by_name(run.organisation)
    placed = {}
    for name in waiting.order_by().values_list("owner", flat=True).distinct():
        if name.lower() not in known:
            raise NotCommittable(
                _("“%(name)s” is nobody any more. Check the file again.") % {"name": name}
            )
        placed[name] = known[name.lower()]
    return placed


@transaction.atomic
def _commit_batch(
    run: ImportRun,
    mapping: Mapping,
    version: PipelineVersion,
    placed: dict[str, int],
    after: int,
    until: int,
) -> None:
    """Raises Overtaken where another worker writes this run's batches by now."""
    one_writer(run.organisation)
    if PipelineVersion.objects.filter(pk=version.pk).exclude(undone_at=None).exists():
        version = version_for(run, mapping)
    now = timezone.now()
    compare(run, mapping, after=after, until=until, now=now, placed=placed)
    counts = Counts(run.created, run.updated, run.unchanged)
    count(counts, events=mapping.kind == STAGE_EVENTS)
    changed = _write(run, mapping, version, now)
    if changed:
        opportunities_changed.send(
            sender=ImportRun, organisation=run.organisation, opportunities=changed
        )
    save(
        run,
        cursor=until,
        rows_done=counts.created + counts.updated + counts.unchanged,
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
        wrote_at=now,
    )


def _write(run: ImportRun, mapping: Mapping, version: PipelineVersion, now: datetime) -> list[int]:
    """Void and append what ``compare`` found; the ids of changed opportunities."""
    parameters: dict[str, Any] = {
        "organisation": run.organisation_id,
        "pipeline": version.pipeline_id,
        "version": version.pk,
        "source": mapping.source,
        "run": run.pk,
        "now": now,
        "beginning": BEGINNING,
        "correcting": mapping.owner_change == CORRECTION,
    }
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, parameters)
        cursor.execute(CHANGED)
        return [row[0] for row in cursor]


@transaction.atomic
def _finish(run: ImportRun) -> None:
    save(run, state=State.COMMITTED, finished_at=timezone.now(), rows_done=run.rows_total)
    clear(run, STAGED)
