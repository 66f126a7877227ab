"""Sales cycle length (D6): from first contact to the close in force, over deals won."""

from datetime import timedelta

import pytest

from metrics.declared import SALES_CYCLE
from metrics.rows import EXCLUDED
from tests import world
from tests.metrics.asking import behind, reasons
from tests.world import day, deal, happen

CLOSE = day("2021-03-20")
MARCH = "2021-03"
TODAY = day("2021-04-01")


@pytest.fixture
def ada(north):
    return world.person(north, "Ada")


def took(organisation, owner, days, *, kind="won", close=CLOSE, **more):
    """First contact ``days`` before the close."""
    contact = close - timedelta(days=days)
    return deal(organisation, owner, ("open", 1, contact), (kind, close), **more)


@pytest.fixture
def example(acme, ada, ben):
    for days in (10, 20, 30):
        took(acme, ada, days)
    for days in (40, 200):
        took(acme, ben, days)


def test_the_worked_example(acme, example, ask):
    reading = ask(acme.root, SALES_CYCLE, MARCH)

    assert (reading.value, reading.p25, reading.p75) == (30.0, 20.0, 40.0)
    assert (reading.mean, reading.n) == (60.0, 5)


def test_a_team_median_is_of_its_deals_never_the_mean_of_medians(
    acme, north, ada, ben, example, ask
):
    assert ask(acme.root, SALES_CYCLE, MARCH, ada).value == 20.0
    assert ask(acme.root, SALES_CYCLE, MARCH, ben).value == 120.0

    assert ask(north, SALES_CYCLE, MARCH).value == 30.0


def test_duration_is_elapsed_seconds_not_a_difference_of_dates(acme, ben, ask):
    deal(acme, ben, ("open", 1, day("2021-03-01", 23)), ("won", day("2021-03-02", 1)))

    assert ask(acme.root, SALES_CYCLE, MARCH).value == pytest.approx(2 / 24)


def test_lost_and_dormant_time_counts(acme, ben, ask):
    made = took(acme, ben, 30, kind="lost", close=day("2021-02-20"))
    happen(made, ("open", 2, day("2021-03-01")), ("won", CLOSE))

    assert ask(acme.root, SALES_CYCLE, MARCH).value == 30 + 28


def test_only_won_deals_have_a_cycle(acme, ben, ask):
    took(acme, ben, 10)
    took(acme, ben, 90, kind="lost")

    assert ask(acme.root, SALES_CYCLE, MARCH).n == 1


def test_it_begins_at_the_first_entry_into_stage_1(acme, ben, ask):
    first, again = CLOSE - timedelta(days=50), CLOSE - timedelta(days=5)
    steps = ("open", 1, first), ("open", 2, first), ("open", 1, again), ("won", CLOSE)
    deal(acme, ben, *steps)

    assert ask(acme.root, SALES_CYCLE, MARCH).value == 50.0


def test_without_first_contact_it_begins_at_creation_and_says_so(acme, ben, ask):
    steps = ("open", 2, CLOSE - timedelta(days=3)), ("won", CLOSE)
    deal(acme, ben, *steps, created_at=CLOSE - timedelta(days=8))

    (row,) = behind(acme.root, SALES_CYCLE, MARCH, as_of=TODAY)

    assert ask(acme.root, SALES_CYCLE, MARCH).value == 8.0
    assert (row.flag, row.days) == ("from_creation", 8.0)


def test_less_than_no_time_and_no_beginning_are_left_out_with_their_reasons(acme, ben, ask):
    late = CLOSE + timedelta(days=1)
    deal(acme, ben, ("open", 2, CLOSE), ("won", CLOSE), created_at=late, name="Backwards")
    deal(acme, ben, ("won", CLOSE), name="Of unknown age")
    took(acme, ben, 10)

    reading = ask(acme.root, SALES_CYCLE, MARCH)
    left_out = behind(acme.root, SALES_CYCLE, MARCH, shown=EXCLUDED, as_of=TODAY)

    assert (reading.value, reading.n, reading.statistics.excluded) == (10.0, 1, 2)
    assert reasons(left_out) == {"Backwards": "negative", "Of unknown age": "no_start"}


def test_no_time_at_all_is_a_cycle_of_zero(acme, ben, ask):
    took(acme, ben, 0)

    reading = ask(acme.root, SALES_CYCLE, MARCH)

    assert (reading.value, reading.n) == (0.0, 1)


def test_a_deal_won_again_without_reopening_ends_at_its_first_win(acme, ben, ask):
    happen(took(acme, ben, 10), ("won", CLOSE + timedelta(days=5)))

    assert ask(acme.root, SALES_CYCLE, MARCH).value == 10.0


def test_no_deal_is_no_number(acme, ask):
    reading = ask(acme.root, SALES_CYCLE, MARCH)

    assert (reading.value, reading.mean, reading.p25, reading.low) == (None,) * 4
