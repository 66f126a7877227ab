"""Numbers as people read them: rounded for show only, with unit, counts, interval and change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from metrics.charts import ChartPoint
from metrics.comparing import Change
from metrics.declared import Metric
from metrics.measures import KaplanMeier, Median, Reading, WeightedRate
from metrics.periods import Period
from metrics.statistics import SMALL
from metrics.whiskers import Whisker

NONE = "–"


def rounded(value: float | None, places: int = 1) -> str:
    """Half away from zero, in the current language; an en dash where there is nothing."""
    return NONE if value is None else _rounded(value + 0.0, places, get_language())


@lru_cache(maxsize=8192)
def _rounded(value: float, places: int, language: str | None) -> str:
    """The same values stand in trends, tiles and tables, on every visit."""
    quantum = Decimal(1).scaleb(-places)
    exact = Decimal(repr(value)).quantize(quantum, ROUND_HALF_UP)
    return number_format(exact, decimal_pos=places, force_grouping=True)


def span(low: float, high: float, places: int = 1) -> str:
    """An interval; its separator differs from the decimal mark of the current language."""
    return _("[%(low)s, %(high)s]") % {"low": rounded(low, places), "high": rounded(high, places)}


def whole(value: int) -> str:
    return number_format(value, decimal_pos=0, force_grouping=True)


def unit_of(metric: Metric) -> str:
    if metric.unit == "percent":
        return "%"
    return _("days") if metric.unit == "days" else _("min")


def places_of(metric: Metric) -> int:
    """How many decimals are shown."""
    return 0 if metric.unit == "minutes" else 1


def with_unit(metric: Metric, value: float | None) -> str:
    if value is None:
        return NONE
    space = "" if metric.unit == "percent" else " "
    return f"{rounded(value, places_of(metric))}{space}{unit_of(metric)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A reading ready for a template. ``state`` of the change: up-good, up-bad, down-good,
    down-bad, flat (not detectable) or none (nothing to compare). ``earlier`` is the period where it
    is not the one asked for. ``is_silent``: it is 100 % because no loss has an amount."""

    metric: Metric
    reading: Reading
    change: Change | None = None
    against: str = ""
    partial: bool = False
    earlier: Period | None = None
    is_silent: bool = False
    url: str = ""
    chart: SafeString | None = None
    narrow_chart: SafeString | None = None
    whisker: Whisker | None = None
    summary: str = ""

    @property
    def value(self) -> str:
        return self._rounded(self.reading.value)

    def _rounded(self, value: float | None) -> str:
        return rounded(value, places_of(self.metric))

    def _span(self, low: float | None, high: float | None) -> str:
        return "" if low is None or high is None else span(low, high, places_of(self.metric))

    @property
    def value_text(self) -> str:
        return with_unit(self.metric, self.reading.value)

    @property
    def none_reason(self) -> str:
        """Why there is no number."""
        statistics = self.reading.statistics
        if statistics.pending:
            return _("%(count)s pending: their time is not over yet.") % {
                "count": whole(statistics.pending)
            }
        if self.is_survival and statistics.n:
            return _("Fewer than half were answered.")
        if statistics.n:
            return _("Every amount is 0.")
        if statistics.excluded:
            return ngettext(
                "The only one was left out.", "All %(count)s were left out.", statistics.excluded
            ) % {"count": whole(statistics.excluded)}
        return _("Nothing was counted in this period.")

    @property
    def caveat(self) -> str:
        """What the number does not say."""
        if not self.is_silent:
            return ""
        return _(
            "No lost deal has an amount above 0 in the organisation’s currency, so this says "
            "nothing about the money lost."
        )

    @property
    def unit(self) -> str:
        return unit_of(self.metric) if self.reading.value is not None else ""

    @property
    def is_median(self) -> bool:
        return isinstance(self.metric.measure, Median)

    @property
    def is_survival(self) -> bool:
        return isinstance(self.metric.measure, KaplanMeier)

    @property
    def p90(self) -> str:
        """The time after which 90 % had it."""
        value = self.reading.p90
        return _("not reached") if value is None else with_unit(self.metric, value)

    @property
    def is_by_value(self) -> bool:
        return isinstance(self.metric.measure, WeightedRate)

    @property
    def small(self) -> bool:
        return self.reading.n < SMALL

    @property
    def counts(self) -> str:
        statistics = self.reading.statistics
        if self.is_median or self.is_by_value:
            return _("n = %(n)s") % {"n": whole(statistics.n)}
        return _("%(numerator)s of %(denominator)s") % {
            "numerator": whole(statistics.numerator),
            "denominator": whole(statistics.denominator),
        }

    @property
    def interval(self) -> str:
        return self._span(self.reading.low, self.reading.high)

    @property
    def mean(self) -> str:
        return self._rounded(self.reading.mean) if self.reading.mean is not None else ""

    @property
    def quartiles(self) -> str:
        if self.reading.p25 is None:
            return ""
        return f"{self._rounded(self.reading.p25)} – {self._rounded(self.reading.p75)}"

    @property
    def state(self) -> str:
        if self.change is None:
            return "none"
        if not self.change.detectable:
            return "flat"
        direction = "up" if self.change.delta > 0 else "down"
        return f"{direction}-{'good' if self.change.is_good(self.metric) else 'bad'}"

    @property
    def change_text(self) -> str:
        if self.change is None:
            return ""
        sign = "+" if self.change.delta > 0 else "−" if self.change.delta < 0 else "±"
        unit = _("pp") if self.metric.unit == "percent" else unit_of(self.metric)
        return f"{sign}{self._rounded(abs(self.change.delta))} {unit}"

    @property
    def change_interval(self) -> str:
        return self._span(self.change.low, self.change.high) if self.change else ""


def chart_points(
    metric: Metric, periods: Sequence[Period], readings: Sequence[Reading], now: datetime
) -> list[ChartPoint]:
    return [
        ChartPoint(
            label=period.short_label,
            value=reading.value,
            low=reading.low,
            high=reading.high,
            n=reading.n,
            partial=period.is_partial(now),
            text=with_unit(metric, reading.value),
        )
        for period, reading in zip(periods, readings, strict=True)
    ]
