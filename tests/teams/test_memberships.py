"""Joining, leaving and changing, from a day on; a person has one primary team at a time."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from teams import joining
from teams.models import Membership, Person, Role
from teams.tree import merge_team
from tests import world
from tests.world import day


def held(person: Person, at=None) -> set[tuple[str, str, bool]]:
    now = Membership.objects.holding_at(at or timezone.now()).filter(person=person)
    return {(each.team.name, each.role, each.is_primary) for each in now}


def test_the_first_team_is_primary_and_always_was(north):
    ben = world.person(north, "Ben")

    assert held(ben, day("1950-01-01")) == {("North", "rep", True)}


def test_a_further_role_is_beside_the_primary_one(south, ben):
    joining.join(ben, team=south, role=Role.MANAGER, since=day("2021-04-01"))

    assert held(ben, day("2021-03-31")) == {("North", "rep", True)}
    assert held(ben) == {("North", "rep", True), ("South", "manager", False)}


def test_a_second_primary_team_is_refused(south, ben):
    with pytest.raises(ValidationError, match="another primary team"):
        joining.join(ben, team=south, role=Role.REP, primary=True)


def test_the_database_refuses_two_primary_teams_at_a_time(south, ben):
    with pytest.raises(IntegrityError, match="one_primary"), transaction.atomic():
        Membership.objects.create(person=ben, team=south, role=Role.REP, from_at=day("2021-01-01"))


def test_a_role_is_held_once_in_a_team(north, ben):
    with pytest.raises(ValidationError, match="this role here already"):
        joining.join(ben, team=north, role=Role.REP)


def test_who_left_may_come_back(north, ben):
    joining.leave(ben.memberships.get(), at=day("2021-04-01"))
    joining.join(ben, team=north, role=Role.REP, since=day("2021-06-01"))

    assert held(ben, day("2021-05-01")) == set()
    assert held(ben, day("2021-06-01")) == {("North", "rep", True)}


def test_a_change_holds_from_its_day_on(south, ben):
    joining.change(ben.memberships.get(), team=south, role=Role.MANAGER, at=day("2021-04-01"))

    assert held(ben, day("2021-03-31")) == {("North", "rep", True)}
    assert held(ben, day("2021-04-01")) == {("South", "manager", True)}


def test_a_change_to_come_waits_for_its_day(south, ben):
    tomorrow = timezone.now() + timedelta(days=1)

    joining.move(ben.memberships.get(), team=south, at=tomorrow)

    assert held(ben) == {("North", "rep", True)}
    assert held(ben, tomorrow) == {("South", "rep", True)}


def test_a_change_to_come_can_be_called_off(south, ben):
    tomorrow = timezone.now() + timedelta(days=1)
    joining.move(ben.memberships.get(), team=south, at=tomorrow)

    joining.leave(ben.memberships.in_force().get(team=south))

    assert held(ben, tomorrow) == set()


def test_a_change_before_the_beginning_is_refused(north, south):
    ben = world.person(north, "Ben", since=day("2021-04-01"))

    with pytest.raises(ValidationError, match="Correct that first"):
        joining.move(ben.memberships.get(), team=south, at=day("2020-01-01"))

    assert held(ben, day("2021-04-01")) == {("North", "rep", True)}


def test_a_change_after_the_end_is_refused(south, ben):
    joining.leave(ben.memberships.get(), at=day("2021-04-01"))
    over = ben.memberships.in_force().get()

    for change in (lambda: joining.move(over, team=south), lambda: joining.leave(over)):
        with pytest.raises(ValidationError, match="ends before"):
            change()


def test_a_change_into_a_role_held_already_is_refused(south, ben):
    joining.join(ben, team=south, role=Role.REP)

    with pytest.raises(ValidationError, match="this role here already"):
        joining.move(ben.memberships.get(team__slug="north"), team=south)


def test_no_change_appends_nothing(north, ben):
    joining.change(ben.memberships.get(), team=north, role=Role.REP)

    assert ben.memberships.count() == 1


def test_another_organisations_team_or_a_closed_one_takes_nobody(acme, north, south, ben, stranger):
    merge_team(south, into=north)

    for team in (south, stranger.organisation.root):
        with pytest.raises(ValidationError, match="same organisation"):
            joining.join(ben, team=team, role=Role.REP)
        with pytest.raises(ValidationError, match="same organisation"):
            joining.move(ben.memberships.get(), team=team)


def test_nothing_is_overwritten(south, ben):
    joining.move(ben.memberships.get(), team=south, at=day("2021-04-01"))
    joining.leave(ben.memberships.in_force().get(team=south))

    believed = ben.memberships.in_force()
    assert believed.count() == 2
    assert ben.memberships.exclude(pk__in=believed).count() == 2


def test_who_closed_second_is_told(ben):
    mine, theirs = ben.memberships.get(), ben.memberships.get()
    joining.leave(mine)

    with pytest.raises(ValidationError, match="changed this meanwhile"):
        joining.leave(theirs)
