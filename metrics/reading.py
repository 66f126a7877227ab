"""Reading metrics: from snapshots where they answer, else from the atoms themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F
from django.utils import timezone

from metrics.declared import Metric
from metrics.gathering import Question, gather, starts, within
from metrics.measures import STATISTICS, Reading, Statistics
from metrics.periods import GRAINS, Period, month_index
from teams.models import Organisation, Person, Role, Team

Key = tuple[int, int | None, int]
"""(team id, rep id or None for the whole team, start month index)"""

WHOLE, REPS, BOTH = "whole", "reps", "both"
Whose = str | int
"""Whole teams, every rep's part of each team, both; or one person's id."""

NOTHING = Statistics()


class Seller(NamedTuple):
    """A person in a table of reps. ``current`` is the id of their team below then, the last if
    there were several, or None."""

    pk: int
    name: str
    current: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose number: a team with all below it, or one person's (whole own, or within a team)."""

    team: Team
    rep: Person | Seller | None = None

    @property
    def key(self) -> tuple[int, int | None]:
        return self.team.pk, self.rep.pk if self.rep else None

    @property
    def whose(self) -> Whose:
        return self.rep.pk if self.rep else WHOLE


def statistics(
    organisation: Organisation,
    metrics: Sequence[Metric],
    periods: list[Period],
    *,
    teams: Iterable[int],
    whose: Whose = WHOLE,
    parted: Iterable[int] | None = None,
    as_of: datetime | None = None,
) -> dict[str, Mapping[Key, Statistics]]:
    """By metric, the statistics of scopes in periods of one grain. What is absent had no atoms.

    For ``whose`` and ``parted`` see ``condition_of``. A range of days stands alone, since its key
    does not say which it is. One query for all metrics that are kept as snapshots, one for each
    other.
    """
    condition, chosen = condition_of(list(teams), whose, parted)
    kept = as_of is None and periods[0].grain in GRAINS
    stored = [metric for metric in metrics if kept and metric.kept]
    found = _from_snapshots(organisation, stored, periods, condition, chosen) if stored else {}
    for metric in metrics:
        if metric not in stored:
            span = Period(periods[0].grain, periods[0].start, periods[-1].end, periods[0].fiscal)
            question = question_of(organisation, metric, span, condition, chosen, as_of)
            found[metric.slug] = gather(question)
    return found


SNAPSHOTS_SQL = f"""
SELECT metric, scope, scope_rep, start, {", ".join(STATISTICS)}
FROM (SELECT *, team_id AS scope, rep_id AS scope_rep FROM metrics_snapshot) AS snapshot
WHERE organisation_id = %(organisation)s AND grain = %(grain)s AND start = ANY(%(starts)s)
  AND (metric, version) IN ({{declared}}) AND {{condition}}"""  # noqa: S608


def _from_snapshots(
    organisation: Organisation,
    metrics: list[Metric],
    periods: list[Period],
    condition: str,
    chosen: dict[str, Any],
) -> dict[str, Mapping[Key, Statistics]]:
    kept = {metric.kept_as.slug: metric.kept_as.version for metric in metrics}
    declared = ", ".join(f"('{slug}', {version})" for slug, version in kept.items())
    parameters: dict[str, Any] = {
        "organisation": organisation.pk,
        "grain": periods[0].grain,
        "starts": [period.start for period in periods],
    }
    by_kept: dict[str, dict[Key, Statistics]] = {slug: {} for slug in kept}
    with connection.cursor() as cursor:
        sql = SNAPSHOTS_SQL.format(declared=declared, condition=condition)
        cursor.execute(sql, parameters | chosen)
        for slug, team, rep, start, *values in cursor:
            by_kept[slug][team, rep, month_index(start)] = Statistics(*values)
    return {metric.slug: by_kept[metric.kept_as.slug] for metric in metrics}


