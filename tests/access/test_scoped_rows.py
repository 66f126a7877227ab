"""Rows of a team by query set: covered teams in full, a rep's own, and nothing of anybody else."""

import pytest

from metrics.models import Atom
from metrics.recomputing import recompute_all
from teams import joining
from teams.access import covered_teams, teams_of
from tests import world
from tests.world import day


@pytest.fixture
def atoms(acme, north, south, ana, ben, stranger) -> None:
    """A deal each of Ben, of somebody else in North, of South, and of Globex."""
    others = world.person(north, "Ned"), world.person(south, "Sam")
    for owner in (ben, *others, stranger):
        world.won(owner.organisation, owner, day("2021-03-01"))
    for organisation in (acme, stranger.organisation):
        recompute_all(organisation)


def owners(person) -> set[str]:
    return set(Atom.objects.visible_to(person.user).values_list("rep__name", flat=True))


def test_who_sees_whose_rows(atoms, ana, ben, cora, stranger):
    assert owners(ben) == {"Ben"}
    assert owners(ana) == {"Ben", "Ned"}
    assert owners(cora) == {"Ben", "Ned", "Sam"}
    assert owners(stranger) == {"Stranger"}


def test_who_left_or_is_deactivated_sees_none(atoms, ana, ben):
    joining.leave(ana.memberships.get())
    joining.deactivate(ben)

    assert owners(ana) == owners(ben) == set()


def test_teams_of_an_account(acme, north, south, ana, ben, cora):
    kiel = world.team(north, "Kiel")

    assert set(teams_of(ben.user)) == {north}
    assert set(covered_teams(ben.user)) == set()
    assert set(teams_of(ana.user)) == set(covered_teams(ana.user)) == {north, kiel}
    assert set(teams_of(cora.user)) == {acme.root, north, kiel, south}
