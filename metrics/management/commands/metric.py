"""``manage.py metric win-rate --organization ORG --period 2017-Q1 --by team --json``"""

import csv
import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from metrics.asking import instant
from metrics.declared import BY_SLUG, MICROSECONDS_IN_DAY, Metric, in_pipeline
from metrics.freshening import bring_up_to_date
from metrics.funnel import Step, funnel
from metrics.measures import KaplanMeier, Median, Reading, Statistics
from metrics.origins import by_origin
from metrics.periods import Period, parse
from metrics.reading import Scope, below, read
from sales.importing.owners import people_by_name
from sales.models import Pipeline
from teams.exporting import safe_cell
from teams.founding import organisation_called
from teams.models import Membership, Organisation, Person, Team, TeamLine
from teams.tree import in_tree_order

Found = TypeVar("Found")
Part = tuple[Any, str | None, Reading]
"""A team, whose part of it (None for the whole), and the number."""
Told = tuple[list[dict[str, Any]], list[str]]
"""Numbers as objects, and each in words."""


class Command(BaseCommand):
    help = "Print a metric, for people, as JSON or as CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("metric", choices=sorted(BY_SLUG))
        parser.add_argument("--organization", required=True)
        parser.add_argument("--team", help="name or short name; the organisation if not named")
        parser.add_argument("--rep", help="name, mail address or CRM id")
        parser.add_argument("--period", default="all", help="2017, 2017-Q1, 2017-03, A..B or all")
        parser.add_argument("--by", choices=["team", "rep", "stage", "source"])
        parser.add_argument("--pipeline", help="name; all of them together if not named")
        parser.add_argument("--as-of", help="what was known then, ISO 8601")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true")
        form.add_argument("--csv", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        metric, by = BY_SLUG[options["metric"]], options["by"]
        if by in ("team", "rep") and options["rep"]:
            raise CommandError("--by: a rep has no parts. Leave out --by or --rep.")
        if by == "stage" and metric.stages is None:
            raise CommandError(f"--by: {metric.slug} has no stages.")
        if by == "source" and not metric.is_of_leads:
            raise CommandError(f"--by: {metric.slug} is not of leads, which have sources.")
        organisation = named("organization", organisation_called, options["organization"])
        period = named("period", parse, options["period"], organisation.fiscal_year_start)
        told = options["as_of"]
        as_of = named("as-of", instant, organisation, told) if told is not None else None
        team = named("team", find_team, organisation, options["team"])
        rep = named("rep", find_rep, team, options["rep"])
        bring_up_to_date(organisation)
        name = options["pipeline"]
        pipeline = named("pipeline", find_pipeline, organisation, name) if name else None
        metric = in_pipeline(metric, pipeline.pk if pipeline else None)
        scope = Scope(team=team, rep=rep)
        described = Described(metric, period, as_of or timezone.now(), parents_in(organisation))
        if by == "stage":
            first = pipeline or named("pipeline", find_pipeline, organisation)
            rows, texts = described.by_stage(scope, funnel(scope, first, period, as_of=as_of))
        elif by == "source":
            rows, texts = described.by_source(scope, by_origin(scope, metric, period, as_of=as_of))
        else:
            rows, texts = described.by_part(parts(scope, metric, period, as_of, by), by)
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        elif options["csv"]:
            nothing = described(team, "", metric.measure.read(Statistics()))
            writer = csv.DictWriter(self.stdout, rows[0] if rows else nothing)
            writer.writeheader()
            writer.writerows(map(safe, rows))
        else:
            self.stdout.writelines(f"{text}\n" for text in texts)


def named(option: str, find: Callable[..., Found], *asked: Any) -> Found:
    """What was asked for, or an error that names the option it was asked by."""
    try:
        return find(*asked)
    except (LookupError, ValueError) as error:
        raise CommandError(f"--{option}: {error}") from error


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


def find_pipeline(organisation: Organisation, name: str = "") -> Pipeline:
    """By name, else the first in which something is sold. Raises LookupError."""
    found = organisation.pipelines.order_by("name")
    called = found.filter(name__iexact=name) if name else found.exclude(opportunities=None)
    chosen: Pipeline | None = called.first()
    if chosen is None:
        raise LookupError(f"There is no pipeline “{name or ''}” in {organisation.slug}.")
    return chosen


@dataclass(frozen=True, slots=True)
class Described:
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

    def by_stage(self, scope: Scope, steps: list[Step]) -> Told:
        """Won has no rate: nothing comes after it."""
        name = scope.rep.name if scope.rep else None
        nothing = self.metric.measure.read(Statistics())
        rows = [
            self(scope.team, name, nothing if step.is_won else step.reading)
            | {
                "stage": step.name,
                "position": step.stage,
                "entered": step.entered,
                "imputed": step.imputed,
                "late": step.late,
                "lost": step.lost,
                "there": step.there,
                "median_days": None if step.median is None else step.median / MICROSECONDS_IN_DAY,
                "mean_days": None if step.mean is None else step.mean / MICROSECONDS_IN_DAY,
            }
            for step in steps
        ]
        return rows, [f"{row['stage']}: entered {row['entered']}; {sentence(row)}" for row in rows]

    def by_source(self, scope: Scope, found: list[tuple[str, Reading]]) -> Told:
        name = scope.rep.name if scope.rep else None
        rows = [self(scope.team, name, each) | {"source": origin} for origin, each in found]
        return rows, [f"{row['source'] or 'not said'}: {sentence(row)}" for row in rows]

    def by_part(self, found: list[Part], by: str | None) -> Told:
        """Teams stand further right the deeper they are."""
        rows = [self(*part) for part in found]
        depths = [place.depth - 1 if by == "team" else 0 for place, _rep, _reading in found]
        return rows, ["  " * depth + sentence(row) for depth, row in zip(depths, rows, strict=True)]


def safe(row: dict[str, Any]) -> dict[str, Any]:
    """The row with no text that a spreadsheet takes for a formula."""
    return {key: safe_cell(cell) if isinstance(cell, str) else cell for key, cell in row.items()}


def sentence(row: dict[str, Any]) -> str:
    who = row["rep"] or row["team"]
    if row["value"] is None:
        return f"{who}: no data"
    unit = "%" if row["unit"] == "percent" else f" {row['unit']}"
    interval = "" if row["low"] is None else f" [{row['low']:.1f}, {row['high']:.1f}]"
    counts = f"n {row['n']}" if "mean" in row else f"{row['numerator']} of {row['denominator']}"
    mean = f", mean {row['mean']:.2f}" if row.get("mean") is not None else ""
    return f"{who}: {row['value']:.2f}{unit}{interval} ({counts}{mean})"
