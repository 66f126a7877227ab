"""The interval of a median and its quartiles, as the database makes them."""

from datetime import timedelta

import numpy as np
import pytest

from metrics.declared import SALES_CYCLE
from tests.world import day, deal

RANKS = {6: (1, 6), 8: (1, 8), 9: (2, 8), 10: (2, 9), 12: (3, 10), 16: (4, 13), 20: (6, 15)}
"""Campbell and Gardner (1988), British Medical Journal 296, 1454-1456, table for the median."""

CLOSE = day("2021-03-20")


def took(organisation, owner, *days):
    for each in days:
        deal(organisation, owner, ("open", 1, CLOSE - timedelta(days=each)), ("won", CLOSE))


@pytest.mark.parametrize("number", RANKS)
def test_the_interval_has_the_published_ranks(acme, ben, ask, number):
    took(acme, ben, *range(1, number + 1))

    reading = ask(acme.root, SALES_CYCLE, "2021-03")

    assert (reading.low, reading.high) == RANKS[number]


@pytest.mark.parametrize("number", [1, 4, 5])
def test_too_few_deals_have_no_interval(acme, ben, ask, number):
    took(acme, ben, *range(1, number + 1))

    reading = ask(acme.root, SALES_CYCLE, "2021-03")

    assert (reading.low, reading.high) == (None, None)


@pytest.mark.parametrize(
    "days", [[7], [3, 8], [1, 2, 4, 8], [5, 5, 5, 5, 9], [1, 2, 3, 10, 11, 12]]
)
def test_quartiles_are_linear_between_ranks(acme, ben, ask, days):
    took(acme, ben, *days)

    reading = ask(acme.root, SALES_CYCLE, "2021-03")

    quartiles = np.quantile(days, [0.25, 0.5, 0.75])
    assert (reading.p25, reading.value, reading.p75) == pytest.approx(tuple(quartiles))
