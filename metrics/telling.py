"""Numbers as objects for programs, as the command and the API answer them; nothing is rounded."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from metrics.asking import pipelines_of
from metrics.declared import MICROSECONDS_IN_DAY, Metric, in_pipeline
from metrics.funnel import Step, busiest, funnel
from metrics.measures import KaplanMeier, Median, Reading, Statistics
from metrics.origins import by_origin
from metrics.periods import QUARTER, Period
from metrics.reading import Scope, below, read
from sales.importing.owners import people_by_name
from sales.models import Pipeline
from teams.models import Membership, Organisation, Person, Team, TeamLine
from teams.tree import in_tree_order

TEAM, REP, STAGE, SOURCE = "team", "rep", "stage", "source"
BYS = (TEAM, REP, STAGE, SOURCE)

Part = tuple[Any, str | None, Reading]
"""A team, whose part of it (None for the whole), and the number."""


class NotBy(ValueError):
    """The number has no such parts; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which number, whose, of when, in which parts. By stage it is of one pipeline."""

    metric: Metric
    scope: Scope
    period: Period
    by: str | None = None
    pipeline: Pipeline | None = None
    as_of: datetime | None = None


def refuse_parts(metric: Metric, by: str | None, *, of_rep: bool) -> None:
    """Raises NotBy for parts that the metric, or a rep's, does not have."""
    if by in (TEAM, REP) and of_rep:
        raise NotBy("a rep has no parts. Leave out by or rep.")
    if by == STAGE and metric.stages is None:
        raise NotBy(f"{metric.slug} has no stages.")
    if by == SOURCE and not metric.is_of_leads:
        raise NotBy(f"{metric.slug} is not of leads, which have sources.")


def numbers(wanted: Wanted) -> list[dict[str, Any]]:
    """One object, or one for each part."""
    scope, period, as_of = wanted.scope, wanted.period, wanted.as_of
    organisation = scope.team.organisation
    metric = in_pipeline(wanted.metric, wanted.pipeline.pk if wanted.pipeline else None)
    told = Told(metric, period, as_of or timezone.now(), parents_in(organisation))
    name = scope.rep.name if scope.rep else None
    if wanted.by == STAGE and wanted.pipeline:
        steps = funnel(scope, wanted.pipeline, period, as_of=as_of)
        return [told.of_stage(scope.team, name, step) for step in steps]
    if wanted.by == SOURCE:
        found = by_origin(scope, metric, period, as_of=as_of)
        return [told(scope.team, name, each) | {"source": origin} for origin, each in found]
    return [told(*part) for part in parts(scope, metric, period, as_of, wanted.by)]


def parts(
    scope: Scope, metric: Metric, period: Period, as_of: datetime | None, by: str | None
) -> list[Part]:
    """The one number, or those of the teams or reps it is made of."""
    if by is None:
        name = scope.rep.name if scope.rep else None
        return [(scope.team, name, read(scope, metric, period, as_of=as_of))]
    found = below(scope.team, metric, period, as_of=as_of)
    if by == "team":
        readings = {team.pk: reading for team, reading in found.teams}
        ordered = in_tree_order([team for team, _reading in found.teams])
        return [(team, None, readings[team.pk]) for team, _depth in ordered]
    listed: list[Part] = [(team, rep.name, reading) for rep, team, reading in found.reps]
    if found.unassigned:
        listed.append((scope.team, "Unassigned", found.unassigned))
    return listed


def find_team(organisation: Organisation, name: str | None) -> Team:
    """By short name, else by name. Raises LookupError."""
    if name is None:
        return organisation.root
    teams = organisation.teams.select_related("organisation")
    found = list(teams.filter(slug=name) or teams.filter(name__iexact=name))
    if len(found) != 1:
        number = "no" if not found else "more than one"
        raise LookupError(f"There is {number} team “{name}” in {organisation.slug}.")
    return found[0]


def find_rep(team: Team, name: str | None) -> Person | None:
    """Somebody who is or was in the team, by name, mail address or CRM id. Raises LookupError."""
    if name is None:
        return None
    known = people_by_name(team.organisation)
    if name.lower() not in known:
        raise LookupError(f"There is no one person “{name}” in {team.organisation.slug}.")
    person = Person.objects.get(pk=known[name.lower()])
    in_team = Membership.objects.in_force().filter(person=person, team=team)
    if not team.is_root and not in_team.exists():
        raise LookupError(
            f"{person.name} was never in {team.name}. Leave out --team for the whole."
        )
    return person


def parents_in(organisation: Organisation) -> dict[int, str]:
    """The short name of the team right above each."""
    lines = TeamLine.objects.filter(team__organisation=organisation, depth=1, to_at=None)
    return dict(lines.values_list("team", "ancestor__slug"))


def find_pipeline(
    metric: Metric,
    scope: Scope,
    period: Period,
    *,
    name: str = "",
    by: str | None = None,
    as_of: datetime | None = None,
) -> Pipeline | None:
    """By name; by stage without one, that whose stages were entered most often; else None, which is
    all of them together, as always of leads. Raises LookupError."""
    if metric.is_of_leads or not (name or by == STAGE):
        return None
    organisation = scope.team.organisation
    if name:
        chosen = organisation.pipelines.filter(name__iexact=name).order_by("name").first()
    else:
        known = [
            each
            for each in pipelines_of(organisation, QUARTER)
            if as_of is not None or each.is_sold_in
        ]
        chosen = busiest(scope, known, period, as_of=as_of)
    if chosen is None:
        raise LookupError(f"There is no pipeline “{name}” in {organisation.slug}.")
    return chosen


@dataclass(frozen=True, slots=True)
class Told:
    """Numbers as objects of the JSON form; values are not rounded."""

    metric: Metric
    period: Period
    as_of: datetime
    parents: dict[int, str]

    def __call__(self, team: Team, rep: str | None, reading: Reading) -> dict[str, Any]:
        found: dict[str, Any] = {
            "metric": self.metric.slug,
            "version": self.metric.version,
            "unit": self.metric.unit,
            "team": team.name,
            "team_slug": team.slug,
            "parent": self.parents.get(team.pk),
            "rep": rep,
            "period": self.period.code,
            "value": reading.value,
            "numerator": reading.statistics.numerator,
            "denominator": reading.statistics.denominator,
            "n": reading.n,
            "low": reading.low,
            "high": reading.high,
            "pending": reading.statistics.pending,
            "excluded": reading.statistics.excluded,
            "as_of": self.as_of.astimezone(UTC).isoformat(),
        }
        if isinstance(self.metric.measure, Median):
            found |= {"mean": reading.mean, "p25": reading.p25, "p75": reading.p75}
        if isinstance(self.metric.measure, KaplanMeier):
            found["p90"] = reading.p90
        return found

    def of_stage(self, team: Team, rep: str | None, step: Step) -> dict[str, Any]:
        """Won has no rate: nothing comes after it."""
        nothing = self.metric.measure.read(Statistics())
        return self(team, rep, nothing if step.is_won else step.reading) | {
            "stage": step.name,
            "position": step.stage,
            "entered": step.entered,
            "imputed": step.imputed,
            "late": step.late,
            "lost": step.lost,
            "there": step.there,
            "median_days": _days(step.median),
            "mean_days": _days(step.mean),
        }


def _days(microseconds: float | None) -> float | None:
    return None if microseconds is None else microseconds / MICROSECONDS_IN_DAY
