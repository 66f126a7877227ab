"""A team goes under another parent from an instant on; circles and strangers are refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from teams.models import Team, TeamLine
from teams.tree import add_team, merge_team, move_team
from tests import world
from tests.world import day


def parents(team: Team, at) -> list[str]:
    """Names of the teams above, nearest first, as the tree stood at ``at``."""
    lines = TeamLine.objects.filter(team=team, from_at__lte=at, depth__gt=0).exclude(to_at__lte=at)
    return list(lines.order_by("depth").values_list("ancestor__name", flat=True))


def test_everything_below_goes_along(north, south):
    kiel = world.team(north, "Kiel")

    move_team(north, parent=south)

    assert [team.name for team in Team.objects.above(kiel)] == ["Acme", "South", "North", "Kiel"]


def test_what_happened_before_stays_with_the_old_parent(north, south):
    move_team(north, parent=south, at=day("2021-04-01"))

    assert parents(north, day("2021-03-31")) == ["Acme"]
    assert parents(north, day("2021-04-01")) == ["South", "Acme"]


def test_a_move_goes_back_to_the_last_move_at_most(acme, north, south):
    west = world.team(acme.root, "West")
    move_team(north, parent=south, at=day("2021-04-01"))

    move_team(north, parent=west, at=day("2020-01-01"))

    assert parents(north, day("2021-03-31")) == ["Acme"]
    assert parents(north, day("2021-04-01")) == ["West", "Acme"]


def test_a_move_under_the_same_parent_changes_nothing(acme, north):
    before = list(north.placements.values())

    move_team(north, parent=acme.root)

    assert list(north.placements.values()) == before


def test_a_team_cannot_go_into_itself_or_below_itself(north):
    kiel = world.team(north, "Kiel")

    for inside in (north, kiel):
        with pytest.raises(ValidationError, match="into itself or a team below"):
            move_team(north, parent=inside)


def test_a_circle_in_the_past_is_refused_too(acme, north, south):
    """Kiel left North in April; since March they would have been above each other."""
    kiel = world.team(north, "Kiel")
    move_team(kiel, parent=south, at=day("2021-04-01"))

    with pytest.raises(ValidationError, match="into itself or a team below"):
        move_team(north, parent=kiel, at=day("2021-03-01"))
    move_team(north, parent=kiel, at=day("2021-04-01"))

    assert parents(north, timezone.now()) == ["Kiel", "South", "Acme"]


def test_the_organisation_itself_stays_where_it_is(acme, north):
    with pytest.raises(ValidationError, match="cannot be moved"):
        move_team(acme.root, parent=north)


def test_a_team_stays_in_its_organisation(north, stranger):
    with pytest.raises(ValidationError, match="same organisation"):
        move_team(north, parent=stranger.organisation.root)


def test_a_closed_team_takes_nobody_and_goes_nowhere(acme, north, south):
    west = world.team(acme.root, "West")
    merge_team(west, into=south)

    with pytest.raises(ValidationError, match="open team"):
        move_team(north, parent=west)
    with pytest.raises(ValidationError, match="open team"):
        move_team(west, parent=north)


def test_a_name_that_the_new_parent_has_already_is_refused(north, south):
    world.team(south, "Sales")
    sales = world.team(north, "Sales")

    with pytest.raises(ValidationError, match="already has a team"):
        move_team(sales, parent=south)


def test_a_move_at_a_day_to_come_is_refused(north, south):
    with pytest.raises(ValidationError, match="day to come"):
        move_team(north, parent=south, at=timezone.now() + timedelta(days=1))


def test_a_placement_recorded_by_a_clock_that_runs_ahead_counts(north):
    team = add_team(north, name="Kiel")
    team.placements.update(recorded_at=timezone.now() + timedelta(hours=2))

    add_team(north, name="Bremen")

    assert team in Team.objects.under(north)
