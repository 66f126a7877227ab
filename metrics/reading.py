"""Reading metrics: from snapshots where they answer, else from the atoms themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from metrics.declared import Metric
from metrics.gathering import Question, gather, starts, within
from metrics.measures import STATISTICS, Reading, Statistics
from metrics.models import Snapshot
from metrics.periods import GRAINS, Period, month_index
from teams.models import Membership, Organisation, Person, Role, Team

Key = tuple[int, int | None, int]
"""(team id, rep id or None for the whole team, start month index)"""

NOTHING = Statistics()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose number: a team with all below it, or one person's (whole own, or within a team)."""

    team: Team
    rep: Person | None = None

    @property
    def key(self) -> tuple[int, int | None]:
        return self.team.pk, self.rep.pk if self.rep else None


def statistics(
    organisation: Organisation,
    metric: Metric,
    periods: list[Period],
    *,
    teams: Iterable[int],
    reps: bool | int = False,
    as_of: datetime | None = None,
) -> Mapping[Key, Statistics]:
    """Statistics of scopes in periods of one grain. What is absent had no atoms.

    ``reps`` False reads whole teams, True every rep's part of each team, a person's id only theirs.
    """
    ids = list(teams)
    if as_of is None and not metric.live and periods[0].grain in GRAINS:
        return _from_snapshots(organisation, metric, periods, ids, reps)
    return _from_atoms(organisation, metric, periods, ids, reps, as_of)


def _from_snapshots(
    organisation: Organisation,
    metric: Metric,
    periods: list[Period],
    teams: list[int],
    reps: bool | int,  # noqa: FBT001
) -> Mapping[Key, Statistics]:
    rows = Snapshot.objects.filter(
        organisation=organisation,
        metric=metric.slug,
        version=metric.version,
        grain=periods[0].grain,
        start__in=[period.start for period in periods],
        team__in=teams,
    )
    whose = {"rep__isnull": not reps} if isinstance(reps, bool) else {"rep": reps}
    fields = ("team_id", "rep_id", "start", *STATISTICS)
    return {
        (team, rep, month_index(start)): Statistics(**dict(zip(STATISTICS, values, strict=True)))
        for team, rep, start, *values in rows.filter(**whose).values_list(*fields)
    }


def _from_atoms(
    organisation: Organisation,
    metric: Metric,
    periods: list[Period],
    teams: list[int],
    reps: bool | int,  # noqa: FBT001
    as_of: datetime | None,
) -> Mapping[Key, Statistics]:
    scope, chosen = condition_of(teams, reps)
    span = Period(periods[0].grain, periods[0].start, periods[-1].end, periods[0].fiscal)
    where, bounds = within(span, organisation)
    question = Question(
        organisation=organisation,
        metric=metric,
        grain=span.grain,
        where=where,
        params=bounds | chosen,
        scope=scope,
        as_of=as_of,
        now=timezone.now(),
    )
    return gather(question)


def condition_of(teams: list[int], reps: bool | int) -> tuple[str, dict[str, Any]]:  # noqa: FBT001
    """The condition on ``scope`` and ``scope_rep`` that picks these, with its parameters."""
    condition, chosen = "scope = ANY(%(teams)s)", {"teams": teams}
    if isinstance(reps, bool):
        return f"{condition} AND scope_rep IS {'NOT' if reps else ''} NULL", chosen
    return f"{condition} AND scope_rep = %(rep)s", chosen | {"rep": reps}


def read(scope: Scope, metric: Metric, period: Period, *, as_of: datetime | None = None) -> Reading:
    """One number."""
    return trend(scope, metric, [period], as_of=as_of)[0]


def trend(
    scope: Scope, metric: Metric, periods: list[Period], *, as_of: datetime | None = None
) -> list[Reading]:
    """The number in each of several periods of one grain."""
    found = statistics(
        scope.team.organisation,
        metric,
        periods,
        teams=[scope.team.pk],
        reps=scope.rep.pk if scope.rep else False,
        as_of=as_of,
    )
    return [
        metric.measure.read(found.get((*scope.key, starts(period)), NOTHING)) for period in periods
    ]


def by_team(
    teams: Iterable[Team], metric: Metric, period: Period, *, as_of: datetime | None = None
) -> list[tuple[Team, Reading]]:
    """The number of each of some teams of one organisation, in their order."""
    listed = list(teams)
    if not listed:
        return []
    organisation = listed[0].organisation
    ids = [team.pk for team in listed]
    found = statistics(organisation, metric, [period], teams=ids, as_of=as_of)
    key = starts(period)
    return [
        (team, metric.measure.read(found.get((team.pk, None, key), NOTHING))) for team in listed
    ]


def by_rep(
    team: Team, metric: Metric, period: Period, *, as_of: datetime | None = None
) -> list[tuple[Person, Team, Reading]]:
    """Every rep's part of a team's number, by name; reps of now without rows read as no data.

    Somebody who worked in two teams below is listed once for each; under the root, once in all.
    """
    below = {each.pk: each for each in Team.objects.under(team).select_related("organisation")}
    places = {team.pk} if team.is_root else set(below)
    found = statistics(team.organisation, metric, [period], teams=places, reps=True, as_of=as_of)
    keys = {(rep, place) for place, rep, _start in found if rep is not None}
    keys |= _members(team, set(below), covered={rep for rep, _place in keys})
    people = Person.objects.in_bulk({rep for rep, _place in keys})
    rows = [
        (
            people[rep],
            below[place],
            metric.measure.read(found.get((place, rep, starts(period)), NOTHING)),
        )
        for rep, place in keys
    ]
    return sorted(rows, key=lambda row: (row[0].name.lower(), row[1].name.lower(), row[0].pk))


def _members(team: Team, below: set[int], *, covered: set[int]) -> set[tuple[int, int]]:
    """(rep, place) of reps who are in the subtree now and have no rows."""
    now = Membership.objects.holding_at(timezone.now()).filter(
        role=Role.REP, is_primary=True, team__in=below
    )
    return {
        (membership.person_id, team.pk if team.is_root else membership.team_id)
        for membership in now
        if membership.person_id not in covered
    }


def latest_period(team: Team, grain: str, now: datetime) -> Period:
    """The running period if the organisation has numbers for it, else the newest that has."""
    organisation = team.organisation
    today = now.astimezone(organisation.zone).date()
    current = Period.containing(today, grain, organisation.fiscal_year_start)
    newest = (
        Snapshot.objects.filter(
            organisation=organisation, grain=grain, rep=None, start__lte=current.start
        )
        .order_by("-start")
        .values_list("start", flat=True)
        .first()
    )
    return Period.containing(newest, grain, organisation.fiscal_year_start) if newest else current
