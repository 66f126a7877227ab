"""What a request asks for: the period and the instant of knowledge, from its address."""

from datetime import UTC, datetime

from django.http import Http404
from django.utils import timezone

from metrics.declared import BY_SLUG, Metric
from metrics.periods import ALL, GRAINS, QUARTER, RANGE, Period, UnknownPeriod, parse
from metrics.reading import latest_period
from teams.models import Team


def metric_called(slug: str) -> Metric:
    """Raises Http404."""
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


def period_asked(team: Team, code: str) -> Period:
    """The period written in the address; without one the newest quarter with numbers.

    Raises Http404 for what is no period.
    """
    if not code:
        return latest_period(team, QUARTER, timezone.now())
    if code in GRAINS:
        return latest_period(team, code, timezone.now())
    try:
        return parse(code, team.organisation.fiscal_year_start)
    except UnknownPeriod as error:
        raise Http404 from error


def instant_asked(team: Team, text: str) -> datetime | None:
    """The ``as_of`` of a permalink; local time of the organisation unless it has an offset."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise Http404 from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=team.organisation.zone)


def trend_periods(period: Period, count: int = 12) -> list[Period]:
    """What a trend up to this period shows: a dozen of its kind; only itself for all time."""
    return period.back(1 if period.grain in (ALL, RANGE) else count)


def period_choices(team: Team, period: Period, count: int = 16) -> list[Period]:
    """Periods to pick from: the newest ones of the same kind, and the one that is shown."""
    grain = period.grain if period.grain in GRAINS else QUARTER
    choices = latest_period(team, grain, timezone.now()).back(count)[::-1]
    return choices if period in choices or period.grain not in GRAINS else [period, *choices]
