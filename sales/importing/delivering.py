"""Rows that a program sends, taken in at once: staged, compared and written in one transaction.

They go the way of a file's rows, without a plan to accept: what is wrong with one row is answered,
and the others are taken.
"""

import json
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from sales.importing.committing import finish, record
from sales.importing.dates import WITH_OFFSET
from sales.importing.fencing import save
from sales.importing.growing import look_at_grown
from sales.importing.kinds import handling_of
from sales.importing.kinds.handling import Batch
from sales.importing.locking import one_writer
from sales.importing.mapping import Mapping, check
from sales.importing.parcels import Parcel, in_turns, parcels_of
from sales.importing.pipelines import known_pipelines, last_mapping, stage_change, version_for
from sales.importing.planning import silent
from sales.importing.problems import SHOWN, storable
from sales.importing.staging import (
    SAID_BY_DATABASE,
    Rejections,
    clear,
    rejected_rows,
    stage_rows,
    surroundings,
)
from sales.importing.vocabulary import REQUIRED, TARGETS, WITH_STAGES
from sales.models import Connection, ImportRun, Pipeline, Rejection
from teams.models import ApiKey, Organisation

MOST_PARCELS = 50
LONGEST_ROW = 2_000
"""Characters kept of a row that was rejected."""


class Undeliverable(ValueError):
    """Nothing of it can be taken; the message says why, ``field`` what of it is meant."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Rows of one kind from one source, each with its values by the names of fields.

    A field that a row does not have keeps its value; None empties it. Without ``pipeline_stages``
    those of the pipeline are meant. ``stages`` and ``meanings`` are as in a mapping.
    """

    kind: str
    source: str
    rows: Sequence[Any]
    pipeline: str = ""
    pipeline_stages: tuple[str, ...] = ()
    stages: AnyMapping[str, str] = field(default_factory=dict)
    meanings: AnyMapping[str, str] = field(default_factory=dict)
    disqualified_reasons: tuple[str, ...] = ()


