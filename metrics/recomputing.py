"""Making stored atoms and snapshots equal to the facts.

Replaced, never incremented: running twice changes nothing, and a recompute of what changed ends in
the same rows as a recompute of everything.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from metrics.announcing import Changes, changes_of
from metrics.atoms import COLUMNS, Atoms, Subject, derived
from metrics.declared import ATOMS, DEFINITIONS, METRICS, Metric
from metrics.gathering import Question, basis, statement
from metrics.measures import STATISTICS
from metrics.models import Atom, Counted, Stale
from metrics.periods import GRAINS, Period, from_index, month_index
from metrics.replacing import compare, write
from metrics.settling import RECOMPUTING
from teams.keeping_hours import ensure_stretches
from teams.models import Organisation
from teams.recorded import FOREVER

WORK_MEM = "64MB"
"""For the sorts and joins of a recompute: more than pages need, and only one runs at a time."""

ATOM = ("organisation_id", "kind", *COLUMNS)
FRESH_ATOMS = f"""
SELECT %(organisation)s AS organisation_id, kind, {", ".join(COLUMNS)} FROM ({{derived}}) derived"""

TOUCHED = """
SELECT kind, array_agg(DISTINCT month) FROM (
    SELECT kind, month FROM difference WHERE kind IS NOT NULL
    UNION ALL
    SELECT kind, month FROM metrics_atom WHERE id IN (SELECT stored_id FROM difference)) touched
GROUP BY kind"""

SNAPSHOT = (
    "organisation_id", "metric", "version", "grain", "start", "team_id", "rep_id", *STATISTICS
)  # fmt: skip
FRESH_SNAPSHOTS = f"""
SELECT %(organisation)s AS organisation_id, %(metric)s AS metric, %(version)s AS version,
       grain, make_date(start / 12, start %% 12 + 1, 1) AS start, scope AS team_id,
       scope_rep AS rep_id, {", ".join(STATISTICS)}
FROM ({{gathered}}) gathered"""

KEPT = "organisation_id = %(organisation)s AND metric = %(metric)s"
IN_PERIODS = "(grain, start) IN (SELECT * FROM unnest(%(grains)s::text[], {starts}))"
SAME_SNAPSHOT = """stored.team_id = fresh.team_id
AND stored.grain = fresh.grain AND stored.start = fresh.start
AND COALESCE(stored.rep_id, 0) = COALESCE(fresh.rep_id, 0)"""


def mark_stale(organisation: Organisation, subject: Subject, entities: Iterable[int]) -> None:
    """Remember that the atoms of these must be derived again. Duplicates do no harm."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO metrics_stale (organisation_id, subject, entity)"
            " SELECT %s, %s, unnest(%s::bigint[])",
            [organisation.pk, subject.number, list(entities)],
        )


@transaction.atomic
def recompute_stale(organisation: Organisation, *, limit: int = 50_000) -> int:
    """Derive the marked entities again and the snapshots they touch; how many marks were used up.

    Marks that arrive meanwhile stay. One recompute of an organisation runs at a time.
    """
    _lock(organisation)
    ensure_stretches(organisation)
    _note_definitions(organisation)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM metrics_stale WHERE id IN (SELECT id FROM metrics_stale"
            " WHERE organisation_id = %s ORDER BY id LIMIT %s) RETURNING subject, entity",
            [organisation.pk, limit],
        )
        marks = cursor.fetchall()
    now, changes = timezone.now(), changes_of(organisation)
    for subject, kinds in _by_subject(ATOMS):
        entities = sorted({entity for number, entity in marks if number == subject.number})
        if entities:
            for atoms, months in _derive(organisation, kinds, entities).items():
                _gather(changes, atoms, months, now)
    changes.tell()
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
    ensure_stretches(organisation)
    now = timezone.now()
    if since is None and len(metrics) == len(METRICS):
        Stale.objects.filter(organisation=organisation).delete()
        reached = {"definitions": DEFINITIONS, "matured_until": now}
        Counted.objects.update_or_create(organisation=organisation, defaults=reached)
    else:
        while recompute_stale(organisation):
            pass
    changes = changes_of(organisation)
    counted = {metric.atoms for metric in metrics}
    counted |= {metric.stages for metric in metrics if metric.stages}
    for _subject, kinds in _by_subject(counted):
        for atoms, touched in _derive(organisation, kinds).items():
            months = None
            if since is not None:
                every = touched | _months(organisation, atoms)
                months = [month for month in every if month >= month_index(since)]
            _gather(changes, atoms, months, now)
    changes.tell()


def _by_subject(kinds: Iterable[Atoms]) -> list[tuple[Subject, list[Atoms]]]:
    """Each subject with those of the kinds that are of it: they share a pass over its facts."""
    found: dict[Subject, list[Atoms]] = {}
    for atoms in sorted(kinds, key=lambda atoms: atoms.number):
        found.setdefault(atoms.subject, []).append(atoms)
    return list(found.items())


