"""Intervals and percentiles. Pure; every formula names its source."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from math import exp, inf, log, sqrt

import numpy as np

Z = 1.959964
"""Two-sided 95 % of the standard normal."""

SMALL = 5
"""Below this many, a value is shown grey and never ranked."""

RESAMPLES = 2000


def wilson(numerator: int, denominator: int, z: float = Z) -> tuple[float, float] | None:
    """Score interval of a proportion, both ends in [0, 1]; None for an empty denominator.

    Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    if denominator == 0:
        return None
    p = numerator / denominator
    scale = 1 + z * z / denominator
    centre = (p + z * z / (2 * denominator)) / scale
    half = z / scale * sqrt(p * (1 - p) / denominator + z * z / (4 * denominator**2))
    low = 0.0 if numerator == 0 else max(0.0, centre - half)
    high = 1.0 if numerator == denominator else min(1.0, centre + half)
    return low, high


def newcombe(new: tuple[int, int], old: tuple[int, int]) -> tuple[float, float] | None:
    """Interval of the difference ``new - old`` of two (numerator, denominator) proportions.

    Hybrid score, method 10 of Newcombe (1998), Statistics in Medicine 17, 873-890.
    """
    ends_new, ends_old = wilson(*new), wilson(*old)
    if ends_new is None or ends_old is None:
        return None
    p, q = new[0] / new[1], old[0] / old[1]
    return difference((p, *ends_new), (q, *ends_old))


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Continuous percentile of ascending values, linear between ranks.

    Type 7 of Hyndman and Fan (1996), The American Statistician 50, 361-365; PostgreSQL's
    ``percentile_cont``. None for no values.
    """
    if not ordered:
        return None
    rank = share * (len(ordered) - 1)
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)


def seed_of(*parts: object) -> int:
    """The first 8 hex digits of the SHA-256 of the parts joined by ``|``."""
    return int(sha256("|".join(map(str, parts)).encode()).hexdigest()[:8], 16)


def median_difference(
    new: Sequence[float], old: Sequence[float], *, seed: int
) -> tuple[float, float] | None:
    """95 % percentile-bootstrap interval of ``median(new) - median(old)``, both ascending.

    Efron (1979), Annals of Statistics 7, 1-26, with 2,000 resamples, ``new`` drawn before ``old``.
    The medians of the resamples are drawn from their exact distribution, so the cost does not
    grow with the number of values. None when either side is empty.
    """
    if not len(new) or not len(old):
        return None
    return _difference(*(np.asarray(each, dtype=float).tobytes() for each in (new, old)), seed)


@lru_cache(maxsize=128)
def _difference(new: bytes, old: bytes, seed: int) -> tuple[float, float]:
    """The same values from the same seed give the same; a page asks for it again and again."""
    generator = random.Random(seed)  # noqa: S311
    drawn = [resampled_medians(np.frombuffer(each), generator) for each in (new, old)]
    low, high = np.percentile(drawn[0] - drawn[1], [2.5, 97.5])
    return float(low), float(high)


def resampled_medians(
    ordered: Sequence[float] | np.ndarray, generator: random.Random
) -> np.ndarray:
    """Medians of resamples without resampling.

    The k-th smallest of n draws from values x is x[floor(n * u)] with u the k-th smallest of n
    uniforms, which is Beta(k, n - k + 1); given it, the next smallest is
    u + (1 - u) * (1 - v ** (1 / (n - k))) with v uniform.
    David and Nagaraja, Order Statistics, 3rd edition, 2.3.
    """
    n = len(ordered)
    values = np.asarray(ordered, dtype=float)
    k = (n + 1) // 2
    lower = np.array([generator.betavariate(k, n - k + 1) for _ in range(RESAMPLES)])
    if n % 2:
        return values[_places(lower, n)]
    step = np.array([1 - generator.random() ** (1 / (n - k)) for _ in range(RESAMPLES)])
    upper = lower + (1 - lower) * step
    return (values[_places(lower, n)] + values[_places(upper, n)]) / 2


def _places(uniforms: np.ndarray, n: int) -> np.ndarray:
    return np.minimum((uniforms * n).astype(int), n - 1)


@dataclass(frozen=True, slots=True)
class Step:
    """Of a survival curve: from ``time`` on a share of ``left`` has not had the event yet.

    ``spread`` is Greenwood's sum of d / (n (n - d)), by which the variance of log ``left`` is
    estimated.
    """

    time: float
    left: float
    spread: float


def survival(durations: Iterable[tuple[float, bool]]) -> list[Step]:
    """Where the curve falls, in order of time.

    ``durations`` are (time, whether the event happened; else censored then). Kaplan and Meier
    (1958), Journal of the American Statistical Association 53, 457-481: what is left at t is the
    product of 1 - d/n over event times, n counting those censored at t.
    """
    happened: Counter[float] = Counter()
    gone: Counter[float] = Counter()
    for time, event in durations:
        gone[time] += 1
        happened[time] += event
    at_risk, left, spread, steps = gone.total(), 1.0, 0.0, []
    for time in sorted(gone):
        if events := happened[time]:
            left *= 1 - events / at_risk
            spread += events / (at_risk * (at_risk - events)) if events < at_risk else inf
            steps.append(Step(time, left, spread))
        at_risk -= gone[time]
    return steps


ROUNDING = 1e-12
"""What a product of shares may be off by: half is half."""


def quantile(curve: Iterable[Step], share: float) -> float | None:
    """The first time at which at least ``share`` have had the event; None if never reached."""
    return next((step.time for step in curve if step.left <= 1 - share + ROUNDING), None)


def median_interval(curve: Sequence[Step], z: float = Z) -> tuple[float | None, float | None]:
    """The ends of the median's 95 % interval; None for an end that was not reached.

    The times whose share left could be half by the log-minus-log interval: Brookmeyer and Crowley
    (1982), Biometrics 38, 29-41, with Kalbfleisch and Prentice's transformation.
    """
    low = high = None
    for step in curve:
        if step.left <= ROUNDING:
            break
        factor = exp(z * sqrt(step.spread) / log(step.left))
        lower, upper = step.left ** (1 / factor), step.left**factor
        if low is None and lower <= 0.5:
            low = step.time
        if high is None and upper <= 0.5:
            high = step.time
    return low, high


def difference(
    new: tuple[float, float, float], old: tuple[float, float, float]
) -> tuple[float, float]:
    """Interval of ``new - old``, each given as (value, low, high), from their own intervals.

    Zou and Donner (2008), Statistics in Medicine 27, 1693-1702; ``newcombe`` is this of two
    proportions.
    """
    (p, p_low, p_high), (q, q_low, q_high) = new, old
    down = sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    up = sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return p - q - down, p - q + up
