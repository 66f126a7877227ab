"""Win rate (D7): which closes count, when, and how they add up."""

import pytest

from metrics.declared import WIN_RATE
from metrics.rows import EXCLUDED
from tests import world
from tests.metrics.asking import behind, counts, names, read
from tests.world import day, deal, happen, lost, won

MARCH = "2021-03"


@pytest.fixture
def ada(north):
    return world.person(north, "Ada")


@pytest.fixture
def reopened(acme, ada):
    """Won on day 6, re-opened on day 20."""
    made = won(acme, ada, day("2021-03-06"), name="Re-opened")
    happen(made, ("open", 2, day("2021-03-20")), recorded_at=day("2021-03-20"))
    return made


@pytest.fixture
def example(acme, ada, ben, reopened):
    """Ada won her one close; Ben won 2 of 8; the rest is out."""
    won(acme, ada, day("2021-03-02"))
    for date in ("2021-03-03", "2021-03-04"):
        won(acme, ben, day(date))
    for date in ("2021-03-01", "2021-03-05", "2021-03-07", "2021-03-08", "2021-03-09"):
        lost(acme, ben, day(date))
    for _number in range(4):
        deal(acme, ben, ("open", 1, day("2021-03-01")), ("open", 2, day("2021-03-02")))
    for name in ("Unfit", "Unfit too"):
        disqualified(acme, ben, name=name)
    disqualified(acme, ben, ("open", 3, day("2021-03-02")))
    deal(
        acme,
        ben,
        ("open", 1, day("2021-01-01")),
        ("won", day("2021-02-10")),
        ("won", day("2021-03-11")),
    )


def disqualified(organisation, owner, *steps, **more):
    first, last = day("2021-03-01"), day("2021-03-10")
    return deal(
        organisation, owner, ("open", 1, first), *steps, ("lost", last, "disqualified"), **more
    )


def test_the_worked_example(acme, example, ask):
    reading = ask(acme.root, WIN_RATE, MARCH)

    assert counts(reading) == (3, 9)
    assert reading.value == pytest.approx(100 / 3)
    assert (round(reading.low, 1), round(reading.high, 1)) == (12.1, 64.6)


def test_a_team_is_the_sum_of_its_reps_never_their_mean(acme, north, ada, ben, example, ask):
    assert ask(north, WIN_RATE, MARCH, ada).value == 100.0
    assert ask(north, WIN_RATE, MARCH, ben).value == 25.0

    assert counts(ask(north, WIN_RATE, MARCH)) == (3, 9)


def test_what_was_known_on_day_19_still_counts_the_deal_reopened_on_day_20(acme, example):
    then = read(acme.root, WIN_RATE, MARCH, as_of=day("2021-03-19"))

    assert counts(then) == (4, 10)
    assert then.value == 40.0


def test_the_rows_name_the_deal_that_restated_the_number(acme, example):
    then = behind(acme.root, WIN_RATE, MARCH, as_of=day("2021-03-19"))
    now = behind(acme.root, WIN_RATE, MARCH, as_of=day("2021-04-01"))

    assert names(then) - names(now) == {"Re-opened"}
    assert names(now) <= names(then)


def test_a_reopened_deal_counts_at_its_next_close_only(acme, reopened, ask):
    happen(reopened, ("lost", day("2021-04-05")))

    assert ask(acme.root, WIN_RATE, MARCH).value is None
    assert counts(ask(acme.root, WIN_RATE, "2021-04")) == (0, 1)


def test_won_again_without_reopening_stays_at_the_first_win(acme, ben, ask):
    deal(acme, ben, ("won", day("2021-02-10")), ("won", day("2021-03-11")))

    assert counts(ask(acme.root, WIN_RATE, "2021-02")) == (1, 1)
    assert ask(acme.root, WIN_RATE, MARCH).value is None


def test_lost_after_won_is_a_loss_at_the_loss(acme, ben, ask):
    deal(
        acme,
        ben,
        ("won", day("2021-02-10")),
        ("lost", day("2021-03-11")),
        ("lost", day("2021-04-01")),
    )

    assert counts(ask(acme.root, WIN_RATE, "2021")) == (0, 1)
    assert counts(ask(acme.root, WIN_RATE, MARCH)) == (0, 1)


def test_disqualified_before_stage_2_is_left_out_with_its_reason(acme, ben):
    disqualified(acme, ben, name="Unfit")

    (row,) = behind(acme.root, WIN_RATE, MARCH, shown=EXCLUDED, as_of=day("2021-04-01"))

    assert (row.name, row.reason) == ("Unfit", "disqualified")


def test_disqualified_after_going_back_from_stage_2_is_a_loss(acme, ben, ask):
    steps = ("open", 2, day("2021-03-02")), ("open", 1, day("2021-03-03"))
    disqualified(acme, ben, *steps)

    assert counts(ask(acme.root, WIN_RATE, MARCH)) == (0, 1)


def test_nothing_decided_is_no_number_rather_than_zero(acme, ben, ask):
    deal(acme, ben, ("open", 1, day("2021-03-02")))

    reading = ask(acme.root, WIN_RATE, MARCH)

    assert (reading.value, reading.low, reading.high, reading.n) == (None, None, None, 0)


def test_events_at_one_instant_follow_their_sequence(acme, ben, ask):
    noon = day("2021-03-02")
    deal(acme, ben, ("open", 1, noon), ("lost", noon), ("won", noon))

    assert counts(ask(acme.root, WIN_RATE, MARCH)) == (1, 1)
