"""A number taken apart by team and rep: everybody who belongs there, by name, once."""

import pytest

from metrics.declared import WIN_RATE
from metrics.periods import parse
from metrics.reading import below
from metrics.recomputing import recompute_all
from teams.joining import deactivate, move
from teams.models import Membership, Person, Role
from tests import world
from tests.metrics.asking import counts
from tests.world import day, lost, won

YEAR = parse("2021")


def parts(team):
    recompute_all(team.organisation)
    return below(team, WIN_RATE, YEAR)


def listed(found):
    return [(rep.name, team.name, reading.value) for rep, team, reading in found.reps]


def test_reps_of_the_period_without_deals_read_no_data(acme, north, ana, ben):
    world.person(north, "Zoe")
    won(acme, ben, day("2021-03-01"))

    assert listed(parts(north)) == [("Ben", "North", 100.0), ("Zoe", "North", None)]


def test_who_was_no_rep_in_the_period_and_did_nothing_is_left_out(acme, north, south, ana, ben):
    zoe, yan = world.person(north, "Zoe"), world.person(north, "Yan")
    move(zoe.memberships.get(), team=south, at=day("2020-06-01"))
    Person.objects.filter(pk=yan.pk).update(deactivated_at=day("2020-06-01"))
    world.person(north, "Xia", since=day("2022-01-01"))

    assert listed(parts(north)) == [("Ben", "North", None)]


def test_who_was_deactivated_stays_listed_with_what_they_did(acme, north, ana, ben):
    won(acme, ben, day("2021-03-01"))
    deactivate(ben)

    assert listed(parts(north)) == [("Ben", "North", 100.0)]


def test_a_manager_is_listed_only_with_deals(acme, north, ana):
    won(acme, ana, day("2021-03-01"))

    assert listed(parts(north)) == [("Ana", "North", 100.0)]


def test_teams_come_with_their_depth_and_without_the_team_itself(acme, north, south):
    world.team(north, "Far North")

    found = parts(acme.root)

    depths = {team.name: team.depth for team, _reading in found.teams}
    assert depths == {"North": 1, "South": 1, "Far North": 2}


def test_a_rep_of_two_teams_below_is_listed_for_each_and_once_under_the_root(
    acme, cora, north, ben
):
    far = world.team(north, "Far North")
    won(acme, ben, day("2021-03-01"))
    lost(acme, ben, day("2021-05-01"))
    move(ben.memberships.get(), team=far, at=day("2021-04-01"))

    assert listed(parts(north)) == [("Ben", "Far North", 0.0), ("Ben", "North", 100.0)]
    assert listed(parts(acme.root)) == [("Ben", "Acme", 50.0)]


def test_who_left_stays_listed_with_what_they_did(acme, cora, north, south, ben):
    won(acme, ben, day("2021-03-01"))
    move(ben.memberships.get(), team=south, at=day("2021-04-01"))

    assert listed(parts(north)) == [("Ben", "North", 100.0)]
    assert listed(parts(south)) == [("Ben", "South", None)]


@pytest.mark.parametrize("as_of", [None, day("2022-01-01")], ids=["now", "then"])
def test_unassigned_and_reps_add_up_to_the_organisation(acme, north, ben, as_of):
    won(acme, ben, day("2021-03-01"))
    lost(acme, None, day("2021-03-01"))
    lost(acme, None, day("2021-03-01"))
    recompute_all(acme)

    found = below(acme.root, WIN_RATE, YEAR, as_of=as_of)

    assert listed(found) == [("Ben", "Acme", 100.0)]
    assert counts(found.unassigned) == (0, 2)


def test_another_organisation_is_not_below(acme, ben, stranger):
    won(stranger.organisation, stranger, day("2021-03-01"))
    recompute_all(stranger.organisation)

    found = parts(acme.root)

    assert {team.name for team, _reading in found.teams} == {"North"}
    assert [name for name, *_rest in listed(found)] == ["Ben"]


def test_who_moved_is_of_the_team_they_were_in_last(acme, north, south, ben):
    move(ben.memberships.get(), team=south, at=day("2021-06-01"))
    won(acme, ben, day("2021-03-01"))

    (seller,) = [rep for rep, _team, _reading in parts(acme.root).reps if rep.pk == ben.pk]

    assert seller.current == south.pk


def test_who_only_helps_out_in_a_team_is_not_of_it(acme, north, south, ben):
    Membership.objects.create(person=ben, team=south, role=Role.REP, is_primary=False)

    assert listed(parts(south)) == []
