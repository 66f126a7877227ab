"""The parts of a number as tables: teams, reps, sources, stages."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse

from metrics.asking import Stages
from metrics.declared import MICROSECONDS_IN_DAY, Metric
from metrics.funnel import busiest, funnel
from metrics.measures import Reading, Statistics
from metrics.origins import by_origin
from metrics.pages import Asked, metric_url
from metrics.periods import Period
from metrics.presenting import Shown, rounded
from metrics.reading import Below, Scope, Seller, below, by_rep, by_team
from metrics.statistics import SMALL
from metrics.whiskers import whiskers
from sales.models import Pipeline
from teams.models import Team

PAGE = 25
"""Rows of a table of parts."""


def parts(asked: Asked, whole: Sequence[Shown], number: str | None) -> dict[str, Any]:
    """The teams below with their headline numbers, or the reps where there are none; a page of
    them. ``whole`` are the numbers of the team itself; of one that is of an earlier period, so are
    those of its parts."""
    team = asked.scope.team
    children = list(team.organisation.teams.children_of(team).open())
    found = _parts_of(asked, children, asked.headlines, asked.period)
    for place, tile in enumerate(whole):
        if tile.earlier is not None:
            then = _parts_of(asked, children, [tile.metric], tile.earlier)
            earlier = {part.pk: reading for part, (reading,) in then}
            nothing = tile.metric.measure.read(Statistics())
            for part, readings in found:
                readings[place] = earlier.get(part.pk, nothing)
    page = Paginator(found, PAGE).get_page(number)
    columns = [
        _drawn(tile.metric, [readings[place] for _part, readings in found], tile.reading, page)
        for place, tile in enumerate(whole)
    ]
    return {
        "page": page,
        "has_children": bool(children),
        "elsewhere": in_no_part(whole[0].reading, [each[0] for _team, each in found])
        if children
        else 0,
        "parts": [
            {"name": part.name, "url": _home_of(part, team) + asked.query, "shown": shown}
            for (part, _readings), *shown in zip(page.object_list, *columns, strict=True)
        ],
    }


def _parts_of(
    asked: Asked, children: list[Team], metrics: Sequence[Metric], period: Period
) -> list[tuple[Any, list[Reading]]]:
    if children:
        return [*by_team(children, metrics, period, as_of=asked.as_of)]
    return [*by_rep(asked.scope.team, metrics, period, as_of=asked.as_of)]


def _home_of(part: Team | Seller, team: Team) -> str:
    if isinstance(part, Team):
        return reverse("metrics:team-home", args=[part])
    return reverse("metrics:rep", args=[team, part.pk])


def in_no_part(whole: Reading, parts: Sequence[Reading]) -> int:
    """How many counted deals no part holds, where there are parts."""
    return max(0, whole.n - sum(part.n for part in parts)) if parts else 0


def tables(asked: Asked, metric: Metric, whole: Reading, number: str | None) -> dict[str, Any]:
    """The number by sub-team and, a page at a time, by rep; reps with few rows last, unranked."""
    parts = below(asked.scope.team, metric, asked.period, as_of=asked.as_of)
    sign = -1 if metric.better == "up" else 1
    reps = sorted(parts.reps, key=lambda part: _rank(part[-1], sign))
    page = Paginator(reps, PAGE).get_page(number)
    names = {team.pk: team.name for team, _reading in parts.teams}
    nobodys = [] if parts.unassigned is None else [parts.unassigned]
    drawn = _drawn(metric, [*(reading for *_who, reading in reps), *nobodys], whole)
    first = max(page.start_index() - 1, 0)
    shown = zip(page.object_list, drawn[first : page.end_index()], strict=True)
    return {
        **_teams_table(asked, metric, whole, parts),
        "reps": [
            *(_rep_row(asked, metric, names, rep, team, each) for (rep, team, _), each in shown),
            *({"shown": each} for each in drawn[len(reps) :]),
        ],
        "page": page,
    }


def _teams_table(asked: Asked, metric: Metric, whole: Reading, parts: Below) -> dict[str, Any]:
    teams = [
        (team, reading)
        for team, reading in parts.teams
        if team.depth == 1 and (team.closed_at is None or reading.n)
    ]
    readings = [reading for _team, reading in teams]
    return {
        "teams": [
            {
                "name": team.name,
                "shown": shown,
                "url": metric_url(replace(asked, door=team, scope=Scope(team=team)), metric),
            }
            for (team, _reading), shown in zip(teams, _drawn(metric, readings, whole), strict=True)
        ],
        "elsewhere": in_no_part(whole, readings),
    }


def _rep_row(
    asked: Asked,
    metric: Metric,
    names: dict[int | None, str],
    rep: Seller,
    team: Team,
    shown: Shown,
) -> dict[str, Any]:
    return {
        "name": rep.name,
        "team_name": names.get(rep.current, "") if team.is_root else team.name,
        "shown": shown,
        "url": metric_url(replace(asked, door=team, scope=Scope(team=team, rep=rep)), metric),
    }


def _drawn(
    metric: Metric, readings: list[Reading], whole: Reading, page: Page | None = None
) -> list[Shown]:
    """Those of the page, all where there is none, on a scale common to all of them."""
    pictures = whiskers(metric, readings, whole)
    pairs = list(zip(readings, pictures, strict=True))
    listed = pairs if page is None else pairs[max(page.start_index() - 1, 0) : page.end_index()]
    return [Shown(metric=metric, reading=reading, whisker=picture) for reading, picture in listed]


def _rank(reading: Reading, sign: int) -> tuple[bool, float]:
    few = reading.n < SMALL
    return few, 0 if few else sign * (reading.value or 0)


def sources(asked: Asked, metric: Metric, whole: Reading) -> list[dict[str, Any]]:
    """Of leads, the number by where they came from."""
    if not metric.is_of_leads:
        return []
    found = by_origin(asked.scope, metric, asked.period, as_of=asked.as_of)
    shown = _drawn(metric, [reading for _origin, reading in found], whole)
    return [{"name": origin, "shown": each} for (origin, _), each in zip(found, shown, strict=True)]


def funnel_of(asked: Asked) -> Pipeline | None:
    """The pipeline whose stages are shown: the one asked for, else the busiest."""
    offered = asked.offered
    return asked.pipeline or busiest(asked.scope, offered, asked.period, as_of=asked.as_of)


def steps(asked: Asked, metric: Metric, stages: Stages) -> list[dict[str, Any]]:
    """The pipeline's stages side by side; ``width`` of a bar is out of 160."""
    found = funnel(
        asked.scope, stages.pipeline, asked.period, as_of=asked.as_of, names=stages.names
    )
    most = max([step.entered for step in found]) or 1
    return [
        {
            "step": step,
            "shown": Shown(metric=step.metric, reading=step.reading),
            "url": metric_url(asked, step.metric),
            "width": round(160 * step.entered / most),
            "days": rounded(step.median / MICROSECONDS_IN_DAY) if step.median is not None else "",
            "is_chosen": metric.atoms.stage == step.stage,
        }
        for step in found
    ]
