"""A team closes; its people and teams go on in another, its history stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from teams import joining
from teams.models import Membership, Person, Role, Team
from teams.tree import merge_team
from tests import world
from tests.world import day


def held(person: Person, at=None) -> set[tuple[str, str, bool]]:
    now = Membership.objects.holding_at(at or timezone.now()).filter(person=person)
    return {(each.team.name, each.role, each.is_primary) for each in now}


def test_people_go_on_in_the_other_team_in_the_same_role(north, south, ana, ben):
    merge_team(north, into=south)

    assert held(ana) == {("South", "manager", True)}
    assert held(ben) == {("South", "rep", True)}


def test_who_was_where_before_is_kept(north, south, ben):
    merge_team(north, into=south)

    assert held(ben, day("2021-01-01")) == {("North", "rep", True)}


def test_teams_below_go_along(north, south):
    kiel = world.team(north, "Kiel")

    merge_team(north, into=south)

    assert kiel in Team.objects.under(south)


def test_what_became_of_it_is_kept(north, south):
    merge_team(north, into=south)

    closed = Team.objects.get(pk=north.pk)
    assert (closed.closed_at is not None, closed.merged_into) == (True, south)


def test_who_held_the_role_there_already_keeps_one_and_it_is_primary(north, south, ben):
    joining.join(ben, team=south, role=Role.REP)

    merge_team(north, into=south)

    assert held(ben) == {("South", "rep", True)}


def test_a_membership_to_come_begins_in_the_other_team(acme, north, south):
    tomorrow = timezone.now() + timedelta(days=1)
    ben = world.person(acme.root, "Ben")
    joining.move(ben.memberships.get(), team=north, at=tomorrow)

    merge_team(north, into=south)

    assert held(ben) == {("Acme", "rep", True)}
    assert held(ben, tomorrow) == {("South", "rep", True)}


def test_a_primary_that_ends_makes_way_again(north, south, ben):
    """Ben sells beside in South and leaves North tomorrow."""
    tomorrow = timezone.now() + timedelta(days=1)
    joining.join(ben, team=south, role=Role.REP)
    joining.leave(ben.memberships.in_force().get(team=north), at=tomorrow)

    merge_team(north, into=south)

    assert held(ben) == {("South", "rep", True)}
    assert held(ben, tomorrow) == {("South", "rep", False)}


def test_a_team_cannot_merge_into_one_below_it(north):
    kiel = world.team(north, "Kiel")

    with pytest.raises(ValidationError, match="itself or a team below"):
        merge_team(north, into=kiel)


def test_a_name_clash_below_stops_the_whole_merge(north, south, ben):
    world.team(north, "Sales")
    world.team(south, "Sales")

    with pytest.raises(ValidationError, match="already has a team"):
        merge_team(north, into=south)

    assert held(ben) == {("North", "rep", True)}
    assert Team.objects.get(pk=north.pk).closed_at is None


def test_the_organisation_itself_cannot_close(acme, north):
    with pytest.raises(ValidationError, match="cannot be moved or merged"):
        merge_team(acme.root, into=north)


def test_a_team_is_merged_once(acme, north, south):
    west = world.team(acme.root, "West")
    stale = Team.objects.get(pk=north.pk)
    merge_team(north, into=south)

    with pytest.raises(ValidationError, match="open team"):
        merge_team(stale, into=west)
    with pytest.raises(ValidationError, match="open team"):
        merge_team(west, into=stale)
