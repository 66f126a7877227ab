"""Rates' intervals, percentiles and survival against published figures and numpy."""

import random
from statistics import median

import numpy as np
import pytest

from metrics.statistics import (
    difference,
    median_interval,
    newcombe,
    percentile,
    quantile,
    survival,
    wilson,
)

WILSON = {
    (81, 263): (0.2553, 0.3662),
    (15, 148): (0.0624, 0.1605),
    (0, 20): (0.0000, 0.1611),
    (1, 29): (0.0061, 0.1718),
}
"""Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""

NEWCOMBE = {
    ((56, 70), (48, 80)): (0.0524, 0.3339),
    ((9, 10), (3, 10)): (0.1705, 0.8090),
    ((6, 7), (2, 7)): (0.0582, 0.8062),
    ((5, 56), (0, 29)): (-0.0381, 0.1926),
    ((0, 10), (0, 20)): (-0.1611, 0.2775),
    ((0, 10), (0, 10)): (-0.2775, 0.2775),
    ((10, 10), (0, 20)): (0.6791, 1.0000),
    ((10, 10), (0, 10)): (0.6075, 1.0000),
}
"""Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10."""


@pytest.mark.parametrize(("counts", "expected"), WILSON.items(), ids=str)
def test_wilson_as_published(counts, expected):
    assert wilson(*counts) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(("counts", "expected"), NEWCOMBE.items(), ids=str)
def test_newcombe_as_published(counts, expected):
    assert newcombe(*counts) == pytest.approx(expected, abs=5e-5)


def test_swapping_the_sides_turns_the_difference_round():
    low, high = newcombe((3, 9), (20, 31))

    assert newcombe((20, 31), (3, 9)) == pytest.approx((-high, -low))


def test_wilson_stays_within_0_and_1_and_holds_the_rate():
    for denominator in range(1, 60):
        for numerator in range(denominator + 1):
            low, high = wilson(numerator, denominator)

            assert 0 <= low <= numerator / denominator <= high <= 1


def test_nothing_has_no_interval():
    assert wilson(0, 0) is None
    assert newcombe((0, 0), (1, 2)) is None
    assert newcombe((1, 2), (0, 0)) is None


def test_percentiles_are_numpys_linear_ones():
    generator = random.Random(7)
    for size in range(1, 40):
        values = sorted(generator.uniform(-100, 100) for _ in range(size))
        for share in (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0):
            expected = float(np.quantile(values, share, method="linear"))

            assert percentile(values, share) == pytest.approx(expected)


def test_no_values_have_no_percentile():
    assert percentile([], 0.5) is None


def durations(text):
    """“6 7+”: an event at 6, censored at 7."""
    return [(float(each.rstrip("+")), not each.endswith("+")) for each in text.split()]


REMISSION = durations(
    "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+",
)
PLACEBO = durations("1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23")
"""Weeks in remission: Freireich and others (1963), Blood 21, 699-716, as in Gehan (1965),
Biometrika 52, 203-223. Survival on treatment is .857 at 6, .807 at 7, .753 at 10, .690 at 13, .627
at 16, .538 at 22 and .448 at 23."""


@pytest.mark.parametrize(
    ("left", "week"),
    [(0.86, 6), (0.81, 7), (0.76, 10), (0.70, 13), (0.63, 16), (0.54, 22), (0.5, 23), (0.44, None)],
)
def test_kaplan_meier_as_published(left, week):
    assert quantile(survival(REMISSION), 1 - left) == week


def test_kaplan_meier_without_censoring_is_the_plain_median():
    assert quantile(survival(PLACEBO), 0.5) == median(time for time, _ in PLACEBO) == 8


def test_kaplan_meier_of_the_lead_response_example():
    assert quantile(survival(durations("20 60 0 960+ 180")), 0.5) == 60


def test_kaplan_meier_reaches_exactly_half():
    assert quantile(survival(durations("1 2 3+ 4+")), 0.5) == 2
    assert quantile(survival(durations(" ".join(map(str, range(1, 1001))))), 0.5) == 500


def test_kaplan_meier_of_nothing_or_nothing_decided_is_not_reached():
    assert quantile(survival([]), 0.5) is None
    assert quantile(survival(durations("3+ 4+")), 0.5) is None


def test_the_medians_interval_as_other_programs_give_it():
    """The log-minus-log interval of the same weeks by SAS and by lifelines."""
    assert median_interval(survival(REMISSION)) == (13, None)
    assert median_interval(survival(PLACEBO)) == (4, 11)


def test_no_events_have_no_interval():
    assert median_interval(survival(durations("3+ 4+"))) == (None, None)
    assert median_interval([]) == (None, None)


def test_a_difference_is_no_surer_than_its_sides():
    low, high = difference((10, 8, 13), (6, 5, 8))

    assert (low, high) == pytest.approx((4 - 8**0.5, 4 + 10**0.5))
