"""``manage.py metric win-rate --organization ORG --period 2017-Q1 --by team --json``"""

import csv
import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError

from metrics.asking import instant
from metrics.declared import BY_SLUG
from metrics.freshening import bring_up_to_date
from metrics.periods import parse
from metrics.reading import Scope
from metrics.telling import (
    BYS,
    SOURCE,
    STAGE,
    TEAM,
    Wanted,
    find_pipeline,
    find_rep,
    find_team,
    numbers,
    refuse_parts,
)
from teams.exporting import safe_cell
from teams.founding import organisation_called

Found = TypeVar("Found")


class Command(BaseCommand):
    help = "Print a metric, for people, as JSON or as CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("metric", choices=sorted(BY_SLUG))
        parser.add_argument("--organization", required=True)
        parser.add_argument("--team", help="name or short name; the organisation if not named")
        parser.add_argument("--rep", help="name, mail address or CRM id")
        parser.add_argument("--period", default="all", help="2017, 2017-Q1, 2017-03, A..B or all")
        parser.add_argument("--by", choices=BYS)
        parser.add_argument("--pipeline", help="name; all of them together if not named")
        parser.add_argument("--as-of", help="what was known then, ISO 8601")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true")
        form.add_argument("--csv", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        metric, by = BY_SLUG[options["metric"]], options["by"]
        named("by", lambda: refuse_parts(metric, by, of_rep=bool(options["rep"])))
        organisation = named("organization", organisation_called, options["organization"])
        period = named("period", parse, options["period"], organisation.fiscal_year_start)
        told = options["as_of"]
        as_of = named("as-of", instant, organisation, told) if told is not None else None
        team = named("team", find_team, organisation, options["team"])
        rep = named("rep", find_rep, team, options["rep"])
        bring_up_to_date(organisation)
        scope, sought = Scope(team=team, rep=rep), {"name": options["pipeline"] or "", "by": by}
        find = partial(find_pipeline, **sought, as_of=as_of)
        pipeline = named("pipeline", find, metric, scope, period)
        wanted = Wanted(
            metric=metric,
            scope=scope,
            period=period,
            by=by,
            pipeline=pipeline,
            as_of=as_of,
        )
        rows = numbers(wanted)
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        elif options["csv"]:
            heading = rows or numbers(replace(wanted, by=None))
            writer = csv.DictWriter(self.stdout, heading[0])
            writer.writeheader()
            writer.writerows(map(safe, rows))
        else:
            self.stdout.writelines(f"{text}\n" for text in sentences(rows, by))


def named(option: str, find: Callable[..., Found], *asked: Any) -> Found:
    """What was asked for, or an error that names the option it was asked by."""
    try:
        return find(*asked)
    except (LookupError, ValueError) as error:
        raise CommandError(f"--{option}: {error}") from error


def sentences(rows: Iterable[dict[str, Any]], by: str | None) -> Iterable[str]:
    """Teams stand further right the deeper they are."""
    depths: dict[str | None, int] = {}
    for row in rows:
        depth = depths[row["team_slug"]] = depths.get(row["parent"], -1) + 1 if by == TEAM else 0
        yield "  " * depth + _part(row, by) + sentence(row)


def _part(row: dict[str, Any], by: str | None) -> str:
    if by == STAGE:
        return f"{row['stage']}: entered {row['entered']}; "
    return f"{row['source'] or 'not said'}: " if by == SOURCE else ""


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
