"""How atoms become a number: the SQL that gathers sufficient statistics, and the reading of them.

A measure gathers in two steps: ``part`` over single atoms (already summed by leaf team, rep and
period where sums are all that is needed), ``gathered`` over the parts of a scope. ``ranked`` puts
them in order where that matters, and ``whole`` names the statistics. They are never averaged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from metrics.statistics import Z, median_interval, quantile, survival, wilson
from teams.measuring_hours import open_time

STATISTICS = (
    "numerator", "denominator", "n", "pending", "excluded",
    "total", "median", "p25", "p75", "low", "high",
)  # fmt: skip


class Statistics(NamedTuple):
    """What is kept of a scope's atoms, in the order of STATISTICS; units are the atoms' smallest.

    A tuple, since a page about many reps makes hundreds.
    """

    numerator: int = 0
    denominator: int = 0
    n: int = 0
    pending: int = 0
    excluded: int = 0
    total: int | Decimal | None = None
    median: float | None = None
    p25: float | None = None
    p75: float | None = None
    low: float | None = None
    high: float | None = None
    p90: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A number with what it is made of and how sure it is, in the metric's unit.

    ``value`` is None where there is nothing to divide by: never zero.
    """

    value: float | None
    low: float | None
    high: float | None
    mean: float | None
    p25: float | None
    p75: float | None
    statistics: Statistics
    p90: float | None = None

    @property
    def n(self) -> int:
        return self.statistics.n


COUNTED = "(a.in_den OR a.reason = ANY(%(also)s))"
MATURED = "(a.matures_at IS NULL OR a.matures_at <= %(as_of)s)"
SHARED = f"""
    count(*) FILTER (WHERE {COUNTED} AND NOT {MATURED}) AS pending,
    count(*) FILTER (WHERE NOT {COUNTED}) AS excluded"""
