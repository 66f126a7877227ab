"""What the metric pages show, gathered in few queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from metrics.asking import trend_periods
from metrics.charts import describe_trend, sparkline, trend_chart
from metrics.comparing import change
from metrics.declared import HEADLINES, Metric, companions
from metrics.periods import Period
from metrics.presenting import Shown, chart_points, local_now, unit_of
from metrics.reading import Scope, by_rep, by_team, read, trend
from metrics.statistics import SMALL
from teams.models import Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose numbers, of when, known when."""

    scope: Scope
    period: Period
    as_of: datetime | None = None

    @property
    def query(self) -> str:
        """The part of an address that asks for the same again."""
        asked = f"?period={self.period.code}"
        return asked if self.as_of is None else f"{asked}&as_of={self.as_of.isoformat()}"


def metric_url(asked: Asked, metric: Metric) -> str:
    scope = asked.scope
    if scope.rep is None:
        return reverse("metrics:metric", args=[scope.team, metric.slug]) + asked.query
    return reverse("metrics:rep-metric", args=[scope.team, scope.rep.pk, metric.slug]) + asked.query


def tiles(asked: Asked) -> list[Shown]:
    """A tile for each headline metric."""
    return [headline(asked, metric, small=True) for metric in HEADLINES]


def headline(asked: Asked, metric: Metric, *, small: bool = False) -> Shown:
    """The number with its change to the period before and its trend as a picture."""
    scope, period = asked.scope, asked.period
    periods = trend_periods(period)
    readings = trend(scope, metric, periods, as_of=asked.as_of)
    before = readings[-2] if len(readings) > 1 else _before(asked, metric)
    now = local_now(scope.team.organisation.zone)
    points = chart_points(metric, periods, readings, now)
    title = f"{metric.title}: {describe_trend(points)}"
    picture = None
    if len(points) > 1 and any(point.value is not None for point in points):
        picture = (
            sparkline(points, title=title)
            if small
            else trend_chart(points, title=title, unit=unit_of(metric))
        )
    return Shown(
        metric=metric,
        reading=readings[-1],
        change=change(scope, metric, period, (before, readings[-1]), as_of=asked.as_of)
        if before
        else None,
        partial=period.is_partial(now),
        url=metric_url(asked, metric),
        chart=picture,
        summary=describe_trend(points),
    )


def _before(asked: Asked, metric: Metric) -> Any:
    previous = asked.period.previous()
    return read(asked.scope, metric, previous, as_of=asked.as_of) if previous else None


def beside(asked: Asked, metric: Metric) -> list[Shown]:
    """The companions of a headline."""
    return [
        Shown(
            metric=each,
            reading=read(asked.scope, each, asked.period, as_of=asked.as_of),
            url=metric_url(asked, each),
        )
        for each in companions(metric)
    ]


def team_rows(asked: Asked, metric: Metric) -> list[dict[str, Any]]:
    """The sub-teams' numbers."""
    children = Team.objects.children_of(asked.scope.team).select_related("organisation")
    found = by_team(children, metric, asked.period, as_of=asked.as_of)
    return [
        {
            "team": team,
            "shown": Shown(metric=metric, reading=reading),
            "url": reverse("metrics:metric", args=[team, metric.slug]) + asked.query,
        }
        for team, reading in found
        if team.closed_at is None or reading.n
    ]


def rep_rows(asked: Asked, metric: Metric) -> list[dict[str, Any]]:
    """The reps' numbers; those with few rows last, unranked."""
    found = by_rep(asked.scope.team, metric, asked.period, as_of=asked.as_of)
    rows = [
        {
            "rep": rep,
            "team": team,
            "shown": Shown(metric=metric, reading=reading),
            "url": reverse("metrics:rep-metric", args=[team, rep.pk, metric.slug]) + asked.query,
        }
        for rep, team, reading in found
    ]
    sign = -1 if metric.better == "up" else 1
    return sorted(rows, key=lambda row: _rank(row["shown"], sign))  # type: ignore[arg-type]


def _rank(shown: Shown, sign: int) -> tuple[bool, float]:
    few = shown.reading.n < SMALL
    return few, 0 if few else sign * (shown.reading.value or 0)


def rep_note(asked: Asked) -> str:
    """Whose page of a person this is."""
    rep, team = asked.scope.rep, asked.scope.team
    if rep is None or team.is_root:
        return ""
    return _("Only what happened while in %(team)s.") % {"team": team.name}