def question_of(
    organisation: Organisation,
    metric: Metric,
    span: Period,
    scope: str,
    chosen: dict[str, Any],
    as_of: datetime | None,
) -> Question:
    """What to gather for scopes picked by ``condition_of`` in a span of time."""
    where, bounds = within(span, organisation)
    return Question(
        organisation=organisation,
        metric=metric,
        grains=[span.grain],
        where=where,
        params=bounds | chosen,
        scope=scope,
        as_of=as_of,
        now=timezone.now(),
    )


def condition_of(
    teams: list[int], whose: Whose, parted: Iterable[int] | None = None
) -> tuple[str, dict[str, Any]]:
    """The condition on ``scope`` and ``scope_rep`` that picks these, with its parameters.

    ``BOTH`` picks the reps' parts of all the teams, or only of those that are ``parted``.
    """
    condition, chosen = "scope = ANY(%(teams)s)", {"teams": teams}
    if whose == BOTH:
        if parted is None:
            return condition, chosen
        parts = "(scope_rep IS NULL OR scope = ANY(%(parted)s))"
        return f"{condition} AND {parts}", chosen | {"parted": list(parted)}
    if whose in (WHOLE, REPS):
        return f"{condition} AND scope_rep IS {'NOT' if whose == REPS else ''} NULL", chosen
    return f"{condition} AND scope_rep = %(rep)s", chosen | {"rep": whose}


def read(scope: Scope, metric: Metric, period: Period, *, as_of: datetime | None = None) -> Reading:
    """One number."""
    return trends(scope, [metric], [period], as_of=as_of)[metric.slug][0]


def trends(
    scope: Scope,
    metrics: Sequence[Metric],
    periods: list[Period],
    *,
    as_of: datetime | None = None,
) -> dict[str, list[Reading]]:
    """By metric, the number in each of several periods of one grain."""
    if len(periods) > 1 and periods[0].grain not in GRAINS:
        each = [trends(scope, metrics, [period], as_of=as_of) for period in periods]
        return {metric.slug: [found[metric.slug][0] for found in each] for metric in metrics}
    organisation, teams = scope.team.organisation, [scope.team.pk]
    found = statistics(organisation, metrics, periods, teams=teams, whose=scope.whose, as_of=as_of)
    keys = [(*scope.key, starts(period)) for period in periods]
    return {
        metric.slug: [metric.measure.read(found[metric.slug].get(key, NOTHING)) for key in keys]
        for metric in metrics
    }