def delivery_of(said: AnyMapping[str, Any], source: str) -> Delivery:
    """Out of a batch as the API takes it, which was looked at before; there numbers are texts."""
    pipeline = said.get("pipeline") or {}
    return Delivery(
        kind=said["kind"],
        source=source,
        rows=said["rows"],
        pipeline=str(pipeline.get("name", "")),
        pipeline_stages=tuple(map(str, pipeline.get("stages", ()))),
        stages={value: str(stage) for value, stage in said.get("stages", {}).items()},
        meanings={value: str(meaning) for value, meaning in said.get("meanings", {}).items()},
        disqualified_reasons=tuple(map(str, said.get("disqualified_reasons", ()))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """``outcomes`` by line, from 1, of the rows that were taken; the others were rejected or, with
    neither, left out."""

    run: ImportRun
    outcomes: dict[int, str]
    rejections: list[Rejection]


@transaction.atomic
def deliver(
    organisation: Organisation, delivery: Delivery, *, sender: ApiKey | Connection
) -> Delivered:
    """Take in what can be taken. Raises Undeliverable or BadMapping, and nothing is written."""
    one_writer(organisation)
    mapping = _mapping(organisation, delivery)
    parcels, problems = parcels_of(delivery.rows, mapping)
    if len(parcels) > MOST_PARCELS:
        raise Undeliverable("rows", _("The rows name too many different sets of fields."))
    whole = replace(mapping, columns=_columns(mapping, parcels))
    check(whole)
    run = _opened(organisation, delivery, whole, sender)
    rejections = Rejections(run.pk)
    for problem in problems:
        rejections.add(problem)
    rejections.flush()
    outcomes = _taken(run, whole, parcels, rejections)
    save(run, rejected=rejected_rows(run))
    finish(run)
    tables = handling_of(run).tables
    transaction.on_commit(lambda: look_at_grown(tables), robust=True)
    return Delivered(run=run, outcomes=outcomes, rejections=_rejected(run, delivery.rows))


def _rejected(run: ImportRun, rows: Sequence[Any]) -> list[Rejection]:
    """Each with its row: there is no file to look it up in."""
    found = list(run.rejections.all())
    for each in found:
        said = json.dumps(rows[each.line - 1], ensure_ascii=False, default=str)
        each.row = storable(said)[:LONGEST_ROW]
        if each.code in SAID_BY_DATABASE:
            each.value = str(rows[each.line - 1].get(each.column, each.value))[:SHOWN]
    Rejection.objects.bulk_update(found, ["row", "value"], batch_size=500)
    return found


def _mapping(organisation: Organisation, delivery: Delivery) -> Mapping:
    """What is the same for all rows; which columns there are differs."""
    mapping = Mapping(
        kind=delivery.kind,
        source=delivery.source,
        columns={},
        meanings=delivery.meanings,
        date_format=WITH_OFFSET,
        decimal=".",
    )
    if delivery.kind not in WITH_STAGES:
        return mapping
    organisation.locked()
    named = replace(
        mapping,
        stages={target: target for target in TARGETS} | dict(delivery.stages),
        disqualified_reasons=delivery.disqualified_reasons,
        **_pipeline(organisation, delivery),
    )
    if change := stage_change(organisation, named):
        reason = _(
            "The pipeline “%(pipeline)s” has the stages %(stages)s. Send just these, or none."
        )
        told = {"pipeline": change.pipeline, "stages": ", ".join(change.before)}
        raise Undeliverable("pipeline", reason % told)
    return named


def _pipeline(organisation: Organisation, delivery: Delivery) -> dict[str, Any]:
    if delivery.pipeline_stages:
        stages = delivery.pipeline_stages
        return {"pipeline": delivery.pipeline or "Sales", "pipeline_stages": stages}
    found = _named(organisation, delivery)
    if not found:
        known = ", ".join(each.name for each in known_pipelines(organisation)) or _("none")
        reason = _("Name one of the pipelines there are (%(known)s), or send its stages.")
        raise Undeliverable("pipeline", reason % {"known": known})
    return {"pipeline": found.name, "pipeline_stages": tuple(found.stage_names().values())}


def _named(organisation: Organisation, delivery: Delivery) -> Pipeline | None:
    """The pipeline that is named, else that of the source's last rows, else the only one."""
    before = None if delivery.pipeline else last_mapping(organisation, delivery.source)
    name = before.pipeline if before else delivery.pipeline
    called: Pipeline | None = organisation.pipelines.with_stages().filter(name=name).first()
    if called or delivery.pipeline:
        return called
    known = known_pipelines(organisation)
    return known[0] if len(known) == 1 else None


def _columns(mapping: Mapping, parcels: Iterable[Parcel]) -> dict[str, str]:
    """Every field that any row names, and those that all must."""
    names = set(REQUIRED[mapping.kind]).union(*(parcel.mapping.columns for parcel in parcels))
    return {name: name for name in sorted(names)}


def _opened(
    organisation: Organisation, delivery: Delivery, mapping: Mapping, sender: ApiKey | Connection
) -> ImportRun:
    now = timezone.now()
    by: dict[str, Any] = {"channel": ImportRun.Channel.WEBHOOK, "connection": sender}
    if isinstance(sender, ApiKey):
        by = {"channel": ImportRun.Channel.API, "api_key": sender}
    return ImportRun.objects.create(
        organisation=organisation,
        kind=delivery.kind,
        source=delivery.source,
        state=ImportRun.State.COMMITTING,
        file_name=sender.name,
        toml=mapping.to_toml(),
        valid_only=True,
        started_by_id=sender.created_by_id,
        planned_at=now,
        rows_total=len(delivery.rows),
        **by,
    )


def _taken(
    run: ImportRun, whole: Mapping, parcels: Iterable[Parcel], rejections: Rejections
) -> dict[int, str]:
    """What became of each line."""
    handling = handling_of(run)
    outcomes: dict[int, str] = {}
    for number, some in enumerate(in_turns(parcels)):
        if number:
            clear(run, rejections=False)
        ranges = _staged(run, some, rejections)
        handling.settle(run, whole)
        for each in ranges:
            handling.settle_kept(run, *each)
        outcomes |= _recorded(run, ranges)
    return outcomes


def _staged(
    run: ImportRun, parcels: Iterable[Parcel], rejections: Rejections
) -> list[tuple[Mapping, int, int]]:
    """The mapping of each parcel, and between which staged ids its rows lie."""
    handling, ignored, after = handling_of(run), 0, 0
    rows, ranges = handling.rows(run), []
    around = None
    for parcel in parcels:
        around = around or surroundings(run, parcel.mapping)
        checker = handling.checker(parcel.mapping, parcel.header, around)
        ignored += stage_rows(checker, parcel, rows, rejections, silent)[1]
        staged = handling.staged[0]._default_manager.filter(run=run, id__gt=after)
        until = staged.aggregate(last=Max("id"))["last"]
        if until:
            ranges.append((parcel.mapping, after, until))
            after = until
    save(run, ignored=run.ignored + ignored, newest_first=rows.newest_first)
    return ranges


def _recorded(run: ImportRun, ranges: Iterable[tuple[Mapping, int, int]]) -> dict[int, str]:
    """What became of each line."""
    handling, version = handling_of(run), None
    outcomes: dict[int, str] = {}
    for mapping, after, until in ranges:
        if run.kind in WITH_STAGES:
            version = version or version_for(run, mapping)
        batch = Batch(
            run=run, mapping=mapping, after=after, until=until, now=timezone.now(), version=version
        )
        handling.compare(batch)
        outcomes |= handling.outcomes(batch)
        record(batch)
    return outcomes
