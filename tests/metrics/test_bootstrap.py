"""The bootstrap of a difference of medians, against the exact distribution of resamples."""

import random
from itertools import product
from statistics import median

import numpy as np
import pytest

from metrics.statistics import RESAMPLES, median_difference, resampled_medians, seed_of


def test_the_bootstrap_of_one_seed_is_one_interval():
    new, old = [3.0, 5.0, 8.0, 9.0, 40.0], [1.0, 2.0, 4.0, 6.0]

    first = median_difference(new, old, seed=11)

    assert median_difference(new, old, seed=11) == first
    assert median_difference(new, old, seed=12) != first


def test_a_seed_is_the_first_eight_hex_digits_of_a_sha256():
    assert seed_of("abc") == 0xBA7816BF
    assert seed_of("a", 1, None) == seed_of("a|1|None")


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_the_medians_of_resamples_are_spread_as_those_of_all_samples_there_are(size):
    values = [float(2**place) for place in range(size)]
    exact = np.sort([median(sample) for sample in product(values, repeat=size)])

    drawn = np.sort(resampled_medians(values, random.Random(3)))

    for value in np.unique(exact):
        share = np.searchsorted(exact, value, "right") / len(exact)
        assert np.searchsorted(drawn, value, "right") / RESAMPLES == pytest.approx(share, abs=0.04)


def test_a_sure_difference_leaves_out_zero_and_none_does_not():
    values = [float(value) for value in range(100)]

    low, high = median_difference([value + 80 for value in values], values, seed=1)
    assert 40 < low < 80 < high

    low, high = median_difference(values, values, seed=1)
    assert low < 0 < high


def test_a_side_without_values_has_no_difference():
    assert median_difference([], [1.0], seed=1) is None
    assert median_difference([1.0], [], seed=1) is None


def test_the_number_of_resamples_is_as_defined():
    assert RESAMPLES == 2000
