"""What the metric pages show, gathered in few queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.asking import Stages, trend_periods
from metrics.charts import NARROW, ChartPoint, describe_trend, sparkline, trend_chart
from metrics.comparing import change
from metrics.deciding import median_decision
from metrics.declared import (
    BY_SLUG,
    HEADLINES,
    MICROSECONDS_IN_DAY,
    SALES_CYCLE,
    Metric,
    companions,
    in_pipeline,
)
from metrics.funnel import busiest, funnel
from metrics.measures import Reading, Statistics
from metrics.origins import by_origin
from metrics.periods import RANGE, Period
from metrics.presenting import Shown, chart_points, rounded, unit_of, with_unit
from metrics.reading import Below, Scope, Seller, below, by_rep, by_team, trends
from metrics.rows import COUNTED, EXCLUDED, KINDS, PENDING
from metrics.statistics import SMALL
from metrics.whiskers import whiskers
from sales.models import Pipeline
from teams.models import Team

PAGE = 25
"""Rows of a table of parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose numbers, of when, known when; ``choices`` are other periods to pick.

    ``door`` is the team in the address: a rep's whole own is a scope of the root team, which the
    rep may have no seat in. ``pipeline`` None is all of the ``pipelines`` together, as it is of
    leads, which are in none.
    """

    door: Team
    scope: Scope
    period: Period
    choices: list[Period] = field(default_factory=list)
    as_of: datetime | None = None
    pipelines: list[Any] = field(default_factory=list)
    pipeline: Pipeline | None = None
    is_of_leads: bool = False

    @property
    def offered(self) -> list[Any]:
        """The pipelines to pick from. What was taken back since is in what was known before."""
        if self.is_of_leads:
            return []
        past = self.as_of is not None
        return [each for each in self.pipelines if past or each.is_sold_in or each == self.pipeline]

    @property
    def later(self) -> Period | None:
        """The period after this one, if it has begun."""
        after = self.period.next()
        today = timezone.now().astimezone(self.door.organisation.zone).date()
        return after if after and after.start <= today else None

    @property
    def is_behind(self) -> bool:
        """Facts have come in that these numbers do not count yet."""
        return self.as_of is None and any(each.behind for each in self.pipelines)

    @property
    def query(self) -> str:
        """The part of an address that asks for the same again."""
        asked = f"?period={self.period.code}"
        if self.as_of is not None:
            asked += f"&as_of={written(self.as_of)}"
        return asked if self.pipeline is None else f"{asked}&pipeline={self.pipeline.pk}"

    def of(self, metric: Metric) -> Metric:
        """The metric in the pipeline asked for."""
        return in_pipeline(metric, self.pipeline.pk if self.pipeline else None)

    @property
    def headlines(self) -> tuple[Metric, ...]:
        return tuple(map(self.of, HEADLINES))


def written(instant: datetime) -> str:
    """An instant as it stands in an address."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def metric_url(asked: Asked, metric: Metric) -> str:
    if metric.is_of_leads:
        asked = replace(asked, pipeline=None)
    scope, query = asked.scope, asked.query
    if metric.atoms.stage is not None:
        chosen = "" if asked.pipeline else f"&pipeline={metric.atoms.pipeline}"
        query += f"{chosen}&stage={metric.atoms.stage}"
    if scope.rep is None:
        return reverse("metrics:metric", args=[asked.door, metric.slug]) + query
    return reverse("metrics:rep-metric", args=[asked.door, scope.rep.pk, metric.slug]) + query


def tiles(asked: Asked) -> list[Shown]:
    """A tile for each headline metric. One whose time is not over shows the newest that has it."""
    found = _trends(asked, asked.headlines)
    return [_matured(asked, metric, found[metric.slug]) for metric in asked.headlines]


