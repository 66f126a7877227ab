"""What the metric pages show, gathered in few queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.asking import trend_periods
from metrics.charts import NARROW, ChartPoint, describe_trend, sparkline, trend_chart
from metrics.comparing import change
from metrics.deciding import median_decision
from metrics.declared import (
    BY_SLUG,
    HEADLINES,
    SALES_CYCLE,
    Metric,
    companions,
    in_pipeline,
)
from metrics.measures import Reading
from metrics.periods import RANGE, Period
from metrics.presenting import Shown, chart_points, unit_of, with_unit
from metrics.reading import Scope, trends
from metrics.rows import COUNTED, EXCLUDED, KINDS, PENDING
from sales.models import Pipeline
from teams.models import Team


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


def rep_note(asked: Asked) -> str:
    """Whose page of a person this is."""
    rep, team = asked.scope.rep, asked.scope.team
    if rep is None or team.is_root:
        return ""
    return _("Only what happened while in %(team)s.") % {"team": team.name}