NO_ORDER = ", NULL::numeric AS total" + "".join(
    f", NULL::float8 AS {name}" for name in ("median", "p25", "p75", "low", "high")
)
COUNTS = ("numerator", "denominator", "n", "pending", "excluded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Share of counted atoms that are hits, in percent, with Wilson's interval.

    ``also`` names reasons of exclusion that this measure counts all the same. ``counted`` is the
    condition on an atom ``a``; ``missing`` is the reason of those left out for want of a value.
    """

    also: tuple[str, ...] = ()
    counted = COUNTED
    missing = ""
    grouped = True
    gathered = ", ".join(f"sum({name})::bigint AS {name}" for name in COUNTS)
    ranked = ""
    whole = ", ".join(COUNTS) + NO_ORDER

    @property
    def part(self) -> str:
        return f"""
    count(*) FILTER (WHERE {COUNTED} AND {MATURED} AND a.in_num) AS numerator,
    count(*) FILTER (WHERE {COUNTED} AND {MATURED}) AS denominator,
    count(*) FILTER (WHERE {COUNTED} AND {MATURED}) AS n, {SHARED}"""

    def statistics(self, found: Sequence[Any]) -> Statistics:
        return _named(found)

    def read(self, statistics: Statistics) -> Reading:
        ends = wilson(statistics.numerator, statistics.denominator)
        return Reading(
            value=_percent(statistics.numerator, statistics.denominator),
            low=100 * ends[0] if ends else None,
            high=100 * ends[1] if ends else None,
            mean=None,
            p25=None,
            p75=None,
            statistics=statistics,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedRate(Rate):
    """Share of the counted atoms' summed value that belongs to hits, in percent.

    Atoms without a value are out and counted as excluded. No interval: deals are not draws of a
    currency unit.
    """

    counted = f"({COUNTED} AND a.value IS NOT NULL)"
    missing = "no_amount"

    @property
    def part(self) -> str:
        return f"""
    COALESCE(sum(a.value) FILTER (WHERE {self.counted} AND a.in_num), 0) AS numerator,
    COALESCE(sum(a.value) FILTER (WHERE {self.counted}), 0) AS denominator,
    count(*) FILTER (WHERE {self.counted}) AS n, 0 AS pending,
    count(*) FILTER (WHERE NOT {self.counted}) AS excluded"""

    def read(self, statistics: Statistics) -> Reading:
        return replace(Rate.read(self, statistics), low=None, high=None)


def _at_rank(rank: str) -> str:
    """The value at a fractional zero-based rank of the sorted array, linear between ranks."""
    low, high = f"floor({rank})::int + 1", f"ceil({rank})::int + 1"
    return f"(sorted[{low}] + (sorted[{high}] - sorted[{low}]) * ({rank} - floor({rank})))::float8"


LOWER_RANK = f"round(n / 2.0 - {Z / 2} * sqrt(n))::int"


def _order_statistic(rank: str) -> str:
    """An end of the median's distribution-free interval; null where no two values make one.

    Ranks n/2 - z/2 sqrt(n) and as many from the top, rounded: Campbell and Gardner (1988), British
    Medical Journal 296, 1454-1456. They cover the median in at least 95 % of samples.
    """
    return f"CASE WHEN {LOWER_RANK} >= 1 THEN sorted[{rank}] END::float8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """Median of the counted atoms' values with mean, quartiles and interval.

    ``divisor`` turns the atoms' unit into the metric's. Values are collected before they are
    sorted: sorting scope by scope takes half the time of sorting all of them at once.
    """

    divisor: int = 1
    also: tuple[str, ...] = ()
    counted = COUNTED
    missing = ""
    grouped = False
    part = f"""
    CASE WHEN {COUNTED} THEN a.value END AS value, NOT {COUNTED} AS is_excluded"""
    gathered = """
    array_agg(value) FILTER (WHERE value IS NOT NULL) AS held, count(value) AS n,
    sum(value) AS total, count(*) FILTER (WHERE is_excluded) AS excluded"""
    ranked = ", ARRAY(SELECT unnest(held) ORDER BY 1) AS sorted"
    whole = f"""
    n AS numerator, n AS denominator, n, 0 AS pending, excluded, total,
    {_at_rank("(n - 1) * 0.5")} AS median, {_at_rank("(n - 1) * 0.25")} AS p25,
    {_at_rank("(n - 1) * 0.75")} AS p75,
    {_order_statistic(LOWER_RANK)} AS low,
    {_order_statistic(f"n + 1 - {LOWER_RANK}")} AS high"""

    def statistics(self, found: Sequence[Any]) -> Statistics:
        return _named(found)

    def read(self, statistics: Statistics) -> Reading:
        total = statistics.total
        return Reading(
            value=_scaled(statistics.median, self.divisor),
            low=_scaled(statistics.low, self.divisor),
            high=_scaled(statistics.high, self.divisor),
            mean=None if total is None else float(total) / statistics.n / self.divisor,
            p25=_scaled(statistics.p25, self.divisor),
            p75=_scaled(statistics.p75, self.divisor),
            statistics=statistics,
        )


RUNNING = f"""(EXTRACT(EPOCH FROM {open_time("a.clock", "%(as_of)s")}
    - {open_time("a.clock", "a.started_at")}) * 1000000)::bigint"""
"""Working time of what still waits, so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KaplanMeier:
    """Median of the time to an event, with what never had it or not yet as running until its end.

    An atom's value is the time to the event or to its end, null while it runs. It happened where
    the flag is not one of ``without``.
    """

    divisor: int = 1
    without: tuple[str, ...] = ("waiting", "unanswered")
    also: tuple[str, ...] = ()
    counted = COUNTED
    missing = ""
    grouped = False
    ranked = ""
    gathered = """
    array_agg(time) FILTER (WHERE is_counted) AS times,
    array_agg(happened) FILTER (WHERE is_counted) AS outcomes,
    count(*) FILTER (WHERE is_counted) AS n, count(*) FILTER (WHERE NOT is_counted) AS excluded"""
    whole = "n, excluded, times, outcomes"

    @property
    def part(self) -> str:
        without = ", ".join(f"'{flag}'" for flag in self.without)
        return f"""
    CASE WHEN {COUNTED} THEN COALESCE(a.value, {RUNNING}) END AS time,
    a.flag NOT IN ({without}) AS happened, {COUNTED} AS is_counted"""

    def statistics(self, found: Sequence[Any]) -> Statistics:
        n, excluded, times, outcomes = found
        curve = survival(list(zip(times or (), outcomes or (), strict=True)))
        low, high = median_interval(curve)
        return Statistics(
            numerator=sum(outcomes or ()),
            denominator=n,
            n=n,
            excluded=excluded,
            median=quantile(curve, 0.5),
            low=low,
            high=high,
            p90=quantile(curve, 0.9),
        )

    def read(self, statistics: Statistics) -> Reading:
        return Reading(
            value=_scaled(statistics.median, self.divisor),
            low=_scaled(statistics.low, self.divisor),
            high=_scaled(statistics.high, self.divisor),
            mean=None,
            p25=None,
            p75=None,
            p90=_scaled(statistics.p90, self.divisor),
            statistics=statistics,
        )


Measure = Rate | Median | KaplanMeier


def _percent(numerator: int, denominator: int) -> float | None:
    return 100 * numerator / denominator if denominator else None


def _named(found: Sequence[Any]) -> Statistics:
    return Statistics(**dict(zip(STATISTICS, found, strict=True)))


def _scaled(value: float | Decimal | None, divisor: int) -> float | None:
    """From the atoms' unit to the metric's."""
    return None if value is None else float(value) / divisor
