"""Rows of one metric drawn on a common scale: the value as a dot, its interval as a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.declared import Metric
from metrics.measures import Reading
from metrics.statistics import SMALL

WIDTH = 160
"""In units of the picture; positions are whole ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisker:
    """Positions from 0 to WIDTH. ``reference`` is where the whole lies that the rows are part of;
    ``small`` if there are too few for a judgement."""

    value: int
    low: int
    high: int
    reference: int | None
    small: bool


def whiskers(
    metric: Metric, readings: Sequence[Reading], whole: Reading | None = None
) -> list[Whisker | None]:
    """One for each reading; None where there is no value.

    Percentages lie between 0 and 100; others between 0 and the largest end of a row that is not
    small, so that one odd deal does not squeeze the rest. What lies beyond ends at the edge.
    """
    top = 100.0 if metric.unit == "percent" else _top(readings, whole)

    def place(value: float) -> int:
        return round(WIDTH * min(max(value, 0), top) / top)

    reference = place(whole.value) if whole and whole.value is not None and top else None
    return [
        None
        if reading.value is None or not top
        else Whisker(
            value=place(reading.value),
            low=place(reading.value if reading.low is None else reading.low),
            high=place(reading.value if reading.high is None else reading.high),
            reference=reference,
            small=reading.n < SMALL,
        )
        for reading in readings
    ]


def _top(readings: Sequence[Reading], whole: Reading | None) -> float:
    judged = [reading for reading in readings if reading.n >= SMALL] or list(readings)
    ends = [reading.high or reading.value or 0.0 for reading in judged]
    return max([*ends, (whole.value if whole else 0) or 0], default=0)