DUE = """
SELECT kind, array_agg(DISTINCT month) FROM metrics_atom
WHERE organisation_id = %s AND matures_at > %s AND matures_at <= %s GROUP BY kind"""


@transaction.atomic
def mature(organisation: Organisation) -> None:
    """Gather again the months of what has matured since this was last done: no fact changes when
    a window runs out."""
    _lock(organisation)
    now = timezone.now()
    reached, _created = Counted.objects.get_or_create(organisation=organisation)
    with connection.cursor() as cursor:
        cursor.execute(DUE, [organisation.pk, reached.matured_until, now])
        due = dict(cursor.fetchall())
    changes = changes_of(organisation)
    for atoms in ATOMS:
        _gather(changes, atoms, due.get(atoms.number, ()), now)
    changes.tell()
    reached.matured_until = now
    reached.save(update_fields=["matured_until"])


def _note_definitions(organisation: Organisation) -> None:
    """Some of the numbers are about to be of our definitions: all, if they are the first."""
    reached, created = Counted.objects.get_or_create(organisation=organisation)
    if created and not Atom.objects.filter(organisation=organisation).exists():
        reached.definitions = DEFINITIONS
    elif reached.definitions != DEFINITIONS:
        reached.definitions = ""
    reached.save(update_fields=["definitions"])


def _lock(organisation: Organisation) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, TRUE)", [WORK_MEM])
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), %s::int)", [RECOMPUTING, organisation.pk]
        )


def _derive(
    organisation: Organisation, kinds: Collection[Atoms], entities: list[int] | None = None
) -> dict[Atoms, set[int]]:
    """Make stored atoms of some kinds equal to the facts, for ``entities`` or for all; the months
    in which any of a kind changed."""
    kept = "organisation_id = %(organisation)s AND kind = ANY(%(kinds)s)"
    if entities is not None:
        kept += " AND entity = ANY(%(entities)s)"
    compare(
        "metrics_atom",
        columns=ATOM,
        kept=kept,
        fresh=FRESH_ATOMS.format(derived=derived(kinds, some=entities is not None)),
        same="stored.kind = fresh.kind AND stored.entity = fresh.entity"
        " AND stored.stage = fresh.stage",
        parameters=basis(organisation, FOREVER)
        | {"kinds": [atoms.number for atoms in kinds], "entities": entities},
    )
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED)
        touched = dict(cursor.fetchall())
    write("metrics_atom", ATOM)
    return {atoms: set(touched.get(atoms.number, ())) for atoms in kinds}


def _months(organisation: Organisation, atoms: Atoms) -> set[int]:
    """The months any stored atom of a kind is in."""
    found = Atom.objects.filter(organisation=organisation, kind=atoms.number)
    return set(found.order_by().values_list("month", flat=True).distinct())


def _gather(changes: Changes, atoms: Atoms, months: Collection[int] | None, now: datetime) -> None:
    """Replace the snapshots of every period that holds one of ``months``; None is all there are."""
    if months is not None and not months:
        return
    for metric in METRICS:
        if metric.atoms is atoms and metric.kept and metric.kept_as is metric:
            _replace_snapshots(changes, metric, months, now)


def _replace_snapshots(
    changes: Changes, metric: Metric, months: Collection[int] | None, now: datetime
) -> None:
    organisation = changes.organisation
    kept, question = (
        KEPT,
        Question(organisation=organisation, metric=metric, grains=GRAINS, now=now),
    )
    if months is not None:
        kept = f"{KEPT} AND {IN_PERIODS.format(starts='%(starts)s::date[]')}"
        question = _in_periods(question, _periods(organisation, months))
    compare(
        "metrics_snapshot",
        columns=SNAPSHOT,
        kept=kept,
        fresh=FRESH_SNAPSHOTS.format(gathered=statement(question)),
        same=SAME_SNAPSHOT,
        parameters=question.parameters() | {"metric": metric.slug, "version": metric.version},
    )
    changes.note(metric)
    write("metrics_snapshot", SNAPSHOT)


def _in_periods(question: Question, periods: list[Period]) -> Question:
    return replace(
        question,
        where="a.month = ANY(%(months)s)",
        periods=IN_PERIODS.format(starts="%(firsts)s::int[]"),
        params={
            "grains": [period.grain for period in periods],
            "starts": [period.start for period in periods],
            "firsts": [period.months[0] for period in periods],
            "months": sorted({index for period in periods for index in range(*period.months)}),
        },
    )


def _periods(organisation: Organisation, months: Collection[int]) -> list[Period]:
    """Those of every grain that hold one of the months."""
    fiscal = organisation.fiscal_year_start
    days = [from_index(month) for month in months]
    return list({Period.containing(day, grain, fiscal) for grain in GRAINS for day in days})
