"""Whose a number is (D0): the owner, and the owner's team, at the instant it counts at."""

import pytest

from metrics.declared import SALES_CYCLE, WIN_RATE
from metrics.periods import parse
from metrics.reading import below
from sales.models import OpportunityOwner
from teams.joining import move
from teams.recorded import BEGINNING
from teams.tree import merge_team, move_team
from tests import world
from tests.metrics.asking import behind, counts, names, read
from tests.metrics.changing import hand_over
from tests.world import day, lost, won

pytestmark = pytest.mark.usefixtures("cora")  # Memberships change only where somebody administers.

CLOSE = day("2021-03-15")
MARCH = "2021-03"


def test_the_owner_at_the_close_counts_not_todays(acme, north, south, ben, ask):
    dina = world.person(south, "Dina")
    hand_over(won(acme, ben, CLOSE), to=dina, at=day("2021-04-01"))

    assert counts(ask(north, WIN_RATE, MARCH)) == (1, 1)
    assert counts(ask(south, WIN_RATE, MARCH)) == (0, 0)


def test_an_owner_from_the_very_instant_of_the_close_owns_it(acme, north, south, ben, ask):
    dina = world.person(south, "Dina")
    hand_over(won(acme, ben, CLOSE), to=dina, at=CLOSE)

    assert counts(ask(north, WIN_RATE, MARCH)) == (0, 0)
    assert counts(ask(acme.root, WIN_RATE, MARCH, dina)) == (1, 1)


def test_a_deal_stays_with_the_team_its_owner_was_in(acme, north, south, ben, ask):
    won(acme, ben, CLOSE)
    lost(acme, ben, day("2021-05-15"))
    move(ben.memberships.get(), team=south, at=day("2021-04-01"))

    assert counts(ask(north, WIN_RATE, "2021")) == (1, 1)
    assert counts(ask(south, WIN_RATE, "2021")) == (0, 1)
    assert counts(ask(acme.root, WIN_RATE, "2021")) == (1, 2)


def test_a_rep_of_two_teams_has_a_part_in_each_and_a_whole(acme, north, south, ben, ask):
    won(acme, ben, CLOSE)
    lost(acme, ben, day("2021-05-15"))
    move(ben.memberships.get(), team=south, at=day("2021-04-01"))

    assert counts(ask(north, WIN_RATE, "2021", ben)) == (1, 1)
    assert counts(ask(south, WIN_RATE, "2021", ben)) == (0, 1)
    assert counts(ask(acme.root, WIN_RATE, "2021", ben)) == (1, 2)


def test_a_team_counts_where_it_stood_at_the_time(acme, north, south, ben, ask):
    won(acme, ben, CLOSE)
    lost(acme, ben, day("2021-05-15"))
    move_team(north, parent=south, at=day("2021-04-01"))

    assert counts(ask(south, WIN_RATE, "2021")) == (0, 1)
    assert counts(ask(north, WIN_RATE, "2021")) == (1, 2)
    assert counts(ask(acme.root, WIN_RATE, "2021")) == (1, 2)


def test_a_merged_team_keeps_its_history(acme, north, south, ben, ask):
    won(acme, ben, CLOSE)
    merge_team(north, into=south)

    assert counts(ask(north, WIN_RATE, MARCH)) == (1, 1)
    assert counts(ask(south, WIN_RATE, MARCH)) == (0, 0)


def test_what_was_known_then_knows_nothing_of_a_later_correction_of_teams(acme, north, south, ben):
    won(acme, ben, CLOSE)
    move(ben.memberships.get(), team=south, at=day("2021-03-01"))

    assert counts(read(north, WIN_RATE, MARCH, as_of=day("2021-04-01"))) == (1, 1)
    assert counts(read(south, WIN_RATE, MARCH, as_of=day("2021-04-01"))) == (0, 0)


def test_a_team_that_stood_nowhere_yet_still_counts_in_the_organisation(acme, ask):
    young = world.team(acme.root, "Young", since=day("2021-06-01"))
    won(acme, world.person(young, "Yusuf"), CLOSE, name="Early")

    assert counts(ask(acme.root, WIN_RATE, MARCH)) == (1, 1)
    assert names(behind(acme.root, WIN_RATE, MARCH, as_of=day("2022-01-01"))) == {"Early"}


@pytest.mark.parametrize("metric", [WIN_RATE, SALES_CYCLE], ids=lambda metric: metric.slug)
def test_what_nobody_owned_is_unassigned_and_in_the_organisation(acme, ben, ask, metric):
    won(acme, ben, CLOSE)
    won(acme, None, CLOSE)

    assert ask(acme.root, metric, MARCH).n == 2
    assert below(acme.root, metric, parse(MARCH), as_of=day("2022-01-01")).unassigned.n == 1


def test_nothing_is_unassigned_where_all_is_owned(acme, north, ben):
    won(acme, ben, CLOSE)
    won(acme, None, CLOSE)

    assert below(north, WIN_RATE, parse(MARCH), as_of=day("2022-01-01")).unassigned is None


def test_an_owner_who_was_in_no_team_then_counts_in_the_organisation_as_themselves(
    acme, north, ask
):
    late = world.person(north, "Late", since=day("2021-06-01"))
    won(acme, late, CLOSE)

    assert counts(ask(acme.root, WIN_RATE, MARCH)) == (1, 1)
    assert counts(ask(acme.root, WIN_RATE, MARCH, late)) == (1, 1)
    assert counts(ask(north, WIN_RATE, MARCH)) == (0, 0)


def test_only_the_primary_team_counts(acme, north, south, ben, ask):
    ben.memberships.create(team=south, role="rep", is_primary=False)
    won(acme, ben, CLOSE)

    assert counts(ask(south, WIN_RATE, MARCH)) == (0, 0)


def test_a_manager_who_sells_counts_in_the_team(acme, north, ana, ask):
    won(acme, ana, CLOSE)

    assert counts(ask(north, WIN_RATE, MARCH, ana)) == (1, 1)


def test_a_voided_owner_owns_nothing(acme, north, ben, ask):
    made = won(acme, ben, CLOSE)
    OpportunityOwner.objects.filter(opportunity=made, from_at=BEGINNING).void(day("2021-03-16"))

    assert counts(ask(north, WIN_RATE, MARCH)) == (0, 0)
    assert counts(ask(acme.root, WIN_RATE, MARCH)) == (1, 1)
