"""Committing an import: what the plan compared, written batch by batch.

Each batch is one transaction that also moves the run's cursor, so a crash resumes where it
stopped. Facts are voided and appended, never edited.
"""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sales.importing.announcing import announce_end
from sales.importing.arriving import arrivals_of, bring
from sales.importing.fencing import Overtaken, move, save
from sales.importing.growing import SOME, look_at
from sales.importing.kinds import handling_of
from sales.importing.kinds.handling import Batch, added
from sales.importing.locking import one_writer
from sales.importing.mapping import Mapping, from_toml
from sales.importing.owners import people_by_name
from sales.importing.pipelines import stage_change, version_for
from sales.importing.planning import BATCH, batches, silent
from sales.importing.staging import Progress, clear
from sales.importing.vocabulary import WITH_OWNERS, WITH_STAGES
from sales.models import ImportRun, PipelineVersion

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
            version = _version(run, mapping) if run.kind in WITH_STAGES else None
            for after, until in ranges:
                _commit_batch(run, mapping, version, placed, after, until)
                if after == 0 and until != ranges[-1][1]:
                    look_at(handling_of(run).tables)
                progress(run.rows_done, run.rows_total)
        finish(run)
        if run.rows_total >= SOME:
            look_at(handling_of(run).tables)


def begin(run: ImportRun, *, valid_only: bool) -> None:
    """A plan is accepted: from here on its mapping stands. Raises NotCommittable."""
    if run.state == State.COMMITTED:
        raise NotCommittable(_("This was imported already."))
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
    if run.kind not in WITH_OWNERS:
        return {}
    staged = handling_of(run).staged[0]._default_manager
    waiting = staged.filter(run=run, person_id=None).exclude(owner="")
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
    version: PipelineVersion | None,
    placed: dict[str, int],
    after: int,
    until: int,
) -> None:
    """Raises Overtaken where another worker writes this run's batches by now."""
    one_writer(run.organisation)
    if version and PipelineVersion.objects.filter(pk=version.pk).exclude(undone_at=None).exists():
        version = version_for(run, mapping)
    handling, now = handling_of(run), timezone.now()
    batch = Batch(
        run=run, mapping=mapping, after=after, until=until, now=now, placed=placed, version=version
    )
    handling.compare(batch)
    record(batch)


def record(batch: Batch) -> None:
    """Write a batch that was compared in this transaction. Raises Overtaken."""
    run, handling = batch.run, handling_of(batch.run)
    counts = added((run.created, run.updated, run.unchanged), handling.count(batch))
    if changed := handling.write(batch):
        handling.announce(run.organisation, changed)
    save(
        run,
        cursor=batch.until,
        rows_done=sum(counts),
        **dict(zip(("created", "updated", "unchanged"), counts, strict=True)),
        wrote_at=batch.now,
    )


@transaction.atomic
def finish(run: ImportRun) -> None:
    """Everything is written. Raises Overtaken."""
    save(
        run,
        state=State.COMMITTED,
        finished_at=timezone.now(),
        rows_done=run.rows_total,
        source=run.source or from_toml(run.toml).source,
    )
    clear(run, rejections=False)
    announce_end(run)
