"""Making stored atoms and snapshots equal to the facts.

Replaced, never incremented: running twice changes nothing, and a recompute of what changed ends in
the same rows as a recompute of everything.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from metrics.atoms import ALL, COLUMNS, Atoms
from metrics.declared import METRICS, Metric
from metrics.gathering import Question, basis, statement
from metrics.measures import STATISTICS
from metrics.models import Atom, Snapshot, Stale
from metrics.periods import GRAINS, Period, from_index, month_index
from teams.models import Organisation

FOREVER = datetime.max.replace(tzinfo=UTC)
"""Stored atoms are of the facts in force, whatever the clock of the machine that recorded them."""

INSERT_ATOMS = f"""
INSERT INTO metrics_atom (organisation_id, kind, {COLUMNS})
SELECT %(organisation)s, %(kind)s, {COLUMNS} FROM ({{atoms}}) fresh"""

INSERT_SNAPSHOTS = f"""
INSERT INTO metrics_snapshot (organisation_id, metric, version, grain, start, computed_at,
                              team_id, rep_id, {", ".join(STATISTICS)})
SELECT %(organisation)s, %(metric)s, %(version)s, %(grain)s,
       make_date(start / 12, start %% 12 + 1, 1), %(as_of)s,
       scope, scope_rep, {", ".join(STATISTICS)}
FROM ({{gathered}}) fresh"""


def mark_stale(organisation: Organisation, entities: Iterable[int]) -> None:
    """Remember that these opportunities' atoms must be derived again. Duplicates do no harm."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO metrics_stale (organisation_id, entity) SELECT %s, unnest(%s::bigint[])",
            [organisation.pk, list(entities)],
        )


@transaction.atomic
def recompute_stale(organisation: Organisation, *, limit: int = 50_000) -> int:
    """Derive the marked entities again and the snapshots they touch; how many marks were used up.

    Marks that arrive meanwhile stay. One recompute of an organisation runs at a time.
    """
    _lock(organisation)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM metrics_stale WHERE id IN (SELECT id FROM metrics_stale"
            " WHERE organisation_id = %s ORDER BY id LIMIT %s) RETURNING entity",
            [organisation.pk, limit],
        )
        marks = [row[0] for row in cursor]
    entities = sorted(set(marks))
    if entities:
        now = timezone.now()
        for atoms in ALL:
            months = _derive_some(organisation, atoms, entities)
            _gather(organisation, atoms, months, now)
    return len(marks)


@transaction.atomic
def recompute_all(
    organisation: Organisation, *, metrics: Sequence[Metric] = METRICS, since: date | None = None
) -> None:
    """Derive everything again: atoms from facts, snapshots from atoms.

    ``metrics`` narrows it to the atoms these count, for all metrics that count the same.
    ``since`` leaves the snapshots of periods that ended before that local day as they are. Marks
    are used up first where the rest would not cover them.
    """
    _lock(organisation)
    if since is None and len(metrics) == len(METRICS):
        Stale.objects.filter(organisation=organisation).delete()
    else:
        while recompute_stale(organisation):
            pass
    now = timezone.now()
    counted = {metric.atoms for metric in metrics}
    for atoms in ALL:
        if atoms in counted:
            months = _derive_all(organisation, atoms)
            chosen = None if since is None else [m for m in months if m >= month_index(since)]
            _gather(organisation, atoms, chosen, now)


def _lock(organisation: Organisation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('metrics.recompute', %s))",
            [organisation.pk],
        )


def _derive_all(organisation: Organisation, atoms: Atoms) -> list[int]:
    """Replace all atoms of a kind; the months any were in or are in."""
    kept = Atom.objects.filter(organisation=organisation, kind=atoms.number)
    before = _months(kept)
    kept.delete()
    _insert_atoms(organisation, atoms, None)
    return sorted(before | _months(kept))


def _derive_some(organisation: Organisation, atoms: Atoms, entities: list[int]) -> list[int]:
    """Replace the atoms of ``entities``; the months they were in or are in."""
    kept = Atom.objects.filter(organisation=organisation, kind=atoms.number, entity__in=entities)
    before = _months(kept)
    kept.delete()
    _insert_atoms(organisation, atoms, entities)
    return sorted(before | _months(kept))


def _months(atoms: QuerySet[Atom]) -> set[int]:
    return set(atoms.order_by().values_list("month", flat=True).distinct())


def _insert_atoms(organisation: Organisation, atoms: Atoms, entities: list[int] | None) -> None:
    sql = INSERT_ATOMS.format(atoms=atoms.sql(some=entities is not None))
    parameters = basis(organisation, FOREVER) | {"kind": atoms.number, "entities": entities}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _gather(
    organisation: Organisation, atoms: Atoms, months: list[int] | None, now: datetime
) -> None:
    """Replace the snapshots of every period that holds one of ``months``; None is all there are."""
    if months == []:
        return
    for metric in METRICS:
        if metric.atoms is atoms and not metric.live:
            for grain in GRAINS:
                _replace_grain(organisation, metric, grain, months, now)


def _replace_grain(
    organisation: Organisation,
    metric: Metric,
    grain: str,
    months: list[int] | None,
    now: datetime,
) -> None:
    kept = Snapshot.objects.filter(organisation=organisation, metric=metric.slug, grain=grain)
    where, parameters = "TRUE", {}
    if months is not None:
        periods = _periods(organisation, grain, months)
        kept = kept.filter(start__in=[period.start for period in periods])
        spans = [index for period in periods for index in range(*period.months)]
        where, parameters = "a.month = ANY(%(months)s)", {"months": spans}
    kept.delete()
    question = Question(
        organisation=organisation,
        metric=metric,
        grain=grain,
        where=where,
        params=parameters,
        now=now,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_SNAPSHOTS.format(gathered=statement(question)),
            question.parameters()
            | {"metric": metric.slug, "version": metric.version, "grain": grain},
        )


def _periods(organisation: Organisation, grain: str, months: list[int]) -> list[Period]:
    fiscal = organisation.fiscal_year_start
    found = {Period.containing(from_index(month), grain, fiscal) for month in months}
    return sorted(found, key=lambda period: period.start)