def by_team(
    teams: Sequence[Team],
    metrics: Sequence[Metric],
    period: Period,
    *,
    as_of: datetime | None = None,
) -> list[tuple[Team, list[Reading]]]:
    """The numbers of each of some teams of one organisation, in their order."""
    if not teams:
        return []
    ids = [team.pk for team in teams]
    found = statistics(teams[0].organisation, metrics, [period], teams=ids, as_of=as_of)
    return [
        (team, [_reading(found, metric, (team.pk, None, starts(period))) for metric in metrics])
        for team in teams
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """A team's number taken apart: by every team below, by rep, and what no rep owned.

    Each team has ``depth``, 1 for children. ``unassigned`` is None where everything had an owner;
    only the root has what had none.
    """

    teams: list[tuple[Any, Reading]]
    reps: list[tuple[Seller, Team, Reading]]
    unassigned: Reading | None


def below(team: Team, metric: Metric, period: Period, *, as_of: datetime | None = None) -> Below:
    """The parts of a team's number, by name.

    Reps of the period without rows read as no data. Somebody who worked in two teams below is
    listed once for each; under the root, once in all. Three queries, one more where something had
    no owner.
    """
    teams = team.organisation.teams.under(team).annotate(depth=F("lines_up__depth"))
    under = {each.pk: each for each in teams}
    places = {team.pk} if team.is_root else set(under)
    found = statistics(
        team.organisation, [metric], [period], teams=under, whose=BOTH, parted=places, as_of=as_of
    )
    known = found[metric.slug]
    start = starts(period)
    return Below(
        teams=[
            (each, _reading(found, metric, (pk, None, start)))
            for pk, each in under.items()
            if pk != team.pk
        ],
        reps=_reps_below(team, under, known, metric, period),
        unassigned=_unassigned(team, metric, period, known, as_of) if team.is_root else None,
    )


def _reps_below(
    team: Team,
    under: dict[int, Any],
    known: Mapping[Key, Statistics],
    metric: Metric,
    period: Period,
) -> list[tuple[Seller, Team, Reading]]:
    keys = {(rep, place) for place, rep, _ in known if rep}
    with_rows = {rep for rep, _ in keys}
    people = _people(team, set(under), with_rows, period)
    for person in people.values():
        if person.current and person.pk not in with_rows:
            keys.add((person.pk, team.pk if team.is_root else person.current))
    listed = sorted(
        keys, key=lambda key: (people[key[0]].name.lower(), under[key[1]].name.lower(), key[0])
    )
    start = starts(period)
    return [
        (people[rep], under[place], metric.measure.read(known.get((place, rep, start), NOTHING)))
        for rep, place in listed
    ]


def _unassigned(
    root: Team,
    metric: Metric,
    period: Period,
    found: Mapping[Key, Statistics],
    as_of: datetime | None,
) -> Reading | None:
    """What counts in the whole and for no rep; None if the reps' rows are all there are."""
    key = root.pk, None, starts(period)
    owned = [each for (place, rep, _), each in found.items() if place == root.pk and rep]
    if _rows(found.get(key, NOTHING)) == sum(map(_rows, owned)):
        return None
    question = question_of(
        root.organisation, metric, period, *condition_of([root.pk], WHOLE), as_of
    )
    ownerless = replace(question, where=f"{question.where} AND a.rep_id IS NULL")
    return metric.measure.read(gather(ownerless).get(key, NOTHING))


def _rows(statistics: Statistics) -> int:
    return statistics.n + statistics.pending + statistics.excluded


def by_rep(
    team: Team,
    metrics: Sequence[Metric],
    period: Period,
    *,
    as_of: datetime | None = None,
) -> list[tuple[Seller, list[Reading]]]:
    """The numbers of those who sell in the team itself, or have rows there, by name."""
    ids = [team.pk]
    found = statistics(team.organisation, metrics, [period], teams=ids, whose=REPS, as_of=as_of)
    start = starts(period)
    known = {rep for values in found.values() for _team, rep, _start in values if rep}
    people = _people(team, {team.pk}, known, period).values()
    return [
        (rep, [_reading(found, metric, (team.pk, rep.pk, start)) for metric in metrics])
        for rep in sorted(people, key=lambda person: (person.name.lower(), person.pk))
    ]


SELLERS_SQL = """
SELECT person.id, person.name, held.team_id
FROM teams_person person
LEFT JOIN LATERAL (
    SELECT m.team_id FROM teams_membership m
    WHERE m.person_id = person.id AND m.voided_at IS NULL AND m.role = %(role)s AND m.is_primary
      AND m.team_id = ANY(%(places)s) AND m.from_at < %(until)s
      AND (m.to_at IS NULL OR m.to_at > %(since)s)
      AND (person.deactivated_at IS NULL OR person.deactivated_at > %(since)s)
    ORDER BY m.from_at DESC LIMIT 1
) held ON TRUE
WHERE person.organisation_id = %(organisation)s
  AND (person.id = ANY(%(reps)s) OR held.team_id IS NOT NULL)"""


def _people(team: Team, places: set[int], reps: set[int], period: Period) -> dict[int, Seller]:
    """The people with rows and the reps of the period."""
    since, until = period.bounds(team.organisation.zone)
    parameters: dict[str, Any] = {
        "organisation": team.organisation_id,
        "role": Role.REP.value,
        "places": list(places),
        "reps": list(reps),
        "since": since,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(SELLERS_SQL, parameters)
        return {row[0]: Seller(*row) for row in cursor}


def _reading(found: dict[str, Mapping[Key, Statistics]], metric: Metric, key: Key) -> Reading:
    return metric.measure.read(found[metric.slug].get(key, NOTHING))