def _matured(asked: Asked, metric: Metric, readings: list[Reading]) -> Shown:
    """The tile of the period asked for, or of the newest before it that is not all pending."""
    shown = _headline(asked, metric, readings, small=True)
    valued = [place for place, reading in enumerate(readings) if reading.value is not None]
    if shown.reading.value is not None or not shown.reading.statistics.pending or not valued:
        return shown
    period = asked.period.back(len(readings))[valued[-1]]
    earlier = replace(asked, period=period)
    return replace(
        shown,
        reading=readings[valued[-1]],
        earlier=period,
        partial=False,
        url=metric_url(earlier, metric),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A metric with its companions."""

    headline: Shown
    companions: list[Shown]


def metric_page(asked: Asked, metric: Metric) -> Beside:
    """The number with its change and trend, and the companions' numbers of the same period."""
    beside = tuple(map(asked.of, companions(metric)))
    whole = metric if metric.is_headline else asked.of(BY_SLUG[metric.companion_of])
    found = _trends(asked, (metric, *beside) if metric.is_headline else (metric, whole))
    deals = found[whole.slug][-1]
    shown = _headline(asked, metric, found[metric.slug], small=False)
    return Beside(
        headline=replace(shown, is_silent=_is_silent(shown, deals)),
        companions=[_companion(asked, each, found[each.slug][-1], deals) for each in beside],
    )


def _companion(asked: Asked, metric: Metric, reading: Reading, deals: Reading) -> Shown:
    shown = Shown(metric=metric, reading=reading, url=metric_url(asked, metric))
    return replace(shown, is_silent=_is_silent(shown, deals))


def _is_silent(shown: Shown, deals: Reading) -> bool:
    """Whether deals were lost, and none of them has an amount that is counted."""
    money = shown.reading.statistics
    lost = deals.statistics.denominator - deals.statistics.numerator
    return shown.is_by_value and lost > 0 and 0 < money.numerator == money.denominator


def kinds(reading: Reading, shown: str) -> list[tuple[str, str, int]]:
    """Which rows there are to look at, and how many; what is pending only where something is."""
    found = reading.statistics
    counts = {COUNTED: found.n, EXCLUDED: found.excluded, PENDING: found.pending}
    return [
        (code, str(name), counts[code])
        for code, name in KINDS
        if code != PENDING or counts[code] or shown == PENDING
    ]


def decision(asked: Asked, metric: Metric) -> str:
    """Beside the cycle of won deals: how long any deal takes to be decided."""
    if metric.slug != SALES_CYCLE.slug:
        return ""
    pipeline = metric.atoms.pipeline
    days = median_decision(asked.scope, asked.period, pipeline=pipeline, as_of=asked.as_of)
    return with_unit(metric, days) if days is not None else _("not reached")


def _trends(asked: Asked, metrics: Sequence[Metric]) -> dict[str, list[Reading]]:
    """The readings up to the period; for a range of days with the one before, for its change."""
    readings = trends(asked.scope, metrics, trend_periods(asked.period), as_of=asked.as_of)
    previous = asked.period.previous()
    if asked.period.grain == RANGE and previous:
        before = trends(asked.scope, metrics, [previous], as_of=asked.as_of)
        return {slug: [*before[slug], *found] for slug, found in readings.items()}
    return readings


def _headline(asked: Asked, metric: Metric, readings: list[Reading], *, small: bool) -> Shown:
    scope, period = asked.scope, asked.period
    now = timezone.now().astimezone(scope.team.organisation.zone)
    points = chart_points(metric, period.back(len(readings)), readings, now)
    summary = describe_trend(points)
    compared = None
    if len(readings) > 1:
        pair = readings[-2], readings[-1]
        compared = change(scope, metric, period, pair, as_of=asked.as_of)
    return Shown(
        metric=metric,
        reading=readings[-1],
        change=compared,
        against=period.back(2)[0].label if compared else "",
        partial=period.is_partial(now),
        url=metric_url(asked, metric),
        **_pictures(metric, points, summary, small=small),
        summary=summary,
    )


def _pictures(
    metric: Metric, points: list[ChartPoint], summary: str, *, small: bool
) -> dict[str, Any]:
    """The trend drawn from the first value on; nothing where there is less than two."""
    while points and points[0].value is None:
        points = points[1:]
    if sum(point.value is not None for point in points) < 2:
        return {}
    title = f"{metric.title}: {summary}"
    if small:
        return {"chart": sparkline(points, title=title)}
    unit = unit_of(metric)
    return {
        "chart": trend_chart(points, title=title, unit=unit),
        "narrow_chart": trend_chart(points, title=title, unit=unit, width=NARROW),
    }


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


def rep_note(asked: Asked) -> str:
    """Whose page of a person this is."""
    rep, team = asked.scope.rep, asked.scope.team
    if rep is None or team.is_root:
        return ""
    return _("Only what happened while in %(team)s.") % {"team": team.name}
