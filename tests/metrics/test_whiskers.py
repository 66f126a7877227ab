"""Rows of a metric on one scale."""

from metrics.declared import SALES_CYCLE, WIN_RATE
from metrics.measures import Reading, Statistics
from metrics.whiskers import WIDTH, whiskers


def reading(value, low=None, high=None, n=20):
    return Reading(
        value=value, low=low, high=high, mean=None, p25=None, p75=None, statistics=Statistics(n=n)
    )


def test_percentages_lie_between_none_and_all_whatever_the_rows_are():
    (drawn,) = whiskers(WIN_RATE, [reading(25, 10, 50)])

    assert (drawn.low, drawn.value, drawn.high) == (WIDTH // 10, WIDTH // 4, WIDTH // 2)


def test_the_whole_that_the_rows_are_part_of_is_marked():
    (drawn,) = whiskers(WIN_RATE, [reading(25)], reading(75))

    assert drawn.reference == 3 * WIDTH // 4


def test_days_reach_to_the_largest_end():
    first, second = whiskers(SALES_CYCLE, [reading(20, 10, 40), reading(60, 50, 80)])

    assert (first.high, second.high) == (WIDTH // 2, WIDTH)


def test_a_row_too_small_to_judge_does_not_squeeze_the_rest():
    judged, odd = whiskers(SALES_CYCLE, [reading(40, 20, 80), reading(4_000, n=1)])

    assert (judged.value, odd.value, odd.small) == (WIDTH // 2, WIDTH, True)


def test_without_a_value_there_is_nothing_to_draw():
    assert whiskers(WIN_RATE, [reading(None, n=0)]) == [None]
    assert whiskers(SALES_CYCLE, []) == []


def test_deals_of_no_time_at_all_need_no_scale():
    assert whiskers(SALES_CYCLE, [reading(0, 0, 0)]) == [None]
