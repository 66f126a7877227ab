"""The tree of teams: any depth, names, and the closure that everything else reads."""

import pytest
from django.core.exceptions import ValidationError

from teams.models import Team, TeamLine
from teams.tree import add_team, in_tree_order, merge_team, open_teams, rename_team
from tests import world


def test_a_team_lies_under_all_above_it(acme, north):
    berlin = world.team(north, "Berlin")
    mitte = world.team(berlin, "Mitte")

    assert list(Team.objects.above(mitte)) == [acme.root, north, berlin, mitte]
    assert set(Team.objects.under(north)) == {north, berlin, mitte}
    assert list(Team.objects.children_of(north)) == [berlin]


def test_a_tree_may_be_deep(acme):
    team = acme.root
    for depth in range(40):
        team = add_team(team, name=f"Level {depth}")

    assert Team.objects.above(team).count() == 41
    assert Team.objects.under(acme.root).count() == 41


def test_teams_are_listed_below_their_parents_by_name(acme, north, south):
    world.team(south, "Alps")
    world.team(north, "Kiel")

    rows = [(team.name, depth) for team, depth in open_teams(acme)]

    assert rows == [("Acme", 0), ("North", 1), ("Kiel", 2), ("South", 1), ("Alps", 2)]


def test_a_part_of_the_tree_is_listed_by_its_own_depth(acme, north):
    kiel = world.team(north, "Kiel")

    assert in_tree_order([kiel, north]) == [(north, 0), (kiel, 1)]


def test_siblings_have_different_names(acme, north):
    with pytest.raises(ValidationError, match="Acme already has a team called “NORTH”"):
        add_team(acme.root, name="NORTH")


def test_cousins_may_share_a_name_and_have_addresses_of_their_own(acme, north, south):
    here, there = world.team(north, "Sales"), world.team(south, "Sales")

    assert {here.slug, there.slug} == {"sales", "sales-2"}


@pytest.mark.parametrize("name", ["東京", "!!!", "-"])
def test_a_name_without_latin_letters_has_an_address(acme, name):
    assert add_team(acme.root, name=name).path == "acme/team"


def test_a_long_name_has_an_address_that_fits(acme):
    slugs = {add_team(acme.root, name="x" * 199 + end).slug for end in "abc"}

    assert slugs == {"x" * 70, "x" * 70 + "-2", "x" * 70 + "-3"}


def test_another_name_keeps_the_address(north):
    rename_team(north, name="Nordics")

    assert Team.objects.get(pk=north.pk).name == "Nordics"
    assert north.path == "acme/north"


def test_a_team_may_change_the_case_of_its_name(north):
    rename_team(north, name="NORTH")

    assert Team.objects.get(pk=north.pk).name == "NORTH"


def test_a_name_a_sibling_has_is_refused(north, south):
    with pytest.raises(ValidationError, match="already has a team"):
        rename_team(north, name="south")


def test_the_name_of_a_closed_sibling_is_free(acme, north, south):
    merge_team(south, into=north)

    rename_team(north, name="South")


def test_the_root_and_the_organisation_have_one_name(acme):
    rename_team(acme.root, name="Acme International")

    acme.refresh_from_db()
    assert acme.name == "Acme International"


def test_nothing_opens_below_a_closed_team(north, south):
    merge_team(south, into=north)

    with pytest.raises(ValidationError, match="open team"):
        add_team(south, name="Alps")


def test_trees_of_two_organisations_never_meet(acme, north, stranger):
    globex = stranger.organisation

    lines = TeamLine.objects.filter(team__organisation=acme)
    assert not lines.filter(ancestor__organisation=globex).exists()
    assert set(Team.objects.under(globex.root)) == {globex.root}
