"""``manage.py metric win-rate --organization ORG --period 2017-Q1 --by team --json``"""

import csv
import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from metrics.declared import BY_SLUG, Metric
from metrics.freshening import bring_up_to_date
from metrics.measures import Median, Reading
from metrics.periods import Period, UnknownPeriod, parse
from metrics.reading import Scope, below, read
from sales.importing.owners import people_by_name
from teams.founding import organisation_called
from teams.models import Organisation, Person, Team


class Command(BaseCommand):
    help = "Print a metric, for people, as JSON or as CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("metric", choices=sorted(BY_SLUG))
        parser.add_argument("--organization", required=True)
        parser.add_argument("--team", help="name or short name; the organisation if not named")
        parser.add_argument("--rep", help="name, mail address or CRM id")
        parser.add_argument("--period", default="all", help="2017, 2017-Q1, 2017-03, A..B or all")
        parser.add_argument("--by", choices=["team", "rep"])
        parser.add_argument("--as-of", help="what was known then, ISO 8601")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true")
        form.add_argument("--csv", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organisation = organisation_called(options["organization"])
            period = parse(options["period"], organisation.fiscal_year_start)
            as_of = self.instant(options["as_of"], organisation)
            bring_up_to_date(organisation)
            rows = self.rows(organisation, BY_SLUG[options["metric"]], period, as_of, options)
        except (LookupError, UnknownPeriod) as error:
            raise CommandError(str(error)) from error
        self.show(rows, options)

    def instant(self, text: str | None, organisation: Organisation) -> datetime | None:
        if text is None:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise CommandError(f"--as-of: “{text}” is not an ISO 8601 time.") from error
        return found if found.tzinfo else found.replace(tzinfo=organisation.zone)

    def rows(
        self,
        organisation: Organisation,
        metric: Metric,
        period: Period,
        as_of: datetime | None,
        options: dict[str, Any],
    ) -> list[dict[str, Any]]:
        team = find_team(organisation, options["team"])
        if options["by"] == "team":
            parts = below(team, metric, period, as_of=as_of)
            found = [(each, None, reading) for each, reading in parts.teams]
        elif options["by"] == "rep":
            parts = below(team, metric, period, as_of=as_of)
            found = [(place, rep, reading) for rep, place, reading in parts.reps]
        else:
            rep = find_rep(organisation, options["rep"])
            scope = Scope(team=organisation.root if rep else team, rep=rep)
            found = [(scope.team, rep, read(scope, metric, period, as_of=as_of))]
        known = as_of or timezone.now()
        return [described(metric, period, known, *each) for each in found]

    def show(self, rows: list[dict[str, Any]], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        elif options["csv"]:
            writer = csv.DictWriter(self.stdout, list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows(rows)
        else:
            for row in rows:
                self.stdout.write(sentence(row))


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


def find_rep(organisation: Organisation, name: str | None) -> Person | None:
    """By name, mail address or CRM id. Raises LookupError."""
    if name is None:
        return None
    known = people_by_name(organisation)
    if name.lower() not in known:
        raise LookupError(f"There is no one person “{name}” in {organisation.slug}.")
    return Person.objects.get(pk=known[name.lower()])


def described(
    metric: Metric,
    period: Period,
    as_of: datetime,
    team: Team,
    rep: Person | None,
    reading: Reading,
) -> dict[str, Any]:
    """One object of the JSON form; values are not rounded."""
    found: dict[str, Any] = {
        "metric": metric.slug,
        "version": metric.version,
        "unit": metric.unit,
        "team": team.name,
        "team_slug": team.slug,
        "rep": rep.name if rep else None,
        "period": period.code,
        "value": reading.value,
        "numerator": reading.statistics.numerator,
        "denominator": reading.statistics.denominator,
        "n": reading.n,
        "low": reading.low,
        "high": reading.high,
        "pending": reading.statistics.pending,
        "excluded": reading.statistics.excluded,
        "as_of": as_of.astimezone(UTC).isoformat(),
    }
    if isinstance(metric.measure, Median):
        found |= {"mean": reading.mean, "p25": reading.p25, "p75": reading.p75}
    return found


def sentence(row: dict[str, Any]) -> str:
    who = row["rep"] or row["team"]
    if row["value"] is None:
        return f"{who}: no data"
    unit = "%" if row["unit"] == "percent" else f" {row['unit']}"
    interval = "" if row["low"] is None else f" [{row['low']:.1f}, {row['high']:.1f}]"
    counts = f"n {row['n']}" if "mean" in row else f"{row['numerator']} of {row['denominator']}"
    mean = f", mean {row['mean']:.2f}" if row.get("mean") is not None else ""
    return f"{who}: {row['value']:.2f}{unit}{interval} ({counts}{mean})"
