"""Whether a number changed: the difference to the period before, with its interval."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from metrics.declared import Metric
from metrics.gathering import sorted_values, starts
from metrics.measures import KaplanMeier, Median, Reading, Statistics, WeightedRate
from metrics.periods import GRAINS, Period
from metrics.reading import Scope, condition_of, question_of
from metrics.statistics import SMALL, difference, median_difference, newcombe, seed_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Difference in percentage points or in the metric's unit; its 95 % interval if there is one.

    ``detectable`` only if the interval leaves out zero and neither side is small.
    """

    delta: float
    low: float | None
    high: float | None
    detectable: bool

    def is_good(self, metric: Metric) -> bool:
        return (self.delta > 0) == (metric.better == "up")


def change(
    scope: Scope,
    metric: Metric,
    period: Period,
    readings: tuple[Reading, Reading],
    *,
    as_of: datetime | None = None,
) -> Change | None:
    """From ``readings[0]``, the period before, to ``readings[1]``; None if either has no value."""
    before, now = readings
    if before.value is None or now.value is None:
        return None
    delta = now.value - before.value
    if isinstance(metric.measure, Median):
        ends = _median_interval(scope, metric.measure, metric, period, as_of)
    elif isinstance(metric.measure, KaplanMeier):
        ends = _survival_interval(now, before)
    elif isinstance(metric.measure, WeightedRate):
        ends = None
    else:
        ends = _rate_interval(now.statistics, before.statistics)
    if ends is None:
        return Change(delta=delta, low=None, high=None, detectable=False)
    low, high = ends
    enough = min(before.n, now.n) >= SMALL
    return Change(delta=delta, low=low, high=high, detectable=enough and not low <= 0 <= high)


def _rate_interval(now: Statistics, before: Statistics) -> tuple[float, float] | None:
    """In percentage points."""
    ends = newcombe((now.numerator, now.denominator), (before.numerator, before.denominator))
    return (100 * ends[0], 100 * ends[1]) if ends else None


def _survival_interval(now: Reading, before: Reading) -> tuple[float, float] | None:
    """From the two medians' own intervals; none where an end was not reached."""
    ends = [(each.value, each.low, each.high) for each in (now, before)]
    if any(end is None for each in ends for end in each):
        return None
    new, old = cast("list[tuple[float, float, float]]", ends)
    return difference(new, old)


def _median_interval(
    scope: Scope, measure: Median, metric: Metric, period: Period, as_of: datetime | None
) -> tuple[float, float] | None:
    """Bootstrap over the counted values; the seed names scope, definition, period and reading."""
    previous = period.previous()
    if previous is None:
        return None
    new, old = _values(scope, metric, (period, previous), as_of)
    known = as_of.astimezone(UTC).isoformat() if as_of else "now"
    seed = seed_of(*scope.key, f"{metric.slug}.{metric.version}", period.code, known)
    ends = median_difference(new, old, seed=seed)
    return (ends[0] / measure.divisor, ends[1] / measure.divisor) if ends else None


def _values(
    scope: Scope, metric: Metric, periods: tuple[Period, Period], as_of: datetime | None
) -> list[list[int]]:
    """Ascending counted values of each period; one query for named periods, else one for each."""
    if periods[0].grain not in GRAINS:
        return [_values_within(scope, metric, each, as_of).get(0, []) for each in periods]
    new, old = periods
    span = Period(new.grain, old.start, new.end, new.fiscal)
    found = _values_within(scope, metric, span, as_of)
    return [found.get(starts(each), []) for each in periods]


def _values_within(
    scope: Scope, metric: Metric, span: Period, as_of: datetime | None
) -> dict[int, list[int]]:
    condition, chosen = condition_of([scope.team.pk], scope.whose)
    organisation = scope.team.organisation
    return sorted_values(question_of(organisation, metric, span, condition, chosen, as_of))
